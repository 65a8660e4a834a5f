"""``cmkit demo``."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from cmkit.base.lang import _
from cmkit.commands._kit import Session, command, with_session


@command("demo", _("用样例数据走一遍：导入、走访计划、日志、纪要、月报、指标检查，列出写了哪些文件"))
@click.argument("folder", metavar="[DIR]", required=False, default="cmkit-demo", type=click.Path(path_type=Path))
@click.option("--pack", "pack", metavar="NAME", default="bank_retail", show_default=True, help=_("行业包"))
@with_session
def cli(session: Session, folder: Path, pack: str) -> None:
    """A workspace on sample data, from import to verdict."""
    from cmkit.commands._demo import Demo

    demo = Demo(
        folder,
        pack,
        str(session.options.get("lang") or ""),
        say=session.say,
        quiet=session.quiet or session.format == "json",
    )
    told = demo.run()
    if session.format == "json":
        session.show_json(told)
    elif not session.quiet:
        session.show_paths([Path(path) for path in told["files"]])
        line = shlex.join(["cmkit", "--workspace", told["workspace"], "--on", told["on"], "today"])
        session.say(_("接着试试：{line}").format(line=line))
