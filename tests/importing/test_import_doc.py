"""``docs/import.md`` promises nothing that is not read here: its examples, and the tests that it names."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cmkit.base.money import plain
from cmkit.base.period import parse_period
from cmkit.facts.kinds import Kind
from cmkit.facts.specs import ColumnSpec
from cmkit.importing.values import Context, parse

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
KINDS = {
    "date": Kind.DATE,
    "lunar": Kind.TEXT,
    "money": Kind.MONEY,
    "rate": Kind.RATE,
    "phone": Kind.PHONE,
    "id_no": Kind.ID_NO,
    "time": Kind.TIME,
}


def rows(title: str) -> list[list[str]]:
    """The rows of the table under a heading, without its head."""
    part = DOC.split(f"## {title}", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


VALUES = rows("值怎么写都行")


def test_there_are_examples() -> None:
    assert len(VALUES) > 20
    assert {row[0].split()[-1] for row in VALUES} == set(KINDS)


@pytest.mark.parametrize("row", VALUES, ids=" ".join)
def test_a_value(row: list[str]) -> None:
    label, written, read = row
    name = label.split()[-1]
    column = ColumnSpec(key="lunar_birthday" if name == "lunar" else name, zh=label, kind=KINDS[name])
    value, flaw = parse(KINDS[name], written, column, Context(period=parse_period("2024-03")))
    if read.startswith("拒收"):
        assert value is None
        assert flaw is not None
        assert flaw.code == read.split()[1]
        return
    assert flaw is None or flaw.severity == "warning"
    assert ("空" if value is None else plain(value) if isinstance(value, Decimal) else str(value)) == read


def _source(name: str) -> str:
    (path,) = (ROOT / "tests").glob(f"*/{name}")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("row", rows("表格长什么样都行"), ids=lambda row: row[0])
def test_a_shape_names_its_test(row: list[str]) -> None:
    name, _mark, word = row[2].strip("`").partition("` ")
    assert word in _source(name)


def test_every_hostile_file_names_its_test() -> None:
    named = [word for row in rows("恶意或古怪的文件") for word in row[1].split("、")]
    source = _source("test_cli_import_hostile.py")
    told = source.split("ROWS: dict", 1)[1].split("\n}\n", 1)[0]
    assert named == [line.strip().split('"')[1] for line in told.splitlines() if line.startswith('    "')]
