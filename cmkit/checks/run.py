"""Running the rules of a pack, and telling each finding only once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from cmkit.checks.facts import CheckFacts
from cmkit.checks.registry import chosen, rules
from cmkit.facts.finding import Finding


def run_checks(facts: CheckFacts, only: Sequence[str] = ()) -> list[Finding]:
    """The findings of the pack's rules, the gravest and the most urgent first; none is left with somebody who is gone.

    Args:
        facts: The records and the day they are judged on.
        only: IDs of rules (``K4``); empty runs all rules of the pack.

    Raises:
        UsageFault: ``only`` names a rule that the pack does not run.
        ConfigFault: The pack names a rule or an option that does not exist.
    """
    found = [
        _handed_over(finding, facts)
        for rule, options in chosen(facts.pack, only).items()
        for finding in rules()[rule].check(facts, options)
    ]
    return in_order(found)


def _handed_over(finding: Finding, facts: CheckFacts) -> Finding:
    """What is found of somebody who has left is the supervisor's to mend, else the organisation's."""
    owner, passed = finding.owner, set[str]()
    while (person := facts.staff_by_id.get(owner)) and person.leave_date and person.leave_date < facts.on:
        if owner in passed:
            return finding
        passed.add(owner)
        owner = person.supervisor_id or person.org_id
    return finding if owner == finding.owner or not owner else replace(finding, owner=owner)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The gravest and the most urgent first."""
    return sorted(findings, key=_order)


def _order(finding: Finding) -> tuple[bool, date, str, int, str, str]:
    number = list(rules()).index(finding.rule)
    return (
        finding.severity != "error",
        finding.due or date.max,
        finding.owner,
        number,
        finding.key or finding.subject,
        finding.code,
    )


def fingerprint(finding: Finding) -> str:
    """What stays the same while a finding stays open, whatever day, language or mask it is told in.

    It starts with the rule's ID and holds no data of people.
    """
    subject = finding.key or finding.subject
    digest = hashlib.sha256(f"{finding.code}\n{finding.table}\n{subject}".encode()).hexdigest()
    return f"{finding.rule}:{digest[:24]}"


def alert_once(
    findings: Sequence[Finding], seen: Collection[str], ran: Collection[str] = ()
) -> tuple[list[Finding], set[str]]:
    """The findings not told before, and the state to keep for the next run.

    A finding that has cleared drops out of the state, so that it is told again when it comes back.

    Args:
        findings: What the run found.
        seen: The state of the last run.
        ran: The rules that ran (empty: all); what is known of the others is kept.
    """
    now = {fingerprint(finding) for finding in findings}
    kept = {mark for mark in seen if ran and mark.split(":", 1)[0] not in ran}
    fresh = [finding for finding in findings if fingerprint(finding) not in seen]
    return fresh, now | kept
