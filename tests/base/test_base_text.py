"""Folding on the way in, harmless on the way out."""

from __future__ import annotations

import unicodedata

import pytest

from cmkit.base.radicals import SUPPLEMENT
from cmkit.base.text import bare_label, fold_key, fold_label, fold_radicals, safe_line, safe_name, squeeze


def test_all_214_kangxi_radicals_become_ordinary_characters() -> None:
    for code in range(0x2F00, 0x2FD6):
        folded = fold_radicals(chr(code))
        assert folded == unicodedata.normalize("NFKC", chr(code))
        assert not 0x2E80 <= ord(folded) <= 0x2FDF


def test_the_supplement_is_folded_and_lands_outside_the_radical_blocks() -> None:
    assert len(SUPPLEMENT) == 114
    for code, target in SUPPLEMENT.items():
        assert 0x2E80 <= code <= 0x2EFF
        assert fold_radicals(chr(code)) == chr(target)
        assert not 0x2E80 <= target <= 0x2FDF


def test_free_text_keeps_its_punctuation() -> None:
    """NFKC would turn ： into : and ㎡ into m2; free text must not."""
    assert fold_radicals("\u2f63活：㎡（备注）") == "生活：㎡（备注）"


def test_a_manual_title_equals_what_people_type() -> None:
    assert fold_radicals("\u2f3f册") == "手册"


@pytest.mark.parametrize(
    ("text", "key"), [("Ｃ０００１２３", "C000123"), (" 00123 ", "00123"), ("１３８ ", "138"), ("\u3000甲", "甲")]
)
def test_keys_are_folded_to_half_width(text: str, key: str) -> None:
    assert fold_key(text) == key


def test_labels_ignore_blanks_quotes_width_and_brackets_of_units() -> None:
    assert fold_label("客户 名称：") == fold_label("客户名称")
    assert fold_label("“客户”名称") == fold_label("客户名称")
    assert bare_label("金融资产余额（万元）") == bare_label("金融资产余额(元)") == "金融资产余额"
    assert fold_label("余额（万元）") != fold_label("余额")


def test_squeeze() -> None:
    assert squeeze(" 张 \u3000 三\n\u200b李 ") == "张 三 李"


@pytest.mark.parametrize("bad", ["\x1b[31m", "\x07", "\r", "\u202e", "\u2066", "\x9b"])
def test_controls_never_reach_the_terminal(bad: str) -> None:
    shown = safe_line(f"甲{bad}乙")
    assert bad[0] not in shown
    assert shown.startswith("甲")


@pytest.mark.parametrize(
    "name",
    ["../../etc/cron.d/x", "a\x00b", "x" * 300, "-rf", "a\nb", "NUL.txt", "a:b", "\u202egpj", "..", "", "客户" * 200],
)
def test_file_names_stay_in_their_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe.encode()) <= 180
    assert not safe.startswith(("-", "."))
    assert not any(mark in safe for mark in '/\\:*?"<>|\n\x00\u202e')
    assert safe.split(".")[0].upper() != "NUL"
