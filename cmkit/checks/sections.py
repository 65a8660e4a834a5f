"""Findings as parts of a report: the problems and their causes, and what is done about them next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from cmkit.base.lang import _
from cmkit.checks.registry import rules
from cmkit.facts.finding import Finding
from cmkit.facts.section import Cell, Column, RecordRef, Section, Status

FOLD_FROM = 4
SHOWN = 3


def findings_section(findings: Sequence[Finding], names: Mapping[str, str], *, wide: bool = False) -> Section:
    """存在问题 (form C.4, 10): what, whose, until when, by which rule, how grave.

    Four or more findings of one kind and one owner stand in one row, so that a report stays readable.

    Args:
        findings: In the order of :func:`cmkit.checks.run.run_checks`.
        names: Staff or organisation number to name.
        wide: For whoever leads many: a row a kind, whoever the owners are; each of these reads the single ones.
    """
    rows: list[tuple[Cell, ...]] = []
    for group in _grouped(findings, lambda item: (item.rule, item.code, "" if wide else item.owner)):
        rows.extend([_folded(group, names)] if len(group) >= FOLD_FROM else [_row(one, names) for one in group])
    return Section(
        id="problems",
        title=_("存在问题"),
        columns=(
            Column(_("问题"), width=44),
            Column(_("责任人")),
            Column(_("期限"), "date"),
            Column(_("依据规则")),
            Column(_("状态"), "status"),
        ),
        rows=tuple(rows),
        empty=_("检查未发现问题。"),
        records=tuple(RecordRef(item.table, item.key) for item in findings if item.key),
    )


def next_section(
    findings: Sequence[Finding],
    names: Mapping[str, str],
    *,
    on: date | None = None,
    by: date | None = None,
    wide: bool = False,
) -> Section:
    """下月计划与措施 (form C.4, 11): the action that each finding asks for, its owner and its day.

    Args:
        findings: In the order of :func:`cmkit.checks.run.run_checks`; those without a hint ask for nothing.
        names: Staff or organisation number to name.
        on: The day of the report: a due date before it cannot be the day of a measure.
        by: The day for a measure without one (the end of the next period).
        wide: A row a measure, with all those who have to take it.
    """
    asking = [item for item in findings if item.hint]
    rows: list[tuple[Cell, ...]] = []
    for group in _grouped(asking, lambda item: ("" if wide else item.owner, item.hint)):
        action = _("{action}：{subjects}").format(action=group[0].hint, subjects=_subjects(group))
        ahead = [item for item in group if item.due and (on is None or item.due >= on)]
        rows.append((action, _owners(group, names), _first_due(ahead) or by))
    return Section(
        id="next",
        title=_("下月计划与措施"),
        columns=(Column(_("措施"), width=56), Column(_("责任人")), Column(_("完成期限"), "date")),
        rows=tuple(rows),
        empty=_("没有需要采取的措施。"),
        records=tuple(RecordRef(item.table, item.key) for item in asking if item.key),
    )


def _grouped(findings: Sequence[Finding], key: Callable[[Finding], tuple[str, ...]]) -> list[list[Finding]]:
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(key(finding), []).append(finding)
    return list(groups.values())


def _row(finding: Finding, names: Mapping[str, str]) -> tuple[Cell, ...]:
    text = _("{subject}：{message}").format(subject=finding.subject, message=finding.message)
    return (text, _who(finding, names), finding.due, _rule(finding), _light([finding]))


def _folded(group: Sequence[Finding], names: Mapping[str, str]) -> tuple[Cell, ...]:
    first = group[0]
    text = _("{subjects}：{message}").format(
        subjects=_subjects(group), message=_("{first} 等").format(first=first.message)
    )
    return (text, _owners(group, names), _first_due(group), _rule(first), _light(group))


def _subjects(group: Sequence[Finding]) -> str:
    subjects = list(dict.fromkeys(item.subject for item in group))
    text = "、".join(subjects[:SHOWN])
    return text if len(subjects) <= SHOWN else _("{some} 等 {count} 项").format(some=text, count=len(subjects))


def _owners(group: Sequence[Finding], names: Mapping[str, str]) -> str:
    """One name, or those with most first: ``苏听雨 28、林一舟 19、宋映雪 17 等 9 人``."""
    count = Counter(_who(item, names) for item in group)
    if len(count) == 1:
        return _who(group[0], names)
    told = "、".join(f"{name} {number}" for name, number in count.most_common(SHOWN))
    return told if len(count) <= SHOWN else _("{some} 等 {count} 个责任人").format(some=told, count=len(count))


def _who(finding: Finding, names: Mapping[str, str]) -> str:
    return names.get(finding.owner, finding.owner)


def _rule(finding: Finding) -> str:
    rule = rules().get(finding.rule)
    return f"{finding.rule} {rule.title}" if rule else finding.rule


def _light(group: Sequence[Finding]) -> Status:
    grave = any(item.severity == "error" for item in group)
    return Status("bad", _("违规")) if grave else Status("warn", _("提醒"))


def _first_due(group: Sequence[Finding]) -> date | None:
    return min((item.due for item in group if item.due), default=None)
