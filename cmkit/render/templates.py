"""Where templates and samples lie: in the wheel, in a checkout, in a workspace; the workspace goes first."""

from __future__ import annotations

import re
from pathlib import Path

from cmkit.base.faults import InputFault, InternalFault
from cmkit.base.lang import _

_PACKAGE = Path(__file__).resolve().parent.parent
_NAME = re.compile(r"^[\w一-鿿][\w一-鿿-]*$")
EXTENSIONS = {"md": ".md.j2", "html": ".html.j2", "docx": ".docx", "pdf": ".typ"}
DEFAULT = "document"


def data_root(name: str) -> Path:
    """The folder ``report_templates`` or ``sample_data``: shipped in the wheel, else beside the package.

    Raises:
        InternalFault: The installation lacks it.
    """
    for root in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if root.is_dir():
            return root
    raise InternalFault(_("安装不完整,缺少 {name} 文件夹").format(name=name), hint=_("请重新安装 cmkit"))


def is_shipped(path: Path) -> bool:
    """Whether a template came with the program; an office's own is watched while it runs."""
    return path.is_relative_to(data_root("report_templates"))


def folders(overrides: Path | None, pack: str) -> tuple[Path, ...]:
    """The folders that are searched, first found wins: the workspace's, the pack's, the base."""
    root = data_root("report_templates")
    named = [root / pack] if _NAME.match(pack) and pack != "base" else []
    return tuple(([overrides] if overrides else []) + named + [root / "base"])


def find(name: str, fmt: str, where: tuple[Path, ...], report: str = "") -> Path:
    """The template file of ``name`` for ``fmt``; without a name the report's own layout, else the base template.

    Raises:
        InputFault: The name is not one of a template.
    """
    if name and not _NAME.match(name):
        raise InputFault(
            _("模板名称 {name} 无效").format(name=repr(name)), hint=_("名称只能由汉字、字母、数字、下划线和连字符组成")
        )
    own = [report] if not name and _NAME.match(report) else []
    # A report's own layout is looked for outside base/ only: there its name could be another layout's name.
    places = [(folder, wanted) for wanted in own for folder in where[:-1]]
    places += [(folder, wanted) for wanted in (name, DEFAULT) if wanted for folder in where]
    for folder, wanted in places:
        path = folder / f"{wanted}{EXTENSIONS[fmt]}"
        if path.is_file():
            return path
    raise InternalFault(_("安装不完整,缺少模板 {name}").format(name=f"{DEFAULT}{EXTENSIONS[fmt]}"))


def listing(overrides: Path | None, pack: str) -> tuple[Path, ...]:
    """Every template that would be used, by file name; one in the workspace hides the shipped one. ``_parts`` are theirs, not for use alone."""
    found: dict[str, Path] = {}
    for folder in folders(overrides, pack):
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if path.name.endswith(tuple(EXTENSIONS.values())) and not path.name.startswith(("~", ".", "_")):
                found.setdefault(path.name, path)
    return tuple(found[name] for name in sorted(found))
