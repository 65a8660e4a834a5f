"""Taking in filled forms: the right form, period and branch, unaltered; then an import like any other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cmkit.base.faults import Exit, Fault, InputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.base.workspace import Workspace
from cmkit.exchange.issue import VERSION
from cmkit.exchange.register import status
from cmkit.exchange.seal import is_signed
from cmkit.facts.intake import SheetIntake
from cmkit.facts.records import Actual
from cmkit.facts.specs import Pack
from cmkit.render.form import META_SHEET
from cmkit.render.output import file_stem
from cmkit.sheets.book import open_book
from cmkit.store import BatchInfo, Store, take_in
from cmkit.store.ledger import Return, read_register, register_keys, write_return

Reader = Callable[[Path, str, str], tuple[Sequence[SheetIntake], Sequence[Problem]]]
"""Reads one sheet of a file as one table: path, table name, period name."""


@dataclass(frozen=True)
class Received:
    """What became of one file."""

    file: str
    branch: str
    state: str
    exit_code: int
    problems: tuple[Problem, ...] = ()
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    def as_dict(self) -> dict[str, object]:
        """The JSON shape."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {**plain, "problems": [problem.as_dict() for problem in self.problems]}


def expand(paths: Sequence[Path]) -> list[Path]:
    """Files as they are, folders as the workbooks in them.

    Raises InputFault where that leaves nothing.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                one for one in path.iterdir() if one.suffix.lower() == ".xlsx" and not one.name.startswith("~$")
            )
        else:
            found.append(path)
    if not found:
        raise InputFault(_("文件夹里没有表格文件"), place=Place("、".join(map(str, paths))))
    return found


def receive(
    store: Store, pack: Pack, workspace: Workspace, paths: Sequence[Path], read: Reader, *, who: str, on: date
) -> list[Received]:
    """Take in every file; one that cannot be used is named with its reason and does not stop the others."""
    results = []
    for path in expand(paths):
        try:
            results.append(_one(store, pack, workspace, path, read, who=who, on=on))
        except Fault as fault:
            place = replace(fault.place, file=fault.place.file or path.name)
            problem = Problem(place, fault.code, fault.message, fault.hint)
            branch = _refused(store, pack, path, fault.message, on) if isinstance(fault, InputFault) else ""
            results.append(Received(path.name, branch, "rejected", int(fault.exit_code), (problem,)))
    return results


def _refused(store: Store, pack: Pack, path: Path, why: str, on: date) -> str:
    """Enter a form that cannot be used into the register as returned to its branch; gives the branch, or "".

    The branch is the one that the form's file name was issued to: what its hidden sheet says is what is in doubt.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    for form, period, branch in register_keys(store):
        spec = pack.tables.get(form)
        issued = file_stem((spec.zh or spec.table) if spec else form, branch, "")
        if not (path.stem.startswith(issued) and path.stem.endswith(f"-{period}")):
            continue
        history = [entry for entry in read_register(store, form, period) if entry.branch == branch]
        if all(entry.digest != digest for entry in history):
            write_return(
                store,
                Return(
                    form,
                    period,
                    branch,
                    max(entry.version for entry in history) + 1,
                    "rejected",
                    history[0].due,
                    received_at=on.isoformat(),
                    digest=digest,
                    problems=1,
                    note=why,
                ),
            )
        return branch
    return ""


def read_meta(path: Path) -> dict[str, str]:
    """What the hidden sheet of a form says.

    Raises InputFault where the file is no form of ours.
    """
    for sheet in open_book(path).sheets:
        if sheet.name == META_SHEET:
            return {str(row[0]): str(row[1]) for row in sheet.rows if len(row) > 1 and row[0]}
    raise InputFault(
        _("这不是下发的表单：没有标识页"),
        hint=_("请用下发的工作簿填报，或用 cmkit import 导入"),
        place=Place(file=path.name),
    )


def _one(store: Store, pack: Pack, workspace: Workspace, path: Path, read: Reader, *, who: str, on: date) -> Received:
    meta = read_meta(path)
    _check(workspace, pack, store, path, meta)
    form, period, branch = meta["form"], meta["period"], meta["branch"]
    intakes, problems = read(path, meta["table"], period)
    digest = intakes[0].digest if intakes else ""
    history = [entry for entry in read_register(store, form, period) if entry.branch == branch]
    if digest and any(entry.digest == digest for entry in history):
        return Received(path.name, branch, "unchanged", int(Exit.DONE))
    rows = sum(len(one.rows) for one in intakes)
    rejected = 0 if _is_nil(intakes) else sum(len(one.rejected) for one in intakes)
    told = tuple(problem for one in intakes for problem in one.problems) + tuple(problems)
    told = told if rows or rejected else ()
    info = BatchInfo(who=who, label=f"exchange {form} {period} {branch}", as_of=on.isoformat())
    report = take_in(store, intakes, info) if rows else None
    late = on.isoformat() > history[0].due
    state = ("late" if late else "received") if rows else ("rejected" if rejected else "nil")
    entry = Return(
        form,
        period,
        branch,
        max(one.version for one in history) + 1,
        state,
        history[0].due,
        received_at=on.isoformat(),
        digest=digest,
        batch_id=report.batch if report else None,
        problems=sum(problem.severity == "error" for problem in told),
    )
    write_return(store, entry)
    outcomes = report.outcomes if report else []
    return Received(
        path.name,
        branch,
        state,
        int(Exit.REFUSED if rejected else Exit.DONE),
        told,
        sum(one.created for one in outcomes),
        sum(one.updated for one in outcomes),
        sum(one.unchanged for one in outcomes),
        rejected,
    )


def _is_nil(intakes: Sequence[SheetIntake]) -> bool:
    """A form that came back as it was issued: its lines are there, and the figure that each asks for is blank."""
    problems = [problem for one in intakes for problem in one.problems if problem.severity == "error"]
    unfilled = {one.table for one in intakes} <= {Actual.table} and all(one.code == "missing" for one in problems)
    return unfilled and not any(one.rows for one in intakes)


def _check(workspace: Workspace, pack: Pack, store: Store, path: Path, meta: Mapping[str, str]) -> None:
    """Raises InputFault naming what does not fit."""
    place = Place(file=path.name)
    if not is_signed(workspace, meta):
        raise InputFault(_("表单的标识被改动，或不是本单位下发的"), hint=_("请用原表单重新填报"), place=place)
    if meta.get("version") != VERSION or meta.get("table") not in pack.tables:
        raise InputFault(_("表单版本不符"), hint=_("请重新下发"), place=place)
    if meta.get("columns") != ",".join(pack.tables[meta["table"]].columns):
        raise InputFault(_("表单的栏目与现行的不同"), hint=_("请重新下发"), place=place)
    known = {row.branch for row in status(store, meta["form"], meta["period"])}
    if meta["branch"] not in known:
        raise InputFault(_("没有向 {branch} 下发过这张表").format(branch=meta["branch"]), place=place)
