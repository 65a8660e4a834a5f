"""One module a rule; the module's docstring is its manual page and its ``RULE`` says its keys.

A new file here is a new rule: nothing else has to name it, and the tests run the example of its docstring.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from cmkit.facts.trial import Rule


def _collect() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for info in iter_modules(__path__):
        if not info.name.startswith("_"):
            rule: Rule = import_module(f"{__name__}.{info.name}").RULE
            found[rule.name] = rule
    return found


RULES: Mapping[str, Rule] = _collect()
