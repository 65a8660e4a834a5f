"""K8 优质客户推介: a client who is passed on is taken up.

A lobby manager who recognises a client and passes the name on has done it for nothing when nobody takes it up. A
referral counts as taken up when it has a day of acceptance or a result.

Source: 优质客户推介制度 (manual row 2-18); the days are cmkit's own default.

Options:
    days: Working days to take up a referral (3).

Passes on 2026-10-30::

    referrals | date       | from_staff | to_staff | client_id | client_name | accepted_on
              | 2026-10-12 | E1003      | E1001    | C000123   | 王芳        | 2026-10-13
              | 2026-10-28 | E1003      | E1001    | C000125   | 赵敏        |

Fails: passed on on Tuesday the 20th, not taken up by Friday::

    referrals | date       | from_staff | to_staff | client_id | client_name | accepted_on
              | 2026-10-20 | E1003      | E1002    | C000124   | 李强        |
    finds     | code         | key                           | owner | due
              | not_accepted | 2026-10-20|E1003|C000124|李强 | E1002 | 2026-10-23
"""

from __future__ import annotations

from dataclasses import replace

from cmkit.base.lang import _
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Referral

ID = "K8"
TITLE = ("优质客户推介", "Referrals taken up")
OPTIONS = {"days": Option("count", "3")}
NEEDS = ("referrals", "staff")


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The referrals that nobody has taken up in time."""
    found = [_waiting(facts, options, referral) for referral in facts.referrals]
    return [finding for finding in found if finding]


def _waiting(facts: CheckFacts, options: Options, referral: Referral) -> Finding | None:
    if referral.date is None or referral.accepted_on or referral.result:
        return None
    due = facts.calendar.add(referral.date, options.count("days"))
    if due >= facts.on:
        return None
    shown = facts.hide(referral)
    finding = options.found(
        "not_accepted",
        referral,
        " ".join(str(part) for part in (referral.client_id, shown.get("client_name")) if part),
        _("{who} 于 {day} 推介，{days} 个工作日内没有接收").format(
            who=facts.staff_label(referral.from_staff), day=referral.date.isoformat(), days=options.count("days")
        ),
        hint=_("接收推介并联系客户"),
        owner=referral.to_staff or referral.from_staff,
        due=due,
    )
    # The key of a referral holds the client's name, which is masked like everything that is printed.
    return replace(finding, key=shown.key)
