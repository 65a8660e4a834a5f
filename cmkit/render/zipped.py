"""Word and Excel files with fixed times: same parts, nothing of this machine, so that the same data gives the same bytes."""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime
from typing import Final

_EPOCH = date(1980, 1, 1)
_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_ENTRY: Final = struct.Struct("<4s4B4HL2L5H2L")
"""A record of the directory at the end of a zip: signature, versions and systems, flags to date, sums, lengths, place."""
_SIGNED, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
_STAMP: Final = struct.Struct("<2H")
_LOCAL_STAMP, _ENTRY_STAMP, _ENTRY_SYSTEM, _ENTRY_RIGHTS = 10, 12, 5, 38
_PRIVATE: Final = 0o600 << 16


def moment(made_on: date | None) -> datetime:
    """The one time that a file carries: the beginning of the day that stands for the document."""
    day = made_on or _EPOCH
    return datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)


def repack(data: bytes, made_on: date | None) -> bytes:
    """The zip file ``data`` with every member's time set to ``made_on`` and nothing of this machine in it.

    The members stay packed as they are: to unpack and pack them again took a tenth of a whole document's time.

    Raises:
        ValueError: It is no zip file with a plain directory at its end.
    """
    day = max(made_on or _EPOCH, _EPOCH)
    stamp = _STAMP.pack(0, (day.year - 1980) << 9 | day.month << 5 | day.day)
    made = bytearray(data)
    end = data.rfind(_END)
    if end < 0 or len(data) - end < _END_SIZE:
        raise ValueError(_END)
    count, _size, at = struct.unpack_from("<H2L", data, end + 10)
    for _member in range(count):
        fields = _ENTRY.unpack_from(data, at)
        lengths, place = fields[12:15], fields[18]
        if fields[0] != _SIGNED or data[place : place + 4] != _LOCAL:
            raise ValueError(_SIGNED)
        made[at + _ENTRY_SYSTEM] = 0
        made[at + _ENTRY_STAMP : at + _ENTRY_STAMP + 4] = stamp
        struct.pack_into("<L", made, at + _ENTRY_RIGHTS, _PRIVATE)
        made[place + _LOCAL_STAMP : place + _LOCAL_STAMP + 4] = stamp
        at += _ENTRY.size + sum(lengths)
    return bytes(made)
