"""Credit risk as parts of a report: the loan book by class, the groups, the warnings, the clients' value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import convert, round_half_up, rounded_percent
from cmkit.facts.records import Loan, ProfitFact, WarningSignal
from cmkit.facts.section import Cell, Column, Figure, RecordRef, Section, Status, each, over, worth
from cmkit.risk.book import Book, book_of, exposures, migration
from cmkit.risk.class5 import CLASSES, NON_PERFORMING
from cmkit.risk.clients import client_values
from cmkit.risk.quality import PROVISION_RATES

LEVELS = ("红", "橙", "黄")
SHOWN = 10
NO_CELL = "—"


@dataclass(frozen=True, kw_only=True)
class RiskFacts:
    """What the sections look at, on the day ``on``; amounts are yuan and shown in ``money_unit``."""

    on: date
    loans: Sequence[Loan] = ()
    signals: Sequence[WarningSignal] = ()
    profits: Sequence[ProfitFact] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """Client number to the name that may be shown."""
    managers: Mapping[str, str] = field(default_factory=dict)
    """Staff number to name."""
    money_unit: str = "万元"

    def shown(self, amount: Decimal) -> Decimal:
        """Yuan in the unit that is shown."""
        return round_half_up(convert(amount, "元", self.money_unit))

    def name(self, client_id: str) -> str:
        """A client as it is shown."""
        return self.names.get(client_id) or client_id


def risk_sections(facts: RiskFacts) -> list[Section]:
    """Those of the sections that have something to tell."""
    found = []
    if facts.loans:
        found.append(risk_section(facts))
    if exposures(facts.loans):
        found.append(exposure_section(facts))
    if facts.signals:
        found.append(signal_section(facts))
    if facts.profits:
        found.append(value_section(facts))
    return found


def risk_section(facts: RiskFacts) -> Section:
    """贷款质量: balances by class, what has to be set aside, and the ratios."""
    book = book_of(facts.loans)
    rates = dict(zip(CLASSES[1:], PROVISION_RATES, strict=True))
    rows = tuple(
        (
            name,
            book.counts[name],
            facts.shown(book.balances[name]),
            rounded_percent(book.balances[name], book.total),
            facts.shown(book.balances[name] * rates.get(name, Decimal(0)) / 100),
        )
        for name in CLASSES
    )
    special = facts.shown(book.special())
    return Section(
        "risk_book",
        _("贷款质量"),
        text=_sentence(facts, book),
        figures=_figures(facts, book),
        columns=(
            Column(_("五级分类")),
            Column(_("笔数"), "count"),
            Column(_("余额"), "money", facts.money_unit),
            Column(_("占比"), "rate", "%"),
            Column(_("应提专项准备"), "money", facts.money_unit),
        ),
        rows=rows,
        total=(_("合计"), sum(book.counts.values()), facts.shown(book.total), Decimal("100.00"), special),
        empty=_("没有贷款"),
        records=tuple(RecordRef(loan.table, loan.key) for loan in facts.loans),
    )


def _figures(facts: RiskFacts, book: Book) -> tuple[Figure, ...]:
    moved = migration(facts.loans)
    whole = worth((loan, loan.balance or 0) for loan in facts.loans)
    bad = worth((loan, loan.balance or 0) for loan in facts.loans if loan.risk_class in NON_PERFORMING)
    held = worth((loan, loan.provision or 0) for loan in facts.loans)
    fallen = [(loan, migration([loan])) for loan in facts.loans]
    moves = over(
        worth((loan, one.moved) for loan, one in fallen),
        worth((loan, one.opening - one.reductions) for loan, one in fallen),
    )
    ratios = (
        (_("不良贷款率"), book.npl_ratio, over(bad, whole)),
        (_("拨备覆盖率"), book.coverage, over(held, bad)),
        (_("贷款拨备率"), book.provision_ratio, over(held, whole)),
        (_("关注类迁徙率"), moved.rate, moves),
    )
    return tuple(
        Figure(
            label,
            NO_CELL if ratio is None else round_half_up(ratio),
            "text" if ratio is None else "rate",
            "%",
            behind=() if ratio is None else parts,
        )
        for label, ratio, parts in ratios
    )


def _sentence(facts: RiskFacts, book: Book) -> tuple[str, ...]:
    bad = sum(book.counts[name] for name in NON_PERFORMING)
    if not bad:
        return (_("贷款 {count} 笔，没有不良。").format(count=sum(book.counts.values())),)
    text = _(
        "贷款余额 {total} {unit}，其中不良 {count} 笔、{bad} {unit}；应提准备 {wanted} {unit}，已提 {held} {unit}。"
    )
    return (
        text.format(
            total=facts.shown(book.total),
            unit=facts.money_unit,
            count=bad,
            bad=facts.shown(book.non_performing),
            wanted=facts.shown(max(book.special(), book.general())),
            held=facts.shown(book.provisions),
        ),
    )


def exposure_section(facts: RiskFacts) -> Section:
    """集团授信: what each group owes together, and its part of the book."""
    total = book_of(facts.loans).total
    found = exposures(facts.loans)
    return Section(
        "risk_groups",
        _("集团授信"),
        columns=(
            Column(_("集团")),
            Column(_("余额"), "money", facts.money_unit),
            Column(_("占全部贷款"), "rate", "%"),
        ),
        rows=tuple(
            (name, facts.shown(amount), rounded_percent(amount, total)) for name, amount in list(found.items())[:SHOWN]
        ),
        notes=(_("只列前 {count} 个集团。").format(count=SHOWN),) if len(found) > SHOWN else (),
        empty=_("没有集团授信"),
    )


def signal_section(facts: RiskFacts) -> Section:
    """预警信号: open ones by level, and those that are past their day."""
    waiting = [one for one in facts.signals if one.closed_on is None or one.closed_on > facts.on]
    late = [one for one in waiting if one.due and one.due < facts.on]
    ordered = sorted(waiting, key=lambda one: (_rank(one.level), one.due or date.max, one.key))
    return Section(
        "risk_signals",
        _("预警信号"),
        figures=(
            *(
                Figure(
                    _("{level}色未解除").format(level=level),
                    _count(waiting, level),
                    "count",
                    digits=0,
                    behind=each(one for one in waiting if one.level == level),
                )
                for level in LEVELS
            ),
            Figure(_("超期未解除"), len(late), "count", digits=0, level="bad" if late else "none", behind=each(late)),
        ),
        columns=(
            Column(_("级别"), "status"),
            Column(_("客户")),
            Column(_("信号"), width=24),
            Column(_("日期"), "date"),
            Column(_("措施"), "note", width=30),
            Column(_("期限"), "date"),
        ),
        rows=tuple(_signal(facts, one) for one in ordered),
        empty=_("没有未解除的预警。"),
        records=tuple(RecordRef(one.table, one.key) for one in waiting),
    )


def _rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def _count(signals: Sequence[WarningSignal], level: str) -> int:
    return sum(one.level == level for one in signals)


def _signal(facts: RiskFacts, one: WarningSignal) -> tuple[Cell, ...]:
    light = Status("bad" if one.level == LEVELS[0] else "warn", one.level)
    return (light, facts.name(one.client_id), one.signal, one.date, one.action, one.due)


def value_section(facts: RiskFacts) -> Section:
    """客户价值: income, costs, expected loss, RAROC and EVA of each client, the most valuable first."""
    values = client_values(facts.profits)
    money = facts.money_unit
    return Section(
        "risk_value",
        _("客户风险调整后收益"),
        columns=(
            Column(_("客户")),
            Column(_("收入"), "money", money),
            Column(_("成本"), "money", money),
            Column(_("预期损失"), "money", money),
            Column(_("净利润"), "money", money),
            Column("RAROC", "rate", "%"),
            Column("EVA", "money", money),
        ),
        rows=tuple(
            (
                facts.name(one.client_id),
                facts.shown(one.income),
                facts.shown(one.costs),
                facts.shown(one.loss),
                facts.shown(one.profit),
                NO_CELL if one.raroc is None else round_half_up(one.raroc),
                facts.shown(one.eva),
            )
            for one in values
        ),
        empty=_("没有收益成本数据"),
        records=tuple(RecordRef(one.table, one.key) for one in facts.profits),
    )
