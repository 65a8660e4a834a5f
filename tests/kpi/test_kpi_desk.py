"""At the desk of a small office: appraisal sheets, targets as they stood on a day, and the records behind a section."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cmkit.base.lang import speaking
from cmkit.base.period import parse_period
from cmkit.base.workspace import Settings, Workspace
from cmkit.facts.records import Client, Complaint, Contact, Fact, Org, Staff, Target
from cmkit.packs import load_pack
from cmkit.render import write
from cmkit.reports.desk import Desk
from cmkit.reports.explaining import find_sections, trace_sections
from cmkit.reports.kpis import explain_figure, is_kpi, kpi_rows
from cmkit.reports.scorecards import peers, ranked, score_cards
from cmkit.store import open_store
from cmkit.store.put import put

ON = date(2026, 10, 31)


def people() -> list[Fact]:
    """总行 Z over 一支行 B1 (E1, E2) and 二支行 B2 (E3)."""
    orgs = [Org(org_id="Z", name="总行"), Org(org_id="B1", name="一支行", parent_id="Z")]
    orgs.append(Org(org_id="B2", name="二支行", parent_id="Z"))
    names = (("E1", "张伟", "B1"), ("E2", "刘洋", "B1"), ("E3", "陈静", "B2"))
    return [*orgs, *(Staff(staff_id=who, name=name, org_id=org, role="理财经理") for who, name, org in names)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """
    VIS, target 4 each: E1 saw C1 C2, E2 saw C1, E3 saw C1 C2 C3 C4 -> 50 %, 25 %, 100 %; B1 saw two clients, not three.
    """
    pack = load_pack("bank_retail")
    store = open_store(tmp_path / "cmkit.db", pack.tables)
    seen = (("E1", "C1"), ("E1", "C2"), ("E2", "C1"), *(("E3", f"C{n}") for n in range(1, 5)))
    records: list[Fact] = [
        *people(),
        *(Client(client_id=f"C{n}", name=f"客户{n}", owner_id="E3", status="在用") for n in range(1, 5)),
        *(
            Contact(date=date(2026, 10, 9), staff_id=who, client_id=number, channel="面访", purpose="维护")
            for who, number in seen
        ),
        *(Target(kpi="VIS", who=who, period="2026-10", value=Decimal(4)) for who in ("E1", "E2", "E3")),
        Complaint(
            complaint_id="TS1",
            client_id="C1",
            handler_id="E1",
            received_on=date(2026, 10, 9),
            category="服务",
            due=date(2026, 10, 24),
        ),
    ]
    put(store, records, who="张三", label="t", as_of="2026-09-01", file="册.xlsx")
    raised = [Target(kpi="VIS", who="E1", period="2026-10", value=Decimal(8))]
    put(store, raised, who="张三", label="t", as_of="2026-10-20", file="调整.xlsx")
    with speaking("zh"):
        yield Desk(store, pack, Workspace(tmp_path, Settings(pack="bank_retail")), parse_period("2026-10"), ON)
    store.close()


def rates(desk: Desk, target_on: date | None = None) -> dict[str, Decimal | None]:
    rows = kpi_rows(desk, ["E1", "E2", "E3", "B1"], codes=["VIS"], trend=0, target_on=target_on)
    return {row.who: row.rate for row in rows}


def test_a_branch_is_judged_by_its_clients_and_a_target_by_its_day(desk: Desk) -> None:
    assert rates(desk) == {"E1": 25, "E2": 25, "E3": 100, "B1": Decimal(2) / 12 * 100}
    assert rates(desk, date(2026, 10, 19)) == {"E1": 50, "E2": 25, "E3": 100, "B1": 25}
    assert set(rates(desk, date(2026, 8, 31)).values()) == {None}


def test_explaining_a_branchs_visits_counts_each_client_once(desk: Desk) -> None:
    found = explain_figure(desk, "走访户数", "B1")
    assert found.value == 2
    assert [source.contribution.amount for source in found.sources] == [1, 1]
    assert {source.contribution.origin.file for source in found.sources} == {"册.xlsx"}


def test_who_is_ranked_among_whom(desk: Desk) -> None:
    assert peers(desk, desk.owner("E1")) == ["E1", "E2", "E3"]
    assert peers(desk, desk.branch("B1")) == ["B1", "B2"]
    assert peers(desk, desk.everything()) == ["Z"]
    assert ranked(desk, ["Z"])[0].rank is None
    assert ranked(desk, ["E1", "E2", "E3"])[0].who == "E3"


def test_the_appraisal_sheet_of_a_person_and_of_a_branch(desk: Desk, tmp_path: Path) -> None:
    (stem, sheet), (_stem, branch) = score_cards(desk, [desk.owner("E3"), desk.branch("B1")])
    assert (stem, sheet.title) == ("E3陈静", "陈静KPI 考核表")
    assert [section.id for section in sheet.sections] == ["scorecard", "scorecard_basis"]
    assert [section.id for section in branch.sections] == ["scorecard", "kpi_people", "scorecard_basis"]
    card = sheet.sections[0]
    titles = [column.title for column in card.columns]
    line = {row[2]: dict(zip(titles, row, strict=True)) for row in card.rows}["VIS"]
    assert (line["权重"], line["目标值"], line["实际值"], line["完成率"]) == (10, 4, 4, Decimal("100.00"))
    assert (line["得分"], line["加权得分"]) == (Decimal("100.00"), Decimal("10.00"))
    assert card.figures[2].value == 1
    assert sum(Decimal(str(row[6])) for row in card.rows) == 100
    assert "未计分" in card.notes[0], "the weight of what could not be scored is told"
    assert sheet.signatures == ("本人", "直接上级", "考评部门")
    paths = write(sheet, ["xlsx", "docx", "html", "md"], tmp_path, "scorecard")
    assert [path.suffix for path in paths] == [".xlsx", ".docx", ".html", ".md"]
    text = next(path for path in paths if path.suffix == ".md").read_text(encoding="utf-8")
    assert "比率法（封顶保底）" in text
    assert "4 ÷ 4 × 100 = 100.00" in text


def test_the_records_behind_a_part_of_a_report(desk: Desk) -> None:
    (found,) = [one for one in trace_sections(desk, find_sections(desk, desk.branch("B1"), "service")) if one.records]
    told = found.as_dict()
    assert told["records"] == [
        {
            "table": "complaints",
            "key": "TS1",
            "origin": {"file": "册.xlsx", "sheet": "", "row": 1, "batch": 1},
        }
    ]
    by_id = find_sections(desk, desk.everything(), "complaints_open")
    assert [section.id for section in by_id] == ["complaints_open"]
    assert find_sections(desk, desk.everything(), "没有") == []
    assert is_kpi(desk, "vis")
    assert not is_kpi(desk, "service")
