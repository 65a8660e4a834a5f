"""Every document as PDF, read by two other programs: nothing lost, nothing boxed, pages counted."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.commands.kit import Office

pypdf = pytest.importorskip("pypdf")
pytest.importorskip("typst")
TEXT = shutil.which("pdftotext")
DOCUMENTS = [
    (("report", "monthly", "--period", "2026-10"), "总行月度经营分析报告"),
    (("report", "monthly", "--period", "2026-10", "--branch", "B01"), "城东支行月度经营分析报告"),
    (("report", "monthly", "--period", "2026-10", "--owner", "E1003"), "林一舟月度经营分析报告"),
    (("report", "weekly", "--period", "2026-W44"), "工作周报"),
    (("worklog", "--owner", "E1003"), "工作日志"),
    (("worklog", "--owner", "E1003", "--week"), "工作周志"),
    (("minutes", "render", "周例会"), "周例会"),
    (("kpi", "score", "--owner", "E1003", "--period", "2026-10"), "考核表"),
]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\u00a0]", "", text)


@pytest.mark.parametrize(("words", "title"), DOCUMENTS)
def test_every_document_as_pdf(bank: Office, tmp_path: Path, words: tuple[str, ...], title: str) -> None:
    done = bank.run(*words, "--to", "pdf,md", "--out", tmp_path).expect(0)
    assert "pdf.glyph" not in done.err
    path = next(path for path in tmp_path.iterdir() if path.suffix == ".pdf")
    reader = pypdf.PdfReader(path)
    texts = [squeezed(page.extract_text()) for page in reader.pages]
    whole = "".join(texts)
    assert title in whole
    assert "\ufffd" not in whole
    assert "〓" not in whole
    for number, text in enumerate(texts, 1):
        assert f"第{number}页，共{len(texts)}页" in text or f"—{number}—" in text
    headings = re.findall(r"^##+ (.*)$", path.with_suffix(".md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings
    plain = [squeezed(one.replace("\\", "")) for one in headings]
    assert [one for one in plain if one not in whole] == []


@pytest.mark.skipif(not TEXT, reason="no pdftotext")
def test_another_reader_finds_the_same_figures(bank: Office, tmp_path: Path) -> None:
    """pdftotext, of another family than pypdf: each figure of the indicator table of the Markdown is in the PDF."""
    paths = [Path(one) for one in bank.json("report", "monthly", "--period", "2026-10", "--to", "md,pdf", "--out", tmp_path)]  # fmt: skip
    told = subprocess.run([TEXT or "", "-layout", str(paths[1]), "-"], capture_output=True, check=True).stdout.decode()
    table = paths[0].read_text(encoding="utf-8").split("## 二、", 1)[1].split("\n## ", 1)[0]
    figures = set(re.findall(r"-?[\d,]+\.\d\d%?", table))
    assert len(figures) > 20
    assert [one for one in figures if one not in told] == []


def test_a_plan_as_pdf_lies_across(bank: Office, tmp_path: Path) -> None:
    words = ("visits", "plan", "--owner", "E1003", "--from", "2026-11-02", "--to", "2026-11-06", "--files", "pdf")
    bank.run(*words, "--out", tmp_path).expect(0)
    page = pypdf.PdfReader(next(tmp_path.glob("*.pdf"))).pages[0]
    assert float(page.mediabox.width) > float(page.mediabox.height)


def test_an_office_template_as_pdf(office: Office, tmp_path: Path) -> None:
    """Ejected, changed, used: the parts that it imports come from the shipped folder."""
    target = Path(office.json("templates", "eject", "document.typ")[0])
    text = target.read_text(encoding="utf-8")
    target.write_text(text + "\n本行所印\n", encoding="utf-8")
    office.run("worklog", "--owner", "E1003", "--to", "pdf", "--out", tmp_path).expect(0)
    reader = pypdf.PdfReader(next(tmp_path.glob("*.pdf")))
    assert "本行所印" in squeezed(reader.pages[-1].extract_text())
