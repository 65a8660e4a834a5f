"""K19 账单与合同: bills that leap, arrears that grow, contracts that end.

A bill far above what the client usually pays has to be told at once. Arrears past the agreed day may suspend the
service after thirty days and end the contract sixty days later; each day costs a late fee. A contract about to end is
talked about in time.

Source: 《电信条例》 (2016) art. 34: 30 days, another 60, late fee 3‰ a day unless agreed otherwise; a bill above five
times the mean of the three months before must be told at once. The days before the end of a contract are cmkit's default.

Options:
    times: How many times the mean of the three months before makes a bill leap (5).
    suspend_days: Days past the agreed day until the service may be suspended (30).
    end_days: Further days until the contract may be ended (60).
    fee: Late fee a day in per mille (3).
    contract_days: Days before a contract ends when it is spoken of, 0 = no rule (90).

Passes on 2026-10-30::

    clients | client_id | name     | status | owner_id | month_bill | bill_mean | contract_to
            | G1        | 云州纺织 | 在用   | E1001    | 12000      | 10000     | 2027-06-30

Fails: six times the usual bill, ten days in arrears, contract ends in 31 days::

    clients | client_id | name     | status | owner_id | month_bill | bill_mean | arrears | arrears_since | contract_to
            | G2        | 平川机械 | 在用   | E1002    | 60000      | 10000     | 1000    | 2026-10-20    | 2026-11-30
    finds   | code     | key | owner | due
            | bill     | G2  | E1002 | 2026-10-30
            | arrears  | G2  | E1002 | 2026-11-19
            | contract | G2  | E1002 | 2026-11-30
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import grouped, plain, round_half_up
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Client

ID = "K19"
TITLE = ("账单、欠费与合同", "Bills, arrears and contracts")
OPTIONS = {
    "times": Option("number", "5"),
    "suspend_days": Option("count", "30"),
    "end_days": Option("count", "60"),
    "fee": Option("number", "3"),
    "contract_days": Option("count", "90"),
}
NEEDS = ("clients",)
GONE = ("流失", "黑名单")


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The bills to be told, the arrears with their late fee, the contracts about to end."""
    found: list[Finding] = []
    for client in facts.clients:
        found += _arrears(facts, options, client)
        if client.status not in GONE:
            found += _bill(facts, options, client)
            found += _contract(facts, options, client)
    return found


def _bill(facts: CheckFacts, options: Options, client: Client) -> Iterator[Finding]:
    bill, mean = _amount(client, "month_bill"), _amount(client, "bill_mean")
    if not bill or not mean or bill <= options.number("times") * mean:
        return
    message = _("本月账单是前三个月平均的 {times} 倍").format(times=grouped(bill / mean, 1))
    hint = _("立即告知客户，核实有无异常使用")
    yield _found(facts, options, client, "bill", message, hint, facts.on)


def _amount(client: Client, column: str) -> Decimal | None:
    value = client.get(column)
    return None if value is None else Decimal(value)


def late_fee(arrears: Decimal, days: int, per_mille: Decimal) -> Decimal:
    """滞纳金: so many per mille of the arrears for each day."""
    return round_half_up(arrears * per_mille * days / 1000)


def _arrears(facts: CheckFacts, options: Options, client: Client) -> Iterator[Finding]:
    owed, since = _amount(client, "arrears"), client.get("arrears_since")
    if not owed or since is None or since >= facts.on:
        return
    days = (facts.on - since).days
    fee = late_fee(owed, days, options.number("fee"))
    suspend = since + timedelta(days=options.count("suspend_days"))
    end = suspend + timedelta(days=options.count("end_days"))
    said = _("欠费 {days} 天，滞纳金按日 {rate}‰ 计 {fee} 元").format(
        days=days, rate=plain(options.number("fee")), fee=grouped(fee)
    )
    if facts.on > end:
        yield _found(facts, options, client, "end", said + _("，可以终止服务"), _("报批后书面通知客户"), end)
    elif facts.on > suspend:
        yield _found(facts, options, client, "suspend", said + _("，可以暂停服务"), _("催缴，停机前再次告知客户"), end)
    else:
        yield _found(facts, options, client, "arrears", said, _("在可以停机之前催缴"), suspend)


def _contract(facts: CheckFacts, options: Options, client: Client) -> Iterator[Finding]:
    end, days = client.get("contract_to"), options.count("contract_days")
    if not days or end is None:
        return
    left = (end - facts.on).days
    if left < 0:
        message = _("合同已到期 {days} 天，没有续签").format(days=-left)
    elif left <= days:
        message = _("合同还有 {days} 天到期").format(days=left)
    else:
        return
    yield _found(facts, options, client, "contract", message, _("拜访客户，提出续约方案"), end)


def _found(
    facts: CheckFacts, options: Options, client: Client, code: str, message: str, hint: str, due: date
) -> Finding:
    return options.found(code, client, facts.label(client), message, hint=hint, owner=client.owner_id, due=due)
