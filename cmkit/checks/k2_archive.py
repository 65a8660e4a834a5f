"""K2 客户档案: an archive for every client who has earned one, and none left to age.

A client of a high tier needs an archive (a date of creation); an archive that nobody has looked over for a year says
little about the client. Where a pack computes tiers from a balance, a tier written otherwise is a reminder.

Source: 档案每年全面核对一次 (docx.baby/p/20795625477703.html); files are kept from a tier upwards, in one bank's plan
from 200,000 yuan (360docs.net/doc/a714680588.html).

Options:
    stale_days: Days after the last update when an archive is stale (365).
    from_rank: Tiers up to this rank need an archive; rank 1 is the most important tier (3).
    skip_status: Clients in these states are left out (流失、黑名单).

Passes on 2026-10-30 (财富 has rank 2, 普通 rank 5)::

    clients | client_id | name | tier | owner_id | created_on | updated_on
            | C000123   | 王芳 | 财富 | E1001    | 2024-05-06 | 2026-03-02
            | C000125   | 赵敏 | 普通 | E1001    |            |

Fails: the first was last updated 424 days ago, the second is 财富 without an archive::

    clients | client_id | name | tier | owner_id | created_on | updated_on
            | C000124   | 李强 | 财富 | E1002    | 2024-05-06 | 2025-09-01
            | C000126   | 孙丽 | 财富 | E1002    |            |
    finds   | code       | key     | owner | due
            | stale      | C000124 | E1002 | 2026-09-01
            | no_archive | C000126 | E1002 |
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from cmkit.base.lang import _
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.clients.tiers import mismatches
from cmkit.facts.finding import Finding
from cmkit.facts.records import Client

ID = "K2"
TITLE = ("客户档案", "Client archive")
OPTIONS = {
    "stale_days": Option("count", "365"),
    "from_rank": Option("count", "3"),
    "skip_status": Option("words", "流失、黑名单"),
}
NEEDS = ("clients",)


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The clients whose archive is missing or stale."""
    active = [client for client in facts.clients if client.status not in options.words("skip_status")]
    found = [_no_archive(facts, options, client) or _stale(facts, options, client) for client in active]
    return [*(finding for finding in found if finding), *_other_tiers(facts, options, active)]


def _other_tiers(facts: CheckFacts, options: Options, clients: Sequence[Client]) -> Iterator[Finding]:
    """A tier that the sheet wrote though the balance asks for another: a reminder, for an agreement may stand behind it."""
    info, tiers = facts.pack.info, facts.pack.visits.tiers
    if not info.tier_balance:
        return
    known = {client.client_id: client for client in clients}
    for one in mismatches(clients, info.tier_balance, info.tier_column, tiers):
        if not one.written:
            continue
        names = [tiers[word].label if word in tiers else word for word in (one.written, one.computed)]
        client = known[one.client_id]
        message = _("登记为{written}，按余额应为{computed}").format(written=names[0], computed=names[1])
        hint, owner = _("核对等级，或写明原因"), client.owner_id
        yield options.softly().found("tier", client, facts.label(client), message, hint=hint, owner=owner)


def _no_archive(facts: CheckFacts, options: Options, client: Client) -> Finding | None:
    name = str(client.get(facts.pack.visits.tier_column) or "")
    tier = facts.pack.visits.tiers.get(name)
    if client.created_on or tier is None or not 1 <= tier.rank <= options.count("from_rank"):
        return None
    return options.found(
        "no_archive",
        client,
        facts.label(client),
        _("已达到{tier}，尚未建档").format(tier=tier.label or name),
        hint=_("建立客户档案"),
        owner=client.owner_id,
    )


def _stale(facts: CheckFacts, options: Options, client: Client) -> Finding | None:
    last = client.updated_on or client.created_on
    if last is None:
        return None
    due = last + timedelta(days=options.count("stale_days"))
    if due >= facts.on:
        return None
    return options.found(
        "stale",
        client,
        facts.label(client),
        _("档案最近更新于 {day}，已 {days} 天").format(day=last.isoformat(), days=(facts.on - last).days),
        hint=_("核对并更新客户档案"),
        owner=client.owner_id,
        due=due,
    )
