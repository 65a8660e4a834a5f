from __future__ import annotations

from datetime import date
from decimal import Decimal

from cmkit.base.period import parse_period
from cmkit.facts.records import Client, Feedback, Opportunity
from cmkit.facts.section import Status
from cmkit.pipeline.needs import NeedFacts, needs_section, potential_section, potentials

FRIDAY = date(2026, 10, 30)


def need(day: date, client: str, **more: object) -> Feedback:
    fields: dict[str, object] = {"kind": "需求", "content": "要专线", "handler_id": "E1", **more}
    return Feedback(date=day, client_id=client, **fields)  # type: ignore[arg-type]


def test_needs_of_the_month_and_the_unanswered_of_before() -> None:
    """
    ==========  ==  ===========================  =======================================
    5 Oct       C1  answered 8 Oct               opportunity of 6 October: led to it
    12 Oct      C2  due 20 Oct, not answered     opportunity of 1 October was there before
    2 Sep       C3  due 30 Nov, not answered     none
    3 Sep       C4  answered in September        another month: not listed
    20 Oct      C1  praise                       no need
    ==========  ==  ===========================  =======================================

    Three needs, one closed and one led to an opportunity: 33.33 % each.
    """
    feedback = (
        need(date(2026, 10, 5), "C1", replied_on=date(2026, 10, 8)),
        need(date(2026, 10, 12), "C2", due=date(2026, 10, 20)),
        need(date(2026, 9, 2), "C3", due=date(2026, 11, 30)),
        need(date(2026, 9, 3), "C4", replied_on=date(2026, 9, 8)),
        need(date(2026, 10, 20), "C1", kind="表扬"),
    )
    chances = (
        Opportunity(opportunity_id="1", client_id="C1", name="专线", opened_on=date(2026, 10, 6)),
        Opportunity(opportunity_id="2", client_id="C2", name="云桌面", opened_on=date(2026, 10, 1)),
    )
    section = needs_section(
        NeedFacts(
            feedback=feedback,
            opportunities=chances,
            period=parse_period("2026-10"),
            on=FRIDAY,
            clients={"C1": Client(client_id="C1", name="云州纺织")},
        )
    )
    assert [(row[1], row[5], row[6]) for row in section.rows] == [
        ("C3", Status("warn", "处理中"), ""),
        ("云州纺织", Status("good", "已回复"), "专线"),
        ("C2", Status("bad", "超期 10 天"), ""),
    ]
    assert [figure.value for figure in section.figures] == [3, Decimal(100) / 3, Decimal(100) / 3]


def test_no_needs() -> None:
    facts = NeedFacts(feedback=(), opportunities=(), period=parse_period("2026-10"), on=FRIDAY)
    assert (needs_section(facts).rows, needs_section(facts).empty) == ((), "本期没有客户需求")


def big(number: str, potential: int | None, actual: int | None) -> Client:
    more = {"potential": None if potential is None else Decimal(potential)}
    if actual is not None:
        more["purchases"] = Decimal(actual)
    return Client(client_id=number, name=number, owner_id="E1", more=more)


def test_potential_goes_by_the_gap_and_a_client_without_one_is_left_out() -> None:
    """A 800 of 1,000 万 (80 %, 200 to win), B nothing of 500 (500 to win); together 800 of 1,500 = 53.33 %."""
    clients = [big("A", 10_000_000, 8_000_000), big("B", 5_000_000, None), big("C", None, 100)]
    assert [one.client.client_id for one in potentials(clients, potential="potential", actual="purchases")] == [
        "B",
        "A",
    ]
    section = potential_section(clients, {"E1": "林一"})
    assert [(row[0], row[4], row[5]) for row in section.rows] == [
        ("B", Decimal(0), Decimal(500)),
        ("A", Decimal(80), Decimal(200)),
    ]
    assert section.total[:4] == ("合计（2 户）", "", Decimal(1500), Decimal(800))


def test_the_rest_of_a_long_list_is_counted() -> None:
    clients = [big(f"C{number:02d}", 1_000_000 + number, 0) for number in range(18)]
    section = potential_section(clients, {}, limit=15)
    assert len(section.rows) == 15
    assert section.notes == ("按可争取金额从大到小，另有 3 户没有列出",)
