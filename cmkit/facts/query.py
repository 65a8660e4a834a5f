"""A query is a plain value that ``kpi`` makes and ``store`` runs, so that records are summed and never loaded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from cmkit.facts.records import Origin

How = Literal["count", "sum", "distinct", "latest", "average"]


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on one column; every part that is given must hold."""

    field: str
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    at_least: str = ""
    at_most: str = ""
    filled: bool | None = None
    not_after: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """``how`` to take a figure from one table over ``start``..``end``, grouped by ``owner``.

    ``latest`` takes each record's last value of a measure on or before ``end``; ``average`` the mean over the days of
    the span (a value holds until the next one). ``date`` empty means that the span does not matter.

    ``groups`` names sets of owners that a ``distinct`` is to be answered for as well, each thing counted once in each
    set; a set without members is everybody. ``split`` is the column that may share a record's credit between several
    owners (:mod:`cmkit.facts.shares`).
    """

    how: How
    table: str
    field: str = ""
    date: str = ""
    owner: str = ""
    start: dt.date = dt.date.min
    end: dt.date = dt.date.max
    where: tuple[Filter, ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    split: str = ""


WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Contribution:
    """One record behind a figure, and what it adds to it; ``share`` is the percent of it that is the owner's.

    A balance comes with the day that it is of (``as_of``); a value with the ``cell`` it was read from (``U17``), where
    the sheet's columns are known.
    """

    table: str
    key: str
    owner: str
    amount: Decimal
    origin: Origin
    share: Decimal = WHOLE
    as_of: dt.date | None = None
    cell: str = ""
