"""The rejected rows back to the branch, in its own workbook, ready to correct and send again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cmkit.facts.intake import SheetIntake
from cmkit.sheets.cells import cell_index
from cmkit.sheets.handback import SheetMarks, hand_back


def write_rejects(path: Path, intakes: Sequence[SheetIntake], target: Path, *, password: str | None = None) -> int:
    """Write ``target`` from the file at ``path`` with only the rejected rows kept; how many those are.

    Nothing is written where no row was rejected. Raises InputFault, OutputFault.
    """
    marks: dict[str, SheetMarks] = {}
    for intake in intakes:
        held = marks.setdefault(intake.sheet, SheetMarks(set(), set(), {}, set()))
        _add(held, intake)
    count = sum(len(intake.rejected) for intake in intakes)
    if count:
        hand_back(path, target, marks, password=password)
    return count


def _add(held: SheetMarks, intake: SheetIntake) -> None:
    rejected = set(intake.rejected)
    duplicates = {item.row for item in intake.skipped if item.why == "duplicate"}
    held.data_rows = {*held.data_rows, *(row.row for row in intake.rows), *rejected, *duplicates}
    held.keep = {*held.keep, *rejected}
    notes, warnings = dict(held.notes), set(held.warnings)
    for problem in intake.problems:
        if not problem.place.cell or (problem.place.sheet and problem.place.sheet != intake.sheet):
            continue
        row = cell_index(problem.place.cell)[0] + 1
        if row not in rejected and row not in intake.header_rows:
            continue
        text = "。".join(part for part in (problem.message, problem.hint) if part)
        if problem.place.cell in notes:
            text = f"{notes[problem.place.cell]}\n{text}"
        elif problem.severity == "warning":
            warnings.add(problem.place.cell)
        if problem.severity == "error":
            warnings.discard(problem.place.cell)
        notes[problem.place.cell] = text
    held.notes, held.warnings = notes, warnings
