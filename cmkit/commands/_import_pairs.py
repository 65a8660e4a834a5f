"""Records of an import that may be one and the same, side by side: of one key in a file, or of one person in the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from cmkit.base.lang import _
from cmkit.base.text import safe_line
from cmkit.commands._kit import Session
from cmkit.facts.kinds import Kind, Stored, decode
from cmkit.facts.section import Cell, Column
from cmkit.facts.specs import TableSpec

if TYPE_CHECKING:
    from cmkit.commands._importing import Result
    from cmkit.facts.intake import Double, SheetIntake
    from cmkit.store.twins import Twin

_SHOWN = 20
_DIFFERENT = 4
_TELLING = ("name", "id_no", "phone", "owner_id")
"""Besides the key: what people know a record by."""


@dataclass(frozen=True)
class Side:
    """One of the two: where it stands, what became of it, and its values as they may be shown."""

    file: str
    sheet: str
    row: int
    fate: str
    values: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """The JSON shape that scripts rely on."""
        return {"file": self.file, "sheet": self.sheet, "row": self.row, "fate": self.fate, "values": dict(self.values)}


@dataclass(frozen=True)
class Pair:
    """Two records of ``table`` side by side; they agree in ``same`` and not in ``different``."""

    table: str
    code: str
    same: tuple[str, ...]
    different: tuple[str, ...]
    sides: tuple[Side, Side]

    def as_dict(self) -> dict[str, object]:
        """The JSON shape that scripts rely on."""
        return {
            "table": self.table,
            "code": self.code,
            "same": list(self.same),
            "different": list(self.different),
            "records": [side.as_dict() for side in self.sides],
        }


def pairs(session: Session, result: Result) -> list[Pair]:
    """Every pair that this import came upon."""
    of_keys = [_of_key(session, intake, one) for intake, _outcome, _known in result.sheets for one in intake.doubles]
    return [*of_keys, *(_of_person(session, one, set(result.batches)) for one in result.twins)]


def _of_key(session: Session, intake: SheetIntake, double: Double) -> Pair:
    """Two rows of one file with one key."""
    spec = session.pack.tables[intake.table]
    mine = dict(zip(intake.columns, double.values, strict=True))
    before = double.before or _stored(session, intake.table, double.key)
    different = tuple(
        name for name, value in mine.items() if value is not None and before.get(name) not in {None, value}
    )
    first = Side(intake.file, double.sheet, double.first, _("收下"), _values(spec, before))
    second = Side(intake.file, intake.sheet, double.row, _("拒收"), _values(spec, mine))
    return Pair(intake.table, "same_key", tuple(spec.key), different, (first, second))


def _stored(session: Session, table: str, key: str) -> Mapping[str, Stored]:
    from cmkit.store.load import stored_record

    return stored_record(session.store, table, key)


def _of_person(session: Session, twin: Twin, batches: set[int]) -> Pair:
    """Two clients with one identity number, or one phone and name."""
    spec = session.pack.tables["clients"]
    sides = []
    for key, origin, said in ((twin.key, twin.mine, twin.values[0]), (twin.other, twin.theirs, twin.values[1])):
        new = origin.batch in batches or origin.batch == twin.mine.batch  # a dry run keeps no batch
        fate = _("本次导入") if new else _("第 {batch} 批").format(batch=origin.batch)
        values = _values(spec, {spec.key[0]: key, **said})
        sides.append(Side(origin.file, origin.sheet, origin.row, fate, values))
    left, right = twin.values
    different = tuple(
        name for name, value in left.items() if value is not None and right.get(name) not in {None, value}
    )
    return Pair("clients", "same_person", twin.columns, different, (sides[1], sides[0]))


def _values(spec: TableSpec, stored: Mapping[str, Stored]) -> dict[str, str]:
    """What may be shown of a record, by column, blanks left out."""
    return {
        name: text
        for name, value in stored.items()
        if name in spec.columns and value is not None and (text := _shown(spec, name, value, stored))
    }


def _shown(spec: TableSpec, name: str, value: Stored, record: Mapping[str, Stored]) -> str:
    from cmkit.facts.records import RECORDS
    from cmkit.privacy.masks import BUSINESS_KINDS, mask_of, mask_value

    kind = spec.columns[name].kind
    plain = decode(kind, value)
    mask = mask_of(RECORDS[spec.table], spec, name)
    if not (mask == "name" and record.get("kind") in BUSINESS_KINDS):
        plain = mask_value(mask, plain)
    if kind is Kind.FLAG:
        plain = _("是") if plain else _("否")
    return safe_line("、".join(map(str, plain)) if isinstance(plain, tuple) else str(plain))


def show_pairs(session: Session, found: Sequence[Pair]) -> None:
    """Each pair in two lines of one small table, one table a kind of record, on stderr."""
    if session.quiet or not found:
        return
    from cmkit.render import screen

    for title, spec, group in _groups(session, found):
        names = _columns(spec, group[:_SHOWN])
        columns = [Column(""), Column(_("文件")), Column(_("工作表")), Column(_("行"), "count"), Column(_("去向"))]
        columns += [Column(spec.columns[name].label) for name in names]
        columns += [Column(_("相同")), Column(_("不同"))]
        rows: list[tuple[Cell, ...]] = [
            (
                str(number),
                side.file,
                side.sheet,
                side.row,
                side.fate,
                *(side.values.get(name, "") for name in names),
                _labels(spec, pair.same),
                _labels(spec, pair.different),
            )
            for number, pair in enumerate(group[:_SHOWN], 1)
            for side in pair.sides
        ]
        session.say(title)
        click.echo(screen.show("table", columns, rows), err=True)
        if len(group) > _SHOWN:
            session.say(_("…… 另有 {count} 对，用 --format json 全部列出").format(count=len(group) - _SHOWN))


def _groups(session: Session, found: Sequence[Pair]) -> Iterator[tuple[str, TableSpec, list[Pair]]]:
    """The pairs that share a table of their own, with its title."""
    groups: dict[tuple[str, str], list[Pair]] = {}
    for pair in found:
        groups.setdefault((pair.code, pair.table), []).append(pair)
    for (code, table), group in groups.items():
        spec = session.pack.tables[table]
        title = (
            _("{table}：可能是同一个人的 {count} 对记录，请核对；是就只留一个编号")
            if code == "same_person"
            else _("{table}：同一个文件里编号相同、内容不同的 {count} 对记录，收下了前一行；请只留一行")
        )
        yield title.format(table=spec.label, count=len(group)), spec, group


def _columns(spec: TableSpec, group: Sequence[Pair]) -> list[str]:
    """The columns to show: the key, what people know a record by, and what differs most often."""
    held = {name for pair in group for side in pair.sides for name in side.values}
    names = [name for name in dict.fromkeys((*spec.key, *_TELLING)) if name in held]
    counts: dict[str, int] = {}
    for pair in group:
        for name in pair.different:
            if name not in names:
                counts[name] = counts.get(name, 0) + 1
    return [*names, *sorted(counts, key=lambda name: -counts[name])[:_DIFFERENT]]


def _labels(spec: TableSpec, names: Sequence[str]) -> str:
    return _("、").join(spec.columns[name].label for name in names if name in spec.columns)
