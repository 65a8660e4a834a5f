"""The minutes, and the agenda before the meeting, as documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from cmkit.base.lang import _, language
from cmkit.facts.records import AgendaItem, Meeting, Task
from cmkit.facts.section import Cell, Column, Document, Section
from cmkit.minutes.actions import Action, action_of
from cmkit.minutes.meeting_file import DECISION, TOPIC

TEMPLATE = "minutes"


@dataclass(frozen=True, kw_only=True)
class MinutesFacts:
    """One meeting with what belongs to it. ``carried`` comes from :func:`cmkit.minutes.actions.carried_actions`.

    ``names`` maps staff numbers to names; ``on`` is the day on which the state of the actions is seen.
    """

    meeting: Meeting
    on: date
    items: Sequence[AgendaItem] = ()
    tasks: Sequence[Task] = ()
    carried: Sequence[Action] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    org_name: str = ""
    mark: str = ""

    def name(self, who: str) -> str:
        """A person's name, or what was written."""
        return self.names.get(who, who)

    def of_kind(self, kind: str) -> list[AgendaItem]:
        """The meeting's topics or decisions in order."""
        found = [one for one in self.items if one.kind == kind and one.meeting_id == self.meeting.meeting_id]
        return sorted(found, key=lambda one: one.no or 0)

    def own_actions(self) -> list[Action]:
        """The meeting's own actions as they stand, in the order of the file."""
        own = [one for one in self.tasks if one.origin_ref == self.meeting.meeting_id]
        return [action_of(one, self.on) for one in sorted(own, key=_task_order)]


def _task_order(task: Task) -> tuple[str, int, str]:
    head, _dash, tail = task.task_id.rpartition("-")
    return head, int(tail) if tail.isdigit() else 0, tail


def minutes_document(facts: MinutesFacts) -> Document:
    """The minutes, laid out by the template ``minutes`` after GB/T 9704-2012, 10.3.

    Time, place, people and number stand in ``extra``, where the layout places them; ``meta`` holds only the rest.
    """
    meeting = facts.meeting
    parts = (
        _words("purpose", _("会议目的"), meeting.purpose),
        *_topics(facts),
        _decisions(facts),
        _actions(facts),
        _carried(facts),
        _words("summary", _("会议总结"), meeting.summary),
        _words("next", _("下次会议"), meeting.next_meeting),
    )
    org = facts.org_name or meeting.org_id
    return Document(
        name="minutes",
        title=minutes_title(meeting),
        meta=((_("单位"), org),) if org else (),
        headline=_headline(facts),
        sections=tuple(part for part in parts if part),
        signatures=(_("主持人"), _("记录人"), _("审核签发")),
        mark=facts.mark or minutes_mark(org),
        made_on=meeting.date,
        template=TEMPLATE,
        lang=language(),
        extra=_extra(facts),
    )


def minutes_mark(org: str) -> str:
    """The red mark ×××××纪要 of GB/T 9704-2012, 10.3."""
    return _("{org}会议纪要").format(org=org) if org else _("会议纪要")


def minutes_title(meeting: Meeting) -> str:
    """The title with 纪要 at its end, once."""
    word = _("纪要")
    return meeting.title if meeting.title.endswith(word) else _("{title}纪要").format(title=meeting.title)


def meeting_time(meeting: Meeting) -> str:
    """2026年10月30日 14:00-16:00, as far as it is known."""
    day = meeting.date
    said = _("{year}年{month}月{day}日").format(year=day.year, month=day.month, day=day.day) if day else ""
    clock = "-".join(part for part in (meeting.start, meeting.end) if part)
    return " ".join(part for part in (said, clock) if part)


def _people(facts: MinutesFacts, names: Sequence[str]) -> str:
    return "、".join(facts.name(name) for name in names)


def _extra(facts: MinutesFacts) -> tuple[tuple[str, str], ...]:
    meeting = facts.meeting
    return (
        ("time", meeting_time(meeting)),
        ("place", meeting.place),
        ("host", facts.name(meeting.host)),
        ("recorder", facts.name(meeting.recorder)),
        ("present", _people(facts, meeting.present)),
        ("absent", _people(facts, meeting.absent)),
        ("attending", _people(facts, meeting.attending)),
        ("issue_no", meeting.issue_no),
        ("approved_by", facts.name(meeting.approved_by)),
        ("issued_on", meeting.issued_on.isoformat() if meeting.issued_on else ""),
    )


def _meta(facts: MinutesFacts) -> tuple[tuple[str, str], ...]:
    extra = dict(_extra(facts))
    labels = {
        "time": _("时间"),
        "place": _("地点"),
        "host": _("主持人"),
        "recorder": _("记录人"),
        "present": _("出席"),
        "absent": _("请假"),
        "attending": _("列席"),
    }
    org = facts.org_name or facts.meeting.org_id
    head = ((_("单位"), org),) if org else ()
    return head + tuple((label, extra[key]) for key, label in labels.items() if extra[key])


def _headline(facts: MinutesFacts) -> str:
    said = _("形成决议 {decisions} 项，布置行动 {actions} 项。").format(
        decisions=len(facts.of_kind(DECISION)), actions=len(facts.own_actions())
    )
    if not facts.carried:
        return said
    late = sum(1 for one in facts.carried if one.state == "overdue")
    done = sum(1 for one in facts.carried if one.state == "done")
    before = _("上次遗留 {count} 项，已完成 {done} 项，逾期 {late} 项。").format(
        count=len(facts.carried), done=done, late=late
    )
    return _("{one}{other}").format(one=said, other=before)


def _words(key: str, title: str, text: str) -> Section | None:
    return Section(id=key, title=title, text=tuple(text.splitlines())) if text else None


def _topics(facts: MinutesFacts) -> list[Section]:
    """一、会议议题, and each topic one level below it: （一）… (GB/T 9704-2012, 7.3.3)."""
    items = facts.of_kind(TOPIC)
    told = (_("会议共有 {count} 项议题。").format(count=len(items)),) if items else ()
    found = [Section(id="topics", title=_("会议议题"), text=told, empty=_("没有记录议题"))]
    for number, one in enumerate(items, 1):
        speaker = _("（{name}汇报）").format(name=facts.name(one.speaker)) if one.speaker else ""
        text = [_("讨论：{text}").format(text=one.discussion)] if one.discussion else []
        text += [_("结果：{text}").format(text=one.result)] if one.result else []
        title = f"{one.topic}{speaker}"
        found.append(Section(f"topic{number}", title, tuple(text), level=2, empty=_("没有记录讨论和结果")))
    return found


def _decisions(facts: MinutesFacts) -> Section:
    mark = "（{number}）{text}" if language() == "zh" else "({number}) {text}"
    text = tuple(
        mark.format(number=counted(number), text=one.topic) for number, one in enumerate(facts.of_kind(DECISION), 1)
    )
    return Section(id="decisions", title=_("会议决议"), text=text, empty=_("没有形成决议"))


def _actions(facts: MinutesFacts) -> Section:
    rows = tuple((number, *_action_cells(facts, one)) for number, one in enumerate(facts.own_actions(), 1))
    return Section(id="actions", title=_("后续行动"), columns=_action_columns(), rows=rows, empty=_("没有布置后续行动"))


def _carried(facts: MinutesFacts) -> Section | None:
    if not facts.carried:
        return None
    columns = (*_action_columns(), Column(_("完成日期"), "date"), Column(_("备注"), "note"))
    rows = tuple(
        (number, *_action_cells(facts, one), one.task.done_on if one.state == "done" else None, one.task.remark)
        for number, one in enumerate(facts.carried, 1)
    )
    return Section(id="carried", title=_("上次会议遗留事项及进展"), columns=columns, rows=rows)


def _action_columns() -> tuple[Column, ...]:
    return (
        Column(_("序号"), "count", width=6),
        Column(_("事项"), "note"),
        Column(_("责任人"), width=12),
        Column(_("完成时限"), "date", width=12),
        Column(_("状态"), "status", width=14),
    )


def _action_cells(facts: MinutesFacts, one: Action) -> tuple[Cell, ...]:
    return one.task.what, facts.name(one.task.owner_id) or one.task.department, one.task.due, one.status


def counted(number: int) -> str:
    """一 … 九十九 in Chinese, as levels are numbered; figures otherwise and beyond."""
    tens, ones = divmod(number, 10)
    if language() != "zh" or not 0 < number < 100:  # noqa: PLR2004 - two digits
        return str(number)
    digits = "零一二三四五六七八九"
    head = "" if not tens else ("" if tens == 1 else digits[tens]) + "十"
    return head + (digits[ones] if ones else "")


def plain_document(facts: MinutesFacts) -> Document:
    """The minutes in the plain style of every report: no mark, no red line, time and people in the head."""
    made = minutes_document(facts)
    return replace(made, template="", meta=_meta(facts), subtitle=facts.meeting.issue_no, mark="", extra=())


def sign_in_document(facts: MinutesFacts) -> Document:
    """The sheet that is laid on the table and signed, on a page of its own."""
    meeting = facts.meeting
    head = {_("时间"), _("地点"), _("主持人"), _("单位")}
    return Document(
        name="sign_in",
        title=_("{title}签到表").format(title=meeting.title),
        subtitle=meeting.issue_no,
        meta=tuple(pair for pair in _meta(facts) if pair[0] in head),
        sections=(replace(sign_in_section(facts), title=_("参会人员"), numbered=False),),
        notes=(_("请本人签字；迟到、早退、代签请在备注中写明。"),),
        made_on=meeting.date,
        lang=language(),
    )


def agenda_document(facts: MinutesFacts) -> Document:
    """The paper before the meeting: what will be talked about, and what is still open."""
    meeting = facts.meeting
    rows = tuple((number, one.topic, facts.name(one.speaker)) for number, one in enumerate(facts.of_kind(TOPIC), 1))
    columns = (Column(_("序号"), "count", width=6), Column(_("议题"), "note"), Column(_("汇报人"), width=12))
    topics = Section(id="topics", title=_("会议议程"), columns=columns, rows=rows, empty=_("议程待定"))
    parts = (_words("purpose", _("会议目的"), meeting.purpose), topics, _carried(facts))
    return Document(
        name="agenda",
        title=_("{title}议程").format(title=meeting.title),
        subtitle=meeting.issue_no,
        meta=_meta(facts),
        sections=tuple(part for part in parts if part),
        mark=facts.mark,
        made_on=meeting.date,
        lang=language(),
    )


def sign_in_section(facts: MinutesFacts) -> Section:
    """The sign-in sheet (签到表): everybody who is expected, with room to sign; who is on leave is marked."""
    meeting = facts.meeting
    groups = ((_("出席"), meeting.present), (_("列席"), meeting.attending), (_("请假"), meeting.absent))
    people = [(facts.name(name), word) for word, names in groups for name in names]
    return Section(
        id="sign_in",
        title=_("签到表"),
        columns=(
            Column(_("序号"), "count", width=6),
            Column(_("姓名"), width=16),
            Column(_("类别"), width=8),
            Column(_("签到"), width=20),
            Column(_("备注"), "note"),
        ),
        rows=tuple((number, name, word, "", "") for number, (name, word) in enumerate(people, 1)),
        empty=_("参会人员待定"),
    )
