"""Targets of the tobacco company, and the actual values that its systems give out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random

from sample_data.makers.book import Row, Sheet, write_csv, write_xlsx
from sample_data.makers.days import TODAY
from sample_data.makers.tobacco_ledgers import month_sales
from sample_data.makers.tobacco_people import ORGS, STAFF, WORKERS, Manager, Retailer

NAMES = {
    "SAT": "零售客户满意度",
    "VIS": "拜访户次",
    "COV": "拜访覆盖率",
    "CMP": "投诉及时办结率",
    "INF": "信息采集数",
    "QTY": "卷烟销量",
    "AMT": "卷烟销售额",
    "NEWP": "新品上柜率",
    "STK": "客户断货率",
}
UNITS = {"SAT": "分", "VIS": "户次", "INF": "条", "QTY": "条", "AMT": "元"}
_MONTHS = {8: date(2026, 8, 31), 9: date(2026, 9, 30), 10: TODAY}
_AIM = {"Y2002": 1.0, "Y2003": 1.06, "Y2006": 0.99, "Y2007": 1.01, "Y2009": 0.97, "Y2010": 1.09}
"""Target as a share of what was sold: above one is behind."""
_SHELF = {"Y2002": 68, "Y2003": 52, "Y2006": 63, "Y2007": 58, "Y2009": 71, "Y2010": 44}
_GAPS = {"Y2002": 8.5, "Y2003": 13.6, "Y2006": 9.4, "Y2007": 11.2, "Y2009": 7.9, "Y2010": 15.1}
_HAPPY = {"Y2002": 92.8, "Y2003": 88.4, "Y2006": 91.5, "Y2007": 90.2, "Y2009": 93.6, "Y2010": 85.9}


def write_kpi(folder: Path, random: Random, shops: Sequence[Retailer]) -> None:
    """指标目标, one sheet a month, and 指标实际, one file."""
    header = ("考核指标", "责任人", "名称", "考核期", "目标值", "计量单位", "备注")
    sheets: list[Sheet] = []
    for month, day in _MONTHS.items():
        rows: list[Row] = []
        for member in WORKERS:
            for code, value in _person(member, shops, day, month - 8).items():
                rows.append((NAMES[code], member.id, member.name, f"{2026}年{month}月", value, UNITS.get(code, "%")))
        for org in ORGS:
            for code, value in _office(org[0], shops, day, month - 8).items():
                rows.append((NAMES[code], org[0], org[1], f"2026-{month:02d}", value, UNITS.get(code, "%")))
        sheets.append(
            Sheet(
                f"{month}月",
                [[f"2026年{month}月考核指标"], header, *rows, [], ["注：满意度由第三方调查。"]],
                head=(2,),
                merges=((0, 0, 0, 6),),
            )
        )
    write_xlsx(folder / "指标目标_2026.xlsx", sheets)
    _write_actuals(folder, random, shops)


def _person(member: Manager, shops: Sequence[Retailer], day: date, at: int) -> Mapping[str, float]:
    quantity, amount = month_sales(shops, member.id, day)
    aim = _AIM[member.id]
    visits = 60 if at < 2 else 200 if member.id == "Y2002" else 75  # noqa: PLR2004 - October is on file more fully
    return {
        "SAT": 90,
        "VIS": visits,
        "COV": 80,
        "INF": 3,
        "QTY": round(quantity * aim, -1),
        "AMT": round(amount * aim, -3),
        "NEWP": 60,
        "STK": 10,
        "CMP": 100,
    }


def _office(org: str, shops: Sequence[Retailer], day: date, at: int) -> Mapping[str, float]:
    inside = [member for member in WORKERS if org in {member.org, "T00"}]
    parts = [_person(member, shops, day, at) for member in inside]
    adding = {code: sum(part[code] for part in parts) for code in ("VIS", "INF", "QTY", "AMT")}
    return {"SAT": 90, "COV": 80, "NEWP": 60, "STK": 10, "CMP": 100, **adding}


def _write_actuals(folder: Path, random: Random, shops: Sequence[Retailer]) -> None:
    """卷烟销量, 卷烟销售额, 满意度, 上柜率, 断货率: this month, two before, and a year ago."""
    rows: list[Row] = [("指标名称", "责任主体", "名称", "月份", "实际完成值", "截至日期", "说明")]
    names = {member.id: member.name for member in STAFF} | {org[0]: org[1] for org in ORGS}
    for period, day in (
        ("2025-10", date(2025, 10, 31)),
        ("2026-08", date(2026, 8, 31)),
        ("2026-09", date(2026, 9, 30)),
        ("2026-10", TODAY),
    ):
        known = [member for member in WORKERS if member.joined <= day]
        soft = {member.id: _soft(random, member, period) for member in known}
        for who in [member.id for member in known] + [org[0] for org in ORGS]:
            mine = [soft[member.id] for member in known if who in {member.id, member.org} or who == "T00"]
            quantity, amount = month_sales(shops, who, day)
            means = {
                code: round(sum(values[code] for values in mine) / len(mine), 1) for code in ("SAT", "NEWP", "STK")
            }
            for code, value in {"QTY": quantity, "AMT": amount, **means}.items():
                rows.append(
                    (
                        NAMES[code],
                        who,
                        names[who],
                        period,
                        value,
                        day,
                        {"SAT": "第三方调查", "NEWP": "上柜检查", "STK": "样本客户"}.get(code, "营销系统"),
                    )
                )
    write_csv(folder / "指标实际_2026-10.csv", rows)


def _soft(random: Random, member: Manager, period: str) -> Mapping[str, float]:
    back = {"2025-10": 3.0, "2026-08": 1.0, "2026-09": 0.6, "2026-10": 0.0}[period]
    wave = random.uniform(-0.5, 0.5)
    return {
        "SAT": _HAPPY[member.id] - back * 0.4 + wave,
        "NEWP": _SHELF[member.id] - back * 4 + wave * 2,
        "STK": _GAPS[member.id] + back + wave,
    }
