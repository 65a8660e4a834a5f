"""The work behind ``cmkit import``: read every file, write a batch a file, tell what became of each row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, count
from pathlib import Path
from typing import Any

from cmkit.base.faults import Exit, Fault, InputFault, UsageFault, worst
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.commands._files import expand, own_folders
from cmkit.commands._kit import Session
from cmkit.commands._reading import base_options
from cmkit.facts.intake import Block, HoldNeeded, Outcome, Passing, SheetIntake
from cmkit.importing.layouts import Layout
from cmkit.importing.options import ReadOptions
from cmkit.importing.order import in_order
from cmkit.importing.read import read_file, read_passing
from cmkit.store import BatchInfo, BatchReport, Lookup, take_in
from cmkit.store.twins import Suspects, Twin

_DAY_IN_NAME = re.compile(r"(20\d\d)[-_.年]?(0[1-9]|1[0-2])[-_.月]?(0[1-9]|[12]\d|3[01])(?!\d)")
MANY = 16
"""From so many files on they are read by several processes."""


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
        return cls(columns=columns, password=_password(password_file), **words)

    @property
    def held(self) -> bool:
        """Whether all rows of a file must have been read before the first is written."""
        return self.strict or self.rejects is not None or self.blank == "clear"


def _password(path: Path | None) -> str | None:
    """What stands in the password file.

    Raises InputFault where that is no text.
    """
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError:
        raise InputFault(_("密码文件不是 UTF-8 编码的文字"), place=Place(path.name)) from None


@dataclass
class Result:
    """What one import did."""

    batches: list[int] = field(default_factory=list)
    sheets: list[tuple[SheetIntake, Outcome, int]] = field(default_factory=list)
    """A sheet, what became of its rows, and the batch that had brought the very same bytes before (0: none)."""
    problems: list[Problem] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    rejects: list[Path] = field(default_factory=list)
    """The workbooks that hold rejected rows, one for each that was sent."""
    dry: bool = False
    suspects: Suspects = field(default_factory=Suspects)
    """Clients that came in and may be there twice."""
    twins: list[Twin] = field(default_factory=list)
    """Clients of this import that share an identity number, or a phone and a name, with another."""
    own: list[str] = field(default_factory=list)
    """Files of the folders named that were not read because cmkit made them."""
    layouts: int = 0
    """How many layouts of headings were decided on in this import."""

    @property
    def exit_code(self) -> int:
        """The worst of what happened."""
        return worst(self.codes)

    def refuse(self, path: Path, fault: Fault) -> None:
        """A file that cannot be used does not keep the others out."""
        place = fault.place if fault.place.file else Place(path.name)
        self.problems.append(Problem(place, fault.code, fault.message, fault.hint))
        self.codes.append(int(fault.exit_code))

    def take(self, report: BatchReport, *, strict: bool = False) -> None:
        """What a batch made of its sheets."""
        self.suspects.add(report.suspects)
        self.twins += report.twins
        for position, (intake, outcome) in enumerate(zip(report.sheets, report.outcomes, strict=True)):
            self.sheets.append((intake, outcome, report.known.get(position, 0)))
            if outcome.rejected:
                self.codes.append(int(Exit.INPUT if strict else Exit.REFUSED))


def day_in_name(path: Path) -> date | None:
    """The as-of date that a file's name carries: 客户资产_2026-09-30.csv."""
    found = _DAY_IN_NAME.search(path.stem)
    return date(*map(int, found.groups())) if found else None


def import_files(session: Session, paths: Sequence[Path], wanted: Wanted) -> Result:
    """Read every file and write it; one file that cannot be used does not keep the others out."""
    result = Result(dry=wanted.dry)
    given = expand(paths, own_folders(session))
    files, result.own = given.found, given.own
    given.tell(session)
    kept: dict[tuple[str, ...], tuple[Path, Layout]] = {}
    options = replace(
        base_options(session),
        table=wanted.table,
        sheet=wanted.sheet,
        as_of=wanted.as_of,
        columns=wanted.columns,
        password=wanted.password,
    )
    if len(files) >= MANY and not wanted.held and not wanted.columns:
        from cmkit.commands._import_many import import_many

        with _stopped(session, result), _progress(session, len(files)) as step:
            import_many(session, files, wanted, options, result, step)
    else:
        if session.interactive and session.format != "json":
            from cmkit.commands._asking import choose

            options = replace(options, choose=choose)
        with _stopped(session, result), _progress(session, len(files)) as step:
            for path in files if wanted.table or len(files) == 1 else in_order(files, session.pack.tables):
                remember = _remembering(kept, path)
                import_one(session, path, wanted, replace(options, remember=remember), result)
                step()
    result.problems.extend(_same_people(session, result))
    if not wanted.dry and kept:
        result.layouts = _keep_layouts(session, options, kept)
    return result


def import_one(session: Session, path: Path, wanted: Wanted, options: ReadOptions, result: Result) -> None:
    """One file: read while it is written where it is large, and all at once where the options call for it."""
    # A sheet may name records that an earlier file of the same run brought in.
    options = replace(options, lookup=Lookup(session.store))
    said: list[Problem] = []
    try:
        if wanted.held:
            intakes, said = read_file(path, session.pack.tables, options)
            _keep_the_masked(intakes, wanted)
            report = _write_held(session, path, intakes, wanted, result)
        else:
            read = _counted(session, path, read_passing(path, session.pack.tables, options, said))
            report = _write(session, path, wanted, lambda: read)
    except HoldNeeded:
        try:
            intakes, said = read_file(path, session.pack.tables, options)
        except Fault as fault:
            if isinstance(fault, UsageFault):
                raise
            result.refuse(path, fault)
            return
        report = _write(session, path, wanted, lambda: intakes)
    except InputFault as fault:
        result.refuse(path, fault)
        return
    result.problems += said
    if not report.sheets:
        result.codes.append(int(Exit.INPUT))
    if report.batch:
        result.batches.append(report.batch)
    result.take(report, strict=wanted.strict)


def batch_info(session: Session, path: Path, wanted: Wanted) -> BatchInfo:
    """Who brings a file, and the day its measures are dated."""
    as_of = wanted.as_of or day_in_name(path) or session.on
    return BatchInfo(
        who=session.who,
        label=path.name,
        as_of=as_of.isoformat(),
        policy=wanted.policy,
        blank=wanted.blank,
        on=session.on.isoformat(),
    )


def _write(
    session: Session, path: Path, wanted: Wanted, intakes: Callable[[], Iterable[SheetIntake | Passing]]
) -> BatchReport:
    return take_in(session.store, intakes(), batch_info(session, path, wanted), dry=wanted.dry)


def _write_held(
    session: Session, path: Path, intakes: Sequence[SheetIntake], wanted: Wanted, result: Result
) -> BatchReport:
    """A file whose rows are all known: with ``--strict`` all of them come in or none."""
    refused = sum(len(intake.rejected) for intake in intakes)
    info = batch_info(session, path, wanted)
    report = take_in(session.store, intakes, info, dry=wanted.dry or (wanted.strict and refused > 0))
    if wanted.strict and report.batch and any(one.rejected for one in report.outcomes):
        from cmkit.store import undo

        undo(session.store, report.batch, session.who)
        report.batch = 0
    sent_back = [_with_conflicts(*pair) for pair in zip(intakes, report.outcomes, strict=True)]
    if wanted.rejects and any(intake.rejected for intake in sent_back):
        from cmkit.base.workspace import private_folder
        from cmkit.importing.rejects import write_rejects

        target = _free(wanted.rejects, path, result.rejects)
        private_folder(target.parent)
        write_rejects(path, sent_back, target, password=wanted.password)
        result.rejects.append(target)
    return report


def _with_conflicts(intake: SheetIntake, outcome: Outcome) -> SheetIntake:
    """The sheet with the rows among its rejected ones that the store refused (``--on-conflict fail``)."""
    if not outcome.refused:
        return intake
    return replace(
        intake,
        rejected=tuple(sorted({*intake.rejected, *outcome.refused})),
        problems=(*intake.problems, *outcome.problems),
    )


def _free(target: Path, path: Path, taken: Sequence[Path]) -> Path:
    """A rejects file of its own for every further workbook, also where several are called alike."""
    if not taken:
        return target
    named = target.with_name(f"{target.stem}-{path.stem}{target.suffix}")
    numbered = (named.with_name(f"{named.stem}-{number}{named.suffix}") for number in count(2))
    return next(one for one in chain([named], numbered) if one not in taken)


def _keep_the_masked(intakes: Sequence[SheetIntake], wanted: Wanted) -> None:
    """Raises InputFault where clearing blanks would clear what a masked export merely does not show."""
    masked = next((one for intake in intakes for one in intake.problems if one.code == "masked"), None)
    if masked and wanted.blank == "clear":
        raise InputFault(
            _("有打了星号的值，不能用 --blank clear 导入，否则原值会被清掉"),
            hint=_("请用 --unmask 导出的表，或去掉 --blank clear"),
            place=masked.place,
        )


def _same_people(session: Session, result: Result) -> list[Problem]:
    """Clients that came in and share an identity number, or a phone and a name, with another: a warning each."""
    if result.batches and result.suspects:
        from cmkit.store.twins import twins

        result.twins = twins(session.store, result.batches, result.suspects)
    labels = session.pack.tables["clients"].columns if result.twins else {}
    return [
        Problem(
            Place(one.mine.file, one.mine.sheet, f"A{one.mine.row}" if one.mine.row else ""),
            "same_person",
            _("{mine} 与 {other}（{file} {sheet} 第 {row} 行）的{what}相同").format(
                mine=one.key,
                other=one.other,
                file=one.theirs.file,
                sheet=one.theirs.sheet,
                row=one.theirs.row,
                what=_("、").join(labels[name].label for name in one.columns),
            ),
            _("请核对是不是同一个人；是就只留一个编号"),
            "warning",
        )
        for one in result.twins
    ]


def _remembering(
    kept: dict[tuple[str, ...], tuple[Path, Layout]], path: Path
) -> Callable[[Sequence[str], Layout], None]:
    def remember(headings: Sequence[str], layout: Layout) -> None:
        kept[tuple(headings)] = path, layout

    return remember


def _keep_layouts(session: Session, options: ReadOptions, kept: dict[tuple[str, ...], tuple[Path, Layout]]) -> int:
    """Write down what was chosen, for the next workbook with the same headings; how much of it is new."""
    from cmkit.base.clock import stamp
    from cmkit.base.workspace import private_folder
    from cmkit.importing.layouts import fingerprint, save_layouts

    layouts = dict(options.layouts)
    new = 0
    for headings, (path, layout) in kept.items():
        mark = fingerprint(headings)
        before = layouts.get(mark)
        if before is not None and (before.table, dict(before.choices)) == (layout.table, dict(layout.choices)):
            continue
        if before is None and not layout.choices and not options.table:
            continue
        new += 1
        layouts[mark] = replace(layout, headings=headings, file=path.name, who=session.who, at=stamp())
    if new:
        save_layouts(private_folder(session.workspace.private), layouts)
    return new


def _counted(session: Session, path: Path, intakes: Iterable[SheetIntake | Passing]) -> Iterator[SheetIntake | Passing]:
    """The same; on a terminal the rows of a large file are counted while they come in."""
    import sys

    if session.quiet or not sys.stderr.isatty():
        yield from intakes
        return
    import click

    def ticking(blocks: Iterator[Block]) -> Iterator[Block]:
        rows = 0
        for block in blocks:
            yield block
            rows += len(block)
            click.echo("\r" + _("{file}：{rows} 行").format(file=path.name, rows=f"{rows:,}"), nl=False, err=True)
        click.echo("\r\x1b[K", nl=False, err=True)

    for one in intakes:
        yield replace(one, blocks=ticking(one.blocks)) if isinstance(one, Passing) else one


@contextmanager
def _stopped(session: Session, result: Result) -> Iterator[None]:
    """Where somebody interrupts: which batches stay."""
    try:
        yield
    except Exception:
        raise
    except BaseException:
        if result.batches and session.format != "json":
            from cmkit.commands._import_show import batch_numbers

            session.say(
                _("中断前读完的文件已经导入，是第 {batches} 批；再运行一次就补上其余的").format(
                    batches=batch_numbers(result.batches)
                )
            )
        raise


@contextmanager
def _progress(session: Session, count: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal for many files; nothing anywhere else."""
    import sys

    if count < 4 or session.quiet or not sys.stderr.isatty():  # noqa: PLR2004 - a few files are done at once
        yield lambda: None
        return
    import click

    with click.progressbar(length=count, label=_("导入"), file=sys.stderr) as bar:
        yield lambda: bar.update(1)
