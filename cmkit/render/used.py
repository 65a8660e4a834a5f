"""Which fields a template uses and which of them there are none of: all of them at once, each with its place.

A template is read, not run: a name is followed from ``document`` through the loops, so that ``part`` in
``{% for part in document.sections %}`` is a section, whatever the clerk calls it.
"""

from __future__ import annotations

import io
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from cmkit.base.faults import InputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.render import view
from cmkit.render.sandbox import environment, plain_words

OWNERS: Final[Mapping[type, str]] = {
    view.DocumentView: "document",
    view.SectionView: "part",
    view.ColumnView: "column",
    view.CellView: "value",
    view.FigureView: "item",
    view.ChartView: "chart",
}
_WORD_TAGS: Final = ("p", "tr", "tc", "r")
_NEAR: Final = 0.5


@dataclass(frozen=True, slots=True)
class Sheet:
    """A template's text, a paragraph a line for Word, and where each line stands."""

    text: str
    places: tuple[str, ...] = ()

    def place(self, line: int) -> str:
        """Where a line stands, in words."""
        if 0 < line <= len(self.places):
            return self.places[line - 1]
        return _("第 {line} 行").format(line=line)


@dataclass
class Used:
    """What a template uses, in the order of its lines, and what is wrong with it."""

    fields: dict[str, str] = field(default_factory=dict)
    """Field to the place where it stands first."""
    problems: list[Problem] = field(default_factory=list)


def read_template(path: Path) -> Sheet:
    """The text of a template.

    Raises InputFault where it is no Word file, or no UTF-8.
    """
    if path.suffix == ".docx":
        return _word(path)
    with plain_words(path):
        return Sheet(path.read_text(encoding="utf-8"))


def used_fields(path: Path) -> Used:
    """Every field that the template names; an unknown one is a problem with the nearest known ones."""
    try:
        sheet = read_template(path)
    except InputFault as fault:
        return Used(problems=[Problem(fault.place, "template.kind", fault.message, fault.hint)])
    found = Used()
    try:
        with plain_words(path):
            tree = environment((), escape=False).parse(sheet.text)
    except InputFault as fault:
        line = _line_of(fault)
        place = Place(path.name, cell=sheet.place(line) if line else fault.place.cell)
        return Used(problems=[Problem(place, "template.syntax", fault.message, fault.hint)])
    _Reader(path.name, sheet, found).body(tree.body, {"document": view.DocumentView, "color": Any})
    if any(name.startswith("document.extra.") for name in found.fields):
        found.fields.pop("document.extra", None)
    return found


def _line_of(fault: InputFault) -> int:
    cause = fault.__cause__
    return int(getattr(cause, "lineno", 0) or 0)


class _Reader:
    """Follows the names of one template."""

    def __init__(self, file: str, sheet: Sheet, found: Used) -> None:
        self.file, self.sheet, self.found = file, sheet, found

    def body(self, nodes: list[Any], scope: Mapping[str, Any]) -> None:
        """Statements one after another; what one sets, the next ones know."""
        known = dict(scope)
        for node in nodes:
            self.statement(node, known)

    def statement(self, node: Any, known: dict[str, Any]) -> None:
        """One statement."""
        kind = type(node).__name__
        if kind == "For":
            inner = (
                dict(known) | {"loop": Any} | dict(self._targets(node.target, _element(self.value(node.iter, known))))
            )
            self.body(node.body, inner)
            self.body(node.else_, known)
            if node.test:
                self.value(node.test, inner)
        elif kind in {"Macro", "CallBlock"}:
            self.body(node.body, known | {arg.name: Any for arg in node.args} | {"caller": Any, "varargs": Any})
            if kind == "Macro":
                known[node.name] = Any
        elif kind == "Assign":
            known.update(self._targets(node.target, self.value(node.node, known)))
        elif kind in {"Import", "FromImport"}:
            names = (
                [node.target] if kind == "Import" else [one if isinstance(one, str) else one[1] for one in node.names]
            )
            known.update(dict.fromkeys(names, Any))
        else:
            self._inside(node, known)

    def _inside(self, node: Any, known: dict[str, Any]) -> None:
        """Whatever has no scope of its own."""
        for child in node.iter_child_nodes():
            if type(child).__name__ in _EXPRESSIONS:
                self.value(child, known)
            else:
                self.statement(child, known)

    def _targets(self, target: Any, kind: Any) -> Iterator[tuple[str, Any]]:
        if type(target).__name__ == "Tuple":
            for item in target.items:
                yield from self._targets(item, Any)
        elif hasattr(target, "name"):
            yield target.name, kind

    def value(self, node: Any, known: Mapping[str, Any]) -> Any:
        """The kind of an expression's value; Any where nothing is known of it."""
        kind = type(node).__name__
        if kind == "Name":
            return self._name(node, known)
        if kind in {"Getattr", "Getitem"}:
            return self._attribute(node, known)
        for child in node.iter_child_nodes():
            self.value(child, known)
        return Any

    def _name(self, node: Any, known: Mapping[str, Any]) -> Any:
        if node.name in known:
            return known[node.name]
        if node.name not in {"_", "dict", "range", "true", "false", "none"}:
            self._wrong(node.name, sorted(known), node.lineno)
        return Any

    def _attribute(self, node: Any, known: Mapping[str, Any]) -> Any:
        owner = self.value(node.node, known)
        name = node.attr if type(node).__name__ == "Getattr" else getattr(node.arg, "value", None)
        if owner is Any or owner not in _PARTS:
            return _element(owner) if isinstance(name, int) else Any
        if not isinstance(name, str):
            return Any
        legal = _PARTS[owner]
        if name not in legal:
            self._wrong(name, sorted(legal), node.lineno, _TOLD.get(owner, ""))
            return Any
        self.found.fields.setdefault(f"{_TOLD[owner]}{name}", self.sheet.place(node.lineno))
        return legal[name]

    def _wrong(self, name: str, legal: list[str], line: int, owner: str = "") -> None:
        near = [owner + one for one in get_close_matches(name, legal, n=3, cutoff=_NEAR)]
        hint = _("是不是想写 {names}?").format(names=" / ".join(near)) if near else ""
        place = Place(self.file, cell=self.sheet.place(line))
        problem = Problem(
            place,
            "template.field",
            _("模板里的字段 {field} 不存在").format(field=owner + name),
            hint or _("cmkit templates fields 列出可用的字段"),
        )
        if problem not in self.found.problems:
            self.found.problems.append(problem)


class _Extra:
    """``document.extra``."""


def _parts() -> dict[Any, dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {_Extra: dict.fromkeys(view.EXTRA, str)}
    for cls in OWNERS:
        hints = typing.get_type_hints(cls)
        held = {name: Any for name in dir(cls) if isinstance(getattr(cls, name, None), property)}
        found[cls] = {**{name: hints[name] for name in cls.__dataclass_fields__}, **held}  # type: ignore[attr-defined]
    found[view.DocumentView]["extra"] = _Extra
    return found


_PARTS: Final = _parts()
_TOLD: Final[Mapping[Any, str]] = {**{cls: f"{name}." for cls, name in OWNERS.items()}, _Extra: "document.extra."}
_EXPRESSIONS: Final = frozenset(
    {
        *("Name", "Getattr", "Getitem", "Call", "Filter", "Test", "Const", "TemplateData", "CondExpr", "Concat"),
        *("Compare", "Operand", "Not", "And", "Or", "Add", "Sub", "Mul", "Div", "Mod", "Tuple", "List", "Dict"),
    }
)


def _element(kind: Any) -> Any:
    """What a loop over it gives."""
    inside = typing.get_args(kind)
    return inside[0] if typing.get_origin(kind) is tuple and inside else Any


def _word(path: Path) -> Sheet:
    """A Word file as text, a paragraph a line, docxtpl's marks (``{%p``, ``{%tr``) taken off the tags."""
    import docx
    from docx.oxml.ns import qn

    try:
        file = docx.Document(io.BytesIO(path.read_bytes()))
    except Exception as error:
        hint = _("请用 Word 或 WPS 打开后另存为 .docx")
        raise InputFault(_("模板 {name} 不是可用的 Word 文件").format(name=path.name), hint=hint) from error
    lines: list[str] = []
    places: list[str] = []

    def take(root: Any, told: str) -> None:
        tables = list(root.iter(qn("w:tbl")))
        for number, paragraph in enumerate(root.iter(qn("w:p")), 1):
            text = "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
            lines.append(_plain(text.replace("\n", " ")))
            places.append(told or _placed(paragraph, tables, number))

    take(file.element.body, "")
    for section in file.sections:
        for part, told in ((section.header, _("页眉")), (section.footer, _("页脚"))):
            if not part.is_linked_to_previous:
                take(part._element, told)  # noqa: SLF001 - python-docx gives paragraphs and tables apart
    return Sheet("\n".join(lines), tuple(places))


def _plain(text: str) -> str:
    for opening in ("{%", "{{"):
        for tag in _WORD_TAGS:
            for trim in ("", "-"):
                text = text.replace(f"{opening}{trim}{tag} ", f"{opening}{trim} ")
    return text


def _placed(paragraph: Any, tables: list[Any], number: int) -> str:
    """正文第 5 段, or 第 2 个表格第 3 行第 1 格."""
    from docx.oxml.ns import qn

    cell = next(paragraph.iterancestors(qn("w:tc")), None)
    if cell is None:
        return _("正文第 {number} 段").format(number=number)
    row = cell.getparent()
    table = row.getparent()
    rows = [one for one in table if one.tag == qn("w:tr")]
    cells = [one for one in row if one.tag == qn("w:tc")]
    return _("第 {table} 个表格第 {row} 行第 {cell} 格").format(
        table=tables.index(table) + 1, row=rows.index(row) + 1, cell=cells.index(cell) + 1
    )
