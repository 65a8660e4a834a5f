"""The parts of a report about selling: opportunities, needs, key people, guests, outreach, campaigns."""

from __future__ import annotations

from decimal import Decimal

from cmkit.clients.key_people import PeopleFacts, people_section
from cmkit.facts.records import (
    Booking,
    Campaign,
    Client,
    Contact,
    ContactPerson,
    Feedback,
    Opportunity,
    Outreach,
    StageChange,
)
from cmkit.facts.section import Section
from cmkit.pipeline.campaigns import CampaignFacts, Sale, campaign_section
from cmkit.pipeline.funnel import STAGES, PipelineFacts, forecast_section, pipeline_section
from cmkit.pipeline.guests import ARRIVED, GuestFacts, booking_section, source_section
from cmkit.pipeline.needs import NeedFacts, needs_section, potential_section
from cmkit.pipeline.outreach import OutreachFacts, outreach_people_section, outreach_section
from cmkit.pipeline.stages import JourneyFacts, closed_section, history_section, journey_section
from cmkit.reports.paper import Paper
from cmkit.reports.rules import numbers_of, options_of

DEAL = "成交"


def _facts(paper: Paper) -> PipelineFacts:
    desk = paper.desk
    given = options_of(desk.pack, "K10")
    return PipelineFacts(
        opportunities=paper.own(desk.facts(Opportunity)),
        period=desk.period,
        on=desk.on,
        stages=numbers_of(given, "stages") or dict(STAGES),
        stuck_days=given.count("stuck_days"),
        tolerance=given.number("tolerance"),
        money_unit=desk.pack.info.money_unit,
        clients=desk.clients,
        names=desk.names,
    )


def pipeline(paper: Paper) -> list[Section]:
    """商机与预测."""
    facts = _facts(paper)
    return [pipeline_section(facts), forecast_section(facts)] if facts.opportunities else []


def funnel(paper: Paper) -> list[Section]:
    """漏斗转化与停留, with the steps of the period and what was won and lost."""
    facts = JourneyFacts(pipeline=_facts(paper), changes=paper.desk.facts(StageChange))
    if not facts.pipeline.opportunities:
        return []
    return [journey_section(facts), history_section(facts), closed_section(facts.pipeline)]


def needs(paper: Paper) -> list[Section]:
    """客户需求与商机转化."""
    desk = paper.desk
    facts = NeedFacts(
        feedback=paper.of_clients(desk.facts(Feedback)),
        opportunities=paper.own(desk.facts(Opportunity)),
        period=desk.period,
        on=desk.on,
        clients=desk.clients,
        names=desk.names,
    )
    return [needs_section(facts)]


def potential(paper: Paper) -> list[Section]:
    """市场潜力与份额. Amounts are masked one by one; the table is made for those who may see the report."""
    desk = paper.desk
    raw = paper.own(desk.raw(Client))
    shown = [one.changed(name=desk.clients[one.client_id].name) for one in raw if one.client_id in desk.clients]
    return [potential_section(shown, desk.names, unit=desk.pack.info.money_unit)]


def key_people(paper: Paper) -> list[Section]:
    """关键人关系."""
    desk = paper.desk
    given = options_of(desk.pack, "K18")
    facts = PeopleFacts(
        people=paper.of_clients(desk.facts(ContactPerson)),
        clients=desk.clients,
        on=desk.on,
        names=desk.names,
        quiet_days=given.count("person_days"),
        roles=given.words("roles"),
    )
    return [people_section(facts)]


def guests(paper: Paper) -> list[Section]:
    """预订与到场, 客源结构. Guests are told apart by their telephone, which is counted and never shown."""
    desk = paper.desk
    facts = GuestFacts(
        bookings=paper.own(desk.raw(Booking)),
        period=desk.period,
        on=desk.on,
        top=options_of(desk.pack, "K17").count("top_guests"),
        names=desk.names,
    )
    return [booking_section(facts), source_section(facts)]


def outreach(paper: Paper) -> list[Section]:
    """外营销漏斗, and each person's."""
    desk = paper.desk
    facts = OutreachFacts(
        outreach=paper.own(desk.facts(Outreach)),
        bookings=paper.own(desk.raw(Booking)),
        period=desk.period,
        on=desk.on,
        ratio=options_of(desk.pack, "K17").number("ratio"),
        names=desk.names,
    )
    return [outreach_section(facts), outreach_people_section(facts)]


def campaigns(paper: Paper) -> list[Section]:
    """营销活动效果: measured by what guests spent where there are bookings, else by the deals of the contacts."""
    desk = paper.desk
    spent = [Sale(one.date, one.spend) for one in desk.raw(Booking) if one.date and one.spend and one.status == ARRIVED]
    deals = [
        Sale(one.date, one.amount or Decimal(0))
        for one in desk.raw(Contact)
        if one.date and one.amount and one.outcome == DEAL
    ]
    known = desk.pack.tables[Campaign.table].columns
    facts = CampaignFacts(
        campaigns=paper.own(desk.facts(Campaign)),
        sales=spent or deals,
        period=desk.period,
        on=desk.on,
        names=desk.names,
        noted=tuple(known[key].label for key in ("before", "after")) if {"before", "after"} <= set(known) else (),
    )
    return [campaign_section(facts)]
