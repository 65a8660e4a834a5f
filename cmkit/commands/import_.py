"""``cmkit import``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cmkit.base.lang import _
from cmkit.commands._kit import DAY, Session, command, with_session


@command("import", _("导入表格：识别表头和栏目，逐行检查，每行一个结果；可整批撤销"))
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--table", metavar="NAME", default="", help=_("当作这张表（默认自动识别）"))
@click.option("--sheet", metavar="NAME", default="", help=_("只导入这张工作表"))
@click.option("--as-of", "as_of", type=DAY, help=_("余额类数据的日期（默认从文件名认，否则 --on 或今天）"))
@click.option("--map", "maps", multiple=True, metavar="表头=field", help=_("指定某个表头是哪一栏，可重复"))
@click.option(
    "--on-conflict",
    "policy",
    type=click.Choice(["update", "keep", "fail"]),
    default="update",
    show_default=True,
    help=_("与库中不一致时：更新、保留、拒收"),
)
@click.option(
    "--blank", type=click.Choice(["keep", "clear"]), default="keep", show_default=True, help=_("空格：保留原值或清除")
)
@click.option(
    "--warnings",
    type=click.Choice(["group", "all", "none"]),
    default="group",
    show_default=True,
    help=_("提醒：同类的合成一条、全部列出、不显示（结果中仍计数）"),
)
@click.option("--strict", is_flag=True, help=_("有一行不行就整批不导入"))
@click.option("--dry-run", "dry", is_flag=True, help=_("只检查，不写入"))
@click.option(
    "--rejects",
    metavar="FILE.xlsx",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("把拒收的行标红写回，供改正后再交"),
)
@click.option(
    "--password-file",
    "password_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=_("打开加密文件的密码所在的文件"),
)
@with_session
def cli(session: Session, paths: tuple[Path, ...], maps: tuple[str, ...], warnings: str, **words: Any) -> int:
    """Spreadsheets into the store."""
    from cmkit.commands._import_show import show_result
    from cmkit.commands._importing import Wanted, import_files

    wanted = Wanted.of(maps, **words)
    result = import_files(session, paths, wanted)
    show_result(session, result, warnings)
    return result.exit_code
