"""Batches: outcomes, measures by day, undo. The specs here are small and made by hand."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmkit.base.faults import InputFault, StoreFault
from cmkit.base.money import to_store
from cmkit.facts.intake import Blank, IntakeRow, Policy, SheetIntake
from cmkit.facts.kinds import Kind, Stored
from cmkit.facts.query import Filter, Query
from cmkit.facts.records import Client, Contact
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.store import BatchInfo, Store, contributions, load, open_store, run_query, stored_rows, take_in, undo
from cmkit.store.connection import grow


def column(key: str, kind: Kind = Kind.TEXT, *, measure: bool = False, ref: str = "") -> ColumnSpec:
    return ColumnSpec(key=key, zh=key, en=key, kind=kind, measure=measure, ref=ref)


def specs(*extra: ColumnSpec) -> dict[str, TableSpec]:
    clients = [
        column("client_id", Kind.CODE),
        column("name"),
        column("tier", Kind.CHOICE),
        column("owner_id", Kind.CODE),
        column("created_on", Kind.DATE),
        column("status", Kind.CHOICE),
        # Names that the store itself might want to use.
        column("source", Kind.CHOICE),
        column("id", Kind.TEXT),
        column("aum", Kind.MONEY, measure=True),
        *extra,
    ]
    contacts = [
        column("date", Kind.DATE),
        column("staff_id", Kind.CODE),
        column("client_id", Kind.CODE, ref="clients"),
        column("amount", Kind.MONEY),
        column("next_date", Kind.DATE),
    ]
    return {
        "clients": TableSpec(
            table="clients", owner="owner_id", date="created_on", columns={one.key: one for one in clients}
        ),
        "contacts": TableSpec(
            table="contacts", owner="staff_id", date="date", columns={one.key: one for one in contacts}
        ),
    }


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "cmkit.db", specs())
    yield opened
    opened.close()


def sheet(
    rows: Sequence[tuple[str, ...]],
    columns: Sequence[str] = ("client_id", "name", "tier"),
    table: str = "clients",
    digest: str = "",
    file: str = "台账.xlsx",
) -> SheetIntake:
    money = {"aum", "amount"}

    def cell(name: str, text: str) -> Stored:
        if not text:
            return None
        return to_store(Decimal(text)) if name in money else text

    made = [
        IntakeRow(number, row[0] if table == "clients" else "|".join(row[:3]), tuple(map(cell, columns, row)))
        for number, row in enumerate(rows, 3)
    ]
    return SheetIntake(file, "Sheet1", table, (2,), tuple(columns), made, digest=digest)


def info(
    as_of: str = "2026-10-30", policy: Policy = "update", blank: Blank = "keep", kind: str = "import"
) -> BatchInfo:
    return BatchInfo(who="张三", label="test", as_of=as_of, policy=policy, blank=blank, kind=kind)


def state(store: Store) -> dict[str, dict[str, Stored]]:
    return {key: values for key, values, _origin in stored_rows(store, "clients")}


def test_each_row_has_one_outcome_and_blank_keeps(store: Store) -> None:
    """
    first:  001 甲 财富     second: 001 甲 财富   (unchanged)
            002 乙 普通             002 -- 贵宾   (updated, the blank name keeps 乙)
                                    003 丙 --     (created)
    """
    take_in(store, [sheet([("001", "甲", "财富"), ("002", "乙", "普通")])], info())
    report = take_in(store, [sheet([("001", "甲", "财富"), ("002", "", "贵宾"), ("003", "丙", "")])], info())
    outcome = report.outcomes[0]
    assert (outcome.created, outcome.updated, outcome.unchanged, outcome.kept) == (1, 1, 1, 0)
    assert outcome.read == 3
    rows = state(store)
    assert rows["002"]["name"] == "乙"
    assert rows["002"]["tier"] == "贵宾"


def test_policy_keep_and_fail(store: Store) -> None:
    take_in(store, [sheet([("001", "甲", "")])], info())
    kept = take_in(store, [sheet([("001", "乙", "财富")])], info(policy="keep")).outcomes[0]
    assert (kept.updated, kept.kept) == (1, 0), "the blank tier is filled although the name is held"
    again = take_in(store, [sheet([("001", "乙", "财富")])], info(policy="keep")).outcomes[0]
    assert (again.updated, again.kept) == (0, 1)
    failed = take_in(store, [sheet([("001", "乙", "财富")])], info(policy="fail")).outcomes[0]
    assert failed.rejected == 1
    assert failed.problems[0].code == "conflict"
    assert state(store)["001"]["name"] == "甲"


def test_blank_clears_only_when_asked(store: Store) -> None:
    take_in(store, [sheet([("001", "甲", "财富")])], info())
    take_in(store, [sheet([("001", "甲", "")])], info(blank="clear"))
    assert state(store)["001"]["tier"] is None


def test_same_bytes_again_change_nothing_under_any_name(store: Store) -> None:
    first = take_in(store, [sheet([("001", "甲", "财富")], digest="d1")], info())
    take_in(store, [sheet([("001", "甲", "私行")], digest="d2")], info())
    again = take_in(store, [sheet([("001", "甲", "财富")], digest="d1", file="副本.xlsx")], info())
    assert again.known == {0: first.batch}
    assert again.batch == 0
    assert state(store)["001"]["tier"] == "私行", "an old file does not turn the clock back"


def test_a_default_shows_where_nobody_spoke_and_never_overwrites(tmp_path: Path) -> None:
    """
    first: 001 流失, 002 (blank -> 在用)    then 001 without the column: 流失 stays
    """
    made = specs()
    columns = dict(made["clients"].columns)
    columns["status"] = ColumnSpec(key="status", zh="状态", en="Status", kind=Kind.CHOICE, default="在用")
    opened = open_store(
        tmp_path / "a.db", {"clients": TableSpec(table="clients", owner="owner_id", date="created_on", columns=columns)}
    )
    take_in(opened, [sheet([("001", "流失"), ("002", "")], ("client_id", "status"))], info())
    take_in(opened, [sheet([("001", "甲"), ("003", "丙")], ("client_id", "name"))], info())
    assert {key: row["status"] for key, row in state(opened).items()} == {"001": "流失", "002": "在用", "003": "在用"}
    opened.close()


def test_dry_run_leaves_the_store_alone(store: Store) -> None:
    report = take_in(store, [sheet([("001", "甲", "财富")])], info(), dry=True)
    assert report.outcomes[0].created == 1
    assert state(store) == {}


def test_measures_are_kept_by_day_and_the_latest_is_shown(store: Store) -> None:
    """
    001: 100 on 2025-12-31 (imported last), 150 on 2026-10-30 (imported first).
    """
    columns = ("client_id", "owner_id", "aum")
    take_in(store, [sheet([("001", "E1", "150"), ("002", "E1", "50")], columns)], info("2026-10-30"))
    take_in(store, [sheet([("001", "E1", "100")], columns)], info("2025-12-31"))
    assert state(store)["001"]["aum"] == to_store(Decimal(150))
    latest = Query("latest", "clients", "aum", end=date(2026, 10, 31))
    assert run_query(store, latest) == {"E1": Decimal(200)}
    before = Query("latest", "clients", "aum", end=date(2025, 12, 31))
    assert run_query(store, before) == {"E1": Decimal(100)}
    behind = contributions(store, latest)
    assert [(one.key, one.amount, one.origin.row) for one in behind] == [
        ("001", Decimal(150), 3),
        ("002", Decimal(50), 4),
    ]


def test_daily_average_of_the_rules(store: Store) -> None:
    """Nov: 100 from the 1st, 150 from the 11th, 90 from the 21st: (10*100+10*150+10*90)/30 = 113.33."""
    columns = ("client_id", "owner_id", "aum")
    for day, amount in (("2026-11-01", "100"), ("2026-11-11", "150"), ("2026-11-21", "90")):
        take_in(store, [sheet([("001", "E1", amount)], columns)], info(day))
    query = Query("average", "clients", "aum", start=date(2026, 11, 1), end=date(2026, 11, 30))
    assert round(run_query(store, query)["E1"], 2) == Decimal("113.33")
    told = [(one.as_of, round(one.amount, 2)) for one in contributions(store, query)]
    assert told == [
        (date(2026, 11, 1), Decimal("33.33")),
        (date(2026, 11, 11), Decimal("50.00")),
        (date(2026, 11, 21), Decimal("30.00")),
    ]


def test_sums_counts_and_distinct_by_owner(store: Store) -> None:
    rows = [
        ("2026-10-09", "E1", "001", "10.5"),
        ("2026-10-12", "E1", "001", ""),
        ("2026-10-12", "E2", "002", "4"),
        ("2026-11-02", "E1", "003", "99"),
    ]
    take_in(store, [sheet(rows, ("date", "staff_id", "client_id", "amount"), "contacts")], info())
    october = {"start": date(2026, 10, 1), "end": date(2026, 10, 31), "date": "date"}
    assert run_query(store, Query("sum", "contacts", "amount", **october)) == {"E1": Decimal("10.5"), "E2": Decimal(4)}  # type: ignore[arg-type]
    assert run_query(store, Query("count", "contacts", **october)) == {"E1": 2, "E2": 1}  # type: ignore[arg-type]
    distinct = Query("distinct", "contacts", "client_id", **october)  # type: ignore[arg-type]
    assert run_query(store, distinct) == {"E1": 1, "E2": 1}
    behind = contributions(store, distinct)
    assert [(one.owner, one.amount) for one in behind] == [("E1", Decimal(1)), ("E1", Decimal(0)), ("E2", Decimal(1))]
    assert [one.owner for one in contributions(store, distinct, ["E2"])] == ["E2"]
    big = Query("count", "contacts", where=(Filter("amount", at_least="5"),))
    assert run_query(store, big) == {"E1": 2}
    behind = contributions(store, Query("sum", "contacts", "amount", **october))  # type: ignore[arg-type]
    total = sum((one.amount for one in behind), Decimal(0))
    assert total == Decimal("14.5")


def test_not_after_compares_two_dates(store: Store) -> None:
    rows = [("2026-10-09", "E1", "001", "2026-10-08"), ("2026-10-09", "E1", "002", "2026-10-10")]
    take_in(store, [sheet(rows, ("date", "staff_id", "client_id", "next_date"), "contacts")], info())
    late = Query("count", "contacts", where=(Filter("date", not_after="next_date"),))
    assert run_query(store, late) == {"E1": 1}


def test_facts_come_back_with_origin_and_more(tmp_path: Path) -> None:
    opened = open_store(tmp_path / "a.db", specs(column("star", Kind.TEXT)))
    take_in(opened, [sheet([("001", "甲", "五星")], ("client_id", "name", "star"))], info())
    client = load(opened, Client)[0]
    assert (client.client_id, client.name, client.more["star"]) == ("001", "甲", "五星")
    assert (client.origin.file, client.origin.sheet, client.origin.row, client.origin.batch) == (
        "台账.xlsx",
        "Sheet1",
        3,
        1,
    )
    assert client.get("star") == "五星"
    opened.close()


def test_undo_of_a_middle_batch_lets_later_ones_stand(store: Store) -> None:
    """
    1: 001 甲 普通    2: 001 甲 财富, 002 乙    3: 001 甲 财富 (says the same)
    Undo 2: 001 keeps 财富, because batch 3 alone would have said so; 002 goes.
    """
    take_in(store, [sheet([("001", "甲", "普通")])], info())
    second = take_in(store, [sheet([("001", "甲", "财富"), ("002", "乙", "")])], info())
    take_in(store, [sheet([("001", "甲", "财富")])], info())
    report = undo(store, second.batch, "李四")
    assert (report.removed, report.stays) == (1, [])
    assert state(store)["001"]["tier"] == "财富"
    assert "002" not in state(store)
    with pytest.raises(InputFault):
        undo(store, second.batch, "李四")
    with pytest.raises(InputFault):
        undo(store, 99, "李四")


def test_undo_keeps_what_others_name_and_what_a_hand_changed(store: Store) -> None:
    first = take_in(store, [sheet([("001", "甲", "普通"), ("002", "乙", "普通")])], info())
    take_in(store, [sheet([("2026-10-09", "E1", "001")], ("date", "staff_id", "client_id"), "contacts")], info())
    take_in(store, [sheet([("002", "", "私行")])], info(kind="hand"))
    report = undo(store, first.batch, "李四")
    assert {(table, key) for table, key, _why in report.stays} == {("clients", "001"), ("clients", "002")}
    assert state(store)["002"]["tier"] == "私行"
    assert len(load(store, Contact)) == 1


_names = st.sampled_from(["甲", "乙", ""])
_rows = st.lists(
    st.tuples(
        st.sampled_from(["001", "002", "003"]),
        _names,
        st.sampled_from(["财富", "普通", ""]),
        st.sampled_from(["1", "2", ""]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda row: row[0],
)
_batches = st.lists(
    st.tuples(
        _rows,
        st.sampled_from(["2026-09-30", "2026-10-30"]),
        st.sampled_from(["update", "keep"]),
        st.sampled_from(["keep", "clear"]),
    ),
    min_size=1,
    max_size=4,
)


def _fingerprint(store: Store) -> object:
    with store.reading() as connection:
        days = connection.exec_driver_sql(
            "SELECT s.key, d.as_of, d.c_aum FROM clients_by_day d JOIN clients s ON s.id = d.record_id ORDER BY 1, 2"
        ).all()
    return state(store), [tuple(row) for row in days]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=_batches, gone=st.integers(0, 3))
def test_undo_equals_importing_the_rest_alone(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[tuple[list[tuple[str, str, str, str]], str, Policy, Blank]],
    gone: int,
) -> None:
    gone %= len(batches)
    columns = ("client_id", "name", "tier", "aum")

    def fill(skip: int | None) -> Store:
        opened = open_store(tmp_path_factory.mktemp("store") / "s.db", specs())
        for number, (rows, as_of, policy, blank) in enumerate(batches):
            if number != skip:
                take_in(opened, [sheet(rows, columns)], info(as_of, policy, blank))
        return opened

    whole, rest = fill(None), fill(gone)
    undo(whole, gone + 1, "李四")
    assert _fingerprint(whole) == _fingerprint(rest)
    whole.close()
    rest.close()


def test_a_new_column_is_added_and_nothing_else_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    first = open_store(path, specs())
    take_in(first, [sheet([("001", "甲", "普通")])], info())
    first.close()
    second = open_store(path, specs(column("star")))
    assert state(second)["001"]["star"] is None
    assert state(second)["001"]["name"] == "甲"
    assert grow(second) == []
    second.close()


def test_the_file_is_private_and_set_up_to_stay_whole(store: Store) -> None:
    path = Path(store.path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with store.reading() as connection:
        wanted = {
            "journal_mode": "delete",
            "synchronous": 2,
            "foreign_keys": 1,
            "secure_delete": 1,
            "busy_timeout": 30000,
        }
        for name, value in wanted.items():
            assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == value


def test_an_error_half_way_leaves_nothing(store: Store) -> None:
    bad = sheet([("001", "甲", "普通"), ("002", "乙", "普通")])
    rows = list(bad.rows)
    broken = SheetIntake("b.xlsx", "S", "clients", (1,), ("client_id", "name"), [IntakeRow(1, "009", ("009",))])
    assert rows
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the driver says: nothing may stay
        take_in(store, [bad, broken], info())
    assert state(store) == {}


def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "bad.db"
    path.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(StoreFault) as stop:
        open_store(path, specs())
    assert str(path) in str(stop.value)


def test_the_database_is_a_plain_sqlite_file(store: Store) -> None:
    take_in(store, [sheet([("001", "甲", "普通")])], info())
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT c_name FROM clients").fetchall() == [("甲",)]
