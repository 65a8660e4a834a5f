"""Satisfaction: mean, share of the satisfied, NPS (definitions B.13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.facts.records import Survey
from cmkit.facts.section import Column, Figure, RecordRef, Section
from cmkit.service.common import ServiceFacts, percent

NPS_NAMES = ("NPS", "nps", "推荐意愿", "净推荐值")
"""Dimensions whose scores run from 0 to 10 and say how likely somebody is to recommend."""
SATISFIED_FROM = Decimal(4)
PROMOTER_FROM, DETRACTOR_TO = Decimal(9), Decimal(6)


@dataclass(frozen=True, slots=True)
class SurveyStats:
    """One dimension: answers, mean score, share (percent) of scores from ``satisfied_from`` up."""

    answers: int
    mean: Decimal | None
    satisfied_rate: Decimal | None


def survey_stats(scores: Sequence[Decimal], *, satisfied_from: Decimal = SATISFIED_FROM) -> SurveyStats:
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


def survey_section(facts: ServiceFacts, *, satisfied_from: Decimal = SATISFIED_FROM) -> Section:
    """客户满意度 by dimension, with the NPS where such a question was asked."""
    found = [one for one in facts.surveys if facts.within(one.date) and one.score is not None]
    groups: dict[str, list[Decimal]] = defaultdict(list)
    for one in found:
        groups[one.dimension or _("总体")].append(one.score or Decimal(0))
    likely = [score for name, scores in groups.items() if name in NPS_NAMES for score in scores]
    stats = {
        name: survey_stats(scores, satisfied_from=satisfied_from)
        for name, scores in sorted(groups.items())
        if name not in NPS_NAMES
    }
    return Section(
        id="survey",
        title=_("客户满意度"),
        figures=(Figure(_("净推荐值 NPS"), nps(likely), "number", digits=1),) if likely else (),
        columns=(
            Column(_("调查项目")),
            Column(_("答卷"), "count"),
            Column(_("平均分"), "number"),
            Column(_("满意率"), "bar", unit="%"),
        ),
        rows=tuple((name, one.answers, one.mean, one.satisfied_rate) for name, one in stats.items()),
        empty=_("本期没有满意度调查"),
        records=tuple(RecordRef(Survey.table, one.key) for one in found),
    )
