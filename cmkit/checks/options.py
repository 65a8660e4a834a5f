"""The options of a rule: declared with a kind and a default as text, set by the pack, read typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal, TypeVar

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.facts.finding import Finding
from cmkit.facts.records import Fact
from cmkit.facts.specs import CheckSpec

OptionKind = Literal["count", "number", "words", "flag"]
V = TypeVar("V")
OptionValue = int | Decimal | tuple[str, ...] | bool
_FLAGS = {"yes": True, "no": False, "true": True, "false": False, "是": True, "否": False}


@dataclass(frozen=True, slots=True)
class Option:
    """What an option holds: a ``count`` (0, 1, 2 …), a ``number``, ``words`` joined by 、, or a ``flag`` (是, 否)."""

    kind: OptionKind
    default: str


@dataclass(frozen=True, slots=True)
class Options:
    """The settings one rule runs with."""

    rule: str
    severity: Literal["error", "warning"]
    values: Mapping[str, OptionValue]

    def count(self, name: str) -> int:
        """A whole number, 0 or more."""
        return int(self._value(name, int))

    def number(self, name: str) -> Decimal:
        """A decimal."""
        return self._value(name, Decimal)

    def words(self, name: str) -> tuple[str, ...]:
        """A list of words."""
        return self._value(name, tuple)

    def flag(self, name: str) -> bool:
        """Yes or no."""
        return self._value(name, bool)

    def _value(self, name: str, kind: type[V]) -> V:
        value = self.values[name]
        if not isinstance(value, kind):
            raise TypeError(name)
        return value

    def softly(self) -> Options:
        """The same settings for what is only a reminder, whatever severity the pack gives the rule."""
        return replace(self, severity="warning")

    def found(
        self,
        code: str,
        fact: Fact,
        subject: str,
        message: str,
        *,
        hint: str = "",
        owner: str = "",
        due: date | None = None,
    ) -> Finding:
        """A finding of this rule about ``fact``; it carries the record's key and where it was read."""
        return Finding(
            rule=self.rule,
            subject=subject,
            message=message,
            hint=hint,
            owner=owner,
            due=due,
            severity=self.severity,
            table=fact.table,
            key=fact.key,
            origin=fact.origin,
            code=code,
        )


def read_options(rule: str, declared: Mapping[str, Option], spec: CheckSpec) -> Options:
    """The options of ``rule`` as the pack sets them, defaults for the others.

    Raises ConfigFault for an option that the rule does not have, or a value of another kind.
    """
    for name in spec.options:
        if name not in declared:
            raise ConfigFault(
                _("规则 {rule} 没有选项 {name}").format(rule=rule, name=name),
                hint=_("可用的选项：{names}").format(names="、".join(declared) or _("（无）")),
            )
    values = {
        name: _parse(rule, name, option.kind, spec.options.get(name, option.default))
        for name, option in declared.items()
    }
    return Options(rule, spec.severity, values)


def _parse(rule: str, name: str, kind: OptionKind, text: str) -> OptionValue:
    word = text.strip()
    if kind == "words":
        return tuple(part.strip() for part in word.split("、") if part.strip())
    if kind == "flag" and word.lower() in _FLAGS:
        return _FLAGS[word.lower()]
    if kind == "count" and word.isdecimal():
        return int(word)
    if kind == "number":
        number = _decimal(word)
        if number is not None:
            return number
    raise ConfigFault(
        _("规则 {rule} 的选项 {name} 不能是“{text}”").format(rule=rule, name=name, text=text), hint=_expected(kind)
    )


def _decimal(word: str) -> Decimal | None:
    try:
        number = Decimal(word)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _expected(kind: OptionKind) -> str:
    if kind == "flag":
        return _("请写 是 或 否")
    return _("请写 0 或正整数") if kind == "count" else _("请写一个数")
