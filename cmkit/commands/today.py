"""``cmkit today``."""

from __future__ import annotations

import click

from cmkit.base.lang import _
from cmkit.commands._kit import Session, command, with_session


@command("today", _("今天要办的：走访、待办、生日、到期、临期投诉、缺的日志"))
@click.option("--owner", metavar="NAME", help=_("只看这个人；主管看本人和下属"))
@with_session
def cli(session: Session, owner: str | None) -> None:
    """What the day asks."""
    from dataclasses import replace

    from cmkit.reports.people import today_document

    desk = session.desk(screen=True)
    scope = desk.scope(owner)
    if owner:
        team = {person.staff_id for person in desk.tree.team_of(scope.id)}
        scope = replace(scope, staff=scope.staff | team)
    session.show_document(today_document(desk, scope))
