"""K1 客户资料: what the client register must hold, once and under one name.

Says which required columns (the pack's table spec) are blank, which numbers cannot be right, which clients stand in
the register twice, and which have no owner, two, or one who has left. A client nobody owns is a client nobody visits.
Where credit is shared (``E1003:60、E1005:40`` among the co-managers), the percentages make 100 and name known people;
until they do, all of it stays with the owner.

Source: 客户资料卡 and its required columns (form C.1, doczj.com/doc/5912112110.html: one number a client, exactly one
customer manager); identity cards by GB 11643-1999, credit codes by GB 32100-2015.

Options:
    skip_status: Clients in these states may be incomplete or without an owner (流失、黑名单).
    one_owner: A co-owner counts as a second owner (否).

Passes on 2026-10-30 (required: name, phone, owner_id)::

    clients | client_id | name | phone       | owner_id
            | C000123   | 王芳 | 14000000001 | E1001
    staff   | staff_id | name | leave_date
            | E1001    | 张伟 |

Fails: no phone, and the owner left on 2026-09-30::

    clients | client_id | name | phone | owner_id
            | C000124   | 李强 |       | E1002
    staff   | staff_id | name | leave_date
            | E1002    | 刘洋 | 2026-09-30
    finds   | code       | key     | owner | due
            | missing    | C000124 | E1002 |
            | owner_left | C000124 | E1002 |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cmkit.base.lang import _
from cmkit.base.text import fold_key, squeeze
from cmkit.checks.facts import CheckFacts, blank
from cmkit.checks.formats import fault_of, masked
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.kinds import Kind
from cmkit.facts.records import Client, core_kinds
from cmkit.facts.shares import shares_of

ID = "K1"
TITLE = ("客户资料完整与归属", "Client data and owner")
OPTIONS = {"skip_status": Option("words", "流失、黑名单"), "one_owner": Option("flag", "否")}
NEEDS = ("clients", "staff")
_SHARE = re.compile(r"[:：]")
_SEVERAL = re.compile(r"[、,，;；/]")


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The clients whose record is incomplete, wrong, double, or without one owner."""
    active = [client for client in facts.clients if client.status not in options.words("skip_status")]
    return [
        *_missing(facts, options, active),
        *_formats(facts, options, active),
        *_doubles(facts, options),
        *_owners(facts, options, active),
        *_shares(facts, options, active),
    ]


def _missing(facts: CheckFacts, options: Options, clients: Iterable[Client]) -> Iterator[Finding]:
    spec = facts.pack.tables.get(Client.table)
    columns = spec.columns if spec else {}
    required = [key for key, column in columns.items() if column.required and key != Client.owner_field]
    for client in clients:
        lacking = [facts.column_label(Client.table, key) for key in required if blank(client.get(key))]
        if lacking:
            yield options.found(
                "missing",
                client,
                facts.label(client),
                _("缺少{columns}").format(columns="、".join(lacking)),
                hint=_("补全客户资料"),
                owner=client.owner_id,
            )


def _formats(facts: CheckFacts, options: Options, clients: Iterable[Client]) -> Iterator[Finding]:
    spec = facts.pack.tables.get(Client.table)
    kinds = {**(spec.kinds() if spec else {}), **core_kinds(Client)}
    judged = {key: kind for key, kind in kinds.items() if kind in {Kind.ID_NO, Kind.PHONE, Kind.USCC}}
    for client in clients:
        for key, kind in judged.items():
            value = str(client.get(key) or "")
            fault = fault_of(_number_kind(client, kind), value, facts.on) if value else ""
            if fault:
                yield options.found(
                    f"format_{key}",
                    client,
                    facts.label(client),
                    _("{column}有误：{fault}").format(column=facts.column_label(Client.table, key), fault=fault),
                    hint=_("向客户核实后更正"),
                    owner=client.owner_id,
                )


def _number_kind(client: Client, kind: Kind) -> Kind:
    """An identity card, a credit code, or (a passport) nothing that can be judged."""
    if kind is not Kind.ID_NO:
        return kind
    if "信用代码" in client.id_type:
        return Kind.USCC
    is_card = "身份证" in client.id_type or (not client.id_type and client.kind in {"", "个人"})
    return Kind.ID_NO if is_card else Kind.TEXT


def _doubles(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    """Each record of a client that an earlier record already describes: the same number, else name and phone."""
    by_number: dict[str, Client] = {}
    by_phone: dict[tuple[str, str], Client] = {}
    for client in facts.clients:
        number = fold_key(client.id_no).upper()
        number = "" if masked(number) else number
        person = (squeeze(client.name), fold_key(client.phone))
        first = by_number.get(number) if number else None
        same = _("证件号码相同")
        if first is None and all(person) and not masked("".join(person)):
            first, same = by_phone.setdefault(person, client), _("姓名和电话相同")
            # Two different card numbers are two people, whatever they share.
            first = None if first is client or (number and first.id_no) else first
        if number:
            by_number.setdefault(number, client)
        if first is not None:
            yield _double(facts, options, client, first, same)


def _double(facts: CheckFacts, options: Options, client: Client, first: Client, same: str) -> Finding:
    apart = client.owner_id and first.owner_id and client.owner_id != first.owner_id
    owners = _("，分属 {one}、{two}").format(
        one=facts.staff_label(first.owner_id), two=facts.staff_label(client.owner_id)
    )
    return options.found(
        "two_owners" if apart else "duplicate",
        client,
        facts.label(client),
        _("与 {other} {same}{owners}").format(other=facts.label(first), same=same, owners=owners if apart else ""),
        hint=_("核实后合并，只留一个客户编号和一名负责人") if apart else _("核实后合并，只留一个客户编号"),
        owner=client.owner_id,
    )


def _owners(facts: CheckFacts, options: Options, clients: Iterable[Client]) -> Iterator[Finding]:
    for client in clients:
        code, message = _owner_fault(facts, options, client)
        if code:
            hint = _("只留一名负责人") if code == "several_owners" else _("指定在职的负责人")
            yield options.found(code, client, facts.label(client), message, hint=hint, owner=client.owner_id)


def _owner_fault(facts: CheckFacts, options: Options, client: Client) -> tuple[str, str]:
    owner = client.owner_id.strip()
    if not owner:
        return "no_owner", _("没有负责人")
    own = {owner, facts.staff_label(owner), client.owner_name}
    others = [name for name in client.co_owners if _SHARE.split(name)[0].strip() not in own]
    if _SEVERAL.search(owner) or (options.flag("one_owner") and others):
        return "several_owners", _("负责人不止一名")
    person = facts.staff_by_id.get(owner)
    if person is None:
        return ("unknown_owner", _("负责人 {owner} 不在人员表中").format(owner=owner)) if facts.staff else ("", "")
    if person.leave_date and person.leave_date < facts.on:
        left = person.leave_date.isoformat()
        return "owner_left", _("负责人 {owner} 已于 {day} 离职").format(owner=facts.label(person), day=left)
    if client.owner_name and squeeze(client.owner_name) != squeeze(person.name):
        return "several_owners", _("工号 {owner} 是{name}，客户经理写的是{other}").format(
            owner=owner, name=person.name, other=client.owner_name
        )
    return "", ""


def _shares(facts: CheckFacts, options: Options, clients: Iterable[Client]) -> Iterator[Finding]:
    for client in clients:
        shares = shares_of(client.co_owners)
        if shares is None:
            code, message = (
                "shares",
                _("协办份额写成 工号:百分数，合计要为 100（{text}）").format(text="、".join(client.co_owners)),
            )
        else:
            unknown = [who for who in shares if facts.staff and who not in facts.staff_by_id]
            if not unknown:
                continue
            code, message = "shares_unknown", _("份额中的 {names} 不在人员表中").format(names="、".join(unknown))
        hint = _("改正协办客户经理的份额")
        yield options.found(code, client, facts.label(client), message, hint=hint, owner=client.owner_id)
