"""``cmkit init``."""

from __future__ import annotations

from pathlib import Path

import click

from cmkit.base.lang import _
from cmkit.commands._kit import Session, command, with_session


@command("init", _("新建工作区：设置文件、文件夹和可交给 cron 的任务"))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--pack", "pack", metavar="NAME", required=True, help=_("行业包，见 cmkit packs list"))
@click.option("--office", metavar="TEXT", default="", help=_("单位名称，印在文件头上"))
@with_session
def cli(session: Session, folder: Path, pack: str, office: str) -> None:
    """Make a workspace."""
    from cmkit.commands._setup import make_workspace

    root = make_workspace(folder, pack, office, str(session.options.get("lang") or ""))
    session.show_paths([root / "cmkit.toml"])
    session.say(
        _("下一步：把表格放进 {inbox}，用 cmkit look 看看里面有什么，再用 cmkit import 导入").format(
            inbox=root / "inbox"
        )
    )
