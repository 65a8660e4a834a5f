"""Whether what a pack says of its people and archives looks at columns, grades and indicators that are there."""

from __future__ import annotations

from collections.abc import Iterator

from cmkit.base.lang import _
from cmkit.facts.specs import Pack
from cmkit.packs.measures import choice_problems
from cmkit.packs.said import Said, no_such

PART = "team"


def team_problems(pack: Pack) -> Iterator[Said]:
    """What keeps grades, quality and archives from being reckoned."""
    staff = pack.tables.get("staff")
    for number, rule in enumerate(pack.team.promotions, 1):
        spot = f"promotions[{number}]"
        for code in rule.needs:
            if code not in pack.kpis:
                yield no_such(PART, f"{spot}.needs", code, pack.kpis)
        if staff is not None:
            yield from choice_problems(PART, f"{spot}.grade", (rule.grade, rule.to), staff.columns["grade"])
            yield from choice_problems(PART, f"{spot}.role", (rule.role,) if rule.role else (), staff.columns["role"])
    if pack.team.quality and not pack.team.raters:
        yield Said(PART, "raters", _("素质评估要写评分人的权重"))
    clients = pack.tables.get("clients")
    for column in pack.info.archive:
        if clients is not None and column not in clients.columns:
            yield no_such("pack", "archive", column, clients.columns)
