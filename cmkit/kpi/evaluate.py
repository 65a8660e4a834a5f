"""Targets against figures: the verdict on every indicator of every owner, and the total with grade and rank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from cmkit.base.inputs import read_number
from cmkit.base.money import round_half_up
from cmkit.base.period import Period
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.section import Level
from cmkit.facts.specs import KpiSpec, Pack, PackInfo
from cmkit.kpi.completion import completion, zero_target_met
from cmkit.kpi.gather import Figures, Reading
from cmkit.kpi.grades import grade_of, lowest_grade, ranks
from cmkit.kpi.measure import counts_from_year, is_rate
from cmkit.kpi.progress import NO_PACE, CountedCalendar, Pace, growth, pace, time_progress, work_progress
from cmkit.kpi.row import HUNDRED, KpiRow, Point, Verdict
from cmkit.kpi.scoring import VETO, Case, rule_of, score
from cmkit.kpi.targets import Aim, TargetBook


def evaluate(
    pack: Pack,
    who: Iterable[str],
    period: Period,
    on: date,
    targets: TargetBook,
    figures: Mapping[str, Figures],
    calendar: WorkCalendar,
) -> list[KpiRow]:
    """A row for each owner and indicator that ``figures`` holds, owners in the order given.

    The day that counts is the last one that the data covers, at most ``on``: what was reported up to the 25th is held
    against the 25th. Status is documented at :class:`KpiRow`.
    """
    rows: list[KpiRow] = []
    calendar = CountedCalendar(calendar.own)
    root = targets.tree.root
    for name in who:
        own = [
            _row(pack, kpi, name, period, on, targets.find(kpi, name, period), figures[code], calendar)
            for code, kpi in pack.kpis.items()
            if code in figures
        ]
        rates = {row.kpi.code: row.rate for row in own}
        for row in own:
            points = _points(row, targets, figures[row.kpi.code])
            unowned = figures[row.kpi.code].unowned if name == root else None
            rows.append(replace(row, scored=score(_case(row, rates), pack.info), trend=points, unowned=unowned))
    return rows


def _row(
    pack: Pack,
    kpi: KpiSpec,
    who: str,
    period: Period,
    on: date,
    aim: Aim | None,
    figures: Figures,
    calendar: WorkCalendar,
) -> KpiRow:
    reading = figures.reading(who)
    basis = aim.basis if aim else (period.year() if counts_from_year(kpi) else period)
    cut = min(on, reading.as_of or on, period.end)
    net = kpi.measure.how == "growth"
    row = KpiRow(
        kpi,
        who,
        period,
        basis,
        cut,
        "no_actual",
        target=aim.value if aim else None,
        floor=aim.floor if aim else None,
        stretch=aim.stretch if aim else None,
        target_how=aim.how if aim else "",
        actual=reading.value,
        why=reading.why,
        rate=_rate(kpi, pack.info, reading, aim),
        time_progress=time_progress(basis, cut),
        work_progress=work_progress(basis, cut, calendar),
        yoy=growth(reading.value, figures.year_ago.get(who), rates=is_rate(kpi), net=net),
        mom=growth(reading.value, figures.previous.get(who), rates=is_rate(kpi), net=net),
    )
    return _judged(row, on, cut, calendar)


def _rate(kpi: KpiSpec, info: PackInfo, reading: Reading, aim: Aim | None) -> Decimal | None:
    if aim is None or reading.value is None:
        return None
    ends = {key: read_number(kpi.options[key], key) for key in ("lower", "upper") if key in kpi.options}
    return completion(
        reading.value,
        aim.value,
        kpi.direction,
        info.smaller_better,
        lower=ends.get("lower"),
        upper=ends.get("upper"),
    )


def _paced(row: KpiRow) -> bool:
    """Whether time progress is a fair yardstick: the figure builds up towards a positive target."""
    return row.kpi.cumulative and row.kpi.direction == "up" and row.target is not None and row.target > 0


def _judged(row: KpiRow, on: date, cut: date, calendar: WorkCalendar) -> KpiRow:
    if row.actual is None or row.target is None:
        row = replace(row, pace=_pace(row, cut, calendar))
        return replace(row, status="no_actual" if row.target is not None else "no_target")
    gap = (
        row.rate - row.time_progress if _paced(row) and row.rate is not None and row.time_progress is not None else None
    )
    running = on < row.period.end or row.period.end < row.basis.end
    status = _status(row, gap, running=running)
    row = replace(row, gap_pp=gap, status=status, pace=_pace(row, cut, calendar))
    return replace(row, level=_level(row))


def _pace(row: KpiRow, cut: date, calendar: WorkCalendar) -> Pace:
    """Forecast and need; only for what builds up, and the need only where more is better."""
    if row.actual is None or not row.kpi.cumulative:
        return NO_PACE
    found = pace(row.actual, row.target, row.basis, cut, calendar)
    return found if row.kpi.direction == "up" else replace(found, per_day=None, per_workday=None)


def _status(row: KpiRow, gap: Decimal | None, *, running: bool) -> Verdict:
    if row.rate is None:
        met = row.actual is not None and zero_target_met(row.actual, row.kpi.direction)
    else:
        met = row.rate >= HUNDRED
    if met or (running and gap is not None and gap >= 0):
        return "met"
    return "behind" if running and row.kpi.cumulative else "missed"


def _level(row: KpiRow) -> Level:
    """Green for met, amber for behind, red for missed and for a pace that leads below the floor."""
    if row.status == "met":
        return "good"
    if row.status == "missed":
        return "bad"
    below = row.floor is not None and row.forecast is not None and row.forecast < row.floor
    return "bad" if below and row.kpi.direction == "up" else "warn"


def _case(row: KpiRow, rates: Mapping[str, Decimal | None]) -> Case:
    second = rates.get(row.kpi.options.get("with", ""))
    return Case(row.kpi, row.target, row.actual, row.rate, second, row.why not in ("empty", "future"))


def _points(row: KpiRow, targets: TargetBook, figures: Figures) -> tuple[Point, ...]:
    return tuple(
        Point(span, values.get(row.who), _plotted(row.kpi, targets.find(row.kpi, row.who, span), span))
        for span, values in figures.trend
    )


def _plotted(kpi: KpiSpec, aim: Aim | None, span: Period) -> Decimal | None:
    """The target to draw: for growth since the year's start the year's own goal is no mark for one of its months."""
    if aim is None or (counts_from_year(kpi) and aim.basis.kind == "year" != span.kind):
        return None
    return aim.value


@dataclass(frozen=True, slots=True)
class Total:
    """The weighted total of one owner. ``left_out`` names indicators that could not be scored, their weight spread."""

    who: str
    score: Decimal | None
    grade: str = ""
    rank: int | None = None
    vetoes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    bonus: Decimal = Decimal(0)

    def as_dict(self) -> dict[str, object]:
        """The JSON shape of ``kpi score``."""
        return {
            "who": self.who,
            "score": None if self.score is None else f"{self.score:f}",
            "grade": self.grade,
            "rank": self.rank,
            "vetoes": list(self.vetoes),
            "left_out": list(self.left_out),
            "bonus": f"{self.bonus:f}",
        }


def totals(pack: Pack, rows: Sequence[KpiRow], *, digits: int = 2) -> list[Total]:
    """Each owner's total, in the order of ``rows``: the rounded items added up, grade, and rank among them.

    What was not scored (no target, zero target, nothing to measure) is left out and its weight spread over the rest;
    bonus points come on top afterwards. A veto event makes the total 0, or with ``effect = "grade"`` forces the lowest
    grade. Rounding: single items to 2 places and the total half up, a setting (xtika.com/question/2951793240).
    """
    by_who: dict[str, list[KpiRow]] = {}
    for row in rows:
        by_who.setdefault(row.who, []).append(row)
    found = [_total(pack, name, own, digits) for name, own in by_who.items()]
    places = ranks({total.who: total.score for total in found})
    return [replace(total, rank=places[total.who]) for total in found]


def _total(pack: Pack, who: str, rows: Sequence[KpiRow], digits: int) -> Total:
    extra = [row for row in rows if rule_of(row.kpi).adds and _on_top(row.kpi)]
    items = [row for row in rows if row.kpi.weight > 0 and row not in extra]
    scored = [row for row in items if row.weighted is not None]
    left_out = tuple(row.kpi.label for row in items if row.weighted is None)
    bonus = sum((row.weighted for row in extra if row.weighted is not None), Decimal(0))
    if not scored:
        return Total(who, None, left_out=left_out, bonus=bonus)
    whole = sum((row.kpi.weight for row in items), Decimal(0))
    used = sum((row.kpi.weight for row in scored), Decimal(0))
    base = sum((row.weighted for row in scored if row.weighted is not None), Decimal(0)) * whole / used
    value = round_half_up(base + bonus, digits)
    struck = [row for row in rows if row.kpi.rule == VETO and row.actual is not None and row.actual > 0]
    if any(row.kpi.options.get("effect", "zero") == "zero" for row in struck):
        value = round_half_up(Decimal(0), digits)
    grade = lowest_grade(pack.info.grades) if struck else grade_of(value, pack.info.grades)
    return Total(who, value, grade, None, tuple(row.kpi.label for row in struck), left_out, bonus)


def _on_top(kpi: KpiSpec) -> bool:
    """A bonus always comes on top; a deduction does where it has no weight of its own to be taken from."""
    return kpi.rule == "bonus" or kpi.weight <= 0
