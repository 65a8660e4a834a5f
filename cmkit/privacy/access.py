"""The access record (调阅登记): who saw whose full data, when and why, in a chain that shows tampering.

Each line carries the MAC of the line before it and its own (HMAC-SHA-256). The count and the last MAC also stand in
an anchor outside the workspace, so that cutting the end off shows as well. Whoever holds the key is out of scope.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cmkit.base.faults import BusyFault, ConfigFault, DeniedFault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem

KEY_VARIABLE = "CMKIT_AUDIT_KEY"
FOLDER = ".cmkit"
LOG_NAME = "access.jsonl"
KEY_NAME = "audit.key"
FIRST = "0" * 64
_SHORTEST_KEY = 16
_LOCK_SECONDS = 10
_OWNER_ONLY = 0o600
_OTHERS = 0o077
_FIELDS = ("no", "when", "who", "what", "whose", "why", "prev", "mac")


@dataclass(frozen=True, slots=True)
class AccessLog:
    """Where the record, its key and its anchor are."""

    path: Path
    key_path: Path
    anchor: Path
    given_key: bytes = b""

    @property
    def place(self) -> Place:
        """The record's file, for messages."""
        return Place(file=self.path.name)


@dataclass(frozen=True, slots=True)
class Entry:
    """One access: ``what`` was done (``clients export --unmask``), ``whose`` client ids, ``why``."""

    no: int
    when: str
    who: str
    what: str
    whose: tuple[str, ...]
    why: str
    prev: str = FIRST
    mac: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The line as JSON keeps it."""
        return {name: list(self.whose) if name == "whose" else getattr(self, name) for name in _FIELDS}


def access_log(workspace: Path, environ: Mapping[str, str] | None = None) -> AccessLog:
    """The access record of a workspace. Nothing is made or read yet.

    The anchor lies in ``$XDG_STATE_HOME/cmkit`` (or ``~/.local/state/cmkit``), named after the workspace's path.
    Raises ConfigFault for a key in the environment that is too short.
    """
    env = os.environ if environ is None else environ
    given = env.get(KEY_VARIABLE, "").encode()
    if given and len(given) < _SHORTEST_KEY:
        raise ConfigFault(_("环境变量 {name} 太短").format(name=KEY_VARIABLE), hint=_("至少 16 个字符"))
    state = Path(env["XDG_STATE_HOME"]) if env.get("XDG_STATE_HOME") else Path.home() / ".local" / "state"
    root = workspace.resolve()
    name = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    folder = root / FOLDER
    return AccessLog(folder / LOG_NAME, folder / KEY_NAME, state / "cmkit" / f"{name}.anchor", given)


def record(log: AccessLog, *, who: str, when: str, what: str, whose: Sequence[str], why: str) -> Entry:
    """Write one access, to the disk, before anything is shown.

    Raises DeniedFault where there is no reason, where the record cannot be written, or where its end does not agree
    with the anchor; BusyFault where another run holds it.
    """
    if not why.strip() or not who.strip():
        raise DeniedFault(_("查看完整信息需要写明调阅人和理由"), hint=_("加上 --reason 理由"))
    entry = Entry(0, when, _plain(who), _plain(what), tuple(map(_plain, whose)), _plain(why))
    return _locked_append(log, entry, anchored=True)


def reanchor(log: AccessLog, *, who: str, when: str, why: str) -> Entry:
    """Take up the record again in a workspace that was moved: the chain must hold; the step is itself recorded.

    Raises DeniedFault where the chain itself is broken.
    """
    broken = [p for p in verify(log) if p.severity == "error" and p.code != "audit_anchor_missing"]
    if broken:
        raise DeniedFault(_("调阅登记已损坏，不能重新登记锚点"), hint=broken[0].message, place=log.place)
    entry = Entry(0, when, _plain(who), "audit reanchor", (), _plain(why))
    return _locked_append(log, entry, anchored=False)


def read_entries(log: AccessLog) -> list[Entry]:
    """The entries that can be read, in the order of the file; :func:`verify` tells whether they can be trusted."""
    return [entry for entry in map(_parse, _lines(log.path)) if entry is not None]


def verify(log: AccessLog) -> list[Problem]:
    """What shows that the record was touched: edited, deleted, reordered, cut short or written anew."""
    lines = _lines(log.path)
    if not lines and not log.anchor.exists():
        return []
    key = _key(log, make=False)
    if not key:
        return [_problem(log, "audit_key_missing", _("没有调阅登记的密钥，无法核对"))]
    return [*_check_lines(log, lines, key), *_check_anchor(log, lines, key), *_check_key_file(log)]


def _check_lines(log: AccessLog, lines: Sequence[str], key: bytes) -> list[Problem]:
    found: list[Problem] = []
    before, number = FIRST, 0
    for row, line in enumerate(lines, 1):
        entry = _parse(line)
        if entry is None or not hmac.compare_digest(_mac(entry, key), entry.mac):
            found.append(_problem(log, "audit_edited", _("第 {row} 行被改动过").format(row=row), row))
        elif entry.no <= number:
            message = _("第 {row} 行的顺序被调换（编号 {no}）").format(row=row, no=entry.no)
            found.append(_problem(log, "audit_reordered", message, row))
        elif entry.no > number + 1 or entry.prev != before:
            message = _("第 {row} 行之前有登记被删除或替换").format(row=row)
            found.append(_problem(log, "audit_deleted", message, row))
        if entry is not None:
            before, number = entry.mac, max(entry.no, number)
        else:
            number += 1
    return found


def _check_anchor(log: AccessLog, lines: Sequence[str], key: bytes) -> list[Problem]:
    anchor = _read_anchor(log, key)
    if anchor is None:
        if log.anchor.exists():
            return [_problem(log, "audit_rewritten", _("锚点不是用现在的密钥写的：登记或锚点被整个换过"))]
        found = _problem(log, "audit_anchor_missing", _("工作区之外没有锚点，无法判断末尾是否被截断"))
        return [replace(found, hint=_("若是搬动过工作区，运行 cmkit audit reanchor --reason 事由"))]
    count, mac = anchor
    entries = [_parse(line) for line in lines]
    if len(lines) < count:
        text = _("应有 {count} 条，只剩 {left} 条：末尾被截断").format(count=count, left=len(lines))
        return [_problem(log, "audit_truncated", text)]
    last = entries[count - 1] if count else None
    if count and (last is None or last.mac != mac):
        return [_problem(log, "audit_rewritten", _("第 {count} 条与锚点不符：登记被重写").format(count=count), count)]
    return []


def _check_key_file(log: AccessLog) -> list[Problem]:
    if log.given_key or os.name == "nt" or not log.key_path.stat().st_mode & _OTHERS:
        return []
    text = _("密钥文件别人也能读")
    place = Place(file=log.key_path.name)
    return [Problem(place, "audit_key_open", text, _("运行 chmod 600 收回权限"), "warning")]


def _locked_append(log: AccessLog, entry: Entry, *, anchored: bool) -> Entry:
    from filelock import FileLock, Timeout

    try:
        log.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(f"{log.path}.lock", timeout=_LOCK_SECONDS, mode=_OWNER_ONLY):
            return _append(log, entry, anchored=anchored)
    except Timeout:
        raise BusyFault(_("另一个程序正在写调阅登记"), hint=_("稍后再试"), place=log.place) from None
    except OSError as error:
        raise DeniedFault(
            _("调阅登记写不进去，因此不显示完整信息"), hint=error.strerror or "", place=log.place
        ) from error


def _append(log: AccessLog, entry: Entry, *, anchored: bool) -> Entry:
    key = _key(log, make=not log.path.exists() and not log.anchor.exists())
    lines = _mended(log, key)
    problems = _tail_problems(log, lines, key) if anchored else []
    if not key or problems:
        hint = f"{problems[0].message}；{problems[0].hint}" if problems else _("没有密钥文件")
        if not lines:
            hint = _("这个位置以前有过登记；若工作区是新建的，请管理员移走 {path}").format(path=log.anchor)
        raise DeniedFault(_("调阅登记与锚点不符，请先运行 cmkit audit verify"), hint=hint, place=log.place)
    last = _parse(lines[-1]) if lines else None
    number, prev = (last.no, last.mac) if last else (0, FIRST)
    chained = replace(entry, no=number + 1, prev=prev)
    sealed = replace(chained, mac=_mac(chained, key))
    line = json.dumps(sealed.as_dict(), ensure_ascii=False, separators=(",", ":"))
    _write(log.path, (line + "\n").encode(), os.O_APPEND)
    _write_anchor(log, sealed, key)
    return sealed


def _mended(log: AccessLog, key: bytes) -> list[str]:
    """The lines, without half a line that a killed run left behind: nothing was shown on the strength of it."""
    lines = _lines(log.path)
    whole = not lines or log.path.read_bytes().endswith(b"\n")
    anchor = None if whole else _read_anchor(log, key)
    if anchor is None or anchor[0] != len(lines) - 1:
        return lines
    kept = lines[:-1]
    os.truncate(log.path, sum(len(line.encode()) + 1 for line in kept))
    return kept


def _tail_problems(log: AccessLog, lines: Sequence[str], key: bytes) -> list[Problem]:
    """The anchor and the last line only: a record of many years must not slow every command."""
    if not lines and not log.anchor.exists():
        return []
    last = _parse(lines[-1]) if lines else None
    if lines and (last is None or not hmac.compare_digest(_mac(last, key), last.mac)):
        return [_problem(log, "audit_edited", _("第 {row} 行被改动过").format(row=len(lines)), len(lines))]
    return _check_anchor(log, lines, key)


def _key(log: AccessLog, *, make: bool) -> bytes:
    """The key; made on the first access, and never again beside a record that exists."""
    if log.given_key:
        return log.given_key
    with suppress(FileNotFoundError):
        return log.key_path.read_bytes().strip()
    if not make:
        return b""
    key = secrets.token_hex(32).encode()
    _write(log.key_path, key + b"\n", os.O_EXCL)
    return key


def _mac(entry: Entry, key: bytes) -> str:
    body = {name: value for name, value in entry.as_dict().items() if name != "mac"}
    data = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(key, data, hashlib.sha256).hexdigest()


def _anchor_seal(count: int, mac: str, key: bytes) -> str:
    return hmac.new(key, f"anchor {count} {mac}".encode(), hashlib.sha256).hexdigest()


def _read_anchor(log: AccessLog, key: bytes) -> tuple[int, str] | None:
    try:
        data = json.loads(log.anchor.read_text(encoding="utf-8"))
        count, mac, seal = int(data["count"]), str(data["mac"]), str(data["seal"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return (count, mac) if hmac.compare_digest(_anchor_seal(count, mac, key), seal) else None


def _write_anchor(log: AccessLog, entry: Entry, key: bytes) -> None:
    data = {"count": entry.no, "mac": entry.mac, "seal": _anchor_seal(entry.no, entry.mac, key)}
    log.anchor.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = log.anchor.with_name(f"{log.anchor.name}.{os.getpid()}.tmp")
    beside.unlink(missing_ok=True)
    _write(beside, json.dumps(data).encode(), os.O_EXCL)
    beside.replace(log.anchor)
    _sync_folder(log.anchor.parent)


def _write(path: Path, data: bytes, flag: int) -> None:
    fresh = not path.exists()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | flag, _OWNER_ONLY)
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(handle, _OWNER_ONLY)
        while data:
            data = data[os.write(handle, data) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    if fresh:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8", errors="replace").split("\n") if line]
    except FileNotFoundError:
        return []


def _parse(line: str) -> Entry | None:
    try:
        data = json.loads(line)
        whose = tuple(str(item) for item in data["whose"])
        texts = {name: str(data[name]) for name in ("when", "who", "what", "why", "prev", "mac")}
        return Entry(no=int(data["no"]), whose=whose, **texts)
    except (ValueError, KeyError, TypeError):
        return None


def _plain(text: str) -> str:
    """Text that can be written as UTF-8 whatever bytes the command line carried."""
    return text.strip().encode("utf-8", "replace").decode("utf-8")


def _problem(log: AccessLog, code: str, message: str, row: int = 0) -> Problem:
    place = Place(file=log.path.name, cell=str(row) if row else "")
    return Problem(place, code, message, _("保留现场，报告负责人"))
