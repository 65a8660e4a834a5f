"""An import in English: not a word of Chinese but the stored choices and a form of date that may be written."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.commands.kit import Office, book

Fresh = Callable[..., Office]
HEAD = [
    "Client no.",
    "Client name",
    "Client kind",
    "ID no.",
    "Phone",
    "Manager no.",
    "Deposits",
    "Birthday",
    "Tier",
    "Extra",
]
ID = "110101199003070038"
ROWS: list[list[Any]] = [
    ["Ledger of Pingchuan"],
    HEAD,
    ["C1", "Ann", "individual", ID, "13800138000", "E1", 10, "1990-01-02", "VIP", "x"],
    ["C2", "Bob", "robot", "110101199003070031", "12", "E9", "abc", "2026-02-30", "gold", None],
    ["C3", "Ann", "individual", None, "13800138000", "E1", 5, None, None, None],
    ["C3", "Cid", "individual", None, "12000001111", "E2", 6, None, None, None],
    ["C4", "Dan", "individual", int(ID), "1.38E+10", "E1", "=1+1", "5/3/2024", None, None],
    ["C5", "Eve", "individual", "110101900307003", "13800138000 (home)", "E1", "12%", "3.5", None, None],
    [None, "Fay", "individual", None, None, None, "100 USD", None, None, None],
    ["Total", None, None, None, None, None, 21],
    ["Note: preliminary."],
]
MENU: list[list[Any]] = [["Dish", "Price", "Taste"], ["fish", 1, "salty"], ["meat", 2, "sweet"]]
STORED = re.compile("2026年3月5日|个人|企业|机构|零售户|经销商|私行|财富|贵宾|潜力|普通")
"""What may be written: a form of day, and the choices as they are stored, each beside its English word."""
CHINESE = re.compile("[\u3000-\u9fff\uff00-\uffef]")


def test_every_line_is_english(fresh: Fresh, tmp_path: Path) -> None:
    west: list[list[Any]] = [HEAD, ["C7", "Gus", "individual", None, None, "E1", 1, None, None, None]]
    path, office = book(tmp_path / "ledger.xlsx", {"East": ROWS, "West": west, "Menu": MENU}), fresh()
    lines = (
        ("import", path, "--dry-run"),
        ("import", path, "--rejects", tmp_path / "back.xlsx"),
        ("import", path, "--warnings", "all"),
        ("import", path, "--on-conflict", "fail"),
        ("look", path),
        ("imports", "list"),
        ("imports", "show", "1"),
        ("imports", "layouts"),
        ("import", path, "--map", "Extra=nothing"),
        ("import", path, "--sheet", "No"),
        ("import", path, "--table", "No"),
        ("imports", "undo", "one"),
        ("imports", "undo", "1"),
        ("imports", "undo", "1"),
    )
    for words in lines:
        done = office.run("--lang", "en", *words).expect(0, 2, 4, 65)
        left = STORED.sub("", done.out + done.err)
        assert not CHINESE.search(left), (words, [line for line in left.splitlines() if CHINESE.search(line)])
    told = office.run("--lang", "en", "import", path, "--dry-run").err
    # Labels, not keys; and the codes in brackets are what scripts know them by, in any language.
    assert "[phone_range] ledger.xlsx · East!E6: Phone is in" in told
    assert not re.search(r"\b(client_id|owner_id|id_no|phone_no)\b", re.sub(r"\[\w+\]", "", told))


def test_codes_are_the_same_in_both_languages(fresh: Fresh, tmp_path: Path) -> None:
    path, office = book(tmp_path / "ledger.xlsx", {"East": ROWS}), fresh()
    found = [
        office.run("--lang", lang, "import", path, "--dry-run", "--format", "json").expect(4).json()
        for lang in ("zh", "en")
    ]
    zh, en = ([(one["code"], one["place"]) for one in told["files"][0]["problems"]] for told in found)
    assert zh == en
    assert found[0]["files"][0]["left_out"] == found[1]["files"][0]["left_out"]
    assert [one["code"] for one in found[0]["duplicates"]] == [one["code"] for one in found[1]["duplicates"]]


def test_a_file_that_is_not_there_is_told_in_english(tmp_path: Path) -> None:
    """In a process of its own: what the command line calls its arguments is settled when a command is first loaded."""
    words = [sys.executable, "-m", "cmkit", "--lang", "en", "import", str(tmp_path / "nothing.xlsx")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 2
    assert "nothing.xlsx" in done.stderr
    assert not CHINESE.search(done.stderr), done.stderr
