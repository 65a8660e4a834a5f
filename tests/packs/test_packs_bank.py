"""What the bank and the tobacco pack promise to the rest of the program."""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.lang import speaking
from cmkit.facts.kinds import Kind
from cmkit.packs import load_pack


def test_bank_measures_follow_the_tier() -> None:
    """客户等级 | 金融资产余额 | 月日均 | 存款 | 理财 | 基金 | 保险 | 贷款 | 风险等级 | 到期日 | 星级 | 客户来源"""
    columns = list(load_pack("bank_retail").tables["clients"].columns)
    start = columns.index("tier")
    assert columns[start : start + 12] == [
        "tier",
        "aum",
        "aum_avg",
        "deposit",
        "wealth",
        "fund",
        "insurance",
        "loan",
        "risk_level",
        "maturity",
        "star",
        "source",
    ]
    assert load_pack("bank_retail").tables["clients"].measures() == (
        "aum",
        "aum_avg",
        "deposit",
        "wealth",
        "fund",
        "insurance",
        "loan",
    )


def test_the_common_core_has_no_measures() -> None:
    assert all(not table.measures() for table in load_pack("common").tables.values())


def test_bank_tiers_from_the_lowest_asset_bound() -> None:
    tiers = load_pack("bank_retail").visits.tiers
    assert {name: (tier.lower, tier.interval_days) for name, tier in tiers.items()} == {
        "私行": (Decimal(6_000_000), 7),
        "财富": (Decimal(1_000_000), 30),
        "贵宾": (Decimal(200_000), 30),
        "潜力": (Decimal(50_000), 90),
        "普通": (Decimal(0), 180),
    }


def test_bank_roles_and_who_writes_a_log() -> None:
    pack = load_pack("bank_retail")
    assert {role: routine.writes_log for role, routine in pack.routines.items()} == {
        "大堂经理": True,
        "理财经理": True,
        "营销经理": True,
        "主管": False,
    }
    assert list(pack.tables["staff"].columns["role"].choices) == list(pack.routines)
    lobby = pack.routines["大堂经理"]
    assert [block.zh for block in lobby.blocks] == ["营业前", "营业中", "营业后"]
    assert [step.zh for step in lobby.activity] == ["识别", "引导", "分流", "投诉", "推介"]


def test_checks_by_sector() -> None:
    """Referrals (K8) and opportunities (K10) are the bank's, licences and day quotas (K13) the tobacco company's."""
    common = {f"K{number}" for number in (1, 2, 3, 4, 5, 6, 7, 9, 16)}
    assert set(load_pack("bank_retail").checks) == common | {"K8", "K10"}
    assert set(load_pack("tobacco").checks) == common | {"K13"}
    assert load_pack("tobacco").checks["K13"].options == {
        "license_days": "60",
        "other_share": "5",
        "city": "30",
        "rural": "25",
    }


def test_tobacco_scores_satisfaction_and_sales() -> None:
    kpis = load_pack("tobacco").kpis
    assert kpis["SAT"].weight > 0
    assert kpis["QTY"].weight > 0
    assert kpis["STK"].direction == "down"


def test_the_old_label_still_reads_a_sheet() -> None:
    """The tobacco pack says 客户分类 for 客户等级; a sheet with the old heading still comes in."""
    tier = load_pack("tobacco").tables["clients"].columns["tier"]
    assert tier.zh == "客户分类"
    assert "客户等级" in tier.aliases


def test_labels_follow_the_language() -> None:
    column = load_pack("common").tables["clients"].columns["client_id"]
    assert column.label == "客户编号"
    with speaking("en"):
        assert column.label == "Client no."


def test_what_the_record_knows_is_filled_in() -> None:
    contacts = load_pack("common").tables["contacts"]
    assert (contacts.number, contacts.owner, contacts.date) == ("R3", "staff_id", "date")
    assert contacts.columns["amount"].kind is Kind.MONEY
    assert contacts.columns["amount"].key == "amount"
