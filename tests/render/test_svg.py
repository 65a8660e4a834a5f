"""Charts: well-formed, without anything from outside, the same bytes, and as drawn before."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.facts.section import Chart, Series
from cmkit.render import svg
from cmkit.render.colors import HEAT, LEVELS, heat
from cmkit.render.svg import pen

GOLDEN = Path(__file__).parent / "golden"
KINDS = ("bars", "line", "columns", "funnel", "calendar", "migration")
SVG = "{http://www.w3.org/2000/svg}"


def same_as_golden(name: str, text: str, update: bool) -> None:
    path = GOLDEN / name
    if update:
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("kind", KINDS)
def test_charts_look_as_before(charts: dict[str, Chart], kind: str, update_golden: bool) -> None:
    drawn = svg.draw(charts[kind], {"存款": "warn", "理财": "good"})
    same_as_golden(f"{kind}.svg", drawn.replace("><", ">\n<") + "\n", update_golden)


def test_small_drawings_look_as_before(update_golden: bool) -> None:
    spark = svg.sparkline((Decimal(1), None, Decimal(3), Decimal(2)))
    same_as_golden(
        "small.svg", (spark + svg.bullet(Decimal("84.64"), "warn")).replace("><", ">\n<") + "\n", update_golden
    )


@pytest.mark.parametrize("kind", KINDS)
def test_charts_are_well_formed_and_stand_alone(charts: dict[str, Chart], kind: str) -> None:
    drawn = svg.draw(charts[kind])
    root = ET.fromstring(drawn)  # noqa: S314 - our own drawing
    assert root.tag == f"{SVG}svg"
    assert root.get("aria-label") == charts[kind].title
    for part in root.iter():
        assert part.tag.removeprefix(SVG) in {
            "svg",
            "rect",
            "text",
            "line",
            "path",
            "circle",
            "polygon",
            "title",
            "desc",
        }
        assert not any("href" in key or key.startswith("on") for key in part.attrib)
    assert "url(" not in drawn


def test_the_line_at_100_percent_stands_where_100_percent_is(charts: dict[str, Chart]) -> None:
    """Bars of 84.64, 106.26 and 250 %: the scale ends at twice the target, so the line stands in the middle."""
    root = ET.fromstring(svg.draw(charts["bars"]))  # noqa: S314 - our own drawing
    line = root.find(f"{SVG}line")
    tracks = [box for box in root.iter(f"{SVG}rect") if box.get("fill") == "#E9EDF1"]
    left, width = float(tracks[0].get("x", "")), float(tracks[0].get("width", ""))
    assert line is not None
    assert float(line.get("x1", "")) == pytest.approx(left + width / 2, abs=0.1)
    texts = [part.text for part in root.iter(f"{SVG}text")]
    assert "250%»" in texts
    assert "84.64%" in texts
    assert texts.count("—") == 1


def test_bars_take_the_light_of_their_row(charts: dict[str, Chart]) -> None:
    drawn = svg.draw(charts["bars"], {"存款": "bad"})
    assert drawn.count(f'fill="#{LEVELS["bad"]}"') == 2  # the bar and its number


def test_a_gap_breaks_the_line(charts: dict[str, Chart]) -> None:
    root = ET.fromstring(svg.draw(charts["line"]))  # noqa: S314 - our own drawing
    path = next(part.get("d", "") for part in root.iter(f"{SVG}path") if part.get("stroke-width") == "2.2")
    assert path.count("M") == 2


def test_the_axis_is_round_and_holds_every_value() -> None:
    scale = pen.axis([Decimal(0), Decimal(3200)])
    assert [int(tick) for tick in scale.ticks] == [0, 1000, 2000, 3000, 4000]
    below = pen.axis([Decimal("-0.3"), Decimal("0.9")])
    assert below.low <= -0.3
    assert below.high >= 0.9


@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=2), min_size=1, max_size=20))
def test_any_values_lie_within_the_axis(values: list[Decimal]) -> None:
    scale = pen.axis(values)
    assert scale.low <= float(min(values))
    assert scale.high >= float(max(values))
    assert 2 <= len(scale.ticks) <= 12


@given(
    st.sampled_from(KINDS),
    st.lists(
        st.tuples(st.text(max_size=30), st.none() | st.decimals(min_value=-1000, max_value=1000, places=1)), max_size=8
    ),
)
def test_any_chart_can_be_drawn(kind: str, points: list[tuple[str, Decimal | None]]) -> None:
    labels, values = tuple(label for label, _value in points), tuple(value for _label, value in points)
    chart = Chart(kind, "任意", labels, (Series("值", values),), "%")  # type: ignore[arg-type]
    ET.fromstring(svg.draw(chart))  # noqa: S314 - our own drawing
    assert svg.draw(chart) == svg.draw(chart)


def test_an_empty_chart_can_be_drawn() -> None:
    for kind in KINDS:
        ET.fromstring(svg.draw(Chart(kind, "空", (), ())))  # type: ignore[arg-type]  # noqa: S314


def test_busier_days_are_darker() -> None:
    assert heat(0, 9) == HEAT[0]
    assert [HEAT.index(heat(count, 9)) for count in (1, 3, 5, 7, 8)] == [1, 2, 3, 4, 4]
    assert heat(9, 9) == HEAT[4]
    assert heat(1, 1) == HEAT[4]
