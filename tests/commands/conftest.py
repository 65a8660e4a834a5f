"""Two offices made once by ``cmkit demo`` and shared by all workers; copies for tests that write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.kit import Office, run


@pytest.fixture(scope="session")
def bank(demos: Callable[[str], Office]) -> Office:
    """The bank's demo office, for commands that only read."""
    return demos("bank_retail")


@pytest.fixture(scope="session")
def tobacco(demos: Callable[[str], Office]) -> Office:
    """The tobacco demo office, for commands that only read."""
    return demos("tobacco")


@pytest.fixture
def office(bank: Office, tmp_path: Path) -> Office:
    """A copy of the bank's demo office, for commands that write."""
    return bank.copy(tmp_path / "office")


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[..., Office]:
    """A function that makes a new, empty office: ``fresh("name")``."""

    def make(name: str = "fresh", pack: str = "bank_retail") -> Office:
        root = tmp_path / name
        run("init", root, "--pack", pack).expect(0)
        return Office(root)

    return make
