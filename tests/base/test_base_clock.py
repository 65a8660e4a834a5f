"""Moments as the store keeps them and as an office's clock shows them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cmkit.base.clock import local, stamp


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("Asia/Shanghai", "2026-11-01 00:05"), ("Asia/Urumqi", "2026-10-31 22:05"), ("UTC", "2026-10-31 16:05")],
)
def test_a_moment_is_shown_by_the_office_clock(zone: str, shown: str) -> None:
    """16:05 in Greenwich is five past midnight of the next day in Shanghai."""
    assert local("2026-10-31T16:05:59Z", zone) == shown


def test_no_moment_shows_nothing() -> None:
    assert local("") == local(None) == ""


def test_what_is_stamped_is_read_again() -> None:
    moment = datetime(2026, 10, 31, 16, 5, 59, tzinfo=UTC)
    assert stamp(moment) == "2026-10-31T16:05:59Z"
    assert local(stamp(moment), "UTC") == "2026-10-31 16:05"
