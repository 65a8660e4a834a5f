from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cmkit.base.period import parse_period
from cmkit.facts.records import Booking, Campaign, Outreach
from cmkit.pipeline.campaigns import CampaignFacts, Sale, campaign_section, effect
from cmkit.pipeline.guests import (
    REQUIRED,
    GuestFacts,
    booking_section,
    complete,
    concentration,
    newcomers,
    source_section,
)
from cmkit.pipeline.outreach import OutreachFacts, outreach_funnel, outreach_people_section, outreach_section

FRIDAY = date(2026, 10, 30)
OCTOBER = parse_period("2026-10")
FULL = {"filled_at": "18:30", "guest_name": "王芳", "guest_phone": "1", "staff_id": "V1"}


def booking(number: str, day: date, phone: str, **more: object) -> Booking:
    fields: dict[str, object] = {**FULL, "guest_phone": phone, "status": "到店", "people": 4, **more}
    return Booking(booking_id=number, date=day, **fields)  # type: ignore[arg-type]


BOOKINGS = (
    booking("a", date(2026, 9, 12), "1", spend=Decimal(3000), guest_source="老客"),
    booking("b", date(2026, 10, 9), "1", spend=Decimal(6000), guest_source="老客"),
    booking("c", date(2026, 10, 10), "2", spend=Decimal(2000), guest_source="主动拓展", people=3),
    booking("d", date(2026, 10, 16), "2", spend=Decimal(1000), guest_source="主动拓展", staff_id="V2"),
    booking("e", date(2026, 10, 17), "3", spend=Decimal(1000), guest_source="转介绍", staff_id="V2", filled_at=""),
    booking("f", date(2026, 10, 18), "4", status="取消", guest_source="主动拓展"),
    booking("g", date(2026, 10, 20), "5", status="未到", guest_source="自来"),
    booking("h", date(2026, 10, 31), "6", status="预订", guest_source="自来"),
)


def facts(top: int = 1) -> GuestFacts:
    return GuestFacts(bookings=BOOKINGS, period=OCTOBER, on=FRIDAY, top=top, names={"V1": "林一"})


@pytest.mark.parametrize("name", REQUIRED)
def test_a_booking_lacks_one_of_the_four_elements(name: str) -> None:
    """填表时间, 客人姓名, 客人电话, 本人工号."""
    assert complete(booking("a", FRIDAY, "1"))
    assert not complete(booking("a", FRIDAY, "1").changed(**{name: ""}))


def test_bookings_by_who_made_them() -> None:
    """V1: b and c came, f cancelled, g did not come: 4, 50 % came. V2: d and e, one without its time of filling in."""
    section = booking_section(facts())
    assert section.rows[0] == ("林一", 4, Decimal(100), 2, Decimal(50), 1, 1, 7, Decimal(8000))
    assert section.rows[1] == ("V2", 2, Decimal(50), 2, Decimal(100), 0, 0, 8, Decimal(2000))
    assert section.total[1:5] == (6, Decimal(500) / 6, 4, Decimal(400) / 6)


def test_new_guests_are_those_whose_first_arrival_is_in_the_month() -> None:
    """1 came in September already; 2 and 3 are new; 4, 5 and 6 never came."""
    assert newcomers(facts()) == {"2", "3"}


def test_where_the_guests_come_from() -> None:
    section = source_section(facts())
    assert section.rows == (
        ("主动拓展", 2, Decimal(50), 1, 1, Decimal(3000), Decimal(30)),
        ("老客", 1, Decimal(25), 1, 0, Decimal(6000), Decimal(60)),
        ("转介绍", 1, Decimal(25), 1, 1, Decimal(1000), Decimal(10)),
    )
    assert section.total[:5] == ("合计", 4, Decimal(100), 3, 2)


@pytest.mark.parametrize(("top", "share"), [(1, 60), (2, 90), (10, 100)])
def test_how_much_hangs_on_the_biggest_guests(top: int, share: int) -> None:
    """Guest 1 spent 6,000 of October's 10,000, guest 2 in two visits 3,000."""
    assert concentration(facts(top)) == Decimal(share)


def test_nobody_came() -> None:
    nobody = GuestFacts(bookings=BOOKINGS[-1:], period=OCTOBER, on=FRIDAY)
    assert concentration(nobody) is None
    assert (booking_section(nobody).rows, source_section(nobody).figures) == ((), ())


def outing(day: int, who: str, contacted: int, interested: int, **more: object) -> Outreach:
    fields: dict[str, object] = {"channel": "派单", "place": str(day), "cost": Decimal(300), **more}
    return Outreach(date=date(2026, 10, day), staff_id=who, contacted=contacted, interested=interested, **fields)  # type: ignore[arg-type]


OUTREACH = (
    outing(9, "V1", 200, 40, leads=20, followed=15, booked=9, came=9),
    outing(12, "V1", 100, 20, leads=10, followed=5),
    outing(15, "V2", 100, 0),
)


def test_the_funnel_takes_arrivals_from_the_bookings_of_outreach() -> None:
    """Addressed 400, answered 60, leads 30, followed 20; c, d and f booked, c and d came and spent 3,000: 200 for one."""
    seen = OutreachFacts(outreach=OUTREACH, bookings=BOOKINGS, period=OCTOBER, on=FRIDAY, ratio=Decimal(50))
    funnel = outreach_funnel(seen.done(), seen.won())
    assert dict(funnel.counts) == {
        "contacted": 400,
        "interested": 60,
        "leads": 30,
        "followed": 20,
        "booked": 3,
        "came": 2,
    }
    assert (funnel.cost, funnel.spend) == (Decimal(900), Decimal(3000))
    assert funnel.per_arrival == Decimal(200)
    section = outreach_section(seen)
    assert section.text == ("每到场 1 人平均发布 200.0 人，本店比例 50 人，未达比例。",)
    assert section.rows[1] == ("反馈", 60, Decimal(15), Decimal(15))
    assert section.rows[2] == ("筛选", 30, Decimal(50), Decimal("7.5"))
    assert section.figures[0].level == "bad"


def test_without_bookings_what_people_wrote_down_counts() -> None:
    """9 of 200 + 100 + 100 came: 44.4 for one arrival, within the 50 that the house allows."""
    seen = OutreachFacts(outreach=OUTREACH, period=OCTOBER, on=FRIDAY, ratio=Decimal(50))
    assert outreach_section(seen).text == ("每到场 1 人平均发布 44.4 人，本店比例 50 人，优于比例。",)


def test_a_step_that_nobody_wrote_down_is_left_out() -> None:
    assert list(outreach_funnel(OUTREACH[2:], ()).counts) == ["contacted", "interested"]
    assert outreach_funnel(OUTREACH[2:], ()).per_arrival is None


def test_outreach_by_person() -> None:
    seen = OutreachFacts(outreach=OUTREACH, bookings=BOOKINGS, period=OCTOBER, on=FRIDAY, names={"V1": "林一"})
    rows = outreach_people_section(seen).rows
    assert rows[0] == ("林一", 2, 300, 2, 1, Decimal("300.0"), Decimal(600), Decimal(2000))
    assert rows[1] == ("V2", 1, 100, 1, 1, Decimal("100.0"), Decimal(300), Decimal(1000))


def campaign(**more: object) -> Campaign:
    fields: dict[str, object] = {"name": "金秋歌会", "start": date(2026, 10, 16), "end": date(2026, 10, 18), **more}
    return Campaign(**fields)  # type: ignore[arg-type]


SALES = tuple(
    Sale(date(2026, 10, day), Decimal(amount))
    for day, amount in ((12, 999), (13, 1000), (14, 2000), (16, 4000), (18, 5000), (19, 1500), (21, 3000), (22, 999))
)


def test_takings_a_day_before_during_and_after() -> None:
    """Three days each: 13-15 Oct 3,000 / 3, 16-18 Oct 9,000 / 3, 19-21 Oct 4,500 / 3: up 200 %, and 50 % kept."""
    facts = CampaignFacts(campaigns=(campaign(),), sales=SALES, period=OCTOBER, on=FRIDAY)
    seen = effect(facts, facts.campaigns[0])
    assert (seen.before, seen.during, seen.after) == (Decimal(1000), Decimal(3000), Decimal(1500))
    assert (seen.lift, seen.kept) == (Decimal(200), Decimal(50))


def test_days_that_have_not_come_are_not_counted() -> None:
    """Seen on 17 October: two days of the campaign, 4,000 / 2; nothing after it yet."""
    facts = CampaignFacts(campaigns=(campaign(),), sales=SALES, period=OCTOBER, on=date(2026, 10, 17))
    seen = effect(facts, facts.campaigns[0])
    assert (seen.during, seen.after, seen.kept) == (Decimal(2000), None, None)


def test_campaigns_of_the_month_with_what_they_cost_and_brought() -> None:
    """80 of 100 invited came; 12,000 for 3,000 is four to one. One of September is not of this month."""
    ran = campaign(invited=100, came=80, leads=12, cost=Decimal(3000), revenue=Decimal(12000), owner_id="V1")
    old = campaign(name="中秋", start=date(2026, 9, 20), end=date(2026, 9, 25))
    section = campaign_section(CampaignFacts(campaigns=(ran, old), period=OCTOBER, on=FRIDAY, names={"V1": "林一"}))
    assert len(section.rows) == 1
    assert section.rows[0][:10] == (
        "金秋歌会",
        "林一",
        "2026-10-16～2026-10-18",
        100,
        80,
        Decimal(80),
        12,
        Decimal(3000),
        Decimal(12000),
        Decimal(4),
    )
    assert len(section.columns) == 11


def test_figures_that_the_branch_noted_stand_before_and_after_with_the_change() -> None:
    """186 before and 241 after are 55 more, 29.569... percent; a campaign that still runs has no after."""
    done = campaign(more={"before": Decimal(186), "after": Decimal(241)})
    runs = campaign(name="新品", more={"before": Decimal(94)})
    bare = campaign(name="沙龙")
    facts = CampaignFacts(campaigns=(done, runs, bare), period=OCTOBER, on=FRIDAY, noted=("活动前", "活动后"))
    section = campaign_section(facts)
    first = [one.title for one in section.columns].index("活动前")
    assert [one.title for one in section.columns][first : first + 3] == ["活动前", "活动后", "增幅"]
    seen = {row[0]: row[first : first + 3] for row in section.rows}
    assert seen["新品"] == (Decimal(94), None, None)
    assert seen["沙龙"] == (None, None, None)
    before, after, change = seen[done.name]
    assert (before, after) == (Decimal(186), Decimal(241))
    assert isinstance(change, Decimal)
    assert round(change, 2) == Decimal("29.57")


def test_without_noted_figures_there_are_no_columns_for_them() -> None:
    section = campaign_section(CampaignFacts(campaigns=(campaign(),), period=OCTOBER, on=FRIDAY, noted=("前", "后")))
    assert "前" not in [one.title for one in section.columns]
