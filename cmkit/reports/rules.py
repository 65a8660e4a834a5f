"""What the sections take from the settings of the checks, so that a limit stands in one place of a pack."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.checks import k6_complaints
from cmkit.checks.options import Options, read_options
from cmkit.checks.registry import rules
from cmkit.facts.specs import CheckSpec, Pack
from cmkit.service.sla import Sla


def options_of(pack: Pack, rule: str) -> Options:
    """The options of a rule as the pack sets them; the rule's own where the pack does not name it."""
    return read_options(rule, rules()[rule].declared, pack.checks.get(rule, CheckSpec()))


def sla_of(pack: Pack) -> Sla:
    """The deadlines of complaints in the sector, from the options of K6."""
    return k6_complaints.sla_of(options_of(pack, k6_complaints.ID))


def numbers_of(options: Options, name: str) -> dict[str, Decimal]:
    """An option of words with numbers, 质量:50、交付:30.

    Raises ConfigFault for a word without a number.
    """
    found: dict[str, Decimal] = {}
    for word in options.words(name):
        key, _mark, text = word.partition(":")
        try:
            found[key] = Decimal(text)
        except InvalidOperation:
            raise ConfigFault(
                _("规则 {rule} 的选项 {name} 里的“{word}”没有数字").format(rule=options.rule, name=name, word=word),
                hint=_("写成 名称:数字，如 质量:50"),
            ) from None
    return found
