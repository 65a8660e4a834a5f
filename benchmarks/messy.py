"""What each tool makes of two ledgers as branches send them: sample_data/bank_retail, 110 and 96 clients, 4 bad cells.

The peers are told what no office tells its tools (how many rows stand above the header, which encoding); the README
quotes the result. Peers that are not installed are left out (``pip install cmkit[bench] csvkit``).
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parents[1] / "sample_data" / "bank_retail"
BOOK, TABLE = SAMPLES / "客户台账_城东支行.xlsx", SAMPLES / "客户台账_高新支行.csv"
CLIENTS = {BOOK: 110, TABLE: 96}
ABOVE, FIRST = 2, 60
_KEY, _PHONE, _AMOUNT = "客户号", "联系方式", "金融资产余额（元）"


def run() -> bool:
    """Print what was found; True where cmkit counts as a hand does and names the four bad cells."""
    with tempfile.TemporaryDirectory(prefix="cmkit-messy-") as name:
        folder = Path(name)
        text = TABLE.read_text(encoding="gb18030").splitlines(keepends=True)
        whole, part = folder / "rest.csv", folder / "part.csv"
        whole.write_text("".join(text[ABOVE:]), encoding="utf-8")
        part.write_text("".join(text[ABOVE : ABOVE + FIRST]), encoding="utf-8")
        for tool in (_pandas, _frictionless, _sqlite_utils, _csvkit):
            for line in tool(folder, whole, part):
                print(line)
        return _cmkit(folder)


def _pandas(_folder: Path, whole: Path, part: Path) -> Iterator[str]:
    if importlib.util.find_spec("pandas") is None:
        return
    library: Any = importlib.import_module("pandas")
    plain = library.read_excel(BOOK)
    yield f"pandas read_excel(book): {len(plain)} rows, columns {list(plain.columns)[:3]}"
    told = library.read_excel(BOOK, header=ABOVE)
    yield f"pandas read_excel(book, header=2): {len(told)} rows for {CLIENTS[BOOK]} clients; ⼿机号 is {told['⼿机号'].dtype}"
    try:
        library.read_csv(TABLE)
    except UnicodeDecodeError as error:
        yield f"pandas read_csv(table): UnicodeDecodeError: {error.reason}"
    yield f"pandas read_csv(first rows of it): 客户号 000199 is {library.read_csv(part)[_KEY].iloc[0]!r}"
    yield f"pandas read_csv(rest): {_AMOUNT} is {library.read_csv(whole)[_AMOUNT].iloc[0]!r}"


def _frictionless(_folder: Path, _whole: Path, _part: Path) -> Iterator[str]:
    program = Path(sys.executable).with_name("frictionless")
    if not program.exists():
        return
    for path in (BOOK, TABLE):
        done = subprocess.run(
            [program, "validate", path.name, "--json"], cwd=SAMPLES, capture_output=True, text=True, check=False
        )
        report = json.loads(done.stdout)
        kinds = sorted({error["type"] for error in report["tasks"][0]["errors"]})
        yield f"frictionless validate {path.name}: {report['stats']['errors']} errors: {', '.join(kinds)}"


def _sqlite_utils(folder: Path, whole: Path, part: Path) -> Iterator[str]:
    program = Path(sys.executable).with_name("sqlite-utils")
    if not program.exists():
        return
    done = subprocess.run(
        [program, "insert", folder / "a.db", "t", TABLE, "--csv"], capture_output=True, text=True, check=False
    )
    yield f"sqlite-utils insert (table): exit {done.returncode}: {done.stderr.split(chr(10))[-2].strip()}"
    for path in (whole, part):
        subprocess.run([program, "insert", folder / f"{path.stem}.db", "t", path, "--csv"], check=True)
    yield from _stored("sqlite-utils insert", folder / "rest.db", folder / "part.db")


def _csvkit(folder: Path, whole: Path, part: Path) -> Iterator[str]:
    program = shutil.which("csvsql")
    if program is None:
        return
    for path in (whole, part):
        words = [program, "--insert", "--tables", "t", "--db", f"sqlite:///{folder / path.stem}.kit.db", str(path)]
        subprocess.run(words, check=True)
    yield from _stored("csvsql --insert", folder / "rest.kit.db", folder / "part.kit.db")


def _stored(tool: str, rest: Path, part: Path) -> Iterator[str]:
    with sqlite3.connect(rest) as connection:
        count = connection.execute("SELECT count(*) FROM t").fetchone()[0]
        phone, amount = connection.execute(f'SELECT "{_PHONE}", "{_AMOUNT}" FROM t').fetchone()  # noqa: S608 - our names
    with sqlite3.connect(part) as connection:
        key = connection.execute(f'SELECT "{_KEY}" FROM t').fetchone()[0]  # noqa: S608
    yield f"{tool} (rest): {count} rows for {CLIENTS[TABLE]} clients; phone {phone!r}, amount {amount!r}, exit 0"
    yield f"{tool} (first rows): 客户号 000199 is {key!r}"


def _cmkit(folder: Path) -> bool:
    words = [sys.executable, "-m", "cmkit"]
    env = {**os.environ, "XDG_STATE_HOME": str(folder)}
    office = folder / "office"
    subprocess.run([*words, "init", office, "--pack", "bank_retail", "--quiet"], check=True, env=env)
    done = subprocess.run(
        [*words, "--workspace", office, "--format", "json", "import", BOOK, TABLE],
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )
    files = json.loads(done.stdout)["files"]
    bad = [problem for one in files for problem in one["problems"] if problem["severity"] == "error"]
    for one in files:
        print(
            f"cmkit import {one['file']}: {one['read']} records, {one['rejected']} rejected, {one['skipped']} rows left out"
        )
    print(f"cmkit import: exit {done.returncode}; bad cells {', '.join(problem['place']['cell'] for problem in bad)}")
    return [one["read"] for one in files] == list(CLIENTS.values()) and len(bad) == 4  # noqa: PLR2004 - as made
