from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from cmkit.base.lang import speaking
from cmkit.base.period import parse_period
from cmkit.base.workdays import WorkCalendar
from cmkit.checks.facts import CheckFacts, KpiLine
from cmkit.facts.kinds import Kind
from cmkit.facts.records import RECORDS, Fact, Origin, core_kinds
from cmkit.facts.specs import CheckSpec, Pack


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    with speaking("zh"):
        yield


class Desk:
    """Makes the material of a check out of plain values, as the case files write them."""

    on = date(2026, 10, 30)

    def pack(self, checks: Mapping[str, Mapping[str, Any]], **parts: Any) -> Pack:
        """A pack that runs ``checks``; ``parts`` as in pack files."""
        specs = {rule: msgspec.convert(spec, CheckSpec) for rule, spec in checks.items()}
        info = {"name": "test", **parts.pop("info", {})}
        return replace_checks(msgspec.convert({"info": info, **parts}, Pack), specs)

    def fact(self, table: str, row: int = 0, **values: Any) -> Fact:
        """A record; what is no field of it goes into ``more``. ``row`` is where it was read."""
        kinds = core_kinds(RECORDS[table])
        own = {key: self._typed(kinds[key], value) for key, value in values.items() if key in kinds}
        more = {key: value for key, value in values.items() if key not in kinds}
        return RECORDS[table](more=more, origin=Origin(1, "册.xlsx", table, row), **own)

    def _typed(self, kind: Kind, value: Any) -> Any:
        if kind is Kind.NAMES:
            return tuple(value)
        return Decimal(str(value)) if kind.scaled else value

    def facts(
        self,
        pack: Pack,
        tables: Mapping[str, list[dict[str, Any]]],
        *,
        on: date | None = None,
        period: str = "2026-10",
        kpi: list[dict[str, Any]] | None = None,
    ) -> CheckFacts:
        """The material of a run."""
        records = {
            table: [self.fact(table, number, **row) for number, row in enumerate(rows, 2)]
            for table, rows in tables.items()
        }
        numbers = ("rate", "time_progress", "gap_pp", "target", "actual", "needed")
        lines = []
        for row in kpi or []:
            values: dict[str, Any] = {key: Decimal(str(row[key])) if key in numbers else row[key] for key in row}
            lines.append(KpiLine(**values))
        return CheckFacts(on or self.on, parse_period(period), WorkCalendar(), pack, records, lines)


def replace_checks(pack: Pack, checks: Mapping[str, CheckSpec]) -> Pack:
    """The pack with these checks."""
    return msgspec.structs.replace(pack, checks=checks)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def masked_by() -> Any:
    """Masks a client's name as the privacy room would."""

    def hide(fact: Fact) -> Fact:
        names: dict[str, Any] = {key: "某某" for key in ("name", "client_name") if key in core_kinds(type(fact))}
        return fact.changed(**names) if fact.table != "staff" else fact

    return hide
