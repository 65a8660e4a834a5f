"""From merged tables of keys to a Pack, with what the record types already know filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from cmkit.facts.kinds import Kind
from cmkit.facts.records import RECORDS, core_kinds
from cmkit.facts.specs import (
    CheckSpec,
    KpiSpec,
    Pack,
    PackInfo,
    ReportSpec,
    RoutineSpec,
    TableSpec,
    TeamSpec,
    VisitSpec,
)
from cmkit.packs.read import RawPack
from cmkit.packs.toml import Raw

S = TypeVar("S")


def build(merged: RawPack, chain: tuple[str, ...]) -> Pack:
    """The pack that the merged files describe; each file has been checked before."""
    return Pack(
        info=msgspec.convert(merged.info, PackInfo),
        tables={name: _table(name, merged.tables[name]) for name in _in_order(merged.tables)},
        kpis=_named(merged.kpi, KpiSpec, "code"),
        checks={name: msgspec.convert(raw, CheckSpec) for name, raw in merged.checks.items()},
        routines={name: _routine(name, raw) for name, raw in merged.routines.items()},
        reports=_named(merged.reports, ReportSpec, "name"),
        visits=msgspec.convert(merged.visits, VisitSpec),
        team=msgspec.convert(merged.team, TeamSpec),
        chain=chain,
    )


def _in_order(tables: Mapping[str, Raw]) -> list[str]:
    """The tables in the order of the record types, however their files are called."""
    return [name for name in RECORDS if name in tables]


def _named(raws: Mapping[str, Any], wanted: type[S], word: str) -> dict[str, S]:
    return {name: msgspec.convert({**raw, word: name}, wanted) for name, raw in raws.items()}


def _table(name: str, raw: Raw) -> TableSpec:
    record = RECORDS[name]
    kinds = core_kinds(record)
    known = {
        "number": record.number,
        "key": record.key_fields,
        "label_column": record.label_field,
        "owner": record.owner_field,
        "date": record.date_field,
    }
    columns = {
        key: {"kind": kinds.get(key, Kind.TEXT), **column, "key": key} for key, column in raw.get("columns", {}).items()
    }
    return msgspec.convert({**known, **raw, "columns": columns}, TableSpec)


def _routine(role: str, raw: Raw) -> RoutineSpec:
    """A routine; a step or block without a key goes by its label, which is what people tick."""
    blocks = [_keyed({**block, "steps": _keys(block.get("steps", ()))}) for block in raw.get("blocks", ())]
    activity = _keys(raw.get("activity", ()))
    return msgspec.convert({"role": role, **raw, "blocks": blocks, "activity": activity}, RoutineSpec)


def _keys(steps: Any) -> list[Raw]:
    return [_keyed(step) for step in steps]


def _keyed(raw: Raw) -> Raw:
    return {"key": raw.get("zh") or raw.get("en", ""), **raw}
