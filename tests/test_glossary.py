"""One English word for one Chinese word, over all packs."""

from __future__ import annotations

from collections import defaultdict

from cmkit.facts.glossary import TERMS
from cmkit.packs import list_packs, load_pack


def test_a_chinese_label_has_one_english_label_in_all_packs() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for name in list_packs():
        for table in load_pack(name).tables.values():
            for column in table.columns.values():
                found[column.zh].add(column.en)
    assert {zh: en for zh, en in found.items() if len(en) > 1} == {}


def test_no_two_terms_share_an_english_word() -> None:
    words = list(TERMS.values())
    assert len(words) == len(set(words))
