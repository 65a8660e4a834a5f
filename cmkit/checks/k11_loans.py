"""K11 贷款与预警: loans are classed as their days overdue say, looked at in time, and warnings are dealt with.

The class on the books may be worse than the days overdue call for, never better. A new loan is looked at soon after it
was lent, then regularly, more often the worse it is; a loan whose interest is long overdue or whose principal is
overdue at all needs a look of its own. A warning that is still open after its day is a warning nobody heard.

Source: 《商业银行金融资产风险分类办法》 (2023) and the credit cards' ladder as in ``kpi try class5_2023``; interest
overdue more than 60 days or principal overdue calls for a 重点检查 (bsmz.net/gongwen/655337.html); first check after 15
days and the days by class are cmkit's own defaults, because the published table was not found.

Options:
    ladder: The ladder of classes, class5_2023 or class5_legacy (class5_2023).
    cards: Products that follow the credit cards' ladder (信用卡).
    grace: Days of technical overdue that do not count (0).
    first_days: Days until the first check of a new loan (15).
    normal_days: Days between two checks of a loan in 正常 (90).
    watch_days: Days between two checks of a loan in 关注 (60).
    bad_days: Days between two checks of a non-performing loan (30).
    interest_days: Days of interest overdue that call for a check of its own (60).
    capital: Net capital in yuan for the limit of one group, 0 = no rule (0).
    group_share: Most percent of net capital lent to one group (15).
    flags: Columns of a loan that set a lowest class where they say yes, as column=class (restructured=次级).
    rating_days: Days that an internal rating of a borrower holds, 0 = no rule (0).

Passes on 2026-10-30::

    loans           | loan_id | client_id | owner_id | balance | start      | overdue_days | risk_class | last_check_on
                    | J001    | C000123   | E1001    | 500000  | 2026-01-10 | 30           | 关注       | 2026-10-12
    warning_signals | date       | client_id | code | signal | level | owner_id | due        | closed_on
                    | 2026-10-08 | C000123   | F01  | 欠息   | 黄    | E1001    | 2026-10-20 | 2026-10-18

Fails: 95 days overdue on the books as 关注 and not looked at since July, and an open red warning past its day::

    loans           | loan_id | client_id | owner_id | balance | start      | overdue_days | risk_class | last_check_on
                    | J002    | C000124   | E1002    | 800000  | 2026-01-10 | 95           | 关注       | 2026-07-20
    warning_signals | date       | client_id | code | signal | level | owner_id | due        | closed_on
                    | 2026-10-08 | C000124   | F02  | 停产   | 红    | E1002    | 2026-10-20 |
    finds           | code          | key                    | owner | due
                    | special_check | J002                   | E1002 | 2026-08-03
                    | signal_open   | 2026-10-08|C000124|F02 | E1002 | 2026-10-20
                    | class_behind  | J002                   | E1002 |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.base.money import grouped, plain, round_half_up
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Loan, WarningSignal
from cmkit.risk.book import exposures
from cmkit.risk.class5 import CLASSES, LADDERS, classify

ID = "K11"
TITLE = ("贷款分类、贷后检查与预警", "Loan classes, checks and warnings")
OPTIONS = {
    "ladder": Option("words", "class5_2023"),
    "cards": Option("words", "信用卡"),
    "grace": Option("count", "0"),
    "first_days": Option("count", "15"),
    "normal_days": Option("count", "90"),
    "watch_days": Option("count", "60"),
    "bad_days": Option("count", "30"),
    "interest_days": Option("count", "60"),
    "capital": Option("number", "0"),
    "group_share": Option("number", "15"),
    "flags": Option("words", "restructured=次级"),
    "rating_days": Option("count", "0"),
}
NEEDS = ("loans", "warning_signals", "clients", "staff")
SPECIAL_DAYS = 7


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The loans classed too well or not looked at, the warnings still open, the groups that owe too much."""
    found: list[Finding] = []
    for loan in facts.of(Loan):
        if loan.balance:
            found += _class(facts, options, loan)
            found += _checks(facts, options, loan)
    for signal in facts.of(WarningSignal):
        found += _signal(facts, options, signal)
    return [*found, *_ratings(facts, options), *_groups(facts, options)]


def ladder_of(options: Options, loan: Loan) -> str:
    """The ladder that a loan's product follows.

    Raises ConfigFault for a ladder that does not exist.
    """
    wanted = "class5_credit_card" if loan.product in options.words("cards") else "".join(options.words("ladder"))
    if wanted not in LADDERS:
        raise ConfigFault(
            _("规则 {rule} 的选项 ladder 不能是“{text}”").format(rule=ID, text=wanted),
            hint=_("可用：{names}").format(names="、".join(LADDERS)),
        )
    return wanted


def _class(facts: CheckFacts, options: Options, loan: Loan) -> Iterator[Finding]:
    due = classify(loan.overdue_days or 0, ladder_of(options, loan), grace=options.count("grace"))
    message = _("逾期 {days} 天，至少为{due}类，台账为{held}类").format(
        days=loan.overdue_days, due=due, held=loan.risk_class
    )
    hint = _("按逾期天数调整五级分类")
    for column, lowest in flagged(options, loan):
        if CLASSES.index(lowest) > CLASSES.index(due):
            due, hint = lowest, _("按风险情况调整五级分类")
            message = _("有“{label}”标记，至少为{due}类，台账为{held}类").format(
                label=facts.column_label(Loan.table, column), due=due, held=loan.risk_class
            )
    if loan.risk_class in CLASSES and CLASSES.index(loan.risk_class) < CLASSES.index(due):
        yield options.found("class_behind", loan, _subject(facts, loan), message, hint=hint, owner=loan.owner_id)


def flagged(options: Options, loan: Loan) -> Iterator[tuple[str, str]]:
    """The columns of a loan that say yes, each with the lowest class it sets.

    Raises ConfigFault for a class that does not exist.
    """
    for word in options.words("flags"):
        column, _equals, lowest = word.partition("=")
        if lowest not in CLASSES:
            raise ConfigFault(
                _("规则 {rule} 的选项 flags 不能是“{text}”").format(rule=ID, text=word),
                hint=_("写成 栏目=分类，分类为：{names}").format(names="、".join(CLASSES)),
            )
        if loan.get(column):
            yield column, lowest


def _ratings(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    """Borrowers whose rating is older than it may be; those that were never rated are the archive's business."""
    days = options.count("rating_days")
    borrowers = {loan.client_id for loan in facts.of(Loan) if loan.balance}
    for client in facts.clients if days else ():
        rated = client.get("rated_on")
        if client.client_id in borrowers and isinstance(rated, date) and rated + timedelta(days=days) < facts.on:
            yield options.found(
                "rating_stale",
                client,
                facts.client_label(client.client_id),
                _("内部评级于 {day} 评定，超过 {days} 天未更新").format(day=rated.isoformat(), days=days),
                hint=_("收集最新报表，重新评级"),
                owner=client.owner_id,
                due=rated + timedelta(days=days),
            )


def _checks(facts: CheckFacts, options: Options, loan: Loan) -> Iterator[Finding]:
    """One finding at most: the check of its own, else the first one, else the regular one."""
    last = max((day for day in (loan.first_check_on, loan.last_check_on) if day), default=None)
    troubled = _troubled_since(facts, options, loan)
    if troubled and (last is None or last < troubled):
        due = troubled + timedelta(days=SPECIAL_DAYS)
        if due < facts.on:
            message = _("本金逾期 {days} 天、欠息 {interest} 天，逾期后没有重点检查").format(
                days=loan.overdue_days or 0, interest=loan.interest_overdue_days or 0
            )
            yield _late(facts, options, loan, "special_check", message, due)
        return
    if last is None:
        if loan.start is None:
            return
        due = loan.start + timedelta(days=options.count("first_days"))
        if due < facts.on:
            message = _("{day} 发放，没有首次检查").format(day=loan.start.isoformat())
            yield _late(facts, options, loan, "first_check", message, due)
        return
    days = options.count(
        {"正常": "normal_days", "": "normal_days", "关注": "watch_days"}.get(loan.risk_class, "bad_days")
    )
    due = last + timedelta(days=days)
    if due < facts.on:
        message = _("最近检查于 {day}，{held}类每 {days} 天检查一次").format(
            day=last.isoformat(), held=loan.risk_class or CLASSES[0], days=days
        )
        yield _late(facts, options, loan, "regular_check", message, due)


def _troubled_since(facts: CheckFacts, options: Options, loan: Loan) -> date | None:
    """The day from which a check of its own was called for: principal overdue, or interest for too long."""
    overdue, interest = loan.overdue_days or 0, loan.interest_overdue_days or 0
    days = [
        overdue - options.count("grace") if overdue > options.count("grace") else 0,
        interest - options.count("interest_days") if interest > options.count("interest_days") else 0,
    ]
    longest = max(days)
    return facts.on - timedelta(days=longest) if longest > 0 else None


def _late(facts: CheckFacts, options: Options, loan: Loan, code: str, message: str, due: date) -> Finding:
    hint = _("完成贷后检查并登记")
    return options.found(code, loan, _subject(facts, loan), message, hint=hint, owner=loan.owner_id, due=due)


def _signal(facts: CheckFacts, options: Options, signal: WarningSignal) -> Iterator[Finding]:
    if signal.closed_on or signal.due is None or signal.due >= facts.on:
        return
    yield options.found(
        "signal_open",
        signal,
        " ".join(part for part in (facts.client_label(signal.client_id), signal.signal) if part),
        _("{level}色预警应于 {due} 处置，已过 {days} 天未解除").format(
            level=signal.level, due=signal.due.isoformat(), days=(facts.on - signal.due).days
        ),
        hint=_("落实处置措施，达到条件的解除预警"),
        owner=signal.owner_id,
        due=signal.due,
    )


def _groups(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    capital, limit = options.number("capital"), options.number("group_share")
    for name, total in exposures(facts.of(Loan)).items() if capital > 0 else ():
        if total * 100 > limit * capital:
            message = _("集团授信余额 {total} 元，占资本净额 {share}%，超过 {limit}%").format(
                total=grouped(total), share=plain(round_half_up(total * 100 / capital)), limit=plain(limit)
            )
            finding = options.found("group_exposure", Loan(), name, message, hint=_("压降集团授信或报批"))
            yield replace(finding, key=f"group|{name}")


def _subject(facts: CheckFacts, loan: Loan) -> str:
    return " ".join(part for part in (loan.loan_id, facts.client_label(loan.client_id)) if part)
