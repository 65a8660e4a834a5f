"""The three departments' files of retailers, the staff, and what was bought month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

from sample_data.makers.book import Cell, Formula, Row, Serial, Sheet, head, write_csv, write_xlsx
from sample_data.makers.days import TODAY, styled
from sample_data.makers.tobacco_people import MONTH_ENDS, ORGS, STAFF, Retailer, make_spares

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_RADICALS = str.maketrans("金高方米甘麦辛", "⾦⾼⽅⽶⽢⻨⾟")


def write_office(folder: Path) -> None:
    """机构 and 人员 in one workbook."""
    orgs: list[Row] = [("机构代码", "机构名称", "机构级别", "上级机构号", "负责人", "所在区县"), *ORGS]
    header = head("员工编号 员工姓名 岗位名称 职级 所属机构 直接上级 入职时间 手机 资格证书 资格证号 资格有效期")
    rows: list[Row] = [["营销人员花名册"], header]
    for number, member in enumerate(STAFF, 1):
        rows.append(
            (
                member.id,
                member.name,
                member.role,
                member.grade,
                member.org,
                member.boss,
                styled(member.joined, 1),
                int(f"1400001{number:04d}"),
                "卷烟商品营销员",
                f"999999{4400 + number}",
                styled(member.certificate_to, 1),
            )
        )
    write_xlsx(folder / "机构人员.xlsx", [Sheet("机构", orgs), Sheet("人员", rows, head=(2,), merges=((0, 0, 0, 10),))])


def write_ledgers(folder: Path, random: Random, shops: Sequence[Retailer]) -> None:
    """One file a department; four rows in all have to be refused."""
    spares = make_spares(random)
    by_org = {org: [shop for shop in shops if shop.owner.org == org] for org in ("T01", "T02", "T03")}
    _write_town(folder, by_org["T01"], spares["T01"])
    _write_plain(folder, by_org["T02"], spares["T02"])
    _write_river(folder, by_org["T03"], spares["T03"])


_TOWN = head(
    "序号 客户编号 店铺名称 经营者姓名 联系⽅式 经营地址 客户分类 许可证号 有效期⾄ 市场类型 业态 规模 档位 订货日 线路 诚信等级 客户经理工号 客户经理 机构代码 建档日期 更新日期 状态 月销量（条） 月购进额（元）"
)


def _write_town(folder: Path, shops: Sequence[Retailer], spares: Sequence[Retailer]) -> None:
    """城区: a subtotal a manager, numbers for phones, class letters with 类."""
    rows: list[Row] = [["城区营销部零售户档案"], ["填表日期：2026年10月30日", *[None] * 21, "单位：条、元"], _TOWN]
    owners = list(dict.fromkeys(shop.owner.id for shop in shops))
    number = 0
    for owner in owners:
        block = [shop for shop in shops if shop.owner.id == owner]
        if owner == owners[0]:
            block[16:16] = [replace(spares[0], tier="E")]
        first = len(rows) + 1
        for shop in block:
            number += 1
            rows.append(_town_row(number, shop))
        total = sum(shop.sales[TODAY][0] for shop in block)
        rows.append(("小计", *[None] * 21, Formula(f"=SUM(W{first}:W{len(rows)})", total)))
    rows += [
        ("合计", f"共{number}户", *[None] * 20, sum(shop.sales[TODAY][0] for shop in [*shops, spares[0]])),
        [],
        ["注：月销量为10月1日至30日数据。"],
        ["制表：岳承舟", *[None] * 7, "审核：秦怀瑾"],
    ]
    write_xlsx(
        folder / "零售户档案_城区.xlsx",
        [Sheet("零售户档案", rows, head=(3,), merges=((0, 0, 0, 23),), widths={5: 30, 7: 15})],
    )


def _town_row(number: int, shop: Retailer) -> Row:
    quantity, amount = shop.sales[TODAY]
    return (
        number,
        shop.id,
        shop.name.translate(_RADICALS) if number % 3 == 0 else shop.name,
        shop.person.name,
        int(shop.person.phone) if number % 2 else shop.person.phone,
        shop.address,
        f"{shop.tier}类" if number % 2 else shop.tier,
        shop.licence,
        shop.licence_to,
        shop.market,
        shop.format,
        shop.size,
        shop.grade,
        shop.order_day,
        shop.route,
        shop.credit,
        shop.owner.id,
        shop.owner.name,
        shop.owner.org,
        styled(shop.created, 0),
        shop.updated,
        shop.status,
        quantity,
        amount,
    )


_PLAIN_TOP = ("客户基本信息", *[None] * 5, "证照与分类", *[None] * 8, "维护", *[None] * 4, "本月购进", None)
_PLAIN = head(
    "客户编码 店名 持证人 电话 地址 所在区县 许可证编号 许可证有效期 城乡类型 经营业态 经营规模 客户分类 客户档位 订货周期 诚信等级 经理工号 线路 建档时间 最近更新 客户状态 月销量（条） 月购进额（万元）"
)


def _write_plain(folder: Path, shops: Sequence[Retailer], spares: Sequence[Retailer]) -> None:
    """平川: two header rows, an example, text dates, thousands separators, one shop twice."""
    example: Row = (
        "例",
        "某某食杂店",
        "张某某",
        None,
        "某镇某街1号",
        "平川县",
        "999999000000",
        "2030.1.1",
        "乡村",
        "食杂店",
        "小",
        "C",
        10,
        "周一",
        "A",
        "Y2006",
        "平川1线",
        "2020.1.1",
        "2026.1.1",
        "在用",
        100,
        2,
    )
    rows: list[Row] = [["平川营销部零售户档案（2026年10月）"], _PLAIN_TOP, _PLAIN, example]
    listed = list(shops)
    listed[30:30] = [spares[0]]
    listed[44:44] = [replace(spares[1], licence="")]
    listed[58:58] = [shops[5]]
    for number, shop in enumerate(listed, 1):
        if number == 41:  # noqa: PLR2004 - somewhere in the middle
            rows.append([])
        rows.append(_plain_row(number, shop, "2027.2.30" if shop is spares[0] else styled(shop.licence_to, 1)))
    rows += [
        ("合计", f"{len(listed)}户", *[None] * 18, f"{sum(shop.sales[TODAY][0] for shop in listed):,}"),
        ["备注：金额单位为万元。"],
        ["填表人：米秋实"],
    ]
    merges = ((0, 0, 0, 21), (1, 0, 1, 5), (1, 6, 1, 14), (1, 15, 1, 19), (1, 20, 1, 21))
    write_xlsx(
        folder / "零售户档案_平川.xlsx", [Sheet("Sheet1", rows, head=(2, 3), merges=merges, widths={4: 28, 6: 15})]
    )


def _plain_row(number: int, shop: Retailer, licence_to: Cell) -> Row:
    quantity, amount = shop.sales[TODAY]
    created: Cell = Serial(shop.created) if number % 9 == 0 else styled(shop.created, number % 3)
    lead = (shop.id, shop.name, shop.person.name, int(shop.person.phone), shop.address, shop.district)
    kinds = (
        shop.licence,
        licence_to,
        {"乡村": "农村"}.get(shop.market, shop.market),
        shop.format,
        f"{shop.size}型",
        shop.tier,
        shop.grade,
        shop.order_day,
        shop.credit,
    )
    return (
        *lead,
        *kinds,
        shop.owner.id,
        shop.route,
        created,
        styled(shop.updated, 1),
        {"在用": "正常"}.get(shop.status, shop.status),
        f"{quantity:,}",
        f"{amount / 10_000:.4f}万" if number % 5 == 0 else amount / 10_000,
    )


_RIVER = head(
    "客户代码 零售户名称 店主 手机号码 详细地址 县区 客户分类等级 零售许可证号 许可证到期日 市场类别 零售业态 店铺规模 零售户档位 访销周期 路线 信用等级 客户经理工号 机构编号 开户日期 更新时间 状态 月购进量 月购进金额"
)


def _write_river(folder: Path, shops: Sequence[Retailer], spares: Sequence[Retailer]) -> None:
    """河西: a GB18030 CSV, numbers that begin with zeros, full-width digits, blank lines."""
    listed = list(shops)
    listed[25:25] = [spares[0]]
    blank = [""] * len(_RIVER)
    rows: list[Row] = [
        ["河西营销部零售客户档案", *blank[1:]],
        ["导出日期：20261030", "单位：条/元", *blank[2:]],
        _RIVER,
    ]
    for number, shop in enumerate(listed, 1):
        if number % 30 == 0:
            rows.append(blank)
        quantity, amount = shop.sales[TODAY]
        words = (
            f"{quantity}".translate(_FULL_WIDTH) if number % 8 == 0 else "暂缺" if shop is spares[0] else str(quantity)
        )
        lead = (
            shop.id,
            shop.name,
            shop.person.name,
            shop.person.phone,
            shop.address,
            shop.district,
            shop.tier,
            shop.licence,
            styled(shop.licence_to, 3),
            shop.market,
            shop.format,
            shop.size,
        )
        tail = (
            shop.order_day,
            shop.route,
            shop.credit,
            shop.owner.id,
            shop.owner.org,
            styled(shop.created, number % 5),
            styled(shop.updated, 2),
            shop.status,
        )
        rows.append(
            (
                *lead,
                str(shop.grade).translate(_FULL_WIDTH) if number % 10 == 0 else shop.grade,
                *tail,
                words,
                f"{amount:,.2f}",
            )
        )
    rows += [["合计", *blank[1:21], str(sum(shop.sales[TODAY][0] for shop in shops)), ""], ["制表：麦青禾", *blank[1:]]]
    write_csv(folder / "零售户档案_河西.csv", rows, "gb18030")


_MONTHLY = head(
    "客户编号 店名 客户分类 许可证号 有效期至 市场类型 业态 客户经理工号 机构编号 状态 月销量（条） 月购进额（元）"
)


def _lead(shop: Retailer) -> Row:
    kinds = (shop.tier, shop.licence, shop.licence_to, shop.market, shop.format)
    return (shop.id, shop.name, *kinds, shop.owner.id, shop.owner.org, shop.status)


def write_months(folder: Path, shops: Sequence[Retailer]) -> None:
    """What each shop bought in earlier months, as the marketing system gives it out."""
    for day in MONTH_ENDS[:-1]:
        known = [shop for shop in shops if day in shop.sales]
        rows: list[Row] = [
            _MONTHLY,
            *((*_lead(shop), *shop.sales[day]) for shop in known),
        ]
        write_csv(folder / f"零售户销量_{day.isoformat()}.csv", rows)


def month_sales(shops: Sequence[Retailer], who: str, day: date) -> tuple[int, int]:
    """Cartons and yuan of a manager, a department or (T00) all in the month that ends on ``day``."""
    own = [shop for shop in shops if who in {shop.owner.id, shop.owner.org, "T00"} and day in shop.sales]
    return sum(shop.sales[day][0] for shop in own), sum(shop.sales[day][1] for shop in own)
