from __future__ import annotations

import contextlib

from cmkit.sheets.cells import Merge, Row, Sheet
from cmkit.sheets.table import Table, find_tables
from cmkit.sheets.words import unit_line


def drawn(text: str, *merged: Merge) -> Sheet:
    """A sheet from a drawing: cells between bars, numbers as numbers."""
    rows: list[Row] = []
    for line in text.strip("\n").splitlines():
        cells: Row = []
        for part in line.strip().strip("|").split("|"):
            word = part.strip()
            cells.append(word)
            with contextlib.suppress(ValueError):
                cells[-1] = float(word)
        rows.append(cells)
    width = max(map(len, rows))
    for row in rows:
        row.extend([""] * (width - len(row)))
    return Sheet("表", rows=rows, merged=merged)


def only(sheet: Sheet) -> Table:
    (table,) = find_tables(sheet)
    return table


def left_out(table: Table) -> list[tuple[int, str]]:
    return [(item.row, item.why) for item in table.skipped]


def test_title_unit_line_total_and_footer_are_left_out() -> None:
    table = only(
        drawn("""
        | 城东支行客户台账 |      |        |          |
        | 填表日期：2026-10-31 | | | 单位：万元 |
        |                  |      |        |          |
        | 客户编号         | 姓名 | 等级   | 存款余额 |
        | 000123           | 张三 | A      | 12.5     |
        | C002             | 李四 | B      | 3        |
        | 合计             |      |        | 15.5     |
        | 注：本表含个人客户。 |   |      |          |
        | 制表人：王五     |      | 审核： |          |
        """)
    )
    assert table.header_rows == (4,)
    assert table.columns == ["客户编号", "姓名", "等级", "存款余额"]
    assert [number for number, _cells in table.rows] == [5, 6]
    assert table.unit == "万元"
    assert left_out(table) == [(1, "title"), (2, "title"), (7, "total"), (8, "note"), (9, "note")]
    assert table.range == "A4:D9"


def test_rows_of_units_numbers_codes_advice_and_example_are_no_records() -> None:
    table = only(
        drawn("""
        | 客户编号  | 客户名称    | 存款余额 | 建档日期   |
        |           |             | 万元     |            |
        | 1         | 2           | 3        | 4          |
        | client_id | client_name | deposit  | created_on |
        | 必填      | 必填        | 选填     | 格式：2026-01-01 |
        | 例：C001  | 某某公司    | 12.5     | 2026-01-01 |
        | C001      | 平川商贸    | 8        | 2026-02-03 |
        | C002      | 河西食品    | 9        | 2026-02-04 |
        """)
    )
    assert left_out(table) == [(2, "units"), (3, "numbers"), (4, "codes"), (5, "advice"), (6, "example")]
    assert table.units == ("", "", "万元", "")
    assert len(table.rows) == 2


def test_group_headings_merged_over_their_columns_are_joined() -> None:
    """
    机构 | 本日产量    | 本月产量
         | 预计 | 实际 | 预计 | 实际
    """
    table = only(
        drawn(
            """
        | 产量表 |          |      |          |      |
        | 机构   | 本日产量 |      | 本月产量 |      |
        |        | 预计     | 实际 | 预计     | 实际 |
        | 城东   | 1        | 2    | 3        | 4    |
        | 城西   | 5        | 6    | 7        | 8    |
        """,
            (0, 0, 0, 4),
            (1, 0, 2, 0),
            (1, 1, 1, 2),
            (1, 3, 1, 4),
        )
    )
    assert table.header_rows == (2, 3)
    assert table.columns == ["机构", "本日产量/预计", "本日产量/实际", "本月产量/预计", "本月产量/实际"]
    assert len(table.rows) == 2


def test_three_header_rows() -> None:
    table = only(
        drawn(
            """
        | 机构 | 存款 |      |      | 贷款 |
        |      | 个人 |      | 对公 |      |
        |      | 活期 | 定期 |      |      |
        | 城东 | 1    | 2    | 3    | 4    |
        | 城西 | 1    | 2    | 3    | 4    |
        """,
            (0, 0, 2, 0),
            (0, 1, 0, 3),
            (1, 1, 1, 2),
            (1, 3, 2, 3),
            (0, 4, 2, 4),
        )
    )
    assert table.header_rows == (1, 2, 3)
    assert table.columns == ["机构", "存款/个人/活期", "存款/个人/定期", "存款/对公", "贷款"]


def test_group_headings_without_merged_cells() -> None:
    table = only(
        drawn("""
        | 机构 | 本日产量 |      | 本月产量 |      |
        |      | 预计     | 实际 | 预计     | 实际 |
        | 城东 | 1        | 2    | 3        | 4    |
        """)
    )
    assert table.header_rows == (1, 2)
    assert table.columns == ["机构", "本日产量/预计", "本日产量/实际", "本月产量/预计", "本月产量/实际"]


def test_columns_and_rows_before_the_table() -> None:
    table = only(
        drawn("""
        | | |      |      |
        | | | 姓名 | 年龄 |
        | | | 小明 | 28   |
        """)
    )
    assert (table.first_column, table.last_column, table.range) == (3, 4, "C2:D3")
    assert table.rows == [(3, ["小明", 28.0])]


def test_values_merged_down_are_filled_and_remembered() -> None:
    """
    支行 | 客户 | 余额
    城东 | 张三 | 1
     ⋮   | 李四 | 2
    """
    table = only(
        drawn(
            """
        | 支行 | 客户 | 余额 |
        | 城东 | 张三 | 1    |
        |      | 李四 | 2    |
        | 城西 | 王五 | 3    |
        """,
            (1, 0, 2, 0),
        )
    )
    assert [cells[0] for _number, cells in table.rows] == ["城东", "城东", "城西"]
    assert table.carried == {0: {3}}


def test_subtotals_between_and_blank_rows_are_counted() -> None:
    table = only(
        drawn("""
        | 支行 | 客户 | 余额 |
        | 城东 | 张三 | 1    |
        | 城东支行小计 |  | 1 |
        |      |      |      |
        | 城西 | 王五 | 3    |
        | 城西 | 小 计 | 3   |
        | 总 计 |     | 4    |
        """)
    )
    assert [number for number, _cells in table.rows] == [2, 5]
    assert left_out(table) == [(3, "total"), (4, "blank"), (6, "total"), (7, "total")]


def test_a_client_whose_name_contains_the_word_is_no_total() -> None:
    table = only(
        drawn("""
        | 编号 | 客户         | 经理 | 余额 |
        | C1   | 平川设计院   | 甲   | 1    |
        | C2   | 合计科技公司 | 乙   | 2    |
        | C3   | 会计师事务所 | 丙   | 3    |
        """)
    )
    assert len(table.rows) == 3


def test_an_unlabelled_total_is_found_by_its_sums() -> None:
    table = only(
        drawn("""
        | 客户 | 存款 | 贷款 |
        | 张三 | 1.5  | 10   |
        | 李四 | 2.5  | 20   |
        |      | 4    | 30   |
        """)
    )
    assert len(table.rows) == 2
    assert left_out(table) == [(4, "total")]


def test_a_last_row_without_a_name_whose_numbers_are_no_sums_is_a_record() -> None:
    table = only(
        drawn("""
        | 客户 | 存款 | 贷款 |
        | 张三 | 1.5  | 10   |
        | 李四 | 2.5  | 20   |
        |      | 4    | 31   |
        """)
    )
    assert len(table.rows) == 3


def test_a_header_printed_again_on_the_next_page_is_left_out() -> None:
    table = only(
        drawn("""
        | 编号 | 姓名 | 余额 |
        | C1   | 张三 | 1    |
        | 编号 | 姓名 | 余额 |
        | C2   | 李四 | 2    |
        """)
    )
    assert [number for number, _cells in table.rows] == [2, 4]
    assert left_out(table) == [(3, "header")]


def test_two_tables_one_under_the_other() -> None:
    tables = find_tables(
        drawn("""
        | 客户台账 |      |      |      |
        | 编号     | 姓名 | 余额 |      |
        | C1       | 张三 | 1    |      |
        | C2       | 李四 | 2    |      |
        |          |      |      |      |
        | 指标目标 |      |      |      |
        | 指标     | 人员 | 期间 | 目标 |
        | 存款     | E1   | 2026 | 100  |
        """)
    )
    assert [table.header_rows for table in tables] == [(2,), (7,)]
    assert [len(table.rows) for table in tables] == [2, 1]
    assert tables[1].above == ("指标目标",)


def test_a_table_of_text_only() -> None:
    table = only(
        drawn("""
        | 花名册 |      |      |
        | 姓名   | 部门 | 职务 |
        | 张三   | 市场 | 经理 |
        | 李四   | 研发 | 主管 |
        """)
    )
    assert table.header_rows == (2,)
    assert len(table.rows) == 2


def test_known_words_find_a_header_that_its_shape_hides() -> None:
    """Most columns have no heading, so that the shape alone takes no row for the header."""
    text = """
        | 客户编号 | 客户名称 |   |   |   |   |   |
        | C1 | 张三 | 1 | 2 | 3 | 4 | 5 |
        | C2 | 李四 | 1 | 2 | 3 | 4 | 5 |
        """
    found = find_tables(drawn(text), {"客户编号", "客户名称"}.__contains__)
    assert [table.header_rows for table in found] == [(1,)]


def test_an_empty_form_has_a_header_and_no_rows() -> None:
    table = only(drawn("| 客户编号 | 客户名称 | 电话 |"))
    assert table.rows == []


def test_nothing_to_find() -> None:
    assert find_tables(Sheet("空")) == []
    assert find_tables(drawn("| 2026 |\n| 1 |")) == []


def test_unit_lines() -> None:
    assert unit_line(["填表单位：城东支行", "金额单位：万元"]) == "万元"
    assert unit_line(["（单位：元、户）"]) == "元"
    assert unit_line(["单位：城东支行"]) == ""
