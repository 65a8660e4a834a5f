"""Files that people name on the command line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cmkit.base.faults import ConfigFault, InputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.commands._kit import Session, check_words
from cmkit.sheets.own import made_here

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".txt"})
_OWN_FOLDERS = ("out", "outbox", "packs", "templates")
_NAMED = 5


@dataclass(frozen=True)
class Files:
    """The files to read, and those of a folder that are left alone because cmkit made them (as the folder names them)."""

    found: list[Path] = field(default_factory=list)
    own: list[str] = field(default_factory=list)

    def tell(self, session: Session) -> None:
        """Say what was left alone."""
        if self.own:
            names = "、".join(self.own[:_NAMED]) + ("…" if len(self.own) > _NAMED else "")
            session.say(
                _("没有读 cmkit 自己生成的 {count} 个文件：{names}；要读就直接写出文件名").format(
                    count=len(self.own), names=names
                )
            )


def own_folders(session: Session) -> list[Path]:
    """Where the workspace keeps what cmkit makes; none where there is no workspace."""
    try:
        root = session.workspace.root
    except ConfigFault:
        return []
    return [root / name for name in _OWN_FOLDERS]


def expand(paths: Sequence[Path], own: Collection[Path] = ()) -> Files:
    """Files as they are, folders as the workbooks in them.

    Lock files of Excel and WPS are left out, and so is what cmkit wrote: what lies in the folders ``own``, and
    reports, forms and rejects that nobody has changed. Raises InputFault where that leaves nothing.
    """
    files = Files()
    for path in paths:
        if not path.is_dir():
            files.found.append(path)
            continue
        inside = sorted(one for one in path.rglob("*") if one.is_file() and one.suffix.lower() in SUFFIXES)
        here = path.resolve()
        kept = [folder for folder in map(Path.resolve, own) if not here.is_relative_to(folder)]
        for one in inside:
            if one.name.startswith(("~$", ".")):
                continue
            place = one.resolve() if one.is_symlink() else here / one.relative_to(path)
            if any(place.is_relative_to(folder) for folder in kept) or made_here(one):
                files.own.append(str(one.relative_to(path)))
            else:
                files.found.append(one)
    check_words([str(path) for path in files.found])
    if not files.found:
        hint = _("其中 {count} 个是 cmkit 自己生成的，没有读").format(count=len(files.own)) if files.own else ""
        raise InputFault(_("文件夹里没有表格文件"), hint=hint, place=Place("、".join(map(str, paths))))
    return files
