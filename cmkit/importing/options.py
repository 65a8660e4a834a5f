"""What the command or the job says about the files it wants read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from cmkit.base.period import Period
from cmkit.importing.columns import Choose
from cmkit.importing.layouts import Layout
from cmkit.importing.values import Lookup
from cmkit.sheets.cells import DEFAULT_LIMITS as _LIMITS
from cmkit.sheets.cells import Limits

Remember = Callable[[Sequence[str], Layout], None]
"""Takes the headings of a table and what was decided about them."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the command or the job says about a file."""

    table: str = ""
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Heading to column key (``--map 表头=field``); ``-`` leaves a column out."""
    period: Period | None = None
    strict_period: bool = False
    """The period was asked for: what a title or a file's name says does not count."""
    as_of: dt.date | None = None
    lookup: Lookup | None = None
    kpis: Mapping[str, str] = field(default_factory=dict)
    """Label, alias or code of an indicator to its code."""
    kpi_units: Mapping[str, str] = field(default_factory=dict)
    """Code of an indicator to the unit of its values."""
    password: str | None = None
    silence: Collection[str] = ()
    limits: Limits = _LIMITS
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    """What was decided before about the same headings."""
    choose: Choose | None = None
    remember: Remember | None = None
