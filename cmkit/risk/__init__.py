"""Credit risk and customer value: loan classes, expected loss, return on risk capital, scores from default rates.

``RULES`` maps the name of each rule to the rule, as ``kpi try`` offers it.
"""

from __future__ import annotations

from collections.abc import Mapping

from cmkit.facts.trial import Rule
from cmkit.risk import class5, profit, quality, value

RULES: Mapping[str, Rule] = {rule.name: rule for rule in (*class5.RULES, *quality.RULES, *value.RULES, *profit.RULES)}
