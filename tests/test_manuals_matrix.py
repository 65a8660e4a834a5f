"""Every row of what the twelve manuals ask for, and what serves it, run on the sample data.

One file a manual in ``tests/matrix``; a row that nothing serves says ``open = "why"`` and is counted, not left out.
A row's proofs are all run; the kinds of proof are the fields of :class:`Proof`.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cmkit.facts.section import Section
from cmkit.packs import load_pack
from tests.commands.kit import Office

HERE = Path(__file__).parent / "matrix"
ROWS = {1: 15, 2: 32, 3: 17, 4: 13, 5: 7, 6: 10, 7: 15, 8: 9, 9: 24, 10: 13, 11: 16, 12: 31}
"""How many rows each manual has."""


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must hold; exactly one of the kinds, and ``shows``: words that must be seen in what it gives.

    ``run``: a command line that ends with one of ``exit``. ``document``: a command line that writes documents (``--out``
    is added), which hold the words. ``section``: a section of ``report`` for ``who`` (an owner, a branch, or nothing for
    the whole office), with at least ``rows`` rows. ``check``: a rule that finds, with these ``codes`` among its findings.
    ``record``: a table of the sample with at least ``rows`` records, whose ``filled`` columns are filled somewhere and
    whose columns in ``values`` hold these. ``choices``: ``table.column`` has these ``words`` (in this order, among others).
    ``required``: a table whose ``columns`` are all required. ``kpi``: an indicator with an actual value. ``steps``: a
    role's routine holds the ``words``. ``refuses``: CSV text that importing into ``table`` refuses, every row of it.
    """

    run: str = ""
    exit: int | list[int] = 0
    document: str = ""
    section: str = ""
    report: str = "monthly"
    who: str = ""
    rows: int = 1
    check: str = ""
    codes: tuple[str, ...] = ()
    record: str = ""
    filled: tuple[str, ...] = ()
    values: dict[str, list[str]] = {}
    choices: str = ""
    words: tuple[str, ...] = ()
    required: str = ""
    columns: tuple[str, ...] = ()
    kpi: str = ""
    steps: str = ""
    refuses: str = ""
    table: str = ""
    shows: tuple[str, ...] = ()


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row: its number, the phrase of the manual, what serves it, and what proves that; or why it is open."""

    id: str
    asks: str
    serves: str = ""
    pack: str = ""
    proof: tuple[Proof, ...] = ()
    open: str = ""


class Manual(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A manual with its rows; ``pack`` is the one that its rows are shown on unless they name another."""

    number: int
    title: str
    pack: str
    row: tuple[Row, ...]


TEXTS = (".md", ".html", ".csv", ".ics")
KINDS = ("run", "document", "section", "check", "record", "choices", "required", "kpi", "steps", "refuses")


@lru_cache(maxsize=1)
def manuals() -> Sequence[Manual]:
    """Every manual that has a file, in order."""
    files = sorted(HERE.glob("*.toml"))
    return [msgspec.toml.decode(path.read_bytes(), type=Manual) for path in files]


def served() -> list[tuple[str, Row]]:
    """The rows that something serves, with the pack they are shown on."""
    return [(row.pack or manual.pack, row) for manual in manuals() for row in manual.row if not row.open]


@pytest.fixture(scope="session")
def look(demos: Callable[[str], Office]) -> Look:
    """Looking at the demo offices; what was asked once is kept."""
    return Look(demos)


class Look:
    """The demo offices of the packs as the proofs see them."""

    def __init__(self, demos: Callable[[str], Office]) -> None:
        self.office = demos
        self._kept: dict[tuple[str, ...], Any] = {}

    def once(self, make: Callable[[], Any], *key: str) -> Any:
        """What ``make`` gives, made once for a key."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def run(self, pack: str, words: str, codes: Sequence[int]) -> str:
        """What a command line prints, on both streams."""
        done = self.once(lambda: self.office(pack).run(*shlex.split(words)), "run", pack, words)
        done.expect(*codes)
        return str(done.out + done.err)

    def json(self, pack: str, words: str) -> Any:
        """The JSON value of a command line, whatever its verdict."""
        return self.once(lambda: self.office(pack).json(*shlex.split(words), codes=(0, 3)), "json", pack, words)

    def document(self, pack: str, words: str, folder: Path) -> str:
        """The text of the documents that a command line writes."""

        def write() -> str:
            self.office(pack).run(*shlex.split(words), "--out", folder / "out").expect(0, 3)
            paths = [path for path in sorted((folder / "out").rglob("*")) if path.suffix in TEXTS]
            assert paths, words
            return "\n".join(path.read_text(encoding="utf-8") for path in paths)

        return str(self.once(write, "document", pack, words))

    def sections(self, pack: str, report: str, who: str) -> Sequence[Section]:
        """The sections of a report of the sample's month."""
        return self.once(lambda: self._compose(pack, report, who), "report", pack, report, who)  # type: ignore[no-any-return]

    def _compose(self, pack: str, report: str, who: str) -> Sequence[Section]:
        from cmkit.commands._kit import Session
        from cmkit.reports.compose import compose, find_report, scopes_of

        office = self.office(pack)
        session = Session()
        session.options |= {"workspace": str(office.root), "on": _day(office.on)}
        try:
            desk = session.desk()
            spec = find_report(session.pack, report)
            owner = who if who in desk.staff else None
            scope = scopes_of(desk, owner, who if who and not owner else None, everybody=False)[0]
            return compose(desk, spec, scope).sections
        finally:
            session.close()


def _day(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)


def prove(look: Look, pack: str, proof: Proof, folder: Path) -> str:
    """Run one proof; gives the text in which its words must be seen."""
    kind = next(name for name in KINDS if getattr(proof, name))
    return str(globals()[f"_prove_{kind}"](look, pack, proof, folder))


def _prove_run(look: Look, pack: str, proof: Proof, _folder: Path) -> str:
    return look.run(pack, proof.run, proof.exit if isinstance(proof.exit, list) else [proof.exit])


def _prove_document(look: Look, pack: str, proof: Proof, folder: Path) -> str:
    return look.document(pack, proof.document, folder)


def _prove_section(look: Look, pack: str, proof: Proof, _folder: Path) -> str:
    found = [one for one in look.sections(pack, proof.report, proof.who) if one.id == proof.section]
    assert found, [one.id for one in look.sections(pack, proof.report, proof.who)]
    assert sum(len(one.rows) for one in found) >= proof.rows
    return "\n".join(_words(one) for one in found)


def _words(section: Section) -> str:
    parts: list[Any] = [section.title, *section.text, *section.notes, *(one.title for one in section.columns)]
    parts += [f"{one.label} {one.value}" for one in section.figures]
    parts += [getattr(cell, "text", cell) for row in (*section.rows, section.total) for cell in row]
    return " ".join(str(part) for part in parts)


def _prove_check(look: Look, pack: str, proof: Proof, _folder: Path) -> str:
    found = [one for one in look.json(pack, "check") if one["rule"] == proof.check]
    assert found, f"{proof.check} found nothing"
    assert set(proof.codes) <= {one["code"] for one in found}, sorted({one["code"] for one in found})
    return json.dumps(found, ensure_ascii=False)


def _prove_record(look: Look, pack: str, proof: Proof, _folder: Path) -> str:
    rows = look.json(pack, f"records {proof.record} list")
    assert len(rows) >= proof.rows, len(rows)
    for column in proof.filled:
        assert any(row.get(column) not in (None, "", []) for row in rows), column
    for column, wanted in proof.values.items():
        held = {str(row.get(column)) for row in rows}
        assert set(wanted) <= held, (column, sorted(held))
    return json.dumps(rows, ensure_ascii=False)


def _prove_choices(_look: Look, pack: str, proof: Proof, _folder: Path) -> str:
    table, column = proof.choices.split(".")
    known = list(load_pack(pack).tables[table].columns[column].choices)
    assert [word for word in known if word in proof.words] == list(proof.words), known
    return "、".join(known)


def _prove_required(_look: Look, pack: str, proof: Proof, _folder: Path) -> str:
    columns = load_pack(pack).tables[proof.required].columns
    assert [name for name in proof.columns if not columns[name].required] == []
    return "、".join(columns[name].zh for name in proof.columns)


def _prove_kpi(look: Look, pack: str, proof: Proof, _folder: Path) -> str:
    who = f"--owner {proof.who}" if proof.who else "--by branch"
    rows = [one for one in look.json(pack, f"kpi check --period 2026-10 {who}")["rows"] if one["kpi"] == proof.kpi]
    assert any(one["actual"] is not None and one["target"] is not None for one in rows), rows
    return json.dumps(rows, ensure_ascii=False)


def _prove_steps(_look: Look, pack: str, proof: Proof, _folder: Path) -> str:
    routine = load_pack(pack).routines[proof.steps]
    told = [block.zh for block in routine.blocks] + [step.zh for block in routine.blocks for step in block.steps]
    told += [step.zh for step in routine.activity]
    assert [word for word in proof.words if not any(word in one for one in told)] == []
    return "\n".join(told)


def _prove_refuses(look: Look, pack: str, proof: Proof, folder: Path) -> str:
    path = folder / "refused.csv"
    path.write_text(proof.refuses, encoding="utf-8")
    done = look.office(pack).run("import", path, "--table", proof.table, "--dry-run").expect(4)
    return done.out + done.err


@pytest.mark.parametrize(("pack", "row"), [pytest.param(pack, row, id=row.id) for pack, row in served()])
def test_the_row_is_served(look: Look, pack: str, row: Row, tmp_path: Path) -> None:
    assert row.serves
    assert row.proof, f"{row.id} has nothing that proves it"
    for proof in row.proof:
        assert sum(bool(getattr(proof, name)) for name in KINDS) == 1, proof
        text = prove(look, pack, proof, tmp_path)
        assert [word for word in proof.shows if word not in text] == [], (row.id, text[:2000])


def test_every_manual_has_its_file() -> None:
    assert [manual.number for manual in manuals()] == list(ROWS)
    assert sum(ROWS.values()) == 202


def test_every_row_of_a_manual_is_told_once_and_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    for manual in manuals():
        wanted = [f"{manual.number}-{number:02d}" for number in range(1, ROWS[manual.number] + 1)]
        assert [row.id for row in manual.row] == wanted, manual.title
        waiting = [row for row in manual.row if row.open]
        assert not any(row.proof for row in waiting)
        told.append(f"{manual.number:>2} {manual.title}: {len(wanted) - len(waiting)} served, {len(waiting)} open")
        told += [f"     {row.id} {row.asks}: {row.open}" for row in waiting]
    rows = [row for manual in manuals() for row in manual.row]
    told.append(f"   all: {sum(not row.open for row in rows)} of {len(rows)} served")
    with capsys.disabled():
        print("\n" + "\n".join(told))  # noqa: T201 - the counts are what this test is for


def test_a_proof_that_does_not_hold_fails(look: Look, tmp_path: Path) -> None:
    """A rule that finds nothing, a section that is not there, a word that nobody wrote."""
    for proof in (
        Proof(section="no_such_section"),
        Proof(record="complaints", rows=10_000),
        Proof(choices="clients.kind", words=("飞船",)),
        Proof(required="clients", columns=("remark",)),
        Proof(steps="大堂经理", words=("采购",)),
    ):
        with pytest.raises(AssertionError):
            prove(look, "bank_retail", proof, tmp_path)
