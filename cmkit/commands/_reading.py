"""Reading files for the store: the look-ups and options that every import needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from cmkit.base.period import Period, parse_period
from cmkit.base.problem import Problem
from cmkit.commands._kit import Session
from cmkit.facts.intake import SheetIntake
from cmkit.facts.specs import TableSpec
from cmkit.importing.layouts import load_layouts
from cmkit.importing.options import ReadOptions
from cmkit.importing.read import read_file
from cmkit.importing.single import read_row
from cmkit.store import Lookup

Read = Callable[..., tuple[Sequence[SheetIntake], Sequence[Problem]]]


def base_options(session: Session) -> ReadOptions:
    """What every file of this workspace is read with."""
    kpis = {
        word: code for code, kpi in session.pack.kpis.items() for word in (code, kpi.zh, kpi.en, *kpi.aliases) if word
    }
    return ReadOptions(
        lookup=Lookup(session.store),
        kpis=kpis,
        kpi_units={code: kpi.unit for code, kpi in session.pack.kpis.items()},
        silence=session.pack.info.silence,
        period=Period(session.on.replace(day=1), session.on, session.on.isoformat()[:7], "month"),
        layouts=load_layouts(session.workspace.private),
    )


def reader(session: Session) -> Read:
    """A function that reads one file as ``cmkit import`` does."""
    common = base_options(session)

    def read(
        path: Path,
        *,
        table: str = "",
        sheet: str = "",
        period: str = "",
        as_of: date | None = None,
        columns: Mapping[str, str] | None = None,
        password: str | None = None,
    ) -> tuple[Sequence[SheetIntake], Sequence[Problem]]:
        options = replace(
            common,
            # A sheet may name records that an earlier sheet of the same run brought in.
            lookup=Lookup(session.store),
            table=table,
            sheet=sheet,
            as_of=as_of,
            columns=columns or {},
            password=password,
            period=parse_period(period, session.pack.info.work_month) if period else common.period,
            strict_period=bool(period),
        )
        return read_file(path, session.pack.tables, options)

    return read


def row_intake(session: Session, spec: TableSpec, words: Mapping[str, str]) -> SheetIntake:
    """One row from the command line."""
    return read_row(spec, words, base_options(session), "cmkit records add")
