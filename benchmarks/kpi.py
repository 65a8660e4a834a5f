"""Twelve indicators by owner and month over five million contacts, and what keeping that fast costs an import.

``CMKIT_BENCH_ROWS`` runs it on fewer records. The peers read the same records in the same run: SQLite as anybody would
ask it (one statement an indicator over text dates, no index), the same twelve in one such statement, and DuckDB on its
own copy of the columns (left out where it is not installed: ``pip install cmkit[bench]``).
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from benchmarks._contacts import COLUMNS, OWNERS, contacts, fill
from benchmarks._measure import Cost, in_turn, line, once, python
from cmkit.base.period import parse_period
from cmkit.facts.intake import IntakeRow, SheetIntake
from cmkit.facts.query import Query
from cmkit.facts.specs import FilterSpec, KpiSpec, MeasureSpec, Pack
from cmkit.kpi.gather import gather
from cmkit.kpi.measure import Together
from cmkit.kpi.tree import Tree
from cmkit.packs import load_pack
from cmkit.store import BatchInfo, Store, open_store, run_queries, take_in

ROWS = int(os.environ.get("CMKIT_BENCH_ROWS", "5000000"))
IMPORTED = 50_000
RUNS = 5
VISIT, CALL = ("面访", "走访", "来访"), ("电话", "微信", "短信")
NAIVE_LIMIT, DUCK_LIMIT, MEMORY_LIMIT, IMPORT_LIMIT, CHECK_LIMIT = 0.25, 8.0, 300.0, 1.10, 0.7
INDICATORS: Mapping[str, tuple[str, str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "all": ("count", "", ()),
    "visits": ("count", "", (("channel", VISIT),)),
    "calls": ("count", "", (("channel", CALL),)),
    "clients": ("distinct", "client_id", ()),
    "visited": ("distinct", "client_id", (("channel", VISIT),)),
    "deals": ("count", "", (("outcome", ("成交",)),)),
    "sales": ("sum", "amount", (("outcome", ("成交",)),)),
    "visit_sales": ("sum", "amount", (("outcome", ("成交",)), ("channel", VISIT))),
    "interest": ("count", "", (("outcome", ("有意向", "待跟进")),)),
    "marketing": ("count", "", (("category", ("营销产品", "开拓市场")),)),
    "service": ("count", "", (("category", ("售后", "咨询")),)),
    "minutes": ("sum", "minutes", (("channel", VISIT),)),
}


def run() -> bool:
    """Print the table; True where every limit holds."""
    with tempfile.TemporaryDirectory(prefix="cmkit-bench-") as folder:
        path = Path(folder) / "cmkit.db"
        _store(path).close()
        fill(path, ROWS)
        print(
            f"{ROWS:,} contacts, {OWNERS:,} owners, {len(INDICATORS)} indicators by owner and month; processor seconds"
        )
        kept = [*_figures(path), _import(Path(folder)), _check(Path(folder))]
    return all(kept)


def _store(path: Path) -> Store:
    return open_store(path, load_pack("bank_retail").tables)


def _figures(path: Path) -> Iterable[bool]:
    ours, bare = in_turn([_side("ours", path), _side("nothing", path)], 3)
    naive, single = (once(_side(side, path)) for side in ("naive", "single"))
    if told(path, "ours") != told(path, "naive"):
        raise SystemExit("the sides do not agree")
    line("indicators through gather and the store", ours.seconds, "s")
    line("  of it, starting and opening the store", bare.seconds, "s")
    line("naive SQL, one statement an indicator", naive.seconds, "s")
    line("naive SQL, all twelve in one statement", single.seconds, "s")
    yield line("indicators / naive SQL", ours.seconds / naive.seconds, "x", NAIVE_LIMIT)
    line("indicators / naive SQL in one statement", ours.seconds / single.seconds, "x")
    yield line("memory", ours.mib, "MiB", MEMORY_LIMIT)
    yield from _duck(path, ours)


def _side(name: str, path: Path) -> list[str]:
    return python("-m", "benchmarks.kpi", name, str(path))


def _duck(path: Path, ours: Cost) -> Iterable[bool]:
    if importlib.util.find_spec("duckdb") is None:
        print("DuckDB is not installed: that peer is left out (pip install cmkit[bench])")
        return
    copy = path.with_suffix(".duckdb")
    once(_side("duck-load", path))
    duck, bare = in_turn([_side("duck", copy), _side("duck-nothing", copy)], 3)
    line("DuckDB, all twelve in one statement", duck.seconds, "s")
    line("  of it, starting", bare.seconds, "s")
    yield line("indicators / DuckDB", ours.seconds / duck.seconds, "x", DUCK_LIMIT)


def pack() -> Pack:
    """The shipped bank pack with the twelve indicators instead of its own."""
    shipped = load_pack("bank_retail")
    kpis = {
        code: KpiSpec(
            code=code,
            zh=code,
            unit="元" if field == "amount" else "",
            measure=MeasureSpec(
                how=how,  # type: ignore[arg-type]
                table="contacts",
                field=field,
                where=tuple(FilterSpec(field=name, any_of=words) for name, words in where),
            ),
        )
        for code, (how, field, where) in INDICATORS.items()
    }
    return Pack(info=shipped.info, tables=shipped.tables, kpis=kpis)


Groups = dict[str, list[Decimal]]


def tell(path: Path, side: str, found: Groups) -> None:
    """Keep how many groups each indicator has and what they add up to: what the sides have to agree on."""
    lines = [f"{code} {len(one)} {sum(one, Decimal(0)).normalize()}" for code, one in found.items()]
    path.with_suffix(f".{side}").write_text("\n".join(lines), encoding="utf-8")


def told(path: Path, side: str) -> str:
    """What a side has kept."""
    return path.with_suffix(f".{side}").read_text(encoding="utf-8")


def figures(path: Path) -> None:
    """Each indicator by owner and month, as a report gets it."""
    store = _store(path)

    def ask_all(queries: Iterable[Query]) -> Mapping[Query, Mapping[str, Decimal]]:
        return run_queries(store, queries)

    found = gather(pack(), parse_period("2026-10"), date(2026, 10, 31), Together(ask_all), [], Tree(), trend=12)
    groups = {
        code: [value for _span, values in one.trend for value in values.values() if value is not None]
        for code, one in found.items()
    }
    tell(path, "ours", groups)


def _amounts() -> list[str]:
    words = []
    for how, field, where in INDICATORS.values():
        wanted = " AND ".join(f"c_{name} IN ({', '.join(repr(word) for word in any_of)})" for name, any_of in where)
        aim = {"count": "*", "sum": f"c_{field}", "distinct": f"DISTINCT c_{field}"}[how]
        what = f"{'sum' if how == 'sum' else 'count'}({aim})"
        words.append(f"{what} FILTER (WHERE {wanted})" if wanted else what)
    return words


def _rows(path: Path, amounts: str, where: str = "") -> list[tuple[int | None, ...]]:
    """What plain SQL over text dates says, without any index."""
    by = "c_staff_id, substr(c_date, 1, 7)"
    words = f"SELECT {amounts} FROM contacts NOT INDEXED{where and ' WHERE '}{where} GROUP BY {by}"  # noqa: S608
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA cache_size=-32000")
        return connection.execute(words).fetchall()


def naive(path: Path) -> None:
    """The twelve as anybody would write them, one statement each."""
    found: Groups = {}
    for code, (how, field, _where), amount in zip(INDICATORS, INDICATORS.values(), _amounts(), strict=True):
        what, _mark, where = (
            amount.removesuffix(")").partition(" FILTER (WHERE ") if "FILTER" in amount else (amount, "", "")
        )
        scale = 10_000 if how == "sum" and field == "amount" else 1
        found[code] = [Decimal(row[0]) / scale for row in _rows(path, what, where) if row[0] is not None]
    tell(path, "naive", found)


def single(path: Path) -> None:
    """The twelve in one statement, as somebody who thought of it would write them."""
    _rows(path, ", ".join(_amounts()))


def _duck_load(path: Path) -> None:
    import duckdb

    used = ("staff_id", "date", "client_id", "channel", "category", "outcome", "amount", "minutes")
    words = ", ".join(f"c_{name} {'BIGINT' if name in ('amount', 'minutes') else 'VARCHAR'}" for name in used)
    table = path.with_suffix(".csv")
    import csv

    with sqlite3.connect(path) as source, table.open("w", encoding="utf-8", newline="") as file:
        rows = source.execute(f"SELECT {', '.join(f'c_{name}' for name in used)} FROM contacts")  # noqa: S608
        csv.writer(file).writerows(rows)
    with duckdb.connect(str(path.with_suffix(".duckdb"))) as connection:
        connection.execute(f"CREATE TABLE contacts ({words})")
        connection.execute(f"COPY contacts FROM '{table}' (HEADER false)")
    table.unlink()


def _duck_ask(path: Path) -> None:
    import duckdb

    by = "c_staff_id, substr(c_date, 1, 7)"
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("SET threads = 1")
        connection.execute(f"SELECT {by}, {', '.join(_amounts())} FROM contacts GROUP BY {by}").fetchall()  # noqa: S608


def _import(folder: Path) -> bool:
    """The same import into a store with the index that sums are read from, and into one without it."""
    sides = [python("-m", "benchmarks.kpi", name, str(folder)) for name in ("import", "import-plain")]
    ours, plain = in_turn(sides, RUNS)
    line(f"import of {IMPORTED:,} contacts, index kept", ours.seconds, "s")
    line("the same without the index", plain.seconds, "s")
    return line("index kept / without", ours.seconds / plain.seconds, "x", IMPORT_LIMIT)


def _take_in(folder: Path, *, index: bool) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as inner:
        store = _store(Path(inner) / "a.db")
        made = store.schema.facts["contacts"].index
        if made is not None and not index:
            with store.writing() as connection:
                made.drop(connection)
        rows = [IntakeRow(n, f"{row[0]}|{row[2]}|{n}", row) for n, row in enumerate(contacts(IMPORTED), 2)]
        sheet = SheetIntake("接触记录.xlsx", "Sheet1", "contacts", (1,), COLUMNS, rows)
        take_in(store, [sheet], BatchInfo(who="bench", label="bench", as_of="2026-10-31"))
        store.close()


def _check(folder: Path) -> bool:
    """``cmkit kpi check`` on 20,000 records, the whole process."""
    office = folder / "office"
    once(python("-m", "cmkit", "init", str(office), "--pack", "bank_retail", "--no-input"))
    once(python("-m", "benchmarks.kpi", "office", str(office)))
    words = [
        "kpi",
        "check",
        "--period",
        "2026-10",
        "--on",
        "2026-10-30",
        "--workspace",
        str(office),
        "--format",
        "json",
    ]
    (cost,) = in_turn([python("-m", "cmkit", *words)], RUNS)
    return line("kpi check on 20,000 records, whole process", cost.seconds, "s", CHECK_LIMIT)


def _office(office: Path) -> None:
    """Fill an office: 20 people in two branches, targets, and 20,000 records."""
    store = _store(office / "cmkit.db")
    orgs = [("Z", "总行", None), ("B1", "一支行", "Z"), ("B2", "二支行", "Z")]
    staff = [(f"E{n:04}", f"员工{n}", "理财经理", "B1" if n % 2 else "B2") for n in range(20)]
    targets = [(f"VIS|{one[0]}|2026-10", "VIS", one[0], "2026-10", 200_000) for one in staff]
    count = 20_000 - len(orgs) - len(staff) - len(targets)
    rows = [(*row[:2], f"E{int(str(row[2])[1:]) % 20:04}", *row[3:]) for row in contacts(count)]
    sheets = [
        _sheet("orgs", ("org_id", "name", "parent_id"), [(one[0], one) for one in orgs]),
        _sheet("staff", ("staff_id", "name", "role", "org_id"), [(one[0], one) for one in staff]),
        _sheet("targets", ("kpi", "who", "period", "value"), [(one[0], one[1:]) for one in targets]),
        _sheet("contacts", COLUMNS, [(f"{row[0]}|{row[2]}|{n}", row) for n, row in enumerate(rows)]),
    ]
    take_in(store, sheets, BatchInfo(who="bench", label="bench", as_of="2026-10-30"))
    store.close()


def _sheet(table: str, columns: tuple[str, ...], rows: list[tuple[str, tuple[str | int | None, ...]]]) -> SheetIntake:
    made = [IntakeRow(n, key, values) for n, (key, values) in enumerate(rows, 2)]
    return SheetIntake(f"{table}.xlsx", "Sheet1", table, (1,), columns, made)


SIDES: Mapping[str, Callable[[Path], object]] = {
    "ours": figures,
    "nothing": lambda path: _store(path).close(),
    "naive": naive,
    "single": single,
    "duck-load": _duck_load,
    "duck": _duck_ask,
    "duck-nothing": lambda path: importlib.import_module("duckdb").connect(str(path), read_only=True).close(),
    "import": lambda path: _take_in(path, index=True),
    "import-plain": lambda path: _take_in(path, index=False),
    "office": _office,
}

if __name__ == "__main__":
    SIDES[sys.argv[1]](Path(sys.argv[2]))
