"""Every figure of a report is the sum of its records, or the quotient of two such sums, and each record is in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date
from decimal import Decimal
from itertools import groupby

import pytest

from cmkit.base.lang import speaking
from cmkit.base.period import parse_period
from cmkit.commands._kit import Session
from cmkit.facts.section import Figure, Section
from cmkit.reports.desk import Desk, Scope
from cmkit.reports.explaining import trace_figures
from cmkit.reports.paper import Paper
from cmkit.reports.parts import PARTS
from tests.commands.kit import Office

PACKS = ("bank_retail", "tobacco")
DERIVED = frozenset({"kpi_table", "summary"})
"""Cards of indicators: ``kpi explain CODE`` serves them, and its own tests."""


def _scopes(desk: Desk) -> Iterable[Scope]:
    yield desk.everything()
    branches = [org for org in desk.orgs.values() if org.parent_id]
    yield from (desk.branch(org.org_id) for org in branches)
    yield from (desk.owner(name) for name in list(desk.staff)[:8])


def _worth(figure: Figure) -> Decimal | None:
    """What the records give: a sum, or the sum above the line over the one below, in percent for a rate."""
    sums = {
        part: sum((one.amount for one in found), Decimal(0))
        for part, found in groupby(sorted(figure.behind, key=lambda one: one.part), key=lambda one: one.part)
    }
    if not figure.behind or "" in sums:
        return sums.get("", Decimal(0))
    if not sums.get("bottom"):
        return None
    quotient = sums.get("top", Decimal(0)) / sums["bottom"]
    return quotient * 100 if figure.kind == "rate" else quotient


def _figures(desk: Desk) -> Iterable[tuple[Section, Figure]]:
    for scope in _scopes(desk):
        paper = Paper(desk, scope)
        for part in PARTS.values():
            for section in part(paper):
                if section.id not in DERIVED:
                    yield from ((section, figure) for figure in section.figures)


@pytest.mark.parametrize("pack", PACKS)
def test_every_figure_of_every_scope_adds_up(demos: Callable[[str], Office], pack: str) -> None:
    session = Session()
    session.options |= {"workspace": str(demos(pack).root), "on": date(2026, 10, 30)}
    with speaking("zh"), closing(session):
        desk = session.desk(parse_period("2026-10"))
        found = [one for one in _figures(desk) if isinstance(one[1].value, int | Decimal)]
        for section, figure in found:
            value, worth = Decimal(str(figure.value)), _worth(figure)
            where = (section.id, figure.label, value, worth)
            assert worth is not None or not value, where
            assert abs(value - (worth or Decimal(0))) <= Decimal("0.51") / 10**figure.digits, where
        assert len(found) > 60
        traces = trace_figures(desk, [one for one in found if one[1].behind])
        assert len(traces) > 30
        for trace in traces:
            assert all(origin.file and origin.row for _one, origin in trace.lines), trace.figure.label


def test_a_figure_is_explained_by_its_label(bank: Office) -> None:
    words = ("kpi", "explain", "计划覆盖率", "--owner", "E1003", "--period", "2026-10")
    (told,) = bank.json(*words)["figures"]
    parts = [record["part"] for record in told["records"]]
    rate = Decimal(100) * parts.count("top") / parts.count("bottom")
    assert round(rate, 2) == Decimal(told["value"])
    assert {"file", "sheet", "row"} <= set(told["records"][0]["origin"])
    shown = bank.run(*words).expect(0)
    assert "分子" in shown.out
    assert f"走访与活动量 计划覆盖率：{told['value']} %" in shown.lines[-1]
