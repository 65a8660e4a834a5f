"""任务清单: what became of the actions of the first meeting, and what people noted down for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sample_data.makers.book import Row, Sheet, head, write_xlsx

HEADER = head("任务编号 事项 责任人工号 责任部门 客户编号 优先级 完成时限 状态 完成日期 来源 提出日期 备注")
_OCT = {day: date(2026, 10, day) for day in range(12, 31)}

BANK: tuple[Row, ...] = (
    (
        "ZLH-2026-10-19-1",
        "更新十月下旬到期客户清单并下发各支行",
        "E1003",
        "城东支行",
        None,
        "A",
        _OCT[21],
        "完成",
        _OCT[21],
        "ZLH-2026-10-19",
        _OCT[19],
        None,
    ),
    (
        "ZLH-2026-10-19-2",
        "提交城东支行大额存单额度申请",
        "E1002",
        "城东支行",
        None,
        "A",
        _OCT[23],
        "完成",
        _OCT[22],
        "ZLH-2026-10-19",
        _OCT[19],
        "追加额度五百万元",
    ),
    (
        "ZLH-2026-10-19-3",
        "与韦承泽面谈，制定下半月追赶名单",
        "E1011",
        "高新支行",
        None,
        "A",
        _OCT[23],
        "进行中",
        None,
        "ZLH-2026-10-19",
        _OCT[19],
        "韦承泽休假，10月26日补谈",
    ),
    (
        "T2026-101",
        "为季度资产检视客户打印配置报告",
        "E1003",
        "城东支行",
        "C000002",
        "B",
        _OCT[30],
        "待办",
        None,
        None,
        _OCT[27],
        None,
    ),
    (
        "T2026-102",
        "补录三位客户的风险测评",
        "E1003",
        "城东支行",
        None,
        "B",
        _OCT[29],
        "进行中",
        None,
        None,
        _OCT[22],
        "已完成两位",
    ),
    (
        "T2026-103",
        "联系体检机构确认客户名额",
        "E1004",
        "城东支行",
        None,
        "C",
        _OCT[30],
        "完成",
        _OCT[29],
        None,
        _OCT[20],
        None,
    ),
    ("T2026-104", "整理软件园企业联系人", "E1012", "高新支行", None, "B", _OCT[30], "待办", None, None, _OCT[26], None),
)
TOBACCO: tuple[Row, ...] = (
    (
        "CQ-2026-10-19-1",
        "站前路零售户逐户走访并提交订货建议",
        "Y2003",
        "城区营销部",
        None,
        "A",
        _OCT[23],
        "进行中",
        None,
        "CQ-2026-10-19",
        _OCT[19],
        "还剩四户",
    ),
    (
        "CQ-2026-10-19-2",
        "整理新品陈列照片供全市参考",
        "Y2002",
        "城区营销部",
        None,
        "B",
        _OCT[30],
        "待办",
        None,
        "CQ-2026-10-19",
        _OCT[19],
        None,
    ),
    (
        "T2026-201",
        "更换鼓楼街两户价签机",
        "Y2002",
        "城区营销部",
        None,
        "B",
        _OCT[30],
        "待办",
        None,
        None,
        _OCT[26],
        None,
    ),
    (
        "T2026-202",
        "把口感说明卡发到各线路",
        "Y2002",
        "城区营销部",
        None,
        "C",
        _OCT[28],
        "完成",
        _OCT[28],
        None,
        _OCT[22],
        None,
    ),
)


def write_tasks(folder: Path, rows: Sequence[Row]) -> None:
    """任务清单.xlsx."""
    top: list[Row] = [["任务清单"], ["更新日期：2026年10月30日"]]
    write_xlsx(folder / "任务清单.xlsx", [Sheet("任务", [*top, HEADER, *rows], head=(3,), merges=((0, 0, 0, 11),))])
