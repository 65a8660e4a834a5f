from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pytest

import cmkit
from cmkit.base.faults import ConfigFault, UsageFault
from cmkit.base.lang import speaking
from cmkit.checks.facts import CheckFacts
from cmkit.checks.registry import chosen, needed_tables, rules, settings
from cmkit.checks.run import alert_once, fingerprint, run_checks
from cmkit.facts.finding import Finding
from cmkit.facts.records import RECORDS, Fact
from cmkit.facts.specs import Pack

SECTORS = Path(cmkit.__file__).parent / "sectors"


class DeskLike(Protocol):
    def pack(self, checks: Mapping[str, Mapping[str, Any]], **parts: Any) -> Pack: ...

    def facts(
        self,
        pack: Pack,
        tables: Mapping[str, list[dict[str, Any]]],
        *,
        on: date | None = None,
        period: str = "2026-10",
        kpi: list[dict[str, Any]] | None = None,
    ) -> CheckFacts: ...


TABLES: dict[str, list[dict[str, Any]]] = {
    "tasks": [{"task_id": "T1", "what": "回访", "owner_id": "E2", "due": date(2026, 10, 20), "status": "待办"}],
    "complaints": [
        {
            "complaint_id": "TS1",
            "received_on": date(2026, 10, 1),
            "handler_id": "E1",
            "first_reply_on": date(2026, 10, 1),
        }
    ],
    "clients": [
        {"client_id": "C1", "name": "王芳", "created_on": date(2020, 1, 1)},
        {"client_id": "C2", "name": "李强", "created_on": date(2020, 1, 1), "owner_id": "E1"},
    ],
}


def test_rules_are_found_by_file_name_in_the_order_of_their_numbers() -> None:
    assert list(rules())[:9] == ["K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "K9"]
    assert "K13" in rules()
    assert all(set(rule.needs) <= set(RECORDS) for rule in rules().values())


def test_a_title_speaks_the_language() -> None:
    assert rules()["K6"].title == "投诉时限"
    with speaking("en"):
        assert rules()["K6"].title == "Complaints in time"


def test_only_what_the_pack_names_and_has_not_switched_off_runs(desk: DeskLike) -> None:
    pack = desk.pack({"K5": {}, "K6": {"enabled": False}})
    assert [finding.rule for finding in run_checks(desk.facts(pack, TABLES))] == ["K5"]
    assert list(chosen(pack)) == ["K5"]


def test_findings_are_sorted_by_severity_due_and_owner(desk: DeskLike) -> None:
    # K5 due 10-20 warning; K6 due 10-16 error; K2: both archives ran out on 2020-12-31 (365 days after 2020-01-01).
    pack = desk.pack({"K2": {}, "K5": {}, "K6": {"severity": "error"}})
    found = run_checks(desk.facts(pack, TABLES))
    assert [(one.rule, one.owner, one.severity) for one in found] == [
        ("K6", "E1", "error"),
        ("K2", "", "warning"),
        ("K2", "E1", "warning"),
        ("K5", "E2", "warning"),
    ]


def test_what_somebody_left_behind_is_the_supervisors(desk: DeskLike) -> None:
    """E2 left, and so did his supervisor E3, whose own is E9; E4 left without one: the branch B1 has it."""
    gone = {"role": "客户经理", "leave_date": date(2026, 9, 1)}
    staff: list[dict[str, Any]] = [
        {"staff_id": "E2", "supervisor_id": "E3", **gone},
        {"staff_id": "E3", "supervisor_id": "E9", **gone},
        {"staff_id": "E4", "org_id": "B1", **gone},
        {"staff_id": "E5", "supervisor_id": "E9", "leave_date": date(2026, 12, 31)},
        {"staff_id": "E9"},
    ]
    tasks = [
        {"task_id": owner, "what": "回访", "owner_id": owner, "due": date(2026, 10, 20), "status": "待办"}
        for owner in ("E2", "E4", "E5")
    ]
    found = run_checks(desk.facts(desk.pack({"K5": {}}), {"tasks": tasks, "staff": staff}))
    assert {one.key: one.owner for one in found if one.table == "tasks"} == {"E2": "E9", "E4": "B1", "E5": "E5"}


def test_one_rule_may_be_asked_for_in_any_case(desk: DeskLike) -> None:
    pack = desk.pack({"K2": {}, "K5": {}})
    assert {finding.rule for finding in run_checks(desk.facts(pack, TABLES), ["k5"])} == {"K5"}
    assert needed_tables(pack, ["k2"]) == ("clients",)
    assert needed_tables(pack) == ("clients", "meetings", "agenda_items", "tasks", "staff")


@pytest.mark.parametrize("name", ["K99", "K6", "K9", "访"])
def test_a_rule_that_the_pack_does_not_run_is_wrong_usage(desk: DeskLike, name: str) -> None:
    pack = desk.pack({"K2": {}, "K5": {}, "K6": {"enabled": False}})
    with pytest.raises(UsageFault) as caught:
        run_checks(desk.facts(pack, TABLES), ["K2", name])
    assert name in str(caught.value)
    assert caught.value.hint == "可用的规则：K2、K5"


def test_a_pack_with_an_unknown_rule_or_option_is_refused(desk: DeskLike) -> None:
    with pytest.raises(ConfigFault) as rule:
        settings(desk.pack({"K99": {}}))
    assert "K99" in rule.value.message
    assert "K13" in rule.value.hint
    with pytest.raises(ConfigFault) as option:
        settings(desk.pack({"K2": {"options": {"stale": "9"}}}))
    assert option.value.hint == "可用的选项：stale_days、from_rank、skip_status"


def test_the_options_of_a_rule_that_is_off_are_checked_too(desk: DeskLike) -> None:
    with pytest.raises(ConfigFault):
        settings(desk.pack({"K2": {"enabled": False, "options": {"stale": "9"}}}))


@pytest.mark.parametrize(
    ("rule", "option", "text"),
    [
        ("K2", "stale_days", "-1"),
        ("K2", "stale_days", "一年"),
        ("K2", "stale_days", ""),
        ("K13", "other_share", "5%"),
        ("K13", "other_share", "NaN"),
        ("K6", "workdays", "也许"),
    ],
)
def test_a_value_of_another_kind_is_refused(desk: DeskLike, rule: str, option: str, text: str) -> None:
    with pytest.raises(ConfigFault) as caught:
        settings(desk.pack({rule: {"options": {option: text}}}))
    assert option in caught.value.message


def test_options_are_read_typed(desk: DeskLike) -> None:
    pack = desk.pack({"K13": {"options": {"city": "40", "roles": "客户经理、片区经理"}}, "K6": {}})
    assert settings(pack)["K13"].count("city") == 40
    assert settings(pack)["K13"].words("roles") == ("客户经理", "片区经理")
    assert settings(pack)["K6"].flag("workdays") is False
    with pytest.raises(TypeError):
        settings(pack)["K13"].words("city")


@pytest.mark.parametrize("path", sorted(SECTORS.glob("*/checks.toml")), ids=lambda path: path.parent.name)
def test_the_shipped_packs_name_rules_and_options_that_exist(desk: DeskLike, path: Path) -> None:
    checks = tomllib.loads(path.read_text(encoding="utf-8"))["checks"]
    assert list(settings(desk.pack(checks)))


def test_names_are_printed_as_hide_shows_them(desk: DeskLike, masked_by: Callable[[Fact], Fact]) -> None:
    tables: dict[str, list[dict[str, Any]]] = {
        "clients": [{"client_id": "C1", "name": "王芳"}],
        "referrals": [{"date": date(2026, 10, 12), "from_staff": "E3", "client_name": "李强"}],
    }
    facts = replace(desk.facts(desk.pack({"K1": {}, "K8": {}}), tables), hide=masked_by)
    told = str([finding.as_dict() for finding in run_checks(facts)])
    assert "C1 某某" in told
    assert "王芳" not in told
    assert "李强" not in told


def test_no_records_no_findings(desk: DeskLike) -> None:
    pack = desk.pack({rule: {} for rule in rules()})
    assert run_checks(desk.facts(pack, {})) == []


# -- once -----------------------------------------------------------------------------------------------------------


def finding(rule: str = "K4", code: str = "overdue", key: str = "C1", **parts: Any) -> Finding:
    return Finding(
        rule, **{"subject": f"{key} 王芳", "message": "逾期 1 天", "table": "clients", "key": key, **parts}, code=code
    )


def test_a_finding_is_told_once_and_again_when_it_has_cleared_and_come_back() -> None:
    # Monday C1, C2 · Tuesday C1 (one day later) · Wednesday nothing · Thursday C1 again.
    told, state = alert_once([finding(), finding(key="C2")], set())
    assert [one.key for one in told] == ["C1", "C2"]
    told, state = alert_once([finding(message="逾期 2 天")], state)
    assert (told, len(state)) == ([], 1)
    told, state = alert_once([], state)
    assert (told, state) == ([], set())
    told, state = alert_once([finding()], state)
    assert [one.key for one in told] == ["C1"]


def test_a_run_of_one_rule_leaves_what_is_known_of_the_others() -> None:
    _told, state = alert_once([finding(), finding("K6", "soon", "TS1")], set())
    _told, after = alert_once([], state, ran=["K4"])
    assert after == {fingerprint(finding("K6", "soon", "TS1"))}
    told, _after = alert_once([finding("K6", "soon", "TS1")], after)
    assert told == []


def test_what_makes_a_finding_the_same() -> None:
    mark = fingerprint(finding())
    assert mark == fingerprint(finding(subject="C1 王*", message="2 days overdue", severity="error"))
    assert len({mark, *map(fingerprint, (finding("K2"), finding(code="never"), finding(key="C3")))}) == 4
    assert mark.startswith("K4:")
    assert "C1" not in mark
    assert "王" not in mark


def test_nearly_due_turning_overdue_is_told_anew() -> None:
    _told, state = alert_once([finding("K6", "soon", "TS1")], set())
    told, _state = alert_once([finding("K6", "overdue", "TS1")], state)
    assert len(told) == 1
