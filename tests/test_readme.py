"""The README, the help and the program say the same."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cmkit.cli import _root
from cmkit.commands._kit import Session

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")
ROW = re.compile(r"^\| (.*?) \|", re.MULTILINE)


def commands() -> Iterator[tuple[str, ...]]:
    """Every command of the program, as words."""
    root = _root()
    context = click.Context(root, obj=Session())
    for name in root.list_commands(context):
        found = root.get_command(context, name)
        yield (name,)
        if isinstance(found, click.Group):
            for inner in found.commands:
                yield (name, inner)


def told(readme: str) -> set[tuple[str, ...]]:
    """Every command that the table names: ``cmkit imports list`, `show`` are two."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    found: set[tuple[str, ...]] = set()
    for row in ROW.findall(text):
        group = ""
        for code in re.findall(r"`([^`]+)`", row):
            words = [word for word in code.split() if re.fullmatch(r"[a-z]+", word)]
            if code.startswith("cmkit "):
                group = words[1]
                found.add((group,))
                words = words[2:]
            if group and words:
                found.add((group, words[0]))
    return found


@pytest.mark.parametrize("readme", READMES)
def test_the_table_names_every_command_and_no_other(readme: str) -> None:
    real, said = set(commands()), told(readme)
    groups = {words[0] for words in real if len(words) > 1}
    missing = {words for words in real - said if words[0] not in {"run", "schedule", "runs"} or len(words) > 1}
    assert missing == set(), "commands that the README does not name"
    extra = {words for words in said - real if words[0] in groups or len(words) == 1}
    assert extra == set(), "the README names what is not there"


def blocks(readme: str) -> list[list[str]]:
    """The cmkit lines of the console blocks, split as a shell splits them."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    lines = re.findall(r"^[$>] (cmkit .*)$", text, re.MULTILINE)
    return [shlex.split(line, comments=True)[1:] for line in lines]


@pytest.mark.parametrize("readme", READMES)
def test_every_example_is_a_command_line_that_parses(
    readme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("客户台账.xlsx", "周例会.toml"):
        (tmp_path / "inbox").mkdir(exist_ok=True)
        (tmp_path / "inbox" / name).write_bytes(b"")
    examples = blocks(readme)
    assert len(examples) > 10
    for words in examples:
        parse(words)


def parse(words: list[str]) -> None:
    """Parse a command line to its last option without running it."""
    command: click.Command | None = _root()
    context = click.Context(command or click.Command("none"), obj=Session())
    rest = list(words)
    while isinstance(command, click.Group):
        context = command.make_context(command.name, rest, parent=context, obj=Session())
        rest = [*context._protected_args, *context.args]
        if not rest:
            return
        _name, command, rest = command.resolve_command(context, rest)
    assert command is not None, words
    command.make_context(command.name, rest, parent=context, obj=Session())


def test_both_readmes_show_the_same_examples() -> None:
    assert blocks(READMES[0]) == blocks(READMES[1])


def test_the_two_commands_of_the_readme_are_targets() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for readme in READMES:
        for target in re.findall(r"^\$ make (\w+)", (ROOT / readme).read_text(encoding="utf-8"), re.MULTILINE):
            assert f"\n{target}:" in makefile


def test_the_picture_is_there() -> None:
    assert (ROOT / "docs" / "monthly-report.png").stat().st_size > 10_000
