"""One indicator of one owner: target, figure, how far it has come, score and verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from cmkit.base.lang import _
from cmkit.base.money import plain, round_half_up
from cmkit.base.period import Period
from cmkit.facts.section import Level
from cmkit.facts.specs import KpiSpec
from cmkit.facts.trial import Trial, shown
from cmkit.kpi.gather import Why
from cmkit.kpi.progress import NO_GROWTH, NO_PACE, Growth, Pace
from cmkit.kpi.scoring import NO_SCORE, Score

Verdict = Literal["met", "behind", "missed", "no_target", "no_actual"]
NEGATIVE: tuple[Verdict, ...] = ("behind", "missed")
UNTARGETED = ("bonus", "deduct", "veto")
NOT_APPLICABLE = "n/a"
HUNDRED = Decimal(100)
EXACT_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Point:
    """The figure and its target in one period of the trend."""

    period: Period
    actual: Decimal | None
    target: Decimal | None


@dataclass(frozen=True, slots=True)
class KpiRow:
    """A verdict with everything it rests on. Numbers are exact; they are rounded where they are shown.

    ``met`` is said of a figure that has reached its target, and of a running period's figure that keeps pace with time
    (``on_pace``); ``behind`` only while the period runs, ``missed`` of a level at any time and of the rest afterwards.
    ``gap_pp`` exists where time progress is a fair yardstick: figures that build up towards a positive target.
    """

    kpi: KpiSpec
    who: str
    period: Period
    basis: Period
    """The span that the target and its time progress are for (the year, for growth since its start)."""
    as_of: date
    status: Verdict
    target: Decimal | None = None
    floor: Decimal | None = None
    stretch: Decimal | None = None
    actual: Decimal | None = None
    why: Why = ""
    rate: Decimal | None = None
    time_progress: Decimal | None = None
    work_progress: Decimal | None = None
    gap_pp: Decimal | None = None
    pace: Pace = NO_PACE
    yoy: Growth = NO_GROWTH
    mom: Growth = NO_GROWTH
    scored: Score = NO_SCORE
    level: Level = "none"
    target_how: str = ""
    """How the target was found: given, summed, split, shaped, rolled_up."""
    unowned: Decimal | None = None
    """The part of the whole office's figure that is nobody's; told only of the organisation that stands for it."""
    trend: tuple[Point, ...] = field(default=(), repr=False)

    @property
    def score(self) -> Decimal | None:
        """The score on the scale of 100 (points as they stand for a bonus or a deduction)."""
        return self.scored.score

    @property
    def weighted(self) -> Decimal | None:
        """What the score adds to the total."""
        return self.scored.weighted

    @property
    def working(self) -> Trial | None:
        """How the score came about: formula with numbers, rule and source."""
        return self.scored.working

    @property
    def forecast(self) -> Decimal | None:
        """Where the pace so far leads by the end of the span."""
        return self.pace.forecast

    @property
    def needed_per_workday(self) -> Decimal | None:
        """What is needed on each working day that is left."""
        return self.pace.per_workday

    @property
    def missing(self) -> Decimal | None:
        """What is still short of the target; None where nothing is, or less is better."""
        if self.target is None or self.actual is None or self.kpi.direction != "up" or self.actual >= self.target:
            return None
        return self.target - self.actual

    @property
    def on_pace(self) -> bool:
        """Met only in so far as it keeps pace with time."""
        return self.status == "met" and self.rate is not None and self.rate < HUNDRED

    @property
    def relevant(self) -> bool:
        """Whether there is anything to tell: a target, or a figure that is not nil."""
        return self.target is not None or bool(self.actual)

    @property
    def wants_target(self) -> bool:
        """Whether a target is expected: not for bonus, deduction and veto, nor for what is only watched."""
        return self.kpi.weight > 0 and self.kpi.rule not in UNTARGETED

    @property
    def words(self) -> str:
        """The verdict in a word."""
        if self.status == "met":
            return _("进度内") if self.on_pace else _("达标")
        if self.status == "no_actual":
            return {"empty": _("无业务"), "future": _("未开始")}.get(self.why) or _("未报")
        if self.status == "no_target" and not self.wants_target:
            return _("加减分") if self.kpi.rule in UNTARGETED else _("监测")
        return {"behind": _("落后"), "missed": _("未达标")}.get(self.status) or _("未下达")

    def as_dict(self) -> dict[str, object]:
        """The JSON shape that scripts rely on: decimals as text, ``n/a`` where a zero target has no rate."""
        none = NOT_APPLICABLE if self.target == 0 else None
        return {
            "kpi": self.kpi.code,
            "who": self.who,
            "target": _exact(self.target),
            "actual": _exact(self.actual),
            "rate": none if self.rate is None else shown(self.rate),
            "time_progress": _two(self.time_progress),
            "gap_pp": none if self.gap_pp is None else shown(self.gap_pp),
            "score": _two(self.score),
            "status": self.status,
            "name": self.kpi.label,
            "unit": self.kpi.unit,
            "floor": _exact(self.floor),
            "stretch": _exact(self.stretch),
            "weight": plain(self.kpi.weight),
            "weighted": _two(self.weighted),
            "work_progress": _two(self.work_progress),
            "forecast": _two(self.pace.forecast),
            "needed_per_day": _two(self.pace.per_day),
            "needed_per_workday": _two(self.pace.per_workday),
            "yoy": None if self.yoy.kind == "none" else self.yoy.text,
            "mom": None if self.mom.kind == "none" else self.mom.text,
            "as_of": self.as_of.isoformat(),
            "level": self.level,
            "target_how": self.target_how or None,
            "unowned": _exact(self.unowned),
        }


def exact_text(value: Decimal) -> str:
    """A figure in full (the eight decimals that yuan to 0.0001 need in 万元); a quotient without end is cut there."""
    exponent = value.as_tuple().exponent
    long = isinstance(exponent, int) and exponent < -EXACT_DIGITS
    return plain((round_half_up(value, EXACT_DIGITS) if long else value) + 0)


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else exact_text(value)


def _two(value: Decimal | None) -> str | None:
    return None if value is None else shown(value)


def verdict(period: Period, rows: list[KpiRow]) -> dict[str, object]:
    """The JSON shape of ``kpi check``; ``missed`` counts everything missed or behind."""
    return {
        "period": period.name,
        "rows": [row.as_dict() for row in rows],
        "missed": sum(row.status in NEGATIVE for row in rows),
    }
