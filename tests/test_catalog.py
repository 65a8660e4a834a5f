"""English is complete: every sentence of the code and the templates has an English one with the same fields."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from cmkit.base.lang import LOCALE_DIR

ROOT = Path(__file__).resolve().parent.parent
FIELD = re.compile(r"\{(\w*)[^{}]*\}")
PO = LOCALE_DIR / "en" / "LC_MESSAGES" / "cmkit.po"


def sentences() -> Iterator[tuple[str, str]]:
    """``(sentence, file)`` of everything inside ``_()``."""
    places = [(path, "python") for path in sorted((ROOT / "cmkit").rglob("*.py"))]
    places += [(path, "jinja2") for path in sorted((ROOT / "report_templates").rglob("*.j2"))]
    for path, method in places:
        for _line, message, _comments, _context in extract_from_file(method, path, keywords={"_": None}):
            yield (message if isinstance(message, str) else message[0]), path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    with PO.open("rb") as stream:
        return {str(one.id): str(one.string) for one in read_po(stream) if one.id}


def test_every_sentence_has_an_english_one(english: dict[str, str]) -> None:
    missing = sorted({f"{where}: {text}" for text, where in sentences() if not english.get(text)})
    assert missing == [], f"{len(missing)} sentences; add them to {PO.name} and run make catalog"


def test_the_fields_are_the_same(english: dict[str, str]) -> None:
    wrong = {zh: en for zh, en in english.items() if en and set(FIELD.findall(zh)) != set(FIELD.findall(en))}
    assert wrong == {}


def test_nothing_in_the_catalog_is_out_of_use(english: dict[str, str]) -> None:
    assert set(english) - {text for text, _where in sentences()} == set()


def told(catalog: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Every message of a catalog with its forms; plural ones have two."""

    def forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
        return (text,) if isinstance(text, str) else tuple(text)

    return {forms(one.id): forms(one.string) for one in catalog if one.id and one.string}


@pytest.mark.parametrize(("lang", "domain"), [("en", "cmkit"), ("zh", "cmkit-click")])
def test_the_compiled_catalog_is_in_step(lang: str, domain: str) -> None:
    folder = LOCALE_DIR / lang / "LC_MESSAGES"
    with (folder / f"{domain}.po").open("rb") as source, (folder / f"{domain}.mo").open("rb") as compiled:
        wanted, real = told(read_po(source)), told(read_mo(compiled))
    assert real == wanted
    assert isinstance(gettext.translation(domain, LOCALE_DIR, [lang]), gettext.GNUTranslations)
