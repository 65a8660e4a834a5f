"""A table that is locked: what stands after its day is altered by nobody (the business log of a venue)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from cmkit.base.faults import DeniedFault
from cmkit.facts.records import WorkLog
from cmkit.packs import load_pack
from cmkit.store import Lookup, Store, load, open_store, undo
from cmkit.store.put import put

DAY = date(2026, 10, 29)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The venue's store with the log of 29 October, written on that day."""
    opened = open_store(tmp_path / "cmkit.db", load_pack("venue").tables)
    write(opened, DAY, summary="到店九批")
    yield opened
    opened.close()


def write(store: Store, on: date, **words: object) -> int:
    log = WorkLog(date=DAY, staff_id="V1003", **words)  # type: ignore[arg-type]
    return put(store, [log], who="V1003", label="营业日志", as_of=on.isoformat()).batch


def summary(store: Store) -> str:
    return next(iter(load(store, WorkLog))).summary


def test_on_its_day_a_log_may_still_be_mended(store: Store) -> None:
    write(store, DAY, summary="到店十批")
    assert summary(store) == "到店十批"


def test_the_day_after_it_may_not(store: Store) -> None:
    """Neither altered nor added to; nothing of the attempt stays behind."""
    for words in ({"summary": "到店十二批"}, {"problems": "事后补记"}):
        with pytest.raises(DeniedFault, match="已经锁定"):
            write(store, date(2026, 10, 30), **words)
    kept = next(iter(load(store, WorkLog)))
    assert (kept.summary, kept.problems) == ("到店九批", "")


def test_saying_the_same_again_and_reviewing_are_no_alteration(store: Store) -> None:
    write(
        store, date(2026, 10, 30), summary="到店九批", review="已阅", reviewer="V1002", reviewed_on=date(2026, 10, 30)
    )
    assert next(iter(load(store, WorkLog))).review == "已阅"


def test_it_is_kept_for_sixty_days(store: Store) -> None:
    """29 October to 28 December are sixty days; on the 29th the batch may go."""
    with pytest.raises(DeniedFault, match="60 天"):
        undo(store, 1, "V1003", on="2026-12-28")
    assert undo(store, 1, "V1003", on="2026-12-29").removed == 1


def test_other_sectors_lock_nothing(tmp_path: Path) -> None:
    opened = open_store(tmp_path / "bank.db", load_pack("bank_retail").tables)
    write(opened, DAY, summary="一")
    write(opened, date(2026, 10, 30), summary="二")
    assert summary(opened) == "二"
    opened.close()


def test_a_log_is_found_by_its_key_because_it_has_no_name(store: Store) -> None:
    seen = Lookup(store)
    assert seen.find("worklogs", "2026-10-29|V1003") == ("2026-10-29|V1003",)
    assert seen.find("worklogs", "到店九批") == ()
