"""What a template may use: each field with its meaning, and a check of a template before it is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields as parts_of
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from cmkit.base.faults import Fault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.facts.section import Chart, Column, Document, Figure, Section, Series, Status, Trend
from cmkit.render import view
from cmkit.render.ready import Ready
from cmkit.render.templates import EXTENSIONS
from cmkit.render.used import OWNERS, used_fields

_DRAWN: Final = frozenset({"word", "source", "levels", "percent", "kind", "width", "lang", "landscape"})


def field_list() -> tuple[tuple[str, str], ...]:
    """The fields of a template, in the order in which a clerk meets them, each with its meaning."""
    says = _meanings()
    owners = (
        ("document", view.DocumentView),
        ("part", view.SectionView),
        ("column", view.ColumnView),
        ("value", view.CellView),
        ("item", view.FigureView),
        ("chart", view.ChartView),
    )
    found = [f"{owner}.{part.name}" for owner, cls in owners for part in parts_of(cls) if part.name not in _DRAWN]
    found.insert(found.index("part.title"), "part.heading")
    found += [f"document.extra.{name}" for name in view.EXTRA]
    return tuple((name, says[name]) for name in found if name in says)


def check_template(path: Path) -> tuple[Problem, ...]:
    """What is wrong with a template: every name it uses is looked up, then it is tried on a full and an empty document."""
    ext = next((fmt for fmt, ending in EXTENSIONS.items() if path.name.endswith(ending)), "")
    place = Place(path.name)
    if not ext:
        hint = _("模板文件名以 {names} 结尾").format(names=" / ".join(EXTENSIONS.values()))
        return (Problem(place, "template.kind", _("不认识这种模板文件"), hint),)
    if ext == "typ":
        return ()
    read = used_fields(path).problems
    return tuple(read or dict.fromkeys(_tried(path, ext, path.name.removesuffix(EXTENSIONS[ext]))))


def examples(document: Document) -> dict[str, str]:
    """An example of each field from a document: the first that is not blank."""
    found: dict[str, str] = {}
    _collect(view.document_view(document), found)
    return found


def _collect(value: object, found: dict[str, str]) -> None:
    owner = OWNERS.get(type(value))
    if owner is None:
        for inner in value if isinstance(value, tuple) else ():
            _collect(inner, found)
        return
    for name in (*(part.name for part in parts_of(value)), *(("heading",) if owner == "part" else ())):  # type: ignore[arg-type]
        inner = getattr(value, name)
        if isinstance(inner, Mapping):
            for key, text in inner.items():
                found.setdefault(f"{owner}.{name}.{key}", str(text))
            continue
        if inner not in ("", (), None) and f"{owner}.{name}" not in found:
            found[f"{owner}.{name}"] = _example(inner)
        _collect(inner, found)


def _example(value: object) -> str:
    """The value in short; of several, how many and the first."""
    if isinstance(value, Ready):
        return _("（图）")
    if not isinstance(value, tuple):
        return str(value)
    first = value[0]
    if isinstance(first, str):
        return "；".join(str(one) for one in value[:2])
    if isinstance(first, tuple) and first and isinstance(first[0], str):
        return "：".join(str(one) for one in first)
    return _("（{count} 项）").format(count=len(value))


def specimen(template: str = "") -> Document:
    """A document with one of everything."""
    columns = (
        Column(_("指标")),
        Column(_("目标"), "number", _("户")),
        Column(_("完成率"), "bar"),
        Column(_("走势"), "spark"),
        Column(_("期限"), "date"),
        Column(_("完成"), "tick"),
        Column(_("状态"), "status"),
    )
    trend = Trend((Decimal(1), None, Decimal(3)))
    row = (_("新增客户"), Decimal(400), Decimal("84.5"), trend, date(2026, 10, 30), True, Status("warn", _("落后")))
    series = (Series(_("实际"), (Decimal(10), Decimal(20))),)
    charts = tuple(Chart(kind, _("图"), ("1", "2"), series) for kind in ("bars", "line", "columns", "funnel"))
    calendar = Chart("calendar", _("日历"), ("2026-10-29", "2026-10-30"), series)
    card = Figure(_("新增客户"), 338, "count", _("户"), note=_("目标 400"), level="warn")
    full = Section(
        "full", _("一节"), (_("正文"),), (card,), columns, (row,), (*charts, calendar), (_("注"),), total=(_("合计"),)
    )
    return Document(
        name="specimen",
        title=_("样例"),
        subtitle=_("副标题"),
        meta=((_("单位"), _("城东支行")),),
        headline=_("一句话"),
        cards=(card,),
        sections=(full, Section("empty", _("空"), empty=_("无")), Section("sub", _("小节"), (_("正文"),), level=2)),
        notes=(_("注"),),
        signatures=(_("签发"),),
        mark=_("内部资料"),
        made_on=date(2026, 10, 30),
        template=template,
        extra=tuple((key, _("内容")) for key in view.EXTRA),
    )


def _tried(path: Path, fmt: str, name: str) -> Iterator[Problem]:
    from cmkit.render import render

    safe = name if re.fullmatch(r"[\w一-鿿][\w一-鿿-]*", name) else ""
    if not safe:
        yield Problem(Place(path.name), "template.name", _("模板文件名只能由汉字、字母、数字、下划线和连字符组成"))
        return
    bare = Document(name="specimen", title=_("样例"), template=safe)
    for document in (specimen(safe), bare):
        try:
            render(document, fmt, overrides=path.parent)
        except Fault as fault:
            yield Problem(fault.place, "template.field", fault.message, fault.hint)


def _meanings() -> dict[str, str]:
    return {
        "document.name": _("报告的代号"),
        "document.title": _("标题"),
        "document.subtitle": _("副标题"),
        "document.meta": _("报头各项,每项是名称和内容"),
        "document.headline": _("一句话结论"),
        "document.cards": _("卡片,用 item 逐个取"),
        "document.sections": _("各节,用 part 逐个取"),
        "document.notes": _("文末注释"),
        "document.signatures": _("签字栏"),
        "document.mark": _("密级或内部标识"),
        "document.made_on": _("成文日期"),
        "document.extra": _("纪要等版式专用的内容"),
        "part.id": _("节的代号"),
        "part.heading": _("带序号的节标题"),
        "part.number": _("序号"),
        "part.title": _("不带序号的节标题"),
        "part.level": _("级别,1 或 2"),
        "part.text": _("正文各段"),
        "part.figures": _("本节的数字,用 item 逐个取"),
        "part.columns": _("表头,用 column 逐个取"),
        "part.rows": _("表的各行,每行用 value 逐格取"),
        "part.total": _("合计行"),
        "part.charts": _("图,用 chart 逐个取"),
        "part.notes": _("本节注释"),
        "part.empty": _("本节没有内容时印的话"),
        "column.title": _("列名和单位"),
        "column.align": _("对齐方式"),
        "value.text": _("格子里的文字"),
        "value.align": _("对齐方式"),
        "value.level": _("状态灯: good warn bad none"),
        "value.svg": _("条形或走势小图(网页用)"),
        "item.label": _("名称"),
        "item.value": _("数值"),
        "item.unit": _("单位"),
        "item.note": _("说明"),
        "item.level": _("状态灯: good warn bad none"),
        "chart.title": _("图名"),
        "chart.svg": _("图(网页用)"),
        "chart.columns": _("图的数据表头"),
        "chart.rows": _("图的数据行"),
        "document.extra.time": _("会议时间"),
        "document.extra.place": _("会议地点"),
        "document.extra.host": _("主持人"),
        "document.extra.recorder": _("记录人"),
        "document.extra.present": _("出席人员"),
        "document.extra.absent": _("请假人员"),
        "document.extra.attending": _("列席人员"),
        "document.extra.issue_no": _("期号"),
        "document.extra.approved_by": _("签发人"),
        "document.extra.issued_on": _("印发日期"),
        "document.extra.picture": _("信里有没有图（图写作 cid:picture）"),
    }
