"""Reports and other documents: who gets which, what they are called, and the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.commands.kit import Office

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
FORMATS = ("md", "html", "docx", "xlsx", "pdf")


def _files(folder: Path) -> dict[str, bytes]:
    found = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if path.name != "manifest.json"}


def _open(path: Path) -> None:
    """The file is whole and of its kind."""
    data = path.read_bytes()
    if path.suffix == ".docx":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            assert book.testzip() is None
            assert book.read("word/document.xml").endswith(b"</w:document>")
    elif path.suffix == ".pdf":
        assert data.startswith(b"%PDF-")
        assert data.rstrip().endswith(b"%%EOF")
    elif path.suffix == ".xlsx":
        assert load_workbook(path).worksheets
    else:
        text = data.decode("utf-8")
        assert "2026" in text
        assert path.suffix == ".md" or "</html>" in text


@pytest.mark.parametrize(
    ("who", "stem"),
    [
        (("--owner", "林一舟"), "monthly-E1003林一舟-2026-10"),
        (("--branch", "城东支行"), "monthly-B01城东支行-2026-10"),
        ((), "monthly-全部-2026-10"),
    ],
)
def test_a_report_in_every_format_twice_the_same_bytes(
    bank: Office, tmp_path: Path, who: tuple[str, ...], stem: str
) -> None:
    """``<report>-<who>-<period>.<ext>``; made again with the same data, every byte is the same."""
    found = []
    for folder in ("一", "二"):
        words = ("report", "monthly", "--period", "2026-10", *who, "--to", ",".join(FORMATS))
        done = bank.run(*words, "--out", tmp_path / folder).expect(0)
        paths = [Path(line) for line in done.lines]
        assert [path.name for path in paths] == [f"{stem}.{ext}" for ext in FORMATS]
        assert done.err == ""
        found.append(_files(tmp_path / folder))
    assert found[0] == found[1]
    for ext in FORMATS:
        _open(tmp_path / "一" / f"{stem}.{ext}")


@pytest.mark.parametrize(
    "words",
    [
        ("worklog", "--owner", "E1003", "--to", "md,html,docx,xlsx,pdf"),
        ("worklog", "--owner", "E1003", "--week", "--to", "md,docx,xlsx"),
        ("minutes", "render", "周例会", "--to", "md,html,docx,pdf"),
        (
            "visits",
            "plan",
            "--owner",
            "E1003",
            "--from",
            "2026-11-02",
            "--to",
            "2026-11-06",
            "--files",
            "md,html,xlsx,pdf",
        ),
        ("kpi", "score", "--owner", "E1003", "--period", "2026-10", "--to", "xlsx,pdf"),
    ],
)
def test_other_documents_are_the_same_bytes_twice(bank: Office, tmp_path: Path, words: tuple[str, ...]) -> None:
    for folder in ("一", "二"):
        bank.run(*words, "--out", tmp_path / folder).expect(0)
    assert _files(tmp_path / "一") == _files(tmp_path / "二")


def test_exports_and_forms_are_the_same_bytes_twice(office: Office, tmp_path: Path) -> None:
    for folder in ("一", "二"):
        for ext in ("xlsx", "csv"):
            office.run("clients", "export", "--out", tmp_path / folder / f"客户.{ext}").expect(0)
        office.run("records", "complaints", "form", tmp_path / folder / "投诉.xlsx").expect(0)
        office.run("minutes", "form", tmp_path / folder / "会议.xlsx").expect(0)
    assert len(_files(tmp_path / "一")) == 4
    assert _files(tmp_path / "一") == _files(tmp_path / "二")


def test_all_is_the_office_each_branch_and_everybody(bank: Office, tmp_path: Path) -> None:
    """``--all``: the whole, three branches, and everybody who is employed; ``--branch all``: the branches."""
    paths = bank.json("report", "weekly", "--period", "2026-W44", "--all", "--to", "md", "--out", tmp_path / "全")
    staff = list(bank.json("records", "staff", "list"))
    assert len(paths) == 1 + 3 + len(staff)
    names = [Path(path).name for path in paths]
    assert names[:4] == [f"weekly-{who}-2026-W44.md" for who in ("全部", "B01城东支行", "B02城西支行", "B03高新支行")]
    assert {f"weekly-{one['staff_id']}{one['name']}-2026-W44.md" for one in staff} == set(names[4:])
    branches = bank.json("report", "weekly", "--branch", "all", "--to", "md", "--out", tmp_path / "支")
    assert [Path(path).name for path in branches] == names[1:4]
    assert _files(tmp_path / "支").items() <= _files(tmp_path / "全").items()


def test_reports_of_other_periods(bank: Office, tmp_path: Path) -> None:
    """A quarter, a month that has not begun: all can be made, and say so where there is nothing."""
    for period in ("2026-Q4", "2027-01", "2026-02"):
        path = Path(bank.json("report", "monthly", "--period", period, "--to", "md", "--out", tmp_path)[0])
        assert path.name == f"monthly-全部-{period}.md"
        _open(path)


def test_documents_are_private_and_in_their_place(office: Office) -> None:
    """``out/<period>/``, folders 0700, files 0600."""
    paths = [Path(path) for path in office.json("report", "weekly", "--owner", "E1003", "--to", "md,html")]
    assert {path.parent for path in paths} == {office.root / "out" / "2026-W44"}
    for path in (*paths, paths[0].parent, paths[0].parent.parent):
        assert path.stat().st_mode & 0o077 == 0


def test_a_template_of_the_office_is_used(office: Office) -> None:
    """``templates eject`` → a word changed → the document says it, and only that format."""
    target = Path(office.json("templates", "eject", "document.md.j2")[0])
    assert target == office.root / "templates" / "document.md.j2"
    text = target.read_text(encoding="utf-8")
    target.write_text(text + "\n本所专用\n", encoding="utf-8")
    paths = [Path(path) for path in office.json("report", "weekly", "--owner", "E1003", "--to", "md,html")]
    assert ["本所专用" in path.read_text(encoding="utf-8") for path in paths] == [True, False]
    listed = {one["name"]: one["path"] for one in office.json("templates", "list")}
    assert listed["document.md.j2"] == str(target)


def test_a_broken_template_is_named(office: Office) -> None:
    """A template that asks for something it may not have: refused, and no file is left."""
    target = Path(office.json("templates", "eject", "document.md.j2")[0])
    target.write_text("{{ ''.__class__.__mro__ }}", encoding="utf-8")
    done = office.run("report", "weekly", "--owner", "E1003", "--to", "md").expect(65)
    assert "document.md.j2" in done.err
    assert not list((office.root / "out").rglob("*.md")) if (office.root / "out").exists() else True
    target.write_text("{% if %}", encoding="utf-8")
    assert "document.md.j2" in office.run("report", "weekly", "--owner", "E1003", "--to", "md").expect(65).err


def test_a_report_speaks_of_the_period_and_not_of_today(bank: Office, tmp_path: Path) -> None:
    """Made two days later for the same past month, the words are the same but for the day it was made."""
    texts = []
    for day in ("2026-11-05", "2026-11-06"):
        words = ("report", "monthly", "--period", "2026-09", "--owner", "E1003", "--to", "md", "--on", day)
        path = Path(bank.json(*words, "--out", tmp_path / day)[0])
        texts.append(path.read_text(encoding="utf-8").replace(day, "DAY"))
    head = [text.split("\n## ", maxsplit=2)[1] for text in texts]
    assert head[0] == head[1]


def test_english_sentences_are_punctuated_in_english(bank: Office, tmp_path: Path) -> None:
    """The summary of the monthly report, its mark, and the head of a visit plan; names and choices stay as they are."""
    line = ("--lang", "en", "report", "monthly", "--period", "2026-10", "--to", "md", "--out", tmp_path)
    bank.run(*line).expect(0)
    text = next(tmp_path.glob("monthly-*.md")).read_text(encoding="utf-8")
    summary = text.partition("## 1. Summary")[2].partition("## 2.")[0]
    assert "Completion 80.40%, 19.27 points behind time progress" in summary
    assert not set("，。、；（）") & set(summary)
    assert "【Internal】" in text
    plan = ("--lang", "en", "visits", "plan", "--owner", "E1003", "--from", "2026-11-02", "--to", "2026-11-06")
    bank.run(*plan, "--files", "md", "--iterations", "50", "--out", tmp_path).expect(0)
    head = next(tmp_path.glob("visit_plan-*.md")).read_text(encoding="utf-8")
    assert "- Customer manager: 林一舟" in head
    assert "；" not in head
