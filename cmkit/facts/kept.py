"""A document as a few bytes that give exactly the same document again, for printing it anew years later."""

from __future__ import annotations

import json
import zlib
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from cmkit.facts.section import Chart, Column, Document, Figure, Section, Series, Status, Trend

_VERSION: Final = 1
_KINDS: Final = {kind.__name__: kind for kind in (Chart, Column, Document, Figure, Section, Series, Status, Trend)}


def document_bytes(document: Document) -> bytes:
    """The document, packed. The records behind its figures are left out: nothing of them is printed."""
    text = json.dumps({"version": _VERSION, "document": _plain(document)}, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 9)


def document_of(data: bytes) -> Document:
    """The document that :func:`document_bytes` packed.

    Raises:
        ValueError: The bytes are not such a document, or of a version to come.
    """
    try:
        told = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
    except zlib.error as error:
        raise ValueError(str(error)) from error
    found = _real(told["document"]) if told.get("version") == _VERSION else None
    if not isinstance(found, Document):
        raise ValueError(str(told.get("version")))  # noqa: TRY004 - a wrong value in what was read, not a wrong call
    return found


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        kept: dict[str, Any] = {"#": type(value).__name__}
        for part in fields(value):
            held = getattr(value, part.name)
            # What does not count in a comparison is where figures come from: the store's to say, never on the page.
            if part.compare and held != part.default:
                kept[part.name] = _plain(held)
        return kept
    if isinstance(value, Decimal):
        return {"#": "n", "v": str(value)}
    if isinstance(value, date):
        return {"#": "d", "v": value.isoformat()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _real(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_real(one) for one in value)
    if not isinstance(value, dict):
        return value
    kind = value["#"]
    if kind == "n":
        return Decimal(value["v"])
    if kind == "d":
        return date.fromisoformat(value["v"])
    return _KINDS[kind](**{key: _real(part) for key, part in value.items() if key != "#"})
