"""Reading the values: each form that people write, in a workbook, as the issue that asked for it spells it.

| what is written | test |
|---|---|
| dates in every form, without a year, as serial numbers, in text cells, in Chinese date formats | :func:`test_a_day` |
| workbooks that count from 1904 | :func:`test_a_day_of_a_workbook_that_counts_from_1904` |
| lunar birthdays where marked | :func:`test_a_lunar_birthday` |
| amounts: 万, 亿, separators, full width, ￥, 元, brackets, capitals | :func:`test_an_amount` |
| percent and permille | :func:`test_a_rate` |
| units of the heading, of a row under it, of the cell | :func:`test_units_are_turned_into_the_packs` |
| phones as numbers, in scientific notation, two in a cell, landlines | :func:`test_a_phone` |
| identity numbers, credit codes, and what Excel destroyed | :func:`test_an_identity_number` |
| names with spaces inside | :func:`test_a_name` |
| choices by label or code | :func:`test_a_choice` |
| N/A, -, /, 无, 空 | :func:`test_nothing_said` |
| codes shown with zeros by their number format; text that looks like a number | :func:`test_a_code` |
| error cells, formulas without a value | :func:`test_cells_that_hold_no_value` |
| hh:mm as a time, as text, as a fraction of a day | :func:`test_a_time` |
| a column is parsed by its type, never guessed | :func:`test_a_column_is_what_the_pack_says` |
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cmkit.base.period import parse_period
from cmkit.facts.kinds import Kind
from cmkit.importing.options import ReadOptions
from cmkit.importing.values import Context, parse
from tests.importing.sends import HEAD, SPECS, read, records, workbook

BASE = HEAD[:4]
FIFTH = dt.date(2024, 3, 5)
SERIAL = 45356
"""5 March 2024 as Excel counts: 1 January 2024 is 45292, and 5 March is the 65th day of a leap year."""


def one(folder: Path, heading: str, cell: Any, *, form: str = "", key: str = "") -> tuple[Any, list[str]]:
    """What a client's cell under ``heading`` becomes in column ``key``, and the codes of what is said of it."""
    path = workbook(
        folder / "客户台账.xlsx",
        {"表": [[*BASE, heading], ["C1", "甲", "个人", "E1", cell]]},
        formats={"E2": form} if form else None,
    )
    (intake,), _told = read(path, ReadOptions(period=parse_period("2024-03")))
    said = [problem.code for problem in intake.problems]
    found = records(intake)
    rest = {
        name: value
        for name, value in found.get("C1", {}).items()
        if name not in {"client_id", "name", "kind", "owner_id"}
    }
    if key:
        rest = {name: value for name, value in found.get("C1", {}).items() if name == key}
    return next(iter(rest.values()), None), said


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        ("2024年3月5日", ""),
        ("2024.3.5", ""),
        ("2024/3/5", ""),
        ("20240305", ""),
        (20240305, ""),
        ("24-3-5", ""),
        ("3月5日", ""),
        ("3/5", ""),
        (SERIAL, ""),
        (str(SERIAL), ""),
        (FIFTH, ""),
        (dt.datetime(2024, 3, 5, 9, 30), ""),  # noqa: DTZ001 - a day has no zone
        ("2024-03-05 09:30:00", ""),
        ("2024年03月05日 星期二", ""),
        ("２０２４年３月５日", ""),
        ("二〇二四年三月五日", ""),
        ("'2024-03-05", ""),
        ("2024-03-05", "yyyy-mm-dd"),
        (SERIAL, 'yyyy"年"m"月"d"日"'),
        (SERIAL, '[$-804]yyyy"年"m"月"d"日";@'),
        (SERIAL, 'm"月"d"日"'),
        (SERIAL, '[DBNum1][$-804]yyyy"年"m"月"d"日"'),
        (SERIAL, "[$-F800]dddd, mmmm dd, yyyy"),
    ],
)
def test_a_day(tmp_path: Path, cell: Any, form: str) -> None:
    assert one(tmp_path, "建档日期", cell, form=form) == (FIFTH, [])


@pytest.mark.parametrize("number", [14, 27, 28, 30, 31, 36, 50, 57, 58])
def test_formats_that_only_chinese_excel_knows(tmp_path: Path, number: int) -> None:
    """Format ids without a code in the file: openpyxl writes a code of its own, so the id is put in afterwards."""
    path = workbook(
        tmp_path / "客户台账.xlsx",
        {"表": [[*BASE, "建档日期"], ["C1", "甲", "个人", "E1", SERIAL]]},
        formats={"E2": 'yyyy"x"m"x"d'},
    )
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    styles = re.sub(rb"<numFmts.*?</numFmts>", b"", parts["xl/styles.xml"])
    assert b'numFmtId="164"' in styles
    parts["xl/styles.xml"] = styles.replace(b'numFmtId="164"', f'numFmtId="{number}"'.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    (intake,), _told = read(path)
    assert records(intake)["C1"]["created_on"] == FIFTH


@pytest.mark.parametrize("cell", ["2024年3月", "2024-2-30", "5/3/2024", "6-3-5", "明天", True])
def test_what_is_no_day_is_said_and_never_guessed(tmp_path: Path, cell: Any) -> None:
    value, said = one(tmp_path, "建档日期", cell)
    assert value is None
    assert said in (["date"], ["date_ambiguous"])


def test_a_day_of_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    """1 January 1904 is day 0: 5 March 2024 is day 45356 - 1462 = 43894, as a date cell and as a bare number."""
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.worksheets[0]
    for row in ([*BASE, "建档日期"], ["C1", "甲", "个人", "E1", FIFTH], ["C2", "乙", "个人", "E1", 43894]):
        sheet.append(row)
    book.save(tmp_path / "客户台账.xlsx")
    (intake,), _told = read(tmp_path / "客户台账.xlsx")
    assert [row["created_on"] for row in records(intake).values()] == [FIFTH, FIFTH]


@pytest.mark.parametrize(
    ("cell", "key", "value"),
    [
        ("农历八月十五", "lunar_birthday", "八月十五"),
        ("农历8月15日", "lunar_birthday", "八月十五"),
        ("八月十五(农历)", "lunar_birthday", "八月十五"),
        ("1965年8月15日（农历）", "lunar_birthday", "八月十五"),
        ("农历1965.8.15", "lunar_birthday", "八月十五"),
        ("阴历正月初一", "lunar_birthday", "正月初一"),
        ("1965年8月15日", "birthday", dt.date(1965, 8, 15)),
    ],
)
def test_a_lunar_birthday(tmp_path: Path, cell: str, key: str, value: Any) -> None:
    assert one(tmp_path, "生日", cell, key=key) == (value, [])


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        ("1.2万", "12000"),
        ("3亿", "300000000"),
        ("1,234,567.89", "1234567.89"),
        ("１２３４．５", "1234.5"),
        ("￥1,234.50", "1234.5"),
        ("1,234.50元", "1234.5"),
        ("(1,234)", "-1234"),
        ("（1,234）", "-1234"),
        ("壹万贰仟", "12000"),
        ("壹万贰仟叁佰肆拾伍元陆角柒分", "12345.67"),
        ("1.2 万元", "12000"),
        ("-1,234", "-1234"),
        ("'100", "100"),
        (1234.5, "1234.5"),
        (0, "0"),
    ],
)
def test_an_amount(tmp_path: Path, cell: Any, yuan: str) -> None:
    assert one(tmp_path, "存款", cell) == (Decimal(yuan), [])


@pytest.mark.parametrize(
    ("cell", "code"), [("约1.2万", "number"), ("12%", "number_unit"), ("100美元", "number_unit"), ("1,23", "number")]
)
def test_what_is_no_amount(tmp_path: Path, cell: str, code: str) -> None:
    assert one(tmp_path, "存款", cell) == (None, [code])


@pytest.mark.parametrize(
    ("heading", "cell", "yuan"),
    [
        ("存款（万元）", 1.2, "12000"),
        ("存款(单位:亿元)", 1.2, "120000000"),
        ("存款余额/万元", 1.2, "12000"),
        ("存款万元", 1.2, "12000"),
        ("存款（千元）", 1.2, "1200"),
        ("存款（元）", 1.2, "1.2"),
        ("存款（万元）", "12000元", "12000"),
        ("存款（万元）", "3亿", "300000000"),
    ],
)
def test_units_are_turned_into_the_packs(tmp_path: Path, heading: str, cell: Any, yuan: str) -> None:
    assert one(tmp_path, heading, cell) == (Decimal(yuan), [])


def test_a_unit_above_the_table_and_in_a_row_under_the_heading(tmp_path: Path) -> None:
    row = ["C1", "甲", "个人", "E1", 1.2]
    above = workbook(tmp_path / "a" / "客户台账.xlsx", {"表": [["单位：万元"], [*BASE, "存款"], row]})
    under = workbook(tmp_path / "b" / "客户台账.xlsx", {"表": [[*BASE, "存款"], [None, None, None, None, "万元"], row]})
    for path in (above, under):
        (intake,), _told = read(path)
        assert records(intake)["C1"]["deposit"] == 12000


@pytest.mark.parametrize("cell", ["4.35%", "4.35", 4.35, "43.5‰", "４．３５％"])
def test_a_rate(cell: Any) -> None:
    """A rate is kept in percent: any column of that kind, in any pack."""
    spec = next(column for table in SPECS.values() for column in table.columns.values() if column.kind is Kind.RATE)
    assert parse(Kind.RATE, cell, spec, Context()) == (Decimal("4.35"), None)


@pytest.mark.parametrize(
    ("cell", "phone", "said"),
    [
        (13800138000, "13800138000", []),
        (1.38e10, "13800000000", ["phone_range"]),
        ("1.38E+10", None, ["precision"]),
        ("1.3800138000E+10", "13800138000", []),
        ("13800138000/13900139000", "13800138000、13900139000", []),
        ("13800138000、13900139000", "13800138000、13900139000", []),
        ("13800138000 或 13900139000", "13800138000、13900139000", []),
        ("13800138000 13900139000", "13800138000、13900139000", []),
        ("13800138000\n13900139000", "13800138000、13900139000", []),
        ("0571-88886666", "0571-88886666", []),
        ("(0571)88886666", "0571-88886666", []),
        ("057188886666", "0571-88886666", []),
        ("010-62778899转801", "010-62778899-801", []),
        ("+86 138 0013 8000", "13800138000", []),
        ("１３８００１３８０００", "13800138000", []),
        ("13800138000（微信同号）", "13800138000", ["phone_remark"]),
        ("手机：13800138000", "13800138000", ["phone_remark"]),
        ("1380013800", None, ["phone"]),
        ("13800138000（妻子13900139000）", None, ["phone"]),
    ],
)
def test_a_phone(tmp_path: Path, cell: Any, phone: str | None, said: list[str]) -> None:
    value, found = one(tmp_path, "联系电话", cell)
    assert value == phone
    assert [code for code in found if code != "phone_range"] == [code for code in said if code != "phone_range"]


ID = "110101199003070038"


@pytest.mark.parametrize(
    ("cell", "number", "said"),
    [
        (ID, ID, []),
        ("110101 19900307 0038", ID, []),
        ("'" + ID, ID, []),
        ("110101199003070031", None, ["id_check"]),
        ("110101199002300038", None, ["id_birth"]),
        (int(ID), None, ["precision"]),
        (float(ID), None, ["precision"]),
        ("1.10101E+17", None, ["precision"]),
        ("91350100M000100Y43", "91350100M000100Y43", []),
        ("91350100M000100Y44", None, ["uscc"]),
        ("11010119900307003", None, ["id_length"]),
    ],
)
def test_an_identity_number(tmp_path: Path, cell: Any, number: str | None, said: list[str]) -> None:
    """What Excel made a number is a problem on that cell: the last digits are gone."""
    assert one(tmp_path, "证件号码", cell) == (number, said)


@pytest.mark.parametrize("cell", ["张三", "张  三", "张　三", " 张三 ", "张\n三"])
def test_a_name(tmp_path: Path, cell: str) -> None:
    path = workbook(tmp_path / "客户台账.xlsx", {"表": [BASE, ["C1", cell, "个人", "E1"]]})
    (intake,), _told = read(path)
    assert records(intake)["C1"]["name"] == "张三"


@pytest.mark.parametrize(
    ("cell", "tier"),
    [("贵宾", "贵宾"), ("VIP", "贵宾"), ("1-贵宾", "贵宾"), ("贵宾（金卡）", "贵宾"), (" 贵 宾 ", "贵宾")],
)
def test_a_choice(tmp_path: Path, cell: str, tier: str) -> None:
    assert one(tmp_path, "客户等级", cell) == (tier, [])


def test_a_choice_that_there_is_not(tmp_path: Path) -> None:
    assert one(tmp_path, "客户等级", "铂金卡") == (None, ["choice"])


@pytest.mark.parametrize("cell", ["N/A", "-", "/", "无", "空", "——", "  ", "暂无", "n/a", "／"])
@pytest.mark.parametrize("heading", ["存款", "建档日期", "联系电话", "证件号码", "地址", "客户等级"])
def test_nothing_said(tmp_path: Path, cell: str, heading: str) -> None:
    assert one(tmp_path, heading, cell) == (None, [])


@pytest.mark.parametrize(
    ("cell", "form", "code"),
    [(123, "00000", "00123"), ("00123", "", "00123"), (123, "", "123"), ("1E5", "", "1E5"), (123.0, "General", "123")],
)
def test_a_code(tmp_path: Path, cell: Any, form: str, code: str) -> None:
    path = workbook(
        tmp_path / "客户台账.xlsx",
        {"表": [BASE, [cell, "甲", "个人", "E1"]]},
        formats={"A2": form} if form else None,
    )
    (intake,), _told = read(path)
    assert list(records(intake)) == [code]


@pytest.mark.parametrize(
    ("cell", "code"),
    [("#N/A", "error_cell"), ("#REF!", "error_cell"), ("#DIV/0!", "error_cell"), ("=1+1", "no_cached_value")],
)
def test_cells_that_hold_no_value(tmp_path: Path, cell: str, code: str) -> None:
    assert one(tmp_path, "存款", cell) == (None, [code])


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        ("09:30", ""),
        ("9:30", ""),
        ("9点30分", ""),
        ("上午9:30", ""),
        (dt.time(9, 30), ""),
        (9.5 / 24, "hh:mm"),
        (9.5 / 24, "h:mm"),
        (9.5 / 24, ""),
    ],
)
def test_a_time(tmp_path: Path, cell: Any, form: str) -> None:
    head = ["日期", "客户编号", "工号", "方式", "目的", "沟通内容", "结果", "时间"]
    row = ["2026-10-09", "C1", "E1", "电话", "问候", "谈存款", "成交", cell]
    path = workbook(tmp_path / "接触记录.xlsx", {"表": [head, row]}, formats={"H2": form} if form else None)
    (intake,), _told = read(path)
    (found,) = records(intake).values()
    assert str(found["time"])[:5] == "09:30"


def test_a_column_is_what_the_pack_says(tmp_path: Path) -> None:
    """Every client number looks like a date, every address like a number: they stay what the pack says they are."""
    rows: list[Any] = [[*BASE, "地址"], *[[f"2024-03-0{n}", "甲", "个人", "00123", 500 + n] for n in range(1, 4)]]
    (intake,), _told = read(workbook(tmp_path / "客户台账.xlsx", {"表": rows}))
    found = records(intake)
    assert list(found) == ["2024-03-01", "2024-03-02", "2024-03-03"]
    assert [row["address"] for row in found.values()] == ["501", "502", "503"]
    assert {row["owner_id"] for row in found.values()} == {"00123"}
