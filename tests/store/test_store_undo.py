"""Undo against the plainest model there is: a store that never saw the batches taken back.

Random sequences of imports (clients with balances by day, contacts that name clients), hand edits and undos, in any
order. Afterwards every record is what the others alone make; what is left beside it is named by somebody, and was told.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cmkit.facts.intake import Blank, Policy
from cmkit.facts.kinds import Stored
from cmkit.store import Store, open_store, stored_rows, take_in, undo
from tests.store.test_store_batches import info, sheet, specs

KEYS = ("001", "002", "003")


class Step(NamedTuple):
    """One batch: what it brings and how, and which earlier batch (if any) is taken back right after it."""

    kind: str
    rows: tuple[tuple[str, ...], ...]
    as_of: str = "2026-10-30"
    policy: Policy = "update"
    blank: Blank = "keep"
    undone: int | None = None


_clients = st.lists(
    st.tuples(
        st.sampled_from(KEYS),
        st.sampled_from(["甲", "乙", ""]),
        st.sampled_from(["财富", "普通", ""]),
        st.sampled_from(["1", "2.5", ""]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda row: row[0],
).map(tuple)
_contacts = st.lists(
    st.tuples(
        st.sampled_from(["2026-10-08", "2026-10-09"]), st.just("E1"), st.sampled_from(KEYS), st.sampled_from(["5", ""])
    ),
    min_size=1,
    max_size=2,
    unique_by=lambda row: row[:3],
).map(tuple)
_undone = st.none() | st.integers(0, 5)
_steps = st.lists(
    st.one_of(
        st.builds(
            Step,
            st.just("clients"),
            _clients,
            st.sampled_from(["2026-09-30", "2026-10-30"]),
            st.sampled_from(["update", "keep"]),
            st.sampled_from(["keep", "clear"]),
            _undone,
        ),
        st.tuples(_contacts, _undone).map(lambda drawn: Step("contacts", drawn[0], undone=drawn[1])),
        _clients.map(lambda rows: Step("hand", rows)),
    ),
    min_size=2,
    max_size=6,
)


def bring(store: Store, step: Step) -> None:
    columns = (
        ("date", "staff_id", "client_id", "amount") if step.kind == "contacts" else ("client_id", "name", "tier", "aum")
    )
    table = "contacts" if step.kind == "contacts" else "clients"
    kind = "hand" if step.kind == "hand" else "import"
    take_in(store, [sheet(step.rows, columns, table)], info(step.as_of, step.policy, step.blank, kind))


def content(
    store: Store,
) -> tuple[dict[str, dict[str, Stored]], dict[str, dict[str, Stored]], list[tuple[str, str, int]]]:
    """Clients, contacts, and every balance by client and day."""
    with store.reading() as connection:
        days = connection.exec_driver_sql(
            "SELECT s.key, d.as_of, d.c_aum FROM clients_by_day d JOIN clients s ON s.id = d.record_id ORDER BY 1, 2"
        ).all()
    found = [{key: values for key, values, _origin in stored_rows(store, table)} for table in ("clients", "contacts")]
    return found[0], found[1], [(str(key), str(day), int(aum or 0)) for key, day, aum in days]


def taken_back(steps: list[Step]) -> set[int]:
    """The places of the batches that are taken back: those that are named, exist by then, and are no hand's."""
    gone: set[int] = set()
    for place, step in enumerate(steps):
        if step.undone is not None and step.undone <= place and steps[step.undone].kind != "hand":
            gone.add(step.undone)
    return gone


CLIENT, CONTACT = ("001", "甲", "财富", "1"), ("2026-10-09", "E1", "001", "5")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps)
@example(steps=[Step("clients", (CLIENT,)), Step("contacts", (CONTACT,), undone=0)])
@example(
    steps=[
        Step("clients", (CLIENT,)),
        Step("contacts", (CONTACT,), undone=0),
        Step("clients", (("001", "", "普通", ""),)),
    ]
)
@example(
    steps=[Step("clients", (CLIENT,)), Step("contacts", (CONTACT,), undone=0), Step("clients", (CLIENT,), undone=1)]
)
@example(
    steps=[Step("clients", (CLIENT,)), Step("hand", (("001", "", "普通", ""),)), Step("clients", (CLIENT,), undone=0)]
)
def test_afterwards_the_store_is_what_the_others_alone_make(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    gone = taken_back(steps)
    whole = open_store(tmp_path_factory.mktemp("undo") / "whole.db", specs())
    told: set[str] = set()
    back: set[int] = set()
    for place, step in enumerate(steps):
        bring(whole, step)
        if step.undone in gone and step.undone not in back and step.undone <= place:
            back.add(step.undone)
            told |= {
                key for table, key, why in undo(whole, step.undone + 1, "李四").stays if table == "clients" and why
            }
    rest = open_store(tmp_path_factory.mktemp("undo") / "rest.db", specs())
    for place, step in enumerate(steps):
        if place not in gone:
            bring(rest, step)
    clients, contacts, days = content(whole)
    alone, contacts_alone, days_alone = content(rest)
    named = {str(values["client_id"]) for values in contacts.values()}
    left = clients.keys() - alone.keys()
    assert contacts == contacts_alone
    assert {key: values for key, values in clients.items() if key not in left} == alone
    assert [day for day in days if day[0] not in left] == days_alone
    assert left <= named
    assert left <= told
    whole.close()
    rest.close()
