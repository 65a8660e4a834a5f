"""One pack's folder as plain tables of keys, each file checked for itself before anything is merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.facts.records import RECORDS, core_kinds
from cmkit.facts.specs import CheckSpec, KpiSpec, PackInfo, ReportSpec, RoutineSpec, TableSpec, TeamSpec, VisitSpec
from cmkit.packs.closed import joined, suggested
from cmkit.packs.decode import problems_in
from cmkit.packs.find import PACK_FILE
from cmkit.packs.merge import is_dropped, without_marks
from cmkit.packs.toml import Raw, read_toml


class _KpiFile(msgspec.Struct, forbid_unknown_fields=True):
    kpi: Mapping[str, KpiSpec] = {}


class _ChecksFile(msgspec.Struct, forbid_unknown_fields=True):
    checks: Mapping[str, CheckSpec] = {}


class _RoutinesFile(msgspec.Struct, forbid_unknown_fields=True):
    routines: Mapping[str, RoutineSpec] = {}


SINGLE: Mapping[str, Any] = {
    "kpi": _KpiFile,
    "checks": _ChecksFile,
    "routines": _RoutinesFile,
    "visits": VisitSpec,
    "team": TeamSpec,
}
WHOLE = ("visits", "team")
"""The files whose keys stand at their top, not under the part's name."""
FOLDERS: Mapping[str, Any] = {"tables": TableSpec, "reports": ReportSpec}
LEGAL_FILES = (PACK_FILE, *(f"{name}.toml" for name in SINGLE), *(f"{name}/*.toml" for name in FOLDERS))


@dataclass(slots=True)
class RawPack:
    """What the files of one pack say. ``files`` maps a part (``kpi``, ``tables.clients``) to its file."""

    folder: Path
    info: Raw = field(default_factory=dict)
    tables: dict[str, Raw] = field(default_factory=dict)
    kpi: Raw = field(default_factory=dict)
    checks: Raw = field(default_factory=dict)
    routines: Raw = field(default_factory=dict)
    visits: Raw = field(default_factory=dict)
    team: Raw = field(default_factory=dict)
    reports: dict[str, Raw] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The pack's name: its folder's."""
        return self.folder.name


def read_folder(folder: Path) -> tuple[RawPack, list[Problem]]:
    """The pack in ``folder``, and everything in its files that cannot be held."""
    raw = RawPack(folder)
    problems: list[Problem] = []
    raw.info = _read(raw, "pack", folder / PACK_FILE, PackInfo, problems)
    problems += _name_problems(raw)
    for part, wanted in SINGLE.items():
        path = folder / f"{part}.toml"
        if path.is_file():
            content = _read(raw, part, path, wanted, problems)
            setattr(raw, part, content if part in WHOLE else content.get(part, {}))
    for part, wanted in FOLDERS.items():
        for path in sorted((folder / part).glob("*.toml")):
            _read_part(raw, part, path, wanted, problems)
    problems += _strangers(folder)
    return raw, problems


def _read(raw: RawPack, part: str, path: Path, wanted: Any, problems: list[Problem]) -> Raw:
    content, unread = read_toml(path)
    raw.files[part] = path
    wrong = unread or problems_in(without_marks(content), wanted, path)
    problems += wrong
    return {} if wrong else content


def _read_part(raw: RawPack, part: str, path: Path, wanted: Any, problems: list[Problem]) -> None:
    content, unread = read_toml(path)
    plain = without_marks({key: value for key, value in content.items() if key != "drop" or value is not True})
    wrong = unread or problems_in(plain, wanted, path)
    name = content.get("table" if part == "tables" else "name") or path.stem
    if not wrong and part == "tables":
        wrong = _table_problems(name, content, path)
    target: dict[str, Raw] = getattr(raw, part)
    if not wrong and name in target:
        other = raw.files[f"{part}.{name}"].name
        wrong = [
            Problem(Place(str(path)), "pack-twice", _("{name} 在 {file} 里已经写过").format(name=name, file=other))
        ]
    problems += wrong
    if not wrong:
        target[name] = content
        raw.files[f"{part}.{name}"] = path


def _table_problems(name: str, content: Raw, path: Path) -> list[Problem]:
    """A table that is no known record, or a column of another kind than the record's field."""
    if name not in RECORDS:
        hint = suggested(name, RECORDS, _("可用的表：{names}").format(names=joined(RECORDS)))
        return [Problem(Place(str(path), "", "table"), "pack-table", _("没有这种记录：{name}").format(name=name), hint)]
    kinds = core_kinds(RECORDS[name])
    return [
        Problem(
            Place(str(path), "", f"columns.{key}.kind"),
            "pack-kind",
            _("{key} 的类型固定为 {kind}").format(key=key, kind=kinds[key].value),
            _("去掉这一行，或者换一个键名"),
        )
        for key, column in content.get("columns", {}).items()
        if key in kinds and not is_dropped(column) and column.get("kind", kinds[key]) != kinds[key]
    ]


def _name_problems(raw: RawPack) -> list[Problem]:
    said = raw.info.get("name", raw.name)
    if said == raw.name:
        return []
    place = Place(str(raw.files["pack"]), "", "name")
    message = _("业务包的名字“{said}”和文件夹“{folder}”不一致").format(said=said, folder=raw.name)
    return [Problem(place, "pack-name", message, _("两者要相同，或者不写 name"))]


def _strangers(folder: Path) -> list[Problem]:
    """Files that nobody would read, because their name is misspelt."""
    known = {PACK_FILE, *(f"{name}.toml" for name in SINGLE)}
    hint = _("可用的文件：{names}").format(names=joined(LEGAL_FILES))
    return [
        Problem(Place(str(path)), "pack-file", _("业务包里没有叫这个名字的文件"), hint)
        for path in sorted(folder.glob("*.toml"))
        if path.name not in known
    ]
