"""One rule by name, whichever room offers it."""

from __future__ import annotations

from collections.abc import Mapping

from cmkit.facts.trial import Rule, Trial, try_rule
from cmkit.kpi.rules import RULES as KPI_RULES
from cmkit.risk import RULES as RISK_RULES


def known_rules() -> dict[str, Rule]:
    """Every rule by name."""
    return {**KPI_RULES, **RISK_RULES}


def try_named(name: str, values: Mapping[str, str]) -> Trial:
    """Run one rule.

    Raises UsageFault for an unknown rule or keys that do not fit.
    """
    return try_rule(known_rules(), name, values)
