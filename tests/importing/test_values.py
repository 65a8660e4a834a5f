from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.facts.kinds import Kind, Value, encode
from cmkit.facts.specs import ColumnSpec
from cmkit.importing.fast import shortcut
from cmkit.importing.values import Context, bind, parse
from cmkit.sheets.cells import Cell

STATUS = ColumnSpec(
    key="status", zh="状态", kind=Kind.CHOICE, choices={"潜在": ("潜在客户", "prospect"), "在用": (), "无": ()}
)


class Store:
    """Two people, one name twice."""

    def find(self, table: str, text: str) -> tuple[str, ...]:
        people = {"E1001": ("E1001",), "张三": ("E1001",), "李伟": ("E1002", "E1003")}
        return people.get(text, ()) if table == "staff" else ()


def code(result: tuple[Value, object]) -> str:
    return getattr(result[1], "code", "")


@pytest.mark.parametrize("cell", ["", "  ", "N/A", "-", "/", "无", "空", "—", "——", "null", "\\"])
def test_blank_words_are_blank(cell: str) -> None:
    for kind in (Kind.TEXT, Kind.CODE, Kind.DATE, Kind.MONEY, Kind.PHONE, Kind.NOTE):
        assert parse(kind, cell, ColumnSpec(key="x"), Context()) == (None, None)


def test_a_blank_word_that_is_a_choice_is_the_choice() -> None:
    assert parse(Kind.CHOICE, "无", STATUS, Context()) == ("无", None)


@pytest.mark.parametrize(
    ("cell", "choice"),
    [
        ("潜在", "潜在"),
        ("潜在客户", "潜在"),
        ("Prospect", "潜在"),
        (" 在 用 ", "在用"),
        ("1-潜在", "潜在"),
        ("在用（正常）", "在用"),
    ],
)
def test_choices(cell: str, choice: str) -> None:
    assert parse(Kind.CHOICE, cell, STATUS, Context()) == (choice, None)


def test_an_unknown_choice_names_the_legal_ones() -> None:
    value, flaw = parse(Kind.CHOICE, "冻结", STATUS, Context())
    assert value is None
    assert flaw is not None
    assert flaw.extra == "潜在、在用、无"


@pytest.mark.parametrize(
    ("cell", "flag"),
    [
        ("是", True),
        ("√", True),
        ("Y", True),
        (1.0, True),
        (True, True),
        ("否", False),
        ("×", False),
        ("0", False),
        ("无", False),
    ],
)
def test_flags(cell: Cell, flag: bool) -> None:
    assert parse(Kind.FLAG, cell, ColumnSpec(key="x"), Context()) == (flag, None)


def test_a_flag_that_says_neither() -> None:
    assert code(parse(Kind.FLAG, "也许", ColumnSpec(key="x"), Context())) == "flag"


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("张三、李四", ("张三", "李四")),
        ("张三,李四；王五", ("张三", "李四", "王五")),
        ("张三 李四", ("张三", "李四")),
        ("张 三", ("张三",)),
        ("张  三、李四", ("张三", "李四")),
        ("张三", ("张三",)),
    ],
)
def test_names(cell: str, names: tuple[str, ...]) -> None:
    assert parse(Kind.NAMES, cell, ColumnSpec(key="x"), Context()) == (names, None)


def test_names_of_people_lose_their_inner_blanks() -> None:
    assert parse(Kind.TEXT, "张　三", ColumnSpec(key="name", mask="name"), Context()) == ("张三", None)
    assert parse(Kind.TEXT, "平川 商贸", ColumnSpec(key="x"), Context()) == ("平川 商贸", None)


def test_radicals_are_folded_and_controls_taken_out() -> None:
    assert parse(Kind.TEXT, "\u2f64户\u202e经理\x1b", ColumnSpec(key="x"), Context()) == ("用户经理", None)
    assert parse(Kind.NOTE, "面积\u33a1：\n两行", ColumnSpec(key="x"), Context()) == ("面积\u33a1：\n两行", None)


@pytest.mark.parametrize("cell", ["138****8000", "张**", "52222320010401XXXX", "138＊＊＊＊8000"])
def test_a_masked_value_is_never_stored(cell: str) -> None:
    for kind, mask in ((Kind.PHONE, "phone"), (Kind.TEXT, "name"), (Kind.ID_NO, "id_no")):
        column = ColumnSpec(key="x", kind=kind, mask=mask)  # type: ignore[arg-type]
        value, flaw = parse(kind, cell, column, Context())
        assert value is None
        assert flaw is not None
        assert (flaw.code, flaw.severity) == ("masked", "warning")


@pytest.mark.parametrize("cell", ["#N/A", "#REF!", "#DIV/0!", "#NAME?"])
def test_error_values_in_text_files(cell: str) -> None:
    for kind in (Kind.TEXT, Kind.MONEY, Kind.CODE):
        assert code(parse(kind, cell, ColumnSpec(key="x"), Context())) == "error_cell"


def test_references() -> None:
    column = ColumnSpec(key="owner_id", kind=Kind.CODE, ref="staff")
    context = Context(lookup=Store())
    assert parse(Kind.CODE, "E1001", column, context) == ("E1001", None)
    assert parse(Kind.CODE, "张三", column, context) == ("E1001", None)
    value, flaw = parse(Kind.CODE, "王五", column, context)
    assert value == "王五"
    assert flaw is not None
    assert (flaw.code, flaw.severity) == ("unknown_ref", "warning")
    value, flaw = parse(Kind.CODE, "李伟", column, context)
    assert value is None
    assert flaw is not None
    assert (flaw.code, flaw.extra) == ("ambiguous_ref", "E1002、E1003")


def test_indicators_by_label() -> None:
    column = ColumnSpec(key="kpi", kind=Kind.CODE)
    context = Context(kpis={"存款余额": "deposit", "deposit": "deposit"})
    assert parse(Kind.CODE, "存款余额", column, context) == ("deposit", None)
    assert code(parse(Kind.CODE, "贷款", column, context)) == "unknown_kpi"


def test_too_long() -> None:
    assert code(parse(Kind.NOTE, "字" * 32_768, ColumnSpec(key="x"), Context())) == "too_long"


CELLS = st.one_of(
    st.text(max_size=30),
    st.text("*Xx无空NnAa/-#0123456789.E张三", max_size=12),
    st.floats(),
    st.decimals(-(10**9), 10**9, places=6).map(float),
    st.integers(),
    st.dates(),
    st.times(),
)


@given(st.sampled_from(list(Kind)), CELLS, st.sampled_from(["", "万元", "%"]))
def test_every_parser_gives_a_value_of_its_kind_or_a_flaw(kind: Kind, cell: Cell, unit: str) -> None:
    value, flaw = parse(kind, cell, ColumnSpec(key="x", kind=kind), Context(unit=unit))
    types: dict[Kind, type | tuple[type, ...]] = {
        Kind.DATE: dt.date,
        Kind.MONEY: Decimal,
        Kind.NUMBER: Decimal,
        Kind.RATE: Decimal,
        Kind.COUNT: int,
        Kind.FLAG: bool,
        Kind.NAMES: tuple,
    }
    assert value is None or isinstance(value, types.get(kind, str))
    assert flaw is None or flaw.severity == "warning" or value is None


@given(
    st.sampled_from(list(Kind)),
    CELLS,
    st.sampled_from(["", "万元", "亿元", "千元"]),
    st.sampled_from(["", "name", "phone"]),
)
def test_short_cuts_give_what_the_parsers_give(kind: Kind, cell: Cell, unit: str, mask: str) -> None:
    column = ColumnSpec(key="x", kind=kind, mask=mask)  # type: ignore[arg-type]
    context = Context(unit=unit)
    fast = shortcut(kind, column, context)
    stored = fast(cell) if fast is not None else None
    if stored is not None:
        value, flaw = bind(kind, column, context)(cell)
        assert flaw is None
        assert encode(kind, value) == stored
