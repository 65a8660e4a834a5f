"""The work behind ``cmkit import``: read every file, write one batch, tell what became of each row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cmkit.base.faults import Exit, Fault, UsageFault, worst
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.commands._files import expand
from cmkit.commands._kit import Session
from cmkit.commands._reading import reader
from cmkit.facts.intake import Outcome, SheetIntake
from cmkit.facts.section import Column
from cmkit.store import BatchInfo, BatchReport, take_in

_DAY_IN_NAME = re.compile(r"(20\d\d)[-_.年]?(0[1-9]|1[0-2])[-_.月]?(0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The options of one import."""

    table: str = ""
    sheet: str = ""
    as_of: date | None = None
    columns: dict[str, str] = field(default_factory=dict)
    policy: Any = "update"
    blank: Any = "keep"
    strict: bool = False
    dry: bool = False
    rejects: Path | None = None
    password: str | None = None

    @classmethod
    def of(cls, maps: Sequence[str], *, password_file: Path | None, **words: Any) -> Wanted:
        """The options as click gives them."""
        columns: dict[str, str] = {}
        for word in maps:
            heading, mark, key = word.rpartition("=")
            if not mark:
                raise UsageFault(_("--map 要写成 表头=栏目：{word}").format(word=word))
            columns[heading] = key
        password = password_file.read_text(encoding="utf-8").strip() if password_file else None
        return cls(columns=columns, password=password, **words)


@dataclass
class Result:
    """What one import did."""

    batches: list[int] = field(default_factory=list)
    sheets: list[tuple[SheetIntake, Outcome, int]] = field(default_factory=list)
    """A sheet, what became of its rows, and the batch that had brought the very same bytes before (0: none)."""
    problems: list[Problem] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    rejects: Path | None = None
    dry: bool = False

    @property
    def exit_code(self) -> int:
        """The worst of what happened."""
        return worst(self.codes)

    def as_dict(self) -> dict[str, object]:
        """The JSON shape that scripts rely on."""
        return {
            "batch": self.batches[-1] if self.batches else None,
            "batches": self.batches,
            "dry_run": self.dry,
            "files": [_sheet_json(*sheet) for sheet in self.sheets],
            "problems": [problem.as_dict() for problem in self.problems],
            "rejects": str(self.rejects) if self.rejects else None,
        }


def _sheet_json(intake: SheetIntake, outcome: Outcome, known: int) -> dict[str, object]:
    problems = [*intake.problems, *outcome.problems]
    return {
        "file": intake.file,
        "sheet": intake.sheet,
        "table": intake.table,
        "header_rows": list(intake.header_rows),
        "read": outcome.read,
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "kept": outcome.kept,
        "rejected": outcome.rejected,
        "skipped": len(intake.skipped),
        "same_as_batch": known or None,
        "warnings_hidden": intake.warnings_hidden,
        "problems": [problem.as_dict() for problem in problems],
    }


def day_in_name(path: Path) -> date | None:
    """The as-of date that a file's name carries: 客户资产_2026-09-30.csv."""
    found = _DAY_IN_NAME.search(path.stem)
    return date(*map(int, found.groups())) if found else None


def import_files(session: Session, paths: Sequence[Path], wanted: Wanted) -> Result:
    """Read every file and write it; one file that cannot be used does not keep the others out."""
    result = Result(dry=wanted.dry)
    read = reader(session)
    for path in expand(paths):
        try:
            intakes, problems = read(
                path,
                table=wanted.table,
                sheet=wanted.sheet,
                as_of=wanted.as_of,
                columns=wanted.columns,
                password=wanted.password,
            )
        except Fault as fault:
            if isinstance(fault, UsageFault):
                raise
            place = fault.place if fault.place.file else Place(path.name)
            result.problems.append(Problem(place, fault.code, fault.message, fault.hint))
            result.codes.append(int(fault.exit_code))
            continue
        result.problems += problems
        if not intakes:
            result.codes.append(int(Exit.INPUT))
        _write(session, path, intakes, wanted, result)
    return result


def _write(session: Session, path: Path, intakes: Sequence[SheetIntake], wanted: Wanted, result: Result) -> None:
    refused = sum(len(intake.rejected) for intake in intakes)
    as_of = wanted.as_of or day_in_name(path) or session.on
    info = BatchInfo(
        who=session.who, label=path.name, as_of=as_of.isoformat(), policy=wanted.policy, blank=wanted.blank
    )
    dry = wanted.dry or (wanted.strict and refused > 0)
    report = take_in(session.store, intakes, info, dry=dry) if intakes else BatchReport()
    if wanted.strict and not dry and any(one.rejected for one in report.outcomes):
        from cmkit.store import undo

        undo(session.store, report.batch, session.who)
    elif report.batch:
        result.batches.append(report.batch)
    for position, (intake, outcome) in enumerate(zip(intakes, report.outcomes, strict=True)):
        result.sheets.append((intake, outcome, report.known.get(position, 0)))
        if outcome.rejected:
            result.codes.append(int(Exit.INPUT if wanted.strict else Exit.REFUSED))
    if refused and wanted.rejects:
        from cmkit.base.workspace import private_folder
        from cmkit.importing.rejects import write_rejects

        target = _numbered(wanted.rejects, result.rejects is not None, path)
        private_folder(target.parent)
        write_rejects(path, intakes, target, password=wanted.password)
        result.rejects = target


def _numbered(target: Path, taken: bool, path: Path) -> Path:
    """A rejects file of its own for every further workbook."""
    return target.with_name(f"{target.stem}-{path.stem}{target.suffix}") if taken else target


def show_result(session: Session, result: Result) -> None:
    """A line a sheet, the problems below; one JSON value where that was asked for."""
    if session.format == "json":
        session.show_json(result.as_dict())
        return
    if not session.quiet and result.sheets:
        columns = [
            Column(_("文件")),
            Column(_("工作表")),
            Column(_("表")),
            Column(_("读入"), "count"),
            Column(_("新增"), "count"),
        ]
        columns += [Column(_("更新"), "count"), Column(_("未变"), "count"), Column(_("保留"), "count")]
        columns += [Column(_("拒收"), "count"), Column(_("略过"), "count")]
        rows = [
            (
                intake.file,
                intake.sheet,
                session.pack.tables[intake.table].label,
                outcome.read,
                outcome.created,
                outcome.updated,
                outcome.unchanged,
                outcome.kept,
                outcome.rejected,
                len(intake.skipped),
            )
            for intake, outcome, _known in result.sheets
        ]
        session.show_rows(columns, rows, None)
    _tell(session, result)


def _tell(session: Session, result: Result) -> None:
    for intake, outcome, known in result.sheets:
        if known:
            session.say(_("{file} 与第 {batch} 批内容相同，没有改动").format(file=intake.file, batch=known))
        problems = [*intake.problems, *outcome.problems]
        errors = [problem for problem in problems if problem.severity == "error"]
        session.show_problems(errors or [])
        warnings = len(problems) - len(errors)
        if warnings or intake.warnings_hidden:
            session.say(
                _("{file}：{shown} 条提醒，{hidden} 条按设置不显示").format(
                    file=intake.file, shown=warnings, hidden=intake.warnings_hidden
                )
            )
            session.show_problems([problem for problem in problems if problem.severity == "warning"], 10)
    session.show_problems(result.problems)
    if result.rejects:
        session.say(_("拒收的行已写入 {path}，改正后再导入").format(path=result.rejects))
    if result.dry:
        session.say(_("只检查，没有写入"))
    elif result.batches:
        session.say(_("第 {batches} 批；撤销用 cmkit imports undo").format(batches="、".join(map(str, result.batches))))
