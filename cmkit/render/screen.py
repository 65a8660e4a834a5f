"""What goes to the terminal: rows in the format asked for, and whole documents section by section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cmkit.base.text import safe_line
from cmkit.facts.section import Cell, Column, Document, Section
from cmkit.render import cells, terminal


def show(fmt: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> str:
    """Rows as ``table``, ``csv`` or ``md``."""
    if fmt == "csv":
        return terminal.comma(columns, rows).rstrip("\r\n").replace("\r\n", "\n")
    return terminal.markdown(columns, rows) if fmt == "md" else terminal.table(columns, rows)


def show_document(document: Document, fmt: str) -> str:
    """Title, head and every section, one below the other."""
    parts = [safe_line(" ".join(part for part in (document.title, document.subtitle) if part))]
    if document.headline:
        parts.append(safe_line(document.headline))
    parts += [text for section in document.sections if (text := _section(section, fmt))]
    return "\n\n".join(parts)


def _section(section: Section, fmt: str) -> str:
    lines = [safe_line(f"## {section.title}" if fmt == "md" else f"【{section.title}】")]
    lines += [safe_line(text) for text in section.text]
    lines += [
        safe_line(f"{figure.label} {cells.shown(figure.value, figure)}{figure.unit}") for figure in section.figures
    ]
    if section.rows:
        rows = [*section.rows, *([section.total] if section.total else [])]
        lines.append(show(fmt, section.columns, rows))
    elif not section.text and not section.figures and section.empty:
        lines.append(section.empty)
    return "\n".join(lines)


def document_json(document: Document) -> dict[str, Any]:
    """A document as plain values: its sections with their columns and rows."""
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "headline": document.headline,
        "sections": [
            {
                "id": section.id,
                "title": section.title,
                "text": list(section.text),
                "columns": [column.title for column in section.columns],
                "rows": [[_plain(cell) for cell in row] for row in section.rows],
                "records": [asdict(record) for record in section.records],
            }
            for section in document.sections
        ],
    }


def _plain(cell: Cell) -> Any:
    if isinstance(cell, Decimal):
        return str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if is_dataclass(cell) and not isinstance(cell, type):
        return {name: _plain(value) for name, value in asdict(cell).items()}
    return [_plain(one) for one in cell] if isinstance(cell, tuple) else cell
