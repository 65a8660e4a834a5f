"""Loading a pack: its chain of folders, merged from the base up, then checked for what it means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.facts.specs import Pack
from cmkit.packs.build import build
from cmkit.packs.find import base_folder, pack_folder, unknown_pack
from cmkit.packs.meaning import meaning_problems
from cmkit.packs.merge import idle_drops, lost_anchors, merge, merge_tables
from cmkit.packs.read import SINGLE, RawPack, read_folder


def load_pack(name_or_dir: str | Path, search: Sequence[Path] = ()) -> Pack:
    """The pack with everything it extends resolved.

    Args:
        name_or_dir: A pack's name, or its folder.
        search: Folders of packs that go before the shipped ones (a workspace's ``packs``).

    Raises:
        ConfigFault: The pack is not there, or says something it may not; the first such place is named.
    """
    pack, problems = _resolve(pack_folder(name_or_dir, search), search)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        first = errors[0]
        more = _("共 {count} 处，运行 cmkit packs check 可全部列出").format(count=len(errors))
        hint = "；".join(part for part in (first.hint, more if len(errors) > 1 else "") if part)
        raise ConfigFault(first.message, hint=hint, place=first.place)
    return pack


def check_pack(folder: Path, search: Sequence[Path] = ()) -> list[Problem]:
    """Everything that is wrong with the pack in ``folder``, and warnings such as a missing English label.

    Raises ConfigFault where there is no pack at all.
    """
    _pack, problems = _resolve(pack_folder(Path(folder), search), search)
    return problems


def _resolve(folder: Path, search: Sequence[Path]) -> tuple[Pack, list[Problem]]:
    chain, problems = _chain(folder, search)
    merged = RawPack(folder)
    for raw in chain:
        problems += _lay_over(merged, raw)
    if any(problem.severity == "error" for problem in problems):
        return _nothing(), problems
    pack = build(merged, tuple(raw.name for raw in chain))
    return pack, meaning_problems(pack, merged.files)


def _nothing() -> Pack:
    from cmkit.facts.specs import PackInfo

    return Pack(info=PackInfo())


def _chain(folder: Path, search: Sequence[Path]) -> tuple[list[RawPack], list[Problem]]:
    """The pack and all that it extends, the base first."""
    chain: list[RawPack] = []
    problems: list[Problem] = []
    here: Path | None = folder
    while here is not None:
        raw, wrong = read_folder(here)
        chain.insert(0, raw)
        problems += wrong
        name = raw.info.get("extends", "")
        here = base_folder(name, here, search) if name else None
        if name and (here is None or any(here == known.folder for known in chain)):
            problems.append(_no_base(chain, name, here, search))
            break
    return chain, problems


def _no_base(chain: Sequence[RawPack], name: str, again: Path | None, search: Sequence[Path]) -> Problem:
    place = Place(str(chain[0].files["pack"]), "", "extends")
    if again is None and name != chain[0].name:
        fault = unknown_pack(name, search)
        return Problem(place, "pack-base", fault.message, fault.hint)
    ring = " → ".join((*(raw.name for raw in reversed(chain)), name))
    return Problem(place, "pack-cycle", _("extends 绕成了圈：{ring}").format(ring=ring), _("去掉其中一处 extends"))


def _lay_over(merged: RawPack, raw: RawPack) -> list[Problem]:
    """Lay one pack over what stands below it."""
    problems = []
    for part in (*SINGLE, "reports"):
        below, over = getattr(merged, part), getattr(raw, part)
        problems += [_idle(raw, part, path) for path in idle_drops(below, over)]
        setattr(merged, part, merge(below, over))
    problems += [_idle(raw, "tables", path) for path in idle_drops(merged.tables, raw.tables)]
    merged.tables = merge_tables(merged.tables, raw.tables)
    problems += [_lost(raw, *spot) for spot in lost_anchors(merged.tables, raw.tables)]
    merged.info = merge(merged.info, {"name": raw.name, **raw.info})
    merged.info["extends"] = raw.info.get("extends", "")
    merged.files |= raw.files
    return problems


def _idle(raw: RawPack, part: str, path: str) -> Problem:
    name, _dot, rest = path.partition(".")
    file = raw.files.get(f"{part}.{name}") or raw.files.get(part) or raw.folder
    place = Place(str(file), "", rest or name)
    return Problem(place, "pack-drop", _("下层业务包里没有这一项，无法去掉：{path}").format(path=path))


def _lost(raw: RawPack, table: str, column: str, anchor: str) -> Problem:
    place = Place(str(raw.files[f"tables.{table}"]), "", f"columns.{column}.after")
    return Problem(place, "pack-after", _("{table} 表里没有“{anchor}”这一列").format(table=table, anchor=anchor))
