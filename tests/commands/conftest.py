"""Two offices made once by ``cmkit demo`` and shared by all workers; copies for tests that write."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.commands.kit import Office, run


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run see."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session", autouse=True)
def _state_folder(shared_folder: Path) -> Iterator[None]:
    """The anchors of access records do not go into the home folder of whoever runs the tests."""
    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(shared_folder / "state")
    yield
    if before is None:
        del os.environ["XDG_STATE_HOME"]
    else:
        os.environ["XDG_STATE_HOME"] = before


def _demo(folder: Path, pack: str) -> Office:
    root = folder / f"demo-{pack}"
    with FileLock(f"{root}.lock"):
        if not (root.parent / f"{root.name}.done").exists():
            made = subprocess.run(
                [sys.executable, "-m", "cmkit", "demo", str(root), "--pack", pack, "--quiet"],
                capture_output=True,
                check=False,
            )
            assert made.returncode == 0, made.stderr.decode("utf-8", "replace")
            (root.parent / f"{root.name}.done").touch()
    return Office(root)


@pytest.fixture(scope="session")
def bank(shared_folder: Path) -> Office:
    """The bank's demo office, for commands that only read."""
    return _demo(shared_folder, "bank_retail")


@pytest.fixture(scope="session")
def tobacco(shared_folder: Path) -> Office:
    """The tobacco demo office, for commands that only read."""
    return _demo(shared_folder, "tobacco")


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
