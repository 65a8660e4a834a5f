"""Output that is there as a whole or not at all: written beside the target, synced, renamed, and never wider than 0600."""

from __future__ import annotations

import contextlib
import errno
import os
import zlib
from pathlib import Path

from cmkit.base.faults import DiskFault, Fault, OutputFault
from cmkit.base.lang import _
from cmkit.base.text import safe_name

_BROKEN = frozenset({errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EDQUOT})
_FILE_MODE = 0o600
_FOLDER_MODE = 0o700


def write_bytes(path: Path, data: bytes) -> Path:
    """``path`` holding exactly ``data``; until the rename the old file stays as it was.

    Raises:
        DiskFault: The disk is full or broken.
        OutputFault: The file cannot be created there.
    """
    temporary = path.with_name(f".{path.name[:60]}.{os.getpid()}.tmp")
    try:
        make_folder(path.parent)
        _fill(temporary, data)
        os.replace(temporary, path)  # noqa: PTH105 - tests put a failing os.replace in its place
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _fault(path, error) from error
    return path


def make_folder(folder: Path) -> None:
    """``folder`` and its missing parents, each 0700 whatever the umask."""
    missing = [step for step in (folder, *folder.parents) if not step.exists()]
    for step in reversed(missing):
        step.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        step.chmod(_FOLDER_MODE)


def sweep(folder: Path) -> int:
    """How many leftovers of killed runs were taken out of ``folder``; those of running processes stay."""
    if not folder.is_dir():
        return 0
    count = 0
    for left in sorted(folder.glob(".*.tmp")):
        owner = left.name.split(".")[-2]
        if not owner.isdecimal() or (_alive(int(owner)) and int(owner) != os.getpid()):
            continue
        with contextlib.suppress(OSError):
            left.unlink()
            count += 1
    return count


def file_name(report: str, who: str, period: str, ext: str) -> str:
    """``<report>-<who>-<period>.<ext>``, safe whatever a client is called; empty parts are left out."""
    return f"{file_stem(report, who, period)}.{ext}"


def file_stem(report: str, who: str, period: str) -> str:
    """The name of :func:`file_name` before its ending: a document has it in every format."""
    parts = [_short(part, limit) for part, limit in ((report, 48), (who, 84), (period, 40)) if part]
    return safe_name("-".join(parts))


def _short(text: str, limit: int) -> str:
    # The mark of a long name keeps two clients with the same beginning in two files.
    name = safe_name(text)
    data = name.encode("utf-8", "ignore")
    if len(data) <= limit:
        return name
    return f"{data[: limit - 9].decode('utf-8', 'ignore')}~{zlib.crc32(text.encode('utf-8', 'replace')):08x}"


def _fill(temporary: Path, data: bytes) -> None:
    # O_EXCL|O_NOFOLLOW: nobody's link is followed; a leftover of an earlier run under this pid goes first.
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(temporary, flags, _FILE_MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.chmod(_FILE_MODE)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _alive(pid: int) -> bool:
    if os.name == "nt":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _fault(path: Path, error: OSError) -> Fault:
    reason = error.strerror or str(error)
    if error.errno in _BROKEN:
        hint = _("请腾出磁盘空间后再运行一次,原来的文件没有改动")
        return DiskFault(_("写入 {path} 时磁盘出错: {reason}").format(path=path, reason=reason), hint=hint)
    hint = _("请检查文件夹是否存在、是否有写入权限,文件是否正被打开")
    return OutputFault(_("不能写入 {path}: {reason}").format(path=path, reason=reason), hint=hint)
