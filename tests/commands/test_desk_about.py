"""What is asked about one client is read by itself, and is the same as in the whole."""

from __future__ import annotations

from datetime import date

import pytest

from cmkit.base.period import parse_period
from cmkit.base.workspace import find_workspace
from cmkit.facts.records import RECORDS, Client, Fact
from cmkit.packs import load_pack
from cmkit.reports.desk import Desk
from cmkit.store import load, open_store
from tests.commands.kit import Office


@pytest.fixture
def new_desk(bank: Office) -> Desk:
    workspace = find_workspace(str(bank.root))
    pack = load_pack(workspace.settings.pack, [workspace.root / "packs"])
    store = open_store(workspace.root / "cmkit.db", pack.tables)
    return Desk(store, pack, workspace, parse_period("2026-10"), date(2026, 10, 30))


def _kinds(desk: Desk) -> list[type[Fact]]:
    told = [kind for name, kind in RECORDS.items() if name in desk.pack.tables]
    return [kind for kind in told if "client_id" in desk.pack.tables[kind.table].columns]


def test_about_one_client_is_a_part_of_the_whole(new_desk: Desk) -> None:
    whole = new_desk.at(new_desk.period)
    whole._raw, whole._shown = {}, {}
    client = max(whole.raw(Client), key=lambda one: len(new_desk.about(RECORDS["contacts"], one.client_id)))
    found = 0
    for kind in _kinds(new_desk):
        for names in (True, False):
            told = [one for one in whole.facts(kind, names=names) if one.get("client_id") == client.client_id]
            assert new_desk.about(kind, client.client_id, names=names) == told
            found += len(told)
    assert found > 10
    assert new_desk.one(Client, client.client_id) == client
    assert new_desk.one(Client, "nobody") is None
    assert new_desk._raw == {}


def test_one_client_s_card_reads_no_other(bank: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """``clients show`` by number in an office of 100,000 must not read them all."""
    read: list[int] = []

    def counted(*words: object, **more: object) -> object:
        rows = load(*words, **more)  # type: ignore[arg-type, var-annotated]
        if words[1] in _of_clients:
            read.append(len({row.get("client_id") for row in rows}))
        return rows

    _of_clients = {kind for kind in RECORDS.values() if "client_id" in kind.__struct_fields__}
    monkeypatch.setattr("cmkit.reports.desk.load", counted)
    bank.run("clients", "show", "C000101").expect(0)
    assert len(read) > 5
    assert max(read) == 1
