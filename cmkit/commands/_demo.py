"""The whole main job on sample data: the same commands that an office runs, one after the other."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
import msgspec

from cmkit.base.faults import InternalFault, OutputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.commands._kit import Session, load_command
from cmkit.commands._setup import make_workspace
from cmkit.render.output import write_bytes
from cmkit.render.templates import data_root

MARK = ".cmkit-demo"


class DemoImport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the sample, in the order of import."""

    file: str
    as_of: str = ""
    table: str = ""


class DemoPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"imports": "import"}):
    """``demo.toml``: what to do with a folder of sample data."""

    pack: str
    on: str
    period: str
    owner: str
    imports: tuple[DemoImport, ...]
    log_owners: tuple[str, ...] = ()
    meetings: tuple[str, ...] = ()
    silence: tuple[str, ...] = ()
    branch: str = ""
    form: str = "actuals"
    office: str = ""


class Demo:
    """One run of the demonstration in ``folder``, which is made anew each time."""

    def __init__(self, folder: Path, pack: str, lang: str, *, say: Callable[[str], None]) -> None:
        self.folder = folder.expanduser().resolve()
        self.pack = pack
        self.lang = lang
        self.say = say
        self.files: list[str] = []

    def run(self) -> dict[str, Any]:
        """Do everything; gives the files written and the verdict.

        Raises OutputFault where the folder holds something else, InternalFault where a step fails.
        """
        source = data_root("sample_data") / self.pack
        if not (source / "demo.toml").is_file():
            known = sorted(path.parent.name for path in data_root("sample_data").glob("*/demo.toml"))
            raise click.BadParameter(
                _("没有 {name} 的样例；有：{names}").format(name=self.pack, names="、".join(known))
            )
        plan = msgspec.convert(tomllib.loads((source / "demo.toml").read_text(encoding="utf-8")), DemoPlan)
        self._lay(source, plan)
        self._import(plan)
        verdict = self._documents(plan)
        self.say(_("共写出 {count} 个文件，在 {path}").format(count=len(self.files), path=self.folder))
        self.say(verdict)
        return {"workspace": str(self.folder), "pack": self.pack, "files": self.files, "verdict": verdict}

    def _lay(self, source: Path, plan: DemoPlan) -> None:
        if self.folder.exists():
            if any(self.folder.iterdir()) and not (self.folder / MARK).exists():
                raise OutputFault(
                    _("文件夹不是空的，也不是上次的演示"), hint=_("换一个文件夹"), place=Place(file=str(self.folder))
                )
            shutil.rmtree(self.folder)
        # A pack of the office's own goes over the shipped one: here it silences what invented numbers would warn about.
        words = [
            f'name = "{plan.pack}"',
            f'extends = "{plan.pack}"',
            f"silence = {list(plan.silence)!r}".replace("'", '"'),
        ]
        write_bytes(self.folder / "packs" / plan.pack / "pack.toml", ("\n".join(words) + "\n").encode())
        make_workspace(self.folder, plan.pack, plan.office, self.lang)
        write_bytes(self.folder / MARK, b"")
        for path in sorted(source.rglob("*")):
            inside = path.relative_to(source)
            if path.is_file() and inside.parts[0] != "expected" and path.name != "demo.toml":
                write_bytes(self.folder / "inbox" / inside, path.read_bytes())

    def _step(self, title: str, plan: DemoPlan, words: Sequence[str], *, fine: Sequence[int] = (0, 3, 4)) -> Session:
        """Run one cmkit command in this process, exactly as a terminal would."""
        if title:
            self.say("")
            self.say(f"== {title} ==")
        self.say(f"$ cmkit {' '.join(words)}")
        session = Session()
        session.options |= {"workspace": str(self.folder), "on": date.fromisoformat(plan.on), "as_name": _("演示")}
        command = load_command(words[0])
        if command is None:
            raise InternalFault(f"no command {words[0]!r}")
        try:
            code = command.main(list(words[1:]), words[0], standalone_mode=False, obj=session)
        finally:
            session.close()
        if (code or 0) not in fine:
            raise InternalFault(_("演示的这一步失败了（{code}）：{words}").format(code=code, words=" ".join(words)))
        self.files += [str(path) for path in session.outputs]
        return session

    def _import(self, plan: DemoPlan) -> None:
        inbox = self.folder / "inbox"
        for number, one in enumerate(plan.imports):
            words = ["import", str(inbox / one.file), "--rejects", str(self.folder / "out" / "拒收" / one.file)]
            words[3] = words[3].rsplit(".", 1)[0] + ".xlsx"
            words += ["--as-of", one.as_of] if one.as_of else []
            words += ["--table", one.table] if one.table else []
            self._step(_("导入：机构发来的表格") if number == 0 else "", plan, words)
        for meeting in plan.meetings:
            self._step("", plan, ["minutes", "new", str(inbox / meeting)])

    def _documents(self, plan: DemoPlan) -> str:
        month = date.fromisoformat(plan.on)
        nxt = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        last = nxt.replace(day=28)
        span = ["--from", nxt.isoformat(), "--to", last.isoformat()]
        self._step(_("下月走访计划"), plan, ["visits", "plan", "--owner", plan.owner, *span, "--save"])
        for number, who in enumerate(plan.log_owners):
            self._step(_("当日工作日志") if number == 0 else "", plan, ["worklog", "--owner", who])
        self._step(_("周志"), plan, ["worklog", "--owner", plan.owner, "--week"])
        if plan.meetings:
            text = (self.folder / "inbox" / plan.meetings[-1]).read_text(encoding="utf-8")
            self._step(_("会议纪要"), plan, ["minutes", "render", str(tomllib.loads(text)["series"])])
        self._step(_("月度报告"), plan, ["report", "monthly", "--period", plan.period])
        self._step("", plan, ["report", "monthly", "--period", plan.period, "--branch", "all", "--to", "html,xlsx"])
        self._step("", plan, ["report", "monthly", "--period", plan.period, "--owner", plan.owner])
        self._step(_("下发填报表"), plan, ["exchange", "issue", plan.form, "--period", nxt.isoformat()[:7]])
        self._step(_("谁没有写日志"), plan, ["worklog", "gaps", "--from", f"{plan.period}-12"])
        checked = self._step(_("指标检查"), plan, ["kpi", "check", "--period", plan.period, "--by", "branch"])
        return checked.verdict or _("指标全部达标")
