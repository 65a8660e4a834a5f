"""Whether the visit rules of a pack look at columns and choices that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cmkit.base.lang import _
from cmkit.facts.specs import Pack, TableSpec, TriggerSpec, VisitSpec
from cmkit.packs.measures import choice_problems, date_problems, filter_problems
from cmkit.packs.said import Said, no_such

PART = "visits"
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_ENDS = 2


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
        if tier.per_month < 0 or (tier.per_month and tier.interval_days):
            yield Said(PART, f"tiers.{name}.per_month", _("间隔天数和每月次数只能写一样，且不能为负数"))
    yield from _hours(pack.visits)
    yield from _ways(pack.visits)
    for number, trigger in enumerate(pack.visits.triggers, 1):
        yield from _trigger(pack, f"triggers[{number}]", trigger)


def _columns(visits: VisitSpec, clients: TableSpec) -> Iterator[Said]:
    for word, name in (
        ("tier_column", visits.tier_column),
        ("per_day_column", visits.per_day_column),
        ("route_column", visits.route_column),
        ("value_column", visits.value_column),
        ("hours_column", visits.hours_column),
        ("closed_column", visits.closed_column),
        ("move.column", visits.move.column),
    ):
        if name and name not in clients.columns:
            yield no_such(PART, word, name, clients.columns)
    if visits.tier_column in clients.columns:
        yield from choice_problems(PART, "tiers", visits.tiers, clients.columns[visits.tier_column])
    if visits.per_day_by and visits.per_day_column in clients.columns:
        yield from choice_problems(PART, "per_day_by", visits.per_day_by, clients.columns[visits.per_day_column])


def _hours(visits: VisitSpec) -> Iterator[Said]:
    """The day: a beginning before its end, lunch inside, meetings on weekdays that there are."""
    if not _CLOCK.fullmatch(visits.start) or not _CLOCK.fullmatch(visits.finish) or visits.start >= visits.finish:
        yield Said(PART, "start", _("上下班时间写成 09:00，且上班早于下班"))
    lunch = visits.lunch.split("-")
    if visits.lunch and (len(lunch) != _ENDS or not all(map(_CLOCK.fullmatch, lunch)) or lunch[0] >= lunch[1]):
        yield Said(PART, "lunch", _("午休写成 12:00-13:30，没有就写空"))
    for number, one in enumerate(visits.meetings, 1):
        if not _CLOCK.fullmatch(one.start) or not _CLOCK.fullmatch(one.finish) or one.start >= one.finish:
            yield Said(PART, f"meetings[{number}].start", _("会议的起止时间写成 09:00，且开始早于结束"))
        if not set(one.weekdays) <= set(range(1, 8)):
            yield Said(PART, f"meetings[{number}].weekdays", _("星期写 1 到 7，1 是星期一"))


def _ways(visits: VisitSpec) -> Iterator[Said]:
    """Speed and detour that a way can be reckoned with, coordinates on the earth."""
    if visits.speed_kmh <= 0:
        yield Said(PART, "speed_kmh", _("速度须大于 0"))
    if visits.detour < 1:
        yield Said(PART, "detour", _("绕行系数不能小于 1"))
    for name, centre in visits.centres.items():
        if abs(centre.latitude) > 90 or abs(centre.longitude) > 180:  # noqa: PLR2004 - degrees
            yield Said(PART, f"centres.{name}", _("经纬度超出范围"))


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
