"""Satisfaction: mean, share of the satisfied, NPS (definitions B.13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import grouped, percent, plain
from cmkit.facts.records import Survey
from cmkit.facts.section import Cell, Column, Figure, RecordRef, Section, each, over, worth
from cmkit.service.common import HUNDRED, ServiceFacts

NPS_NAMES = ("NPS", "nps", "推荐意愿", "净推荐值")
"""Dimensions whose scores run from 0 to 10 and say how likely somebody is to recommend."""
PROMOTER_FROM, DETRACTOR_TO = Decimal(9), Decimal(6)


@dataclass(frozen=True, slots=True)
class SurveyStats:
    """One dimension: answers, mean score, share (percent) of scores from ``satisfied_from`` up."""

    answers: int
    mean: Decimal | None
    satisfied_rate: Decimal | None


def survey_stats(scores: Sequence[Decimal], *, satisfied_from: Decimal = Decimal(4)) -> SurveyStats:
    """满意度 = Σ score / answers, 满意率 = satisfied / answers, on a scale where ``satisfied_from`` is 满意."""
    happy = sum(1 for score in scores if score >= satisfied_from)
    average = sum(scores, Decimal(0)) / len(scores) if scores else None
    return SurveyStats(len(scores), average, percent(happy, len(scores)))


def nps(scores: Iterable[Decimal]) -> Decimal | None:
    """Net promoter score: percent of 9-10 less percent of 0-6; None without answers."""
    given = list(scores)
    promoters = sum(1 for score in given if score >= PROMOTER_FROM)
    detractors = sum(1 for score in given if score <= DETRACTOR_TO)
    return percent(promoters - detractors, len(given))


def weighted(values: Mapping[str, Decimal], weights: Mapping[str, Decimal]) -> Decimal | None:
    """Σ value × weight / Σ weight over the dimensions that have both (B.13); None where none has."""
    both = [name for name in values if weights.get(name)]
    whole = sum((weights[name] for name in both), Decimal(0))
    return sum((values[name] * weights[name] for name in both), Decimal(0)) / whole if whole else None


def by_dimension(found: Iterable[Survey]) -> dict[str, list[Decimal]]:
    """The scores given, by dimension; a blank one is 总体."""
    groups: dict[str, list[Decimal]] = defaultdict(list)
    for one in found:
        if one.score is not None:
            groups[one.dimension or _("总体")].append(one.score)
    return dict(sorted(groups.items()))


def survey_section(facts: ServiceFacts) -> Section:
    """客户满意度 by dimension against the last period, with CSAT and the NPS where such a question was asked."""
    last = facts.period.previous()
    found = [one for one in facts.surveys if facts.within(one.date) and one.score is not None]
    before = by_dimension(one for one in facts.surveys if one.date and one.date in last)
    groups = by_dimension(found)
    rows: list[tuple[Cell, ...]] = []
    for name, scores in groups.items():
        if name in NPS_NAMES:
            continue
        now = survey_stats(scores, satisfied_from=facts.satisfied_from)
        then = survey_stats(before.get(name, []), satisfied_from=facts.satisfied_from).satisfied_rate
        moved = None if then is None or now.satisfied_rate is None else now.satisfied_rate - then
        rows.append((name, now.answers, now.mean, now.satisfied_rate, then, moved))
    return Section(
        id="survey",
        title=_("客户满意度"),
        figures=_figures(facts, groups, before) if found else (),
        columns=(
            Column(_("调查项目")),
            Column(_("答卷"), "count"),
            Column(_("平均分"), "number"),
            Column(_("满意率"), "bar", unit="%"),
            Column(_("上期满意率"), "rate", unit="%"),
            Column(_("变化"), "pp", unit=_("百分点")),
        ),
        rows=tuple(rows),
        notes=(_("{score} 分及以上为满意。").format(score=plain(facts.satisfied_from)),) if rows else (),
        empty=_("本期没有满意度调查"),
        records=tuple(RecordRef(Survey.table, one.key) for one in found),
    )


def _figures(
    facts: ServiceFacts, groups: Mapping[str, Sequence[Decimal]], before: Mapping[str, Sequence[Decimal]]
) -> tuple[Figure, ...]:
    """CSAT: satisfied answers of all dimensions, also weighted; NPS of the question that asks for it."""
    answers = [one for one in facts.surveys if facts.within(one.date) and one.score is not None]
    happy = [one for one in answers if (one.score or Decimal(0)) >= facts.satisfied_from]
    scores = [score for name, given in groups.items() if name not in NPS_NAMES for score in given]
    likely = [score for name, given in groups.items() if name in NPS_NAMES for score in given]
    then = nps(score for name, given in before.items() if name in NPS_NAMES for score in given)
    found = []
    if scores:
        csat = survey_stats(scores, satisfied_from=facts.satisfied_from).satisfied_rate
        rated = over(each(one for one in happy if _rated(one)), each(one for one in answers if _rated(one)))
        found.append(Figure(_("满意率 CSAT"), csat, "rate", "%", 1, behind=rated))
    rates = {
        name: survey_stats(given, satisfied_from=facts.satisfied_from).satisfied_rate for name, given in groups.items()
    }
    whole = weighted({name: rate for name, rate in rates.items() if rate is not None}, facts.weights)
    if whole is not None:
        words = "、".join(f"{name} {plain(weight)}" for name, weight in facts.weights.items())
        weights = {name: weight for name, weight in facts.weights.items() if name in rates}
        sum_of = sum(weights.values(), Decimal(0))
        parts = worth(
            (one, HUNDRED * weights[name] / sum_of / len(groups[name]))
            for one in happy
            if (name := one.dimension or _("总体")) in weights
        )
        found.append(Figure(_("加权满意率"), whole, "rate", "%", 1, note=words, behind=parts))
    if likely:
        note = "" if then is None else _("上期 {value}").format(value=grouped(then, 1))
        asked = [one for one in answers if not _rated(one)]
        votes = worth((one, HUNDRED * _vote(one.score or Decimal(0)) / len(asked)) for one in asked)
        found.append(Figure(_("净推荐值 NPS"), nps(likely), "number", digits=1, note=note, behind=votes))
    return tuple(found)


def _rated(one: Survey) -> bool:
    return one.dimension not in NPS_NAMES


def _vote(score: Decimal) -> int:
    return 1 if score >= PROMOTER_FROM else -1 if score <= DETRACTOR_TO else 0


def unhappy_section(facts: ServiceFacts, *, limit: int = 10) -> Section:
    """低分意见: what those who were not satisfied wrote, the lowest score first, as the list to improve by (row 10-03)."""
    found = [
        one
        for one in facts.surveys
        if facts.within(one.date) and one.score is not None and one.comment and _low(one, facts.satisfied_from)
    ]
    found.sort(key=lambda one: (one.score or Decimal(0), one.date or facts.on, one.client_id))
    return Section(
        id="unhappy",
        title=_("低分意见与改进"),
        level=2,
        columns=(
            Column(_("日期"), "date"),
            Column(_("客户")),
            Column(_("调查项目")),
            Column(_("评分"), "number", digits=0),
            Column(_("意见"), "note"),
            Column(_("客户经理")),
        ),
        rows=tuple(
            (
                one.date,
                facts.client_name(one.client_id),
                one.dimension,
                one.score,
                one.comment,
                facts.staff_name(one.staff_id),
            )
            for one in found[:limit]
        ),
        notes=(_("另有 {count} 条没有列出").format(count=len(found) - limit),) if len(found) > limit else (),
        empty=_("本期没有低分意见"),
        records=tuple(RecordRef(Survey.table, one.key) for one in found),
    )


def _low(one: Survey, satisfied_from: Decimal) -> bool:
    limit = DETRACTOR_TO + 1 if one.dimension in NPS_NAMES else satisfied_from
    return one.score is not None and one.score < limit
