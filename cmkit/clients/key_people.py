"""Key people of the clients (关键人): who decides, how they stand to us, whom nobody has spoken to (manual row 3-05)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from cmkit.base.lang import _
from cmkit.facts.records import Client, ContactPerson
from cmkit.facts.section import Cell, Column, RecordRef, Section, Status

_ATTITUDE = {"支持": "good", "中立": "warn", "反对": "bad"}
ACTIVE = "在用"


@dataclass(frozen=True, kw_only=True)
class PeopleFacts:
    """The people at some clients. Those of ``roles`` are watched: a contact every ``quiet_days`` days, 0 = no rule."""

    people: Sequence[ContactPerson]
    clients: Mapping[str, Client]
    on: date
    names: Mapping[str, str] = field(default_factory=dict)
    quiet_days: int = 60
    roles: Sequence[str] = ("决策",)

    def present(self) -> list[ContactPerson]:
        """The people at active clients, those who need a contact first."""
        found = [one for one in self.people if (client := self.clients.get(one.client_id)) and client.status == ACTIVE]
        return sorted(
            found, key=lambda one: (not self.quiet(one), one.last_contact or date.min, one.client_id, one.name)
        )

    def quiet(self, one: ContactPerson) -> bool:
        """Whether nobody has spoken to a watched person for too long."""
        if not self.quiet_days or one.role not in self.roles:
            return False
        return one.last_contact is None or one.last_contact + timedelta(days=self.quiet_days) < self.on


def people_section(facts: PeopleFacts, *, limit: int = 20) -> Section:
    """关键人关系: clients without anybody who decides, then the people themselves."""
    found = facts.present()
    quiet = sum(1 for one in found if facts.quiet(one))
    covered = {one.client_id for one in found if one.role in facts.roles}
    active = [
        one for one in facts.clients.values() if one.status == ACTIVE and one.client_id in {p.client_id for p in found}
    ]
    bare = sum(1 for one in active if one.client_id not in covered)
    said = _("登记关键人 {count} 位，需要尽快联系 {quiet} 位；{bare} 户客户还没有找到{role}人。").format(
        count=len(found), quiet=quiet, bare=bare, role="、".join(facts.roles)
    )
    hidden = len(found) - limit
    return Section(
        id="key_people",
        title=_("关键人关系"),
        text=(said,) if found else (),
        columns=(
            Column(_("客户")),
            Column(_("关键人")),
            Column(_("职务")),
            Column(_("角色")),
            Column(_("态度"), "status"),
            Column(_("最近联系"), "date"),
            Column(_("联系情况"), "status"),
            Column(_("客户经理")),
        ),
        rows=tuple(_row(facts, one) for one in found[:limit]),
        notes=(_("需要联系的排在前面，另有 {count} 位没有列出").format(count=hidden),) if hidden > 0 else (),
        empty=_("没有登记关键人"),
        records=tuple(RecordRef(ContactPerson.table, one.key) for one in found),
    )


def _row(facts: PeopleFacts, one: ContactPerson) -> tuple[Cell, ...]:
    client = facts.clients[one.client_id]
    attitude = Status(_ATTITUDE.get(one.attitude, "none"), one.attitude or _("未填"))  # type: ignore[arg-type]
    who = facts.names.get(client.owner_id, client.owner_id)
    return client.name, one.name, one.title, one.role, attitude, one.last_contact, _contact(facts, one), who


def _contact(facts: PeopleFacts, one: ContactPerson) -> Status:
    if one.last_contact is None:
        return Status("bad" if facts.quiet(one) else "none", _("没有记录"))
    days = (facts.on - one.last_contact).days
    return Status("bad" if facts.quiet(one) else "good", _("{days} 天前").format(days=days))
