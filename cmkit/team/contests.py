"""竞赛排名: who leads a contest, by an indicator over its span (适时制定并颁发各项奖励竞赛办法)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.facts.records import Campaign
from cmkit.facts.section import Cell, Column, RecordRef, Section


@dataclass(frozen=True, slots=True)
class Standing:
    """One person's place; those with the same value share it."""

    place: int
    who: str
    value: Decimal


def standings(values: Mapping[str, Decimal | None], *, less: bool = False) -> list[Standing]:
    """Places by value, 1 1 3; who has none is left out."""
    known = {who: value for who, value in values.items() if value is not None}
    order = sorted(known, key=lambda who: (known[who] if less else -known[who], who))
    found: list[Standing] = []
    for number, who in enumerate(order, 1):
        same = found[-1].place if found and found[-1].value == known[who] else number
        found.append(Standing(same, who, known[who]))
    return found


def contest_section(
    contest: Campaign, label: str, unit: str, ranked: Sequence[Standing], names: Mapping[str, str], top: int
) -> Section:
    """The ranking of one contest; the first ``top`` are on the honour list."""
    span = "—".join(day.isoformat() for day in (contest.start, contest.end) if day)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.place, names.get(one.who, one.who), one.value, one.place <= top) for one in ranked
    )
    rule = _("竞赛期 {span}，按{kpi}排名，前 {top} 名表彰。").format(span=span, kpi=label, top=top)
    return Section(
        f"contest-{contest.key}",
        _("竞赛排名：{name}").format(name=contest.name),
        text=(rule, *([contest.review] if contest.review else [])),
        columns=(
            Column(_("名次"), "count"),
            Column(_("姓名")),
            Column(label, "number", unit),
            Column(_("表彰"), "tick"),
        ),
        rows=rows,
        empty=_("还没有成绩。"),
        records=(RecordRef(Campaign.table, contest.key),),
        numbered=False,
        level=2,
    )
