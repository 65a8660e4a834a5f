"""The desk at which reports are composed: the facts of the store, loaded once, masked, and narrowed to a scope."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal, TypeVar

from cmkit.base.faults import InputFault
from cmkit.base.lang import _
from cmkit.base.period import Period
from cmkit.base.workdays import WorkCalendar
from cmkit.base.workspace import Workspace
from cmkit.clients.tiers import with_tiers
from cmkit.facts.query import Filter
from cmkit.facts.records import Client, Fact, Org, Staff, Visit
from cmkit.facts.specs import Pack, RoutineSpec
from cmkit.privacy.masks import Masker
from cmkit.store import Store, load
from cmkit.team.org import Tree, employed

F = TypeVar("F", bound=Fact)
T = TypeVar("T")


@dataclass(frozen=True)
class Scope:
    """Whom a document is about: one person, one organisation with all below it, the whole office, or one client."""

    kind: Literal["owner", "branch", "all", "client"]
    id: str
    name: str
    staff: frozenset[str]

    @property
    def stem(self) -> str:
        """What stands for it in a file's name."""
        return f"{self.id}{self.name.replace('*', '')}" if self.kind != "all" else _("全部")


class Desk:
    """What the composer looks at. ``reveal`` shows everything in full; it is asked for and recorded elsewhere.

    ``names`` says whether clients' names are shown in full; by default where the pack prints them in reports.
    """

    def __init__(
        self,
        store: Store,
        pack: Pack,
        workspace: Workspace,
        period: Period,
        on: date,
        *,
        reveal: bool = False,
        names: bool | None = None,
    ) -> None:
        self.store = store
        self.pack = pack
        self.workspace = workspace
        self.period = period
        self.on = on
        self.reveal = reveal
        self.shows_names = pack.info.show_names if names is None else names
        self._raw: dict[type[Fact], list[Fact]] = {}
        self._shown: dict[tuple[type[Fact], bool], list[Fact]] = {}
        self._kept: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gives, reckoned once at this desk; ``key`` names all that it depends on but the records."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    def at(self, period: Period, on: date | None = None) -> Desk:
        """The same desk for another period; what was loaded stays loaded."""
        other = Desk(
            self.store, self.pack, self.workspace, period, on or self.on, reveal=self.reveal, names=self.shows_names
        )
        other._raw, other._shown, other._kept = self._raw, self._shown, self._kept
        return other

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The office's working days."""
        return self.workspace.calendar()

    def raw(self, kind: type[F]) -> list[F]:
        """Every record of a type, as stored: for reckoning, never for showing."""
        if kind not in self._raw:
            self._raw[kind] = list(self._standing(load(self.store, kind)))
        return self._raw[kind]  # type: ignore[return-value]

    def one(self, kind: type[F], key: str) -> F | None:
        """The record of a key as stored; nothing else is loaded for it."""
        held = self._raw.get(kind)
        rows = self._standing(load(self.store, kind, key=key)) if held is None else held
        return next((row for row in rows if row.key == key), None)  # type: ignore[return-value]

    def about(self, kind: type[F], client_id: str, *, names: bool | None = None) -> list[F]:
        """The records of one client, masked for showing; those of the others are not loaded for it."""
        held: Sequence[Any] | None = self._raw.get(kind)
        if held is None:
            held = self._standing(load(self.store, kind, where=[Filter("client_id", any_of=(client_id,))]))
        return self.shown([row for row in held if row.get("client_id") == client_id], names=names)

    def _standing(self, rows: Sequence[F]) -> Sequence[F]:
        """Visits that no later plan took back; clients whose sheet wrote no tier in the one that the pack computes."""
        if rows and isinstance(rows[0], Client):
            info, visits = self.pack.info, self.pack.visits
            return with_tiers(rows, info.tier_balance, info.tier_column, visits.tiers)  # type: ignore[arg-type, return-value]
        return [row for row in rows if not isinstance(row, Visit) or row.stands]

    def facts(self, kind: type[F], *, names: bool | None = None) -> list[F]:
        """Every record of a type, masked for showing; ``names`` as the desk shows them, unless said otherwise."""
        full = self.shows_names if names is None else names
        if (kind, full) not in self._shown:
            self._shown[kind, full] = list(self.shown(self.raw(kind), names=full))
        return self._shown[kind, full]  # type: ignore[return-value]

    def shown(self, rows: Sequence[F], *, names: bool | None = None) -> list[F]:
        """Records of one type as they may be shown."""
        masker = self._masker(type(rows[0]), self.shows_names if names is None else names) if rows else None
        return list(map(masker.shown, rows)) if masker else list(rows)

    def masked(self, record: F) -> F:
        """One record as it may be shown."""
        masker = self._masker(type(record), self.shows_names)
        return masker.shown(record) if masker else record

    def _masker(self, kind: type[Fact], full: bool) -> Masker | None:
        """What masks records of a type; None where they are shown as they are."""
        spec = self.pack.tables.get(kind.table)
        if spec is None or self.reveal:
            return None
        return self.once(("masker", kind, full), lambda: Masker(kind, spec, {"name"} if full else ()))

    @cached_property
    def clients(self) -> dict[str, Client]:
        """Clients by number, masked as reports show them."""
        return {client.client_id: client for client in self.facts(Client)}

    @cached_property
    def staff(self) -> dict[str, Staff]:
        """Staff by number. Colleagues' names are not masked in their own office."""
        return {person.staff_id: person for person in self.facts(Staff, names=True)}

    @cached_property
    def orgs(self) -> dict[str, Org]:
        """Organisations by number."""
        return {org.org_id: org for org in self.raw(Org)}

    @cached_property
    def tree(self) -> Tree:
        """The organisation tree with its staff."""
        return Tree(self.raw(Org), self.raw(Staff))

    @cached_property
    def names(self) -> dict[str, str]:
        """Staff and organisation numbers to names."""
        found = {number: org.name for number, org in self.orgs.items()}
        return found | {number: person.name for number, person in self.staff.items()}

    def org_name(self, org_id: str) -> str:
        """An organisation's name, else the office's."""
        org = self.orgs.get(org_id)
        return org.name if org else self.workspace.settings.office

    def routine(self, person: Staff) -> RoutineSpec | None:
        """The routine of a person's role."""
        found = [spec for spec in self.pack.routines.values() if person.role and spec.role == person.role]
        return found[0] if found else self.pack.routines.get(person.role)

    def employed(self, day: date | None = None) -> list[Staff]:
        """Who works here on a day (default: the acting day), in order of number."""
        return [person for person in self.staff.values() if employed(person, day or self.on)]

    def scope(self, owner: str | None, branch: str | None = None) -> Scope:
        """The person, else the organisation that is named, else the whole office."""
        return self.owner(owner) if owner else self.branch(branch) if branch else self.everything()

    def owner(self, text: str) -> Scope:
        """The scope of one person, by number or name.

        Raises InputFault where nobody or several answer.
        """
        if text in self.staff:
            found = [self.staff[text]]
        else:
            found = [person for person in self.staff.values() if person.name == text]
        if len(found) != 1:
            hint = (
                _("有多人同名，请写工号：{names}").format(names="、".join(one.staff_id for one in found))
                if found
                else ""
            )
            raise InputFault(
                _("没有这位人员：{name}").format(name=text), hint=hint or _("用 cmkit records staff list 查看")
            )
        person = found[0]
        return Scope("owner", person.staff_id, person.name, frozenset({person.staff_id}))

    def branch(self, text: str) -> Scope:
        """The scope of one organisation and all below it, by number or name.

        Raises InputFault where there is none.
        """
        found = [org for org in self.orgs.values() if text in {org.org_id, org.name}]
        if not found:
            known = "、".join(org.name for org in self.orgs.values())
            raise InputFault(_("没有这个机构：{name}").format(name=text), hint=_("现有：{names}").format(names=known))
        org = found[0]
        return Scope(
            "branch", org.org_id, org.name, frozenset(person.staff_id for person in self.tree.staff_of(org.org_id))
        )

    def everything(self) -> Scope:
        """The whole office."""
        tops = [org for org in self.orgs.values() if not org.parent_id or org.parent_id not in self.orgs]
        # The figures are the top organisation's, whatever office the workspace calls itself.
        name = tops[0].name if len(tops) == 1 else self.workspace.settings.office
        number = tops[0].org_id if len(tops) == 1 else ""
        return Scope("all", number, name, frozenset(self.staff))

    def branches(self) -> list[Scope]:
        """Each organisation that has staff below it and a parent."""
        wanted = [org for org in self.orgs.values() if org.parent_id in self.orgs]
        scopes = [self.branch(org.org_id) for org in wanted]
        return [scope for scope in scopes if scope.staff]

    def of_scope(self, rows: Sequence[F], scope: Scope, field: str = "") -> list[F]:
        """Those of ``rows`` that belong to the scope's people; all of them for the whole office."""
        if scope.kind == "all":
            return list(rows)
        if scope.kind == "client":
            return [row for row in rows if str(row.get("client_id") or "") == scope.id]
        found = self._by(
            rows, "owner" if not field else f"field:{field}", lambda row: row.get(field or row.owner_field)
        )
        return _picked(rows, found, scope.staff)

    def of_clients(self, rows: Sequence[F], scope: Scope) -> list[F]:
        """Those of ``rows`` whose client belongs to the scope's people."""
        if scope.kind == "all":
            return list(rows)
        return _picked(rows, self._by(rows, "client", lambda row: row.get("client_id")), self.client_ids(scope))

    def client(self, text: str) -> Scope:
        """The scope of one client, by number or whole name.

        Raises InputFault where nobody or several answer.
        """
        found = [client for client in self.raw(Client) if text in {client.client_id, client.name}]
        if len(found) != 1:
            names = "、".join(client.client_id for client in found)
            hint = _("有多户同名，请写客户编号：{names}").format(names=names) if found else ""
            raise InputFault(_("没有这个客户：{name}").format(name=text), hint=hint or _("用 cmkit clients find 查找"))
        one = self.clients[found[0].client_id]
        return Scope("client", one.client_id, one.name, frozenset({one.owner_id} - {""}))

    def client_ids(self, scope: Scope) -> frozenset[str]:
        """The numbers of the scope's clients."""
        if scope.kind == "client":
            return frozenset({scope.id})
        clients = self.raw(Client)
        found = self._by(clients, "owner_id", lambda client: client.owner_id)
        return frozenset(client.client_id for client in _picked(clients, found, scope.staff))

    def _by(self, rows: Sequence[F], name: str, of: Callable[[F], Any]) -> dict[str, list[int]]:
        """The places of the rows of each owner: two hundred reports ask for theirs among the same records."""
        if not any(rows is held for held in (*self._raw.values(), *self._shown.values())):
            return _places(rows, of)
        return self.once(("places", id(rows), name), lambda: _places(rows, of))


def _places(rows: Sequence[F], of: Callable[[F], Any]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        found.setdefault(str(of(row) or ""), []).append(place)
    return found


def _picked(rows: Sequence[F], places: Mapping[str, list[int]], wanted: Collection[str]) -> list[F]:
    """In the order of ``rows``."""
    held = [places[name] for name in wanted if name in places]
    return [rows[place] for place in (held[0] if len(held) == 1 else sorted(place for one in held for place in one))]
