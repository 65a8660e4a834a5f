"""The only place that asks what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DEFAULT_ZONE = "Asia/Shanghai"


def now(zone: str = DEFAULT_ZONE) -> datetime:
    """The present moment in the office's time zone."""
    return datetime.now(UTC).astimezone(ZoneInfo(zone))


def today(zone: str = DEFAULT_ZONE) -> date:
    """The present day in the office's time zone, whatever the machine's is."""
    return now(zone).date()


def stamp(moment: datetime | None = None) -> str:
    """A moment as the store keeps it: UTC, to the second."""
    value = moment or datetime.now(UTC)
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local(text: str | None, zone: str = DEFAULT_ZONE) -> str:
    """A moment as the store keeps it, as the office's clock shows it: ``2026-11-24 07:49``; "" of none."""
    if not text:
        return ""
    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
