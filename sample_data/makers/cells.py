"""The words with which ``office.toml`` says how a field of a record is made: a verb and what it works on.

``30% pick reasons`` fills three in ten and leaves the others empty. A verb that is not known is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from sample_data.makers.days import CALENDAR, TODAY
from sample_data.makers.people import Crowd, id_number

Value = Any
Record = dict[str, Value]
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass
class Words:
    """The lists of ``[words]``, the people made so far, and how far each list has been read."""

    lists: Mapping[str, Any]
    crowd: Crowd
    places: dict[str, int] = field(default_factory=dict)


def value_of(words: Any, record: Record, known: Words, random: Random) -> Value:
    """The value that ``words`` call for; anything but text stands for itself."""
    if not isinstance(words, str):
        return words
    share, _blank, rest = words.partition("% ")
    if rest and share.isdigit():
        if random.randrange(100) >= int(share):
            return None
        words = rest
    verb, _blank, rest = words.partition(" ")
    if verb not in VERBS:
        raise ValueError(f"{words!r}: one of {', '.join(VERBS)}")
    return VERBS[verb](rest, record, known, random)


def matches(record: Record, where: Mapping[str, Any]) -> bool:
    """Whether a record has one of the named values in each named field; months are written ``month = 10``."""
    for name, wanted in where.items():
        cell = record.get(name)
        if name == "month":
            day = record["day"]
            cell = day.month if isinstance(day, date) else None
        if cell not in (wanted if isinstance(wanted, list) else [wanted]):
            return False
    return True


def _text(rest: str, record: Record, _known: Words, _random: Random) -> Value:
    """``text KH{n:05d}``: words with other fields in braces; nothing where one of them is empty."""
    shown = {key.replace(".", "_"): cell for key, cell in record.items()}
    return rest.format(**shown)


def _copy(rest: str, record: Record, _known: Words, _random: Random) -> Value:
    """``copy clients.name``: another field as it is."""
    return record.get(rest)


def _item(rest: str, record: Record, _known: Words, _random: Random) -> Value:
    """``item FIELD PLACE``: one part of a field that holds several."""
    name, place = rest.split()
    return record[name][int(place)]


def _field(rest: str, record: Record, _known: Words, _random: Random) -> Value:
    """``field FIELD TABLE``: the parent's field that another field names."""
    name, table = rest.split()
    return record.get(f"{table}.{record.get(name)}")


def _pick(rest: str, _record: Record, known: Words, random: Random) -> Value:
    """``pick LIST``: one of a list; of a table of weights, by weight."""
    choices = known.lists[rest]
    if isinstance(choices, dict):
        return random.choices(list(choices), list(choices.values()))[0]
    return random.choice(choices)


def _next(rest: str, _record: Record, known: Words, _random: Random) -> Value:
    """``next LIST``: the list in its order, again from the start where it ends."""
    place = known.places.get(rest, 0)
    known.places[rest] = place + 1
    return known.lists[rest][place % len(known.lists[rest])]


def _map(rest: str, record: Record, known: Words, random: Random) -> Value:
    """``map FIELD LIST``: what the list says of a field's value; of several, one."""
    name, table = rest.split()
    found = known.lists[table].get(str(record.get(name)))
    return random.choice(found) if isinstance(found, list) else found


def _int(rest: str, _record: Record, _known: Words, random: Random) -> Value:
    """``int LOW HIGH [STEP]``."""
    low, high, *step = (int(part) for part in rest.split())
    return random.randrange(low, high + 1, step[0] if step else 1)


def _scale(rest: str, record: Record, known: Words, random: Random) -> Value:
    """``scale FIELD LIST``: a whole number between the two that the list gives for the field's value, by its third."""
    name, table = rest.split()
    low, high, step = known.lists[table][str(record.get(name))]
    return random.randrange(low, high + 1, step)


def _part(rest: str, record: Record, _known: Words, random: Random) -> Value:
    """``part FIELD LOW HIGH [STEP]``: so many percent of a number, to a multiple of STEP."""
    name, low, high, *step = rest.split()
    whole = record.get(name)
    if whole is None:
        return None
    unit = int(step[0]) if step else 1
    return int(whole) * random.randint(int(low), int(high)) // 100 // unit * unit


def _times(rest: str, record: Record, _known: Words, _random: Random) -> Value:
    """``times FIELD PERCENT [STEP]``: a number times the percent in another field, to a multiple of STEP."""
    name, rate, *step = rest.split()
    if record.get(name) is None or record.get(rate) is None:
        return None
    unit = int(step[0]) if step else 1
    return int(record[name] * record[rate]) // 100 // unit * unit


def _minus(rest: str, record: Record, _known: Words, _random: Random) -> Value:
    """``minus FIELD OTHER``: one number less another."""
    first, second = rest.split()
    return int(record.get(first) or 0) - int(record.get(second) or 0)


def _decimal(rest: str, _record: Record, _known: Words, random: Random) -> Value:
    """``decimal LOW HIGH DIGITS``."""
    low, high, digits = rest.split()
    return round(random.uniform(float(low), float(high)), int(digits))


def _day(rest: str, _record: Record, _known: Words, random: Random) -> Value:
    """``day FROM TO``: a day between two, each a date or days from the day of the demo (-90)."""
    start, end = (_point(part) for part in rest.split())
    return start + timedelta(days=random.randint(0, (end - start).days))


def _workday(rest: str, record: Record, known: Words, random: Random) -> Value:
    """``workday FROM TO``: the same, on a working day."""
    return CALENDAR.on_or_after(_day(rest, record, known, random))


def _after(rest: str, record: Record, _known: Words, random: Random) -> Value:
    """``after FIELD LOW HIGH``: so many days after another day; nothing if that is empty."""
    name, low, high = rest.split()
    start = record.get(name)
    return start + timedelta(days=random.randint(int(low), int(high))) if isinstance(start, date) else None


def _past(rest: str, record: Record, known: Words, random: Random) -> Value:
    """``past FIELD LOW HIGH``: the same, empty where that day is still to come."""
    day = _after(rest, record, known, random)
    return day if isinstance(day, date) and day <= TODAY else None


def _person(rest: str, _record: Record, known: Words, _random: Random) -> Value:
    """``name``, ``name 女``: a name nobody has yet."""
    return known.crowd.name(rest or _random.choice("男女"))


def _phone(_rest: str, _record: Record, known: Words, _random: Random) -> Value:
    """``phone``: eleven digits of a range that serves nobody."""
    return known.crowd.phone()


def _id_no(rest: str, record: Record, _known: Words, _random: Random) -> Value:
    """``id_no FIELD``: an identity number of no area for the birthday in a field."""
    born = record.get(rest)
    return id_number(born, int(record["n"]) % 1000) if isinstance(born, date) else None


def _uscc(_rest: str, record: Record, _known: Words, _random: Random) -> Value:
    """``uscc``: a credit code of no area (999999) with a right check character (GB 32100-2015)."""
    body = f"91999999MA{int(record['n']):04d}".ljust(17, "9")
    total = sum(_USCC.index(letter) * pow(3, place, 31) for place, letter in enumerate(body))
    return body + _USCC[(31 - total % 31) % 31]


def _if(rest: str, record: Record, known: Words, random: Random) -> Value:
    """``if FIELD=A|B verb …``: only where the field has one of these values."""
    condition, _blank, words = rest.partition(" ")
    name, _equals, values = condition.partition("=")
    return value_of(words, record, known, random) if str(record.get(name) or "") in values.split("|") else None


def _either(rest: str, record: Record, _known: Words, _random: Random) -> Value:
    """``either FIELD=A|B YES NO``: one field or another, as a third one is."""
    condition, yes, no = rest.split()
    name, _equals, values = condition.partition("=")
    return record.get(yes if str(record.get(name) or "") in values.split("|") else no)


def _point(text: str) -> date:
    return TODAY + timedelta(days=int(text)) if text.lstrip("-").isdigit() else date.fromisoformat(text)


VERBS: Mapping[str, Callable[[str, Record, Words, Random], Value]] = {
    "text": _text,
    "copy": _copy,
    "item": _item,
    "field": _field,
    "pick": _pick,
    "next": _next,
    "map": _map,
    "int": _int,
    "scale": _scale,
    "part": _part,
    "times": _times,
    "minus": _minus,
    "decimal": _decimal,
    "day": _day,
    "workday": _workday,
    "after": _after,
    "past": _past,
    "name": _person,
    "phone": _phone,
    "id_no": _id_no,
    "uscc": _uscc,
    "if": _if,
    "either": _either,
}
