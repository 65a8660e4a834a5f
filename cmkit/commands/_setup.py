"""Laying out a new workspace."""

from __future__ import annotations

import json
from pathlib import Path

from cmkit.base.faults import OutputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.base.workspace import SETTINGS, private_folder
from cmkit.packs import load_pack
from cmkit.render.output import write_bytes

FOLDERS = ("inbox", "outbox", "packs", "templates", "out")

_JOBS = """
# 什么时候、做什么。cmkit schedule list 看下次日期，cmkit schedule crontab 打印要安装的一行。
# when: daily, workday, monday … sunday, first-workday, last-workday, week-last-workday, month-end, quarter-end, day:26, rrule:…
[[jobs]]
name = "日志检查"
run = ["worklog", "gaps"]
when = "workday"
at = "18:30"

[[jobs]]
name = "每日检查"
run = ["check", "--alert-once"]
when = "workday"
at = "18:30"

[[jobs]]
name = "周报"
run = ["report", "weekly", "--period", "{period}", "--branch", "all"]
when = "week-last-workday"
at = "18:30"
period = "week"

[[jobs]]
name = "月报"
run = ["report", "monthly", "--period", "{period}", "--all"]
when = "last-workday"
at = "19:00"
period = "month"
"""


def make_workspace(folder: Path, pack: str, office: str, lang: str) -> Path:
    """A new workspace in ``folder``; an existing one is never overwritten.

    Raises OutputFault where there is one already, ConfigFault for an unknown pack.
    """
    root = folder.expanduser().resolve()
    settings = root / SETTINGS
    if settings.exists():
        raise OutputFault(_("这里已经是工作区，没有改动"), hint=_("换一个文件夹"), place=Place(file=str(settings)))
    own = root / "packs"
    info = load_pack(pack, [own] if own.is_dir() else []).info
    private_folder(root)
    for name in FOLDERS:
        private_folder(root / name)
    lines = [
        f"# {info.zh} · cmkit",
        f"pack = {json.dumps(pack, ensure_ascii=False)}",
        f"office = {json.dumps(office, ensure_ascii=False)}",
        *([f'lang = "{lang}"'] if lang else []),
        'store = "cmkit.db"',
        'zone = "Asia/Shanghai"',
        '# holidays = "节假日.csv"  # 每行 2027-02-05,休 或 2027-02-07,班，优先于国务院安排',
        _JOBS,
    ]
    write_bytes(settings, "\n".join(lines).encode())
    return root
