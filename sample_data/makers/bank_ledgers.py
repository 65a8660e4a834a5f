"""The three branches' client ledgers, each with the habits of its branch, and the month-end balances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

from sample_data.makers.bank_people import BALANCE_DAYS, ORGS, STAFF, BankClient, faulty, make_spares
from sample_data.makers.book import Cell, Formula, Row, Serial, Sheet, head, write_csv, write_xlsx
from sample_data.makers.days import TODAY, styled

_FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
_RADICALS = str.maketrans("白米辛甘麦高方", "⽩⽶⾟⽢⻨⾼⽅")
SHARED = {"C000071": "E1006:70、E1004:30", "C000096": "E1006:60、E1005:40"}
"""协办客户经理 of 城东支行: clients that two look after, and how their results are split."""
_BRANCH = {org[0]: org[1] for org in ORGS}


def write_office(folder: Path) -> None:
    """机构 and 人员 in one workbook."""
    orgs: list[Row] = [("机构编号", "机构名称", "机构层级", "上级机构编号", "负责人", "所在区县")]
    orgs += [
        (number, name, "总行" if number == "Z00" else "支行", parent, head, district)
        for number, name, _level, parent, head, district in ORGS
    ]
    header = head("工号 姓名 岗位 职级 机构编号 主管工号 入职日期 联系电话 邮箱 资格 证书编号 证书有效期")
    rows: list[Row] = [["个人客户经理名册"], ["截至2026年10月", None, None, None, "单位：人"], header]
    for number, member in enumerate(STAFF, 1):
        title = {"理财经理": "个人理财从业资格", "主管": "个人理财从业资格（高级）"}.get(member.role, "银行业专业人员")
        paper = f"999999{2600 + number}"
        rows.append(
            (
                member.id,
                member.name,
                member.role,
                member.grade,
                member.org,
                member.boss,
                member.joined,
                f"1400000{number:04d}",
                f"{member.id.lower()}@example.invalid",
                title,
                paper,
                member.certificate_to,
            )
        )
    rows += [[], ["注：证书到期前三个月提醒续证"]]
    write_xlsx(folder / "机构人员.xlsx", [Sheet("机构", orgs), Sheet("人员", rows, head=(3,), merges=((0, 0, 0, 11),))])


def write_ledgers(folder: Path, random: Random, clients: Sequence[BankClient], last: Mapping[str, date]) -> None:
    """One ledger a branch. Each has two rows that an import has to refuse."""
    spares = make_spares(random)
    by_org = {org: [client for client in clients if client.owner.org == org] for org in ("B01", "B02", "B03")}
    _write_east(folder, by_org["B01"], spares["B01"], last)
    _write_west(folder, by_org["B02"], spares["B02"], last)
    _write_hitech(folder, by_org["B03"], spares["B03"], last)


def _wan(amount: int) -> float:
    return round(amount / 10_000, 2)


_EAST = head(
    "序号 客户编号 客户姓名 客户类型 证件类型 身份证号 性别 ⽣⽇ ⼿机号 家庭住址 所在区 行业 客户等级 风险等级 客户来源 工号 管户经理 机构号 开户日期 更新日期 客户状态 ⾦融资产余额（万元） 存款（万元） 理财（万元） 基金（万元） 保险（万元） 贷款（万元） 到期日 备注 最近联系日期 协办客户经理"
)


def _write_east(
    folder: Path, clients: Sequence[BankClient], spares: Sequence[BankClient], last: Mapping[str, date]
) -> None:
    """城东支行: one header row, a subtotal a manager, a total, notes below, one sheet of instructions."""
    rows: list[Row] = [["城东支行个人客户台账"], ["填表日期：2026年10月30日", *[None] * 19, "单位：万元"], _EAST]
    subtotals: list[int] = []
    number = 0
    owners = list(dict.fromkeys(client.owner.id for client in clients))
    for owner in owners:
        block = [client for client in clients if client.owner.id == owner]
        if owner == owners[0]:
            block[7:7] = [faulty(spares[0])]
            block[30:30] = [spares[1]]
        first = len(rows) + 1
        for client in block:
            number += 1
            opened: Cell = (
                "2026年2月30日" if client is spares[1] else styled(client.created, 0) if number % 4 else client.created
            )
            rows.append((*_east_row(number, client, opened), styled(last.get(client.id), 4), SHARED.get(client.id)))
        rows.append(_sum_row("小计", block, f"V{first}:V{len(rows)}"))
        subtotals.append(len(rows))
    total = sum(_wan(client.balances[TODAY]) for client in [*clients, *spares])
    rows.append(("合计", *[None] * 20, Formula("=" + "+".join(f"V{row}" for row in subtotals), round(total, 2))))
    rows += [
        [],
        ["注：1.金融资产含存款、理财、基金、保险；2.贷款不计入。"],
        ["制表人：蒋思齐", *[None] * 8, "审核人：沈若兰"],
    ]
    advice: list[Row] = [
        ["填表说明"],
        ["一、客户编号由系统生成，请勿改动。"],
        ["二、金额以万元为单位，保留两位小数。"],
        ["三、每月最后一个工作日前报个人金融部。"],
    ]
    pages = [
        Sheet("客户台账", rows, head=(3,), merges=((0, 0, 0, 30),), widths={5: 20, 8: 13, 9: 30}),
        Sheet("填表说明", advice, head=()),
    ]
    write_xlsx(folder / "客户台账_城东支行.xlsx", pages)


def _east_row(number: int, client: BankClient, opened: Cell) -> Row:
    deposit, wealth, fund, insurance = client.split(TODAY)
    name = client.person.name.translate(_RADICALS) if number % 3 == 0 else client.person.name
    phone: Cell = int(client.person.phone) if number % 2 else client.person.phone
    return (
        number,
        client.id,
        name,
        "个人",
        "身份证",
        client.person.id_no,
        client.person.gender,
        styled(client.person.birthday, 4),
        phone,
        client.address,
        client.district,
        client.industry,
        client.tier,
        client.risk,
        client.source,
        client.owner.id,
        client.owner.name,
        client.owner.org,
        opened,
        client.updated,
        client.status,
        _wan(client.balances[TODAY]),
        _wan(deposit),
        _wan(wealth),
        _wan(fund),
        _wan(insurance),
        _wan(client.loan) or None,
        client.maturity,
        client.remark,
    )


def _sum_row(word: str, clients: Sequence[BankClient], cells: str) -> Row:
    total = round(sum(_wan(client.balances[TODAY]) for client in clients), 2)
    return (word, *[None] * 20, Formula(f"=SUM({cells})", total))


_WEST_TOP = ("序号", "基本信息", *[None] * 9, "维护情况", *[None] * 7, "资产情况（万元）", *[None] * 5, "到期日")
_WEST = (
    None,
    "客户ID",
    "客户姓名",
    "客户类型",
    "证件号码",
    "性别",
    "出生日期",
    "手机",
    "家庭地址",
    "行业",
    "客户级别",
    "风险承受能力",
    "客户经理工号",
    "管户人",
    "支行",
    "建档时间",
    "最近更新",
    "状态",
    "最近联系日期",
    "金融资产余额",
    "存款",
    "理财",
    "基金",
    "保险",
    "贷款",
    None,
)


def _write_west(
    folder: Path, clients: Sequence[BankClient], spares: Sequence[BankClient], last: Mapping[str, date]
) -> None:
    """城西支行: a header over two rows with merged cells, an example row, 万 behind numbers, a client twice."""
    tops: list[Row] = [
        ["城西支行客户基础台账（2026年10月）"],
        ["填表日期：2026.10.30", None, "单位：万元"],
        _WEST_TOP,
        _WEST,
    ]
    example: Row = (
        "例",
        "C999999",
        "张某某",
        "个人",
        None,
        "男",
        "1980.1.1",
        None,
        "云州市西陵区某路1号",
        "企业职工",
        "贵宾",
        "稳健型",
        "E1008",
        "苏听雨",
        "B02",
        "2020.1.1",
        "2026.1.1",
        "在用",
        None,
        "50万",
        "20万",
        "20万",
        "5万",
        "5万",
    )
    rows: list[Row] = [*tops, example]
    listed = list(clients)
    listed[19:19] = [replace(spares[0], tier="铂金")]
    listed[52:52] = [spares[1]]
    listed[70:70] = [clients[11]]
    for number, client in enumerate(listed, 1):
        if number in {31, 61}:
            rows.append([])
        balance: Cell = "待核实" if client is spares[1] else _west_amount(number, client.balances[TODAY])
        rows.append(_west_row(number, client, balance, last.get(client.id)))
    total = sum(_wan(client.balances[TODAY]) for client in listed)
    rows += [
        ("合计", f"{len(listed)}户", *[None] * 17, f"{total:,.2f}"),
        [],
        ["备注：带“万”字的金额为客户经理手工估算。"],
        ["填表人：苏听雨", *[None] * 6, "复核：谭伯雍"],
    ]
    merges = ((0, 0, 0, 25), (2, 1, 2, 10), (2, 11, 2, 18), (2, 19, 2, 24), (2, 0, 3, 0), (2, 25, 3, 25))
    write_xlsx(
        folder / "客户台账_城西支行.xlsx", [Sheet("Sheet1", rows, head=(3, 4), merges=merges, widths={4: 20, 7: 13})]
    )


def _west_amount(number: int, amount: int) -> Cell:
    """35.6万, 1,203.50 or a plain number."""
    value = _wan(amount)
    return (f"{value:g}万", f"{value:,.2f}", value, f"{value} ")[number % 4]


def _west_row(number: int, client: BankClient, balance: Cell, last: date | None) -> Row:
    deposit, wealth, fund, insurance = client.split(TODAY)
    created: Cell = Serial(client.created) if number % 7 == 0 else styled(client.created, 1)
    return (
        number,
        client.id,
        client.person.name,
        "个人客户",
        client.person.id_no,
        client.person.gender,
        styled(client.person.birthday, 1),
        int(client.person.phone),
        client.address,
        client.industry,
        client.tier,
        client.risk,
        client.owner.id,
        client.owner.name,
        client.owner.org,
        created,
        styled(client.updated, 1 if number % 2 else 0),
        {"在用": "正常"}.get(client.status, client.status),
        styled(last, 1),
        balance,
        _west_amount(number + 1, deposit),
        _west_amount(number + 1, wealth),
        _wan(fund),
        _wan(insurance),
        f"{_wan(client.loan):g}万" if client.loan else None,
        styled(client.maturity, 1),
    )


_HITECH = head(
    "客户号 户名 客户性质 证件类型 证件号 性别 出生日期 联系方式 详细地址 所在区县 所属行业 客户分层 风险等级 来源 员工号 客户经理 机构号 开户日期 更新时间 客户状态 金融资产余额（元） 存款（元） 理财（元） 基金（元） 保险（元） 贷款（元） 到期日 最近联系"
)


def _write_hitech(
    folder: Path, clients: Sequence[BankClient], spares: Sequence[BankClient], last: Mapping[str, date]
) -> None:
    """高新支行: a GB18030 CSV out of the old system, numbers with zeros in front, commas, full-width digits."""
    listed = list(clients)
    listed[24:24] = [replace(spares[0], id="")]
    listed[66:66] = [replace(spares[1], person=replace(spares[1].person, id_no=spares[1].person.id_no[:17]))]
    blank = [""] * len(_HITECH)
    rows: list[Row] = [
        ["高新支行客户清单", *blank[1:]],
        ["单位：元", "", "", "导出日期：2026-10-30", *blank[4:]],
        _HITECH,
    ]
    for number, client in enumerate(listed, 1):
        if number == 50:  # noqa: PLR2004 - a page break of the old system
            rows.append(blank)
        rows.append((*_hitech_row(number, client), styled(last.get(client.id), 2)))
    total = sum(client.balances[TODAY] for client in listed)
    rows += [["合计", *blank[1:20], f"{total:,.2f}", *blank[21:]], ["制表：宋映雪", *blank[1:]]]
    write_csv(folder / "客户台账_高新支行.csv", rows, "gb18030")


def _hitech_row(number: int, client: BankClient) -> Row:
    deposit, wealth, fund, insurance = client.split(TODAY)
    amounts = [f"{amount:,.2f}" for amount in (client.balances[TODAY], deposit, wealth, fund, insurance)]
    if number % 9 == 0:
        amounts = [amount.translate(_FULL_WIDTH) for amount in amounts]
    name = client.person.name
    return (
        client.id,
        name.translate(_RADICALS) if number % 4 == 0 else f"{name[0]}　{name[1]}" if len(name) == 2 else name,  # noqa: PLR2004 - two characters are spread
        "自然人",
        "居民身份证",
        client.person.id_no,
        client.person.gender,
        styled(client.person.birthday, 2),
        client.person.phone.translate(_FULL_WIDTH) if number % 11 == 0 else client.person.phone,
        client.address,
        client.district,
        client.industry,
        client.tier,
        client.risk,
        client.source,
        client.owner.id,
        client.owner.name,
        client.owner.org,
        styled(client.created, number % 5),
        styled(client.updated, 2),
        client.status,
        *amounts,
        f"{client.loan:,}" if client.loan else "",
        styled(client.maturity, 2),
    )


def _lead(client: BankClient) -> Row:
    return (client.id, client.person.name, client.status, client.owner.id, client.owner.org)


def write_balances(folder: Path, clients: Sequence[BankClient]) -> None:
    """Balances of earlier days, in yuan, as the core system gives them out."""
    header = head(
        "客户编号 户名 客户状态 管户工号 机构号 金融资产余额（元） 存款（元） 理财（元） 基金（元） 保险（元）"
    )
    for day in BALANCE_DAYS[:-1]:
        known = [client for client in clients if day in client.balances]
        rows: list[Row] = [
            header,
            *((*_lead(client), client.balances[day], *client.split(day)) for client in known),
        ]
        write_csv(folder / f"客户资产_{day.isoformat()}.csv", rows)
