"""What an import tells people and scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cmkit.base.lang import _
from cmkit.base.problem import Problem
from cmkit.commands._import_pairs import pairs, show_pairs
from cmkit.commands._importing import Result
from cmkit.commands._kit import Session
from cmkit.facts.intake import Outcome, SheetIntake
from cmkit.facts.section import CellKind, Column

_FEW = 60
_LINES = 8
_ALONE = 3
_EXAMPLES = 3


def as_dict(session: Session, result: Result) -> dict[str, object]:
    """The JSON shape that scripts rely on."""
    books = _books(session, result)
    return {
        "batch": result.batches[-1] if result.batches else None,
        "batches": result.batches,
        "who": session.who,
        "dry_run": result.dry,
        "files": [_sheet(*sheet, books) for sheet in result.sheets],
        "problems": [problem.as_dict() for problem in result.problems],
        "duplicates": [pair.as_dict() for pair in pairs(session, result)],
        "own_files": result.own,
        "rejects": str(result.rejects[0]) if result.rejects else None,
        "rejects_files": [str(path) for path in result.rejects],
    }


def _sheet(
    intake: SheetIntake, outcome: Outcome, known: int, books: Mapping[int, Mapping[str, object]]
) -> dict[str, object]:
    problems = [*intake.problems, *outcome.problems]
    before = books.get(known, {})
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
        "left_out": [{"row": item.row, "why": item.why} for item in intake.skipped],
        "same_as_batch": known or None,
        "same_as": {"batch": known, "who": before.get("who"), "at": before.get("at")} if known else None,
        "warnings_hidden": intake.warnings_hidden,
        "problems": [problem.as_dict() for problem in problems],
    }


def _books(session: Session, result: Result) -> dict[int, Mapping[str, object]]:
    """Who brought the batches that this import names, and when."""
    wanted = {known for _intake, _outcome, known in result.sheets if known} | set(result.batches)
    if not wanted:
        return {}
    from cmkit.store.undo import live_batches

    return {int(str(row["id"])): row for row in live_batches(session.store) if row["id"] in wanted}


def show_result(session: Session, result: Result, warnings: str = "group") -> None:
    """A line a sheet, the problems below; one JSON value where that was asked for."""
    if session.format == "json":
        session.show_json(as_dict(session, result))
        return
    if not session.quiet and result.sheets:
        _show_sheets(session, result)
    _tell(session, result, warnings)


def _show_sheets(session: Session, result: Result) -> None:
    """A line a sheet; of very many only those with something to tell, and a line for all."""
    count: CellKind = "count"
    columns = [Column(_("文件")), Column(_("工作表")), Column(_("表"))]
    columns += [Column(_("读入"), count), Column(_("新增"), count), Column(_("更新"), count), Column(_("未变"), count)]
    columns += [Column(_("保留"), count), Column(_("拒收"), count), Column(_("略过"), count)]
    rows = [
        (
            intake.file,
            intake.sheet,
            session.pack.tables[intake.table].label,
            *_counts(outcome),
            len(intake.skipped),
        )
        for intake, outcome, _known in result.sheets
    ]
    if len(rows) > _FEW and session.format == "table":
        told = [row for row in rows if row[8]][:_FEW]
        sums = [sum(int(row[place]) for row in rows) for place in range(3, 10)]
        rows = [*told, (_("共 {count} 张表").format(count=len(rows)), "", "", *sums)]  # type: ignore[list-item]
    session.show_rows(columns, rows, None)


def _counts(outcome: Outcome) -> tuple[int, int, int, int, int, int]:
    return (outcome.read, outcome.created, outcome.updated, outcome.unchanged, outcome.kept, outcome.rejected)


def _tell(session: Session, result: Result, warnings: str) -> None:
    books = _books(session, result)
    _tell_known(session, result, books)
    hidden = 0
    doubts: list[Problem] = []
    for intake, outcome, _known in result.sheets:
        problems = [*intake.problems, *outcome.problems]
        session.show_problems([problem for problem in problems if problem.severity == "error"])
        doubts += [problem for problem in problems if problem.severity == "warning"]
        hidden += intake.warnings_hidden
    _tell_left_out(session, result)
    _tell_doubts(session, doubts, warnings)
    if hidden:
        session.say(_("另有 {count} 条提醒属于行业包里设为不显示的种类（pack.toml 的 silence）").format(count=hidden))
    session.show_problems([problem for problem in result.problems if problem.code != "same_person"])
    show_pairs(session, pairs(session, result))
    if result.rejects:
        session.say(_("拒收的行已写入 {path}，改正后再导入").format(path=_("、").join(map(str, result.rejects))))
    if result.layouts:
        session.say(_("记住了 {count} 种表头版式；用 cmkit imports layouts 查看").format(count=result.layouts))
    if result.dry:
        session.say(_("只检查，没有写入"))
    elif result.batches:
        last = books.get(result.batches[-1], {})
        session.say(
            _("第 {batches} 批（{who} {at}）；撤销用 cmkit imports undo {number}").format(
                batches=batch_numbers(result.batches),
                number=result.batches[0] if len(result.batches) == 1 else _("批次号"),
                who=last.get("who", session.who),
                at=session.clock(str(last.get("at") or "")),
            )
        )


def batch_numbers(batches: Sequence[int]) -> str:
    """Batches in their order, those that follow each other told by the first and the last: 3、5–9."""
    runs: list[list[int]] = []
    for number in batches:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    # Two that follow each other are shorter as they are.
    return _("、").join(f"{run[0]}–{run[-1]}" if len(run) > 2 else _("、").join(map(str, run)) for run in runs)  # noqa: PLR2004


def _tell_known(session: Session, result: Result, books: Mapping[int, Mapping[str, object]]) -> None:
    """Files whose very bytes had come in before, each with its batch; of many, how many."""
    files = dict.fromkeys((intake.file, known) for intake, _outcome, known in result.sheets if known)
    if len(files) > _LINES:
        session.say(
            _("{count} 个文件的内容以前导入过（第 {batches} 批），没有改动").format(
                count=len(files), batches=batch_numbers(sorted({known for _file, known in files}))
            )
        )
        return
    for file, known in files:
        before = books.get(known, {})
        session.say(
            _("{file} 与第 {batch} 批内容相同（{who} {at}），没有改动").format(
                file=file, batch=known, who=before.get("who", ""), at=session.clock(str(before.get("at") or ""))
            )
        )


def _tell_left_out(session: Session, result: Result) -> None:
    """Every row that is no record, by why, a line a sheet; and the sheets of one file that were read together."""
    from cmkit.importing.look import counted, reasons

    told = [intake for intake, _outcome, _known in result.sheets if intake.skipped]
    if len(told) > _LINES:
        every = [item for intake in told for item in intake.skipped]
        session.say(
            _("{sheets} 张表共略过 {count} 行：{rows}；每一行用 --format json 列出").format(
                sheets=len(told), count=len(every), rows=counted(every)
            )
        )
        told = []
    for intake in told:
        session.say(
            _("{place}：略过 {count} 行：{rows}").format(
                place=" · ".join(filter(None, (intake.file, intake.sheet))),
                count=len(intake.skipped),
                rows=reasons(intake.skipped),
            )
        )
    alike: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for intake, _outcome, _known in result.sheets:
        alike.setdefault((intake.file, intake.table, intake.columns), []).append(intake.sheet)
    for (file, _table, _columns), sheets in list(alike.items())[:_LINES]:
        if len(names := list(dict.fromkeys(sheets))) > 1:
            session.say(
                _("{file}：{count} 张工作表的栏目相同，都读了：{names}").format(
                    file=file, count=len(names), names=_("、").join(names)
                )
            )


def _tell_doubts(session: Session, doubts: Sequence[Problem], warnings: str) -> None:
    """Warnings of one kind in one line with their number and the first cells, unless all are wanted, or none."""
    if warnings == "all":
        session.show_problems(doubts, len(doubts))
    if warnings != "group":
        return
    kinds: dict[tuple[str, str], list[Problem]] = {}
    for problem in doubts:
        kinds.setdefault((problem.code, problem.hint), []).append(problem)
    for (code, _hint), alike in kinds.items():
        if len(alike) <= _ALONE:
            session.show_problems(alike)
            continue
        places = _("、").join(str(problem.place) for problem in alike[:_EXAMPLES])
        session.say(
            _("[{code}] {count} 处：{message}（{places} …）{hint}").format(
                code=code, count=len(alike), message=alike[0].message, places=places, hint=alike[0].hint
            )
        )
    if any(len(alike) > _ALONE for alike in kinds.values()):
        session.say(
            _("提醒不影响导入；--warnings all 逐条列出，--warnings none 不显示，行业包的 silence 可长期关掉一种")
        )
