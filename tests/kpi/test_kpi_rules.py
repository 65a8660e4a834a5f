from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.base.faults import UsageFault
from cmkit.base.lang import speaking
from cmkit.facts.trial import Rule, try_rule
from cmkit.kpi.rules import RULES as KPI_RULES
from cmkit.risk import RULES as RISK_RULES

CASES = Path(__file__).parent.parent / "cases" / "kpi"
RULES: dict[str, Rule] = {**KPI_RULES, **RISK_RULES}


def word(value: object) -> str:
    """A value of a vector as it is typed: lists with commas, null as empty, pairs with colons."""
    if isinstance(value, list):
        return ",".join(":".join(map(str, one)) if isinstance(one, list) else str(one or "") for one in value)
    return str(value)


def golden() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((CASES / "golden.json").read_text(encoding="utf-8"))
    return found


def edges() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((CASES / "edges.toml").read_text(encoding="utf-8"))["case"]
    return found


@pytest.mark.parametrize(
    "vector", golden(), ids=lambda vector: f"{vector['rule']}-{word(list(vector['input'].values())[:2])}"
)
def test_every_golden_vector_comes_out(vector: dict[str, Any]) -> None:
    trial = try_rule(RULES, vector["rule"], {key: word(value) for key, value in vector["input"].items()})
    assert trial.as_dict()["result"] == vector["expect"]
    assert trial.steps
    assert trial.rule == vector["rule"]


def test_there_are_79_vectors() -> None:
    assert len(golden()) == 79


@pytest.mark.parametrize("case", edges(), ids=lambda case: f"{case['rule']}: {case['why']}")
def test_edges(case: dict[str, Any]) -> None:
    if "fault" in case:
        with pytest.raises(UsageFault) as stop:
            try_rule(RULES, case["rule"], case["input"])
        assert case["fault"] in str(stop.value)
        return
    trial = try_rule(RULES, case["rule"], case["input"])
    assert trial.as_dict()["result"] == case["expect"]
    json.dumps(trial.as_dict(), ensure_ascii=False).encode("gbk")


def manual_examples() -> Iterator[tuple[str, str, str]]:
    for manual in {rule.manual for rule in RULES.values()}:
        for line in re.findall(r"cmkit kpi try (.+)", manual):
            call, _arrow, expected = line.partition(" -> ")
            name, _blank, keys = call.strip().partition(" ")
            yield name, keys, expected.strip()


@pytest.mark.parametrize(("name", "keys", "expected"), sorted(manual_examples()))
def test_the_example_of_each_manual_page_comes_out(name: str, keys: str, expected: str) -> None:
    result = try_rule(RULES, name, dict(part.split("=", 1) for part in keys.split())).result
    if isinstance(result, str):
        assert result == expected
    elif isinstance(result, tuple):
        assert ",".join(result) == expected
    else:
        assert dict(part.split("=", 1) for part in expected.split()).items() <= result.items()


def test_every_rule_has_a_manual_page_with_an_example() -> None:
    told = {name for name, _keys, _expected in manual_examples()}
    assert told == set(RULES)
    for rule in RULES.values():
        assert "Source" in rule.manual or rule.name in RISK_RULES
        assert rule.source


def test_an_unknown_rule_names_the_known_ones() -> None:
    with pytest.raises(UsageFault) as stop:
        try_rule(KPI_RULES, "effcacy", {})
    assert "efficacy" in stop.value.hint


def test_the_steps_show_formula_and_numbers() -> None:
    """8 / 10 of 20 points."""
    first, last = try_rule(RULES, "ratio", {"actual": "8", "target": "10", "points": "20"}).steps
    assert (first.formula, first.value) == ("8 ÷ 10 × 100", "80.00")
    assert (last.formula, last.value) == ("20 × 80.00%", "16.00")


def test_the_working_of_a_negative_target_keeps_its_signs_readable() -> None:
    step = try_rule(RULES, "completion", {"actual": "-100", "target": "-500"}).steps[0]
    assert step.formula == "(1 + ((-100) - (-500)) ÷ |-500|) × 100"


def test_classes_stay_chinese_in_any_language() -> None:
    with speaking("en"):
        assert try_rule(RULES, "class5_2023", {"overdue_days": "91"}).result == "次级"


def test_numbers_beyond_reckoning_are_a_usage_fault() -> None:
    for text in ("1e999999", "Infinity", "1e-40"):
        with pytest.raises(UsageFault):
            try_rule(RULES, "ratio", {"actual": text, "target": "10", "points": "20"})
    with pytest.raises(UsageFault):
        try_rule(RULES, "ratio", {"actual": "1e14", "target": "1e-12", "points": "1e14"})


numbers = st.decimals(min_value=-10_000, max_value=10_000, places=2, allow_nan=False, allow_infinity=False)
positive = st.decimals(min_value=Decimal("0.01"), max_value=10_000, places=2, allow_nan=False, allow_infinity=False)


def score_of(name: str, **keys: object) -> Decimal:
    trial = try_rule(RULES, name, {key: str(value) for key, value in keys.items()})
    assert isinstance(trial.result, str)
    return Decimal(trial.result)


@given(numbers, positive)
def test_a_capped_ratio_stays_within_its_bounds(actual: Decimal, target: Decimal) -> None:
    assert 0 <= score_of("ratio_cap", actual=actual, target=target, points=20, floor=60, cap=120) <= 24


@given(numbers, numbers, positive)
def test_more_never_scores_less(one: Decimal, other: Decimal, target: Decimal) -> None:
    low, high = sorted((one, other))
    for name, more in (("ratio_cap", {"points": 20}), ("step_linear", {})):
        assert score_of(name, actual=low, target=target, **more) <= score_of(name, actual=high, target=target, **more)


@given(numbers, numbers, positive, st.sampled_from(["2-A/T", "T/A"]))
def test_where_less_is_better_more_never_scores_more(
    one: Decimal, other: Decimal, target: Decimal, method: str
) -> None:
    low, high = sorted((abs(one), abs(other)))
    keys = {"target": target, "direction": "down", "method": method}
    assert score_of("completion", actual=low, **keys) >= score_of("completion", actual=high, **keys)


NORMS: dict[str, str] = tomllib.loads((CASES / "norms_2006.toml").read_text(encoding="utf-8"))["standards"]


@given(st.sampled_from(sorted(NORMS)), numbers, numbers)
def test_efficacy_stays_within_its_weight_and_never_falls(item: str, one: Decimal, other: Decimal) -> None:
    standards = NORMS[item]
    best, worst = (Decimal(standards.split(",")[place]) for place in (0, -1))
    low, high = sorted((one, other), reverse=best < worst)
    less, more = (score_of("efficacy", actual=value, weight=20, standards=standards) for value in (low, high))
    assert 0 <= less <= more <= 20


@pytest.mark.parametrize("item", sorted(NORMS))
def test_each_standard_earns_its_coefficient(item: str) -> None:
    """优秀 1.0, 良好 0.8, 平均 0.6, 较低 0.4, 较差 0.2 of a weight of 10."""
    standards = NORMS[item].split(",")
    scores = [score_of("efficacy", actual=value, weight=10, standards=NORMS[item]) for value in standards]
    assert scores == [10, 8, 6, 4, 2]


@given(numbers)
def test_linear_grades_stay_between_0_and_4(actual: Decimal) -> None:
    assert 0 <= score_of("grade_linear", actual=actual, A=120, B=100, C=80, D=60) <= 4


@given(st.integers(min_value=1, max_value=400))
def test_ladders_never_get_better_with_days(days: int) -> None:
    order = ("正常", "关注", "次级", "可疑", "损失")
    for name in ("class5_2023", "class5_credit_card", "class5_legacy"):
        before, after = (try_rule(RULES, name, {"overdue_days": str(day)}).result for day in (days - 1, days))
        assert order.index(str(before)) <= order.index(str(after))
