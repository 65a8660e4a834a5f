from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cmkit.base.period import parse_period
from cmkit.clients import sections
from cmkit.clients.completeness import (
    completeness,
    missing_columns,
    required_columns,
    stale,
    without_owner,
)
from cmkit.clients.tiers import Mismatch, computed_tier, mismatches, movement, with_tiers
from cmkit.clients.timeline import timeline
from cmkit.facts.kinds import Kind
from cmkit.facts.records import Client, Complaint, Contact, Fact, Feedback, Referral, Staff, Task, Visit
from cmkit.facts.specs import ColumnSpec, Pack, PackInfo, TableSpec, TierSpec, VisitSpec

TIERS = {
    "私行": TierSpec(zh="私行", rank=1, lower=Decimal(6_000_000)),
    "财富": TierSpec(zh="财富", rank=2, lower=Decimal(500_000)),
    "普通": TierSpec(zh="普通", rank=3, lower=Decimal(0)),
}
TABLE = TableSpec(
    table="clients",
    columns={
        "client_id": ColumnSpec(key="client_id", zh="客户编号", required=True),
        "name": ColumnSpec(key="name", zh="客户名称", required=True),
        "phone": ColumnSpec(key="phone", zh="联系电话", required=True),
        "tier": ColumnSpec(key="tier", zh="客户等级", required=True),
        "aum": ColumnSpec(key="aum", zh="金融资产", kind=Kind.MONEY, show_unit="万元"),
        "vip": ColumnSpec(key="vip", zh="贵宾", kind=Kind.FLAG),
        "remark": ColumnSpec(key="remark", zh="备注"),
    },
)
PACK = Pack(info=PackInfo(name="x"), tables={"clients": TABLE}, visits=VisitSpec(tiers=TIERS))


def client(client_id: str, **more: object) -> Client:
    values: dict[str, object] = {"name": f"客户{client_id}", "phone": f"140{client_id:0>8}", "tier": "财富", **more}
    return Client(client_id=client_id, **values)  # type: ignore[arg-type]


def test_completeness_counts_required_cells() -> None:
    """Three clients x four required columns = 12 cells; a phone and a tier are blank: 10 of 12; one client of three is whole: 33.33 %."""
    people = [client("1"), client("2", phone=""), client("3", tier="")]
    state = completeness(people, required_columns(TABLE))
    assert (state.filled, state.wanted, state.complete, state.rate) == (10, 12, 1, Decimal("33.33"))
    assert state.missing == {"phone": ("2",), "tier": ("3",)}
    assert completeness([], ("name",)).rate is None


def test_a_nought_is_no_gap() -> None:
    assert missing_columns(client("1", more={"aum": Decimal(0), "vip": False}), ("aum", "vip", "remark")) == ("remark",)


def test_stale_counts_from_the_last_change_else_from_the_start() -> None:
    people = [
        client("1", created_on=date(2024, 1, 1), updated_on=date(2026, 10, 1)),
        client("2", created_on=date(2025, 10, 29)),
        client("3", updated_on=date(2025, 10, 30)),
        client("4"),
    ]
    assert stale(people, date(2026, 10, 30), 365) == [("2", 366)]


def test_owners() -> None:
    people = [client("1", owner_id="E1"), client("2"), client("3", owner_id="E9"), client("4", owner_id="E1、E2")]
    assert without_owner(people) == ["2"]
    assert without_owner(people[:3], {"E1", "E2"}) == ["2", "3"]


@pytest.mark.parametrize(
    ("balance", "tier"),
    [("0", "普通"), ("499999.99", "普通"), ("500000", "财富"), ("6000000", "私行"), ("-1", "")],
)
def test_a_bound_belongs_to_the_tier_above_it(balance: str, tier: str) -> None:
    assert computed_tier(Decimal(balance), TIERS) == tier


def test_written_tier_against_the_balance() -> None:
    people = [
        client("1", tier="财富", more={"aum": Decimal(600_000)}),
        client("2", tier="私行", more={"aum": Decimal(600_000)}),
        client("3", tier="财富"),
    ]
    assert computed_tier(None, TIERS) == ""
    assert mismatches(people, "aum", "tier", TIERS) == [Mismatch("2", "私行", "财富", Decimal(600_000))]


def test_movement_between_two_dates() -> None:
    before = {"1": Decimal(400_000), "2": Decimal(600_000), "3": Decimal(600_000), "4": Decimal(9_000_000)}
    after = {"1": Decimal(500_000), "2": Decimal(700_000), "3": Decimal(10), "5": Decimal(9_000_000)}
    moves = movement(before, after, TIERS)
    assert [(m.client_id, m.before, m.after, m.up) for m in moves] == [
        ("1", "普通", "财富", True),
        ("3", "财富", "普通", False),
    ]


def test_timeline_newest_first_of_one_client_only() -> None:
    records: list[Fact] = [
        Contact(
            date=date(2026, 10, 12), staff_id="E1", client_id="C1", channel="电话", purpose="回访", result="有意向"
        ),
        Visit(
            date=date(2026, 10, 20),
            staff_id="E1",
            client_id="C1",
            done=True,
            done_on=date(2026, 10, 21),
            purpose="定期走访",
        ),
        Complaint(
            complaint_id="T1", client_id="C1", received_on=date(2026, 9, 1), category="服务", closed_on=date(2026, 9, 5)
        ),
        Task(task_id="K1", client_id="C1", what="寄资料", due=date(2026, 11, 2), status="待办", owner_id="E1"),
        Feedback(date=date(2026, 10, 1), client_id="C1", kind="建议", content="多开窗口"),
        Referral(date=date(2026, 8, 1), client_id="C1", from_staff="E2", basis="大额取款"),
        Contact(date=date(2026, 10, 13), staff_id="E1", client_id="C2", channel="电话"),
        Contact(staff_id="E1", client_id="C1", channel="电话"),
        Staff(staff_id="C1"),
    ]
    assert [(m.day.isoformat(), m.kind, m.text) for m in timeline("C1", records)] == [
        ("2026-11-02", "待办", "寄资料；待办"),
        ("2026-10-21", "完成走访", "定期走访"),
        ("2026-10-12", "电话", "回访；有意向"),
        ("2026-10-01", "建议", "多开窗口"),
        ("2026-09-01", "投诉", "服务；已办结"),
        ("2026-08-01", "推介", "大额取款"),
    ]


def test_the_months_client_section() -> None:
    """Four clients: one 私行 and two 财富 kept (one of them new), one 财富 lost in October; one moved up."""
    people = [
        client("1", tier="私行", source="转介绍"),
        client("2", created_on=date(2026, 10, 9), source="活动"),
        client("3", phone="", source="活动"),
        client("4", status="流失", updated_on=date(2026, 10, 20)),
        client("5", status="流失", updated_on=date(2026, 9, 20)),
    ]
    moves = movement({"2": Decimal(1)}, {"2": Decimal(500_000)}, TIERS)
    section = sections.clients_section(people, PACK, parse_period("2026-10"), moves=moves)
    assert section.rows == (
        ("私行", 1, Decimal("33.33"), 0, 0, 0, 0),
        ("财富", 2, Decimal("66.67"), 1, 1, 1, 0),
    )
    assert section.total == ("合计", 3, Decimal("100.00"), 1, 1, 1, 0)
    assert [(f.label, f.value) for f in section.figures] == [
        ("客户数", 3),
        ("本期新增", 1),
        ("本期流失", 1),
        ("档案完整率", Decimal("66.67")),
    ]
    assert section.charts[0].labels == ("活动", "转介绍")
    assert section.charts[0].series[0].values == (Decimal(2), Decimal(1))
    assert section.notes == ("缺失最多的档案项：联系电话 1 户",)


def test_who_came_after_the_period_is_none_of_it() -> None:
    """September's report made in October: of three clients the one of 10-05 is left out."""
    days = (date(2020, 1, 1), date(2026, 9, 30), date(2026, 10, 5))
    people = [client(str(number), created_on=day) for number, day in enumerate(days)]
    figures = sections.clients_section(people, PACK, parse_period("2026-09")).figures
    assert [figure.value for figure in figures[:2]] == [2, 1]


def test_nobody_at_all_is_no_crash() -> None:
    section = sections.clients_section([], PACK, parse_period("2026-10"))
    assert section.rows == ()
    assert section.total == ("合计", 0, None, 0, 0, 0, 0)
    assert section.charts == ()


def test_the_card_shows_what_is_filled_with_units() -> None:
    person = client("1", name="王芳", more={"aum": Decimal(1_234_500), "vip": True})
    moments = timeline(
        "1", [Contact(date=date(2026, 10, 12), staff_id="E1", client_id="1", channel="电话", purpose="回访")]
    )
    document = sections.card(
        person, TABLE, moments, staff={"E1": Staff(staff_id="E1", name="陈晨")}, made_on=date(2026, 10, 30)
    )
    archive, history = document.sections
    assert archive.rows == (
        ("客户编号", "1"),
        ("客户名称", "王芳"),
        ("联系电话", "14000000001"),
        ("客户等级", "财富"),
        ("金融资产", "123.45 万元"),
        ("贵宾", "是"),
    )
    assert history.rows == ((date(2026, 10, 12), "电话", "回访", "陈晨"),)


def test_a_tier_that_nobody_wrote_is_the_one_that_the_balance_reaches() -> None:
    """500,000 is 财富; a written tier stays, whatever the balance; without a balance there is none."""
    people = [
        client("1", tier="", more={"aum": Decimal(500_000)}),
        client("2", tier="普通", more={"aum": Decimal(900_000)}),
        client("3", tier=""),
    ]
    tiers = {"财富": TierSpec(lower=Decimal(500_000)), "普通": TierSpec(lower=Decimal(0))}
    assert [one.tier for one in with_tiers(people, "aum", "tier", tiers)] == ["财富", "普通", ""]
    assert [one.tier for one in with_tiers(people, "", "tier", tiers)] == ["", "普通", ""]
    kept = with_tiers([client("4", more={"aum": Decimal(1)})], "aum", "level", tiers)
    assert kept[0].more["level"] == "普通"


def test_one_lone_source_is_not_drawn() -> None:
    """Where nobody has filled in the source, a single column 未填 would tell nothing."""
    section = sections.clients_section([client("1", source=""), client("2", source="")], PACK, parse_period("2026-10"))
    assert section.charts == ()
