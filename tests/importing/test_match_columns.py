from __future__ import annotations

import pytest

from cmkit.base.faults import UsageFault
from cmkit.base.problem import Place
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.importing.columns import heading_unit, match_columns, recognise

Specs = dict[str, TableSpec]


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("客户编号", "client_id"),
        ("client_id", "client_id"),
        ("姓名", "name"),
        ("*客户编号", "client_id"),
        ("客户\n编号", "client_id"),
        ("客 户 编 号", "client_id"),
        ("客户编号（必填）", "client_id"),
        ("存款余额（万元）", "deposit"),
        ("存款余额万元", "deposit"),
        ("基本信息/客户编号", "client_id"),
        ("联系方式/手机号", "phone"),
        ("手机号/电话", "phone"),
    ],
)
def test_one_heading(specs: Specs, heading: str, key: str) -> None:
    mapping, _problems = match_columns([heading], specs["clients"], {})
    assert mapping == {0: key}


def test_radical_look_alikes_match(specs: Specs) -> None:
    """⼿机号, with the Kangxi radical for 手, as it comes out of a PDF."""
    mapping, _problems = match_columns(["\u2f3f机号"], specs["clients"], {})
    assert mapping == {0: "phone"}


def test_a_near_miss_above_the_threshold(specs: Specs) -> None:
    mapping, _problems = match_columns(["date_of_record", "建档日期", "clientid"], specs["clients"], {})
    assert mapping == {1: "created_on", 2: "client_id"}


def test_a_heading_with_two_meanings_names_both() -> None:
    spec = TableSpec(
        table="t",
        key=("a",),
        columns={
            "a": ColumnSpec(key="a", zh="编号"),
            "b": ColumnSpec(key="b", zh="起", aliases=("日期",)),
            "c": ColumnSpec(key="c", zh="止", aliases=("日期",)),
        },
    )
    mapping, problems = match_columns(["编号", "日期"], spec, {}, place=Place("f.xlsx", "表"), corner=(2, 1))
    assert mapping == {0: "a"}
    (problem,) = problems
    assert (problem.code, problem.place.cell) == ("ambiguous_column", "C3")
    assert "起 (b)、止 (c)" in problem.message


def test_the_label_wins_over_aliases_and_earlier_aliases_over_later(specs: Specs) -> None:
    """姓名 is the first alias of 客户名称, 客户姓名 the second; 联系电话 is the label, 手机号 an alias."""
    mapping, problems = match_columns(["客户编号", "客户姓名", "手机号", "联系电话", "姓名"], specs["clients"], {})
    assert mapping == {0: "client_id", 3: "phone", 4: "name"}
    (problem,) = problems
    assert (problem.code, problem.severity) == ("unknown_column", "warning")
    assert "客户姓名 (B1)、手机号 (C1)" in problem.message


def test_equal_headings_are_both_named(specs: Specs) -> None:
    mapping, problems = match_columns(["客户编号", "姓名", "上月/存款", "本月/存款"], specs["clients"], {})
    assert mapping == {0: "client_id", 1: "name"}
    assert [(p.code, p.severity) for p in problems] == [("ambiguous_column", "error")]
    assert "上月/存款 (C1)、本月/存款 (D1)" in problems[0].message


def test_the_name_beside_a_number_is_not_worth_a_word() -> None:
    """工号 and 姓名 both fit 工号: the number is read, the name is left without a warning; so are 序号 and No."""
    spec = TableSpec(
        table="t",
        key=("staff_id",),
        columns={
            "staff_id": ColumnSpec(key="staff_id", zh="员工号", aliases=("工号", "姓名"), ref="staff"),
            "client_id": ColumnSpec(key="client_id", zh="客户编号", aliases=("客户姓名",), ref="clients"),
        },
    )
    columns = ["序号", "工号", "姓名", "客户编号", "客户姓名", "经理姓名", "No."]
    mapping, problems = match_columns(columns, spec, {}, companions=lambda _read: frozenset({"户名"}))
    assert mapping == {1: "staff_id", 3: "client_id"}
    assert problems == []


def test_a_heading_with_two_meanings_takes_the_one_that_is_left() -> None:
    spec = TableSpec(
        table="t",
        key=("a",),
        columns={
            "a": ColumnSpec(key="a", zh="起", aliases=("日期",)),
            "b": ColumnSpec(key="b", zh="止", aliases=("日期",)),
        },
    )
    assert match_columns(["起", "日期"], spec, {}) == ({0: "a", 1: "b"}, [])


def test_the_closer_heading_wins(specs: Specs) -> None:
    mapping, problems = match_columns(["客户编号", "客户名称", "联系电话", "家庭/联系电话"], specs["clients"], {})
    assert mapping == {0: "client_id", 1: "name", 2: "phone"}
    assert [(p.code, p.severity) for p in problems] == [("unknown_column", "warning")]


def test_missing_required_columns_are_one_problem(specs: Specs) -> None:
    _mapping, problems = match_columns(["联系电话", "备注"], specs["clients"], {})
    (problem,) = problems
    assert problem.code == "missing_column"
    assert "客户编号、客户名称" in problem.message


def test_overrides(specs: Specs) -> None:
    columns = ["客户编号", "单位全称", "备注"]
    mapping, problems = match_columns(columns, specs["clients"], {"单位全称": "name", "备注": "-"})
    assert mapping == {0: "client_id", 1: "name"}
    assert problems == []
    assert match_columns(columns, specs["clients"], {"单位全称": "客户名称"})[0][1] == "name"
    with pytest.raises(UsageFault, match="没有列 nom"):
        match_columns(columns, specs["clients"], {"单位全称": "nom"})


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("余额（万元）", "万元"),
        ("余额(单位：元)", "元"),
        ("余额万元", "万元"),
        ("完成率%", "%"),
        ("本月/余额（亿元）", "亿元"),
        ("余额（含税）", ""),
        ("余额", ""),
        ("余额（美元）", "美元"),
    ],
)
def test_units_of_headings(heading: str, unit: str) -> None:
    assert heading_unit(heading) == unit


def test_tables_are_recognised(specs: Specs) -> None:
    def name(columns: list[str], names: str = "") -> str | None:
        found = recognise(columns, specs, names)
        return found.table if found is not None else None

    assert name(["客户编号", "客户名称", "联系电话", "存款余额"]) == "clients"
    assert name(["指标", "人员", "期间", "实际值"]) == "actuals"
    assert name(["日期", "工号", "客户编号", "方式", "结果"]) == "contacts"
    assert name(["编号", "姓名"], "客户台账.xlsx") == "clients"
    assert name(["产品", "单价", "销量"]) is None
