"""Native charts of a workbook, and the last sheet that holds the values behind charts and sparklines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from cmkit.base.lang import _
from cmkit.facts.section import Chart, Level, Section
from cmkit.render import cells, chart_text
from cmkit.render.colors import ACCENT, HEAT, INK, LEVELS, LINE, PAPER, SERIES, css, heat, on_shade, shade
from cmkit.render.excel_cells import Formats
from cmkit.render.view import chart_levels

_ROW_PIXELS: Final = 20
_CHARACTER_PIXELS: Final = 7.4
_WIDE: Final = 520
_HIGH: Final = 280
_FEW: Final = 16
_FINE: Final = 10


class ChartSheet:
    """Writes values once, hands out their ranges, and places charts."""

    def __init__(self, book: Any, formats: Formats, taken: set[str], namer: Callable[[str, set[str]], str]) -> None:
        self.book = book
        self.formats = formats
        self._taken = taken
        self._namer = namer
        self._sheet: Any = None
        self._name = ""
        self._row = 0
        self._known: dict[object, Any] = {}

    def range_of(self, values: Sequence[Decimal | None]) -> str:
        """The range that now holds the values in one row."""
        key = tuple(values)
        if key not in self._known:
            self._put(0, values)
            first, last = self._spot(self._row, 1), self._spot(self._row, len(values))
            self._row += 1
            self._known[key] = f"'{self._name}'!{first}:{last}"
        return str(self._known[key])

    def place(self, sheet: Any, row: int, section: Section, widths: Sequence[float]) -> int:
        """The charts of a section one below the other (two side by side where there is room); the next row."""
        levels = chart_levels(section)
        room = sum(widths) * _CHARACTER_PIXELS
        side, deepest = 0.0, row
        for chart in section.charts:
            if chart.kind in {"calendar", "migration"}:
                row, side = max(row, deepest), 0.0
                row = (self._calendar if chart.kind == "calendar" else self._migration)(sheet, row, chart)
                deepest = row
                continue
            if side and side + _WIDE > room:
                row, side = deepest, 0.0
            high = max(_HIGH, 90 + 24 * len(chart.labels)) if chart.kind in {"bars", "funnel"} else _HIGH
            drawn = self._chart(chart, levels)
            drawn.set_size({"width": _WIDE, "height": high})
            options = {
                "x_offset": side + 4,
                "y_offset": 4,
                "object_position": 3,
                "description": cells.clean(chart.title),
            }
            sheet.insert_chart(row, 0, drawn, options)
            side += _WIDE + 16
            deepest = max(deepest, row + high // _ROW_PIXELS + 2)
        return deepest if section.charts else row

    def _chart(self, chart: Chart, levels: Mapping[str, Level]) -> Any:
        kind = {"bars": "bar", "funnel": "bar", "line": "line", "columns": "column"}[chart.kind]
        drawn = self.book.add_chart({"type": kind})
        if chart not in self._known:
            self._known[chart] = self._table(chart)
        top = int(self._known[chart])
        count = max(1, len(chart.labels))
        for spot, series in enumerate(chart.series[:1] if kind == "bar" else chart.series):
            drawn.add_series(self._series(chart, (top, spot, count), series.name, levels))
        if chart.reference is not None and kind != "bar":
            line = self.book.add_chart({"type": "line"}) if kind == "column" else drawn
            line.add_series(self._reference(chart, top, count))
            if kind == "column":
                drawn.combine(line)
        _dress(drawn, chart, kind)
        return drawn

    def _series(
        self, chart: Chart, where: tuple[int, int, int], name: str, levels: Mapping[str, Level]
    ) -> dict[str, Any]:
        top, spot, count = where
        color = css(SERIES[spot % 4])
        series: dict[str, Any] = {
            "name": cells.clean(name),
            "categories": [self._name, top + 1, 0, top + count, 0],
            "values": [self._name, top + 1, spot + 1, top + count, spot + 1],
        }
        if chart.kind == "line":
            dash = {"dash_type": "dash"} if spot else {}
            return series | {"line": {"color": color, "width": 1.5 if spot else 2.25} | dash}
        series |= {"fill": {"color": color}, "border": {"none": True}, "gap": 45 if chart.kind != "columns" else 80}
        if chart.kind != "columns" or len(chart.labels) * len(chart.series) <= _FEW:
            series["data_labels"] = {"value": True, "num_format": _code(chart)}
        if chart.kind == "bars" and levels:
            lit = [levels.get(label) for label in chart.labels]
            series["points"] = [{"fill": {"color": css(LEVELS[light] if light else ACCENT)}} for light in lit]
        return series

    def _reference(self, chart: Chart, top: int, count: int) -> dict[str, Any]:
        column = len(chart.series) + 1
        return {
            "name": cells.clean(chart.reference_label) or cells.trimmed(chart.reference or Decimal(0), chart.digits),
            "categories": [self._name, top + 1, 0, top + count, 0],
            "values": [self._name, top + 1, column, top + count, column],
            "line": {"color": css(INK), "width": 1.25, "dash_type": "square_dot"},
        }

    def _table(self, chart: Chart) -> int:
        """The chart's values as a small table; its head row."""
        sheet = self._open()
        top = self._row + 1
        sheet.write_string(top, 0, cells.clean(chart.title), self.formats.get(bold=True))
        names = [series.name for series in chart.series]
        names += [chart.reference_label] if chart.reference is not None else []
        for spot, name in enumerate(names):
            sheet.write_string(top, spot + 1, cells.clean(name), self.formats.get(bold=True))
        for offset, label in enumerate(chart.labels):
            sheet.write_string(top + 1 + offset, 0, cells.clean(label))
            values = [series.values[offset] if offset < len(series.values) else None for series in chart.series]
            values += [chart.reference] if chart.reference is not None else []
            self._row = top + 1 + offset
            self._put(0, values)
        self._row = top + len(chart.labels) + 2
        return top

    def _put(self, column: int, values: Sequence[Decimal | None]) -> None:
        sheet = self._open()
        for spot, value in enumerate(values):
            if value is not None and value.is_finite():
                sheet.write_number(self._row, column + spot + 1, float(value))

    def _open(self) -> Any:
        if self._sheet is None:
            self._name = self._namer(_("图表数据"), self._taken)
            self._sheet = self.book.add_worksheet(self._name)
            self._sheet.set_column(0, 0, 28)
            self._sheet.set_column(1, 40, 12)
            self._sheet.write_string(0, 0, _("图表和迷你图所用的数据,请勿改动"), self.formats.get("muted"))
            self._sheet.fit_to_pages(1, 0)
            self._sheet.set_paper(9)
            self._row = 1
        return self._sheet

    def _calendar(self, sheet: Any, row: int, chart: Chart) -> int:
        blocks = list(chart_text.months(chart))
        most = max((day.count for _month, weeks in blocks for week in weeks for day in week), default=0)
        for month, weeks in blocks:
            sheet.write_string(row, 0, f"{cells.clean(chart.title)}  {month}", self.formats.get(bold=True))
            for spot, name in enumerate(chart_text.weekdays()):
                sheet.write_string(row + 1, spot, name, self.formats.get("muted", align="center"))
            for offset, week in enumerate(weeks):
                sheet.set_row(row + 2 + offset, 24)
                for spot, day in enumerate(week):
                    if day.number:
                        self._day(sheet, (row + 2 + offset, spot), day, most)
            row += len(weeks) + 3
        return row

    def _day(self, sheet: Any, at: tuple[int, int], day: chart_text.Day, most: int) -> None:
        shade = heat(day.count, most)
        color = PAPER if shade in HEAT[3:] else INK
        look = {"bg_color": css(shade), "font_color": css(color), "align": "center", "valign": "vcenter"}
        text = f"{day.number} ({day.count})" if day.count else str(day.number)
        sheet.write_string(*at, text, self.formats.get(**look, border=1, border_color=css(PAPER), bold=bool(day.count)))

    def _migration(self, sheet: Any, row: int, chart: Chart) -> int:
        rows = chart_text.flow(chart)
        if not rows:
            return row
        title = f"{chart.title}  {chart_text.unit_line(chart)}"
        sheet.write_string(row, 0, cells.clean(title), self.formats.get(bold=True))
        for spot, name in enumerate(chart.labels, 1):
            sheet.write_string(row + 1, spot, cells.clean(name), self.formats.get("muted", align="center"))
        for offset, one in enumerate(rows, row + 2):
            sheet.write_string(offset, 0, cells.clean(one.name), self.formats.get(align="center"))
            for spot, step in enumerate(one.steps, 1):
                self._step(sheet, (offset, spot), step, _code(chart))
        return row + len(rows) + 3

    def _step(self, sheet: Any, at: tuple[int, int], step: chart_text.Step, code: str) -> None:
        fill = shade(step.share, worse=step.side == "worse")
        edge: dict[str, Any] = {"border": 1, "border_color": css(PAPER)}
        for side in step.edges:
            edge |= {side: 2, f"{side}_color": css(INK)}
        look = self.formats.get(bg_color=css(fill), font_color=css(on_shade(fill)), num_format=code, **edge)
        if step.amount:
            sheet.write_number(*at, float(step.amount), look)
        else:
            sheet.write_blank(*at, None, look)

    def _spot(self, row: int, column: int) -> str:
        from xlsxwriter.utility import xl_rowcol_to_cell

        return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def _dress(drawn: Any, chart: Chart, kind: str) -> None:
    font = {"name": "微软雅黑", "size": 9, "color": css(INK)}
    grid = {"visible": True, "line": {"color": css(LINE), "width": 0.75}}
    marked = kind == "bar" and chart.reference is not None and chart.reference > 0
    drawn.set_title(
        {"name": cells.clean(chart.title), "name_font": font | {"size": 11, "bold": True}, "overlay": False}
    )
    names: dict[str, Any] = {
        "num_font": font,
        "reverse": kind == "bar",
        "major_tick_mark": "none",
        "line": {"color": css(LINE)},
    }
    value: dict[str, Any] = {
        "num_font": font,
        "num_format": _code(chart, axis=True),
        "line": {"none": True},
        "major_gridlines": grid,
    }
    if kind == "bar":
        known = [point for series in chart.series[:1] for point in series.values if point is not None]
        most = max([*known, chart.reference or Decimal(0), Decimal(1)])
        value |= {
            "min": 0,
            "max": float(most * Decimal("1.15")),
            "visible": False,
            "major_gridlines": {"visible": marked},
        }
        # The one grid line of lying bars is the reference: a step as wide as the reference draws it there.
        value |= {"major_unit": float(chart.reference or 0)} if marked else {}
    # XlsxWriter names the axes of lying bars by where they lie.
    drawn.set_x_axis(value if kind == "bar" else names)
    drawn.set_y_axis(names if kind == "bar" else value)
    several = len(chart.series) + (chart.reference is not None) > 1 and kind != "bar"
    drawn.set_legend({"position": "top", "font": font} if several else {"none": True})
    drawn.set_chartarea({"border": {"color": css(LINE)}})


def _code(chart: Chart, *, axis: bool = False) -> str:
    known = [value for series in chart.series for value in series.values if value is not None]
    fine = any(value % 1 for value in known) and not (axis and max(known) >= _FINE)
    zeros = "." + "0" * min(2, chart.digits) if fine and chart.digits else ""
    return f"#,##0{zeros}" + (f'"{chart.unit}"' if chart.unit in {"%", "‰"} else "")
