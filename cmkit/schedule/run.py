"""Run the jobs that are due, each once, under a lock that the kernel frees."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cmkit.base.faults import BusyFault, ConfigFault
from cmkit.base.lang import _
from cmkit.base.period import Period, period_of
from cmkit.base.workdays import WorkCalendar
from cmkit.base.workspace import JobSettings, Workspace, private_folder
from cmkit.schedule.when import check_when, is_due
from cmkit.store import Store
from cmkit.store.ledger import end_run, finished, first_run, start_run

Runner = Callable[[Sequence[str]], tuple[int, list[str]]]
"""Runs the words of a cmkit command; gives its exit code and the files it wrote."""


@dataclass(frozen=True)
class JobRun:
    """What became of one due job."""

    job: str
    period: str
    due_on: date
    exit_code: int
    outputs: tuple[str, ...] = ()
    skipped: bool = False


@contextlib.contextmanager
def locked(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace's run lock, or stop at once with "busy". Never broken by age, never unlinked."""
    from filelock import FileLock, Timeout

    lock = FileLock(str(private_folder(workspace.private) / "run.lock"), mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyFault(_("另一个 cmkit run 正在执行"), hint=_("请稍后再试")) from None
    try:
        yield
    finally:
        lock.release()


def job_period(job: JobSettings, day: date, scheme: str) -> Period:
    """The period a job works on when it is due on ``day``."""
    period = period_of(job.period, day, scheme)
    return period.previous() if job.offset == "previous" else period


def words_of(job: JobSettings, period: Period, day: date) -> list[str]:
    """The command's words with ``{period}`` and ``{date}`` filled in; any other brace is a mistake."""
    known = {
        "period": period.name,
        "date": day.isoformat(),
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
    }

    def fill(match: re.Match[str]) -> str:
        if match.group(1) not in known:
            raise ConfigFault(
                _("任务 {job} 里不认识 {word}").format(job=job.name, word=match.group(0)),
                hint=_("可用的有：{keys}").format(keys="、".join(f"{{{key}}}" for key in known)),
            )
        return known[match.group(1)]

    return ["--on", day.isoformat(), *[re.sub(r"\{(\w+)\}", fill, word) for word in job.run]]


def pick_jobs(workspace: Workspace, name: str) -> list[JobSettings]:
    """The enabled jobs, or the one of that name."""
    jobs = workspace.settings.jobs
    for job in jobs:
        check_when(job.when)
    if not name:
        return [job for job in jobs if job.enabled]
    found = [job for job in jobs if job.name == name]
    if not found:
        raise ConfigFault(
            _("没有任务 {name}").format(name=name),
            hint=_("可用的有：{keys}").format(keys="、".join(job.name for job in jobs) or "—"),
        )
    return found


def due_days(job: JobSettings, start: date, end: date, works: WorkCalendar, scheme: str) -> list[date]:
    """The days from ``start`` to ``end`` on which a job is due, oldest first."""
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in days if is_due(job.when, day, works, scheme)]


def run_jobs(  # noqa: PLR0913 - the whole of what a run depends on
    workspace: Workspace,
    store: Store,
    runner: Runner,
    *,
    start: date,
    end: date,
    scheme: str,
    name: str = "",
    latest: str = "23:59",
    again: bool = False,
    period: Period | None = None,
    announce: Callable[[JobSettings, Period, date], None] | None = None,
) -> list[JobRun]:
    """Run what was due from ``start`` to ``end`` and has not been done, oldest first; on ``end`` only up to ``latest``.

    ``again`` runs a job in spite of the ledger; ``period`` runs the job named for that period, due or not. One job's
    failure does not stop the rest. ``announce`` is told of each job before it runs.
    """
    works = workspace.calendar()
    done: list[JobRun] = []
    with locked(workspace):
        known = finished(store, start, end)
        for job in pick_jobs(workspace, name):
            days = [end] if period else due_days(job, start, end, works, scheme)
            for day in days:
                if not period and day == end and not name and job.at > latest:
                    continue
                span = period or job_period(job, day, scheme)
                if (job.name, day.isoformat(), span.name) in known and not again and not period:
                    done.append(JobRun(job.name, span.name, day, 0, skipped=True))
                    continue
                if announce:
                    announce(job, span, day)
                done.append(_run_one(store, runner, job, span, day))
    return sorted(done, key=lambda one: (one.due_on, one.job))


def _run_one(store: Store, runner: Runner, job: JobSettings, period: Period, day: date) -> JobRun:
    words = words_of(job, period, day)
    number = start_run(store, job.name, period.name, day)
    code, outputs = runner(words)
    end_run(store, number, code, outputs)
    return JobRun(job.name, period.name, day, code, tuple(outputs))


def reach_back(store: Store, on: date, days: int) -> date:
    """The first day that catching up on ``on`` looks at: ``days`` back, and never before the ledger's first run."""
    begun = first_run(store)
    return min(on, max(on - timedelta(days=days), date.fromisoformat(begun))) if begun else on


def missed_runs(workspace: Workspace, store: Store, start: date, end: date, scheme: str) -> list[tuple[str, date]]:
    """What was due between two days and has no finished run; nothing before the ledger's first run."""
    begun = first_run(store)
    if not begun:
        return []
    works, known = workspace.calendar(), finished(store, start, end)
    first = max(start, date.fromisoformat(begun))
    return [
        (job.name, day)
        for job in pick_jobs(workspace, "")
        for day in due_days(job, first, end, works, scheme)
        if (job.name, day.isoformat(), job_period(job, day, scheme).name) not in known
    ]
