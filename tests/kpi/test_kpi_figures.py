from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from cmkit.base.faults import ConfigFault
from cmkit.base.period import parse_period
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.kinds import Kind
from cmkit.facts.query import Filter, Query
from cmkit.facts.records import Actual, Org, Staff, Target
from cmkit.facts.specs import ColumnSpec, FilterSpec, KpiSpec, MeasureSpec, Pack, PackInfo, TableSpec
from cmkit.kpi.actuals import ActualBook
from cmkit.kpi.gather import Reading, gather
from cmkit.kpi.measure import formula, plan, remembering, value
from cmkit.kpi.targets import TargetBook
from cmkit.kpi.tree import Tree

ON = date(2026, 10, 30)
OCTOBER = parse_period("2026-10")
CLIENTS = TableSpec(
    table="clients", owner="owner_id", date="created_on", columns={"deposit": ColumnSpec(kind=Kind.MONEY)}
)
CONTACTS = TableSpec(table="contacts", owner="staff_id", date="date", columns={"amount": ColumnSpec()})
TREE = Tree({"E1": "B1", "E2": "B1", "E3": "B2"}, {"Z": "", "B1": "Z", "B2": "Z"})


def pack(**kpis: KpiSpec) -> Pack:
    return Pack(info=PackInfo(name="test"), tables={"clients": CLIENTS, "contacts": CONTACTS}, kpis=kpis)


def kpi(code: str = "K", unit: str = "", *, cumulative: bool = True, **measure: object) -> KpiSpec:
    return KpiSpec(code=code, zh=code, unit=unit, cumulative=cumulative, measure=MeasureSpec(**measure))  # type: ignore[arg-type]


def numbers(**values: int | str) -> dict[str, Decimal]:
    return {who: Decimal(amount) for who, amount in values.items()}


def test_the_tree_comes_from_the_records() -> None:
    tree = Tree.of(
        [Staff(staff_id="E1", org_id="B1"), Staff(staff_id="E2", org_id="")],
        [Org(org_id="Z"), Org(org_id="B1", parent_id="Z")],
    )
    assert tree.members("Z") == {"Z", "B1", "E1"}
    assert tree.is_org("B1")
    assert not tree.is_org("E1")


def test_whole_months_so_many_before_the_period() -> None:
    """October, as far as it has come, looks at the whole of August a year ago; a working month from the 26th, too."""
    lagging = kpi(how="count", table="clients", months_back=14)
    for period in (OCTOBER, parse_period("2026-10", "26-25")):
        [query] = plan(pack(K=lagging), lagging, period, ON, trend=0).now.queries  # type: ignore[union-attr]
        assert (query.start, query.end) == (date(2025, 8, 1), date(2025, 8, 31))
    [query] = plan(pack(K=lagging), lagging, parse_period("2026-Q1"), ON, trend=0).now.queries  # type: ignore[union-attr]
    assert (query.start, query.end) == (date(2024, 11, 1), date(2025, 1, 31))


def test_a_ring_of_organisations_ends() -> None:
    tree = Tree({"E1": "A"}, {"A": "B", "B": "A"})
    assert tree.members("A") == {"A", "B", "E1"}
    assert tree.fill_up(lambda _who: None, lambda parts: parts[0], "A") is None


def test_a_sum_over_the_period_up_to_the_day() -> None:
    """Sales of October as known on the 30th: one query, dated and cut."""
    sales = kpi(
        unit="万元", how="sum", table="contacts", field="amount", where=(FilterSpec(field="outcome", any_of=("成交",)),)
    )
    asked = plan(pack(K=sales), sales, OCTOBER, ON)
    assert asked.now is not None
    assert asked.now.queries == (
        Query(
            "sum",
            "contacts",
            "amount",
            "date",
            "staff_id",
            date(2026, 10, 1),
            date(2026, 10, 30),
            (Filter("outcome", any_of=("成交",)),),
        ),
    )
    assert asked.now.factor == Decimal("0.0001")
    assert asked.previous is not None
    assert asked.previous.queries[0].end == date(2026, 9, 30)
    assert asked.year_ago is not None
    assert asked.year_ago.queries[0].end == date(2025, 10, 30)


def test_growth_since_the_year_began_takes_the_balance_before_it() -> None:
    """E1 had 100 万 at the year's end and 130 now; E2 came with nothing and has 5; E3 lost all."""
    deposits = kpi(unit="万元", how="growth", table="clients", field="deposit")
    asked = formula(pack(K=deposits), deposits, OCTOBER.until(ON))

    def run(query: Query) -> Mapping[str, Decimal]:
        if query.end == date(2025, 12, 31):
            return numbers(E1=1_000_000, E3=70_000)
        assert query.end == ON
        return numbers(E1=1_300_000, E2=50_000)

    found = value(asked, run)
    assert found is not None
    assert {who: parts.value for who, parts in found.items()} == numbers(E1=30, E2=5, E3=-7)


def test_growth_since_the_period_began() -> None:
    deposits = kpi(how="growth", table="clients", field="deposit", since="period")
    assert formula(pack(K=deposits), deposits, OCTOBER).queries[1].end == date(2026, 9, 30)


def test_growth_without_any_base_is_unknown_but_a_count_of_nothing_is_zero() -> None:
    deposits = kpi("G", unit="万元", how="growth", table="clients", field="deposit")
    visits = kpi("V", how="count", table="contacts")

    def run(query: Query) -> Mapping[str, Decimal]:
        return numbers(E1=5) if query.how == "latest" and query.end > date(2026, 1, 1) else {}

    found = gather(pack(G=deposits, V=visits), OCTOBER, ON, run, [], TREE)
    assert found["G"].reading("E1").why == "missing"
    assert found["V"].reading("E1").value == 0


def test_a_branchs_ratio_divides_its_sums() -> None:
    """
    E1  1 of 1  = 100 %
    E2  1 of 9  =  11 %
    B1  2 of 10 =  20 %, not the mean of the two
    """
    ratio = kpi(
        unit="%",
        how="ratio",
        cumulative=False,
        top=MeasureSpec(how="count", table="contacts", where=(FilterSpec(field="outcome", filled=True),)),
        bottom=MeasureSpec(how="count", table="contacts"),
    )

    def run(query: Query) -> Mapping[str, Decimal]:
        return numbers(E1=1, E2=1) if query.where else numbers(E1=1, E2=9)

    found = gather(pack(K=ratio), OCTOBER, ON, run, [], TREE)["K"]
    assert found.reading("E1").value == 100
    assert found.reading("B1").value == 20
    assert found.reading("Z").value == 20
    assert found.reading("B2").why == "empty"


def test_each_query_is_asked_once() -> None:
    asked: list[Query] = []

    def run(query: Query) -> Mapping[str, Decimal]:
        asked.append(query)
        return {}

    ask = remembering(run)
    query = Query("count", "contacts")
    assert ask(query) is ask(query)
    assert len(asked) == 1


def test_a_period_to_come_asks_nothing() -> None:
    visits = kpi(how="count", table="contacts")

    def run(_query: Query) -> Mapping[str, Decimal]:
        raise AssertionError

    found = gather(pack(K=visits), parse_period("2026-12"), ON, run, [], TREE)["K"]
    assert found.reading("E1").why == "future"


def test_a_stock_has_no_span_and_no_growth() -> None:
    stock = kpi(how="count", table="clients", date="-")
    asked = plan(pack(K=stock), stock, OCTOBER, ON)
    assert asked.now is not None
    assert asked.now.queries[0].date == ""
    assert asked.previous is None


def test_units_that_do_not_convert_are_a_config_fault() -> None:
    wrong = kpi(unit="户", how="sum", table="contacts", field="amount")
    with pytest.raises(ConfigFault, match="户"):
        formula(pack(K=wrong), wrong, OCTOBER)


def test_a_ratio_needs_both_parts() -> None:
    half = kpi(how="ratio", top=MeasureSpec(how="count", table="contacts"))
    with pytest.raises(ConfigFault, match="top"):
        formula(pack(K=half), half, OCTOBER)


def test_figures_of_an_organisation_itself_count_too() -> None:
    rolled = TREE.roll_up(numbers(E1=1, B1=4, Z=10), Decimal.__add__)
    assert rolled == numbers(E1=1, B1=5, Z=15)


def actual(who: str, period: str, amount: int | str | None, as_of: date | None = None) -> Actual:
    return Actual(kpi="K", who=who, period=period, value=None if amount is None else Decimal(amount), as_of=as_of)


def found_actual(spec: KpiSpec, facts: list[Actual], who: str, period: str, on: date = ON) -> Decimal | None:
    given = ActualBook.of(facts, TREE).find(spec, who, parse_period(period), on)
    return None if given is None else given.value


def test_imported_months_make_a_quarter() -> None:
    facts = [actual("E1", "2026-07", 5), actual("E1", "2026-08", 6), actual("E1", "2026-09", 7), actual("E1", "x", 9)]
    assert found_actual(kpi(), facts, "E1", "2026-Q3") == 18
    assert found_actual(kpi(cumulative=False), facts, "E1", "2026-Q3") == 7
    assert found_actual(kpi(unit="%"), facts, "E1", "2026-Q3") == 7


def test_a_quarters_own_figure_stands_for_its_months() -> None:
    facts = [actual("E1", "2026-07", 5), actual("E1", "2026-Q3", 20), actual("E1", "2026-10", 3)]
    assert found_actual(kpi(), facts, "E1", "2026") == 23


def test_what_has_not_begun_is_not_counted_and_blank_is_missing() -> None:
    assert found_actual(kpi(), [actual("E1", "2026-11", 5)], "E1", "2026") is None
    assert found_actual(kpi(), [actual("E1", "2026-10", None)], "E1", "2026-10") is None
    assert found_actual(kpi(), [actual("E1", "2026-10", 0)], "E1", "2026-10") == 0


def test_an_organisations_own_actual_wins_over_its_peoples_sum() -> None:
    facts = [
        actual("E1", "2026-10", 5),
        actual("E2", "2026-10", 6),
        actual("E3", "2026-10", 8),
        actual("B1", "2026-10", 20),
    ]
    assert found_actual(kpi(), facts, "B2", "2026-10") == 8
    assert found_actual(kpi(), facts, "Z", "2026-10") == 28
    assert found_actual(kpi(unit="%"), facts, "Z", "2026-10") == 14


def target(who: str, period: str, amount: int | str | None, floor: int | None = None) -> Target:
    return Target(
        kpi="K",
        who=who,
        period=period,
        value=None if amount is None else Decimal(amount),
        floor=None if floor is None else Decimal(floor),
    )


def aim(spec: KpiSpec, facts: list[Target], who: str, period: str) -> tuple[object, str] | None:
    found = TargetBook.of(facts, TREE, WorkCalendar()).find(spec, who, parse_period(period))
    return None if found is None else (found.value, found.how)


def test_a_target_given_for_the_period_comes_first() -> None:
    facts = [target("E1", "2026", 1200), target("E1", "2026-10", 150, floor=90)]
    assert aim(kpi(), facts, "E1", "2026-10") == (150, "given")
    assert aim(kpi(), facts, "E1", "2026-09") == (100, "split")
    assert aim(kpi(), facts, "E1", "2026-Q3") == (300, "split")
    assert aim(kpi(cumulative=False), facts, "E1", "2026-09") == (1200, "split")


def test_months_make_a_quarter_only_when_all_are_there() -> None:
    facts = [target("E1", "2026-07", 10), target("E1", "2026-08", 20), target("E1", "2026-09", 33)]
    assert aim(kpi(), facts, "E1", "2026-Q3") == (63, "summed")
    assert aim(kpi(cumulative=False), facts, "E1", "2026-Q3") == (21, "summed")
    assert aim(kpi(), facts[:2], "E1", "2026-Q3") is None


def test_quarters_and_months_make_a_year() -> None:
    facts = [target("E1", f"2026-Q{n}", 10 * n) for n in (1, 2, 3)]
    facts += [target("E1", f"2026-{month}", 15) for month in (10, 11, 12)]
    assert aim(kpi(), facts, "E1", "2026") == (105, "summed")


def test_a_month_by_working_days_and_a_week_of_a_month() -> None:
    """October 2026 has 18 working days in this calendar, the week of the 19th five of them."""
    own = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
    own |= {date(2026, 10, 8): True, date(2026, 10, 9): True}
    book = TargetBook.of([target("E1", "2026-10", 36)], TREE, WorkCalendar(own))
    found = book.find(kpi(), "E1", parse_period("2026-W43"))
    assert found is not None
    assert found.value == 10
    split = KpiSpec(code="K", options={"split": "workdays"})
    calendar = WorkCalendar(own)
    quarter = calendar.count(date(2026, 10, 1), date(2026, 12, 31))
    by_days = TargetBook.of([target("E1", "2026-Q4", quarter)], TREE, calendar).find(split, "E1", OCTOBER)
    assert by_days is not None
    assert by_days.value == 18


def test_an_organisations_target_is_its_own_or_its_peoples_sum() -> None:
    facts = [target("E1", "2026-10", 10, 6), target("E2", "2026-10", 20, 12), target("B2", "2026-10", 5)]
    assert aim(kpi(), facts, "B1", "2026-10") == (30, "rolled_up")
    assert aim(kpi(), facts, "Z", "2026-10") == (35, "rolled_up")
    assert aim(kpi(unit="%"), facts, "B1", "2026-10") == (15, "rolled_up")
    found = TargetBook.of(facts, TREE, WorkCalendar()).find(kpi(), "B1", OCTOBER)
    assert found is not None
    assert found.floor == 18


def test_a_missing_target_is_not_zero() -> None:
    assert aim(kpi(), [target("E1", "2026-10", None)], "E1", "2026-10") is None
    assert aim(kpi(), [target("E1", "2026-10", 0)], "E1", "2026-10") == (0, "given")


def test_growth_since_the_year_began_is_held_against_the_years_mark() -> None:
    """The year's 1,200 stays 1,200 in October, with the year as its span; a mark for October counts from January."""
    deposits = kpi(unit="万元", how="growth", table="clients", field="deposit")
    book = TargetBook.of([target("E1", "2026", 1200), target("E2", "2026-10", 900)], TREE, WorkCalendar())
    first, second = book.find(deposits, "E1", OCTOBER), book.find(deposits, "E2", OCTOBER)
    assert first is not None
    assert second is not None
    assert first.value == 1200
    assert first.basis.name == "2026"
    assert second.value == 900
    assert (second.basis.start, second.basis.end) == (date(2026, 1, 1), date(2026, 10, 31))
    third = book.find(deposits, "E2", parse_period("2026-Q4"))
    assert third is None


def test_months_before_the_first_balances_have_no_growth() -> None:
    """Balances of 12-31, 08-31, 09-30 and 10-29: May to July grew by nothing that anybody knows, not by 0.

    year-end 100 -> 08-31 130 -> 09-30 140 -> 10-29 160; a year ago only 2024-12-31 is known, so there is no 同比 either.
    """
    balances = {date(2024, 12, 31): 90, date(2025, 12, 31): 100, date(2026, 8, 31): 130, date(2026, 9, 30): 140}
    balances[date(2026, 10, 29)] = 160

    def run(query: Query) -> Mapping[str, Decimal]:
        known = [day for day in balances if day <= query.end]
        return {"E1": Decimal(balances[max(known)])} if known else {}

    growth = KpiSpec(code="G", measure=MeasureSpec(how="growth", table="clients", field="aum", since="year"), unit="元")
    found = gather(pack(G=growth), OCTOBER, ON, run, [], TREE, days={"clients": list(balances)})["G"]
    trend = [values.get("E1") for _span, values in found.trend]
    assert trend == [None, None, None, Decimal(30), Decimal(40), Decimal(60)]
    assert found.previous.get("E1") == Decimal(40)
    assert found.year_ago == {}
    assert found.reading("E1") == Reading(Decimal(60), as_of=date(2026, 10, 29))
    july = gather(pack(G=growth), parse_period("2026-07"), ON, run, [], TREE, days={"clients": list(balances)})["G"]
    assert july.reading("E1") == Reading(None, "missing")


def test_a_rate_over_a_stock_of_today_is_unknown_where_no_record_reaches_back() -> None:
    """Visits are on record since 2026-09; 8 of 10 clients in October, 6 in September, and nobody knows about 2025-10.

    Of complaints due in the span, none closed in time is 0 %: that the span had complaints is on record. Where a client
    was lost in August and none in September, September's loss is 0 %. What is of today alone (bad loans) has no past.
    """
    visited = MeasureSpec(how="distinct", table="contacts", field="client_id")
    stock = MeasureSpec(how="count", table="clients", date="-")
    covered = KpiSpec(code="C", measure=MeasureSpec(how="ratio", top=visited, bottom=stock), unit="%")
    closed = MeasureSpec(how="count", table="complaints", where=(FilterSpec(field="closed_on", filled=True),))
    due = MeasureSpec(how="count", table="complaints")
    timely = KpiSpec(code="T", measure=MeasureSpec(how="ratio", top=closed, bottom=due), unit="%")

    def run(query: Query) -> Mapping[str, Decimal]:
        if query.table == "clients":
            return numbers(E1=10)
        if query.table == "complaints":
            return {} if query.where else numbers(E1=2)
        if query.table == "staff_events":
            return numbers(E1=1) if query.start <= date(2026, 8, 20) <= query.end else {}
        if query.start == date.min:
            return numbers(E1=6) if query.end >= date(2026, 9, 1) else {}
        return {9: numbers(E1=6), 10: numbers(E1=8)}.get(query.start.month, {}) if query.start.year == 2026 else {}

    gone = MeasureSpec(how="count", table="staff_events", date="date")
    lost = KpiSpec(code="L", measure=MeasureSpec(how="ratio", top=gone, bottom=stock), unit="%")
    bad = MeasureSpec(how="count", table="clients", date="-", where=(FilterSpec(field="status", filled=True),))
    today = KpiSpec(code="B", measure=MeasureSpec(how="ratio", top=bad, bottom=stock), unit="%")

    found = gather(pack(C=covered, T=timely, L=lost, B=today), OCTOBER, ON, run, [], TREE)
    assert found["L"].previous.get("E1") == 0
    assert found["L"].year_ago == {}
    assert found["B"].reading("E1").value == 100
    assert found["B"].previous == {}
    assert found["B"].year_ago == {}
    assert found["B"].trend == ()
    assert found["C"].reading("E1").value == 80
    assert found["C"].previous.get("E1") == 60
    assert found["C"].year_ago == {}
    assert [values.get("E1") for _span, values in found["C"].trend] == [None, None, None, None, 60, 80]
    assert found["T"].year_ago.get("E1") == 0
