"""A rule of reckoning and one run of it: keys in, a result and its working out. ``kpi`` and ``risk`` both offer rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import round_half_up

Result = str | Mapping[str, str] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the working: what is reckoned, the formula with its numbers, and what comes out."""

    what: str
    formula: str
    value: str

    def as_dict(self) -> dict[str, str]:
        """The JSON shape."""
        return {"what": self.what, "formula": self.formula, "value": self.value}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule gave: the result in the decimals of the rule, and the steps towards it."""

    result: Result
    steps: tuple[Step, ...]
    rule: str = ""
    source: str = ""
    exact: Decimal | None = None
    """The result before it was rounded, where it is one number."""

    def as_dict(self) -> dict[str, object]:
        """The JSON shape that scripts rely on."""
        result: object = self.result
        if isinstance(self.result, tuple):
            result = list(self.result)
        elif isinstance(self.result, Mapping):
            result = dict(self.result)
        return {
            "result": result,
            "steps": [step.as_dict() for step in self.steps],
            "rule": self.rule,
            "source": self.source,
        }


def shown(value: Decimal, digits: int = 2) -> str:
    """A number as a result prints it: rounded half up, no grouping, never ``-0.00``."""
    return f"{round_half_up(value, digits) + 0:f}"


def answer(exact: Decimal, steps: tuple[Step, ...], digits: int = 2) -> Trial:
    """A trial whose result is one number."""
    return Trial(shown(exact, digits), steps, exact=exact)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by name. ``manual`` is the docstring of its module: what it does, formula, source and an example.

    ``full`` is the result that is a full mark, for rules that score an indicator; None for all others. ``adds``: the
    result is points that go into the total as they are (加分项, 扣分项).
    """

    name: str
    keys: tuple[str, ...]
    run: Callable[[Inputs], Trial]
    optional: tuple[str, ...] = ()
    full: Decimal | None = None
    adds: bool = False
    source: str = ""
    manual: str = ""

    @property
    def legal(self) -> tuple[str, ...]:
        """Every key it understands."""
        return self.keys + self.optional

    def trial(self, values: Mapping[str, str]) -> Trial:
        """One run of the rule.

        Raises UsageFault for keys that are unknown or missing and for numbers that cannot be reckoned with.
        """
        inputs = Inputs(values)
        unknown = [key for key in values if key not in self.legal]
        missing = [key for key in self.keys if not inputs.has(key)]
        if unknown or missing:
            message = (
                _("规则 {rule} 没有这一项：{keys}").format(rule=self.name, keys="、".join(unknown))
                if unknown
                else _("规则 {rule} 缺少：{keys}").format(rule=self.name, keys="、".join(missing))
            )
            raise UsageFault(
                message,
                hint=_("必填 {keys}；可选 {optional}").format(
                    keys="、".join(self.keys), optional="、".join(self.optional) or _("无")
                ),
            )
        try:
            done = self.run(inputs)
        except ArithmeticError:
            raise UsageFault(_("规则 {rule} 用这些数算不出结果").format(rule=self.name)) from None
        return replace(done, rule=self.name, source=done.source or self.source)


def try_rule(rules: Mapping[str, Rule], name: str, values: Mapping[str, str]) -> Trial:
    """One run of the rule called ``name``.

    Raises UsageFault for an unknown rule, naming the known ones.
    """
    if name not in rules:
        raise UsageFault(
            _("没有这条规则：{name}").format(name=name), hint=_("可用：{names}").format(names="、".join(sorted(rules)))
        )
    return rules[name].trial(values)
