"""Actions: which are open, how late they are, closing one, and what a series carries into its next meeting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cmkit.base.lang import _
from cmkit.facts.records import Meeting, Task
from cmkit.facts.section import Status

DONE, CANCELLED = "完成", "取消"
State = Literal["done", "cancelled", "overdue", "today", "soon", "open"]
SOON_DAYS = 3


@dataclass(frozen=True, slots=True)
class Action:
    """A task as it stands on a day. ``days`` to its due date are negative once it is late; None without a date."""

    task: Task
    state: State
    days: int | None

    @property
    def status(self) -> Status:
        """The traffic light with its word."""
        if self.state == "overdue":
            return Status("bad", _("逾期 {days} 天").format(days=-(self.days or 0)))
        words: dict[State, Status] = {
            "done": Status("good", _("已完成")),
            "cancelled": Status("none", _("已取消")),
            "today": Status("warn", _("今天到期")),
            "soon": Status("warn", _("{days} 天后到期").format(days=self.days)),
        }
        word = self.task.status if self.task.status == "进行中" else ""
        return words.get(self.state) or Status("none", word or _("待办"))

    def as_dict(self) -> dict[str, object]:
        """The JSON shape."""
        return {
            "task": self.task.task_id,
            "what": self.task.what,
            "owner": self.task.owner_id,
            "due": self.task.due.isoformat() if self.task.due else None,
            "state": self.state,
            "days": self.days,
            "meeting": self.task.origin_ref,
        }


def action_of(task: Task, on: date, *, soon: int = SOON_DAYS) -> Action:
    """The task as it stood at the end of ``on``; closed later counts as open then."""
    days = (task.due - on).days if task.due else None
    if task.done_on and task.done_on > on:
        return Action(task, _open_state(days, soon), days)
    if task.status == CANCELLED:
        return Action(task, "cancelled", days)
    if task.status == DONE or task.done_on:
        return Action(task, "done", days)
    return Action(task, _open_state(days, soon), days)


def _open_state(days: int | None, soon: int) -> State:
    if days is None or days > soon:
        return "open"
    if days < 0:
        return "overdue"
    return "today" if days == 0 else "soon"


def open_actions(tasks: Iterable[Task], on: date, *, soon: int = SOON_DAYS) -> list[Action]:
    """The tasks that are not done, the most overdue first, those without a date last."""
    found = [action_of(task, on, soon=soon) for task in tasks]
    left = [one for one in found if one.state not in {"done", "cancelled"}]
    return sorted(left, key=lambda one: (one.task.due or date.max, one.task.priority or "Z", one.task.task_id))


def close_action(task: Task, *, on: date, remark: str = "") -> Task:
    """The task done on ``on``; an earlier remark stays in front of the new one."""
    return task.changed(status=DONE, done_on=on, remark="；".join(part for part in (task.remark, remark) if part))


def carried_actions(tasks: Iterable[Task], meetings: Sequence[Meeting], meeting: Meeting, *, on: date) -> list[Action]:
    """What former meetings of the series left behind: still open on ``on``, or settled since the meeting before."""
    former = [
        one for one in meetings if same_series(one, meeting) and one.date and meeting.date and one.date < meeting.date
    ]
    if not former:
        return []
    numbers = {one.meeting_id for one in former}
    since = max(one.date for one in former if one.date)
    found = [action_of(task, on) for task in tasks if task.origin_ref in numbers]
    settled = [one for one in found if one.state == "done" and one.task.done_on and one.task.done_on >= since]
    left = [one for one in found if one.state not in {"done", "cancelled"}]
    return sorted([*left, *settled], key=lambda one: (one.state == "done", one.task.due or date.max, one.task.task_id))


def same_series(one: Meeting, other: Meeting) -> bool:
    """Whether two meetings belong to one series of one unit; without a series the title stands for it."""
    return (one.series or one.title, one.org_id) == (other.series or other.title, other.org_id)
