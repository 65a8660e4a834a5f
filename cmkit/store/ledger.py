"""The store's own books: runs of jobs, findings already told, the register of branch returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
from sqlalchemy import delete, func, insert, select

from cmkit.base.clock import stamp
from cmkit.store.connection import Store


@dataclass(frozen=True)
class Run:
    """One run of a job."""

    id: int
    job: str
    period: str
    due_on: str
    started: str
    ended: str
    exit_code: int | None
    outputs: tuple[str, ...] = ()
    said: str = ""


@dataclass(frozen=True)
class Return:
    """What the register knows of one branch's return."""

    form: str
    period: str
    branch: str
    version: int
    state: str
    due: str
    received_at: str = ""
    digest: str = ""
    batch_id: int | None = None
    problems: int = 0
    note: str = ""


def start_run(store: Store, job: str, period: str, due_on: date) -> int:
    """Open the ledger row of a run and give its number."""
    with store.writing() as connection:
        words = insert(store.schema.runs).values(
            job=job, period=period, due_on=due_on.isoformat(), started=stamp(), outputs="[]", said=""
        )
        key = connection.execute(words).inserted_primary_key
        return int(key[0]) if key is not None else 0


def end_run(store: Store, number: int, exit_code: int, outputs: Sequence[str], said: str = "") -> None:
    """Close the ledger row."""
    runs = store.schema.runs
    with store.writing() as connection:
        connection.execute(
            runs.update()
            .where(runs.c.id == number)
            .values(ended=stamp(), exit_code=exit_code, outputs=msgspec.json.encode(list(outputs)).decode(), said=said)
        )


def list_runs(store: Store, *, limit: int = 50, job: str = "") -> list[Run]:
    """The latest runs, newest first."""
    runs = store.schema.runs
    words = select(runs).order_by(runs.c.id.desc()).limit(limit)
    if job:
        words = words.where(runs.c.job == job)
    with store.reading() as connection:
        rows = [dict(row) for row in connection.execute(words).mappings()]
    return [
        Run(
            **{
                **row,
                "ended": row["ended"] or "",
                "outputs": tuple(msgspec.json.decode(row["outputs"], type=list[str])),
            }
        )
        for row in rows
    ]


def finished(store: Store, start: date, end: date) -> set[tuple[str, str, str]]:
    """``(job, due day, period)`` of every run between two days that came to an end without a crash or a fault."""
    runs = store.schema.runs
    words = select(runs.c.job, runs.c.due_on, runs.c.period).where(
        runs.c.ended.is_not(None),
        runs.c.exit_code.in_([0, 3, 4]),
        runs.c.due_on >= start.isoformat(),
        runs.c.due_on <= end.isoformat(),
    )
    with store.reading() as connection:
        return {(job, due_on, period) for job, due_on, period in connection.execute(words)}


def first_run(store: Store) -> str:
    """The earliest due day in the ledger, or ""."""
    with store.reading() as connection:
        return str(connection.execute(select(func.min(store.schema.runs.c.due_on))).scalar() or "")


def seen_findings(store: Store) -> set[str]:
    """The fingerprints of findings that have been told and have not cleared since."""
    with store.reading() as connection:
        return {row[0] for row in connection.execute(select(store.schema.seen.c.fingerprint))}


def keep_seen(store: Store, fingerprints: set[str]) -> None:
    """Replace what has been told: a finding that cleared is forgotten, so that it is told when it comes back."""
    seen = store.schema.seen
    with store.writing() as connection:
        before = {row[0] for row in connection.execute(select(seen.c.fingerprint))}
        for gone in before - fingerprints:
            connection.execute(delete(seen).where(seen.c.fingerprint == gone))
        fresh = [{"fingerprint": one, "since": stamp()} for one in sorted(fingerprints - before)]
        if fresh:
            connection.execute(insert(seen), fresh)


def write_return(store: Store, entry: Return) -> None:
    """Put a row into the register of returns, in place of the one with the same version."""
    register = store.schema.register
    values = {name: getattr(entry, name) for name in Return.__dataclass_fields__}
    with store.writing() as connection:
        connection.execute(
            delete(register).where(
                register.c.form == entry.form,
                register.c.period == entry.period,
                register.c.branch == entry.branch,
                register.c.version == entry.version,
            )
        )
        connection.execute(insert(register).values(**values))


def register_keys(store: Store) -> list[tuple[str, str, str]]:
    """``(form, period, branch)`` of everything that was ever issued; the longest branch number first."""
    register = store.schema.register
    words = select(register.c.form, register.c.period, register.c.branch).distinct()
    with store.reading() as connection:
        rows = [(form, period, branch) for form, period, branch in connection.execute(words)]
    return sorted(rows, key=lambda row: (-len(row[2]), row))


def read_register(store: Store, form: str, period: str) -> list[Return]:
    """The register of one form and period, by branch and version."""
    register = store.schema.register
    words = (
        select(register)
        .where(register.c.form == form, register.c.period == period)
        .order_by(register.c.branch, register.c.version)
    )
    with store.reading() as connection:
        return [Return(**dict(row)) for row in connection.execute(words).mappings()]
