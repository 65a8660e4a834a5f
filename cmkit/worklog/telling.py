"""The blocks of what people hear and write themselves: complaints, referrals, market, learning, review."""

from __future__ import annotations

from cmkit.base.lang import _
from cmkit.facts.records import Complaint, Feedback, Referral
from cmkit.facts.section import Cell, Column, Section, Status
from cmkit.worklog.dayfacts import DayFacts


def complaints_section(facts: DayFacts) -> Section:
    """D 意见与投诉: what came in today about the person's clients, and what the person still has to settle."""
    rows = [_complaint_row(facts, one) for one in facts.complaints if _complaint_counts(facts, one)]
    rows += [_feedback_row(facts, one) for one in facts.feedback if _feedback_counts(facts, one)]
    return Section(
        id="complaints",
        title=_("意见与投诉"),
        columns=(
            Column(_("客户")),
            Column(_("类别"), width=12),
            Column(_("内容"), "note"),
            Column(_("处理人"), width=12),
            Column(_("期限"), "date"),
            Column(_("状态"), "status", width=14),
        ),
        rows=tuple(rows),
        empty=_("今日没有意见和投诉"),
    )


def _own_client(facts: DayFacts, client_id: str) -> bool:
    client = facts.clients.get(client_id)
    return bool(client and client.owner_id == facts.who)


def _complaint_counts(facts: DayFacts, one: Complaint) -> bool:
    if not one.received_on or one.received_on > facts.day:
        return False
    mine = one.handler_id == facts.who
    if one.received_on == facts.day:
        return mine or _own_client(facts, one.client_id)
    return mine and (one.closed_on is None or one.closed_on >= facts.day)


def _feedback_counts(facts: DayFacts, one: Feedback) -> bool:
    if not one.date or one.date > facts.day:
        return False
    mine = one.handler_id == facts.who
    if one.date == facts.day:
        return mine or _own_client(facts, one.client_id)
    return mine and (one.replied_on is None or one.replied_on >= facts.day)


def _complaint_row(facts: DayFacts, one: Complaint) -> tuple[Cell, ...]:
    closed = one.closed_on is not None and one.closed_on <= facts.day
    overdue = one.due is not None and one.due < facts.day
    who = facts.client_name(one.client_id) or one.complainant
    kind = _("投诉·{category}").format(category=one.category) if one.category else _("投诉")
    return who, kind, one.request or one.details, facts.staff_name(one.handler_id), one.due, _state(closed, overdue)


def _feedback_row(facts: DayFacts, one: Feedback) -> tuple[Cell, ...]:
    closed = one.replied_on is not None and one.replied_on <= facts.day
    overdue = one.due is not None and one.due < facts.day
    name = facts.client_name(one.client_id)
    return name, one.kind, one.content, facts.staff_name(one.handler_id), one.due, _state(closed, overdue)


def _state(closed: bool, overdue: bool) -> Status:
    if closed:
        return Status("good", _("已办结"))
    return Status("bad", _("已超期")) if overdue else Status("warn", _("处理中"))


def referrals_section(facts: DayFacts) -> Section:
    """E 推介: clients handed to a colleague today, and clients taken over today (manual row 2-18)."""
    sent = [one for one in facts.referrals if one.from_staff == facts.who and one.date == facts.day]
    taken = [one for one in facts.referrals if one.to_staff == facts.who and facts.day in {one.date, one.accepted_on}]
    rows = [_referral_row(facts, one, _("推出"), one.to_staff) for one in sent]
    rows += [_referral_row(facts, one, _("收到"), one.from_staff) for one in taken]
    return Section(
        id="referrals",
        title=_("优质客户推介"),
        columns=(
            Column(_("方向"), width=8),
            Column(_("客户")),
            Column(_("推介给/推介人"), width=14),
            Column(_("识别依据"), "note"),
            Column(_("状态"), "status", width=14),
        ),
        rows=tuple(rows),
        empty=_("今日没有推介"),
    )


def _referral_row(facts: DayFacts, one: Referral, way: str, other: str) -> tuple[Cell, ...]:
    accepted = one.accepted_on is not None and one.accepted_on <= facts.day
    if one.result:
        state = Status("good" if accepted else "none", one.result)
    else:
        state = Status("good", _("已接收")) if accepted else Status("warn", _("待接收"))
    name = one.client_name or facts.client_name(one.client_id)
    return way, name, facts.staff_name(other), one.basis, state


def market_section(facts: DayFacts) -> Section:
    """F 市场与竞争: what was learnt today about competitors."""
    rows = tuple(
        (one.competitor, one.product, one.content, one.source, one.countermeasure)
        for one in facts.intel
        if one.staff_id == facts.who and one.date == facts.day
    )
    return Section(
        id="market",
        title=_("市场与竞争"),
        columns=(
            Column(_("竞争对手")),
            Column(_("产品")),
            Column(_("动态"), "note"),
            Column(_("来源"), width=14),
            Column(_("建议"), "note"),
        ),
        rows=rows,
        empty=_("今日没有市场与竞争信息"),
    )


def info_section(facts: DayFacts) -> Section | None:
    """信息报告 made today (manual row 2-19); None on a day without any."""
    rows = tuple(
        (one.kind, one.subject, one.content, one.level, one.sent_to, one.due)
        for one in facts.info_reports
        if one.staff_id == facts.who and one.date == facts.day
    )
    if not rows:
        return None
    columns = (
        Column(_("类别"), width=10),
        Column(_("主题")),
        Column(_("内容"), "note"),
        Column(_("等级"), width=8),
        Column(_("报送"), width=12),
        Column(_("期限"), "date"),
    )
    return Section(id="info", title=_("信息报告"), columns=columns, rows=rows)


def learning_section(facts: DayFacts) -> Section:
    """G 学习与总结: the person's own words; a line to write on where there are none yet."""
    log = facts.worklog
    rows: list[tuple[Cell, ...]] = [
        (
            _("培训"),
            one.subject
            if not one.advice
            else _("{subject}（{advice}）").format(subject=one.subject, advice=one.advice),
        )
        for one in facts.trainings
        if one.staff_id == facts.who and one.date == facts.day
    ]
    rows += [
        (_("学习内容"), log.learned if log else ""),
        (_("今日总结"), log.summary if log else ""),
        (_("存在问题"), log.problems if log else ""),
        (_("需要支持"), log.support if log else ""),
    ]
    return _lines("learning", _("学习与总结"), rows)


def review_section(facts: DayFacts) -> Section:
    """J 审阅: the supervisor's words, name and date; empty lines to sign where nobody has reviewed yet."""
    log = facts.worklog
    return _lines(
        "review",
        _("审阅"),
        [
            (_("主管评语"), log.review if log else ""),
            (_("审阅人"), facts.staff_name(log.reviewer) if log else ""),
            (_("审阅日期"), log.reviewed_on if log else None),
        ],
    )


def _lines(key: str, title: str, rows: list[tuple[Cell, ...]]) -> Section:
    return Section(
        id=key, title=title, columns=(Column(_("项目"), width=14), Column(_("内容"), "note")), rows=tuple(rows)
    )
