from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from cmkit.base.faults import BusyFault, ConfigFault, DeniedFault
from cmkit.privacy import access
from cmkit.privacy.access import AccessLog, Entry


@pytest.fixture
def log(tmp_path: Path) -> AccessLog:
    office = tmp_path / "office"
    office.mkdir()
    return access.access_log(office, {"XDG_STATE_HOME": str(tmp_path / "state")})


def write(log: AccessLog, number: int = 1, why: str = "客户来电核对") -> Entry:
    return access.record(
        log, who="王主管", when=f"2026-10-30T09:{number:02d}:00Z", what="clients show", whose=[f"C{number}"], why=why
    )


def filled(log: AccessLog, count: int = 5) -> list[str]:
    for number in range(1, count + 1):
        write(log, number)
    return log.path.read_text(encoding="utf-8").splitlines()


def put(log: AccessLog, lines: list[str]) -> None:
    log.path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def codes(log: AccessLog) -> set[str]:
    return {problem.code for problem in access.verify(log)}


def test_an_untouched_record_holds(log: AccessLog) -> None:
    assert access.verify(log) == []
    filled(log)
    assert access.verify(log) == []
    entries = access.read_entries(log)
    assert [(e.no, e.who, e.whose, e.why) for e in entries][:2] == [
        (1, "王主管", ("C1",), "客户来电核对"),
        (2, "王主管", ("C2",), "客户来电核对"),
    ]
    assert entries[1].prev == entries[0].mac


def test_an_edit_is_found(log: AccessLog) -> None:
    lines = filled(log)
    lines[2] = lines[2].replace("C3", "C9")
    put(log, lines)
    [problem] = access.verify(log)
    assert (problem.code, problem.place.cell) == ("audit_edited", "3")


def test_a_deletion_is_found(log: AccessLog) -> None:
    lines = filled(log)
    put(log, lines[:2] + lines[3:])
    assert "audit_deleted" in codes(log)


def test_deleting_the_first_line_is_found(log: AccessLog) -> None:
    put(log, filled(log)[1:])
    assert "audit_deleted" in codes(log)


def test_a_truncation_is_found(log: AccessLog) -> None:
    """What is left is a chain without fault: only the anchor outside the workspace tells."""
    put(log, filled(log)[:3])
    [problem] = access.verify(log)
    assert (problem.code, problem.message) == ("audit_truncated", "应有 5 条，只剩 3 条：末尾被截断")


def test_deleting_the_whole_record_is_found(log: AccessLog) -> None:
    filled(log)
    log.path.unlink()
    assert codes(log) == {"audit_truncated"}
    log.key_path.unlink()
    assert codes(log) == {"audit_key_missing"}


def test_a_reorder_is_found(log: AccessLog) -> None:
    lines = filled(log)
    lines[1], lines[2] = lines[2], lines[1]
    put(log, lines)
    assert "audit_reordered" in codes(log)


def test_a_rewrite_with_a_new_key_is_found(log: AccessLog, tmp_path: Path) -> None:
    """Somebody writes a whole new record with a key of their own and puts both in place of the old ones."""
    filled(log)
    forged = access.access_log(tmp_path / "forger", {"XDG_STATE_HOME": str(tmp_path / "elsewhere")})
    for number in range(1, 6):
        write(forged, number, why="无害的理由")
    log.path.write_bytes(forged.path.read_bytes())
    log.key_path.write_bytes(forged.key_path.read_bytes())
    assert codes(log) == {"audit_rewritten"}
    log.anchor.unlink()
    assert codes(log) == {"audit_anchor_missing"}


def test_a_rewrite_without_the_key_is_found(log: AccessLog) -> None:
    lines = [json.dumps({**json.loads(line), "why": "无害的理由"}, ensure_ascii=False) for line in filled(log)]
    put(log, lines)
    found = [problem.code for problem in access.verify(log)]
    assert found == ["audit_edited"] * 5


def test_an_old_copy_put_back_is_found(log: AccessLog) -> None:
    filled(log, 2)
    old = log.path.read_bytes()
    filled(log, 1)
    log.path.write_bytes(old)
    assert codes(log) == {"audit_truncated"}


def test_nothing_is_added_to_a_record_that_was_cut(log: AccessLog) -> None:
    put(log, filled(log)[:3])
    with pytest.raises(DeniedFault, match="与锚点不符"):
        write(log, 6)
    log.path.unlink()
    with pytest.raises(DeniedFault):
        write(log, 6)


def test_a_crash_between_record_and_anchor_is_no_tampering(log: AccessLog) -> None:
    filled(log, 2)
    old = log.anchor.read_bytes()
    write(log, 3)
    log.anchor.write_bytes(old)
    assert access.verify(log) == []
    assert write(log, 4).no == 4


def test_half_a_line_of_a_killed_run_is_taken_off(log: AccessLog) -> None:
    filled(log, 2)
    with log.path.open("ab") as stream:
        stream.write(b'{"no":3,"when":"2026-10-30T')
    assert write(log, 3).no == 3
    assert access.verify(log) == []
    assert len(access.read_entries(log)) == 3


def test_a_moved_workspace_is_taken_up_again_and_the_step_is_recorded(log: AccessLog, tmp_path: Path) -> None:
    filled(log, 2)
    (tmp_path / "office").rename(tmp_path / "moved")
    moved = access.access_log(tmp_path / "moved", {"XDG_STATE_HOME": str(tmp_path / "state")})
    assert codes(moved) == {"audit_anchor_missing"}
    with pytest.raises(DeniedFault):
        write(moved, 3)
    access.reanchor(moved, who="管理员", when="2026-10-30T10:00:00Z", why="换了目录")
    assert access.verify(moved) == []
    assert [entry.what for entry in access.read_entries(moved)][-1] == "audit reanchor"
    assert write(moved, 4).no == 4


def test_a_broken_chain_is_not_taken_up_again(log: AccessLog) -> None:
    lines = filled(log)
    put(log, lines[:2] + lines[3:])
    log.anchor.unlink()
    with pytest.raises(DeniedFault, match="已损坏"):
        access.reanchor(log, who="管理员", when="2026-10-30T10:00:00Z", why="试试")


@pytest.mark.parametrize(("who", "why"), [("", "有理由"), ("王", ""), ("王", "  ")])
def test_no_name_or_no_reason_is_denied(log: AccessLog, who: str, why: str) -> None:
    with pytest.raises(DeniedFault, match="理由"):
        access.record(log, who=who, when="2026-10-30T09:00:00Z", what="x", whose=[], why=why)
    assert not log.path.exists()


def test_a_record_that_cannot_be_written_is_denied(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    log = access.access_log(tmp_path / "file", {"XDG_STATE_HOME": str(tmp_path)})
    with pytest.raises(DeniedFault, match="写不进去"):
        write(log)


def test_an_anchor_that_cannot_be_written_is_denied(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("", encoding="utf-8")
    log = access.access_log(tmp_path, {"XDG_STATE_HOME": str(tmp_path / "state")})
    with pytest.raises(DeniedFault):
        write(log)


def test_another_run_that_holds_it_makes_us_wait_then_busy(log: AccessLog, monkeypatch: pytest.MonkeyPatch) -> None:
    from filelock import FileLock

    write(log)
    monkeypatch.setattr(access, "_LOCK_SECONDS", 0.05)
    with FileLock(f"{log.path}.lock"), pytest.raises(BusyFault):
        write(log, 2)


@pytest.mark.skipif(os.name == "nt", reason="no POSIX modes")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_files_are_for_their_owner_only(log: AccessLog, umask: int) -> None:
    before = os.umask(umask)
    try:
        write(log)
    finally:
        os.umask(before)
    for path in (log.path, log.key_path, log.anchor):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (log.path.parent, log.anchor.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.skipif(os.name == "nt", reason="no POSIX modes")
def test_a_key_that_others_can_read_is_warned_about(log: AccessLog) -> None:
    write(log)
    log.key_path.chmod(0o644)
    [problem] = access.verify(log)
    assert (problem.code, problem.severity) == ("audit_key_open", "warning")


def test_a_key_from_the_environment_leaves_no_file(tmp_path: Path) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path / "state"), "CMKIT_AUDIT_KEY": "a-key-of-more-than-16-letters"}
    log = access.access_log(tmp_path, env)
    write(log)
    assert not log.key_path.exists()
    assert access.verify(log) == []
    other = access.access_log(tmp_path, {**env, "CMKIT_AUDIT_KEY": "another-key-of-20-letters"})
    assert codes(other) == {"audit_edited", "audit_rewritten"}
    with pytest.raises(ConfigFault):
        access.access_log(tmp_path, {"CMKIT_AUDIT_KEY": "short"})


def test_odd_text_stays_one_line(log: AccessLog) -> None:
    access.record(
        log, who="a\udcff", when="2026-10-30T09:00:00Z", what="x\ny\r\u2028z", whose=["C1\n"], why='引号" 和 \\ 换行\n'
    )
    write(log, 2)
    assert access.verify(log) == []
    assert access.read_entries(log)[0].what == "x\ny\r\u2028z"
