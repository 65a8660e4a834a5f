from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from cmkit.facts.kinds import Kind
from cmkit.facts.specs import ColumnSpec, Mask, TableSpec


def column(
    key: str,
    zh: str,
    kind: Kind = Kind.TEXT,
    *,
    aliases: tuple[str, ...] = (),
    required: bool = False,
    choices: Mapping[str, tuple[str, ...]] | None = None,
    ref: str = "",
    unit: str = "",
    mask: Mask = "",
) -> ColumnSpec:
    return ColumnSpec(
        key=key,
        zh=zh,
        kind=kind,
        aliases=aliases,
        required=required,
        choices=choices or {},
        ref=ref,
        unit=unit,
        mask=mask,
    )


def table(name: str, zh: str, key: tuple[str, ...], *columns: ColumnSpec, aliases: tuple[str, ...] = ()) -> TableSpec:
    return TableSpec(table=name, zh=zh, key=key, aliases=aliases, columns={item.key: item for item in columns})


@pytest.fixture
def specs() -> dict[str, TableSpec]:
    """Three small tables, as a pack would declare them."""
    clients = table(
        "clients",
        "客户档案",
        ("client_id",),
        column("client_id", "客户编号", Kind.CODE, aliases=("客户号", "编号"), required=True),
        column("name", "客户名称", aliases=("姓名", "客户姓名"), required=True, mask="name"),
        column("id_no", "证件号码", Kind.ID_NO, aliases=("身份证号",), mask="id_no"),
        column("phone", "联系电话", Kind.PHONE, aliases=("手机号",), mask="phone"),
        column(
            "status", "状态", Kind.CHOICE, choices={"潜在": ("潜在客户", "prospect"), "在用": ("正常",), "流失": ()}
        ),
        column("owner_id", "客户经理", Kind.CODE, aliases=("客户经理工号",), ref="staff"),
        column("created_on", "建档日期", Kind.DATE, aliases=("建档时间",)),
        column("birthday", "出生日期", Kind.DATE, aliases=("生日",)),
        column("deposit", "存款余额", Kind.MONEY, aliases=("存款",)),
        column("rate", "利率", Kind.RATE),
        column("visits", "走访次数", Kind.COUNT),
        column("vip", "贵宾", Kind.FLAG),
        column("remark", "备注", Kind.NOTE),
        aliases=("客户台账", "客户名单"),
    )
    actuals = table(
        "actuals",
        "指标实际值",
        ("kpi", "who", "period"),
        column("kpi", "指标", Kind.CODE, aliases=("指标名称",), required=True),
        column("who", "人员", Kind.CODE, aliases=("工号",), ref="staff", required=True),
        column("period", "期间", Kind.PERIOD, aliases=("月份",), required=True),
        column("value", "实际值", Kind.NUMBER, aliases=("完成值",), required=True),
        column("as_of", "截止日期", Kind.DATE),
    )
    contacts = table(
        "contacts",
        "接触记录",
        ("date", "staff_id", "client_id", "time", "channel"),
        column("date", "日期", Kind.DATE, required=True),
        column("staff_id", "工号", Kind.CODE, required=True),
        column("client_id", "客户编号", Kind.CODE, required=True),
        column("time", "时间", Kind.TIME),
        column("channel", "方式", Kind.CHOICE, choices={"面访": (), "电话": ("致电",)}),
        column("result", "结果", Kind.NOTE),
        aliases=("走访记录",),
    )
    return {item.table: item for item in (clients, actuals, contacts)}


@pytest.fixture
def real_files() -> Path:
    """The folder of real workbooks, else skip."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("CMKIT_REAL_FILES", str(beside))) / "workbooks"
    if not folder.is_dir():
        pytest.skip("no folder of real workbooks")
    return folder
