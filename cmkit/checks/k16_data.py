"""K16 数据保护: what identifies people is masked, and nothing is kept shorter than the law says or longer than needed.

Telephone, identity and account numbers are masked by their kind; the columns with people's names and addresses need a
mask in the pack. A client who left long ago is kept only as long as the law asks for; what the firm set itself may not
be shorter than that.

Source: 《个人信息保护法》 art. 6, 19, 28, 51; 《反洗钱法》 (2024) art. 34: identity and transaction records at least 10
years after the relationship; 《娱乐场所管理条例》 art. 25: the venue's log 60 days.

Options:
    keep_days: Days that a client who left is kept after the last contact (3650).
    keep_least: The least that the law asks for, in days (3650).
    log_days: Days that work logs are kept, 0 = for ever (0).
    log_least: The least that the law asks for, in days (60).
    gone_status: Clients in these states have left (流失).

Passes on 2026-10-30::

    clients | client_id | name | owner_id | status | last_contact
            | C000123   | 王芳 | E1001    | 流失   | 2020-05-06

Fails: left for more than ten years (3,650 days after 2015-03-01 are over on 2025-02-26)::

    clients | client_id | name | owner_id | status | last_contact
            | C000124   | 李强 | E1002    | 流失   | 2015-03-01
    finds   | code      | key     | owner | due
            | kept_long | C000124 | E1002 | 2025-02-26
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from cmkit.base.lang import _
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Client
from cmkit.privacy.masks import BY_KIND

ID = "K16"
TITLE = ("脱敏与保存期限", "Masks and retention")
OPTIONS = {
    "keep_days": Option("count", "3650"),
    "keep_least": Option("count", "3650"),
    "log_days": Option("count", "0"),
    "log_least": Option("count", "60"),
    "gone_status": Option("words", "流失"),
}
NEEDS = ("clients",)
IDENTIFYING: Mapping[str, tuple[str, ...]] = {
    "clients": ("name", "contact_name", "phone", "id_no", "address"),
    "contact_people": ("name", "phone"),
    "complaints": ("complainant", "phone"),
    "referrals": ("client_name",),
    "bookings": ("guest_name", "guest_phone"),
    "recruits": ("candidate", "phone"),
}
"""Table to the columns that tell who somebody is."""


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The columns without a mask, the periods that are too short, the clients kept too long."""
    return [*_masks(facts, options), *_periods(options), *_kept(facts, options)]


def _masks(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    for table, keys in IDENTIFYING.items():
        spec = facts.pack.tables.get(table)
        for key, column in spec.columns.items() if spec else ():
            if spec and key in keys and not column.mask and column.kind not in BY_KIND:
                subject = " ".join((spec.label or table, column.label or key))
                message = _("这一列能识别个人，没有设置脱敏")
                finding = options.found("unmasked", Client(), subject, message, hint=_("在表的定义里写上 mask"))
                yield replace(finding, table=table, key=f"{table}.{key}")


def _periods(options: Options) -> Iterator[Finding]:
    for name, subject in (("keep", _("客户资料")), ("log", _("工作日志"))):
        days, least = options.count(f"{name}_days"), options.count(f"{name}_least")
        if days and days < least:
            message = _("保存 {days} 天，短于规定的 {least} 天").format(days=days, least=least)
            finding = options.found("kept_short", Client(), subject, message, hint=_("延长保存期限"))
            yield replace(finding, table="", key=f"keep|{name}")


def _kept(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    days = options.count("keep_days")
    for client in facts.clients if days else ():
        last = client.last_contact or client.updated_on
        if client.status not in options.words("gone_status") or last is None:
            continue
        due = last + timedelta(days=days)
        if due < facts.on:
            yield options.softly().found(
                "kept_long",
                client,
                facts.label(client),
                _("最近联系于 {day}，已超过 {days} 天保存期限").format(day=last.isoformat(), days=days),
                hint=_("经批准后删除或匿名化"),
                owner=client.owner_id,
                due=due,
            )
