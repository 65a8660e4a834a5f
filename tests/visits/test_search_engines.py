from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cmkit.visits.search import engines
from cmkit.visits.search.routes import PLACE_BITS, close_gap, copy_run, find_place, open_gap, sort_run


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """No folder of compiled code known yet; home and the folder for temporary files are empty ones."""
    pytest.importorskip("numba")
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))
    engines.cache_folder.cache_clear()
    yield tmp_path
    engines.cache_folder.cache_clear()


def test_compiled_code_is_kept_at_home(fresh: Path) -> None:
    folder = engines.cache_folder()
    assert folder is not None
    assert folder.is_relative_to(fresh / "home")
    assert engines.must_compile()
    (folder / "ready").touch()
    assert not engines.must_compile()


def test_a_folder_asked_for_comes_first(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(fresh / "asked"))
    folder = engines.cache_folder()
    assert folder is not None
    assert folder.parent == fresh / "asked"


def test_where_home_cannot_be_written_the_temporary_folder_does(fresh: Path) -> None:
    """A file stands where the folder should be."""
    (fresh / "home").write_text("not a folder", encoding="utf-8")
    folder = engines.cache_folder()
    assert folder is not None
    assert folder.is_relative_to(fresh / "temporary")


def test_without_any_folder_every_start_compiles(fresh: Path) -> None:
    for name in ("home", "temporary"):
        (fresh / name).write_text("not a folder", encoding="utf-8")
    assert engines.cache_folder() is None
    assert engines.must_compile()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners here")
def test_code_that_somebody_else_owns_is_not_loaded(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert engines.cache_folder() is None


def test_functions_told_twice_say_the_same() -> None:
    values = [7, 3, 9, 3, 1, 8]
    for count in range(7):
        one, other = list(values), list(values)
        sort_run(one, count)
        engines._sort_run(other, count)
        assert one == other == sorted(values[:count]) + values[count:]
    for told, again in ((open_gap, engines._open_gap), (close_gap, engines._close_gap)):
        for at in range(5):
            one, other = list(values), list(values)
            told(one, at, 5)
            again(other, at, 5)
            assert one == other
    one, other = [0] * 6, [0] * 6
    copy_run(values, one, 2, 5)
    engines._copy_run(values, other, 2, 5)
    assert one == other == [0, 0, 9, 3, 1, 0]
    # A client 4 from the base, 1 and 3 from the stops of a route of legs 5, 4, 6: 0, 0 and 1 longer.
    assert find_place([0, 1, 2, 0], [0, 5, 4, 6], [4, 1, 3], 0, 1, 4) == (0 << PLACE_BITS) + 1
