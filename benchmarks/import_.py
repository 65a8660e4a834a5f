"""A client ledger of 100,000 rows and 20 columns with 500 faulty rows, a thousand small ones, and one of 5,000 rows.

Each side runs in a process of its own; ours checks every cell, stores with history and provenance, and looks for the
same person under two numbers. Peers that are not installed are left out (``pip install cmkit[bench]``).
``CMKIT_BENCH_ROWS`` and ``CMKIT_BENCH_BOOKS`` make it smaller.
"""

from __future__ import annotations

import csv
import importlib.util
import os
import shutil
import statistics
import tempfile
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from benchmarks._ledgers import COLUMNS, ledger, offices, write_xlsx
from benchmarks._measure import Cost, line, once, python

ROWS = int(os.environ.get("CMKIT_BENCH_ROWS", "100000"))
BOOKS = int(os.environ.get("CMKIT_BENCH_BOOKS", "1000"))
FAULTS, MIDDLE, SMALL, SAMPLED = 500, 5000, 300, 50
RUNS = 3
CALAMINE_LIMIT, OPENPYXL_LIMIT, MEMORY_LIMIT = 1.9, 1 / 6, 200.0
MANY_LIMIT, MANY_OPENPYXL_LIMIT, MIDDLE_LIMIT = 2.0, 1 / 12, 1.0


def run() -> bool:
    """Print the table; True where every limit holds."""
    with tempfile.TemporaryDirectory(prefix="cmkit-bench-") as name:
        folder = Path(name)
        office = _office(folder)
        return all([*_big(folder, office), *_many(folder, office), *_middle(folder, office)])


def _office(folder: Path) -> Path:
    """A workspace with its offices and people, so that every ledger names somebody who is there."""
    office = folder / "office"
    once(python("-m", "cmkit", "init", str(office), "--pack", "bank_retail", "--no-input"))
    people, branches = folder / "people.csv", folder / "branches.csv"
    for path, rows in zip((branches, people), offices(), strict=True):
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
        once([*_import(office, path), "--strict"])  # fails where a person is refused: every owner would be a stranger
    return office


def _import(office: Path, *paths: Path) -> list[str]:
    return python("-m", "cmkit", "--workspace", str(office), "--quiet", "import", *map(str, paths))


def _side(name: str, path: Path) -> list[str]:
    return python("-m", "benchmarks._import_sides", name, str(path))


def _fresh(folder: Path, office: Path) -> Path:
    """A copy of the office as it was before the import."""
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(office, copy)
    return copy


def _middle_of(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(one, name) for one in costs) for name in ("seconds", "mib", "wall")))


def _against(folder: Path, office: Path, words: Sequence[str], *paths: Path) -> tuple[Cost, Cost, Cost]:
    """A bare read, our import and the same import again, in turn; the first round is not counted."""
    rounds = []
    for _number in range(RUNS + 1):
        copy = _fresh(folder, office)
        rounds.append((once(words), once(_import(copy, *paths)), once(_import(copy, *paths))))
    bare, first, again = zip(*rounds[1:], strict=True)
    return _middle_of(bare), _middle_of(first), _middle_of(again)


def _big(folder: Path, office: Path) -> Iterable[bool]:
    book = folder / "ledger.xlsx"
    write_xlsx(book, ledger(ROWS, FAULTS))
    size = book.stat().st_size / 2**20
    print(f"{ROWS:,} rows x {len(COLUMNS)} columns, {FAULTS} faulty, {size:.1f} MB xlsx; processor seconds")
    bare, first, again = _against(folder, office, _side("calamine", book), book)
    slow = _middle_of([once(_side("openpyxl", book)) for _number in range(RUNS)])
    line("python-calamine, cells only", bare.seconds, "s")
    line("openpyxl read-only, cells only", slow.seconds, "s")
    line("cmkit import: checked, stored, history, provenance", first.seconds, "s")
    line("cmkit import of the same file again", again.seconds, "s")
    yield line("import / calamine", first.seconds / bare.seconds, "x", CALAMINE_LIMIT)
    yield line("import / openpyxl read-only", first.seconds / slow.seconds, "x", OPENPYXL_LIMIT)
    yield line("import, peak memory", first.mib, "MiB", MEMORY_LIMIT)
    yield line("second import / first", again.seconds / first.seconds, "x", 1.0)
    line("calamine, peak memory", bare.mib, "MiB")
    yield _asked(folder / "copy")
    _peers(book, first)


def _asked(office: Path) -> bool:
    """One client of all those, whole process: nobody waits for the others to be read."""
    words = python("-m", "cmkit", "--workspace", str(office), "clients", "show", "C0000002")
    return line(
        f"cmkit clients show, one of {ROWS:,}", _middle_of([once(words) for _n in range(RUNS)]).seconds, "s", 0.5
    )


def _peers(book: Path, ours: Cost) -> None:
    """What others do with the same rows: read and store or check them, never both."""
    table = book.with_suffix(".csv")
    with table.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(chain([COLUMNS], ledger(ROWS, FAULTS)))
    told = {
        "pandas": "pandas read_excel + to_sql",
        "pandas_calamine": "pandas read_excel(engine=calamine) + to_sql",
        "frictionless": "frictionless validate",
        "sqlite_utils": "sqlite-utils insert, from CSV",
    }
    for name, words in told.items():
        if importlib.util.find_spec(name.partition("_calamine")[0]) is None:
            print(f"{words}: not installed, left out")
            continue
        cost = once(_side(name, table if name == "sqlite_utils" else book))
        line(words, cost.seconds, "s")
        line(f"  peak memory {cost.mib:.0f} MiB; against our import", cost.seconds / ours.seconds, "x")


def _many(folder: Path, office: Path) -> Iterable[bool]:
    many, few = folder / "many", folder / "few"
    many.mkdir()
    few.mkdir()
    for number in range(BOOKS):
        path = many / f"支行{number:04}.xlsx"
        write_xlsx(path, ledger(SMALL, 1, seed=number + 2, first=ROWS + 1 + number * SMALL))
        if number % max(BOOKS // SAMPLED, 1) == 0:
            shutil.copy(path, few)
    print(f"{BOOKS:,} workbooks of {SMALL} rows in one call; both cores, seconds on the clock (processor seconds)")
    rounds = []
    for _number in range(RUNS):
        copy = _fresh(folder, office)
        rounds.append(
            (once(_side("calamine_many", many)), once(_import(copy, many)), once(_side("openpyxl_many", few)))
        )
    bare, ours, slow = map(_middle_of, zip(*rounds, strict=True))
    share = BOOKS / len(list(few.iterdir()))
    line(f"calamine, two threads ({bare.seconds:.1f})", bare.wall, "s")
    line(f"openpyxl read-only in a loop, from a sample ({slow.seconds * share:.1f})", slow.wall * share, "s")
    line(f"cmkit import ({ours.seconds:.1f})", ours.wall, "s")
    yield line("import / calamine, two threads", ours.wall / bare.wall, "x", MANY_LIMIT)
    yield line("import / openpyxl loop", ours.wall / (slow.wall * share), "x", MANY_OPENPYXL_LIMIT)


def _middle(folder: Path, office: Path) -> Iterable[bool]:
    book = folder / "middle.xlsx"
    write_xlsx(book, ledger(MIDDLE, MIDDLE // 200, first=9_000_001))
    print(f"{MIDDLE:,} rows, whole process; processor seconds")
    _bare, first, _again = _against(folder, office, _side("calamine", book), book)
    yield line("cmkit import", first.seconds, "s", MIDDLE_LIMIT)
