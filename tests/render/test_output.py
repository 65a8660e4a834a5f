"""Files are there as a whole or not at all, private, and inside their folder."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.base.faults import DiskFault, OutputFault
from cmkit.render.output import file_name, sweep, write_bytes


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("open_umask")
def test_files_and_new_folders_are_private_whatever_the_umask(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "out" / "2026-10" / "报告.md", b"x")
    assert path.read_bytes() == b"x"
    assert mode(path) == 0o600
    assert mode(path.parent) == mode(path.parent.parent) == 0o700


def test_a_failed_rename_leaves_the_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_bytes(tmp_path / "a.md", b"old")

    def fail(*_args: object) -> None:
        raise OSError(errno.EIO, "I/O error")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(DiskFault) as caught:
        write_bytes(path, b"new")
    assert caught.value.exit_code == 74
    assert path.read_bytes() == b"old"
    assert [item.name for item in tmp_path.iterdir()] == ["a.md"]


def test_a_kill_before_the_rename_leaves_the_old_file_and_the_next_run_sweeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_bytes(tmp_path / "a.md", b"old")
    with monkeypatch.context() as patch:
        # What a SIGKILL does: nothing after the write happens, no clean-up either.
        patch.setattr(os, "replace", lambda *_args: os.kill)
        patch.setattr(os, "getpid", lambda: 2**22 + 1)
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2
    (tmp_path / ".keep.tmp").write_bytes(b"")
    assert sweep(tmp_path) == 1
    assert sorted(item.name for item in tmp_path.iterdir()) == [".keep.tmp", "a.md"]


def test_the_leftover_of_a_running_process_stays(tmp_path: Path) -> None:
    other = tmp_path / f".a.md.{os.getppid()}.tmp"
    other.write_bytes(b"half")
    assert sweep(tmp_path) == 0
    assert other.exists()
    assert sweep(tmp_path / "missing") == 0


@pytest.mark.parametrize(
    ("number", "fault", "code"),
    [
        (errno.ENOSPC, DiskFault, 74),
        (errno.EFBIG, DiskFault, 74),
        (errno.EACCES, OutputFault, 73),
        (errno.EROFS, OutputFault, 73),
    ],
)
def test_errors_of_the_disk_have_their_exit_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, fault: type[DiskFault | OutputFault], code: int
) -> None:
    def fail(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(fault) as caught:
        write_bytes(tmp_path / "a.md", b"x")
    assert caught.value.exit_code == code
    assert "a.md" in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_file_where_a_folder_should_be_is_an_output_fault(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(OutputFault):
        write_bytes(tmp_path / "out" / "a.md", b"x")


def test_file_and_folder_are_synced_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """fsync(file) → rename → fsync(folder)."""
    steps: list[str] = []
    sync, swap = os.fsync, os.replace

    def synced(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def swapped(source: Path, target: Path) -> None:
        steps.append("rename")
        swap(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", swapped)
    write_bytes(tmp_path / "a.md", b"x")
    assert steps == ["file", "rename", "folder"]


def test_a_link_at_the_temporary_name_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"safe")
    (tmp_path / f".a.md.{os.getpid()}.tmp").symlink_to(victim)
    write_bytes(tmp_path / "a.md", b"x")
    assert victim.read_bytes() == b"safe"


def test_file_names_are_report_who_period() -> None:
    assert file_name("monthly", "城东支行", "2026-10", "docx") == "monthly-城东支行-2026-10.docx"
    assert file_name("worklog", "", "2026-W43", "md") == "worklog-2026-W43.md"


@pytest.mark.parametrize(
    "who",
    [
        "../../etc/cron.d/x",
        "a\x00b",
        "长" * 300,
        "-rf",
        "a\nb",
        "NUL.txt",
        "a:b",
        "名\u202e单",
        "..",
        "/",
        "𠮷" * 200,
        "\ud800",
    ],
)
def test_hostile_names_stay_in_the_folder(tmp_path: Path, who: str) -> None:
    name = file_name("monthly", who, "2026-10", "md")
    path = write_bytes(tmp_path / name, b"x")
    assert path.parent == tmp_path
    assert path.resolve().parent == tmp_path.resolve()
    assert [item.name for item in tmp_path.iterdir()] == [name]
    assert name.startswith("monthly-")
    assert name.endswith("-2026-10.md")
    assert len(name.encode()) <= 200


def test_long_names_with_the_same_beginning_stay_apart() -> None:
    assert file_name("r", "长" * 100 + "甲", "2026", "md") != file_name("r", "长" * 100 + "乙", "2026", "md")


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=30))
def test_any_name_is_one_part_of_a_path(report: str, who: str, period: str) -> None:
    name = file_name(report, who, period, "md")
    assert Path(name).name == name
    assert not name.startswith(("-", ".")) or name == "_.md"
    assert not set(name) & set('/\\\0\n\r:*?"<>|')
