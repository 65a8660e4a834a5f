"""Finding the table: every shape in which offices send one, and what must be left out of it, row by row.

| what is sent | test |
|---|---|
| title, note, unit and blank rows above; blank columns before | ``SHAPES[above]`` |
| headers of two, three and four rows with merged cells | ``two-rows``, ``three-rows``, ``four-rows``, ``joined`` |
| a row of units, column numbers, field codes, instructions, an 例 row | ``units`` … ``example-in-name`` |
| several tables on one sheet, with and without a gap or a title | ``stacked``, ``stacked-close``, ``stacked-titled`` |
| several sheets with the same and with different columns | :func:`test_sheets_of_the_same_and_of_other_columns` |
| labels down the side; forms of label and value | ``turned``, ``turned-titled``, ``form`` |
| values merged down | :func:`test_merged_down_is_filled_or_kept_once` |
| totals with and without a word | ``totals``, ``total-beside-number``, ``sums``, ``sums-as-text`` |
| footers, seals, page marks, signatures | ``footers``, ``signed-without-colon``, ``pages`` |
| rows of formulas only; rows of a number only | ``formulas``, ``numbered-blanks`` |
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from cmkit.importing.look import reasons
from tests.importing.sends import HEAD, STAFF, Cells, client, person, read, records, workbook

NO: list[None] = [None]


class Shape(NamedTuple):
    """A sheet, its merged ranges, and what must come of it: table, header rows, keys, rows left out by reason."""

    rows: Cells
    merges: tuple[str, ...]
    found: list[tuple[str, tuple[int, ...], list[str], dict[str, list[int]]]]


def clients(
    rows: tuple[int, ...], *keys: str, **out: list[int]
) -> tuple[str, tuple[int, ...], list[str], dict[str, list[int]]]:
    return "clients", rows, list(keys), out


SHAPES = {
    "above": Shape(
        [
            [None] * 8,
            [None, None, "平川支行2026年10月客户台账"],
            [None, None, "填表单位：平川支行", None, None, "填表日期：2026-10-30"],
            [None, None, "单位：元"],
            [None] * 8,
            [None, None, *HEAD],
            [None, None, *client(1)],
            [None, None, *client(2)],
        ],
        ("C2:H2",),
        [clients((6,), "C1", "C2", title=[2, 3, 4])],
    ),
    "two-rows": Shape(
        [
            [*HEAD[:4], "余额", None, "联系电话"],
            [None, None, None, None, "存款", "贷款", None],
            ["C1", "甲", "个人", "E1", 1, 2, "13800138000"],
        ],
        ("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:G2"),
        [clients((1, 2), "C1")],
    ),
    "three-rows": Shape(
        [
            ["基本信息", None, None, None, "资产负债", None, None],
            [*HEAD[:4], "资产", None, "负债"],
            [None, None, None, None, "存款", "理财", "贷款"],
            ["C1", "甲", "个人", "E1", 1, 2, 3],
        ],
        ("A1:D1", "E1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2"),
        [clients((1, 2, 3), "C1")],
    ),
    "four-rows": Shape(
        [
            ["客户台账", None, None, None, "业务", None, None],
            ["客户", None, None, None, "资产负债", None, None],
            ["编号", "姓名", "类型", "客户经理工号", "资产", None, "负债"],
            [None, None, None, None, "存款", "理财", "贷款"],
            ["C1", "甲", "个人", "E1", 1, 2, 3],
        ],
        ("A1:D1", "E1:G1", "A2:D2", "E2:G2", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3"),
        [clients((1, 2, 3, 4), "C1")],
    ),
    "units": Shape(
        [HEAD, [None, None, None, None, "万元", None], client(1), client(2)], (), [clients((1,), "C1", "C2", units=[2])]
    ),
    "numbers": Shape(
        [HEAD, ["甲", "乙", "丙", "丁", 1, 2], client(1), client(2)], (), [clients((1,), "C1", "C2", numbers=[2])]
    ),
    "codes": Shape(
        [HEAD, ["client_id", "name", "kind", "owner_id", "deposit", "phone"], client(1)],
        (),
        [clients((1,), "C1", codes=[2])],
    ),
    "advice": Shape(
        [HEAD, ["必填", "必填，与证件一致", "个人/企业", "填工号", "单位：元", "11位手机号"], client(1)],
        (),
        [clients((1,), "C1", advice=[2])],
    ),
    "advice-in-one-cell": Shape(
        [HEAD, ["填写说明：带*为必填，日期按2026-01-01填写。"], client(1)],
        ("A2:F2",),
        [clients((1,), "C1", advice=[2])],
    ),
    "example": Shape(
        [["序号", *HEAD], ["例", *client(9)], [1, *client(1)], [2, *client(2)]],
        (),
        [clients((1,), "C1", "C2", example=[2])],
    ),
    "example-after-advice": Shape(
        [["序号", *HEAD], [None, *["必填"] * 6], ["示例：1", *client(9)], [1, *client(1)]],
        (),
        [clients((1,), "C1", advice=[2], example=[3])],
    ),
    "example-in-name": Shape(
        [HEAD, ["C0001", "（示例）张某", "个人", "E0001", 10000, "13800000000"], client(1)],
        (),
        [clients((1,), "C1", example=[2])],
    ),
    "stacked": Shape(
        [["一、人员"], STAFF, person(1), person(2), NO, ["二、客户"], HEAD, client(1), ["合计", None, None, None, 10]],
        (),
        [("staff", (2,), ["E1", "E2"], {"title": [1]}), clients((7,), "C1", title=[6], total=[9])],
    ),
    "stacked-close": Shape(
        [STAFF, person(1), HEAD, client(1), client(2)],
        (),
        [("staff", (1,), ["E1"], {}), clients((3,), "C1", "C2")],
    ),
    "stacked-titled": Shape(
        [["人员"], STAFF, person(1), ["客户"], HEAD, client(1)],
        ("A1:E1", "A4:F4"),
        [("staff", (2,), ["E1"], {"title": [1]}), clients((5,), "C1", title=[4])],
    ),
    "turned": Shape(
        [list(line) for line in zip(HEAD, client(1), client(2), strict=True)], (), [clients((1,), "C1", "C2")]
    ),
    "turned-titled": Shape(
        [["客户信息"], *[list(line) for line in zip(HEAD, client(1), client(2), strict=True)]],
        ("A1:C1",),
        [clients((1,), "C1", "C2", title=[1])],
    ),
    "form": Shape(
        [
            ["客户资料卡"],
            ["客户编号", "C1", "客户姓名", "甲"],
            ["客户类型", "个人", "客户经理工号", "E1"],
            ["存款", "1.2万", "联系电话", "13800138000"],
            ["以上信息属实"],
        ],
        ("A1:D1",),
        [clients((2,), "C1", title=[1], note=[5])],
    ),
    "totals": Shape(
        [
            HEAD,
            client(1),
            client(2),
            ["小计", None, None, None, 20],
            client(3),
            ["小  计", None, None, None, 10],
            ["合　计", None, None, None, 30],
            ["总计（户）", 3, None, None, 30],
        ],
        (),
        [clients((1,), "C1", "C2", "C3", total=[4, 6, 7, 8])],
    ),
    "total-beside-number": Shape(
        [["序号", *HEAD], [1, *client(1)], [2, *client(2)], [None, "城东支行合计", None, None, None, 20]],
        (),
        [clients((1,), "C1", "C2", total=[4])],
    ),
    "sums": Shape(
        [HEAD, client(1, 10), client(2, 20), [None, None, None, None, 30]], (), [clients((1,), "C1", "C2", total=[4])]
    ),
    "sums-as-text": Shape(
        [HEAD, client(1, "1,000.00"), client(2, "2,000.50"), [None, None, None, None, "3,000.50"]],
        (),
        [clients((1,), "C1", "C2", total=[4])],
    ),
    "footers": Shape(
        [
            HEAD,
            client(1),
            ["制表人：张三", None, "复核：李四", None, "2026年10月30日"],
            ["备注：以上数据截至10月底。"],
            ["数据来源：核心系统"],
            ["（盖章）"],
            ["负责人签字：", None, None, "日期："],
        ],
        (),
        [clients((1,), "C1", note=[3, 4, 5, 6, 7])],
    ),
    "signed-without-colon": Shape(
        [HEAD, client(1), ["制表人", "张三", None, "审核人", "李四"], ["以上数据来源于核心系统，如有疑问请联系张三"]],
        (),
        [clients((1,), "C1", note=[3, 4])],
    ),
    "pages": Shape(
        [HEAD, client(1), ["第1页/共2页"], HEAD, client(2)], (), [clients((1,), "C1", "C2", note=[3], header=[4])]
    ),
    "formulas": Shape(
        [HEAD, client(1), *[[None, None, None, None, f"=E{row - 1}"] for row in (3, 4)]],
        (),
        [clients((1,), "C1", formula=[3, 4])],
    ),
    "numbered-blanks": Shape([["序号", *HEAD], [1, *client(1)], [2], [3]], (), [clients((1,), "C1", numbering=[3, 4])]),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape(tmp_path: Path, name: str) -> None:
    """The records, nothing rejected, and every other row left out under its reason, which has a word."""
    rows, merges, expected = SHAPES[name]
    intakes, told = read(workbook(tmp_path / "平川台账.xlsx", {"Sheet1": rows}, merges=merges))
    found = []
    for one in intakes:
        out: dict[str, list[int]] = {}
        for item in one.skipped:
            out.setdefault(item.why, []).append(item.row)
        found.append((one.table, one.header_rows, [row.key for row in one.rows], out))
        assert one.rejected == ()
        assert not any(why in reasons(one.skipped) for why in out)
    assert found == expected
    assert told == []


def test_a_heading_of_several_rows_is_joined(tmp_path: Path) -> None:
    """
    指标 | 责任主体 | 期间 | 本日产量
         |          |      | 预计 | 实际      -> 本日产量/预计, 本日产量/实际; only the second is a column of ours
    """
    rows: Cells = [
        ["指标", "责任主体", "期间", "本日产量", None],
        [None, None, None, "预计", "实际"],
        ["DEP", "E1", "2026-10", 1, 2],
    ]
    path = workbook(tmp_path / "指标实际.xlsx", {"表": rows}, merges=("A1:A2", "B1:B2", "C1:C2", "D1:E1"))
    (intake,), _told = read(path)
    assert [(one.code, one.place.cell) for one in intake.problems] == [("unknown_column", "D2")]
    assert "本日产量/预计" in intake.problems[0].message
    assert [row["value"] for row in records(intake).values()] == [2]


def test_sheets_of_the_same_and_of_other_columns(tmp_path: Path) -> None:
    """Three sheets of clients are read one by one; 人员 goes to its table; a page of words is said to be none."""
    sheets: dict[str, Cells] = {name: [HEAD, client(number)] for number, name in enumerate(("城东", "城西", "高新"), 1)}
    sheets |= {"人员": [STAFF, person(1)], "填报说明": [["请按时报送"], ["联系人：张三"]]}
    intakes, told = read(workbook(tmp_path / "月报.xlsx", sheets))
    assert [(one.sheet, one.table, [row.key for row in one.rows]) for one in intakes] == [
        ("城东", "clients", ["C1"]),
        ("城西", "clients", ["C2"]),
        ("高新", "clients", ["C3"]),
        ("人员", "staff", ["E1"]),
    ]
    assert told == ["sheet_left_out"]


def test_merged_down_is_filled_or_kept_once(tmp_path: Path) -> None:
    """
    工号  编号  ...  存款  贷款
    E1    C1         1     100      <- E1 is for three clients, the loan of 100 is one loan
          C2         2
          C3         3
    """
    head = ["客户经理工号", "客户编号", "客户姓名", "客户类型", "存款", "贷款"]
    rows: Cells = [
        head,
        ["E1", "C1", "甲", "个人", 1, 100],
        [None, "C2", "乙", "个人", 2, None],
        [None, "C3", "丙", "个人", 3, None],
    ]
    (intake,), _told = read(workbook(tmp_path / "客户.xlsx", {"表": rows}, merges=("A2:A4", "F2:F4")))
    found = records(intake)
    assert [one["owner_id"] for one in found.values()] == ["E1"] * 3
    assert [one.get("loan") for one in found.values()] == [100, None, None]
