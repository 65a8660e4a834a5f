"""What ``cmkit doctor`` looks at."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from cmkit.base.lang import _
from cmkit.commands._kit import Session
from cmkit.facts.records import RECORDS
from cmkit.kpi.vet import vet
from cmkit.render.templates import listing
from cmkit.schedule.when import check_when
from cmkit.store import count

Finding = tuple[str, bool, str]


def examine(session: Session) -> Iterator[Finding]:
    """Name, whether it is well, and what was seen."""
    workspace, pack = session.workspace, session.pack
    yield _("工作区"), True, str(workspace.root)
    wrong = vet(pack)
    yield _("行业包"), not wrong, f"{pack.info.name} {pack.info.label} {wrong[0] if wrong else ''}".strip()
    yield _database(session)
    yield _rights(workspace.store_path)
    yield _calendar(session)
    for job in workspace.settings.jobs:
        check_when(job.when)
    yield _("任务"), True, _("{count} 个").format(count=len(workspace.settings.jobs))
    templates = listing(workspace.root / "templates", pack.info.name)
    yield _("模板"), bool(templates), _("{count} 个").format(count=len(templates))


def _database(session: Session) -> Finding:
    with session.store.reading() as connection:
        verdict = str(connection.exec_driver_sql("PRAGMA integrity_check").scalar())
    records = sum(count(session.store, name) for name in RECORDS if name in session.pack.tables)
    return _("数据库"), verdict == "ok", _("{verdict}，{count} 条记录").format(verdict=verdict, count=records)


def _rights(path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    return _("数据库权限"), not mode & 0o077, oct(mode)


def _calendar(session: Session) -> Finding:
    calendar = session.workspace.calendar()
    guessed = [year for year in (session.on.year, session.on.year + 1) if calendar.is_estimated(date(year, 6, 1))]
    if not guessed:
        return _("放假安排"), True, _("今年和明年都有")
    years = "、".join(map(str, guessed))
    return _("放假安排"), session.on.year not in guessed, _("{years} 年未导入，为推算").format(years=years)
