"""The offices of insurance and securities at the terminal: one figure wherever it is told, clients, the day."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.commands.kit import Office, run

PACKS = ("insurance", "securities")


def actual(office: Office, code: str, *who: str) -> Decimal:
    """An indicator's value of the sample's month."""
    rows = office.json("kpi", "check", "--period", "2026-10", *who, codes=(0, 3))["rows"]
    [value] = [row["actual"] for row in rows if row["kpi"] == code]
    return round(Decimal(value), 2)


def report(office: Office, folder: Path, *who: str) -> str:
    """The month's report as text."""
    office.run("report", "monthly", "--period", "2026-10", *who, "--to", "md", "--out", folder).expect(0)
    [text] = [path.read_text(encoding="utf-8") for path in folder.rglob("*.md")]
    return text


def test_persistency_is_one_figure(demos: Callable[[str], Office], tmp_path: Path) -> None:
    """The indicator is summed in the database over the base month, the report's part from the policies."""
    office = demos("insurance")
    rate = actual(office, "PER13", "--branch", "X00")
    text = report(office, tmp_path)
    assert f"| 13个月继续率 | **{rate}%** | 绿 82% 黄 74% |" in text
    part = text.split("### （四）继续率")[1]
    total = next(line for line in part.splitlines() if line.startswith("| **合计**"))
    assert f"**{rate}%**" in total


def test_a_seller_has_a_report_without_the_team(demos: Callable[[str], Office], tmp_path: Path) -> None:
    text = report(demos("insurance"), tmp_path, "--owner", "N3003")
    assert "继续率" in text
    assert "晋升考核" not in text
    assert "增员漏斗" not in text


def test_tiers_follow_what_the_balance_reaches(demos: Callable[[str], Office]) -> None:
    """The sheets of the sample write no tier: 100,000 yuan of premium a year is 钻石, 500,000 in custody 白金."""
    for pack, column, tier, lower in (
        ("insurance", "premium", "钻石", 100_000),
        ("securities", "custody", "钻石", 3_000_000),
    ):
        listed: list[dict[str, Any]] = demos(pack).json("clients", "list", "--tier", tier)
        assert listed
        masked = demos(pack).json("clients", "list")
        assert {one["tier"] for one in masked} >= {tier, "普通"}
        assert not any(str(one[column]).startswith("<") for one in listed), (lower, listed[0][column])


@pytest.mark.parametrize("pack", PACKS)
def test_a_new_office_of_the_sector(pack: str, tmp_path: Path) -> None:
    run("init", tmp_path / pack, "--pack", pack).expect(0)
    office = Office(tmp_path / pack)
    assert office.json("clients", "list") == []
    office.run("report", "monthly", "--period", "2026-10", "--to", "md", "--out", tmp_path / "out").expect(0)
    office.run("report", "leader", "--period", "2026-10", "--to", "md", "--out", tmp_path / "out").expect(0)
    office.run("check").expect(0)
    assert run("packs", "show", pack).expect(0).lines


def test_the_timeline_of_a_policyholder_tells_of_policies(demos: Callable[[str], Office]) -> None:
    shown = demos("insurance").run("clients", "show", "B000015").expect(0).out
    assert "悦享年金；年缴；有效" in shown
    assert "档案调阅" in shown
