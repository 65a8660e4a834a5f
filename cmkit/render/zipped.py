"""Word and Excel files packed again: same parts, fixed times, so that the same data gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

_EPOCH = date(1980, 1, 1)


def moment(made_on: date | None) -> datetime:
    """The one time that a file carries: the beginning of the day that stands for the document."""
    day = made_on or _EPOCH
    return datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)


def repack(data: bytes, made_on: date | None) -> bytes:
    """The zip file ``data`` with every member's time set to ``made_on`` and nothing of this machine in it."""
    day = max(made_on or _EPOCH, _EPOCH)
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed,
    ):
        for old in source.infolist():
            member = zipfile.ZipInfo(old.filename, (day.year, day.month, day.day, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            packed.writestr(member, source.read(old))
    return target.getvalue()
