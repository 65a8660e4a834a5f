"""A stranger's walk through docs/own-pack.md: its files and commands, as they stand there, make a pack that works."""

from __future__ import annotations

import re
from pathlib import Path

from tests.commands.kit import Office, run, write

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "own-pack.md"


def test_the_guide_makes_a_pack_that_imports_and_reports(tmp_path: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    files = re.findall(r"`(packs/books/[\w/.]+|书店\.csv)`[^`]*```(?:toml|csv)\n(.*?)```", text, re.DOTALL)
    assert sorted(name for name, _text in files) == [
        "packs/books/kpi.toml",
        "packs/books/pack.toml",
        "packs/books/reports/shops.toml",
        "packs/books/tables/clients.toml",
        "书店.csv",
    ]
    commands = [line[6:].split() for line in text.splitlines() if line.startswith("cmkit ")]
    assert len(commands) == 5
    run(*commands[0], cwd=tmp_path).expect(0)
    office = Office(tmp_path / "office")
    for name, told in files:
        write(office.root / name, told)
    settings = office.root / "cmkit.toml"
    before = settings.read_text(encoding="utf-8")
    assert 'pack = "common"' in before
    settings.write_text(before.replace('pack = "common"', 'pack = "books"'), encoding="utf-8")
    for words in commands[1:3]:
        office.run(*words).expect(0)
    assert "折扣率" in office.run(*commands[2]).out
    run("--on", "2026-10-30", *commands[3], cwd=office.root).expect(0)
    clients = office.json("clients", "list")
    assert [(one["client_id"], one["tier"], str(one["discount"])) for one in clients] == [
        ("S001", "大书店", "62"),
        ("S002", "小书店", "68"),
    ]
    written = run("--on", "2026-10-30", *commands[4], cwd=office.root).expect(0)
    report = Path(written.lines[0]).read_text(encoding="utf-8")
    assert "书店月报" in report
    assert "大书店" in report
