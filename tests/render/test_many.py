"""Many documents at once: the same bytes as one by one, a failure and a dead worker take nobody with them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cmkit.base.faults import Exit
from cmkit.facts.section import Document
from cmkit.render.many import Task, usual_workers, write_many


class Bomb(str):
    """A text that ends the process which looks into it."""

    __slots__ = ()

    def isprintable(self) -> bool:
        os._exit(9)


def tasks(document: Document, folder: Path, count: int) -> list[Task]:
    return [
        Task(replace(document, title=f"报告{number}"), ("md", "xlsx"), folder, f"r{number}") for number in range(count)
    ]


def test_two_workers_write_what_one_writes(monthly: Document, tmp_path: Path) -> None:
    found = {}
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        outcomes = list(write_many(tasks(monthly, folder, 7), workers))
        assert sorted(one.task for one in outcomes) == list(range(7))
        assert {one.exit_code for one in outcomes} == {Exit.DONE}
        found[workers] = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert found[1] == found[2]
    assert len(found[1]) == 14


@pytest.mark.parametrize("workers", [1, 2])
def test_one_that_fails_leaves_no_file_and_stops_no_other(monthly: Document, tmp_path: Path, workers: int) -> None:
    work = tasks(monthly, tmp_path, 4)
    work[1] = replace(work[1], document=replace(monthly, template="../nowhere"))
    found = {one.task: one for one in write_many(work, workers)}
    assert "../nowhere" in found[1].fault
    assert found[1].exit_code == Exit.INPUT
    assert found[1].files == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"r{number}.{ext}" for number in (0, 2, 3) for ext in ("md", "xlsx")
    ]


def test_a_document_that_kills_its_worker_is_named_and_the_rest_is_written(monthly: Document, tmp_path: Path) -> None:
    work = tasks(monthly, tmp_path, 6)
    work[2] = replace(work[2], document=replace(monthly, title=Bomb("炸")))
    found = {one.task: one for one in write_many(work, 2)}
    assert sorted(found) == list(range(6))
    assert found[2].exit_code == Exit.CRASH
    assert found[2].fault
    assert [number for number, one in found.items() if number != 2 and one.fault] == []
    assert not (tmp_path / "r2.md").exists()
    assert len(list(tmp_path.iterdir())) == 10


def test_whoever_makes_the_tasks_is_not_run_ahead_of(monthly: Document, tmp_path: Path) -> None:
    """Two workers hold at most six tasks: contexts are made as they are needed, not all at once."""
    made: list[int] = []

    def lazily() -> Iterator[Task]:
        for number, task in enumerate(tasks(monthly, tmp_path, 30)):
            made.append(number)
            yield task

    results = write_many(lazily(), 2)
    next(results)
    assert len(made) <= 8
    assert len(list(results)) == 29


def test_few_documents_need_no_workers() -> None:
    assert usual_workers(1) == 1
    assert usual_workers(8) == 1
    assert usual_workers(10_000) == (os.cpu_count() or 1)
