"""Sums that share a record's credit, count a thing once for a branch, or are asked together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmkit.base.money import to_store
from cmkit.facts.intake import IntakeRow, SheetIntake
from cmkit.facts.kinds import Kind
from cmkit.facts.query import Filter, Query
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.store import BatchInfo, Store, contributions, open_store, run_queries, run_query, take_in, undo, with_cells


def table(name: str, owner: str, day: str, **kinds: Kind | str) -> TableSpec:
    columns = {
        key: ColumnSpec(key=key, kind=Kind.MONEY, measure=True)
        if kind == "measure"
        else ColumnSpec(key=key, kind=Kind(kind))
        for key, kind in kinds.items()
    }
    return TableSpec(table=name, owner=owner, date=day, columns=columns)


CLIENTS = table(
    "clients",
    "owner_id",
    "created_on",
    client_id=Kind.CODE,
    owner_id=Kind.CODE,
    co_owners=Kind.NAMES,
    created_on=Kind.DATE,
    fee=Kind.MONEY,
    deposit="measure",
)
CONTACTS = table(
    "contacts",
    "staff_id",
    "date",
    date=Kind.DATE,
    staff_id=Kind.CODE,
    client_id=Kind.CODE,
    channel=Kind.CHOICE,
    amount=Kind.MONEY,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "cmkit.db", {"clients": CLIENTS, "contacts": CONTACTS})
    yield opened
    opened.close()


def bring(store: Store, spec: TableSpec, rows: Sequence[Sequence[str]], columns: Sequence[str], as_of: str = "") -> int:
    scaled = [spec.columns[name].kind.scaled for name in columns]
    made = [
        IntakeRow(
            number,
            row[0] if spec is CLIENTS else f"{number}|{row[0]}|{as_of}",
            tuple(
                (to_store(Decimal(cell)) if is_scaled else cell) if cell else None
                for cell, is_scaled in zip(row, scaled, strict=True)
            ),
        )
        for number, row in enumerate(rows, 2)
    ]
    sheet = SheetIntake("册.xlsx", "S", spec.table, (1,), tuple(columns), made)
    return take_in(store, [sheet], BatchInfo(who="张三", label="t", as_of=as_of or "2026-10-30")).batch


LATEST = Query("latest", "clients", "deposit", end=date(2026, 10, 31), split="co_owners")


def test_a_balance_is_split_between_co_owners(store: Store) -> None:
    """
    C1 100, E1 alone     C2 1000, E1 60 and E2 40 (full-width colon)     C3 10, E2 with a helper who shares nothing
    """
    rows = [("C1", "E1", "", "100"), ("C2", "E1", "E1:60%、E2：40", "1000"), ("C3", "E2", "E1", "10")]
    bring(store, CLIENTS, rows, ("client_id", "owner_id", "co_owners", "deposit"))
    assert run_query(store, LATEST) == {"E1": Decimal(700), "E2": Decimal(410)}
    behind = contributions(store, LATEST)
    assert [(one.key, one.owner, one.amount, one.share) for one in behind] == [
        ("C1", "E1", Decimal(100), Decimal(100)),
        ("C2", "E1", Decimal(600), Decimal(60)),
        ("C2", "E2", Decimal(400), Decimal(40)),
        ("C3", "E2", Decimal(10), Decimal(100)),
    ]
    assert run_query(store, replace(LATEST, split="")) == {"E1": Decimal(1100), "E2": Decimal(10)}


@pytest.mark.parametrize(
    "names", ["E1:60、E2:30", "E1:60、E2", "E1:60、E1:40", "E1:x", "E1:100、E2:0", "E1:-20、E2:120"]
)
def test_shares_that_cannot_be_followed_leave_it_with_the_owner(store: Store, names: str) -> None:
    bring(store, CLIENTS, [("C1", "E9", names, "100")], ("client_id", "owner_id", "co_owners", "deposit"))
    assert run_query(store, LATEST) == {"E9": Decimal(100)}


def test_sums_and_averages_are_split_as_well(store: Store) -> None:
    """30 fee split 1/3 : 2/3 as 33.3 and 66.7; 100 held for 10 of 20 days, then 300."""
    columns = ("client_id", "owner_id", "co_owners", "fee", "deposit", "created_on")
    bring(store, CLIENTS, [("C1", "E1", "E1:33.3、E2:66.7", "30", "100", "2026-10-01")], columns, "2026-10-01")
    bring(store, CLIENTS, [("C1", "", "", "", "300", "")], columns, "2026-10-11")
    fees = Query("sum", "clients", "fee", split="co_owners")
    assert run_query(store, fees) == {"E1": Decimal("9.99"), "E2": Decimal("20.01")}
    mean = Query("average", "clients", "deposit", start=date(2026, 10, 1), end=date(2026, 10, 20), split="co_owners")
    assert run_query(store, mean) == {"E1": Decimal("66.6"), "E2": Decimal("133.4")}
    told = [(one.owner, one.as_of, one.amount) for one in contributions(store, mean)]
    assert told == [
        ("E1", date(2026, 10, 1), Decimal("16.65")),
        ("E2", date(2026, 10, 1), Decimal("33.35")),
        ("E1", date(2026, 10, 11), Decimal("49.95")),
        ("E2", date(2026, 10, 11), Decimal("100.05")),
    ]


OCTOBER = {"date": "date", "start": date(2026, 10, 1), "end": date(2026, 10, 31)}
COLUMNS = ("date", "staff_id", "client_id", "channel", "amount")
ROWS = [
    ("2026-10-09", "E1", "C1", "面访", "10"),
    ("2026-10-10", "E1", "C1", "电话", ""),
    ("2026-10-12", "E2", "C1", "面访", "5"),
    ("2026-10-12", "E2", "C2", "面访", ""),
    ("2026-10-13", "E3", "C1", "面访", "7"),
    ("2026-10-14", "", "C3", "面访", ""),
    ("2026-09-30", "E1", "C9", "面访", "3"),
    ("2026-11-01", "E1", "C8", "面访", "2"),
]
VISITED = Query("distinct", "contacts", "client_id", **OCTOBER)  # type: ignore[arg-type]


def test_a_client_visited_by_two_people_counts_once_for_their_branch(store: Store) -> None:
    """
    E1 C1      E2 C1 C2      E3 C1      nobody C3
    B1 = E1, E2: C1 C2, not 1 + 2     B2 = E3: C1     everybody: C1 C2 C3
    """
    bring(store, CONTACTS, ROWS, COLUMNS)
    asked = replace(VISITED, groups=(("B1", ("B1", "E1", "E2")), ("B2", ("E3",)), ("B3", ("E7",)), ("Z", ())))
    found = run_query(store, asked)
    assert found == {"E1": 1, "E2": 2, "E3": 1, "": 1, "B1": 2, "B2": 1, "Z": 3}
    for group in asked.groups:
        behind = contributions(store, replace(asked, groups=(group,)))
        assert sum(one.amount for one in behind) == found.get(group[0], 0), group


def test_many_queries_together_say_what_each_says_alone(store: Store) -> None:
    bring(store, CONTACTS, ROWS, COLUMNS)
    face = (Filter("channel", any_of=("面访",)),)
    quarter = {"date": "date", "start": date(2026, 9, 1), "end": date(2026, 11, 30)}
    asked = [
        Query(how, "contacts", field, where=where, **span)  # type: ignore[arg-type]
        for span in (OCTOBER, quarter, {"end": date(2026, 10, 31)})
        for how, field in (("count", ""), ("sum", "amount"), ("distinct", "client_id"))
        for where in ((), face)
    ]
    found = run_queries(store, asked)
    assert found == {query: run_query(store, query) for query in asked}
    assert found[asked[0]] == {"E1": 2, "E2": 2, "E3": 1, "": 1}
    assert found[asked[1]] == {"E1": 1, "E2": 2, "E3": 1, "": 1}
    assert found[asked[8]]["E1"] == 15, "September, October and November added up"
    assert found[asked[10]]["E1"] == 3, "C1, C8, C9, each once over the quarter"


def test_sums_are_read_from_the_index_by_month(store: Store) -> None:
    bring(store, CONTACTS, ROWS, COLUMNS)
    with store.reading() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT c_staff_id, sum(c_amount), count(DISTINCT c_client_id) FROM contacts "
            "WHERE substr(c_date, 1, 7) >= '2026-10' AND substr(c_date, 1, 7) <= '2026-10' "
            "AND c_date >= '2026-10-01' GROUP BY c_staff_id"
        ).all()
    assert any("COVERING INDEX ix_contacts_month" in row[3] for row in plan), plan


def test_a_store_of_the_older_kind_gets_the_new_index(tmp_path: Path) -> None:
    opened = open_store(tmp_path / "a.db", {"contacts": CONTACTS})
    bring(opened, CONTACTS, ROWS, COLUMNS)
    with opened.writing() as connection:
        names = [row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index'")]
        for name in names:
            if name.startswith("ix_contacts_month"):
                connection.exec_driver_sql(f'DROP INDEX "{name}"')
        connection.exec_driver_sql("CREATE INDEX ix_contacts_owner_date ON contacts (c_staff_id, c_date)")
        connection.exec_driver_sql("DELETE FROM cmkit_meta WHERE name LIKE 'index:%'")
        connection.exec_driver_sql("UPDATE cmkit_meta SET value = 'old' WHERE name = 'schema'")
    opened.close()
    again = open_store(tmp_path / "a.db", {"contacts": CONTACTS})
    with again.reading() as connection:
        found = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert any(name.startswith("ix_contacts_month") for name in found)
    assert "ix_contacts_owner_date" not in found
    assert run_query(again, VISITED) == {"E1": 1, "E2": 2, "E3": 1, "": 1}
    again.close()


_contacts = st.lists(
    st.tuples(
        st.sampled_from(["2026-09-30", "2026-10-01", "2026-10-31"]),
        st.sampled_from(["E1", "E2", ""]),
        st.sampled_from(["C1", "C2"]),
        st.sampled_from(["面访", "电话"]),
        st.sampled_from(["", "1", "2.5"]),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(_contacts, min_size=2, max_size=3), gone=st.integers(0, 2))
def test_sums_follow_an_undo_exactly(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[str, ...]]], gone: int
) -> None:
    """What the index says after an undo is what plain counting of the rows that are left says."""
    gone %= len(batches)
    opened = open_store(tmp_path_factory.mktemp("sums") / "s.db", {"contacts": CONTACTS})
    for number, rows in enumerate(batches):
        bring(opened, CONTACTS, rows, COLUMNS, f"2026-10-1{number}")
    undo(opened, gone + 1, "李四")
    left = [row for number, rows in enumerate(batches) for row in rows if number != gone and row[0] >= "2026-10-01"]
    owners = {row[1] for row in left}
    total = Query("sum", "contacts", "amount", **OCTOBER)  # type: ignore[arg-type]
    asked = [replace(VISITED, how="count", field=""), total, VISITED]
    found = run_queries(opened, asked)
    assert found[asked[0]] == {who: sum(row[1] == who for row in left) for who in owners}
    sums = {who: sum((Decimal(row[4]) for row in left if row[1] == who and row[4]), Decimal(0)) for who in owners}
    assert {who: found[total].get(who, 0) for who in owners} == sums
    assert found[VISITED] == {who: len({row[2] for row in left if row[1] == who}) for who in owners}
    opened.close()


def test_a_value_is_traced_to_the_row_that_said_it(store: Store) -> None:
    """The sale came with the first file; the second only moved the client to somebody else.

    first.xlsx   A client_id  B owner_id  C fee      second.xlsx   A client_id  B owner_id
    row 2        C1           E1          30         row 2         C1           E2
    """
    for file, columns, cells in (
        ("first.xlsx", ("client_id", "owner_id", "fee"), ("C1", "E1", to_store(Decimal(30)))),
        ("second.xlsx", ("client_id", "owner_id"), ("C1", "E2")),
    ):
        rows = [IntakeRow(2, "C1", cells)]
        intake = SheetIntake(
            file, "表1", "clients", (1,), columns, rows, digest=file, letters=("A", "B", "C")[: len(cells)]
        )
        take_in(store, [intake], BatchInfo(who="t", label=file, as_of="2026-10-01"))
    query = Query("sum", "clients", "fee")
    (plain,) = contributions(store, query)
    assert (plain.owner, plain.origin.file) == ("E2", "second.xlsx")
    (placed,) = with_cells(store, query, [plain])
    assert (placed.amount, placed.origin.file, placed.cell) == (Decimal(30), "first.xlsx", "C2")
    counted = Query("count", "clients")
    assert with_cells(store, counted, contributions(store, counted)) == contributions(store, counted)
