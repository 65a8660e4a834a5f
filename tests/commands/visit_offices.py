"""Small offices of any pack, made of a few sheets, for tests of visits."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.commands.kit import Office, run

Rows = Sequence[Sequence[str]]
STAFF: Rows = (
    ("工号", "姓名", "岗位", "机构编号", "主管工号", "入职日期"),
    ("E1", "沈主管", "主管", "B01", "", "2012-07-01"),
    ("E2", "林经理", "客户经理", "B01", "E1", "2018-07-01"),
)
ORGS: Rows = (("机构编号", "机构名称", "机构层级"), ("B01", "城东", "网点"))


@dataclass(frozen=True)
class Sheet:
    """One sheet to import; ``as_of`` where it tells how things stood on a day."""

    table: str
    rows: Rows
    as_of: str = ""


def built(root: Path, pack: str, sheets: Sequence[Sheet]) -> Office:
    """A new office with a branch, a manager and these sheets."""
    run("init", root / "office", "--pack", pack).expect(0)
    office = Office(root / "office")
    for number, sheet in enumerate((Sheet("orgs", ORGS), Sheet("staff", STAFF), *sheets)):
        path = root / f"{number}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(sheet.rows)
        told = ("--as-of", sheet.as_of) if sheet.as_of else ()
        done = office.run("import", path, "--table", sheet.table, *told, "--format", "json").expect(0).json()
        assert [file["rejected"] for file in done["files"]] == [0], done
    return office


def clients(tier: str, *more: str, rows: Rows) -> Sheet:
    """A ledger: number, the day of filing, the last contact, what else is told; a name is made of the number."""
    head = [
        "客户编号",
        "客户名称",
        "客户类型",
        "客户等级",
        "客户经理工号",
        "机构编号",
        "状态",
        "建档日期",
        "最近联系日期",
    ]
    made = [(one[0], f"客户{one[0]}", "个人", tier, "E2", "B01", "在用", *one[1:]) for one in rows]
    return Sheet("clients", ((*head, *more), *made))


def contacts(*rows: Sequence[str]) -> Sheet:
    """A record of contacts: day, client, channel, outcome."""
    head = ("日期", "工号", "客户编号", "方式", "目的", "沟通内容", "结果", "结论")
    return Sheet(
        "contacts", (head, *((day, "E2", who, how, "维护", "谈了近况", "已沟通", out) for day, who, how, out in rows))
    )
