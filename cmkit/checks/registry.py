"""The rules there are, found by file name, and the settings a pack gives them."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import cmkit.checks
from cmkit.base.faults import ConfigFault, InternalFault, UsageFault
from cmkit.base.lang import _, pick
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options, read_options
from cmkit.facts.finding import Finding
from cmkit.facts.specs import Pack

_MODULE = re.compile(r"k(\d+)_[a-z_]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as its module declares it. ``manual`` is the module's docstring."""

    id: str
    zh: str
    en: str
    declared: Mapping[str, Option]
    needs: tuple[str, ...]
    check: Callable[[CheckFacts, Options], list[Finding]]
    manual: str

    @property
    def title(self) -> str:
        """The title in the language spoken now."""
        return pick(self.zh, self.en)


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """Every rule there is, by ID, in the order of their numbers."""
    numbered = []
    for info in pkgutil.iter_modules(cmkit.checks.__path__):
        match = _MODULE.fullmatch(info.name)
        if match:
            numbered.append((int(match.group(1)), info.name))
    return {f"K{number}": _load(f"K{number}", name) for number, name in sorted(numbered)}


def _load(rule: str, name: str) -> Rule:
    module = importlib.import_module(f"cmkit.checks.{name}")
    if rule != module.ID:
        raise InternalFault(f"cmkit.checks.{name}: ID {module.ID}")
    zh, en = module.TITLE
    return Rule(rule, zh, en, module.OPTIONS, module.NEEDS, module.check, module.__doc__ or "")


def settings(pack: Pack) -> Mapping[str, Options]:
    """The options of every rule that the pack runs: those it names and has not switched off.

    Raises ConfigFault for a rule or an option that does not exist.
    """
    found: dict[str, Options] = {}
    for rule in sorted(pack.checks, key=_place):
        if rule not in rules():
            raise ConfigFault(
                _("业务包 {pack} 写了不存在的检查规则 {rule}").format(pack=pack.info.name, rule=rule),
                hint=_("可用的规则：{names}").format(names="、".join(rules())),
            )
        options = read_options(rule, rules()[rule].declared, pack.checks[rule])
        if pack.checks[rule].enabled:
            found[rule] = options
    return found


def _place(rule: str) -> tuple[int, str]:
    known = list(rules())
    return (known.index(rule) if rule in known else len(known), rule)


def chosen(pack: Pack, only: Sequence[str] = ()) -> Mapping[str, Options]:
    """The rules to run: all of the pack's, or those of them that ``only`` names (in any letter case).

    Raises UsageFault for a name that the pack does not run.
    """
    legal = settings(pack)
    wanted = [name.strip().upper() for name in only]
    for name in wanted:
        if name not in legal:
            raise UsageFault(
                _("业务包 {pack} 不检查规则 {rule}").format(pack=pack.info.name, rule=name),
                hint=_("可用的规则：{names}").format(names="、".join(legal) or _("（无）")),
            )
    return {rule: options for rule, options in legal.items() if not wanted or rule in wanted}


def needed_tables(pack: Pack, only: Sequence[str] = ()) -> tuple[str, ...]:
    """The tables that have to be loaded for :func:`cmkit.checks.run.run_checks`."""
    return _unique(table for rule in chosen(pack, only) for table in rules()[rule].needs)


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
