"""What the shell completes after a tab: clients, staff, offices, periods, packs, record types.

A tab must answer at once, so the store is read with the standard library alone, a few rows and only to look. Names stay
masked as on any screen: a client is completed to its number with the masked name beside it, and to the name itself only
once two characters of it have been typed (a shop's or a firm's name is no personal data) and the pack prints names.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from cmkit.base.faults import Fault
from cmkit.commands._kit import Session

LIMIT = 30
"""So many candidates are offered at most."""
_SCANNED = 20_000
"""So many clients are looked through for initials."""
_TYPED = 2
_MONTHS = 12
_WEEKS = 4

Candidates = Iterator[tuple[str, str]]
"""Values, each with what is shown beside it."""


class Completed(click.ParamType[str]):
    """Any text; after a tab what ``candidates`` gives for the session and the letters typed."""

    name = "text"

    def __init__(self, candidates: Callable[[Session, str], Candidates]) -> None:
        self.candidates = candidates

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """The text as it is."""
        return value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """The candidates; none where something is amiss, for a tab is no place for errors."""
        session = ctx.find_object(Session) or Session()
        found: dict[str, str] = {}
        with contextlib.suppress(Fault, OSError, ValueError, sqlite3.Error):
            for value, told in self.candidates(session, incomplete):
                found.setdefault(value, told)
                if len(found) == LIMIT:
                    break
        return [CompletionItem(value, help=told or None) for value, told in found.items()]


def _rows(session: Session, sql: str, *given: object) -> list[tuple[str, ...]]:
    """Rows of the workspace's own SQLite store; none where the store is another one."""
    path = session.workspace.store_path
    if not path.is_file():
        return []
    with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=0.2)) as store:
        return [tuple(str(cell or "") for cell in row) for row in store.execute(sql, given)]


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_CLIENTS = "SELECT c_client_id, c_name, c_kind FROM clients "


def clients(session: Session, typed: str) -> Candidates:
    """Clients by number, by the beginning or a part of the name, or by its initials."""
    from cmkit.privacy.masks import BUSINESS_KINDS, mask_name

    like = _like(typed)
    found = _rows(
        session,
        _CLIENTS + "WHERE c_client_id LIKE ? ESCAPE '\\' OR c_name LIKE ? ESCAPE '\\' ORDER BY c_client_id LIMIT ?",
        f"{like}%",
        f"%{like}%" if typed else "%",
        LIMIT,
    )
    prints = bool(found) and _prints_names(session)
    for number, name, kind in found:
        business = kind in BUSINESS_KINDS
        known = business or len(typed) >= _TYPED
        if typed and name.startswith(typed) and known and prints:
            yield name, number
        else:
            yield number, name if business else mask_name(name)
    if typed.isascii() and typed.isalpha() and len(typed) >= _TYPED:
        yield from _by_initials(session, typed.lower())


def _by_initials(session: Session, letters: str) -> Candidates:
    from cmkit.clients.initials import name_initials
    from cmkit.privacy.masks import BUSINESS_KINDS, mask_name

    for number, name, kind in _rows(session, _CLIENTS + "ORDER BY c_client_id LIMIT ?", _SCANNED):
        if any(word.startswith(letters) for word in name_initials(name)):
            yield number, name if kind in BUSINESS_KINDS else mask_name(name)


def _prints_names(session: Session) -> bool:
    """Whether the pack, or one that it extends, prints clients' names in reports; read without loading the pack."""
    from cmkit.packs.find import SECTORS
    from cmkit.packs.toml import read_toml

    folders = [session.workspace.root / "packs", SECTORS]
    name = session.workspace.settings.pack
    while name and folders:
        raw, _problems = read_toml(folders[0] / name / "pack.toml")
        if "show_names" in raw:
            return bool(raw["show_names"])
        below = str(raw.get("extends", "")) if raw else name
        if below == name:
            folders = folders[1:]
        name = below
    return True


def people(session: Session, typed: str) -> Candidates:
    """Staff by number or name, those in office first."""
    rows = _rows(session, "SELECT c_staff_id, c_name, c_role FROM staff ORDER BY c_leave_date IS NOT NULL, c_staff_id")
    for number, name, role in rows:
        if name.startswith(typed):
            yield name, f"{number} {role}".strip()
        elif number.lower().startswith(typed.lower()):
            yield number, f"{name} {role}".strip()


def offices(session: Session, typed: str) -> Candidates:
    """Organisations by name or number."""
    for number, name in _rows(session, "SELECT c_org_id, c_name FROM orgs ORDER BY c_org_id"):
        if name.startswith(typed):
            yield name, number
        elif number.lower().startswith(typed.lower()):
            yield number, name


def periods(session: Session, typed: str) -> Candidates:
    """The months, quarters, years and weeks around the acting day, the present one first."""
    with contextlib.suppress(Fault):
        yield from _around(session.on, typed)
        return
    yield from _around(date.today(), typed)  # noqa: DTZ011 - without a workspace there is no time zone


def _around(day: date, typed: str) -> Candidates:
    from cmkit.base.period import PeriodKind, period_of

    kinds: Sequence[tuple[PeriodKind, int]] = (("month", _MONTHS), ("quarter", 4), ("year", 2), ("week", _WEEKS))
    for kind, back in kinds:
        period = period_of(kind, day)
        for _step in range(back):
            if period.name.lower().startswith(typed.lower()):
                yield period.name, period.label
            period = period.previous()


def packs(session: Session, typed: str) -> Candidates:
    """Sector packs, the workspace's own among them."""
    from cmkit.packs.find import found_packs

    own: list[Path] = []
    with contextlib.suppress(Fault):
        own = [session.workspace.root / "packs"]
    for pack in found_packs(own):
        if pack.name.startswith(typed):
            yield pack.name, pack.info.label


def tables(session: Session, typed: str) -> Candidates:  # noqa: ARG001 - the same in every workspace
    """Record types."""
    from cmkit.facts.records import RECORDS

    yield from ((name, kind.number) for name, kind in RECORDS.items() if name.startswith(typed))


KINDS: dict[str, Callable[[Session, str], Candidates]] = {
    "--owner": people,
    "--as": people,
    "--branch": offices,
    "--period": periods,
    "--pack": packs,
    "CLIENT": clients,
    "TABLE": tables,
}
"""Options, and arguments by the word that the usage calls them, to what completes them."""


def completed(params: Sequence[click.Parameter]) -> None:
    """Give the parameters of a command that take such a value its completion."""
    for param in params:
        word = param.metavar if isinstance(param, click.Argument) else next(iter(param.opts), "")
        if param.type is click.STRING and word in KINDS:
            param.type = Completed(KINDS[word])
