"""What an area hands to a report: title, figures, rows, charts, and the records behind them. Render draws it as is.

Cells are raw values (Decimal, int, date, str, bool, None) and their column says how they are shown, so that Excel gets
numbers and a page gets formatted text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cmkit.facts.records import Fact

Level = Literal["good", "warn", "bad", "none"]


@dataclass(frozen=True, slots=True)
class Status:
    """A traffic light with its word: shown as ● ▲ ■ with colour."""

    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A row of values over time for a sparkline; None where a value is missing."""

    values: tuple[Decimal | None, ...]


Cell = str | int | bool | Decimal | date | Status | Trend | tuple[str, ...] | None
CellKind = Literal[
    "text", "note", "number", "money", "rate", "pp", "count", "date", "time", "bar", "status", "spark", "tick"
]


@dataclass(frozen=True, slots=True)
class Column:
    """How one column of rows is shown. ``bar`` draws a rate in percent against 100; ``pp`` is percentage points.

    ``tick`` is an empty box to be ticked by hand (True prints as ticked). ``width`` is in characters of the
    Latin alphabet (a Chinese character counts two); 0 lets the renderer choose.
    """

    title: str
    kind: CellKind = "text"
    unit: str = ""
    digits: int = 2
    width: int = 0
    sheet_only: bool = False
    """Only in Excel, where a row has to stand for itself when it is sorted or comes back; a page says it in its head."""


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A record behind a section."""

    table: str
    key: str


@dataclass(frozen=True, slots=True)
class Behind:
    """A record behind a figure and what it adds to it; of a quotient, above or below the line."""

    ref: RecordRef
    amount: Decimal = Decimal(1)
    part: Literal["", "top", "bottom"] = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number worth a card: label, value, unit, and a line below (目标 400 · 时间进度 84 %).

    ``behind`` holds the records it was made of: their amounts add up to the value, or it is the sum above the line over
    the sum below it (times 100 where the kind is a rate).
    """

    label: str
    value: Cell
    kind: CellKind = "number"
    unit: str = ""
    digits: int = 2
    note: str = ""
    level: Level = "none"
    behind: tuple[Behind, ...] = field(default=(), compare=False, repr=False)


def each(facts: Iterable[Fact]) -> tuple[Behind, ...]:
    """Records of which every one counts one."""
    return worth((fact, 1) for fact in facts)


def worth(pairs: Iterable[tuple[Fact, Decimal | int]]) -> tuple[Behind, ...]:
    """Records with what each one adds; those that add nothing are left out."""
    return tuple(Behind(RecordRef(fact.table, fact.key), Decimal(amount)) for fact, amount in pairs if amount)


def over(top: Iterable[Behind], bottom: Iterable[Behind]) -> tuple[Behind, ...]:
    """The two sums of a quotient."""
    return (
        *(replace(one, part="top") for one in top),
        *(replace(one, part="bottom") for one in bottom),
    )


@dataclass(frozen=True, slots=True)
class Series:
    """One line or row of bars of a chart."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as data. ``bars``: attainment by label; ``line``: over time; ``columns``; ``funnel``; ``calendar``.

    For ``calendar`` the labels are ISO dates and the one series counts the visits of each day. ``reference`` draws a
    line (100 for attainment, or the target); ``reference_label`` names it. For ``map`` the two series are longitude and
    latitude in degrees; the first label is the base that the round leaves from and comes back to. For ``migration`` the
    labels are classes from best to worst and each series is what started in the class of its name, by its class now.
    """

    kind: Literal["bars", "line", "columns", "funnel", "calendar", "map", "migration"]
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    digits: int = 2
    reference: Decimal | None = None
    reference_label: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a document. Empty parts are not drawn; with nothing at all, ``empty`` is printed."""

    id: str
    title: str
    text: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()
    empty: str = ""
    numbered: bool = True
    level: Literal[1, 2] = 1
    records: tuple[RecordRef, ...] = field(default=(), compare=False, repr=False)
    total: tuple[Cell, ...] = ()
    """A last row of the table, drawn apart (合计); empty when there is none."""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document before it has a format."""

    name: str
    title: str
    subtitle: str = ""
    meta: tuple[tuple[str, str], ...] = ()
    """Label and value pairs of the head (单位, 姓名, 日期)."""
    headline: str = ""
    """The sentence that says it all."""
    cards: tuple[Figure, ...] = ()
    sections: tuple[Section, ...] = ()
    notes: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    mark: str = ""
    """内部资料, printed in a corner."""
    made_on: date | None = None
    """The date that stands for the document; file times are fixed to it."""
    template: str = ""
    """A layout of its own (minutes); empty takes the base template of the format."""
    landscape: bool = False
    lang: Literal["zh", "en"] = "zh"
    extra: tuple[tuple[str, str], ...] = ()
    """Plain named texts that only a layout of its own uses (出席, 请假, 列席 …)."""
