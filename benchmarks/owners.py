"""An office plans for everybody: so many managers with so many clients each, by the command itself, on all cores.

``CMKIT_BENCH_OWNERS`` (6) and ``CMKIT_BENCH_CLIENTS`` (60) say how many; the goal is 40 managers of 200 clients on two cores.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from benchmarks._measure import line, python
from benchmarks._offices import DISTRICTS, ON, spot
from cmkit.visits.search.problem import Budget, Problem
from cmkit.visits.search.solve import FAST, PLAIN, has_fast, solve

OWNERS = int(os.environ.get("CMKIT_BENCH_OWNERS", "6"))
CLIENTS = int(os.environ.get("CMKIT_BENCH_CLIENTS", "60"))
SECONDS_EACH = 6
"""The limit: so many seconds of the clock for a manager of 200 clients on two cores, documents included."""
_TIERS = ("私行",) * 1 + ("财富",) * 4 + ("贵宾",) * 5 + ("潜力",) * 6 + ("普通",) * 4
_DAYS = {"私行": 7, "财富": 30, "贵宾": 30, "潜力": 90, "普通": 180}
_PLAN = ("visits", "plan", "--all", "--from", "2026-11-02", "--to", "2026-11-30", "--to", "xlsx,ics")


@dataclass(frozen=True)
class Told:
    """How a planning of everybody ended."""

    wall: float
    processor: float
    bars: int
    """How often the progress bar on the terminal moved."""
    plan: dict[str, list[dict[str, object]]]


def run() -> bool:
    """Print what planning for everybody takes; True where the limit holds and everybody has a plan."""
    engine = FAST if has_fast() else PLAIN
    if engine == FAST:
        solve(Problem((), (), [0], 1), seed=1, budget=Budget(), name=FAST)
    with tempfile.TemporaryDirectory() as folder:
        office = made(Path(folder), OWNERS, CLIENTS)
        told = planned(office, engine)
    visits = [visit for day in told.plan["days"] for visit in _listed(day["visits"])]
    owners = {day["owner"] for day in told.plan["days"]}
    print(
        f"{OWNERS} managers of {CLIENTS} clients, November 2026, {engine}, {os.cpu_count()} cores, xlsx and ics for each"
    )
    print(f"  visits {len(visits)}, found no place {len(told.plan['unplanned'])}, the bar moved {told.bars} times")
    line("  processor", told.processor, "s")
    held = line("  from start to end", told.wall, "s", SECONDS_EACH * OWNERS * max(1.0, CLIENTS / 200))
    return held and len(owners) == OWNERS and told.bars >= OWNERS


def made(folder: Path, owners: int, clients: int) -> Path:
    """A workspace with its people and their clients imported."""
    office = folder / "office"
    for name, rows in (("机构", _orgs()), ("人员", _staff(owners)), ("客户台账", _clients(owners, clients))):
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(rows)
    _cmkit("init", str(office), "--pack", "bank_retail")
    for name, table in (("机构", "orgs"), ("人员", "staff"), ("客户台账", "clients")):
        words = ("import", str(folder / f"{name}.csv"), "--table", table)
        _cmkit("--workspace", str(office), "--on", ON.isoformat(), *words)
    return office


def planned(office: Path, engine: str) -> Told:
    """Everybody's plan, made with a terminal for its progress."""
    import pty

    terminal, theirs = pty.openpty()
    words = ("--workspace", str(office), "--on", ON.isoformat(), *_PLAN, "--engine", engine, "--format", "json")
    before, begun = _processor(), time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(python("-m", "cmkit", *words), stdout=out, stderr=theirs)
        os.close(theirs)
        bars = _read(terminal)
        if process.wait():
            raise SystemExit(f"failed: {' '.join(words)}\n{bars[-2000:]}")
        wall = time.perf_counter() - begun
        out.seek(0)
        plan = json.loads(out.read())
    return Told(wall, _processor() - before, bars.count("%"), plan)


def _read(terminal: int) -> str:
    """All that is written to a terminal until nobody holds it any more."""
    found = b""
    try:
        while part := os.read(terminal, 4096):
            found += part
    except OSError:
        pass  # Linux tells the end of a terminal as an error.
    return found.decode("utf-8", "replace")


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cmkit(*words: str) -> None:
    done = subprocess.run([sys.executable, "-m", "cmkit", *words], capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"failed: {' '.join(words)}\n{done.stdout.decode()[-2000:]}{done.stderr.decode()[-2000:]}")


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _orgs() -> list[Sequence[object]]:
    return [("机构编号", "机构名称", "机构层级"), ("Z00", "总行", "总行"), ("B01", "城东支行", "支行")]


def _staff(owners: int) -> list[Sequence[object]]:
    people: list[Sequence[object]] = [("工号", "姓名", "岗位", "机构编号", "主管工号", "入职日期")]
    people.append(("E1000", "周启明", "主管", "B01", "", "2010-07-01"))
    people += [(f"E{2000 + n}", f"经理{n:03d}", "理财经理", "B01", "E1000", "2020-07-01") for n in range(owners)]
    return people


def _clients(owners: int, count: int) -> list[Sequence[object]]:
    random = Random(1)
    columns = (
        "客户编号 客户名称 客户类型 客户等级 客户经理工号 机构编号 所在区县 纬度 经度 坐标系 生日 建档日期 最近联系日期"
    )
    rows: list[Sequence[object]] = [columns.split()]
    centres = [spot(random, 30.25, 120.17, 9.0) for _name in DISTRICTS]
    for number in range(owners * count):
        tier, home = random.choice(_TIERS), random.randrange(len(DISTRICTS))
        latitude, longitude = spot(random, *centres[home], 2.2)
        born = date(1980, 1, 1) + timedelta(days=random.randrange(365))
        seen = ON - timedelta(days=random.randrange(1, _DAYS[tier]))
        spots = (DISTRICTS[home], f"{latitude:.4f}", f"{longitude:.4f}", "GCJ-02")
        who = (f"C{number:06d}", f"客户{number:06d}", "个人", tier, f"E{2000 + number // count}", "B01")
        rows.append((*who, *spots, born.isoformat(), "2020-01-02", seen.isoformat()))
    return rows
