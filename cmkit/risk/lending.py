"""The lending book as parts of a report: moves between classes, days overdue, loans due, collateral, losses, recoveries.

Ladder of days and flow of classes: 《商业银行金融资产风险分类办法》 (2023), see :mod:`cmkit.risk.class5`; migration rate soutila.cc/
yinhang/204026.html; expected loss PD x LGD x EAD (ssata.cn/q/YNxbrW.html). Buckets, the days in which a loan counts as
due soon, and the limit of a loan to its collateral are cmkit's own defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import round_half_up, rounded_percent
from cmkit.facts.records import Loan
from cmkit.facts.section import Cell, Chart, Column, Figure, RecordRef, Section, Series, Status, over, worth
from cmkit.risk.book import migration
from cmkit.risk.class5 import CLASSES, NON_PERFORMING, classify
from cmkit.risk.clients import client_values, deciles
from cmkit.risk.sections import NO_CELL, RiskFacts
from cmkit.risk.value import expected_loss

NIL = Decimal(0)
DUE_DAYS = 60
BUCKETS = ((1, 30), (31, 60), (61, 90), (91, 180), (181, 270), (271, 360), (361, 0))
SHOWN = 20


def lending_sections(facts: RiskFacts) -> list[Section]:
    """Those of the sections that have something to tell."""
    loans = [loan for loan in facts.loans if loan.balance]
    if not loans:
        return []
    found = [due_section(facts)]
    if any(loan.overdue_days for loan in loans):
        found.append(overdue_section(facts))
    if any(loan.opening_class for loan in facts.loans):
        found.append(migration_section(facts))
    found.append(collateral_section(facts))
    if any(loan.pd is not None for loan in loans):
        found.append(loss_section(facts))
    return found


def _total(loans: Sequence[Loan]) -> Decimal:
    return sum((loan.balance or NIL for loan in loans), NIL)


def due_section(facts: RiskFacts, days: int = DUE_DAYS) -> Section:
    """到期贷款: loans past their day or due in so many days, the earliest first."""
    until = facts.on + timedelta(days=days)
    found = sorted(
        (loan for loan in facts.loans if loan.balance and loan.due and loan.due <= until),
        key=lambda loan: (loan.due or date.max, loan.loan_id),
    )
    late = [loan for loan in found if loan.due and loan.due < facts.on]
    return Section(
        "risk_due",
        _("到期贷款"),
        figures=(
            Figure(
                _("{days} 天内到期").format(days=days),
                facts.shown(_total(found) - _total(late)),
                "money",
                facts.money_unit,
                note=_("{count} 笔").format(count=len(found) - len(late)),
                behind=worth((loan, facts.shown(loan.balance or NIL)) for loan in found if loan not in late),
            ),
            Figure(
                _("已过到期日"),
                facts.shown(_total(late)),
                "money",
                facts.money_unit,
                note=_("{count} 笔").format(count=len(late)),
                level="bad" if late else "none",
                behind=worth((loan, facts.shown(loan.balance or NIL)) for loan in late),
            ),
        ),
        columns=(
            Column(_("借据号")),
            Column(_("客户")),
            Column(_("客户经理")),
            Column(_("余额"), "money", facts.money_unit),
            Column(_("到期日"), "date"),
            Column(_("五级分类")),
            Column(_("状态"), "status"),
        ),
        rows=tuple(_due(facts, loan) for loan in found[:SHOWN]),
        notes=(_("只列前 {count} 笔，共 {all} 笔。").format(count=SHOWN, all=len(found)),)
        if len(found) > SHOWN
        else (),
        empty=_("{days} 天内没有到期贷款。").format(days=days),
        records=tuple(RecordRef(loan.table, loan.key) for loan in found),
    )


def _due(facts: RiskFacts, loan: Loan) -> tuple[Cell, ...]:
    left = ((loan.due or facts.on) - facts.on).days
    state = (
        Status("bad", _("逾期 {days} 天").format(days=-left))
        if left < 0
        else Status("warn", _("还有 {days} 天").format(days=left))
    )
    manager = facts.managers.get(loan.owner_id, loan.owner_id)
    return (
        loan.loan_id,
        facts.name(loan.client_id),
        manager,
        facts.shown(loan.balance or NIL),
        loan.due,
        loan.risk_class,
        state,
    )


def overdue_section(facts: RiskFacts) -> Section:
    """逾期阶梯: how long loans are overdue, what class the days call for, and how many are held in a better one."""
    rows: list[tuple[Cell, ...]] = []
    for low, high in BUCKETS:
        found = [loan for loan in facts.loans if loan.balance and low <= (loan.overdue_days or 0) <= (high or 10**6)]
        wanted = classify(low)
        soft = sum(
            loan.risk_class in CLASSES and CLASSES.index(loan.risk_class) < CLASSES.index(wanted) for loan in found
        )
        label = _("{low}-{high} 天").format(low=low, high=high) if high else _("{low} 天以上").format(low=low)
        rows.append((label, len(found), facts.shown(_total(found)), wanted, soft))
    late = [loan for loan in facts.loans if loan.balance and loan.overdue_days]
    whole = [loan for loan in facts.loans if loan.balance]
    long_late = [loan for loan in late if (loan.overdue_days or 0) > 90]  # noqa: PLR2004 - the ladder's own
    bad = [loan for loan in facts.loans if loan.risk_class in NON_PERFORMING]
    return Section(
        "risk_overdue",
        _("逾期阶梯"),
        figures=(
            _rated(_("逾期贷款率"), late, whole),
            _rated(_("逾期 90 天以上与不良之比"), long_late, bad),
        )
        if whole
        else (),
        columns=(
            Column(_("逾期天数")),
            Column(_("笔数"), "count"),
            Column(_("余额"), "money", facts.money_unit),
            Column(_("最低分类")),
            Column(_("分类偏松"), "count"),
        ),
        rows=tuple(rows),
        records=tuple(RecordRef(loan.table, loan.key) for loan in late),
    )


def _rated(label: str, top: Sequence[Loan], bottom: Sequence[Loan]) -> Figure:
    """A rate of two sums of balances."""
    parts = over(worth((loan, loan.balance or 0) for loan in top), worth((loan, loan.balance or 0) for loan in bottom))
    return Figure(label, rounded_percent(_total(top), _total(bottom)), "rate", "%", behind=parts)


def migration_section(facts: RiskFacts) -> Section:
    """分类迁徙: opening class by present class, what was paid back, and the rate of moves downward."""
    rows: list[tuple[Cell, ...]] = []
    flows: list[Series] = []
    for start in CLASSES:
        loans = [loan for loan in facts.loans if loan.opening_class == start]
        moved = migration(loans, start)
        now = [_total([loan for loan in loans if loan.risk_class == name]) for name in CLASSES]
        flows.append(Series(start, tuple(map(facts.shown, now))))
        rate = NO_CELL if moved.rate is None or start == CLASSES[-1] else round_half_up(moved.rate)
        rows.append((start, facts.shown(moved.opening), *map(facts.shown, now), facts.shown(moved.reductions), rate))
    fresh = [loan for loan in facts.loans if not loan.opening_class and loan.balance]
    notes = [_("纵向为期初分类，横向为目前分类；迁徙率为向下迁徙金额与期初余额减去本期收回之比。")]
    if fresh:
        notes.append(
            _("本期新放 {count} 笔、{amount} {unit}，不在表内。").format(
                count=len(fresh), amount=facts.shown(_total(fresh)), unit=facts.money_unit
            )
        )
    chart = Chart("migration", _("五级分类迁徙"), CLASSES, tuple(flows), facts.money_unit)
    held = any(value for flow in flows for value in flow.values)
    return Section(
        "risk_migration",
        _("分类迁徙"),
        columns=(
            Column(_("期初分类")),
            Column(_("期初余额"), "money", facts.money_unit),
            *(Column(name, "money", facts.money_unit) for name in CLASSES),
            Column(_("收回"), "money", facts.money_unit),
            Column(_("迁徙率"), "rate", "%"),
        ),
        rows=tuple(rows),
        charts=(chart,) if held else (),
        notes=tuple(notes),
    )


def _grouped(loans: Sequence[Loan], word: Callable[[Loan], str]) -> list[tuple[str, list[Loan]]]:
    found: dict[str, list[Loan]] = {}
    for loan in loans:
        found.setdefault(word(loan) or _("未填"), []).append(loan)
    return sorted(found.items(), key=lambda entry: (-_total(entry[1]), entry[0]))


def collateral_section(facts: RiskFacts) -> Section:
    """担保情况: by kind of guarantee, with the collateral's value, what is lent on it, and appraisals that run out."""
    loans = [loan for loan in facts.loans if loan.balance]
    soon = facts.on + timedelta(days=DUE_DAYS)
    ending = [
        loan for loan in loans if isinstance(loan.get("collateral_to"), date) and loan.get("collateral_to") <= soon
    ]
    rows: list[tuple[Cell, ...]] = []
    for word, group in _grouped(loans, lambda loan: loan.guarantee):
        secured = [loan for loan in group if loan.get("collateral_value")]
        value = sum((loan.get("collateral_value") for loan in secured), NIL)
        rows.append(
            (
                word,
                len(group),
                facts.shown(_total(group)),
                rounded_percent(_total(group), _total(loans)),
                facts.shown(value) if value else NO_CELL,
                rounded_percent(_total(secured), value) if value else NO_CELL,
                sum(loan in ending for loan in group),
            )
        )
    details = tuple(
        _("{loan} {client} 的押品估值于 {day} 到期").format(
            loan=loan.loan_id, client=facts.name(loan.client_id), day=loan.get("collateral_to").isoformat()
        )
        for loan in sorted(ending, key=lambda loan: (loan.get("collateral_to"), loan.loan_id))[:SHOWN]
    )
    return Section(
        "risk_collateral",
        _("担保情况"),
        columns=(
            Column(_("担保方式")),
            Column(_("笔数"), "count"),
            Column(_("余额"), "money", facts.money_unit),
            Column(_("占比"), "rate", "%"),
            Column(_("押品价值"), "money", facts.money_unit),
            Column(_("抵质押率"), "rate", "%"),
            Column(_("估值将到期"), "count"),
        ),
        rows=tuple(rows),
        notes=details,
        records=tuple(RecordRef(loan.table, loan.key) for loan in ending),
    )


def loss_section(facts: RiskFacts) -> Section:
    """预期损失: PD x LGD x balance by class, against what has been set aside."""
    rows: list[tuple[Cell, ...]] = []
    whole = held = NIL
    for name in CLASSES:
        loans = [loan for loan in facts.loans if loan.balance and loan.risk_class == name]
        known = [loan for loan in loans if loan.pd is not None]
        loss = sum((_loss(loan) for loan in known), NIL)
        set_aside = sum((loan.provision or NIL for loan in loans), NIL)
        whole, held = whole + loss, held + set_aside
        rows.append(
            (
                name,
                len(known),
                facts.shown(_total(known)),
                facts.shown(loss),
                rounded_percent(loss, _total(known)) if known else NO_CELL,
                facts.shown(set_aside),
                facts.shown(set_aside - loss),
            )
        )
    return Section(
        "risk_loss",
        _("预期损失"),
        columns=(
            Column(_("五级分类")),
            Column(_("笔数"), "count"),
            Column(_("余额"), "money", facts.money_unit),
            Column(_("预期损失"), "money", facts.money_unit),
            Column(_("预期损失率"), "rate", "%"),
            Column(_("已提准备"), "money", facts.money_unit),
            Column(_("准备减预期损失"), "money", facts.money_unit),
        ),
        rows=tuple(rows),
        total=(_("合计"), None, None, facts.shown(whole), None, facts.shown(held), facts.shown(held - whole)),
        notes=(_("预期损失 = 违约概率 × 违约损失率 × 余额；只计填了违约概率的贷款。"),),
    )


def _loss(loan: Loan) -> Decimal:
    return expected_loss((loan.pd or NIL) / 100, (loan.lgd or NIL) / 100, loan.balance or NIL)


def disposal_section(facts: RiskFacts) -> Section:
    """不良处置: what was done about bad loans by method, and how much of them came back."""
    loans = [loan for loan in facts.loans if loan.get("disposal")]
    rows = []
    for word, group in _grouped(loans, lambda loan: str(loan.get("disposal"))):
        owed = sum((loan.opening_balance or loan.balance or NIL for loan in group), NIL)
        back = sum((loan.get("recovered") or NIL for loan in group), NIL)
        rows.append((word, len(group), facts.shown(owed), facts.shown(back), rounded_percent(back, owed)))
    return Section(
        "risk_disposal",
        _("不良处置"),
        columns=(
            Column(_("处置方式")),
            Column(_("笔数"), "count"),
            Column(_("处置前余额"), "money", facts.money_unit),
            Column(_("收回"), "money", facts.money_unit),
            Column(_("收回率"), "rate", "%"),
        ),
        rows=tuple(rows),
        empty=_("本期没有处置不良贷款。"),
        records=tuple(RecordRef(loan.table, loan.key) for loan in loans),
    )


def decile_section(facts: RiskFacts) -> Section:
    """客户利润分布: ten groups by net profit, the share of each and of all up to it."""
    groups = deciles(client_values(facts.profits))
    whole = sum((one.profit for group in groups for one in group), NIL)
    rows: list[tuple[Cell, ...]] = []
    so_far = NIL
    for number, group in enumerate(groups, 1):
        profit = sum((one.profit for one in group), NIL)
        so_far += profit
        rows.append(
            (
                _("第 {number} 组").format(number=number),
                len(group),
                facts.shown(profit),
                rounded_percent(profit, whole) if whole > 0 else NO_CELL,
                rounded_percent(so_far, whole) if whole > 0 else NO_CELL,
                "、".join(facts.name(one.client_id) for one in group[:3]),
            )
        )
    return Section(
        "risk_deciles",
        _("客户利润分布"),
        columns=(
            Column(_("分组")),
            Column(_("客户数"), "count"),
            Column(_("净利润"), "money", facts.money_unit),
            Column(_("占比"), "rate", "%"),
            Column(_("累计占比"), "rate", "%"),
            Column(_("客户"), width=40),
        ),
        rows=tuple(rows),
        notes=(_("按净利润从高到低每组客户数相同；利润为负的客户拉低累计占比。"),),
        empty=_("没有收益成本数据"),
    )
