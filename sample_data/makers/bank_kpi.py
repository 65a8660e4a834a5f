"""Targets of the bank, and the actual values that no record counts (satisfaction)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random

from sample_data.makers.bank_people import ORGS, STAFF, Member
from sample_data.makers.book import Cell, Row, Sheet, write_xlsx
from sample_data.makers.days import TODAY, month_end

NAMES = {
    "AUM": "金融资产净增",
    "DEP": "存款净增",
    "NEWC": "新增有效客户",
    "VIS": "走访户数",
    "SALE": "产品销售额",
    "REF": "推介成功数",
    "CMP": "投诉及时办结率",
    "SAT": "客户满意度",
    "ARC": "档案完整率",
    "LOST": "客户流失率",
}
# A month's target of each role; assets and deposits grow from the year's beginning, so theirs are those of October.
ROLES: Mapping[str, Mapping[str, float]] = {
    "理财经理": {"AUM": 550, "DEP": 280, "NEWC": 3, "VIS": 14, "SALE": 250, "SAT": 92, "ARC": 98, "LOST": 5},
    "营销经理": {"AUM": 80, "DEP": 50, "NEWC": 5, "VIS": 18, "SALE": 150, "SAT": 90, "ARC": 95, "LOST": 6},
    "大堂经理": {"VIS": 20, "REF": 3, "CMP": 100, "SAT": 93, "ARC": 95},
}
# What the branches promised; the whole office's target is theirs together where figures add up.
BRANCHES: Mapping[str, Mapping[str, float]] = {
    "B01": {
        "AUM": 1000,
        "DEP": 520,
        "NEWC": 11,
        "VIS": 58,
        "SALE": 780,
        "REF": 3,
        "CMP": 100,
        "SAT": 92,
        "ARC": 97,
        "LOST": 5,
    },
    "B02": {
        "AUM": 700,
        "DEP": 380,
        "NEWC": 9,
        "VIS": 42,
        "SALE": 420,
        "REF": 3,
        "CMP": 100,
        "SAT": 92,
        "ARC": 97,
        "LOST": 5,
    },
    "B03": {
        "AUM": 800,
        "DEP": 400,
        "NEWC": 6,
        "VIS": 45,
        "SALE": 640,
        "REF": 3,
        "CMP": 100,
        "SAT": 92,
        "ARC": 97,
        "LOST": 5,
    },
}
_ADDING = ("AUM", "DEP", "NEWC", "VIS", "SALE", "REF")
_SINCE_YEAR = ("AUM", "DEP")
_EASE = {"E1005": 0.6}
"""A newcomer's share of the usual target."""


def write_kpi(folder: Path, random: Random) -> None:
    """指标目标 and 指标实际."""
    _write_targets(folder)
    _write_actuals(folder, random)


def _write_targets(folder: Path) -> None:
    header = ("指标代码", "指标说明", "责任主体", "名称", "考核期", "目标值", "计量单位", "底线值", "挑战值", "备注")
    sheets: list[Sheet] = []
    for month in (8, 9, 10):
        rows = [row for member in STAFF for row in _person(member, month)]
        rows += [
            _row(code, org, name, f"2026-{month:02d}", _of_month(code, value, month))
            for org, name in _offices()
            for code, value in _office(org).items()
        ]
        sheets.append(
            Sheet(
                f"{month}月目标",
                [
                    [f"2026年{month}月指标任务分解"],
                    ["单位：见各行"],
                    header,
                    *rows,
                    [],
                    ["注：金融资产、存款净增按比上年末累计下达。"],
                ],
                head=(3,),
                merges=((0, 0, 0, 9),),
            )
        )
    year = [
        _row(code, org, name, "2026", round(_office(org)[code] * 1.25))
        for org, name in _offices()
        for code in _SINCE_YEAR
    ]
    year += [
        _row(code, member.id, member.name, "2026", round(ROLES[member.role][code] * 1.25))
        for member in STAFF
        if member.role == "理财经理"
        for code in _SINCE_YEAR
    ]
    sheets.append(Sheet("年度目标", [["2026年年度目标"], header, *year], head=(2,), merges=((0, 0, 0, 9),)))
    write_xlsx(folder / "指标目标_2026.xlsx", sheets)


def _offices() -> list[tuple[str, str]]:
    return [(org[0], org[1]) for org in ORGS]


def _office(org: str) -> Mapping[str, float]:
    if org in BRANCHES:
        return BRANCHES[org]
    return {
        code: sum(part[code] for part in BRANCHES.values()) if code in _ADDING else BRANCHES["B01"][code]
        for code in NAMES
    }


def _person(member: Member, month: int) -> list[Row]:
    ease = _EASE.get(member.id, 1.0)
    rows: list[Row] = []
    for code, value in ROLES.get(member.role, {}).items():
        eased = round(value * ease) if code in _ADDING else value
        rows.append(_row(code, member.id, member.name, f"2026-{month:02d}", _of_month(code, eased, month)))
    return rows


def _of_month(code: str, value: float, month: int) -> float:
    """What grows from the year's beginning had a smaller target two months ago."""
    return round(value * month / 10) if code in _SINCE_YEAR else value


def _row(code: str, who: str, name: str, period: str, value: float) -> Row:
    adding = code in _ADDING
    units = {"AUM": "万元", "DEP": "万元", "SALE": "万元", "SAT": "分", "NEWC": "户", "VIS": "户", "REF": "笔"}
    floor: Cell = round(value * 0.6, 1) if adding else None
    stretch: Cell = round(value * 1.2, 1) if adding else None
    return (code, NAMES[code], who, name, period, value, units.get(code, "%"), floor, stretch)


_USUAL = {
    "E1003": 94.6,
    "E1004": 95.1,
    "E1005": 89.2,
    "E1006": 90.4,
    "E1008": 93.8,
    "E1009": 91.7,
    "E1010": 92.3,
    "E1012": 93.1,
    "E1013": 87.5,
    "E1014": 94.0,
}


_BEFORE = {2025: 1.2, 2026: 0.0}
"""How many points lower it was that year."""


def _write_actuals(folder: Path, random: Random) -> None:
    """客户满意度 by person, branch and office: this month, two before, and a year ago."""
    header = ("指标", "工号", "名称", "月份", "实际完成值", "数据截止日", "说明")
    rows: list[Row] = []
    for year, month in ((2025, 10), (2026, 8), (2026, 9), (2026, 10)):
        scores: dict[str, float] = {}
        for member in STAFF:
            if member.id in _USUAL and (member.joined.year, member.joined.month) <= (year, month):
                scores[member.id] = round(_USUAL[member.id] - _BEFORE[year] + random.uniform(-0.8, 0.8), 1)
        people = dict(scores)
        for org, _name in _offices():
            inside = [score for who, score in people.items() if org in {"Z00", _org(who)}]
            scores[org] = round(sum(inside) / len(inside), 1)
        names = {member.id: member.name for member in STAFF} | dict(_offices())
        last = min(month_end(month, year), TODAY)
        rows += [
            ("客户满意度", who, names[who], f"{year}年{month}月", score, last, "第三方电话回访")
            for who, score in scores.items()
        ]
    top: list[Row] = [["客户满意度调查结果"], ["单位：分", None, None, "填表日期：2026年10月30日"]]
    write_xlsx(
        folder / "指标实际_2026-10.xlsx", [Sheet("指标实际", [*top, header, *rows], head=(3,), merges=((0, 0, 0, 6),))]
    )


def _org(staff_id: str) -> str:
    return next(member.org for member in STAFF if member.id == staff_id)
