"""Lists as they come off a printer: titles and headings again on each page, groups, averages, folded columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.importing.sends import HEAD, client, read, records, workbook

LINE = list[Any]


def outcome(path: Path) -> tuple[list[str], list[tuple[int, str]], tuple[int, ...]]:
    """The keys that came in, the rows left out and why, and the rejected rows."""
    intakes, _told = read(path)
    return (
        [key for one in intakes for key in records(one)],
        [(item.row, item.why) for one in intakes for item in one.skipped],
        tuple(row for one in intakes for row in one.rejected),
    )


def test_a_title_again_on_every_page(tmp_path: Path) -> None:
    """
    1 客户名单
    2 填报日期：2026年10月30日
    3 heading
    4 C1
    5 第1页，共2页
    6 客户名单
    7 填报日期：2026年10月30日
    8 heading
    9 C2
    """
    top: list[LINE] = [["客户名单"], ["填报日期：2026年10月30日"], HEAD]
    path = workbook(tmp_path / "客户.xlsx", {"表": [*top, client(1), ["第1页，共2页"], *top, client(2)]})
    keys, out, rejected = outcome(path)
    assert keys == ["C1", "C2"]
    assert out == [(1, "title"), (2, "title"), (5, "note"), (6, "title"), (7, "note"), (8, "header")]
    assert rejected == ()


@pytest.mark.parametrize("again", ["续表", "（续上表）", "二、普通客户"])
def test_one_word_over_the_heading_said_again(tmp_path: Path, again: str) -> None:
    path = workbook(tmp_path / "客户.xlsx", {"表": [HEAD, client(1), [again], HEAD, client(2)]})
    assert outcome(path) == (["C1", "C2"], [(3, "title"), (4, "header")], ())


def test_a_record_with_little_in_it_before_the_heading_said_again_stays(tmp_path: Path) -> None:
    """The last row of the page has a number and a name only: it is rejected for what it lacks, not lost."""
    path = workbook(tmp_path / "客户.xlsx", {"表": [HEAD, client(1), ["C2", "乙乙"], HEAD, client(3)]})
    assert outcome(path) == (["C1", "C3"], [(4, "header")], (3,))


@pytest.mark.parametrize("group", ["一、贵宾客户", "（二）普通客户", "1、贵宾客户"])
def test_the_heading_of_a_group_is_no_client(tmp_path: Path, group: str) -> None:
    path = workbook(tmp_path / "客户.xlsx", {"表": [HEAD, [group], client(1), client(2)]})
    assert outcome(path) == (["C1", "C2"], [(2, "title")], ())


def test_a_lone_number_of_a_client_is_still_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "客户.xlsx", {"表": [HEAD, client(1), ["C2"], client(3)]})
    assert outcome(path) == (["C1", "C3"], [], (3,))


@pytest.mark.parametrize("word", ["平均值", "户均", "占比", "较上月增减", "比上年增长率", "Average"])
def test_rows_that_reckon_with_the_others(tmp_path: Path, word: str) -> None:
    last: LINE = [word, None, None, None, 15, None]
    path = workbook(tmp_path / "客户.xlsx", {"表": [HEAD, client(1), client(2), last]})
    assert outcome(path) == (["C1", "C2"], [(4, "total")], ())


def test_a_branch_signs_below_its_list(tmp_path: Path) -> None:
    below: list[LINE] = [
        ["负责人：", None, None, "填表人：", None, None],
        [None, None, None, None, None, "城东支行（盖章）"],
    ]
    path = workbook(tmp_path / "客户.xlsx", {"表": [HEAD, client(1), client(2), [], *below]})
    keys, out, rejected = outcome(path)
    assert (keys, rejected) == (["C1", "C2"], ())
    assert out[-2:] == [(5, "note"), (6, "note")]


def test_a_list_folded_without_a_gap(tmp_path: Path) -> None:
    """The heading stands twice side by side: two halves of one list."""
    path = workbook(tmp_path / "客户.xlsx", {"表": [HEAD + HEAD, client(1) + client(3), client(2)]})
    keys, _out, rejected = outcome(path)
    assert sorted(keys) == ["C1", "C2", "C3"]
    assert rejected == ()


def test_a_page_of_explanations_above_the_table(tmp_path: Path) -> None:
    prose: list[LINE] = [[f"{number}. 请各支行于每月五日前报送，并核对客户信息。"] for number in range(1, 38)]
    path = workbook(tmp_path / "客户.xlsx", {"表": [*prose, [], HEAD, client(1), client(2)]})
    (intake,), _told = read(path)
    assert intake.header_rows == (39,)
    assert list(records(intake)) == ["C1", "C2"]


def test_an_amount_with_its_unit_in_a_form(tmp_path: Path) -> None:
    """
    客户登记表
    客户编号     | C1  | 客户姓名 | 张三
    客户经理工号 | E1  | 客户类型 | 个人
    存款（万元） | 1.5 | 备注     |
    """
    rows: list[LINE] = [
        ["客户登记表"],
        ["客户编号", "C1", "客户姓名", "张三"],
        ["客户经理工号", "E1", "客户类型", "个人"],
        ["联系电话", "13800138000", None, None],
        ["存款（万元）", 1.5, "备注", None],
    ]
    (intake,), _told = read(workbook(tmp_path / "客户.xlsx", {"表": rows}))
    assert records(intake)["C1"]["deposit"] == 15000


def test_a_column_of_row_numbers_says_nothing_about_the_table(tmp_path: Path) -> None:
    """序号 is also a column of the visit plan: a short list of clients is one all the same."""
    head = ["序号", "客户编号", "客户名称", "客户经理工号"]
    path = workbook(tmp_path / "上报.xlsx", {"表": [head, [1, "C1", "张三", "E1"], [2, "C2", "李四", "E1"]]})
    (intake,), _told = read(path)
    assert intake.table == "clients"
    assert list(records(intake)) == ["C1", "C2"]


def test_an_example_marked_behind_its_number(tmp_path: Path) -> None:
    sample = ["KH0001（示例）", *client(9)[1:]]
    path = workbook(tmp_path / "客户.xlsx", {"表": [HEAD, sample, client(1), ["C2", "（例行走访）甲", *client(2)[2:]]]})
    assert outcome(path) == (["C1", "C2"], [(2, "example")], ())
