from __future__ import annotations

from datetime import date

from cmkit.clients.key_people import PeopleFacts, people_section
from cmkit.facts.records import Client, ContactPerson
from cmkit.facts.section import Status

CLIENTS = {
    "C1": Client(client_id="C1", name="云州纺织", status="在用", owner_id="E1"),
    "C2": Client(client_id="C2", name="平川机械", status="在用", owner_id="E1"),
    "C3": Client(client_id="C3", name="河西木业", status="流失", owner_id="E1"),
}
PEOPLE = (
    ContactPerson(client_id="C1", name="甲", role="决策", attitude="支持", last_contact=date(2026, 10, 20)),
    ContactPerson(client_id="C1", name="乙", role="决策", attitude="反对", last_contact=date(2026, 8, 30)),
    ContactPerson(client_id="C2", name="丙", role="使用"),
    ContactPerson(client_id="C3", name="丁", role="决策"),
)


def test_those_who_need_a_contact_come_first_and_lost_clients_are_left_out() -> None:
    """On 30 October: 乙 was last seen 61 days ago, one more than allowed; C2 has nobody who decides."""
    section = people_section(PeopleFacts(people=PEOPLE, clients=CLIENTS, on=date(2026, 10, 30), names={"E1": "林一"}))
    assert [(row[1], row[4], row[6]) for row in section.rows] == [
        ("乙", Status("bad", "反对"), Status("bad", "61 天前")),
        ("丙", Status("none", "未填"), Status("none", "没有记录")),
        ("甲", Status("good", "支持"), Status("good", "10 天前")),
    ]
    assert section.text == ("登记关键人 3 位，需要尽快联系 1 位；1 户客户还没有找到决策人。",)


def test_sixty_days_are_in_time() -> None:
    section = people_section(PeopleFacts(people=PEOPLE[1:2], clients=CLIENTS, on=date(2026, 10, 29)))
    assert section.rows[0][6] == Status("good", "60 天前")


def test_nobody_on_file() -> None:
    assert people_section(PeopleFacts(people=(), clients=CLIENTS, on=date(2026, 10, 30))).empty == "没有登记关键人"
