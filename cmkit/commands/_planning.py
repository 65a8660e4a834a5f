"""What ``cmkit visits plan`` does: plan over processes, write documents and calendars, store the plan."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmkit.base.faults import UsageFault
from cmkit.base.lang import Lang, _, language, speaking
from cmkit.commands._kit import DAY, Session, split_formats

if TYPE_CHECKING:
    from cmkit.facts.appointment import Entry
    from cmkit.facts.records import Visit
    from cmkit.reports.desk import Desk, Scope
    from cmkit.reports.planning import Wanted
    from cmkit.visits.plan import Plan
    from cmkit.visits.rounds import Month, Rounds

FORMATS = "xlsx,md,html"
CALENDAR = "ics"
_FEW = 20


@dataclass(frozen=True)
class Asked:
    """What the command line asks for besides the plan itself."""

    owner: str | None
    formats: str
    save: bool
    out: Path | None


def span_and_formats(to: Sequence[str], files: str | None) -> tuple[date, str]:
    """``--to`` says the last day and, said again, the formats: ``--to 2026-11-30 --to xlsx,ics``.

    Raises UsageFault where no day is among them, or two.
    """
    days = [word for word in to if word[:1].isdigit()]
    named = [word for word in to if not word[:1].isdigit()]
    if len(days) != 1:
        raise UsageFault(_("请用 --to 写一个结束日期，如 --to 2026-11-30"))
    return DAY.convert(days[0], None, None), ",".join([*named, *([files] if files else [])]) or FORMATS


def make(session: Session, asked: Asked, wanted: Wanted) -> None:
    """Plan, write, store, show."""
    from cmkit.reports.planning import make_plan, superseded
    from cmkit.reports.visiting import shown
    from cmkit.visits.sheet import plan_json

    split_formats(asked.formats, _formats())
    desk = session.desk()
    scope = desk.scope(asked.owner)
    plan = make_plan(desk, scope, wanted, run=_over_owners(session, wanted.engine))
    paths = _write(session, desk, scope, asked, wanted, plan)
    if asked.save:
        _store(session, plan, superseded(desk, scope, wanted, plan))
    if session.format == "json":
        session.outputs.extend(paths)
        session.show_json(plan_json(replace(plan, visits=tuple(shown(desk, plan.visits)))))
        return
    session.show_paths(paths)
    for client, why in plan.unplanned[:_FEW]:
        session.say(_("未能安排 {client}：{why}").format(client=client, why=why))
    if len(plan.unplanned) > _FEW:
        session.say(_("…… 另有 {count} 条").format(count=len(plan.unplanned) - _FEW))


def write_diaries(
    session: Session,
    desk: Desk,
    visits: Sequence[Visit],
    span: tuple[date, date],
    staff: Sequence[str],
    out: Path | None,
) -> list[Path]:
    """One calendar file for each of ``staff`` who has visits, now or as last sent; what was sent is remembered."""
    from cmkit.render.diary import diary
    from cmkit.render.output import file_name, write_bytes
    from cmkit.reports.visiting import shown
    from cmkit.visits.diary import entries, remembered, with_changes

    period = f"{span[0].isoformat()}_{span[1].isoformat()}"
    folder = out or session.workspace.out / period
    paths = []
    for person in staff:
        sent = _sent(session, person)
        own = shown(desk, [visit for visit in visits if visit.staff_id == person])
        told = with_changes(entries(own, desk.clients), sent, span, session.on)
        if not told:
            continue
        name = desk.staff[person].name if person in desk.staff else ""
        title = _("走访计划 {name}").format(name=name or person)
        data = diary(told, title, session.workspace.settings.zone, session.on)
        paths.append(write_bytes(folder / file_name("visits", f"{person}{name}", period, CALENDAR), data))
        _remember(session, person, remembered(told, sent))
    return paths


def _formats() -> tuple[str, ...]:
    from cmkit.render import FORMATS as KNOWN

    return (*KNOWN, CALENDAR)


def _write(session: Session, desk: Desk, scope: Scope, asked: Asked, wanted: Wanted, plan: Plan) -> list[Path]:
    from cmkit.commands._documents import write_documents
    from cmkit.reports.planning import plan_sheet

    people = [desk.owner(one) for one in sorted({visit.staff_id for visit in plan.visits} & set(desk.staff))]
    if not people and asked.owner:
        people = [scope]
    span = (wanted.start, wanted.end)
    wanted_formats = split_formats(asked.formats, _formats())
    papers = ",".join(one for one in wanted_formats if one != CALENDAR)
    paths: list[Path] = []
    if papers:
        documents = [(one.stem, plan_sheet(desk, one, plan, span)) for one in people]
        paths += write_documents(session, documents, f"{span[0].isoformat()}_{span[1].isoformat()}", papers, asked.out)
    if CALENDAR in wanted_formats:
        open_visits = [visit for visit in plan.visits if not visit.done]
        paths += write_diaries(session, desk, open_visits, span, sorted(scope.staff), asked.out)
    return paths


def _store(session: Session, plan: Plan, gone: Sequence[Visit]) -> None:
    from cmkit.store.put import put

    # A day that an earlier plan gave up may be taken again: the state is said, not left blank.
    fresh = [visit.changed(done=visit.done or None, more={**visit.more, "plan_state": "有效"}) for visit in plan.visits]
    put(session.store, [*fresh, *gone], who=session.who, label="cmkit visits plan", as_of=session.on.isoformat())


def _sent_path(session: Session, person: str) -> Path:
    from cmkit.base.text import safe_name

    return session.workspace.private / "calendars" / f"{safe_name(person)}.json"


def _sent(session: Session, person: str) -> dict[str, Entry]:
    """What the person's phone was told last; nothing where that cannot be read."""
    import json

    from cmkit.facts.appointment import Entry

    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        told = json.loads(_sent_path(session, person).read_text(encoding="utf-8"))
        return {
            uid: Entry(**{**one, "day": date.fromisoformat(one["day"]), "stamp": date.fromisoformat(one["stamp"])})
            for uid, one in told.items()
        }
    return {}


def _remember(session: Session, person: str, told: dict[str, Entry]) -> None:
    import json

    from cmkit.base.workspace import private_folder
    from cmkit.render.output import write_bytes

    path = _sent_path(session, person)
    private_folder(path.parent)
    text = json.dumps(
        {uid: asdict(one) for uid, one in sorted(told.items())}, ensure_ascii=False, default=str, indent=0
    )
    write_bytes(path, text.encode())


def _over_owners(session: Session, engine: str) -> Callable[..., Iterable[Rounds]]:
    """How the owners' months are worked through: in this process for one, over processes for many, with progress."""

    def run(work: Callable[[Month], Rounds], months: Sequence[Month]) -> Iterable[Rounds]:
        _tell_compiling(session, engine)
        workers = min(os.cpu_count() or 1, len(months))
        with _progress(session, len(months)) as step:
            if workers < 2:  # noqa: PLR2004 - one is no crowd
                for month in months:
                    yield _alone(month, step)
                return
            yield from _crowd(work, months, workers, step)

    return run


def _alone(month: Month, step: Callable[[float], None]) -> Rounds:
    from cmkit.visits.rounds import plan_month

    told = 0.0

    def progress(share: float, _cost: int) -> None:
        nonlocal told
        step(share - told)
        told = share

    found = plan_month(month, progress)
    step(1 - told)
    return found


def _crowd(
    work: Callable[[Month], Rounds], months: Sequence[Month], workers: int, step: Callable[[float], None]
) -> Iterator[Rounds]:
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(workers, initializer=_start, initargs=(language(),)) as pool:
        waiting = [pool.submit(work, month) for month in months]
        for future in waiting:
            future.add_done_callback(lambda _future: step(1))
        for future in waiting:
            yield future.result()


def _start(lang: Lang) -> None:
    _SPOKEN.enter_context(speaking(lang))


_SPOKEN = contextlib.ExitStack()
"""Keeps the language of a process until it ends."""


def _tell_compiling(session: Session, engine: str) -> None:
    from cmkit.visits.search.solve import FAST, has_fast, must_compile

    if engine != FAST:
        return
    if not has_fast():
        raise UsageFault(_("没有安装 fast：pip install 'cmkit[fast]'"), hint=_("不写 --engine 也得到同样的计划"))
    if must_compile():
        session.say(_("第一次使用 fast，正在编译，约半分钟……"))


@contextlib.contextmanager
def _progress(session: Session, count: int) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal; nothing under cron."""
    if session.quiet or not sys.stderr.isatty():
        yield lambda _share: None
        return
    thousand = 1000
    with click.progressbar(length=count * thousand, label=_("排计划"), file=sys.stderr) as bar:
        yield lambda share: bar.update(round(share * thousand))
