"""Whether the routines of a pack name roles, blocks and counters that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cmkit.base.lang import _
from cmkit.facts.specs import ColumnSpec, Pack, RoutineSpec, StepSpec
from cmkit.packs.closed import LOG_SECTIONS
from cmkit.packs.measures import measure_problems
from cmkit.packs.said import Said, label_problems, no_such

PART = "routines"
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def routine_problems(pack: Pack) -> Iterator[Said]:
    """What is wrong with the routines."""
    staff = pack.tables.get("staff")
    roles = (staff.columns if staff else {}).get("role", ColumnSpec()).choices
    for name, routine in pack.routines.items():
        path = f"routines.{name}"
        yield from label_problems(PART, path, routine)
        if roles and routine.role not in roles:
            yield no_such(PART, path, routine.role, roles)
        for section in routine.sections:
            if section not in LOG_SECTIONS:
                yield no_such(PART, f"{path}.sections", section, LOG_SECTIONS)
        yield from _keys(path, routine)
        for block in routine.blocks:
            yield from label_problems(PART, f"{path}.{block.key}", block)
        for step in _steps(routine):
            yield from _step(pack, f"{path}.{step.key}", step)


def _steps(routine: RoutineSpec) -> list[StepSpec]:
    return [*(step for block in routine.blocks for step in block.steps), *routine.activity]


def _step(pack: Pack, path: str, step: StepSpec) -> Iterator[Said]:
    yield from label_problems(PART, path, step)
    if step.at and not _TIME.fullmatch(step.at):
        yield Said(PART, f"{path}.at", _("时间写法不对：{at}").format(at=step.at), _("例如 08:30"))
    if step.counts:
        yield from measure_problems(pack, PART, f"{path}.counts", step.counts)


def _keys(path: str, routine: RoutineSpec) -> Iterator[Said]:
    """Keys that stand twice: a tick in the log would not say which step is meant."""
    for keys in ([block.key for block in routine.blocks], [step.key for step in _steps(routine)]):
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield Said(PART, path, _("key 重复：{key}").format(key=key), _("同一岗位里每一步的 key 各不相同"))
