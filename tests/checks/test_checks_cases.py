"""Every rule's passing and failing example, and the edge cases, as the files in tests/cases/checks write them.

A case file::

    rule = "K2"                     the rule
    [pack]                          pack settings that its cases share
    [[case]]                        one run: name, on, period, options, facts (table = rows), kpi, finds
    example = "pass" | "fail"       the case is the one that the rule's docstring draws
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pytest

from cmkit.checks.facts import CheckFacts
from cmkit.checks.registry import rules
from cmkit.checks.run import run_checks
from cmkit.facts.specs import Pack

FOLDER = Path(__file__).parent.parent / "cases" / "checks"
Rows = dict[str, list[dict[str, str]]]


class DeskLike(Protocol):
    def pack(self, checks: Mapping[str, Mapping[str, Any]], **parts: Any) -> Pack: ...

    def facts(
        self,
        pack: Pack,
        tables: Mapping[str, list[dict[str, Any]]],
        *,
        on: date | None = None,
        period: str = "2026-10",
        kpi: list[dict[str, Any]] | None = None,
    ) -> CheckFacts: ...


def read_cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in sorted(FOLDER.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        shared = {"rule": content["rule"], "pack": content.get("pack", {}), "file": path.stem}
        found += [{**shared, **case} for case in content["case"]]
    return found


CASES = read_cases()
EXAMPLES = [case for case in CASES if "example" in case]


def name_of(case: dict[str, Any]) -> str:
    return f"{case['rule']}-{case['name']}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(case: dict[str, Any], desk: DeskLike) -> None:
    check = {"severity": case.get("severity", "warning"), "options": case.get("options", {})}
    pack = desk.pack({case["rule"]: check}, **case["pack"])
    facts = desk.facts(
        pack, case.get("facts", {}), on=case.get("on"), period=case.get("period", "2026-10"), kpi=case.get("kpi")
    )
    found = run_checks(facts)
    wanted = case.get("finds", [])
    seen = [{**finding.as_dict(), "due": finding.due or ""} for finding in found]
    # A case names the parts of a finding that it is about; their order is part of the promise.
    parts = [{key: one[key] for key in want} for one, want in zip(seen, wanted, strict=False)]
    assert (parts, len(seen)) == (wanted, len(wanted)), seen


def test_every_rule_shows_an_example_that_passes_and_one_that_fails() -> None:
    shown = {(case["rule"], case["example"]) for case in EXAMPLES}
    assert shown == {(rule, kind) for rule in rules() for kind in ("pass", "fail")}
    assert all(bool(case.get("finds")) == (case["example"] == "fail") for case in EXAMPLES)


@pytest.mark.parametrize("case", EXAMPLES, ids=name_of)
def test_example_is_the_one_in_the_manual(case: dict[str, Any]) -> None:
    tables = drawn(rules()[case["rule"]].manual)[case["example"]]
    written = {**case.get("facts", {}), "kpi": case.get("kpi", []), "finds": case.get("finds", [])}
    assert tables == {table: [told(row) for row in rows] for table, rows in written.items() if rows}


@pytest.mark.parametrize("rule", rules())
def test_manual_names_every_option_with_its_default(rule: str) -> None:
    manual = rules()[rule].manual
    for name, option in rules()[rule].declared.items():
        line = next((line for line in manual.splitlines() if line.startswith(f"    {name}: ")), "")
        assert line.endswith(f"({option.default})."), name


def test_drawn_tables_are_read() -> None:
    # The reader of the drawings is itself a thing that may lie: a table, a blank cell, a key with bars in it.
    manual = "Passes::\n\n  a | x | y\n    | 1 |\n\nFails::\n\n  b | k\n    | |s|2026\n"
    assert drawn(manual) == {"pass": {"a": [{"x": "1"}]}, "fail": {"b": [{"k": "|s|2026"}]}}


def drawn(manual: str) -> dict[str, Rows]:
    """The tables that a docstring draws under Passes and under Fails, blank cells left out."""
    found: dict[str, Rows] = {"pass": {}, "fail": {}}
    part, table, heads = "", "", list[str]()
    for line in manual.splitlines():
        if line.startswith(("Passes", "Fails")):
            part = "pass" if line.startswith("Passes") else "fail"
        cells = [cell.strip() for cell in re.split(r"(?:^|\s)\|(?:\s|$)", line)]
        if not part or len(cells) == 1:
            continue
        if cells[0]:
            table, heads = cells[0], cells[1:]
            found[part][table] = []
        else:
            row = dict(zip(heads, cells[1:], strict=False))
            found[part][table].append({key: value for key, value in row.items() if value})
    return found


def told(row: Mapping[str, Any]) -> dict[str, str]:
    """A row of a case file as a docstring draws it."""
    texts = {key: _text(value) for key, value in row.items()}
    return {key: text for key, text in texts.items() if text}


def _text(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)
