"""``cmkit log``."""

from __future__ import annotations

from typing import Any

import click

from cmkit.base.faults import Exit, InputFault
from cmkit.base.lang import _
from cmkit.commands._kit import DAY, Session, group, with_session


@group("log", _("随手记：登记一次客户接触，列出接触记录"))
def cli() -> None:
    """Contacts from the command line."""


@cli.command("add", help=_("登记一次接触；--next 同时生成待办"))
@click.argument("client", metavar="CLIENT")
@click.option("--channel", required=True, metavar="TEXT", help=_("方式：面访、走访、电话、微信……"))
@click.option("--purpose", required=True, metavar="TEXT", help=_("目的"))
@click.option("--result", required=True, metavar="TEXT", help=_("结果"))
@click.option("--content", metavar="TEXT", help=_("沟通内容"))
@click.option("--outcome", metavar="TEXT", help=_("成效：成交、有意向、待跟进、无需求、未接触到"))
@click.option("--product", metavar="TEXT", help=_("产品"))
@click.option("--amount", metavar="TEXT", help=_("金额，如 5万"))
@click.option("--need", metavar="TEXT", help=_("客户需求"))
@click.option("--next", "next_date", metavar="DATE", help=_("下次联系日期"))
@click.option("--minutes", metavar="N", help=_("时长（分）"))
@click.option("--time", "time", metavar="HH:MM", help=_("时间"))
@click.option("--date", "day", type=DAY, help=_("哪一天（默认 --on 或今天）"))
@click.option("--owner", metavar="NAME", help=_("客户经理（默认客户的归属人）"))
@with_session
def add(session: Session, client: str, day: Any, owner: str | None, **words: str | None) -> None:
    """One contact, and the follow-up task."""
    from cmkit.commands._clients import the_client
    from cmkit.store.put import put
    from cmkit.worklog.entry import add_contact, follow_up

    desk = session.desk()
    found = the_client(session, desk, client)
    staff = desk.owner(owner).id if owner else found.owner_id
    given = {key: value for key, value in words.items() if value}
    if session.pack.tables["contacts"].columns["content"].required:
        # Three words are enough to note a call down: where a pack wants the content, too, the result is it.
        given.setdefault("content", given.get("result", ""))
    given |= {"client_id": found.client_id, "staff_id": staff, **({"date": day.isoformat()} if day else {})}
    contact, problems = add_contact(given, spec=session.pack.tables["contacts"], on=session.on)
    if contact is None:
        raise InputFault(problems[0].message, hint=problems[0].hint)
    task = follow_up(contact)
    facts = [contact, *([task] if task else [])]
    report = put(session.store, facts, who=session.who, label="cmkit log add", as_of=session.on.isoformat())
    told = {"batch": report.batch, "contact": contact.key, "task": task.task_id if task else None}
    if session.format == "json":
        session.show_json(told)
        return
    session.say(_("已登记：{name} {date}").format(name=found.client_id, date=contact.date))
    if task:
        session.say(_("已生成待办：{what}，{due}").format(what=task.what, due=task.due))


@cli.command("list", help=_("列出接触记录（默认今天）"))
@click.option("--owner", metavar="NAME", help=_("只看这个人"))
@click.option("--from", "start", type=DAY, help=_("从哪一天"))
@click.option("--to", "end", type=DAY, help=_("到哪一天"))
@with_session
def list_(session: Session, owner: str | None, start: Any, end: Any) -> int:
    """Contacts of a span."""
    from cmkit.facts.records import Contact
    from cmkit.facts.section import Column

    desk = session.desk()
    scope = desk.scope(owner)
    first, last = start or end or session.on, end or session.on
    rows = [
        one for one in desk.of_scope(desk.facts(Contact, names=False), scope) if one.date and first <= one.date <= last
    ]
    spec = session.pack.tables["contacts"]
    keys = ["date", "time", "staff_id", "client_id", "channel", "purpose", "result", "outcome", "next_date"]
    table = [[str(one.get(key) or "") for key in keys] for one in rows]
    value = [{**{key: one.get(key) for key in spec.columns}, "origin": one.origin.as_dict()} for one in rows]
    session.show_rows([Column(spec.columns[key].label) for key in keys], table, value)
    return Exit.DONE
