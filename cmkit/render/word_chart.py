"""Charts in Word: native ones that print crisply and can be restyled; a visit calendar as a shaded table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape, quoteattr

from cmkit.facts.section import Chart, Level
from cmkit.render import chart_text
from cmkit.render.cells import clean
from cmkit.render.colors import ACCENT, HEAT, INK, LEVELS, LINE, MUTED, PAPER, SERIES, heat, on_shade, shade
from cmkit.render.ready import NOTHING, Ready

if TYPE_CHECKING:
    from cmkit.render.view import ChartView

_EMU: Final = 36_000
_FINE: Final = 10
_WIDE: Final = 160
_CONTENT: Final = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
_NAMES: Final = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_INLINE: Final = (
    '<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:drawing>'
    '<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="1" name="chart" descr={title}/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{relation}"/>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)


@dataclass(slots=True)
class ChartParts:
    """Puts charts into one file, each as a part of its own."""

    file: Any
    count: int = 0

    def paragraph(self, view: ChartView) -> Ready:
        """The paragraph (or, for a calendar or a migration, the table) that shows the chart."""
        chart = view.source
        if chart is None:
            return NOTHING
        if chart.kind == "calendar":
            return Ready("".join(_calendar(chart)))
        if chart.kind == "migration":
            return Ready("".join(_migration(chart)))
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        self.count += 1
        name = PackURI(f"/word/charts/cmkit{self.count}.xml")
        xml = chart_xml(chart, dict(view.levels)).encode()
        relation = self.file.part.relate_to(Part(name, _CONTENT, xml, self.file.part.package), _RELATION)
        high = (14 + 6 * len(chart.labels)) if chart.kind in {"bars", "funnel"} else 62
        title = quoteattr(clean(chart.title))
        return Ready(_INLINE.format(wide=_WIDE * _EMU, high=min(high, 200) * _EMU, title=title, relation=relation))


def chart_xml(chart: Chart, levels: dict[str, Level]) -> str:
    """The chart as DrawingML, its values inside (no workbook behind it that could leak or go stale)."""
    lying = chart.kind in {"bars", "funnel"}
    plots = _line_plot(chart) if chart.kind == "line" else _bar_plot(chart, levels, lying=lying)
    legend = "" if lying or len(chart.series) + (chart.reference is not None) <= 1 else _LEGEND
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {_NAMES}><c:roundedCorners val="0"/>'
        f'<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{plots}{_axes(chart, lying=lying)}'
        f'</c:plotArea>{legend}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"{_fill_none()}{_text(1000)}</c:chartSpace>"
    )


_LEGEND: Final = '<c:legend><c:legendPos val="t"/><c:overlay val="0"/></c:legend>'
_IDS: Final = '<c:axId val="111"/><c:axId val="222"/>'


def _bar_plot(chart: Chart, levels: dict[str, Level], *, lying: bool) -> str:
    labelled = lying or len(chart.labels) * len(chart.series) <= 16  # noqa: PLR2004 - beyond it numbers collide
    parts = [
        f'<c:barChart><c:barDir val="{"bar" if lying else "col"}"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
    ]
    for spot, series in enumerate(chart.series[:1] if lying else chart.series):
        points = "".join(_points(chart, levels)) if lying else ""
        labels = _labels(chart) if labelled else ""
        parts.append(
            f'<c:ser>{_head(spot, series.name)}{_solid(SERIES[spot % 4])}<c:invertIfNegative val="0"/>{points}{labels}'
            f"{_data(chart, series.values)}</c:ser>"
        )
    parts.append(f'<c:gapWidth val="{45 if lying else 80}"/>{_IDS}</c:barChart>')
    if not lying and chart.reference is not None:
        reference = _reference(chart, len(chart.series))
        parts.append(f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{reference}{_IDS}</c:lineChart>')
    return "".join(parts)


def _line_plot(chart: Chart) -> str:
    parts = ['<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>']
    for spot, series in enumerate(chart.series):
        parts.append(
            f"<c:ser>{_head(spot, series.name)}{_stroke(SERIES[spot % 4], dashed=spot > 0)}{_NO_MARKER}"
            f'{_data(chart, series.values)}<c:smooth val="0"/></c:ser>'
        )
    if chart.reference is not None:
        parts.append(_reference(chart, len(chart.series)))
    return "".join(parts) + f'<c:marker val="1"/>{_IDS}</c:lineChart>'


_NO_MARKER: Final = '<c:marker><c:symbol val="none"/></c:marker>'


def _reference(chart: Chart, spot: int) -> str:
    values = (chart.reference,) * len(chart.labels)
    head = _head(spot, chart.reference_label or str(chart.reference))
    return f'<c:ser>{head}{_stroke(INK, dashed=True)}{_NO_MARKER}{_data(chart, values)}<c:smooth val="0"/></c:ser>'


def _head(spot: int, name: str) -> str:
    return f'<c:idx val="{spot}"/><c:order val="{spot}"/><c:tx><c:v>{escape(clean(name))}</c:v></c:tx>'


def _points(chart: Chart, levels: dict[str, Level]) -> Iterator[str]:
    for spot, label in enumerate(chart.labels):
        color = LEVELS[levels[label]] if chart.kind == "bars" and label in levels else ACCENT
        yield f'<c:dPt><c:idx val="{spot}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>{_solid(color)}</c:dPt>'


def _labels(chart: Chart) -> str:
    code = quoteattr(_code(chart))
    return (
        f'<c:dLbls><c:numFmt formatCode={code} sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>{_text(900)}'
        '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )


def _data(chart: Chart, values: tuple[Decimal | None, ...]) -> str:
    names = "".join(
        f'<c:pt idx="{spot}"><c:v>{escape(clean(label))}</c:v></c:pt>' for spot, label in enumerate(chart.labels)
    )
    numbers = "".join(
        f'<c:pt idx="{spot}"><c:v>{value:f}</c:v></c:pt>'
        for spot, value in enumerate(values)
        if value is not None and value.is_finite()
    )
    count = f'<c:ptCount val="{len(chart.labels)}"/>'
    return (
        f"<c:cat><c:strLit>{count}{names}</c:strLit></c:cat>"
        f"<c:val><c:numLit><c:formatCode>General</c:formatCode>{count}{numbers}</c:numLit></c:val>"
    )


def _axes(chart: Chart, *, lying: bool) -> str:
    order = "maxMin" if lying else "minMax"
    hidden = "1" if lying else "0"
    marked = lying and chart.reference is not None and chart.reference > 0
    grid = (
        ""
        if lying and not marked
        else f"<c:majorGridlines><c:spPr>{_line(INK if marked else LINE)}</c:spPr></c:majorGridlines>"
    )
    # Where bars lie, the one grid line is the reference: a step as wide as the reference draws it there.
    unit = f'<c:majorUnit val="{chart.reference:f}"/>' if marked else ""
    low = f'<c:max val="{_most(chart):f}"/><c:min val="0"/>' if lying else ""
    return (
        f'<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{"l" if lying else "b"}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr>{_line(MUTED)}</c:spPr>'
        f'<c:crossAx val="222"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
        f'<c:noMultiLvlLbl val="0"/></c:catAx>'
        f'<c:valAx><c:axId val="222"/><c:scaling><c:orientation val="minMax"/>{low}</c:scaling><c:delete val="{hidden}"/>'
        f'<c:axPos val="{"t" if lying else "l"}"/>{grid}<c:numFmt formatCode={quoteattr(_code(chart, axis=True))} sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'<c:spPr><a:ln><a:noFill/></a:ln></c:spPr><c:crossAx val="111"/><c:crosses val="autoZero"/><c:crossBetween val="between"/>{unit}</c:valAx>'
    )


def _most(chart: Chart) -> Decimal:
    known = [value for series in chart.series[:1] for value in series.values if value is not None]
    return max([*known, chart.reference or Decimal(0), Decimal(1)]) * Decimal("1.1")


def _code(chart: Chart, *, axis: bool = False) -> str:
    known = [value for series in chart.series for value in series.values if value is not None]
    fine = any(value % 1 for value in known) and not (axis and max(known) >= _FINE)
    decimals = "." + "0" * min(chart.digits, 2) if fine and chart.digits else ""
    return f"#,##0{decimals}" + (f'"{chart.unit}"' if chart.unit in {"%", "‰"} else "")


def _solid(color: str) -> str:
    return f'<c:spPr><a:solidFill><a:srgbClr val="{color}"/></a:solidFill></c:spPr>'


def _stroke(color: str, *, dashed: bool) -> str:
    dash = '<a:prstDash val="dash"/>' if dashed else ""
    fill = f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill>'
    return f'<c:spPr><a:ln w="{15875 if dashed else 25400}" cap="rnd">{fill}{dash}<a:round/></a:ln></c:spPr>'


def _line(color: str) -> str:
    return f'<a:ln w="6350"><a:solidFill><a:srgbClr val="{color}"/></a:solidFill></a:ln>'


def _fill_none() -> str:
    return "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"


def _text(size: int) -> str:
    fonts = '<a:latin typeface="宋体"/><a:ea typeface="宋体"/>'
    look = f'<a:defRPr sz="{size}"><a:solidFill><a:srgbClr val="{INK}"/></a:solidFill>{fonts}</a:defRPr>'
    return f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>{look}</a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'


def _calendar(chart: Chart) -> Iterator[str]:
    blocks = list(chart_text.months(chart))
    most = max((day.count for _month, weeks in blocks for week in weeks for day in week), default=0)
    for month, weeks in blocks:
        yield f'<w:p><w:pPr><w:keepNext/><w:jc w:val="center"/></w:pPr>{_run(month, INK, 18)}</w:p>'
        yield _grid(7)
        yield _week(tuple(_square(_run(name, MUTED, 16), PAPER) for name in chart_text.weekdays()))
        for week in weeks:
            yield _week(tuple(_day(day, most) for day in week))
        yield "</w:tbl><w:p/>"


def _migration(chart: Chart) -> Iterator[str]:
    rows = chart_text.flow(chart)
    if not rows:
        yield "<w:p/>"
        return
    yield _grid(1 + len(chart.labels))
    heads = (chart_text.unit_line(chart), *chart.labels)
    yield _week(tuple(_square(_run(clean(name), MUTED, 16), PAPER) for name in heads))
    for row in rows:
        yield _week((_square(_run(clean(row.name), INK, 18), PAPER), *(_step(chart, step) for step in row.steps)))
    yield "</w:tbl><w:p/>"


def _step(chart: Chart, step: chart_text.Step) -> str:
    fill = shade(step.share, worse=step.side == "worse")
    return _square(_run(chart_text.step_cell(chart, step), on_shade(fill), 16), fill, step.edges)


def _grid(columns: int) -> str:
    """The head of a table of shaded squares with paper between them."""
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="12" w:space="0" w:color="{PAPER}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    widths = '<w:gridCol w:w="1200"/>' * columns
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{1200 * columns}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{borders}</w:tblBorders></w:tblPr><w:tblGrid>{widths}</w:tblGrid>"
    )


def _week(cells: tuple[str, ...]) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _day(day: chart_text.Day, most: int) -> str:
    if not day.number:
        return _square("", PAPER)
    shade = heat(day.count, most)
    dark = shade in HEAT[3:]
    runs = _run(str(day.number), PAPER if dark else MUTED, 14)
    if day.count:
        runs += _run(f"  {day.count}", PAPER if dark else INK, 22)
    return _square(runs, shade)


def _square(runs: str, fill: str, sides: tuple[str, ...] = ()) -> str:
    lines = "".join(f'<w:{side} w:val="single" w:sz="12" w:space="0" w:color="{INK}"/>' for side in sides)
    borders = f"<w:tcBorders>{lines}</w:tcBorders>" if lines else ""
    look = f'<w:tcW w:w="1200" w:type="dxa"/>{borders}<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    return f'<w:tc><w:tcPr>{look}</w:tcPr><w:p><w:pPr><w:jc w:val="center"/></w:pPr>{runs}</w:p></w:tc>'


def _run(text: str, color: str, size: int) -> str:
    look = f'<w:color w:val="{color}"/><w:sz w:val="{size}"/>'
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
