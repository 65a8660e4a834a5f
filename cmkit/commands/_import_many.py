"""Many workbooks in one call: read by several processes, written by this one, some files a transaction."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from cmkit.base.faults import Exit, Fault, UsageFault
from cmkit.base.lang import Lang, language, set_language
from cmkit.base.problem import Problem
from cmkit.commands._importing import Result, Wanted, batch_info, import_one
from cmkit.commands._kit import Session
from cmkit.facts.intake import Block, HoldNeeded, Passing, SheetIntake
from cmkit.facts.specs import TableSpec
from cmkit.importing.options import ReadOptions
from cmkit.importing.order import brought, in_order
from cmkit.importing.prepare import refs_in
from cmkit.importing.read import collector_resting, read_file, read_passing
from cmkit.importing.refs import FrozenLookup
from cmkit.store import Lookup
from cmkit.store.batches import write_batch
from cmkit.store.twins import Marks, Suspects, twins_in

_AHEAD = 128
_FILES = 64
_ROWS = 30_000
_LARGE = 4 * 2**20
_WORKERS = 4


@dataclass(frozen=True, slots=True)
class _Read:
    """What a process made of a file: its sheets (records apart, column by column), its problems, or why it is of no use."""

    sheets: tuple[tuple[SheetIntake, Block], ...] = ()
    problems: tuple[Problem, ...] = ()
    fault: Fault | None = None

    @property
    def intakes(self) -> list[Passing]:
        """The sheets with their records."""
        return [Passing(intake, iter([block]), partial(_itself, intake)) for intake, block in self.sheets]


def _itself(intake: SheetIntake) -> SheetIntake:
    return intake


_job: tuple[Mapping[str, TableSpec], ReadOptions] | None = None


def _start(specs: Mapping[str, TableSpec], options: ReadOptions, lang: Lang) -> None:
    global _job  # noqa: PLW0603 - a process of the pool has one job for all its life
    set_language(lang)
    _job = specs, options


def _read(path: Path) -> _Read:
    if _job is None:
        return _Read()
    try:
        return _read_passing(path, *_job)
    except HoldNeeded:
        pass
    except Fault as fault:
        return _Read(fault=fault)
    try:
        intakes, problems = read_file(path, *_job)
    except Fault as fault:
        return _Read(fault=fault)
    sheets = tuple((replace(intake, rows=()), Block.of(intake.rows)) for intake in intakes)
    return _Read(sheets, tuple(problems))


def _read_passing(path: Path, specs: Mapping[str, TableSpec], options: ReadOptions) -> _Read:
    """The file column by column, without ever making rows of it."""
    said: list[Problem] = []
    sheets = []
    for given in read_passing(path, specs, options, said):
        if isinstance(given, Passing):
            block = Block.joined(list(given.blocks))
            sheets.append((given.whole(), block))
        else:
            sheets.append((replace(given, rows=()), Block.of(given.rows)))
    return _Read(tuple(sheets), tuple(said))


def import_many(
    session: Session,
    files: Sequence[Path],
    wanted: Wanted,
    options: ReadOptions,
    result: Result,
    step: Callable[[], None],
) -> None:
    """Every file in its order. One that names what an earlier one brought is read again, by this process.

    One that names what a later one brings waits until all the others are in.
    """
    referred = refs_in(session.pack.tables)
    snapshot = FrozenLookup(Lookup(session.store), sorted(referred))
    changed: set[str] = set()
    group: list[tuple[Path, _Read]] = []
    waiting = _Waiting(files, session)
    marks = Marks()
    with collector_resting():
        for path, read in _in_order(files, session, replace(options, lookup=snapshot)):
            if isinstance(read.fault, UsageFault):
                raise read.fault
            if not wanted.table and waiting.take(path, read):
                continue
            again = any(set(intake.unanswered) & changed for intake, _block in read.sheets)
            if again or path.stat().st_size > _LARGE:
                _write(session, group, wanted, result, marks)
                import_one(session, path, wanted, options, result)
            else:
                group.append((path, read))
            changed |= {intake.table for intake, _block in read.sheets}
            if (
                len(group) >= _FILES
                or sum(len(block) for _path, one in group for _intake, block in one.sheets) >= _ROWS
            ):
                _write(session, group, wanted, result, marks)
            step()
        _write(session, group, wanted, result, marks)
        for path in waiting.in_order():
            import_one(session, path, wanted, options, result)
            step()


class _Waiting:
    """Files that name records which another file of the run is still to bring."""

    def __init__(self, files: Sequence[Path], session: Session) -> None:
        self.specs = session.pack.tables
        self.left = dict.fromkeys(files)
        self.brought: Mapping[Path, frozenset[str]] = {}
        self.held: list[Path] = []

    def take(self, path: Path, read: _Read) -> bool:
        """Whether the file has to wait; the others are looked at only where one names what nobody has brought yet."""
        self.left.pop(path, None)
        asked = {name for intake, _block in read.sheets for name in intake.unanswered}
        if not asked:
            return False
        self.brought = self.brought or brought([*self.left, path], self.specs)
        if not any(self.brought.get(other, frozenset()) & asked for other in (*self.left, *self.held)):
            return False
        self.held.append(path)
        return True

    def in_order(self) -> list[Path]:
        """Those that waited, as they are best read."""
        return in_order(self.held, self.specs)


def _in_order(files: Sequence[Path], session: Session, options: ReadOptions) -> Iterator[tuple[Path, _Read]]:
    """Each file as some process has read it; never more than a few are waiting."""
    workers = min(_WORKERS, os.cpu_count() or 1)
    small = {path for path in files if path.stat().st_size <= _LARGE}
    waiting: deque[tuple[Path, Future[_Read] | None]] = deque()
    start = (session.pack.tables, replace(options, choose=None, remember=None), language())
    with ProcessPoolExecutor(workers, initializer=_start, initargs=start) as pool:
        left = iter(files)
        while True:
            while len(waiting) < _AHEAD and (path := next(left, None)) is not None:
                waiting.append((path, pool.submit(_read, path) if path in small else None))
            if not waiting:
                return
            path, future = waiting.popleft()
            try:
                yield path, future.result() if future is not None else _Read()
            except BrokenProcessPool:
                # A process died over one of the files: the others must not suffer from it.
                yield from _one_by_one([path, *(path for path, _future in waiting), *left], start)
                return


def _one_by_one(
    files: Sequence[Path], start: tuple[Mapping[str, TableSpec], ReadOptions, Lang]
) -> Iterator[tuple[Path, _Read]]:
    specs, options, _lang = start
    _start(specs, options, start[2])
    for path in files:
        yield path, _read(path)


def _write(session: Session, group: list[tuple[Path, _Read]], wanted: Wanted, result: Result, marks: Marks) -> None:
    """One transaction for the files of ``group``, a batch each."""
    if not group:
        return
    with session.store.writing(dry=wanted.dry) as connection:
        reports = [
            write_batch(connection, session.store.schema, read.intakes, batch_info(session, path, wanted), marks)
            for path, read in group
        ]
        if wanted.dry:
            suspects = Suspects()
            for report in reports:
                suspects.add(report.suspects)
            doubtful = [report.batch for report in reports if report.suspects]
            result.twins += twins_in(connection, session.store.schema, doubtful, suspects)
    for (path, read), report in zip(group, reports, strict=True):
        if read.fault is not None:
            result.refuse(path, read.fault)
            continue
        result.problems += read.problems
        if not report.sheets:
            result.codes.append(int(Exit.INPUT))
        if report.batch and not wanted.dry:
            result.batches.append(report.batch)
        result.take(report)
    group.clear()
