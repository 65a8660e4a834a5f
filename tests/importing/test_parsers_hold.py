"""What holds for every value parser: a value written in any usual form reads back as itself, no text makes a parser
raise, and what is neither blank nor readable is said."""

from __future__ import annotations

import datetime as dt
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cmkit.facts.kinds import Kind, Value, decode, encode
from cmkit.facts.specs import ColumnSpec
from cmkit.importing.dates import read_lunar
from cmkit.importing.fast import bulk, shortcut
from cmkit.importing.rows import Memo
from cmkit.importing.values import BLANKS, Context, bind, parse
from cmkit.sheets.cells import Cell

COLUMNS = {
    kind: ColumnSpec(key="x", kind=kind, choices={"潜在": ("潜在客户",), "在用": ()} if kind is Kind.CHOICE else {})
    for kind in Kind
}
PERSON = ColumnSpec(key="name", kind=Kind.TEXT, mask="name")
LUNAR_DAY = ColumnSpec(key="lunar_birthday", kind=Kind.TEXT)
DAYS = st.dates(dt.date(1850, 1, 1), dt.date(2150, 12, 31))
AMOUNTS = st.decimals(min_value=-(10**11), max_value=10**11, places=2, allow_nan=False, allow_infinity=False)
CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.text(max_size=40),
    st.text("0123456789-/.年月日:：,，()（）万亿元¥￥%壹贰叁拾佰仟萬零 上下午闰正腊初廿农历eE+*转#", max_size=24),
    st.floats(),
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


def read(kind: Kind, cell: Cell, context: Context | None = None) -> Value:
    """What a cell is read as, with nothing wrong about it."""
    value, flaw = parse(kind, cell, COLUMNS[kind], context or Context())
    assert flaw is None, (cell, flaw)
    return value


@pytest.mark.parametrize("kind", list(Kind))
@given(cell=CELLS)
@example(cell="²月³日")
@example(cell="1E999")
@example(cell="٣")
@example(cell="农历")
@example(cell=float("nan"))
def test_nothing_makes_a_parser_raise_and_nothing_goes_silently(kind: Kind, cell: Cell) -> None:
    """Whatever stands in a cell ends as a value that the store can keep, as a blank that was one, or as a flaw."""
    value, flaw = parse(kind, cell, COLUMNS[kind], Context())
    if value is not None:
        assert decode(kind, encode(kind, value)) == value or kind.scaled
    if flaw is None and value in (None, "", ()):
        assert isinstance(cell, str)
        assert _says_nothing(cell), (cell, value)


def _says_nothing(text: str) -> bool:
    """Blank, a word for blank, or characters that nobody sees."""
    bare = "".join(char for char in text if unicodedata.category(char) not in {"Cc", "Cf", "Zs", "Zl", "Zp"})
    word = unicodedata.normalize("NFKC", bare).casefold()
    return word in BLANKS or not word.strip(" 、,;/|'`\"=")


@given(cell=CELLS)
def test_lunar_days_and_names_hold_as_well(cell: Cell) -> None:
    for column in (PERSON, LUNAR_DAY):
        value, flaw = parse(Kind.TEXT, cell, column, Context())
        if flaw is None and not value:
            assert isinstance(cell, str)
            assert _says_nothing(cell), cell


@pytest.mark.parametrize(
    "form",
    [
        "{d.year}年{d.month}月{d.day}日",
        "{d.year}.{d.month}.{d.day}",
        "{d.year}/{d.month}/{d.day}",
        "{d.year}-{d.month:02}-{d.day:02}",
        "{d.year}{d.month:02}{d.day:02}",
        "{d.year}-{d.month:02}-{d.day:02} 09:30:00",
        "{d.year}-{d.month:02}-{d.day:02}T09:30:00+08:00",
        " {d.year} 年 {d.month} 月 {d.day} 日 ",
    ],
)
@given(day=DAYS)
def test_a_day_in_every_form_is_that_day(form: str, day: dt.date) -> None:
    text = form.format(d=day)
    assert read(Kind.DATE, text) == day
    assert read(Kind.DATE, text.translate(str.maketrans("0123456789/-", "０１２３４５６７８９／－"))) == day


@given(day=DAYS)
def test_a_day_as_a_cell_or_a_serial_number(day: dt.date) -> None:
    """Serial 1 is 1 January 1900, and Excel believes in 29 February 1900; with 1904 counting begins four years later.

    Smaller numbers than that of 1910 are months and days that somebody typed with a dot.
    """
    assert read(Kind.DATE, day) == day
    assert read(Kind.DATE, dt.datetime(day.year, day.month, day.day, 23, 59)) == day  # noqa: DTZ001 - a cell has no zone
    if day >= dt.date(1910, 1, 1):
        serial = (day - dt.date(1899, 12, 30)).days
        assert read(Kind.DATE, float(serial)) == read(Kind.DATE, serial + 0.75) == day
    if day >= dt.date(1914, 1, 2):
        assert read(Kind.DATE, (day - dt.date(1904, 1, 1)).days, Context(date1904=True)) == day


@given(day=st.dates(dt.date(2013, 1, 1), dt.date(2069, 12, 31)))
def test_years_of_two_digits_stand_in_front(day: dt.date) -> None:
    assert read(Kind.DATE, f"{day.year % 100}-{day.month}-{day.day}") == day
    assert read(Kind.DATE, f"{day.year % 100}年{day.month}月{day.day}日") == day


@given(hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_a_time_in_every_form(hour: int, minute: int) -> None:
    time = f"{hour:02}:{minute:02}"
    for form in (f"{hour}:{minute:02}", f"{hour}时{minute}分", f"{hour}点{minute}分", time + ":30"):
        assert read(Kind.TIME, form) == time
    assert read(Kind.TIME, dt.time(hour, minute)) == time
    assert read(Kind.TIME, (hour * 60 + minute) / 1440) == time


@pytest.mark.parametrize(
    "form", ["{0}", "{0:,}", "￥{0:,}", "{0:,}元", "人民币{0}元", " {0} ", "{0}元整", "¥ {0:,.2f}"]
)
@given(amount=AMOUNTS)
def test_an_amount_in_every_form_is_that_amount(form: str, amount: Decimal) -> None:
    text = form.format(amount)
    assert read(Kind.MONEY, text) == amount
    assert read(Kind.MONEY, text.translate(str.maketrans("0123456789,.-", "０１２３４５６７８９，．－"))) == amount
    if amount > 0:
        assert read(Kind.MONEY, f"({form.format(amount)})") == -amount


@pytest.mark.parametrize(
    ("unit", "size"), [("千", 10**3), ("万", 10**4), ("百万", 10**6), ("亿", 10**8), ("万亿", 10**12)]
)
@given(amount=st.decimals(min_value=-999, max_value=999, places=2, allow_nan=False))
def test_amounts_with_a_scale(unit: str, size: int, amount: Decimal) -> None:
    if abs(amount * size) <= 9 * 10**14:
        assert read(Kind.MONEY, f"{amount}{unit}") == read(Kind.MONEY, f"{amount} {unit}元") == amount * size


@given(amount=st.decimals(min_value=-(10**10), max_value=10**10, places=2, allow_nan=False))
def test_a_heading_in_ten_thousands_is_turned_into_yuan(amount: Decimal) -> None:
    value, flaw = parse(Kind.MONEY, str(amount), COLUMNS[Kind.MONEY], Context(unit="万元"))
    assert (value, flaw) == (amount * 10_000, None)


def capitals(amount: Decimal) -> str:
    """An amount in words as a cheque shows it; written here by the rules, not by the code under test."""
    digits, steps = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")
    whole, cents = divmod(int(amount * 100), 100)
    words = ""
    for place, size in ((2, "亿"), (1, "万"), (0, "")):
        part = whole // 10 ** (4 * place) % 10**4
        text, gap = "", False
        for step in (3, 2, 1, 0):
            digit = part // 10**step % 10
            if digit:
                text += ("零" if gap and text else "") + digits[digit] + steps[step]
            gap = not digit
        if part and words and part < 1000 and not words.endswith("零"):
            text = "零" + text
        words += text + size if part else ("零" if words and not words.endswith("零") else "")
    words = (words.rstrip("零") or "零") + "元"
    jiao, fen = divmod(cents, 10)
    if not cents:
        return words + "整"
    return words + (digits[jiao] + "角" if jiao else "零") + (digits[fen] + "分" if fen else "")


@given(cents=st.integers(1, 10**14 - 1))
@example(cents=1_200_000)
@example(cents=10_000_05)
@example(cents=100_000_000_00)
@example(cents=100_050_000_30)
def test_an_amount_in_chinese_capitals(cents: int) -> None:
    amount = Decimal(cents) / 100
    assert read(Kind.MONEY, capitals(amount)) == amount


def test_the_capitals_of_this_test_are_right() -> None:
    assert [capitals(Decimal(one)) for one in ("12000", "1005.30", "100000000", "10000.05", "100500.3")] == [
        "壹万贰仟元整",
        "壹仟零伍元叁角",
        "壹亿元整",
        "壹万元零伍分",
        "壹拾万零伍佰元叁角",
    ]


@given(rate=st.decimals(min_value=-1000, max_value=1000, places=2, allow_nan=False))
def test_a_rate_in_percent_and_in_thousandths(rate: Decimal) -> None:
    assert read(Kind.RATE, f"{rate}%") == read(Kind.RATE, f"{rate}％") == read(Kind.RATE, str(rate)) == rate
    assert read(Kind.RATE, f"{rate}‰") == rate / 10


@given(number=st.integers(-(2**53) + 1, 2**53 - 1))
def test_whole_numbers(number: int) -> None:
    for form in (str(number), f"{number:,}", f"{number}户", f"{number}.0"):
        assert read(Kind.COUNT, form) == number


@given(area=st.sampled_from(["130", "138", "139", "150", "186"]), rest=st.integers(0, 10**8 - 1))
def test_a_mobile_in_every_form(area: str, rest: int) -> None:
    number = f"{area}{rest:08}"
    forms: list[Cell] = [number, float(number), int(number), f"{number[:3]}-{number[3:7]}-{number[7:]}"]
    forms += [
        f"{number[:3]} {number[3:7]} {number[7:]}",
        f"+86 {number}",
        f"0086{number}",
        f"86-{number}",
        f"0{number}",
    ]
    forms += [
        f"{float(number):.10E}",
        f"'{number}",
        number.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ]
    for form in forms:
        value, flaw = parse(Kind.PHONE, form, COLUMNS[Kind.PHONE], Context())
        assert (value, getattr(flaw, "severity", "warning")) == (number, "warning"), form


@given(area=st.sampled_from(["010", "021", "0571", "0755"]), rest=st.integers(20_000_000, 89_999_999))
def test_a_landline_with_its_area_and_two_numbers_in_a_cell(area: str, rest: int) -> None:
    number = f"{area}-{rest}"
    for form in (number, f"{area}{rest}", f"({area}){rest}", f"（{area}）{rest}", f"{area} {rest}"):
        assert read(Kind.PHONE, form) == number, form
    for mark in ("、", "/", "；", ",", "\n"):
        assert read(Kind.PHONE, f"{number}{mark}13800138000") == f"{number}、13800138000", mark


def identity(day: dt.date, serial: int) -> str:
    """A number with its check digit by the weights of GB 11643-1999."""
    body = f"110101{day:%Y%m%d}{serial:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(one) * weight for one, weight in zip(body, weights, strict=True)) % 11]


@given(day=st.dates(dt.date(1900, 1, 1), dt.date(2025, 12, 31)), serial=st.integers(0, 999), place=st.integers(0, 17))
def test_an_identity_number_in_every_form_and_no_other(day: dt.date, serial: int, place: int) -> None:
    number = identity(day, serial)
    wide = number.translate(str.maketrans("0123456789X", "０１２３４５６７８９ｘ"))
    for form in (number, number.lower(), f"'{number}", f" {number[:6]} {number[6:14]} {number[14:]} ", wide):
        assert read(Kind.ID_NO, form) == number
    wrong = number[:place] + ("1" if number[place] in "0X" else "0") + number[place + 1 :]
    value, flaw = parse(Kind.ID_NO, wrong, COLUMNS[Kind.ID_NO], Context())
    assert flaw is not None, wrong
    assert (value, flaw.severity) == (None, "error")


@given(day=st.dates(dt.date(1900, 1, 1), dt.date(2025, 12, 31)), serial=st.integers(0, 999))
def test_an_identity_number_that_excel_made_a_number_is_gone(day: dt.date, serial: int) -> None:
    """110101199003070011 as a number is 1.10101199003070E+17: the last digits are zeros, and no reader has them."""
    number = identity(day, serial).replace("X", "0")
    for form in (float(number), f"{float(number):.5E}"):
        value, flaw = parse(Kind.ID_NO, form, COLUMNS[Kind.ID_NO], Context())
        assert value is None
        assert flaw is not None
        assert flaw.code == "precision"


@given(st.lists(st.sampled_from("张王李欧阳司马伟芳娜敏静"), min_size=2, max_size=4).map("".join), st.integers(1, 4))
def test_names_with_spaces_inside(name: str, blanks: int) -> None:
    for gap in (" ", "\u3000", "\xa0"):
        value, flaw = parse(Kind.TEXT, (gap * blanks).join(name), PERSON, Context())
        assert (value, flaw) == (name, None)


@given(st.sampled_from(["潜在", "在用"]), st.sampled_from(["{0}", " {0} ", "1-{0}", "{0}（A）", "2.{0}"]))
def test_choices_by_their_word_whatever_stands_around(word: str, form: str) -> None:
    assert read(Kind.CHOICE, form.format(word)) == word


@given(st.booleans())
def test_yes_and_no(flag: bool) -> None:
    for form in ["是", "√", "Y", "1", "TRUE"] if flag else ["否", "×", "N", "0", "FALSE"]:
        assert read(Kind.FLAG, form) is flag
    assert read(Kind.FLAG, flag) is flag


@given(st.integers(1, 12), st.integers(1, 30), st.booleans())
def test_lunar_days_in_figures_and_in_words(month: int, day: int, leap: bool) -> None:
    """农历8月15日, 八月十五 and 1965年8月15日（农历） are one day."""
    said, flaw = read_lunar(f"农历{'闰' if leap else ''}{month}月{day}日")
    assert flaw is None
    assert said.startswith("闰") == leap
    assert read_lunar(said) == (said, None)
    assert read_lunar(f"1965年{said}（农历）") == (said, None)


@settings(max_examples=300)
@pytest.mark.parametrize("kind", list(Kind))
@given(cells=st.lists(CELLS, max_size=6))
def test_short_cuts_say_what_the_parsers_say(kind: Kind, cells: list[Cell]) -> None:
    """Cells one by one through the parser, one by one through the short cut, and all at once."""
    column, context = COLUMNS[kind], Context()
    careful = Memo(bind(kind, column, context), kind)
    plain = [str(cell).upper() if isinstance(cell, bool) else cell for cell in cells]
    expected = [careful[cell] for cell in plain]
    quick = Memo(bind(kind, column, context), kind, shortcut(kind, column, context))
    assert [quick[cell] for cell in plain] == expected
    many = bulk(kind, column, context)
    if many is not None:
        assert many(plain, Memo(bind(kind, column, context), kind).__getitem__) == expected


@given(amount=st.decimals(min_value=-(10**8), max_value=10**8, places=4, allow_nan=False))
def test_a_float_of_excel_is_the_number_that_was_typed(amount: Decimal) -> None:
    value = read(Kind.MONEY, float(amount))
    assert isinstance(value, Decimal)
    assert value.quantize(Decimal("0.0001"), ROUND_HALF_UP) == amount
