"""Many documents at once: workers render and write, each document on its own, and one that fails stops no other."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from cmkit.base.faults import Exit, Fault
from cmkit.base.lang import _, language, set_language
from cmkit.base.problem import Problem
from cmkit.facts.section import Document

AHEAD = 3
"""Documents waiting for each worker: enough that none is idle, few enough that they take no memory."""

_WORTH = 9


@dataclass(frozen=True)
class Task:
    """One document to be written as ``<stem>.<fmt>`` in ``folder``."""

    document: Document
    formats: tuple[str, ...]
    folder: Path
    stem: str
    overrides: Path | None = None
    pack: str = ""


@dataclass(frozen=True)
class Written:
    """One file that was written."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True)
class Outcome:
    """What became of a task: its files, or the sentence and the exit code of what stood against it."""

    task: int
    files: tuple[Written, ...] = ()
    problems: tuple[Problem, ...] = ()
    fault: str = ""
    exit_code: Exit = Exit.DONE
    raised: Fault | None = None
    """The fault itself where the task was done in this process; a fault does not travel between processes."""
    worker: int = 0
    """The process that did it."""


def write_many(tasks: Iterable[Task], workers: int) -> Iterator[Outcome]:
    """The outcome of each task as it comes; with one worker they are done here, in their order.

    The tasks are taken as workers get free, so that whoever makes them works at the same time.
    """
    numbered = enumerate(tasks)
    if workers <= 1:
        for number, task in numbered:
            yield perform(number, task, here=True)
        return
    lost: list[tuple[int, Task]] = []
    yield from _pooled(numbered, workers, lost)
    for number, task in lost:
        # A worker died. Which document killed it cannot be known, so the lost ones are tried one by one.
        again: list[tuple[int, Task]] = []
        yield from _pooled(iter([(number, task)]), 1, again)
        for spot, _task in again:
            yield Outcome(spot, fault=_("生成时进程异常退出（内存不足？）"), exit_code=Exit.CRASH)


def _pooled(numbered: Iterator[tuple[int, Task]], workers: int, lost: list[tuple[int, Task]]) -> Iterator[Outcome]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(language(),))
    running: dict[Future[Outcome], tuple[int, Task]] = {}
    try:
        for number, task in numbered:
            while len(running) >= workers * AHEAD:
                yield from _finished(running, lost)
            try:
                running[pool.submit(perform, number, task)] = (number, task)
            except BrokenProcessPool:
                lost.append((number, task))
        while running:
            yield from _finished(running, lost)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _finished(running: dict[Future[Outcome], tuple[int, Task]], lost: list[tuple[int, Task]]) -> Iterator[Outcome]:
    done, _waiting = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        number, task = running.pop(future)
        try:
            yield future.result()
        except BrokenProcessPool:
            lost.append((number, task))


def perform(number: int, task: Task, *, here: bool = False) -> Outcome:
    """Write one document in all its formats, or say why not; nothing of it is written where one of them fails."""
    from cmkit.render import render, written

    problems: list[Problem] = []
    try:
        made = {
            fmt: render(task.document, fmt, overrides=task.overrides, pack=task.pack, problems=problems)
            for fmt in dict.fromkeys(task.formats)
        }
        paths = written(made, task.folder, task.stem)
    except Fault as fault:
        return Outcome(number, (), tuple(problems), str(fault), fault.exit_code, fault if here else None)
    except Exception as error:  # noqa: BLE001 - one document's bug must not take the others with it
        message = _("程序出错：{kind}").format(kind=type(error).__name__)
        return Outcome(number, problems=tuple(problems), fault=message, exit_code=Exit.CRASH)
    files = (
        Written(path, hashlib.sha256(data).hexdigest(), len(data))
        for path, data in zip(paths, made.values(), strict=True)
    )
    return Outcome(number, tuple(files), tuple(problems), worker=os.getpid())


def _begin(lang: str) -> None:
    # An interruption reaches the parent; it tells the workers by closing.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    set_language("en" if lang == "en" else "zh")


def usual_workers(count: int) -> int:
    """How many workers pay for ``count`` documents: to start one takes as long as rendering a few."""
    return min(os.cpu_count() or 1, max(1, count // _WORTH))
