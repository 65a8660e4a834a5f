"""What every test may use: a quiet world, golden files, the folder of real workbooks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pluggy
import pytest
from filelock import FileLock
from hypothesis import settings

from cmkit.base.lang import set_language
from tests.commands.kit import Office

ROOT = Path(__file__).resolve().parent.parent
# Read before any test: the variables of the machine are taken away from tests.
CI = bool(os.environ.get("CMKIT_CI"))
# No test asserts a time: a busy machine is not a fault.
settings.register_profile("cmkit", deadline=None)
settings.load_profile("cmkit")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write golden files anew; read the diff before committing"
    )


def real_files() -> Path:
    """The folder of real workbooks, wherever it is; it need not exist."""
    given = os.environ.get("CMKIT_REAL_FILES")
    return (Path(given) if given else ROOT.parent / "shared" / "data") / "workbooks"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if real_files().is_dir():
        return
    skip = pytest.mark.skip(reason="no folder of real workbooks (CMKIT_REAL_FILES)")
    for item in items:
        if "real_files" in item.keywords:
            item.add_marker(skip)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pluggy.Result[pytest.TestReport], None]:
    """In CI a test that is skipped although everything it needs can be installed counts as failed."""
    outcome = yield
    report = outcome.get_result()
    if CI and report.skipped and not ("real_files" in item.keywords and not real_files().is_dir()):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"


@pytest.fixture(autouse=True)
def _quiet_world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No variable of the machine reaches a test, and every test begins in Chinese."""
    for name in list(os.environ):
        if name.startswith("CMKIT_") and name != "CMKIT_REAL_FILES":
            monkeypatch.delenv(name)
    set_language("zh")
    yield
    set_language("zh")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--update-golden"))


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


@pytest.fixture(scope="session")
def demos(shared_folder: Path) -> Callable[[str], Office]:
    """A pack's demo office, made once and shared by all workers, for what only reads."""

    def made(pack: str) -> Office:
        root = shared_folder / f"demo-{pack}"
        with FileLock(f"{root}.lock"):
            if not (root.parent / f"{root.name}.done").exists():
                done = subprocess.run(
                    [sys.executable, "-m", "cmkit", "demo", str(root), "--pack", pack, "--quiet"],
                    capture_output=True,
                    check=False,
                )
                assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
                (root.parent / f"{root.name}.done").touch()
        return Office(root)

    return made
