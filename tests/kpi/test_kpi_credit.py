"""Credit that is shared, things counted once, shares of the whole, and what is nobody's; explained to the last record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import speaking
from cmkit.base.period import parse_period
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.intake import IntakeRow, SheetIntake
from cmkit.facts.kinds import Kind, encode
from cmkit.facts.query import Query
from cmkit.facts.records import Actual, Target
from cmkit.facts.shares import shares_of
from cmkit.facts.specs import ColumnSpec, FilterSpec, KpiSpec, MeasureSpec, Pack, PackInfo, TableSpec
from cmkit.kpi.evaluate import evaluate
from cmkit.kpi.explain import Explanation, explain
from cmkit.kpi.gather import Figures, gather
from cmkit.kpi.measure import Together, formula, plan
from cmkit.kpi.sections import kpi_table
from cmkit.kpi.shape import shape_of
from cmkit.kpi.targets import TargetBook
from cmkit.kpi.tree import Tree
from cmkit.kpi.vet import vet
from cmkit.store import BatchInfo, Store, contributions, load_at, open_store, run_queries, run_query, take_in, undo

ON = date(2026, 10, 31)
OCTOBER = parse_period("2026-10")
TREE = Tree({"E1": "B1", "E2": "B1", "E3": "B2"}, {"Z": "", "B1": "Z", "B2": "Z"})


def table(name: str, owner: str, day: str, key: tuple[str, ...], **kinds: str) -> TableSpec:
    columns = {
        column: ColumnSpec(key=column, kind=Kind(kind.removesuffix("!")), measure=kind.endswith("!"))
        for column, kind in kinds.items()
    }
    return TableSpec(table=name, owner=owner, date=day, key=key, columns=columns)


TABLES = {
    "clients": table(
        "clients",
        "owner_id",
        "",
        ("client_id",),
        client_id="code",
        owner_id="code",
        co_owners="names",
        deposit="money!",
    ),
    "contacts": table(
        "contacts",
        "staff_id",
        "date",
        ("date", "staff_id", "client_id"),
        date="date",
        staff_id="code",
        client_id="code",
        channel="choice",
    ),
    "targets": table(
        "targets", "who", "", ("kpi", "who", "period"), kpi="code", who="code", period="period", value="number"
    ),
}
DEP = KpiSpec(code="DEP", zh="存款", unit="元", measure=MeasureSpec(how="latest", table="clients", field="deposit"))
VISITED = MeasureSpec(
    how="distinct", table="contacts", field="client_id", where=(FilterSpec(field="channel", any_of=("面访",)),)
)
VIS = KpiSpec(code="VIS", zh="走访", unit="户", digits=0, measure=VISITED)
PART = KpiSpec(code="PART", zh="走访占比", unit="%", cumulative=False, measure=MeasureSpec(how="share", top=VISITED))
PACK = Pack(info=PackInfo(name="test"), tables=TABLES, kpis={"DEP": DEP, "VIS": VIS, "PART": PART})


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    with speaking("zh"):
        yield


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "cmkit.db", TABLES)
    yield opened
    opened.close()


def bring(store: Store, name: str, rows: Sequence[Mapping[str, object]], as_of: str = "2026-10-30") -> int:
    spec = TABLES[name]
    columns = tuple(rows[0])
    made = [
        IntakeRow(
            number,
            "|".join(str(row[key]) for key in spec.key),
            tuple(encode(spec.columns[column].kind, row[column]) for column in columns),  # type: ignore[arg-type]
        )
        for number, row in enumerate(rows, 2)
    ]
    sheet = SheetIntake(f"{name}.xlsx", "S", name, (1,), columns, made)
    return take_in(store, [sheet], BatchInfo(who="张三", label="t", as_of=as_of)).batch


def client(number: str, owner: str, amount: int, *shares: str) -> dict[str, object]:
    return {"client_id": number, "owner_id": owner, "co_owners": shares, "deposit": Decimal(amount)}


def contact(day: date, who: str, number: str) -> dict[str, object]:
    return {"date": day, "staff_id": who, "client_id": number, "channel": "面访"}


def figures(store: Store) -> dict[str, Figures]:
    def ask(query: Query) -> Mapping[str, Decimal]:
        return run_query(store, query)

    def ask_all(queries: Iterable[Query]) -> Mapping[Query, Mapping[str, Decimal]]:
        return run_queries(store, queries)

    slow = gather(PACK, OCTOBER, ON, ask, [], TREE)
    quick = gather(PACK, OCTOBER, ON, Together(ask_all), [], TREE)
    assert slow == quick, "asked one by one or together, the figures are the same"
    return quick


def explained(store: Store, kpi: KpiSpec, who: str) -> Explanation:
    return explain(plan(PACK, kpi, OCTOBER, ON), who, lambda query: contributions(store, query), TREE)


def test_shares_make_a_hundred_or_nothing() -> None:
    assert shares_of(("E1:60", "E2：40%")) == {"E1": Decimal(60), "E2": Decimal(40)}
    assert shares_of(("E1", "E2")) == {}
    assert shares_of(("E1:33.3", "E2:66.7")) == {"E1": Decimal("33.3"), "E2": Decimal("66.7")}
    for wrong in (("E1:60", "E2:41"), ("E1:60", "E2"), ("E1:", "E2:100"), (":100",), ("E1:50", "E1:50"), ("E1:NaN",)):
        assert shares_of(wrong) is None, wrong


def test_a_shared_client_counts_for_each_and_once_for_the_branch(store: Store) -> None:
    """
    C1 1000: E1 60 %, E3 40 %      C2 100: E1      C3 7: nobody      C4 5: E9, who is not on the staff
    E1 700   E3 400   B1 700   B2 400   Z 1112 with what is nobody's
    """
    rows = [
        client("C1", "E1", 1000, "E1:60", "E3:40"),
        client("C2", "E1", 100),
        client("C3", "", 7),
        client("C4", "E9", 5),
    ]
    bring(store, "clients", rows)
    found = figures(store)["DEP"]
    assert {who: found.reading(who).value for who in ("E1", "E2", "E3", "B1", "B2", "Z")} == {
        "E1": 700,
        "E2": 0,
        "E3": 400,
        "B1": 700,
        "B2": 400,
        "Z": 1112,
    }
    assert found.unowned == 12
    for who in ("E1", "E3", "B1", "B2", "Z"):
        behind = explained(store, DEP, who)
        assert behind.value == found.reading(who).value, who
        assert behind.value == sum(source.contribution.amount for source in behind.sources), who
    told = [source.as_dict() for source in explained(store, DEP, "E3").sources]
    assert [(one["key"], one["contributes"], one["share"]) for one in told] == [("C1", "400", "40")]
    whole = {source.contribution.key: source.as_dict() for source in explained(store, DEP, "Z").sources}
    assert whole["C1"]["contributes"] == "1000"
    assert "share" not in whole["C1"], "both parts together are the whole"
    assert set(whole) == {"C1", "C2", "C3", "C4"}


def test_what_is_nobodys_is_told_in_a_note_of_the_whole_office(store: Store) -> None:
    bring(store, "clients", [client("C1", "E1", 1000), client("C3", "", 7)])
    book = TargetBook.of(
        [Target(kpi="DEP", who=who, period="2026-10", value=Decimal(5)) for who in ("Z", "B1")], TREE, WorkCalendar()
    )
    rows = evaluate(PACK, ["Z", "B1"], OCTOBER, ON, book, figures(store), WorkCalendar())
    notes = {who: " ".join(kpi_table([row for row in rows if row.who == who]).notes) for who in ("Z", "B1")}
    assert "存款 7.00 元" in notes["Z"]
    assert "负责人" not in notes["B1"]


def test_a_client_visited_by_two_people_counts_once_above_them(store: Store) -> None:
    """
    E1 C1 C2     E2 C1     E3 C1     nobody C4
    B1 C1 C2 = 2, not 3     Z C1 C2 C4 = 3, not 5
    """
    day = date(2026, 10, 12)
    rows = [
        contact(day, who, number)
        for who, number in (("E1", "C1"), ("E1", "C2"), ("E2", "C1"), ("E3", "C1"), ("", "C4"))
    ]
    bring(store, "contacts", rows)
    found = figures(store)
    wanted = {"E1": 2, "E2": 1, "E3": 1, "B1": 2, "B2": 1, "Z": 3}
    assert {who: found["VIS"].reading(who).value for who in wanted} == wanted
    for who, count in wanted.items():
        behind = explained(store, VIS, who)
        assert (behind.value, sum(source.contribution.amount for source in behind.sources)) == (
            Decimal(count),
            Decimal(count),
        ), who
    shares = {who: found["PART"].reading(who).value for who in ("E1", "B1", "B2", "Z")}
    assert shares["Z"] == 100
    assert shares["E1"] == Decimal(2) / Decimal(3) * 100
    assert shares["B2"] == Decimal(1) / Decimal(3) * 100
    part = explained(store, PART, "B2")
    assert (part.top, part.bottom, part.value) == (Decimal(1), Decimal(3), shares["B2"])


def test_a_share_of_nothing_is_no_share_and_of_something_may_be_nil(store: Store) -> None:
    assert figures(store)["PART"].reading("E1").why == "empty"
    bring(store, "contacts", [contact(date(2026, 10, 12), "E1", "C1")])
    assert figures(store)["PART"].reading("E3").value == 0


def test_a_share_has_a_top_and_nothing_else() -> None:
    for measure in (MeasureSpec(how="share"), MeasureSpec(how="share", top=VISITED, bottom=VISITED)):
        wrong = KpiSpec(code="P", zh="P", unit="%", measure=measure)
        with pytest.raises(ConfigFault, match="top"):
            formula(PACK, wrong, OCTOBER)


SPLIT = KpiSpec(
    code="S", zh="销售", unit="", options={"split": "last_year"}, measure=MeasureSpec(how="count", table="contacts")
)


def year_target(value: int) -> list[Target]:
    return [Target(kpi="S", who="E1", period="2026", value=Decimal(value), floor=Decimal(60))]


def test_a_target_follows_last_years_shape() -> None:
    """Last year 5 of 20 in October: 5/20 of 100 is 25, and 15 of the floor of 60. September had none: 0."""

    def last(_kpi: KpiSpec, _who: str, span: object) -> Decimal | None:
        return {"2025-10": Decimal(5), "2025": Decimal(20), "2025-09": Decimal(0)}.get(span.name)  # type: ignore[attr-defined]

    book = TargetBook.of(year_target(100), TREE, WorkCalendar(), shape=last)
    aim = book.find(SPLIT, "E1", OCTOBER)
    assert aim is not None
    assert (aim.value, aim.how, aim.floor) == (Decimal(25), "shaped", Decimal(15))
    september = book.find(SPLIT, "E1", parse_period("2026-09"))
    assert september is not None
    assert september.value == 0
    unknown = book.find(SPLIT, "E1", parse_period("2026-08"))
    assert unknown is not None
    assert (round(unknown.value, 2), unknown.how) == (Decimal("8.33"), "split"), "not known: by equal parts"


def test_last_years_shape_is_measured_or_imported(store: Store) -> None:
    rows = [contact(date(2025, month, 12), "E1", f"C{month}") for month in (1, 2, 10)]
    bring(store, "contacts", [*rows, contact(date(2025, 10, 13), "E1", "C1")])
    shape = shape_of(PACK, lambda query: run_query(store, query), [], TREE, "calendar")
    assert (shape(SPLIT, "E1", parse_period("2025-10")), shape(SPLIT, "B1", parse_period("2025"))) == (
        Decimal(2),
        Decimal(4),
    )
    given = KpiSpec(code="G", zh="G", options={"split": "last_year"})
    actuals = [Actual(kpi="G", who="E1", period=f"2025-{month:02}", value=Decimal(month)) for month in range(1, 13)]
    shape = shape_of(PACK, lambda _query: {}, actuals, TREE, "calendar")
    assert (shape(given, "E1", parse_period("2025-10")), shape(given, "E1", parse_period("2025"))) == (
        Decimal(10),
        Decimal(78),
    )


def test_a_split_that_does_not_exist_is_refused() -> None:
    wrong = KpiSpec(code="S", zh="S", weight=Decimal(100), options={"split": "moon"}, measure=SPLIT.measure)
    found = vet(Pack(info=PackInfo(name="t"), tables=TABLES, kpis={"S": wrong}))
    assert [problem.code for problem in found] == ["kpi-option"]
    assert "last_year" in found[0].hint


def test_the_target_as_it_stood_on_a_day(store: Store) -> None:
    """100 set on 1 September, raised to 120 on 15 October, taken back again later."""

    def at(day: date) -> dict[str, Decimal | None]:
        return {one.key: one.value for one in load_at(store, Target, day)}

    row = {"kpi": "DEP", "who": "E1", "period": "2026-10"}
    bring(store, "targets", [{**row, "value": Decimal(100)}], "2026-09-01")
    second = bring(store, "targets", [{**row, "value": Decimal(120)}], "2026-10-15")
    assert at(date(2026, 8, 31)) == {}
    assert at(date(2026, 9, 1)) == at(date(2026, 10, 14)) == {"DEP|E1|2026-10": Decimal(100)}
    assert at(date(2026, 10, 15)) == {"DEP|E1|2026-10": Decimal(120)}
    undo(store, second, "李四")
    assert at(date(2026, 10, 15)) == {"DEP|E1|2026-10": Decimal(100)}


def test_a_missing_target_is_not_zero(store: Store) -> None:
    """E1 has a target of 0 for visits, E2 none, B2 a blank one: not applicable, none, none."""
    facts = [
        Target(kpi="VIS", who="E1", period="2026-10", value=Decimal(0)),
        Target(kpi="VIS", who="B2", period="2026-10"),
    ]
    book = TargetBook.of(facts, TREE, WorkCalendar())
    rows = evaluate(PACK, ["E1", "E2", "B2"], OCTOBER, ON, book, {"VIS": figures(store)["VIS"]}, WorkCalendar())
    told = [row.as_dict() for row in rows]
    assert [(one["target"], one["rate"], one["status"]) for one in told] == [
        ("0", "n/a", "met"),
        (None, None, "no_target"),
        (None, None, "no_target"),
    ]
