"""Reports on their way into files: many at once, each kept in the book of reports, a manifest beside them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from cmkit.base.faults import Exit, Fault, worst
from cmkit.base.lang import _
from cmkit.base.problem import Problem
from cmkit.commands._kit import Session, split_formats
from cmkit.facts.kept import document_bytes
from cmkit.facts.section import Document
from cmkit.render import FORMATS
from cmkit.render.many import Outcome, Task, usual_workers, write_many
from cmkit.render.output import file_stem, sweep, write_bytes
from cmkit.store import Made, MadeFile, Standing, documents_made, keep_documents, standing

MANIFEST = "manifest.json"


class Making:
    """One run of a report for ``count`` documents; ``batches`` are the imports that stood when they were composed."""

    def __init__(self, session: Session, period: str, to: str, out: Path | None, *, workers: int | None = None) -> None:
        self.session = session
        self.period = period
        self.formats = split_formats(to, FORMATS)
        self.folder = out or session.workspace.out / period
        self.workers = workers
        self.failed: list[dict[str, str]] = []
        self._made: dict[int, Made] = {}

    def write(self, documents: Iterable[tuple[str, Document]], count: int, batches: str) -> tuple[list[Path], int]:
        """The files that were written, in the order of the documents, and the exit code of the whole.

        Raises the fault of a document that stands alone; of several, those that fail are told and the others written.
        """
        sweep(self.folder)
        found: list[Outcome] = []
        workers = self.workers or usual_workers(count)
        with self._progress(count) as bar:
            for outcome in write_many(self._tasks(documents, batches), min(workers, count)):
                found.append(outcome)
                if bar is not None:
                    bar.update(1)
        found.sort(key=lambda one: one.task)
        problems: list[Problem] = [problem for one in found for problem in one.problems]
        self.session.show_problems(problems)
        for one in found:
            if one.fault:
                self._tell(one, alone=count == 1)
        self._keep([one for one in found if one.files])
        return [file.path for one in found for file in one.files], int(worst(one.exit_code for one in found))

    def _tasks(self, documents: Iterable[tuple[str, Document]], batches: str) -> Iterator[Task]:
        overrides, pack = self.session.workspace.root / "templates", self.session.pack.info.name
        for number, (who, document) in enumerate(documents):
            stem = file_stem(document.name, who, self.period)
            self._made[number] = Made(
                report=document.name,
                who=who,
                period=self.period,
                on_day=self.session.on.isoformat(),
                title=document.title,
                folder=self._told_folder(),
                batches=batches,
                files=(),
                context=document_bytes(document),
            )
            yield Task(document, self.formats, self.folder, stem, overrides, pack)

    def _tell(self, outcome: Outcome, *, alone: bool) -> None:
        made = self._made[outcome.task]
        if alone and outcome.raised is not None:
            raise outcome.raised
        self.failed.append({"report": made.report, "who": made.who, "why": outcome.fault})
        self.session.complain(_("没有写出 {who}：{why}").format(who=made.who or made.title, why=outcome.fault))

    def _keep(self, found: list[Outcome]) -> None:
        made = [
            replace(
                self._made[one.task],
                files=tuple(MadeFile(file.path.name, file.sha256, file.size) for file in one.files),
            )
            for one in found
        ]
        try:
            keep_documents(self.session.store, made, self.session.who)
            write_bytes(self.folder / MANIFEST, self._manifest())
        except Fault as fault:
            # The documents are there; that the book could not be written must not take them back.
            self.session.complain(_("报告已写出，但没有记入报告簿：{why}").format(why=fault))

    def _manifest(self) -> bytes:
        """What every report in the folder was made of: which imports, by which content, with which bytes."""
        entries = documents_made(self.session.store, folder=self._told_folder())
        files: dict[str, dict[str, Any]] = {}
        for entry in entries:
            for file in entry.files:
                if file.name not in files and (self.folder / file.name).is_file():
                    files[file.name] = {
                        "sha256": file.sha256,
                        "size": file.size,
                        "report": entry.report,
                        "who": entry.who,
                        "period": entry.period,
                        "on": entry.on_day,
                        "id": entry.id,
                        "context": entry.digest,
                        "batches": entry.batches,
                    }
        used = {number for one in files.values() for number in numbers_of(str(one["batches"]))}
        told = {
            "files": dict(sorted(files.items())),
            "failed": self.failed,
            "batches": {str(one.id): _source(one) for one in standing(self.session.store) if one.id in used},
        }
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()

    def _told_folder(self) -> str:
        folder, root = self.folder.resolve(), self.session.workspace.root.resolve()
        return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else str(folder)

    def _progress(self, count: int) -> Any:
        if count == 1 or self.session.quiet or not sys.stderr.isatty():
            return nullcontext()
        return click.progressbar(length=count, label=_("生成报告"), file=sys.stderr, show_pos=True)


def _source(batch: Standing) -> dict[str, Any]:
    names = ("file", "sheet", "table", "sha256")
    read = [dict(zip(names, source, strict=True)) for source in batch.sources]
    return {"at": batch.at, "kind": batch.kind, "label": batch.label, "sources": read}


def spans(numbers: Iterable[int]) -> str:
    """``1-7 9``: numbers in a row, shortly."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def numbers_of(text: str) -> Iterator[int]:
    """The numbers that :func:`spans` told."""
    for part in text.split():
        first, _dash, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def reprint(session: Session, number: int, to: str | None, out: Path | None) -> tuple[list[Path], int]:
    """A report of the book written again from what was kept of it, into a folder of its own.

    Raises InputFault where there is no such report or it was kept by a later version.
    """
    from cmkit.base.faults import InputFault
    from cmkit.facts.kept import document_of
    from cmkit.store import document_made

    made = document_made(session.store, number)
    if made is None:
        hint = _("cmkit report list 列出生成过的报告和编号")
        raise InputFault(_("没有编号为 {number} 的报告").format(number=number), hint=hint)
    try:
        document = document_of(made.context)
    except (ValueError, KeyError, TypeError) as error:
        raise InputFault(_("这份报告是由更新的版本记下的，读不出来"), hint=_("请升级 cmkit")) from error
    formats = split_formats(to, FORMATS) if to else tuple(Path(file.name).suffix[1:] for file in made.files)
    folder = out or session.workspace.out / "reprint" / str(number)
    stem = file_stem(document.name, made.who, made.period)
    task = Task(document, formats, folder, stem, session.workspace.root / "templates", session.pack.info.name)
    (outcome,) = write_many([task], 1)
    if outcome.raised is not None:
        raise outcome.raised
    session.show_problems(outcome.problems)
    before = {file.name: file.sha256 for file in made.files}
    for file in outcome.files:
        if before.get(file.path.name, file.sha256) != file.sha256:
            session.say(_("{name} 与当时的字节不同：模板或程序版本已经改过").format(name=file.path.name))
    return [file.path for file in outcome.files], int(Exit.DONE)
