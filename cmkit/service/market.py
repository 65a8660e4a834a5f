"""The market: what people have learnt about competitors, as a digest for the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from cmkit.base.lang import _
from cmkit.base.period import Period
from cmkit.facts.records import CompetitorIntel
from cmkit.facts.section import Column, RecordRef, Section


def market_section(
    intel: Sequence[CompetitorIntel], *, period: Period, names: Mapping[str, str], limit: int = 20
) -> Section:
    """竞争与市场: how often each competitor was met, and the newest ``limit`` pieces of news.

    A pack may keep what the competitor is better and worse at in columns of its own.
    """
    found = [one for one in intel if one.date and one.date in period]
    found.sort(key=lambda one: (one.date or date.min, one.competitor, one.content), reverse=True)
    counts = Counter(one.competitor for one in found if one.competitor)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    said = _("收集竞争信息 {count} 条：{who}。").format(
        count=len(found), who="、".join(_("{name} {count} 条").format(name=name, count=count) for name, count in ranked)
    )
    hidden = len(found) - limit
    sides = {"strengths": _("对手优势"), "weaknesses": _("对手劣势")}
    sides = {key: label for key, label in sides.items() if any(one.get(key) for one in found)}
    return Section(
        id="market",
        title=_("竞争与市场"),
        text=(said,) if found else (),
        columns=(
            Column(_("日期"), "date"),
            Column(_("竞争对手")),
            Column(_("产品")),
            Column(_("动态"), "note"),
            *(Column(label, "note") for label in sides.values()),
            Column(_("来源")),
            Column(_("应对措施"), "note"),
            Column(_("报告人")),
        ),
        rows=tuple(
            (
                one.date,
                one.competitor,
                one.product,
                one.content,
                *(one.get(key) for key in sides),
                one.source,
                one.countermeasure,
                names.get(one.staff_id, one.staff_id),
            )
            for one in found[:limit]
        ),
        notes=(_("另有 {count} 条较早的没有列出").format(count=hidden),) if hidden > 0 else (),
        empty=_("本期没有竞争与市场信息"),
        records=tuple(RecordRef(CompetitorIntel.table, one.key) for one in found),
    )
