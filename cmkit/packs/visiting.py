"""Whether the visit rules of a pack look at columns and choices that are there."""

from __future__ import annotations

from collections.abc import Iterator

from cmkit.base.lang import _
from cmkit.facts.specs import Pack, TableSpec, TriggerSpec, VisitSpec
from cmkit.packs.measures import choice_problems, date_problems, filter_problems
from cmkit.packs.said import Said, no_such

PART = "visits"


def visit_problems(pack: Pack) -> Iterator[Said]:
    """What keeps visits from being planned."""
    clients, contacts = pack.tables.get("clients"), pack.tables.get("contacts")
    if clients is None:
        return
    yield from _columns(pack.visits, clients)
    if contacts is not None and "channel" in contacts.columns:
        channel = contacts.columns["channel"]
        yield from choice_problems(PART, "visit_channels", pack.visits.visit_channels, channel)
    for name, tier in pack.visits.tiers.items():
        if not tier.label:
            yield Said(PART, f"tiers.{name}.zh", _("缺少名称"))
        if tier.interval_days < 0:
            yield Said(PART, f"tiers.{name}.interval_days", _("间隔天数不能为负数"))
    for number, trigger in enumerate(pack.visits.triggers, 1):
        yield from _trigger(pack, f"triggers[{number}]", trigger)


def _columns(visits: VisitSpec, clients: TableSpec) -> Iterator[Said]:
    for word, name in (
        ("tier_column", visits.tier_column),
        ("per_day_column", visits.per_day_column),
        ("route_column", visits.route_column),
    ):
        if name and name not in clients.columns:
            yield no_such(PART, word, name, clients.columns)
    if visits.tier_column in clients.columns:
        yield from choice_problems(PART, "tiers", visits.tiers, clients.columns[visits.tier_column])
    if visits.per_day_by and visits.per_day_column in clients.columns:
        yield from choice_problems(PART, "per_day_by", visits.per_day_by, clients.columns[visits.per_day_column])


def _trigger(pack: Pack, path: str, trigger: TriggerSpec) -> Iterator[Said]:
    table = pack.tables.get(trigger.table)
    if not trigger.key:
        yield Said(PART, f"{path}.key", _("缺少 key"))
    if table is None:
        yield no_such(PART, f"{path}.table", trigger.table, pack.tables)
        return
    yield from date_problems(PART, f"{path}.date", trigger.date, table)
    if trigger.client not in table.columns:
        yield no_such(PART, f"{path}.client", trigger.client, table.columns)
    yield from filter_problems(PART, path, trigger.where, table)
