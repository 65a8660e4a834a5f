"""The words of a meeting file: English keys, their Chinese aliases, and what each one holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from cmkit.base.lang import _, pick
from cmkit.base.problem import Place, Problem
from cmkit.base.text import bare_label, fold_label
from cmkit.base.words import nearest

Holds = Literal["text", "names", "date", "clock", "span", "absent", "topics", "decisions", "actions"]

MEETING_KEYS: Mapping[str, tuple[Holds, tuple[str, ...]]] = {
    "title": ("text", ("会议名称", "会议主题", "标题")),
    "series": ("text", ("例会", "例会名称", "会议系列", "会议类别")),
    "meeting_id": ("text", ("会议编号", "纪要编号")),
    "issue_no": ("text", ("期号", "期次")),
    "date": ("date", ("日期", "会议日期", "召开日期")),
    "time": ("span", ("时间", "会议时间", "起止时间")),
    "start": ("clock", ("开始", "开始时间")),
    "end": ("clock", ("结束", "结束时间")),
    "place": ("text", ("地点", "会议地点")),
    "org_id": ("text", ("机构", "机构编号", "单位", "org")),
    "host": ("text", ("主持", "主持人")),
    "recorder": ("text", ("记录", "记录人")),
    "present": ("names", ("出席", "出席人员", "参会人员")),
    "absent": ("absent", ("请假", "缺席", "请假人员", "请假/缺席")),
    "attending": ("names", ("列席", "列席人员")),
    "purpose": ("text", ("目的", "会议目的")),
    "topics": ("topics", ("议程", "议题", "会议议程")),
    "decisions": ("decisions", ("决议", "议定事项", "会议决议")),
    "actions": ("actions", ("行动", "后续行动", "任务", "行动项")),
    "summary": ("text", ("总结", "会议总结")),
    "next": ("text", ("下次会议", "next_meeting")),
    "approved_by": ("text", ("审核", "签发", "签发人", "审核/签发")),
    "issued_on": ("date", ("印发日期", "签发日期")),
}
TOPIC_KEYS: Mapping[str, tuple[str, ...]] = {
    "topic": ("议题", "主题", "事项", "议程"),
    "speaker": ("发言人", "汇报人", "主讲人"),
    "discussion": ("讨论", "讨论内容", "讨论情况"),
    "result": ("结果", "结论", "议定结果"),
}
ACTION_KEYS: Mapping[str, tuple[str, ...]] = {
    "what": ("事项", "内容", "行动", "任务"),
    "owner": ("责任人", "负责人"),
    "due": ("完成时限", "时限", "期限", "截止日期", "完成期限"),
    "client": ("客户", "客户编号"),
    "priority": ("优先级",),
    "department": ("部门", "责任部门", "配合部门"),
    "status": ("状态",),
    "remark": ("备注", "说明"),
}
ABSENT_KEYS: Mapping[str, tuple[str, ...]] = {"name": ("姓名",), "reason": ("原因", "事由")}


def meeting_aliases() -> dict[str, tuple[str, ...]]:
    """Key to aliases for the head of a meeting file."""
    return {key: aliases for key, (_holds, aliases) in MEETING_KEYS.items()}


def resolve(word: str, keys: Mapping[str, tuple[str, ...]]) -> str | None:
    """The key that ``word`` means: the English key, or a Chinese alias, whatever its width, blanks or brackets."""
    for folded in (fold_label(word), bare_label(word)):
        for key, aliases in keys.items():
            if folded and folded in {fold_label(key), *(fold_label(alias) for alias in aliases)}:
                return key
    return None


def label(key: str, keys: Mapping[str, tuple[str, ...]]) -> str:
    """What people read for a key: its first Chinese alias, in English the key itself."""
    return pick(keys[key][0], key)


def unknown_key(word: str, keys: Mapping[str, tuple[str, ...]], place: Place) -> Problem:
    """The problem of a key nobody knows, with the nearest one and all legal ones."""
    words = [part for key, aliases in keys.items() for part in (key, *aliases)]
    like = nearest(word, words)
    legal = "、".join(_both(keys))
    if like:
        hint = _("最接近的是 {like}；可用的有：{legal}").format(like=like, legal=legal)
    else:
        hint = _("可用的有：{legal}").format(legal=legal)
    return Problem(place, "unknown_key", _("会议文件里不认识的项目：{word}").format(word=word), hint)


def _both(keys: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    return (f"{key}({aliases[0]})" for key, aliases in keys.items())
