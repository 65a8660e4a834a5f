"""The work log of one person's day (工作日志), in the blocks that the role's routine names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _, language
from cmkit.base.words import nearest
from cmkit.facts.section import Document, Section
from cmkit.worklog import doing, telling
from cmkit.worklog.dayfacts import DEAL, DayFacts

BLANK = "______________"
"""A line to write on, where a head field is for a person to fill."""

LOG_SECTIONS: Mapping[str, Callable[[DayFacts], Section | tuple[Section, ...] | None]] = {
    "routine": doing.routine_sections,
    "plan": doing.plan_section,
    "contacts": doing.contacts_section,
    "time": doing.time_section,
    "business": doing.business_section,
    "complaints": telling.complaints_section,
    "referrals": telling.referrals_section,
    "market": telling.market_section,
    "info": telling.info_section,
    "learning": telling.learning_section,
    "tomorrow": doing.tomorrow_section,
    "activity": doing.activity_section,
    "review": telling.review_section,
}
"""The blocks that a routine's ``sections`` may name, in the order used where it names none.

``routine`` (the checklist), ``time`` and ``info`` need not be named: they draw nothing where there is nothing.
"""


def weekday_name(day: date) -> str:
    """星期一 … 星期日."""
    names = [_("星期一"), _("星期二"), _("星期三"), _("星期四"), _("星期五"), _("星期六"), _("星期日")]
    return names[day.weekday()]


def day_log(facts: DayFacts) -> Document:
    """The whole log of a day.

    Raises ConfigFault where the routine names a block that does not exist.
    """
    sections: list[Section] = []
    for name in _wanted(facts.routine.sections):
        made = _builder(name)(facts)
        if isinstance(made, Section):
            sections.append(made)
        elif made:
            sections.extend(made)
    return Document(
        name="worklog",
        title=_("工作日志"),
        subtitle=facts.routine.label,
        meta=_head(facts),
        headline=_headline(facts),
        sections=tuple(sections),
        signatures=(_("本人"), _("主管")),
        made_on=facts.day,
        landscape=True,
        lang=language(),
    )


def _wanted(named: tuple[str, ...]) -> list[str]:
    """The blocks to draw: the checklist comes first and time follows the contacts, unless a routine places them."""
    if not named:
        return list(LOG_SECTIONS)
    wanted = list(named) if "routine" in named else ["routine", *named]
    for name, host in (("time", "contacts"), ("info", "market")):
        if name not in wanted and host in wanted:
            wanted.insert(wanted.index(host) + 1, name)
    return wanted


def _builder(name: str) -> Callable[[DayFacts], Section | tuple[Section, ...] | None]:
    if name in LOG_SECTIONS:
        return LOG_SECTIONS[name]
    like = nearest(name, LOG_SECTIONS)
    raise ConfigFault(
        _("日程里有不认识的日志板块：{name}").format(name=name),
        hint=_("可用的板块：{names}；最接近的是 {like}").format(names="、".join(LOG_SECTIONS), like=like or "-"),
    )


def _head(facts: DayFacts) -> tuple[tuple[str, str], ...]:
    log = facts.worklog
    head = [
        (_("单位"), facts.org_name or facts.staff.org_id),
        (_("姓名"), facts.staff.name),
        (_("工号"), facts.who),
        (_("岗位"), facts.staff.role),
        (_("日期"), facts.day.isoformat()),
        (_("星期"), weekday_name(facts.day)),
    ]
    if log and log.weather:
        head.append((_("天气"), log.weather))
    for key, column in facts.log_columns.items():
        value = log.get(key) if log else None
        head.append((column.label, str(value) if value else BLANK))
    head.append((_("晨会要点"), (log.morning_notes if log else "") or BLANK))
    return tuple(head)


def _headline(facts: DayFacts) -> str:
    contacts = facts.todays_contacts()
    deals = sum(1 for one in contacts if one.outcome == DEAL)
    due = facts.open_tasks(due_by=facts.day)
    done = sum(1 for one in due if one.done_on == facts.day)
    return _("接触客户 {clients} 户 {times} 次，成交 {deals} 笔；到期事项 {due} 项，完成 {done} 项。").format(
        clients=len({one.client_id for one in contacts}), times=len(contacts), deals=deals, due=len(due), done=done
    )
