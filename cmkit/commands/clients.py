"""``cmkit clients``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cmkit.base.faults import Exit
from cmkit.base.lang import _
from cmkit.commands._kit import Session, group, reveal, unmask_options, with_session

if TYPE_CHECKING:
    from cmkit.facts.records import Client

SHOWN = ("client_id", "name", "tier", "owner_id", "phone", "district", "status", "last_contact")


@group("clients", _("客户：列出、查找、查看、导出、检查"))
def cli() -> None:
    """The client file."""


@cli.command("list", help=_("列出客户"))
@click.option("--owner", metavar="NAME", help=_("只看这位客户经理的"))
@click.option("--tier", metavar="TEXT", help=_("只看这个等级的"))
@click.option("--status", metavar="TEXT", help=_("只看这个状态的"))
@unmask_options
@with_session
def list_(
    session: Session, owner: str | None, tier: str | None, status: str | None, unmask: bool, reason: str | None
) -> None:
    """Clients, masked unless asked and recorded."""
    from cmkit.facts.records import Client

    desk = session.desk()
    scope = desk.scope(owner)
    tier_column = session.pack.visits.tier_column
    chosen = [
        client
        for client in desk.of_scope(desk.raw(Client), scope)
        if (not tier or client.get(tier_column) == tier) and (not status or client.status == status)
    ]
    _show(session, chosen, "clients list", unmask, reason)


@cli.command("find", help=_("按名称、部分名称、拼音首字母、编号、电话或证件尾号查找"))
@click.argument("text", metavar="CLIENT")
@unmask_options
@with_session
def find_(session: Session, text: str, unmask: bool, reason: str | None) -> int:
    """Clients that fit a few letters."""
    from cmkit.clients.find import find
    from cmkit.commands._clients import maybe
    from cmkit.facts.records import Client

    clients = session.desk().raw(Client)
    found = find(clients, text)
    if found or session.format != "table":
        _show(session, found, "clients find", unmask, reason)
    else:
        hint = maybe(session, clients, text)
        session.say(_("没有符合“{text}”的客户").format(text=text) + ("；" + hint if hint else ""))
    return Exit.DONE


def _show(session: Session, clients: Sequence[Client], what: str, unmask: bool, reason: str | None) -> None:
    from cmkit.facts.section import Column
    from cmkit.privacy.masks import mask_facts

    full = reveal(session, what, [client.client_id for client in clients], unmask, reason)
    spec = session.pack.tables["clients"]
    shown = list(clients) if full else mask_facts(clients, spec)
    keys = [key for key in (*SHOWN, session.pack.visits.tier_column) if key in spec.columns]
    keys = list(dict.fromkeys(keys))
    columns = [Column(spec.columns[key].label) for key in keys]
    rows = [[client.get(key) for key in keys] for client in shown]
    session.show_rows(columns, rows, (_plain(client, list(spec.columns)) for client in shown))


def _plain(client: Client, keys: Sequence[str]) -> dict[str, Any]:
    values = {key: client.get(key) for key in keys}
    told = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    return {**{key: None if value == "" else value for key, value in told.items()}, "origin": client.origin.as_dict()}


@cli.command("show", help=_("一位客户的档案和往来记录"))
@click.argument("text", metavar="CLIENT")
@unmask_options
@with_session
def show(session: Session, text: str, unmask: bool, reason: str | None) -> None:
    """One client's card and timeline."""
    from cmkit.commands._clients import the_client
    from cmkit.reports.people import client_document

    client = the_client(session, session.desk(), text)
    reveal(session, "clients show", [client.client_id], unmask, reason)
    document = client_document(session.desk(), client.client_id)
    session.show_document(document)


@cli.command("export", help=_("导出客户表（不加 --unmask 时已脱敏）"))
@click.option(
    "--out",
    "out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("写到这个文件（xlsx 或 csv）"),
)
@click.option("--owner", metavar="NAME", help=_("只导出这位客户经理的"))
@unmask_options
@with_session
def export(session: Session, out: Path | None, owner: str | None, unmask: bool, reason: str | None) -> None:
    """The client file as a sheet."""
    from cmkit.commands._tables import export_table

    export_table(session, "clients", out, unmask=unmask, reason=reason, owner=owner)


@cli.command("check", help=_("检查客户档案：缺项、格式、重复、归属、陈旧（有问题退出码 3）"))
@with_session
def check(session: Session) -> int:
    """K1 and K2."""
    from cmkit.commands._findings import show_findings
    from cmkit.reports.checking import find_all

    return show_findings(
        session, find_all(session.desk(screen=True), [rule for rule in ("K1", "K2") if rule in session.pack.checks])
    )


@cli.command("sample", help=_("抽取若干户客户做档案核对检查：同一期间抽到的总是同一批"))
@click.option("--count", "count", type=click.IntRange(1), default=10, show_default=True, help=_("抽多少户"))
@click.option("--owner", metavar="NAME", help=_("只抽这位客户经理的"))
@click.option("--period", "period", metavar="P", help=_("期间，如 2026-10（默认本月）"))
@unmask_options
@with_session
def sample_(
    session: Session, count: int, owner: str | None, period: str | None, unmask: bool, reason: str | None
) -> None:
    """A draw for the archive check."""
    from cmkit.clients.archive import sample
    from cmkit.clients.completeness import archived
    from cmkit.facts.records import Client

    desk = session.desk()
    scope = desk.scope(owner)
    clients = archived(desk.of_scope(desk.raw(Client), scope), session.pack)
    _show(session, sample(clients, count, session.period(period).name), "clients sample", unmask, reason)
