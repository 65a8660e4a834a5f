"""Reports a second by format, beside the bare library making a document of the same size; and two hundred on two cores.

The bare side has no sandbox, no checks, no widths, no fixed bytes. docxtpl fills the shipped template with XML made before
the clock runs, and typst compiles it with data made before; XlsxWriter writes the same cells, cards, charts and rules from
raw values. Jinja has neither numbers as people write them nor drawings, so making these is on both clocks there; the
template alone, everything ready, is printed beside it.
"""

from __future__ import annotations

import io
import json
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks._measure import line
from cmkit.facts.section import Cell, Chart, Column, Document, Figure, Section, Series, Status, Trend
from cmkit.render import render
from cmkit.render.many import Task, write_many
from cmkit.render.templates import data_root
from cmkit.render.view import Drawn, document_view

BASE = data_root("report_templates") / "base"
RUNS = 7
LIMIT = 1.5
_EVEN = 1.3
OWNERS = 200
FORMATS = ("html", "xlsx", "docx")
DAY = date(2026, 10, 30)


def report(number: int = 0) -> Document:
    """Three pages: cards, an indicator table, a list of forty rows, a trend, a ranking, a calendar."""
    kpis = tuple(_kpi(spot + number) for spot in range(12))
    rows = tuple(_row(spot + number) for spot in range(40))
    labels = tuple(f"2026-{month:02d}" for month in range(5, 11))
    actual = Series("实际", tuple(Decimal(spot * 100 + number) for spot in range(6)))
    plan = Series("目标", tuple(Decimal(spot * 110) for spot in range(6)))
    days = tuple(f"2026-10-{day:02d}" for day in range(1, 32))
    visits = Series("走访", tuple(Decimal((day + number) % 4) for day in range(31)))
    trend = Chart("line", "存款走势", labels, (actual, plan), "万元")
    ranking = Chart(
        "bars",
        "排名",
        tuple(f"{n} 客户经理" for n in range(8)),
        (Series("得分", tuple(map(Decimal, range(90, 82, -1)))),),
    )
    return Document(
        name="monthly",
        title=f"客户经理{number:03d}月度经营分析报告",
        subtitle="2026年10月",
        meta=(("单位", "城东支行"), ("报告期", "2026-10")),
        headline="12 项指标中 7 项达标，缺口最大的是存款净增，还差 24.50 万元。",
        cards=tuple(Figure(f"指标{n}", Decimal(80 + n), "rate", "%", note="目标 400 户", level="warn") for n in range(4)),
        sections=(
            Section("summary", "摘要", ("截至2026-10-30，存款净增完成 84.64%，落后时间进度 12.21 个百分点。",) * 3),
            Section("kpi", "指标完成情况", columns=_KPI, rows=kpis, charts=(trend, ranking)),
            Section("list", "走访缺口", columns=_LIST, rows=rows),
            Section("activity", "走访", charts=(Chart("calendar", "走访日历", days, (visits,), digits=0),)),
        ),
        signatures=("编制", "审核"),
        mark="内部资料",
        made_on=DAY,
    )  # fmt: skip


_KPI = (
    Column("指标"), Column("单位"), Column("目标", "number"), Column("本期", "number"), Column("完成率", "bar", "%"),
    Column("时间进度", "rate", "%"), Column("差值", "pp"), Column("趋势", "spark"), Column("状态", "status"),
)  # fmt: skip
_LIST = (
    Column("类型"), Column("客户编号"), Column("客户名称"), Column("客户经理"), Column("日期", "date"),
    Column("天数", "count"), Column("原因", "note"),
)  # fmt: skip


def _kpi(number: int) -> tuple[Cell, ...]:
    trend = Trend(tuple(Decimal((number * step) % 17) for step in range(6)))
    light = Status("warn", "落后") if number % 3 else Status("good", "达标")
    rate = Decimal(60 + number % 50)
    return (f"指标{number}", "万元", Decimal(2500), Decimal(number) + Decimal("0.12"), rate, Decimal("96.77"), Decimal("-3.5"), trend, light)  # fmt: skip


def _row(number: int) -> tuple[Cell, ...]:
    return ("计划未完成", f"C{number:06d}", "某某商贸有限公司", "林一舟", DAY, number % 30, "客户临时出差，改约下周")


def bare(document: Document) -> dict[str, Callable[[], object]]:
    """For each format the library alone."""
    return {
        "md": _bare_jinja(document, "md"),
        "html": _bare_jinja(document, "html"),
        "docx": _bare_word(document),
        "xlsx": lambda: _bare_excel(document),
        "pdf": _bare_typst(document),
    }


def _bare_jinja(document: Document, fmt: str, *, ready: bool = False) -> Callable[[], object]:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from cmkit.render import html, markdown

    env = Environment(
        loader=FileSystemLoader(str(BASE), encoding="utf-8"),
        autoescape=fmt == "html",  # noqa: S701 - Markdown has no tags to escape; this is what a bare render does
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["_"] = str
    env.filters |= {"cell": markdown.cell, "ready": str}
    color = {name: f"#{value}" for name, value in html.COLORS.items()}
    drawn: Drawn = "all" if fmt == "html" else "none"
    view = document_view(document, drawn=drawn)

    def once() -> bytes:
        told = view if ready else document_view(document, drawn=drawn)
        return env.get_template(f"document.{fmt}.j2").render(document=told, color=color).encode()

    return once


def _bare_word(document: Document) -> Callable[[], object]:
    from docxtpl import DocxTemplate
    from jinja2 import Environment

    from cmkit.render import word
    from cmkit.render.ready import NOTHING

    env = Environment(autoescape=True)
    env.globals["_"] = str
    env.filters["lines"] = word.card_lines
    first = DocxTemplate(str(BASE / "document.docx"))
    first.init_docx()
    view = word.dressed(first.docx, document)
    # A chart is a part of its file and cannot be made before; the bare document does without.
    parts = (replace(part, charts=tuple(replace(one, word=NOTHING) for one in part.charts)) for part in view.sections)
    view = replace(view, sections=tuple(parts))

    def once() -> bytes:
        file = DocxTemplate(str(BASE / "document.docx"))
        file.render({"document": view}, jinja_env=env, autoescape=True)
        target = io.BytesIO()
        file.save(target)
        return target.getvalue()

    return once


def _bare_excel(document: Document) -> bytes:
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    looks = ({"bold": True, "border": 1}, {"border": 1}, {"border": 1, "num_format": "#,##0.00"})
    formats = tuple(book.add_format(look) for look in looks)
    first = book.add_worksheet("概览")
    for spot, card in enumerate(document.cards):
        first.merge_range(1, spot * 2, 1, spot * 2 + 1, card.label, formats[1])
        first.merge_range(2, spot * 2, 2, spot * 2 + 1, float(Decimal(str(card.value))), formats[2])
    for section in document.sections:
        # cmkit's overview shows the indicator table and its charts, too.
        sheets = [book.add_worksheet(section.title)] + ([first] if section.id == "kpi" else [])
        for sheet in sheets if section.rows or section.charts else ():
            _bare_sheet(book, sheet, section, formats)
    book.close()
    return target.getvalue()


def _bare_sheet(book: Any, sheet: Any, section: Section, formats: tuple[Any, ...]) -> None:
    head, *plain = formats
    for spot, column in enumerate(section.columns):
        sheet.write_string(4, spot, column.title, head)
        area = (5, spot, 4 + len(section.rows), spot)
        if column.kind == "bar":
            sheet.conditional_format(*area, {"type": "data_bar", "data_bar_2010": True})
        elif column.kind == "status":
            for mark in "●▲■":
                sheet.conditional_format(
                    *area, {"type": "text", "criteria": "begins with", "value": mark, "format": head}
                )
    for place, row in enumerate(section.rows, 5):
        sheet.set_row(place, 20)
        for spot, value in enumerate(row):
            _bare_cell(sheet, (place, spot), value, (plain[0], plain[1]))
    for chart in section.charts:
        _bare_chart(book, sheet, chart, formats[1])


def _bare_cell(sheet: Any, at: tuple[int, int], value: Cell, formats: tuple[Any, Any]) -> None:
    text, money = formats
    if isinstance(value, Trend):
        for step, point in enumerate(value.values):
            sheet.write_number(at[0], 30 + step, float(point or 0))
        sheet.add_sparkline(*at, {"range": f"AE{at[0] + 1}:AJ{at[0] + 1}"})
    elif isinstance(value, int | Decimal):
        sheet.write_number(*at, float(value), money)
    elif isinstance(value, date):
        sheet.write_datetime(*at, value, text)
    else:
        sheet.write_string(*at, value.text if isinstance(value, Status) else str(value), text)


def _bare_chart(book: Any, sheet: Any, chart: Chart, look: Any) -> None:
    kinds = {"line": "line", "bars": "bar"}
    if chart.kind == "calendar":
        for day in range(len(chart.labels)):
            sheet.write_string(60 + day // 7, day % 7, str(day + 1), look)
        return
    drawn = book.add_chart({"type": kinds[chart.kind]})
    for spot, series in enumerate(chart.series):
        for place, value in enumerate(series.values):
            sheet.write_number(60 + place, spot, float(value or 0))
        drawn.add_series({"values": [sheet.name, 60, spot, 59 + len(series.values), spot], "name": series.name})
    drawn.set_title({"name": chart.title})
    sheet.insert_chart(50, 0, drawn)


def _bare_typst(document: Document) -> Callable[[], object]:
    import typst

    from cmkit.render.fonts import font_set
    from cmkit.render.pdf_data import document_data

    fonts = font_set()
    compiler = typst.Compiler(input=str(BASE / "document.typ"), root=str(BASE), font_paths=fonts.book)
    data = json.dumps(document_data(replace(document, title="TITLE"), fonts.families), ensure_ascii=False)
    # Each time another title: a compiler remembers a document that it has seen.
    count = iter(range(1_000_000))

    def once() -> bytes | list[bytes] | None:
        return compiler.compile(sys_inputs={"data": data.replace("TITLE", f"报告{next(count)}")}, format="pdf")

    return once


def _sides() -> Iterator[tuple[str, float, float]]:
    document = report()
    count = iter(range(1_000_000))
    for fmt, alone in bare(document).items():

        def ours(fmt: str = fmt) -> bytes:
            return render(replace(document, title=f"报告{next(count)}"), fmt)

        mine: list[float] = []
        other: list[float] = []
        for number in range(RUNS + 1):
            for side, found in ((ours, mine), (alone, other)):
                start = time.process_time()
                side()
                if number:
                    found.append(time.process_time() - start)
        yield fmt, statistics.median(mine), statistics.median(other)


def _many() -> tuple[float, float, list[int]]:
    """Processor seconds of one report, the wall's of all together, and how many reports each worker made."""
    with tempfile.TemporaryDirectory() as folder:
        tasks = [Task(report(number), FORMATS, Path(folder), f"r{number}") for number in range(OWNERS)]
        before, start = os.times(), time.perf_counter()
        outcomes = list(write_many(tasks, os.cpu_count() or 1))
        wall, after = time.perf_counter() - start, os.times()
    used = sum(after[:4]) - sum(before[:4])
    if any(one.fault for one in outcomes) or len(outcomes) != OWNERS:
        raise RuntimeError
    return used / OWNERS, wall, sorted(Counter(one.worker for one in outcomes).values())


def run() -> bool:
    """Print reports a second and each ratio to the bare library; the ratios have a limit."""
    print(f"a report of three pages, processor time, medians of {RUNS}")
    for fmt in ("md", "html"):
        alone = _bare_jinja(report(), fmt, ready=True)
        alone()
        start = time.process_time()
        for _turn in range(RUNS):
            alone()
        line(f"{fmt}: the template alone, everything ready", RUNS / (time.process_time() - start), "/s")
    held = []
    for fmt, mine, other in _sides():
        line(f"{fmt}: reports a second", 1 / mine, "/s")
        line(f"{fmt}: bare library, documents a second", 1 / other, "/s")
        held.append(line(f"{fmt}: cmkit / bare", mine / other, "x", LIMIT))
    each, wall, shares = _many()
    print(f"{OWNERS} owners in {'+'.join(FORMATS)}, {os.cpu_count()} workers")
    line("processor seconds a report", each, "s")
    line("seconds on the wall", wall, "s")
    print(f"reports by worker: {shares}")
    # Seconds on the wall depend on who else is at work here; that every worker had its part does not.
    held.append(line("the busiest worker / an even share", shares[-1] * (os.cpu_count() or 1) / OWNERS, "x", _EVEN))
    return all(held)
