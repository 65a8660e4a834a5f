"""Where a list names the unit of its amounts: missed, every amount would be wrong by ten thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importing.sends import HEAD, client, read, records, workbook


@pytest.mark.parametrize(
    ("line", "yuan"),
    [
        ("单位：万元", 15_000),
        ("（金额单位：人民币万元）", 15_000),
        ("单位：人民币  亿元", 150_000_000),
        ("单位(万元)", 15_000),
        ("单位：户、万元", 15_000),
        ("数据单位：万元/户", 15_000),
        ("币种：人民币   单位：万元", 15_000),
        ("人民币：万元", 15_000),
        ("(RMB 万元)", 15_000),
        ("金额：万元", 15_000),
        ("2026年10月客户资产表（千元）", 1_500),
        ("填报单位：城东支行    单位：万元", 15_000),
        ("填报单位：万元村支行", 1.5),
        ("存款金额万元以上客户", 1.5),
        ("单位名称：城东支行", 1.5),
    ],
)
def test_above_the_table(tmp_path: Path, line: str, yuan: float) -> None:
    path = workbook(tmp_path / "客户.xlsx", {"表": [["客户资产情况"], [None, line], HEAD, client(1, 1.5)]})
    (intake,), _told = read(path)
    assert float(records(intake)["C1"]["deposit"]) == yuan


@pytest.mark.parametrize(
    ("heading", "yuan"),
    [
        ("存款(人民币万元)", 15_000),
        ("存款（单位：人民币万元）", 15_000),
        ("存款（RMB万元）", 15_000),
        ("存款（折人民币万元）", 15_000),
        ("存款余额（万元，保留两位小数）", 15_000),
        ("存款\n单位：万元", 15_000),
        ("存款-万元", 15_000),
        ("存款,万元", 15_000),
        ("存款  万元", 15_000),
        ("存款（年末，万元）", 15_000),
    ],
)
def test_in_the_heading(tmp_path: Path, heading: str, yuan: float) -> None:
    head = [*HEAD[:4], heading, HEAD[5]]
    (intake,), _told = read(workbook(tmp_path / "客户.xlsx", {"表": [head, client(1, 1.5)]}))
    assert float(records(intake)["C1"]["deposit"]) == yuan


@pytest.mark.parametrize(
    ("line", "heading"),
    [("币种：美元  单位：万元", "存款"), ("单位：万美元", "存款"), ("", "存款（万美元）"), ("", "存款（USD）")],
)
def test_other_money_is_never_taken_for_yuan(tmp_path: Path, line: str, heading: str) -> None:
    head = [*HEAD[:4], heading, HEAD[5]]
    (intake,), _told = read(workbook(tmp_path / "客户.xlsx", {"表": [["客户资产"], [line], head, client(1, 1.5)]}))
    assert records(intake) == {}
    assert [problem.code for problem in intake.problems] == ["foreign_unit"]


def test_a_row_of_units_in_renminbi(tmp_path: Path) -> None:
    under = [None, None, None, None, "人民币万元", None]
    (intake,), _told = read(workbook(tmp_path / "客户.xlsx", {"表": [HEAD, under, client(1, 1.5)]}))
    assert float(records(intake)["C1"]["deposit"]) == 15_000
    assert [(item.row, item.why) for item in intake.skipped] == [(2, "units")]


@pytest.mark.parametrize(
    ("units", "yuan"),
    [
        (["万元", "万元"], 15_000),
        (["单位：万元", None], 15_000),
        (["元", "元"], 1.5),
        (["人民币", None], 1.5),
        ([None, None], 1.5),
        (["城东支行", "万元"], 1.5),
    ],
)
def test_in_a_column_beside_the_amounts(tmp_path: Path, units: list[str | None], yuan: float) -> None:
    rows = [[*client(number, 1.5), unit] for number, unit in enumerate(units, 1)]
    (intake,), _told = read(workbook(tmp_path / "客户.xlsx", {"表": [[*HEAD, "单位"], *rows]}))
    assert [float(records(intake)[key]["deposit"]) for key in ("C1", "C2")] == [yuan, yuan]


@pytest.mark.parametrize("units", [["万元", "元"], ["万元", "亿元"], ["人民币", "美元"], ["美元", "美元"]])
def test_units_that_cannot_be_one_stop_the_table(tmp_path: Path, units: list[str]) -> None:
    rows = [[*client(number, 1.5), unit] for number, unit in enumerate(units, 1)]
    (intake,), _told = read(workbook(tmp_path / "客户.xlsx", {"表": [[*HEAD, "币种"], *rows]}))
    assert not intake.rows
    assert len(intake.rejected) == 2
    assert {one.code for one in intake.problems} & {"mixed_units", "foreign_unit"}


@pytest.mark.parametrize(("heading", "cell"), [("存款（w）", 1.5), ("存款", "1.5W"), ("存款", "1.5w")])
def test_w_is_ten_thousand(tmp_path: Path, heading: str, cell: float | str) -> None:
    head = [heading if label.startswith("存款") else label for label in HEAD]
    (intake,), _told = read(workbook(tmp_path / "客户.xlsx", {"表": [head, client(1, cell)]}))
    assert float(records(intake)["C1"]["deposit"]) == 15_000


def test_the_currency_and_the_unit_in_columns_of_their_own(tmp_path: Path) -> None:
    rows = [[*client(number, 1.5), "人民币", "万元"] for number in (1, 2)]
    (intake,), _told = read(workbook(tmp_path / "客户.xlsx", {"表": [[*HEAD, "币种", "单位"], *rows]}))
    assert float(records(intake)["C2"]["deposit"]) == 15_000
