from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Staff, WorkLog
from cmkit.facts.specs import BlockSpec, RoutineSpec, StepSpec
from cmkit.worklog.gaps import LogFacts, log_gaps

OLD = Staff(staff_id="E1", name="陈涛", role="理财经理", supervisor_id="E9", join_date=date(2020, 1, 1))
NEW = Staff(staff_id="E2", name="新人", role="理财经理", supervisor_id="E9", join_date=date(2026, 6, 1))
BOSS = Staff(staff_id="E9", name="主管", role="主管")
ROUTINES = {
    "wealth": RoutineSpec(
        role="理财经理", blocks=(BlockSpec(key="b", zh="营业前", steps=(StepSpec(key="tidy", zh="整理"),)),)
    ),
    "boss": RoutineSpec(role="主管", writes_log=False),
}


def log(who: str, day: date, **more: object) -> WorkLog:
    fields: dict[str, object] = {"written_on": day, "summary": "有", **more}
    return WorkLog(date=day, staff_id=who, **fields)  # type: ignore[arg-type]


def facts(
    staff: tuple[Staff, ...], *logs: WorkLog, start: int = 26, end: int = 30, on: date = date(2026, 11, 3)
) -> LogFacts:
    return LogFacts(
        staff=staff, worklogs=logs, routines=ROUTINES, start=date(2026, 10, start), end=date(2026, 10, end), on=on
    )


def told(given_facts: LogFacts) -> list[tuple[str, str, str]]:
    return [(gap.kind, gap.staff_id, gap.day.isoformat()[5:]) for gap in log_gaps(given_facts)]


def test_missing_days_are_working_days_and_supervisors_write_none() -> None:
    """Mon 26 to Fri 30 October; logs on Monday, Tuesday and Friday, Friday's reviewed."""
    made = facts(
        (OLD, BOSS),
        log("E1", date(2026, 10, 26)),
        log("E1", date(2026, 10, 27)),
        log("E1", date(2026, 10, 30), reviewed_on=date(2026, 11, 2)),
    )
    assert told(made) == [("missing", "E1", "10-28"), ("missing", "E1", "10-29")]


def test_october_holidays_ask_for_nothing_and_the_makeup_saturday_does() -> None:
    """1 to 10 October 2026: the calendar works 8, 9 and Saturday 10."""
    made = facts((OLD,), start=1, end=10)
    assert told(made) == [("missing", "E1", "10-08"), ("missing", "E1", "10-09"), ("missing", "E1", "10-10")]


def test_a_firms_own_calendar_goes_over_it() -> None:
    made = replace(facts((OLD,), start=8, end=9), calendar=WorkCalendar({date(2026, 10, 8): False}))
    assert told(made) == [("missing", "E1", "10-09")]


def test_today_is_not_over_yet() -> None:
    made = facts((OLD,), start=29, end=30, on=date(2026, 10, 30))
    assert told(made) == [("missing", "E1", "10-29")]


def test_nobody_writes_before_joining_or_after_leaving() -> None:
    short = OLD.changed(join_date=date(2026, 10, 27), leave_date=date(2026, 10, 28))
    assert [day for _kind, _who, day in told(facts((short,)))] == ["10-27", "10-28"]


def test_late_and_empty_logs() -> None:
    late = log("E1", date(2026, 10, 30), written_on=date(2026, 11, 2), summary="", reviewed_on=date(2026, 11, 2))
    made = facts((OLD,), late, start=30)
    assert told(made) == [("empty", "E1", "10-30"), ("late", "E1", "10-30")]
    assert log_gaps(made)[1].message == "陈涛 2026-10-30 的工作日志迟写 3 天"
    assert log_gaps(made)[1].what == "迟写 3 天"


def test_missing_steps_only_when_asked_for() -> None:
    made = facts((OLD,), log("E1", date(2026, 10, 30), reviewed_on=date(2026, 11, 2)), start=30)
    assert told(made) == []
    assert [(gap.kind, gap.detail) for gap in log_gaps(replace(made, check_steps=True))] == [("steps", "整理")]


def test_a_newcomer_is_reviewed_every_day_others_by_the_weeks_last_log() -> None:
    """Both wrote Monday to Friday; only Friday's logs are reviewed."""
    days = [date(2026, 10, 26) + timedelta(days=n) for n in range(5)]
    logs = [
        log(who, day, **({"reviewed_on": date(2026, 11, 2)} if day == days[-1] else {}))
        for who in ("E1", "E2")
        for day in days
    ]
    assert told(facts((OLD, NEW), *logs)) == [("unreviewed_day", "E2", f"10-{n}") for n in (26, 27, 28, 29)]


def test_a_week_is_unreviewed_when_its_last_log_is() -> None:
    """Monday's log is reviewed, Tuesday's, the last written, is not."""
    logs = (log("E1", date(2026, 10, 26), reviewed_on=date(2026, 10, 27)), log("E1", date(2026, 10, 27)))
    made = facts((OLD,), *logs)
    assert [gap for gap in told(made) if gap[0] != "missing"] == [("unreviewed_week", "E1", "10-27")]
    week = next(gap for gap in log_gaps(made) if gap.kind == "unreviewed_week")
    assert week.message == "陈涛 2026年第44周 的工作日志还没有审阅（每周审阅）"


def test_a_week_that_is_not_over_is_not_asked_for() -> None:
    made = facts((OLD,), log("E1", date(2026, 10, 26)), end=26, on=date(2026, 10, 28))
    assert told(made) == []


def test_the_day_of_one_year_ends_the_daily_review() -> None:
    """Joined 2025-10-29: on the 28th 364 days have gone by, on the 29th 365."""
    grown = NEW.changed(join_date=date(2025, 10, 29))
    logs = (log("E2", date(2026, 10, 28)), log("E2", date(2026, 10, 29)))
    kinds = [gap for gap in told(facts((grown,), *logs, start=28, end=29)) if gap[0] == "unreviewed_day"]
    assert kinds == [("unreviewed_day", "E2", "10-28")]


@given(st.sets(st.dates(date(2026, 8, 1), date(2026, 10, 31))))
def test_every_due_day_is_either_written_or_missing(days: set[date]) -> None:
    made = LogFacts(
        staff=(OLD,),
        worklogs=[log("E1", day) for day in days],
        routines=ROUTINES,
        start=date(2026, 8, 1),
        end=date(2026, 10, 31),
        on=date(2026, 11, 9),
    )
    missing = {gap.day for gap in log_gaps(made) if gap.kind == "missing"}
    due = set(made.due_days(OLD))
    assert missing == due - days
