"""Running cmkit as a script would: in this process with the streams caught, or as a program of its own."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from cmkit.base.lang import set_language
from cmkit.cli import main

ON = "2026-10-30"
"""The day that the sample data is about: a Friday."""


@dataclass(frozen=True)
class Result:
    """How one command line ended and what it said where."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The one JSON value on stdout."""
        return json.loads(self.out)

    def error(self) -> dict[str, Any]:
        """The one JSON value on stderr that tells what went wrong."""
        found: dict[str, Any] = json.loads(self.err)["error"]
        return found

    def expect(self, *codes: int) -> Result:
        """Itself, where it ended with one of ``codes`` and without a traceback."""
        told = f"cmkit {' '.join(self.words)}\nexit {self.code}\n{self.out[-3000:]}\n{self.err[-3000:]}"
        assert self.code in codes, told
        assert "Traceback" not in self.out + self.err, told
        return self

    @property
    def lines(self) -> list[str]:
        """The lines of stdout."""
        return self.out.splitlines()


def run(*words: object, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Result:
    """One command line in this process. ``env`` is added to the environment for its time."""
    given = [str(word) for word in words]
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    before, handlers = Path.cwd(), [(number, signal.getsignal(number)) for number in (signal.SIGTERM, signal.SIGINT)]
    code = 0
    try:
        os.chdir(cwd or before)
        with (
            mock.patch.dict(os.environ, dict(env or {})),
            mock.patch.object(sys, "stdin", io.StringIO()),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            main(given)
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        os.chdir(before)
        for number, handler in handlers:
            signal.signal(number, handler)
        set_language("zh")
    return Result(tuple(given), code, _text(out), _text(err))


def _text(stream: io.TextIOWrapper) -> str:
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode("utf-8")


def program(*words: object, env: Mapping[str, str], cwd: Path, seconds: float = 60) -> Result:
    """One command line as a program of its own, with ``env`` as its whole environment."""
    given = [str(word) for word in words]
    done = subprocess.run(
        [sys.executable, "-m", "cmkit", *given],
        env=dict(env),
        cwd=cwd,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=seconds,
        check=False,
    )
    return Result(tuple(given), done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


@dataclass(frozen=True)
class Office:
    """A workspace that commands are run in, on a fixed day."""

    root: Path
    on: str = ON

    def run(self, *words: object, env: Mapping[str, str] | None = None) -> Result:
        """One command line in this workspace."""
        return run("--workspace", self.root, "--on", self.on, *words, env=env)

    def json(self, *words: object, codes: tuple[int, ...] = (0,)) -> Any:
        """The JSON value of one command line."""
        return self.run(*words, "--format", "json").expect(*codes).json()

    def copy(self, folder: Path) -> Office:
        """The same office elsewhere, without the documents it has made."""
        shutil.copytree(self.root, folder, ignore=shutil.ignore_patterns("out"))
        return Office(folder, self.on)


def write(path: Path, text: str) -> Path:
    """``path`` holding ``text``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def book(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """A workbook with these sheets."""
    from openpyxl import Workbook

    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(path)
    return path


def kill(process: subprocess.Popen[bytes]) -> None:
    """Stop a program that this test started, at once."""
    with suppress(ProcessLookupError):
        process.kill()
    process.wait()


def contents(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    """Everything the store knows of people and figures, table by table, without where it was read."""
    import sqlite3

    found: dict[str, list[tuple[Any, ...]]] = {}
    with closing(sqlite3.connect(office.root / "cmkit.db")) as store:
        names = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in sorted(name for name in names if f"{name}_claims" in names):
            columns = [row[1] for row in store.execute(f'PRAGMA table_info("{name}")')]
            kept = ", ".join(f'"{column}"' for column in columns if column == "key" or column.startswith("c_"))
            found[name] = store.execute(f'SELECT {kept} FROM "{name}" ORDER BY key').fetchall()  # noqa: S608 - names are its own
        if "clients_by_day" in names:
            columns = [row[1] for row in store.execute("PRAGMA table_info(clients_by_day)")]
            kept = ", ".join(f'd."{column}"' for column in columns if column.startswith("c_"))
            found["clients_by_day"] = store.execute(
                f"SELECT s.key, d.as_of, {kept} FROM clients_by_day d JOIN clients s ON s.id = d.record_id ORDER BY 1, 2"  # noqa: S608
            ).fetchall()
    return found
