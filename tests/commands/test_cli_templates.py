"""Templates belong to the office: taken out, changed, checked, and what may stand in them."""

from __future__ import annotations

from pathlib import Path

import docx

from tests.commands.kit import Office


def test_take_out_spoil_check_mend(office: Office) -> None:
    """
    eject minutes.docx · a clerk misspells 出席's field · check names it, its place and the right one (65)
    render stops with one sentence (65) · mended, check ends with 0 and the office's own template is used
    """
    path = Path(office.run("templates", "eject", "minutes.docx").expect(0).lines[0])
    good = path.read_bytes()
    assert office.run("templates", "check").expect(0).lines == []
    file = docx.Document(str(path))
    spoilt = next(one for one in file.paragraphs if "document.title" in one.text)
    spoilt.runs[0].text = "{{ document.titel }}"
    file.save(str(path))
    told = office.run("templates", "check", "--format", "json").expect(65).json()
    (problem,) = told[0]["problems"]
    assert problem["place"]["cell"].startswith("正文第 ")
    assert "document.title" in problem["hint"]
    shown = office.run("templates", "check", "minutes.docx").expect(65)
    assert "document.titel" in shown.out
    assert "document.extra.present" in shown.err
    meeting = office.json("records", "meetings", "list")[-1]["meeting_id"]
    broken = office.run("minutes", "render", meeting, "--to", "docx").expect(65)
    assert "titel" in broken.err
    assert len(broken.err.strip().splitlines()) == 1
    path.write_bytes(good)
    office.run("templates", "check").expect(0)


def test_what_a_template_may_use_with_examples(bank: Office) -> None:
    """Each field with its meaning and an example of this office's own data."""
    told = {one["field"]: one for one in bank.json("templates", "fields", "monthly")}
    assert "城东支行" in told["document.title"]["example"] or "总行" in told["document.title"]["example"]
    assert told["part.heading"]["example"].startswith("一、")
    assert all(one["meaning"] for one in told.values())
    minutes = {one["field"]: one["example"] for one in bank.json("templates", "fields", "minutes")}
    assert minutes["document.extra.present"]
    assert minutes["document.extra.time"].startswith("2026年")
    assert bank.json("templates", "fields")
    assert "monthly" in bank.run("templates", "fields", "nope").expect(2).err


def test_a_template_that_is_not_there(bank: Office) -> None:
    assert "minutes.docx" in bank.run("templates", "check", "nope.docx").expect(65).err
