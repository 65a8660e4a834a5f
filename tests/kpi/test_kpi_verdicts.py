from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cmkit.base.faults import ConfigFault
from cmkit.base.period import parse_period
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.query import Contribution, Query
from cmkit.facts.records import Actual, Origin, Target
from cmkit.facts.section import Status
from cmkit.facts.specs import ColumnSpec, KpiSpec, MeasureSpec, Pack, PackInfo, TableSpec
from cmkit.kpi.evaluate import Total, evaluate, totals
from cmkit.kpi.explain import explain
from cmkit.kpi.gather import gather
from cmkit.kpi.measure import plan
from cmkit.kpi.row import KpiRow, verdict
from cmkit.kpi.scorecard import basis, scorecard
from cmkit.kpi.sections import cards, headline, kpi_table, kpi_trend, missing, people, summary
from cmkit.kpi.targets import TargetBook
from cmkit.kpi.tree import Tree
from cmkit.kpi.vet import vet
from cmkit.packs import load_pack

ON = date(2026, 7, 13)
JULY = parse_period("2026-07")
TREE = Tree({"E1": "B1", "E2": "B1"}, {"B1": ""})
GRADES = {"优秀": Decimal(90), "良好": Decimal(80), "一般": Decimal(60), "差": Decimal(0)}


def kpi(code: str, weight: int = 100, **more: Any) -> KpiSpec:
    return KpiSpec(code=code, zh=code, weight=Decimal(weight), **more)


def pack(*kpis: KpiSpec, **info: Any) -> Pack:
    return Pack(info=PackInfo(name="test", grades=GRADES, **info), kpis={one.code: one for one in kpis})


def judge(
    what: Pack,
    targets: Mapping[tuple[str, str], object],
    actuals: Mapping[tuple[str, str], object],
    *,
    who: Sequence[str] = ("E1",),
    on: date = ON,
    period: str = "2026-07",
    as_of: date | None = None,
) -> list[KpiRow]:
    """Rows from targets and imported actuals written as {(kpi, who): number}."""
    span = parse_period(period)
    book = TargetBook.of(
        [
            Target(kpi=code, who=name, period=span.name, value=Decimal(str(amount)))
            for (code, name), amount in targets.items()
        ],
        TREE,
        WorkCalendar(),
    )
    facts = [
        Actual(kpi=code, who=name, period=span.name, value=Decimal(str(amount)), as_of=as_of)
        for (code, name), amount in actuals.items()
    ]

    def run(_query: Query) -> Mapping[str, Decimal]:
        raise AssertionError

    figures = gather(what, span, on, run, facts, TREE)
    return evaluate(what, who, span, on, book, figures, WorkCalendar())


def all_of(*values: object) -> tuple[object, ...]:
    return values


def one(
    what: KpiSpec, target: object, actual: object, *, on: date = ON, info: Mapping[str, Any] | None = None
) -> KpiRow:
    targets = {} if target is None else {(what.code, "E1"): target}
    actuals = {} if actual is None else {(what.code, "E1"): actual}
    return judge(pack(what, **(info or {})), targets, actuals, on=on)[0]


def test_the_worked_month() -> None:
    """4,000 wanted; 1,300 by 13 July: 32.50 % against 41.94 % of the month: behind by 9.44 points."""
    row = one(kpi("DEP", unit="万元"), 4000, 1300)
    shape = row.as_dict()
    assert shape["rate"] == "32.50"
    assert shape["time_progress"] == "41.94"
    assert shape["gap_pp"] == "-9.44"
    assert shape["forecast"] == "3100.00"
    assert shape["needed_per_day"] == "150.00"
    assert shape["needed_per_workday"] == "192.86"
    assert (shape["status"], row.words, row.level) == ("behind", "落后", "warn")


@pytest.mark.parametrize(
    ("target", "actual", "on", "status", "words"),
    [
        (100, 100, ON, "met", "达标"),
        (100, 50, ON, "met", "进度内"),
        (100, 41, ON, "behind", "落后"),
        (100, 99, date(2026, 7, 30), "met", "进度内"),
        (100, 99, date(2026, 7, 31), "missed", "未达标"),
        (100, 99, date(2026, 9, 1), "missed", "未达标"),
        (100, 100, date(2026, 9, 1), "met", "达标"),
        (None, 5, ON, "no_target", "未下达"),
        (None, None, ON, "no_target", "未下达"),
        (100, None, ON, "no_actual", "未报"),
        (100, None, date(2026, 6, 30), "no_actual", "未开始"),
        (0, 5, ON, "met", "达标"),
        (0, -5, date(2026, 9, 1), "missed", "未达标"),
        (-500, -100, ON, "met", "达标"),
        (-500, -600, ON, "behind", "落后"),
    ],
)
def test_status(target: int | None, actual: int | None, on: date, status: str, words: str) -> None:
    row = one(kpi("K"), target, actual, on=on)
    assert (row.status, row.words) == (status, words)


def test_a_level_is_met_or_missed_at_any_time() -> None:
    assert one(kpi("SAT", cumulative=False), 95, 94).status == "missed"
    assert one(kpi("SAT", cumulative=False), 95, 94).gap_pp is None


def test_less_is_better() -> None:
    """Two complaints against at most three: 2 - 2/3 = 133.33 %; time progress is no yardstick."""
    row = one(kpi("CMP", direction="down"), 3, 2)
    assert (row.as_dict()["rate"], row.status, row.gap_pp, row.needed_per_workday) == ("133.33", "met", None, None)
    assert one(kpi("CMP", direction="down"), 3, 4).status == "behind"
    by_other = one(kpi("CMP", direction="down"), 3, 2, info={"smaller_better": "T/A"})
    assert by_other.as_dict()["rate"] == "150.00"


def test_inside_a_band_of_its_own() -> None:
    band = kpi("LOAN", direction="band", options={"lower": "70", "upper": "75"}, cumulative=False)
    assert one(band, 72, 75).status == "met"
    assert one(band, 72, 76).status == "missed"


def test_a_zero_target_prints_not_applicable() -> None:
    shape = one(kpi("K"), 0, 5).as_dict()
    assert (shape["rate"], shape["gap_pp"], shape["score"]) == ("n/a", "n/a", None)
    assert one(kpi("K"), 0, 5, info={"zero_target": "full"}).score == 100
    assert one(kpi("K"), 0, -5, info={"zero_target": "full"}).score == 0


def test_a_figure_that_nobody_reported_scores_by_setting() -> None:
    assert one(kpi("K"), 100, None).score == 0
    assert one(kpi("K"), 100, None, info={"missing_actual": "exclude"}).score is None
    assert one(kpi("K"), 100, 0).as_dict()["actual"] == "0"


def test_data_up_to_the_10th_is_held_against_the_10th() -> None:
    row = judge(pack(kpi("K")), {("K", "E1"): 310}, {("K", "E1"): 100}, as_of=date(2026, 7, 10))[0]
    assert row.as_dict()["time_progress"] == "32.26"
    assert row.forecast == 310
    assert row.status == "met"


def test_scores_stand_on_100_and_weigh_in_the_total() -> None:
    """
    A  weight 60  rate 90 %           90 x 60 % = 54
    B  weight 40  rate 150 % cap 120  120 x 40 % = 48
    total 102
    """
    what = pack(kpi("A", 60), kpi("B", 40, options={"cap": "120"}))
    rows = judge(what, {("A", "E1"): 100, ("B", "E1"): 100}, {("A", "E1"): 90, ("B", "E1"): 150})
    assert [all_of(row.score, row.weighted) for row in rows] == [(90, 54), (120, 48)]
    total = totals(what, rows)[0]
    assert all_of(total.score, total.grade, total.rank) == (102, "优秀", 1)
    working = rows[0].working
    assert working is not None
    assert [step.formula for step in working.steps] == ["90 ÷ 100 × 100", "100 × min(90.00%, 120%)"]


def test_what_cannot_be_scored_gives_its_weight_to_the_rest() -> None:
    """A 54 of 60 points, B without a target: 54 / 60 x 100 = 90."""
    what = pack(kpi("A", 60), kpi("B", 40))
    total = totals(what, judge(what, {("A", "E1"): 100}, {("A", "E1"): 90}))[0]
    assert all_of(total.score, total.left_out) == (90, ("B",))


def test_bonus_deduction_and_veto() -> None:
    """Base 90; bonus 4 x 3 up to 10; three findings at 2 each: 90 + 10 - 6 = 94."""
    base = kpi("A", 100)
    extra = kpi("BON", 0, rule="bonus", options={"per": "3", "cap": "10"})
    less = kpi("DED", 0, rule="deduct", options={"per": "2"})
    fatal = kpi("VETO", 0, rule="veto")
    what = pack(base, extra, less, fatal)
    figures = {("A", "E1"): 90, ("BON", "E1"): 4, ("DED", "E1"): 3, ("VETO", "E1"): 0}
    total = totals(what, judge(what, {("A", "E1"): 100}, figures))[0]
    assert all_of(total.score, total.bonus, total.grade) == (94, 4, "优秀")
    struck = totals(what, judge(what, {("A", "E1"): 100}, figures | {("VETO", "E1"): 1}))[0]
    assert all_of(struck.score, struck.grade, struck.vetoes) == (0, "差", ("VETO",))


def test_a_veto_may_only_take_the_grade() -> None:
    what = pack(kpi("A", 100), kpi("VETO", 0, rule="veto", options={"effect": "grade"}))
    total = totals(what, judge(what, {("A", "E1"): 100}, {("A", "E1"): 95, ("VETO", "E1"): 2}))[0]
    assert all_of(total.score, total.grade) == (95, "差")


def test_ranking_with_a_tie_and_somebody_without_a_score() -> None:
    what = pack(kpi("A"))
    rows = judge(what, {("A", "E1"): 100, ("A", "E2"): 50}, {("A", "E1"): 80, ("A", "E2"): 40}, who=("E1", "E2", "E9"))
    assert [(total.who, total.rank) for total in totals(what, rows)] == [("E1", 1), ("E2", 1), ("E9", None)]


@pytest.mark.parametrize(
    ("rule", "options", "actual", "score"),
    [
        ("step_linear", {}, 93, "93.00"),
        ("grade_linear", {"A": "120", "B": "100", "C": "80", "D": "60"}, 105, "81.25"),
        ("interval", {"table": "60:60,80:80,100:100"}, 85, "80.00"),
        ("interval", {"table": "50:10", "by": "actual"}, 85, "10.00"),
        ("efficacy", {"standards": "120,100,80,60,40"}, 90, "70.00"),
        ("efficacy_improved", {"min": "50", "max": "100"}, 75, "80.00"),
        ("binary", {}, 99, "0.00"),
        ("ratio", {}, 150, "150.00"),
    ],
)
def test_every_scoring_rule_serves_an_indicator(rule: str, options: dict[str, str], actual: int, score: str) -> None:
    """Target 100; the score is what the rule says, brought to the scale of 100 (3.25 of 4 is 81.25)."""
    assert one(kpi("K", rule=rule, options=options, cumulative=False), 100, actual).as_dict()["score"] == score


def test_a_two_way_table_takes_its_second_rate_from_another_indicator() -> None:
    table = {"rows": "100,97", "columns": "100,95", "table": "1.5:1.45,1.45:1.4", "with": "CASH"}
    what = pack(kpi("SALES", 50, rule="matrix", options=table), kpi("CASH", 50))
    targets, actuals = {("SALES", "E1"): 100, ("CASH", "E1"): 100}, {("SALES", "E1"): 98, ("CASH", "E1"): 96}
    assert judge(what, targets, actuals)[0].score == 140
    assert judge(what, targets, {("SALES", "E1"): 98})[0].score is None


def test_a_rule_that_does_not_score_is_a_config_fault() -> None:
    for rule in ("nps", "no_such_rule"):
        with pytest.raises(ConfigFault, match=rule):
            one(kpi("K", rule=rule), 100, 90)


def test_the_shape_of_the_verdict() -> None:
    what = pack(kpi("A", 60), kpi("B", 40))
    rows = judge(what, {("A", "E1"): 100, ("B", "E1"): 100}, {("A", "E1"): 10})
    shape = verdict(JULY, rows)
    assert (shape["period"], shape["missed"]) == ("2026-07", 1)
    first = json.loads(json.dumps(shape))["rows"][0]
    assert {"kpi", "who", "target", "actual", "rate", "time_progress", "gap_pp", "score", "status"} <= set(first)


CONTACTS = TableSpec(
    table="contacts",
    owner="staff_id",
    date="date",
    columns={"amount": ColumnSpec()},
)


def contribution(key: str, owner: str, amount: int, row: int) -> Contribution:
    return Contribution("contacts", key, owner, Decimal(amount), Origin(1, "走访.xlsx", "10月", row))


def test_contributions_add_up_to_the_figure_in_its_unit() -> None:
    """
    E1  12,000 yuan (row 4)
    E1  500 yuan    (row 5)    -> 1.25 万元; E9 is somebody else
    """
    sales = kpi("SALE", unit="万元", measure=MeasureSpec(how="sum", table="contacts", field="amount"))
    what = Pack(info=PackInfo(), tables={"contacts": CONTACTS}, kpis={"SALE": sales})
    records = [contribution("a", "E1", 12000, 4), contribution("b", "E1", 500, 5), contribution("c", "E9", 7, 6)]
    tree = Tree({"E1": "B1"}, {"Z": "", "B1": "Z"})
    found = explain(plan(what, sales, JULY, ON), "B1", lambda _query: records, tree).as_dict()
    assert found["value"] == "1.25"
    assert isinstance(found["records"], list)
    assert [record["contributes"] for record in found["records"]] == ["1.2", "0.05"]
    assert found["records"][0]["origin"] == {"file": "走访.xlsx", "sheet": "10月", "row": 4, "batch": 1}


def test_growth_is_explained_by_both_balances_of_each_record() -> None:
    """a grew from 10,000 to 30,000; b is gone (-5,000); c stood still: 1.5 万元."""
    growth = kpi("DEP", unit="万元", measure=MeasureSpec(how="growth", table="contacts", field="amount"))
    what = Pack(info=PackInfo(), tables={"contacts": CONTACTS}, kpis={"DEP": growth})
    then = [contribution("a", "E1", 10000, 1), contribution("b", "E1", 5000, 2), contribution("c", "E1", 8000, 3)]
    now = [contribution("a", "E1", 30000, 9), contribution("c", "E1", 8000, 8)]
    found = explain(
        plan(what, growth, JULY, ON), "E1", lambda query: then if query.end == date(2025, 12, 31) else now, TREE
    )
    assert found.value == Decimal("1.5")
    told = [(s.contribution.key, s.part, s.contribution.amount, s.contribution.origin.row) for s in found.sources]
    assert told == [
        ("a", "end", Decimal(3), 9),
        ("a", "start", Decimal(-1), 1),
        ("c", "end", Decimal("0.8"), 8),
        ("c", "start", Decimal("-0.8"), 3),
        ("b", "start", Decimal("-0.5"), 2),
    ]


def test_a_ratio_shows_both_parts() -> None:
    count = MeasureSpec(how="count", table="contacts")
    ratio = kpi("R", unit="%", measure=MeasureSpec(how="ratio", top=count, bottom=count))
    what = Pack(info=PackInfo(), tables={"contacts": CONTACTS}, kpis={"R": ratio})
    found = explain(plan(what, ratio, JULY, ON), "E1", lambda _query: [contribution("a", "E1", 1, 1)], TREE).as_dict()
    assert (found["value"], found["top"], found["bottom"]) == ("100", "1", "1")
    assert isinstance(found["records"], list)
    assert [record["part"] for record in found["records"]] == ["top", "bottom"]


def test_imported_actuals_explain_themselves() -> None:
    spec = kpi("SAT", unit="分", cumulative=False)
    facts = [
        Actual(kpi="SAT", who=who, period="2026-07", value=Decimal(mark), origin=Origin(2, "满意度.xlsx", "7月", row))
        for who, mark, row in (("E1", 90, 3), ("E2", 95, 4))
    ]
    found = explain(plan(pack(spec), spec, JULY, ON), "B1", lambda _query: [], TREE, facts)
    assert found.value == Decimal("92.5")
    assert sum(source.contribution.amount for source in found.sources) == Decimal("92.5")
    assert explain(plan(pack(spec), spec, JULY, ON), "E9", lambda _query: [], TREE, facts).value is None


def report_rows() -> tuple[Pack, list[KpiRow], list[Total]]:
    what = pack(kpi("存款", 60, unit="万元"), kpi("走访", 30, unit="户", digits=0), kpi("满意度", 10, cumulative=False))
    targets = {("存款", "E1"): 4000, ("走访", "E1"): 20, ("满意度", "E1"): 90}
    rows = judge(what, targets, {("存款", "E1"): 1300, ("走访", "E1"): 21})
    return what, rows, totals(what, rows)


def test_the_headline_says_it_all() -> None:
    _what, rows, _total = report_rows()
    assert headline(rows) == "2 项指标中 1 项达标，缺口最大的是存款，还差 2,700.00 万元，日均需 192.86 万元；1 项未报。"


def test_the_cards_are_the_indicators_of_most_weight() -> None:
    _what, rows, _total = report_rows()
    first = cards(rows)[0]
    assert (first.label, first.value, first.note) == (
        "存款",
        Decimal("32.50"),
        "1,300.00 万元 / 目标 4,000.00 万元 · 时间进度 41.94%",
    )
    assert summary(rows).text == (
        "截至 2026-07-13，存款 1,300.00 万元，目标 4,000.00 万元，完成率 32.50%，落后时间进度 9.44 个百分点。",
        "完成较好的是走访（完成率 105.00%）。",
        "落后或未达标的有 1 项，差距最大的是存款（完成率 32.50%，还差 2,700.00 万元）。",
    )


def test_the_table_has_a_row_an_indicator_and_the_total() -> None:
    _what, rows, total = report_rows()
    table = kpi_table(rows, total)
    assert [row[0] for row in table.rows] == ["存款", "走访", "满意度"]
    assert all(len(row) == len(table.columns) for row in (*table.rows, table.total))
    assert table.rows[1][3:6] == (20, 21, Decimal("105.00"))
    assert table.rows[2][4] == "未报"
    assert table.rows[0][-1] == Status("warn", "落后")
    assert table.total[11] == Decimal("51.00")  # 32.50 x 60 % + 105 x 30 % + 0


def test_people_missing_trend_and_scorecard_fit_their_columns() -> None:
    _what, rows, total = report_rows()
    board = people(rows, total, {"E1": "张三"})
    assert board.rows[0][:3] == (1, "张三", Decimal("32.50"))
    assert len(board.rows[0]) == len(board.columns)
    assert (board.title, board.columns[1].title) == ("人员完成情况", "姓名")
    offices = people(rows, total, {"E1": "城东支行"}, offices=True)
    assert (offices.title, offices.columns[1].title) == ("机构完成情况", "机构")
    lacking = missing(rows, {"E1": "张三"})
    assert lacking.rows == (("张三", "满意度", "2026年7月", "未报"),)
    sheet = scorecard(rows, total[0])
    assert all(len(row) == len(sheet.columns) for row in (*sheet.rows, sheet.total))
    assert sheet.rows[0][14:16] == (Decimal("32.50"), Decimal("19.50"))
    behind = basis(rows)
    assert all(len(row) == len(behind.columns) for row in behind.rows)
    assert "1300 ÷ 4000 × 100 = 32.50" in str(behind.rows[0][5])
    chart = kpi_trend(rows).charts[0]
    assert chart.labels == ("2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07")
    assert chart.series[0].values == (None, None, None, None, None, Decimal("1300.00"))


def test_what_is_only_watched_or_added_lacks_no_target() -> None:
    what = pack(kpi("A", 100), kpi("BON", 0, rule="bonus", options={"per": "3"}), kpi("WATCH", 0))
    rows = judge(what, {("A", "E1"): 100}, {("A", "E1"): 90, ("BON", "E1"): 1, ("WATCH", "E1"): 7})
    assert [row.words for row in rows[1:]] == ["加减分", "监测"]
    assert missing(rows, {}).rows == ()


def test_nothing_to_say_is_said() -> None:
    assert headline([]) == "本期没有可评价的指标。"
    assert kpi_table([]).empty
    assert kpi_trend([]).charts == ()
    assert cards([]) == ()


def test_a_sound_pack_has_no_problems() -> None:
    assert vet(pack(kpi("A", 60), kpi("B", 40), kpi("BON", 5, rule="bonus", options={"per": "1"}))) == []


@pytest.mark.parametrize(
    ("kpis", "code"),
    [
        ((kpi("A", 100, rule="nps"),), "kpi-rule"),
        ((kpi("A", 100, options={"flor": "3"}),), "kpi-option"),
        ((kpi("A", 100, options={"floor": "drei"}),), "kpi-option"),
        ((kpi("A", 100, rule="matrix", options={"with": "B"}),), "kpi-option"),
        ((kpi("A", 100, measure=MeasureSpec(how="count", table="nowhere")),), "kpi-measure"),
        ((kpi("A", 100, measure=MeasureSpec(how="ratio")),), "kpi-measure"),
    ],
)
def test_a_pack_that_cannot_be_reckoned_is_told_why(kpis: tuple[KpiSpec, ...], code: str) -> None:
    assert code in {problem.code for problem in vet(pack(*kpis))}


@pytest.mark.parametrize("name", ["common", "bank_retail", "tobacco"])
def test_the_shipped_packs_can_be_reckoned(name: str) -> None:
    assert vet(load_pack(name)) == []
