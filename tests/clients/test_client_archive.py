"""The archive's life cycle, who may leave, territories: figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from cmkit.base.period import parse_period
from cmkit.clients.archive import ArchiveFacts, archive_sections, sample, state
from cmkit.clients.leaving import Signs, leaving, leaving_section
from cmkit.clients.sections import clients_section
from cmkit.clients.territory import territory_section
from cmkit.clients.timeline import timeline
from cmkit.facts.records import ArchiveAccess, ArchiveCheck, Client, Contact, Policy, Survey, Territory
from cmkit.facts.specs import ColumnSpec, Pack, PackInfo, TableSpec

ON = date(2026, 10, 30)
OCTOBER = parse_period("2026-10")
PACK = Pack(
    info=PackInfo(archive=("phone", "address"), archive_status=("在用",)),
    tables={
        "clients": TableSpec(
            table="clients", columns={k: ColumnSpec(key=k, zh=k) for k in ("name", "phone", "address")}
        )
    },
)
DAY = date(2026, 3, 2)
CLIENTS = [
    Client(
        client_id="C1", owner_id="A", status="在用", phone="1", address="a", created_on=DAY, more={"reviewed_on": DAY}
    ),
    Client(client_id="C2", owner_id="A", status="在用", phone="1", address="a", created_on=DAY, updated_on=ON),
    Client(client_id="C3", owner_id="A", status="在用", phone="1", created_on=date(2025, 1, 6)),
    Client(client_id="C4", owner_id="B", status="在用", phone="1", address="a"),
    Client(client_id="C5", owner_id="B", status="潜在", phone="1"),
    Client(client_id="C6", owner_id="", status="流失"),
]


def facts(**more: object) -> ArchiveFacts:
    given: dict[str, object] = {
        "clients": CLIENTS,
        "access": [],
        "checks": [],
        "pack": PACK,
        "period": OCTOBER,
        "on": ON,
        "stale_days": 365,
        "staff": {"A": "张伟", "B": "刘洋"},
    }
    return ArchiveFacts(**(given | more))  # type: ignore[arg-type]


def test_the_states_of_an_archive() -> None:
    columns = ("phone", "address")
    assert [state(client, columns) for client in CLIENTS[:4]] == ["已复核", "待复核", "待补全", "待建档"]


def test_the_life_cycle_by_manager() -> None:
    """Four in use. Opened 3 of 4, complete C1 C2 C4 (75 %), verified 1 of 4; C3 untouched since January last year."""
    [section] = archive_sections(facts())
    assert [figure.value for figure in section.figures] == [
        Decimal("75.00"),
        Decimal("75.00"),
        Decimal("25.00"),
        Decimal("75.00"),
        0,
    ]
    assert section.rows == (
        ("张伟", 3, 0, 1, 1, 1, 1, Decimal("66.67")),
        ("刘洋", 1, 1, 0, 0, 0, 0, Decimal("100.00")),
    )
    assert section.total == ("合计", 4, 1, 1, 1, 1, 1, Decimal("75.00"))


def test_completeness_is_one_figure_wherever_it_is_told() -> None:
    """The part on clients and the part on archives count the same clients over the same columns."""
    told = clients_section(CLIENTS, PACK, OCTOBER).figures[3]
    [section] = archive_sections(facts())
    assert (told.label, told.value) == (section.figures[1].label, section.figures[1].value) == ("档案完整率", 75)
    assert told.note == section.figures[1].note == "4 户中 3 户齐全"


def test_what_was_lent_out_and_what_checks_found() -> None:
    """One lent in October and back, one lent in August still out; three looked at, two wrong, one put right, one late."""
    access = [
        ArchiveAccess(
            date=date(2026, 10, 9), staff_id="A", client_id="C1", purpose="核对", approver="B", returned_on=ON
        ),
        ArchiveAccess(date=date(2026, 8, 9), staff_id="A", client_id="C2", purpose="续贷"),
        ArchiveAccess(date=date(2026, 8, 9), staff_id="A", client_id="C3", purpose="续贷", returned_on=ON),
    ]
    checks = [
        ArchiveCheck(date=date(2026, 10, 12), client_id="C1", item="签字"),
        ArchiveCheck(date=date(2026, 10, 12), client_id="C2", item="签字", finding="缺", due=date(2026, 10, 20)),
        ArchiveCheck(date=date(2026, 10, 12), client_id="C3", item="证件", finding="过期", fixed_on=ON),
    ]
    _cycle, lent, checked = archive_sections(facts(access=access, checks=checks))
    assert [row[2] for row in lent.rows] == ["C2", "C1"]
    assert lent.notes == ("调阅 2 次，未归还 1 份，未写批准人 1 次。",)
    assert [figure.value for figure in checked.figures] == [3, 2, Decimal("50.00"), 1]
    assert checked.rows == (("签字", 2, 1, 0, 1), ("证件", 1, 1, 1, 0))


def test_a_draw_is_the_same_for_the_same_month() -> None:
    many = [Client(client_id=f"C{n:03d}") for n in range(50)]
    first = [client.client_id for client in sample(many, 5, "2026-10")]
    assert first == [client.client_id for client in sample(many[::-1], 5, "2026-10")] == sorted(first)
    assert first != [client.client_id for client in sample(many, 5, "2026-11")]
    assert len(sample(many, 99, "2026-10")) == 50


def test_signs_of_leaving() -> None:
    """C1 fell from 100 to 65 and was not seen for 90 days; C2 complains; C3 fell by 29 %; C4 was never spoken to."""
    clients = [
        Client(client_id="C1", name="王芳", status="在用", owner_id="A"),
        Client(client_id="C2", name="李强", status="在用"),
        Client(client_id="C3", status="在用"),
        Client(client_id="C4", status="在用", created_on=date(2026, 7, 1)),
        Client(client_id="C5", status="流失"),
    ]
    recent = date(2026, 10, 20)
    signs = Signs(
        on=ON,
        last={"C1": date(2026, 8, 1), "C2": recent, "C3": recent, "C5": DAY},
        before={"C1": Decimal(100), "C2": Decimal(50), "C3": Decimal(100)},
        now={"C1": Decimal(65), "C2": Decimal(50), "C3": Decimal(71)},
        complaints={"C2"},
        dormant_days=90,
        drop=30,
    )
    found = leaving(clients, signs)
    assert [(one.client.client_id, one.signs) for one in found] == [("C1", 2), ("C2", 1), ("C4", 1)]
    assert (found[0].silent, found[0].fallen) == (90, Decimal("35.00"))
    # A tier that is visited twice a year is not dormant after four months.
    slow = replace(signs, intervals={"C4": 180})
    assert [one.client.client_id for one in leaving(clients, slow)] == ["C1", "C2"]
    section = leaving_section(found, signs, "tier", {"A": "张伟"})
    assert section.rows[0][3:] == ("张伟", 2, "90 天未联系；余额下降 35%")
    assert section.rows[2][-1] == "建档后未联系过"
    assert [figure.value for figure in section.figures] == [2, 1, 1]


def test_territories_with_their_clients() -> None:
    """T1 holds two clients, one new in October and visited; a client of no territory stands apart."""
    clients = [
        Client(client_id="C1", territory="T1", created_on=date(2026, 10, 9)),
        Client(client_id="C2", territory="城南", created_on=DAY),
        Client(client_id="C3"),
    ]
    contacts = [
        Contact(client_id="C1", date=date(2026, 10, 12), channel="面访"),
        Contact(client_id="C2", date=date(2026, 10, 12), channel="电话"),
    ]
    register = [Territory(territory="T1", name="城南", owner_id="A", income_level="中", culture="大专", habits="网购")]
    section = territory_section(register, clients, contacts, OCTOBER, {"A": "张伟"}, ("面访",))
    assert section.rows == (("城南", "张伟", "中", "大专", "网购", 2, 1, 1), ("未划区域", "", "", "", "", 1, 0, 0))


def test_policies_surveys_and_archive_checks_stand_in_the_timeline() -> None:
    records = [
        Policy(
            policy_no="P1", client_id="C1", staff_id="A", product="终身寿", effective=date(2026, 5, 6), status="有效"
        ),
        Survey(client_id="C1", date=date(2026, 6, 1), dimension="服务", score=Decimal(5)),
        ArchiveCheck(client_id="C1", date=date(2026, 7, 1), item="签字", finding="缺"),
    ]
    assert [(one.kind, one.text) for one in timeline("C1", records)] == [
        ("档案核对检查", "签字；缺"),
        ("满意度调查", "服务；5"),
        ("保单", "终身寿；有效"),
    ]
