"""The plan as people carry it: an overview, a sheet a day to fill in with a sketch of the round, and what found no place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Final

from cmkit.base.days import short_day, weekday_name
from cmkit.base.lang import _, language, pick
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Client, Staff, Visit
from cmkit.facts.section import Cell, Chart, Column, Document, Figure, RecordRef, Section, Series
from cmkit.facts.specs import Pack, VisitSpec
from cmkit.visits.assemble import least_of
from cmkit.visits.due import tier_of
from cmkit.visits.hours import clock_text
from cmkit.visits.places import Place
from cmkit.visits.plan import Plan, Round, Stay

Clients = Mapping[str, Client]
_METRES: Final = 1000
_DEGREE: Final = 1_000_000
_SKETCH_NEEDS: Final = 2
_FEW: Final = 5


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the plan of one owner is shown with."""

    plan: Plan
    clients: Clients
    owner: Staff
    pack: Pack
    span: tuple[date, date]
    last_visits: Mapping[str, date]
    made_on: date
    calendar: WorkCalendar | None = None

    @property
    def spec(self) -> VisitSpec:
        """The pack's visit rules."""
        return self.pack.visits

    @property
    def visits(self) -> list[Visit]:
        """The owner's visits in their order."""
        return [visit for visit in self.plan.visits if visit.staff_id == self.owner.staff_id and visit.date]

    def round(self, day: date) -> Round | None:
        """The owner's way on a day."""
        return self.plan.rounds.get((self.owner.staff_id, day))


def plan_document(sheet: Sheet) -> Document:
    """The 走访计划表 of one owner: the days at a glance, a section a day, what found no place, room for signatures."""
    days = [(day, list(visits)) for day, visits in groupby(sheet.visits, key=lambda visit: visit.date or date.min)]
    sections = [day_section(sheet, day, visits) for day, visits in days]
    mine, owner = sheet.visits, sheet.owner
    left = [
        (client, why)
        for client, why in sheet.plan.unplanned
        if client in sheet.clients and sheet.clients[client].owner_id == owner.staff_id
    ]
    more = sheet.plan.more_days.get(owner.staff_id, 0)
    word = pick(sheet.pack.info.staff_word, _("客户经理"))
    return Document(
        name="visit_plan",
        title=_("客户走访计划表"),
        subtitle=f"{sheet.span[0].isoformat()} ～ {sheet.span[1].isoformat()}",
        meta=((word, owner.name), (_("工号"), owner.staff_id), (_("填表日期"), sheet.made_on.isoformat())),
        headline=_headline(len(sections), len(mine), len(left), more),
        cards=_cards(sheet, days, len(left)),
        sections=(
            *([overview_section(sheet, days)] if len(days) > 1 else []),
            *sections,
            *([unplanned_section(left, sheet.clients)] if left else []),
        ),
        notes=(*_short_days(sheet, days), *_estimated(sheet.span, sheet.calendar)),
        signatures=(word, _("主管")),
        made_on=sheet.made_on,
        landscape=True,
        lang=language(),
    )


def overview_section(sheet: Sheet, days: Sequence[tuple[date, Sequence[Visit]]]) -> Section:
    """The days at a glance: how many, where, how long, how far."""
    rows: list[tuple[Cell, ...]] = []
    for day, visits in days:
        way = sheet.round(day)
        places = dict.fromkeys(_area(visit, sheet.clients) for visit in visits)
        meetings = [f"{clock_text(s.arrive)}-{clock_text(s.leave)} {s.label}" for s in _meetings(way)]
        rows.append(
            (
                day,
                weekday_name(day),
                len(visits),
                "、".join(place for place in places if place),
                way.visiting if way else None,
                way.travel if way else None,
                _km(way.metres if way else None),
                clock_text(way.home) if way else "",
                "；".join(meetings),
            )
        )
    columns: tuple[Column, ...] = (
        Column(_("日期"), "date", width=11),
        Column(_("星期"), width=8),
        Column(_("户数"), "count", width=6),
        Column(_("区域"), width=24),
        Column(_("走访分钟"), "count", width=9),
        Column(_("路上分钟"), "count", width=9),
        Column(_("公里"), "number", digits=1, width=8),
        Column(_("回到单位"), width=9),
        Column(_("会议"), "note", width=24),
    )
    # Where no day has kilometres or a meeting, their columns would only be empty.
    used = [spot for spot in range(len(columns)) if any(row[spot] not in (None, "") for row in rows)]
    columns, rows = tuple(columns[spot] for spot in used), [tuple(row[spot] for spot in used) for row in rows]
    return Section(id="overview", title=_("每日概览"), columns=columns, rows=tuple(rows), numbered=False)


def day_section(sheet: Sheet, day: date, visits: Sequence[Visit]) -> Section:
    """One day of the plan with the columns of 《客户拜访计划》 (https://www.qbg6.com/1422.html) and the manuals."""
    way = sheet.round(day)
    stays = {stay.client_id: stay for stay in way.stays if stay.client_id} if way else {}
    rows = [_row(sheet, number, visit, stays.get(visit.client_id)) for number, visit in enumerate(visits, 1)]
    sketch = _sketch(way, visits, sheet) if way else None
    return Section(
        id=f"visits-{day.isoformat()}",
        title=_day_title(day, len(visits), way),
        text=tuple(
            _("{day}：{start}-{end} {label}").format(
                day=short_day(day), start=clock_text(stay.arrive), end=clock_text(stay.leave), label=stay.label
            )
            for stay in _meetings(way)
        ),
        columns=_columns(joint=any(visit.companion for visit in sheet.visits)),
        rows=tuple(rows),
        charts=(sketch,) if sketch else (),
        level=2,
        numbered=False,
        records=tuple(RecordRef("visits", visit.key) for visit in visits),
    )


def unplanned_section(unplanned: Sequence[tuple[str, str]], clients: Clients) -> Section:
    """Who found no place in the plan, and why."""
    rows = tuple((client, clients[client].name if client in clients else "", why) for client, why in unplanned)
    return Section(
        id="unplanned",
        title=_("未能安排的走访"),
        columns=(Column(_("客户编号")), Column(_("客户名称")), Column(_("原因"), "note", width=50)),
        rows=rows,
        numbered=False,
    )


def plan_json(plan: Plan) -> dict[str, object]:
    """The shape that scripts rely on. ``minutes`` is what the round takes; ``km`` is empty where no coordinates are known."""
    days = []
    for (day, owner), group in groupby(plan.visits, key=lambda visit: (visit.date, visit.staff_id)):
        way = plan.rounds.get((owner, day)) if day else None
        visits = list(group)
        days.append(
            {
                "date": day.isoformat() if day else "",
                "owner": owner,
                "visits": [_visit_json(visit, way) for visit in visits],
                "minutes": way.travel + way.visiting if way else 0,
                "travel": way.travel if way else 0,
                "km": _km_text(way.metres if way else None),
                "home": clock_text(way.home) if way else "",
                "meetings": [
                    {"start": clock_text(one.arrive), "end": clock_text(one.leave), "label": one.label}
                    for one in _meetings(way)
                ],
            }
        )
    unplanned = [{"client": client, "why": why} for client, why in plan.unplanned]
    return {"days": days, "unplanned": unplanned, "more_days": dict(plan.more_days)}


def _visit_json(visit: Visit, way: Round | None) -> dict[str, object]:
    stay = next((one for one in way.stays if one.client_id == visit.client_id), None) if way else None
    return {
        "order": visit.order,
        "client": visit.client_id,
        "reason": visit.reason,
        "arrive": clock_text(stay.arrive) if stay else "",
        "leave": clock_text(stay.leave) if stay else "",
        "travel": stay.leg.seconds // 60 if stay else 0,
        "km": _km_text(stay.leg.metres if stay else None),
        "due_on": visit.due_on.isoformat() if visit.due_on else None,
        "companion": visit.companion,
    }


def _row(sheet: Sheet, number: int, visit: Visit, stay: Stay | None) -> tuple[Cell, ...]:
    client = sheet.clients.get(visit.client_id, Client(client_id=visit.client_id))
    tier = tier_of(client, sheet.spec)
    return (
        visit.order or number,
        visit.date,
        f"{clock_text(stay.arrive)}-{clock_text(stay.leave)}" if stay else "",
        visit.client_id,
        client.name,
        tier[1].label or tier[0],
        place_text(client),
        client.phone,
        _leg_text(stay),
        sheet.last_visits.get(visit.client_id),
        visit.due_on,
        visit.reason,
        visit.purpose,
        visit.companion,
        visit.materials,
        visit.done,
        visit.done_on,
        visit.undone_reason,
        visit.staff_id,
    )


def _columns(*, joint: bool) -> tuple[Column, ...]:
    return (
        Column(_("序号"), "count", width=5),
        Column(_("日期"), "date", width=11, sheet_only=True),
        Column(_("时段"), width=12),
        Column(_("客户编号"), width=13),
        Column(_("客户名称"), width=14),
        Column(_("等级"), width=8),
        Column(_("地址/区域"), width=18),
        Column(_("电话"), width=13),
        Column(_("路程"), width=12),
        Column(_("上次走访"), "date", width=11),
        Column(_("应访日"), "date", width=11),
        Column(_("事由"), "note", width=26),
        Column(_("目的"), width=12),
        Column(_("陪访人"), width=8, sheet_only=not joint),
        Column(_("携带资料"), width=8),
        Column(_("是否完成"), "tick", width=8),
        Column(_("实际日期"), "date", width=11),
        Column(_("未完成原因"), "note", width=14),
        # A filled-in sheet comes back without its head: each row says whose it is.
        Column(_("工号"), width=8, sheet_only=True),
    )


def _headline(days: int, visits: int, left: int, more: int) -> str:
    words = {"days": days, "visits": visits, "left": left, "more": more}
    if not visits and not left:
        return _("这段时间没有可安排的走访")
    if not left:
        return _("{days} 个工作日，走访 {visits} 户次，应访的都已排入").format(**words)
    if not more:
        return _("{days} 个工作日，走访 {visits} 户次，另有 {left} 户排不下").format(**words)
    return _("{days} 个工作日，走访 {visits} 户次，另有 {left} 户排不下，还需 {more} 个工作日").format(**words)


def _cards(sheet: Sheet, days: Sequence[tuple[date, Sequence[Visit]]], left: int) -> tuple[Figure, ...]:
    ways = [way for day, _visits in days if (way := sheet.round(day))]
    if not ways:
        return ()
    travel, known = sum(way.travel for way in ways), [way.metres for way in ways]
    km = [metres for metres in known if metres is not None]
    return (
        Figure(_("走访"), sum(len(visits) for _day, visits in days), "count", _("户次")),
        Figure(_("路上时间"), Decimal(travel) / 60, "number", _("小时"), digits=1),
        *(
            [Figure(_("路程"), Decimal(sum(km)) / _METRES, "number", _("公里"), digits=0)]
            if len(km) == len(ways)
            else []
        ),
        Figure(_("排不下"), left, "count", _("户"), level="warn" if left else "none"),
    )


def _day_title(day: date, count: int, way: Round | None) -> str:
    words = {"day": short_day(day), "weekday": weekday_name(day), "count": count}
    if way is None:
        return _("{day} {weekday}（{count} 户）").format(**words)
    words |= {"travel": way.travel, "home": clock_text(way.home)}
    if way.metres is None:
        return _("{day} {weekday}（{count} 户，路上 {travel} 分钟，{home} 回）").format(**words)
    return _("{day} {weekday}（{count} 户，路上 {travel} 分钟、{km} 公里，{home} 回）").format(
        **words, km=_km_text(way.metres)
    )


def _meetings(way: Round | None) -> list[Stay]:
    return [stay for stay in way.stays if not stay.client_id] if way else []


def place_text(client: Client) -> str:
    """Address and district; the district once."""
    inside = client.district and client.district in client.address
    return " ".join(part for part in ("" if inside else client.district, client.address) if part)


def _leg_text(stay: Stay | None) -> str:
    if stay is None:
        return ""
    minutes = -(-stay.leg.seconds // 60)
    if stay.leg.metres is None:
        return _("{minutes} 分").format(minutes=minutes)
    return _("{minutes} 分 {km} 公里").format(minutes=minutes, km=_km_text(stay.leg.metres))


def _km(metres: int | None) -> Decimal | None:
    return None if metres is None else Decimal(metres) / _METRES


def _km_text(metres: int | None) -> str:
    return "" if metres is None else f"{Decimal(metres) / _METRES:.1f}"


def _area(visit: Visit, clients: Clients) -> str:
    client = clients.get(visit.client_id)
    return visit.route or (client.district if client else "")


def _sketch(way: Round, visits: Sequence[Visit], sheet: Sheet) -> Chart | None:
    """Where the day's stops lie, where coordinates are known for all of them."""
    by_client = {stay.client_id: stay.place for stay in way.stays}
    stops = [by_client.get(visit.client_id, Place()) for visit in visits]
    spots = [way.base.point, *(place.point for place in stops)]
    points = [point for point in spots if point is not None]
    if len(points) < len(spots) or len(points) < _SKETCH_NEEDS or len(set(points)) == 1:
        return None
    names = [sheet.clients[v.client_id].name if v.client_id in sheet.clients else v.client_id for v in visits]
    return Chart(
        "map",
        _("当日路线示意"),
        (_("单位"), *names),
        (
            Series(_("经度"), tuple(Decimal(point.longitude) / _DEGREE for point in points)),
            Series(_("纬度"), tuple(Decimal(point.latitude) / _DEGREE for point in points)),
        ),
        digits=4,
    )


def _short_days(sheet: Sheet, days: Sequence[tuple[date, Sequence[Visit]]]) -> tuple[str, ...]:
    """Days that have fewer visits or minutes than the pack asks for."""
    few, brief = [], []
    for day, visits in days:
        known = [sheet.clients[visit.client_id] for visit in visits if visit.client_id in sheet.clients]
        wanted = [Decimal(1) / least for client in known if (least := least_of(client, sheet.spec))]
        # 28 shops in town and one in the country are a full day where 30 and 25 are: one more would be too many.
        if wanted and sum(wanted) + min(wanted) <= 1:
            few.append(_("{day} {count} 户").format(day=short_day(day), count=len(visits)))
        way = sheet.round(day)
        if way and sheet.spec.minutes_least and way.visiting < sheet.spec.minutes_least:
            brief.append(_("{day} {minutes} 分钟").format(day=short_day(day), minutes=way.visiting))
    least = sheet.spec.minutes_least
    return (
        *([_("户数不足每日定额的日子：{days}").format(days=_some(few))] if few else []),
        *([_("走访不足 {least} 分钟的日子：{days}").format(least=least, days=_some(brief))] if brief else []),
    )


def _some(days: Sequence[str]) -> str:
    """The first few, and how many there are in all."""
    told = "、".join(days[:_FEW])
    return told if len(days) <= _FEW else _("{days} 等 {count} 天").format(days=told, count=len(days))


def _estimated(span: tuple[date, date], calendar: WorkCalendar | None) -> tuple[str, ...]:
    if calendar is not None and any(calendar.is_estimated(day) for day in span):
        return (_("放假安排未导入，工作日为推算。"),)
    return ()
