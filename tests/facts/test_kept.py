"""A document packed and unpacked is the same document."""

from __future__ import annotations

import zlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.facts.kept import document_bytes, document_of
from cmkit.facts.section import Behind, Cell, Chart, Column, Document, Figure, RecordRef, Section, Series, Status, Trend

texts = st.text(max_size=20)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4)
cells = st.one_of(
    texts,
    st.integers(),
    st.booleans(),
    numbers,
    st.dates(),
    st.none(),
    st.builds(Status, st.sampled_from(["good", "warn", "bad", "none"]), texts),
    st.builds(Trend, st.lists(st.none() | numbers, max_size=4).map(tuple)),
    st.lists(texts, max_size=3).map(tuple),
)


@given(st.lists(st.lists(cells, max_size=5).map(tuple), max_size=5).map(tuple), texts, st.none() | st.dates())
def test_every_kind_of_cell_comes_back(rows: tuple[tuple[Cell, ...], ...], title: str, day: date | None) -> None:
    section = Section(
        "s", title, columns=(Column(title, "bar", "%", 1, 3),), rows=rows, total=("合计", Decimal("1.50"))
    )
    document = Document("x", title, sections=(section,), made_on=day, extra=(("place", title),), lang="en")
    again = document_of(document_bytes(document))
    assert again == document
    assert [[type(cell) for cell in row] for row in again.sections[0].rows] == [
        [type(cell) for cell in row] for row in rows
    ]


def test_charts_and_figures_come_back_and_records_do_not() -> None:
    """1.50 stays 1.50, not 1.5: a figure is printed with the decimals that it was reckoned to."""
    chart = Chart("line", "图", ("1", "2"), (Series("甲", (Decimal("1.50"), None)),), "万元", 2, Decimal(3), "目标")
    behind = (Behind(RecordRef("clients", "1")),)
    figure = Figure("卡", Decimal("1.50"), "money", "元", note="注", level="bad", behind=behind)
    section = Section("s", "节", charts=(chart,), figures=(figure,), records=(RecordRef("clients", "1"),))
    again = document_of(document_bytes(Document("x", "题", cards=(figure,), sections=(section,))))
    assert str(again.cards[0].value) == "1.50"
    assert again.sections[0].charts == (chart,)
    assert again.sections[0].records == ()
    assert again.cards[0].behind == ()


@pytest.mark.parametrize("data", [b"", b"no", zlib.compress(b'{"version":99,"document":{}}')])
def test_what_is_no_document_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller makes the sentence
        document_of(data)
