from __future__ import annotations

import re
from decimal import Decimal
from xml.dom import minidom

from cmkit.facts.section import Chart, Column, Document, Section, Series
from cmkit.render import render
from cmkit.render.svg import draw


def sketch(*spots: tuple[str, str, str]) -> Chart:
    names, east, north = zip(*spots, strict=True)
    series = (Series("经度", tuple(map(Decimal, east))), Series("纬度", tuple(map(Decimal, north))))
    return Chart("map", "路线", names, series)


def circles(svg: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)]


def test_north_is_up_and_east_is_right() -> None:
    svg = draw(sketch(("单位", "120.10", "30.20"), ("东", "120.20", "30.20"), ("北", "120.10", "30.30")))
    minidom.parseString(svg)  # noqa: S318 - our own drawing
    east, north = circles(svg)
    base = re.search(r'<rect x="([\d.]+)" y="([\d.]+)" width="14"', svg)
    assert base is not None
    x, y = float(base[1]) + 7, float(base[2]) + 7
    assert east[0] > x + 50
    assert abs(east[1] - y) < 1
    assert north[1] < y - 50
    assert "公里" in svg
    assert svg.count("<polyline") == 1


def test_stops_on_one_spot_are_all_seen() -> None:
    stops = [(f"客户{n}", "120.15", "30.25") for n in range(9)]
    found = circles(draw(sketch(("单位", "120.10", "30.20"), *stops)))
    assert len(found) == 9
    assert all((a - c) ** 2 + (b - d) ** 2 >= 15**2 for n, (a, b) in enumerate(found) for c, d in found[:n])


def test_names_are_escaped() -> None:
    svg = draw(sketch(("单位", "120.10", "30.20"), ("<b>&店", "120.20", "30.30")))
    minidom.parseString(svg)  # noqa: S318 - our own drawing
    assert "<b>" not in svg


def test_a_sheet_gets_no_sketch_and_a_page_no_column_of_the_sheet() -> None:
    chart = sketch(("单位", "120.10", "30.20"), ("店", "120.20", "30.30"))
    columns = (Column("客户"), Column("工号", sheet_only=True))
    part = Section("one", "一天", columns=columns, rows=(("王芳", "E1003"),), charts=(chart,), level=2)
    document = Document("plan", "计划", sections=(part,))
    page, text = render(document, "html").decode(), render(document, "md").decode()
    assert "<polyline" in page
    assert "王芳" in page
    assert "E1003" not in page + text
    assert "路线" not in text, "no heading over nothing"
    assert render(document, "xlsx")
    assert render(document, "docx")
