"""成长: training and coaching, quality assessment, who may be promoted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import plain, round_half_up
from cmkit.base.period import Period
from cmkit.facts.records import Assessment, Staff, StaffEvent, Training
from cmkit.facts.section import Cell, Column, RecordRef, Section, Status
from cmkit.facts.specs import PromotionSpec, TeamSpec
from cmkit.team.org import employed

COACHING = "陪访辅导"
PROMOTED = "晋升"
HUNDRED = Decimal(100)


def training_section(trainings: Sequence[Training], staff: Sequence[Staff], period: Period, team: TeamSpec) -> Section:
    """Each person's training of the period: times, hours, joint visits received and given, mean score."""
    inside = [one for one in trainings if one.date and one.date in period]
    rows: list[tuple[Cell, ...]] = []
    for person in sorted(staff, key=lambda one: one.staff_id):
        own = [one for one in inside if one.staff_id == person.staff_id]
        given = [one for one in inside if one.coach_id == person.staff_id and one.kind == COACHING]
        if not own and not given and person.role not in team.coaches:
            continue
        scores = [one.score for one in own if one.score is not None]
        mean = round_half_up(sum(scores, Decimal(0)) / len(scores), 1) if scores else None
        hours = sum((one.hours or Decimal(0) for one in own), Decimal(0))
        coached = sum(one.kind == COACHING for one in own)
        wanted = team.coachings if person.role in team.coaches else None
        state = None
        if wanted:
            state = Status("good", _("达标")) if len(given) >= wanted else Status("bad", _("不足"))
        rows.append((person.name, person.role, len(own), hours, mean, coached, len(given), wanted, state))
    return Section(
        "training",
        _("培训与陪访辅导"),
        columns=(
            Column(_("姓名")),
            Column(_("岗位")),
            Column(_("参训次数"), "count"),
            Column(_("学时"), "number", digits=1),
            Column(_("平均成绩"), "number", digits=1),
            Column(_("受辅导"), "count"),
            Column(_("辅导他人"), "count"),
            Column(_("辅导标准"), "count"),
            Column(_("状态"), "status"),
        ),
        rows=tuple(rows),
        empty=_("本期没有培训和辅导记录。"),
        records=tuple(RecordRef(Training.table, one.key) for one in inside),
        level=2,
    )


def quality_scores(assessments: Sequence[Assessment], period: str, team: TeamSpec) -> dict[str, Decimal]:
    """素质评估: per person, raters by weight (direct superior 80 %, next level 20 %), items by weight, of a hundred.

    A rater or item without a weight in the pack counts for nothing; raters who did not mark leave theirs to the others.
    Source: qq94.com/fjx/erJAw.html (90 × 0.8 + 85 × 0.2 = 89).
    """
    marks: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    for one in assessments:
        if one.period == period and one.score is not None and one.rater in team.raters and one.item in team.quality:
            marks[one.staff_id, one.item][one.rater] = one.score
    by_item: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for (who, item), given in marks.items():
        weight = sum((team.raters[rater] for rater in given), Decimal(0))
        by_item[who][item] = sum((team.raters[rater] * mark for rater, mark in given.items()), Decimal(0)) / weight
    found: dict[str, Decimal] = {}
    for who, items in by_item.items():
        weight = sum((team.quality[item] for item in items), Decimal(0))
        found[who] = round_half_up(
            sum((team.quality[item] * mark for item, mark in items.items()), Decimal(0)) / weight
        )
    return found


def combined(performance: Decimal | None, quality: Decimal | None, share: Decimal) -> Decimal | None:
    """业绩考评与素质评估 together: ``share`` percent of the whole is quality; one alone where the other is wanting."""
    if performance is None or quality is None:
        return performance if quality is None else quality
    return round_half_up((performance * (HUNDRED - share) + quality * share) / HUNDRED)


def quality_section(
    assessments: Sequence[Assessment],
    staff: Sequence[Staff],
    period: str,
    team: TeamSpec,
    performance: Mapping[str, Decimal | None],
) -> Section:
    """Quality beside performance, and both together by the pack's weight."""
    quality = quality_scores(assessments, period, team)
    rows = [
        (
            person.name,
            person.role,
            performance.get(person.staff_id),
            quality[person.staff_id],
            combined(performance.get(person.staff_id), quality[person.staff_id], team.quality_weight),
        )
        for person in staff
        if person.staff_id in quality
    ]
    rows.sort(key=lambda row: (-(row[4] or Decimal(0)), row[0]))
    items = "、".join(f"{item} {plain(weight)}" for item, weight in team.quality.items())
    raters = "、".join(f"{rater} {plain(weight)}" for rater, weight in team.raters.items())
    return Section(
        "quality",
        _("业绩考评与素质评估"),
        columns=(
            Column(_("姓名")),
            Column(_("岗位")),
            Column(_("业绩得分"), "number"),
            Column(_("素质得分"), "number"),
            Column(_("综合得分"), "number"),
        ),
        rows=tuple(rows),
        notes=(
            _("素质项目权重：{items}；评分人权重：{raters}；素质占综合得分的 {share}%。").format(
                items=items, raters=raters, share=plain(team.quality_weight)
            ),
        ),
        empty=_("本期没有素质评估。"),
        level=2,
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person held against the rule of the next grade; ``short`` names what is wanting."""

    person: Staff
    rule: PromotionSpec
    months: int
    scores: tuple[Decimal | None, ...]
    short: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Everything that the rule asks is there."""
        return not self.short


def months_in_grade(person: Staff, events: Sequence[StaffEvent], on: date) -> int:
    """Full months since the last promotion, else since joining."""
    dates = [one.date for one in events if one.staff_id == person.staff_id and one.kind == PROMOTED and one.date]
    since = max((day for day in dates if day <= on), default=person.join_date)
    if since is None:
        return 0
    return (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)


def candidates(
    staff: Sequence[Staff],
    events: Sequence[StaffEvent],
    team: TeamSpec,
    on: date,
    figures: tuple[Mapping[str, Sequence[Decimal | None]], Mapping[str, Mapping[str, Decimal | None]]],
) -> list[Candidate]:
    """Everybody for whom there is a next grade. ``figures``: totals of the last periods, and indicators by code."""
    totals, actuals = figures
    found = []
    for person in sorted(staff, key=lambda one: one.staff_id):
        rule = next((one for one in team.promotions if one.applies(person.role, person.grade)), None)
        if rule is None or not employed(person, on):
            continue
        months = months_in_grade(person, events, on)
        scores = tuple(totals.get(person.staff_id, ()))[: rule.periods]
        short = []
        if months < rule.months:
            short.append(_("任职 {have} 个月，需 {want} 个月").format(have=months, want=rule.months))
        good = [score for score in scores if score is not None and score >= rule.score]
        if rule.score and len(good) < rule.periods:
            short.append(
                _("连续 {want} 期得分不低于 {score}，已有 {have} 期").format(
                    want=rule.periods, score=plain(rule.score), have=len(good)
                )
            )
        for code, least in rule.needs.items():
            have = actuals.get(person.staff_id, {}).get(code)
            if have is None or have < least:
                told = plain(round_half_up(have)) if have is not None else _("未报")
                short.append(_("{kpi} {have}，需 {want}").format(kpi=code, have=told, want=plain(least)))
        found.append(Candidate(person, rule, months, scores, tuple(short)))
    return found


def promotion_section(found: Sequence[Candidate], labels: Mapping[str, str]) -> Section:
    """晋升考核: who is ready for the next grade and what the others lack."""
    rows = []
    for one in sorted(found, key=lambda each: (not each.ready, len(each.short), each.person.staff_id)):
        state = Status("good", _("符合")) if one.ready else Status("none", _("未符合"))
        short = "；".join(one.short)
        for code, label in labels.items():
            short = short.replace(f"{code} ", f"{label} ")
        scores = tuple("" if score is None else plain(round_half_up(score, 1)) for score in one.scores)
        rows.append((one.person.name, one.person.grade, one.rule.to, one.months, "、".join(scores), state, short))
    return Section(
        "promotion",
        _("晋升考核"),
        columns=(
            Column(_("姓名")),
            Column(_("现职级")),
            Column(_("拟晋升")),
            Column(_("任职月数"), "count"),
            Column(_("近期得分")),
            Column(_("结论"), "status"),
            Column(_("差距"), "note", width=44),
        ),
        rows=tuple(rows),
        notes=tuple(dict.fromkeys(one.rule.source for one in found if one.rule.source)),
        empty=_("没有可晋升的职级。"),
        level=2,
    )


def grade_section(staff: Sequence[Staff], on: date, grades: Sequence[str]) -> Section:
    """职级结构 of those in office, in the order of the ladder."""
    count = Counter((person.role, person.grade or _("未填")) for person in staff if employed(person, on))
    order = {grade: place for place, grade in enumerate(grades)}
    rows = tuple(
        (role, grade, number)
        for (role, grade), number in sorted(count.items(), key=lambda item: (item[0][0], order.get(item[0][1], 99)))
    )
    return Section(
        "grades",
        _("职级结构"),
        columns=(Column(_("岗位")), Column(_("职级")), Column(_("人数"), "count")),
        rows=rows,
        total=(_("合计"), "", count.total()),
        level=2,
    )
