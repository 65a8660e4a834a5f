"""Each file in tests/cases/importing is one sheet as a branch sent it, and what must come of every row."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from cmkit.base.period import parse_period
from cmkit.facts.kinds import decode
from cmkit.facts.specs import TableSpec
from cmkit.importing.read import ReadOptions, read_file

FOLDER = Path(__file__).resolve().parents[1] / "cases" / "importing"
CASES = sorted(FOLDER.glob("*.toml"))


def load(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        return tomllib.load(stream)


def test_there_are_cases() -> None:
    assert CASES


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, tmp_path: Path, specs: dict[str, TableSpec]) -> None:
    case = load(path)
    source = tmp_path / case["file"]
    source.write_bytes(case["sheet"].lstrip("\n").encode(case.get("encoding", "utf-8")))
    options = dict(case.get("options", {}))
    if "period" in options:
        options["period"] = parse_period(options["period"])
    intakes, _problems = read_file(source, specs, ReadOptions(**options))
    assert len(intakes) == len(case["expect"])
    for intake, expect in zip(intakes, case["expect"], strict=True):
        kinds = specs[intake.table].kinds()
        assert intake.table == expect["table"]
        assert list(intake.header_rows) == expect["header_rows"]
        rows = [
            {
                "row": row.row,
                **{
                    key: str(decode(kinds[key], value))
                    for key, value in zip(intake.columns, row.values, strict=True)
                    if value is not None
                },
            }
            for row in intake.rows
        ]
        assert rows == expect["rows"]
        assert [list(item) for item in ((item.row, item.why) for item in intake.skipped)] == expect.get("skipped", [])
        assert [[problem.code, problem.place.cell] for problem in intake.problems] == expect.get("problems", [])
        outcomes = {row["row"] for row in rows} | set(intake.rejected)
        assert sorted(intake.rejected) == expect.get("rejected", [])
        assert not outcomes & {item.row for item in intake.skipped}
