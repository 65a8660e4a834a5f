"""Writing into the log from the command line: a contact from words, its follow-up task, a review."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.base.words import nearest, spoken_amount, spoken_choice, spoken_clock, spoken_day
from cmkit.facts.kinds import Kind
from cmkit.facts.records import Contact, Task, WorkLog, core_kinds
from cmkit.facts.specs import ColumnSpec, TableSpec

DEFAULT_PRIORITY = "B"


def add_contact(words: Mapping[str, str], *, spec: TableSpec, on: date) -> tuple[Contact | None, list[Problem]]:
    """A contact from ``{column: word}``, read by the pack's table spec; None with the problems that stand against it.

    ``date`` falls back to ``on``; only words are read here, so ``client_id`` and ``staff_id`` come resolved.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    given = {key: word.strip() for key, word in words.items() if word.strip()}
    given.setdefault("date", on.isoformat())
    kinds = core_kinds(Contact)
    for key, word in given.items():
        column = spec.columns.get(key)
        if column is None and key not in kinds:
            problems.append(_unknown(key, [*kinds, *spec.columns]))
            continue
        kind = kinds.get(key) or (column.kind if column else Kind.TEXT)
        value, why = _read(word, kind, column, on)
        if why:
            problems.append(_problem("bad_value", key, column, why))
        values[key] = value
    problems += [
        _problem("required", key, column, _("必须填写"))
        for key, column in spec.columns.items()
        if column.required and key not in given
    ]
    if problems:
        return None, problems
    core = {key: value for key, value in values.items() if key in kinds}
    contact = Contact(**core, more={key: value for key, value in values.items() if key not in kinds})
    return _check(contact, spec, on)


def _check(contact: Contact, spec: TableSpec, on: date) -> tuple[Contact | None, list[Problem]]:
    problems = []
    if contact.date and contact.date > on:
        problems.append(_problem("future", "date", spec.columns.get("date"), _("接触日期在今天之后")))
    if contact.date and contact.next_date and contact.next_date <= contact.date:
        problems.append(_problem("order", "next_date", spec.columns.get("next_date"), _("要在接触日期之后")))
    return (None if problems else contact), problems


def _read(word: str, kind: Kind, column: ColumnSpec | None, on: date) -> tuple[Any, str]:
    if kind is Kind.CHOICE:
        return _choice(word, column)
    if kind is Kind.DATE:
        day = spoken_day(word, on=on)
        return day, "" if day else _("看不懂的日期“{word}”，请写 2026-10-30、10-30、+3 或 明天").format(word=word)
    if kind is Kind.TIME:
        clock = spoken_clock(word)
        return clock or "", "" if clock else _("看不懂的时间“{word}”，请写 09:30").format(word=word)
    if kind.scaled:
        amount = spoken_amount(word)
        return amount, "" if amount is not None else _("看不懂的数“{word}”，请写 30000 或 3万").format(word=word)
    if kind is Kind.COUNT:
        amount = spoken_amount(word)
        whole = amount is not None and amount == amount.to_integral_value() and amount >= Decimal(0)
        return (int(amount) if amount is not None else None), "" if whole else _("要写整数，不是“{word}”").format(
            word=word
        )
    return word, ""


def _choice(word: str, column: ColumnSpec | None) -> tuple[str, str]:
    if column is None or not column.choices:
        return word, ""
    found = spoken_choice(word, column.choices)
    if found:
        return found, ""
    why = _("没有“{word}”这个选项，可选：{choices}").format(word=word, choices="、".join(column.choices))
    return "", why


def _unknown(key: str, legal: list[str]) -> Problem:
    like = nearest(key, legal)
    hint = _("最接近的是 {like}").format(like=like) if like else ""
    return Problem(Place(cell=key), "unknown_field", _("接触记录没有“{key}”这一项").format(key=key), hint)


def _problem(code: str, key: str, column: ColumnSpec | None, why: str) -> Problem:
    label = column.label if column and column.label else key
    return Problem(Place(cell=key), code, _("{label}：{why}").format(label=label, why=why))


def follow_up(contact: Contact) -> Task | None:
    """The task that a contact with a next date leaves behind; its number follows from the contact, so twice is once."""
    if contact.next_date is None or contact.date is None:
        return None
    digest = hashlib.sha256(contact.key.encode()).hexdigest()[:6]
    return Task(
        task_id=f"F-{contact.date.isoformat()}-{contact.staff_id}-{digest}",
        what=contact.next_step or _("跟进：{purpose}").format(purpose=contact.purpose),
        owner_id=contact.staff_id,
        client_id=contact.client_id,
        priority=DEFAULT_PRIORITY,
        due=contact.next_date,
        status="待办",
        origin_ref=f"{contact.date.isoformat()}|{contact.staff_id}",
        raised_on=contact.date,
    )


def review_log(log: WorkLog, *, reviewer: str, words: str, on: date) -> WorkLog:
    """The log with the supervisor's review on it; earlier words are kept above the new ones."""
    earlier = f"{log.review}\n" if log.review and log.review != words else ""
    return log.changed(review=f"{earlier}{words}", reviewer=reviewer, reviewed_on=on)
