"""The golden documents opened by programs that people use: LibreOffice and a real browser."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "sample_data"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OFFICE = shutil.which("soffice")
TEXT = shutil.which("pdftotext")

office = pytest.mark.skipif(not (OFFICE and TEXT), reason="no LibreOffice with pdftotext")
browser = pytest.mark.skipif(not (BROWSER and TEXT), reason="no Chromium with pdftotext")


def golden(pattern: str) -> list[Path]:
    return sorted(SAMPLES.glob(f"*/expected/{pattern}"))


def text_of(pdf: Path) -> str:
    told = subprocess.run([TEXT or "", "-layout", str(pdf), "-"], capture_output=True, check=True, encoding="utf-8")
    return told.stdout


@office
@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_word_and_excel_open_in_libreoffice(kind: str, tmp_path: Path) -> None:
    """Each kind of document once a pack; converted in one run with a profile of its own."""
    files = [path for path in golden(f"out/**/*.{kind}") if "rejects" not in path.parts]
    chosen = {(path.parts[len(SAMPLES.parts)], path.name.split("-")[0]): path for path in files}
    assert len(chosen) >= 4
    for number, path in enumerate(chosen.values()):
        shutil.copyfile(path, tmp_path / f"{number}.{kind}")
    subprocess.run(
        [
            OFFICE or "",
            "--headless",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            *[str(tmp_path / f"{number}.{kind}") for number in range(len(chosen))],
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    for number, path in enumerate(chosen.values()):
        text = text_of(tmp_path / f"{number}.pdf")
        assert len(text) > 200, path
        assert "###" not in text, f"{path}: a column is too narrow for its numbers"
        assert "Err:" not in text, path


@browser
@pytest.mark.parametrize("width", [360, 1100])
def test_the_report_opens_in_a_browser_and_prints(width: int, tmp_path: Path) -> None:
    page = next(path for path in golden("out/**/monthly-*.html") if "bank_retail" in path.parts)
    shutil.copyfile(page, tmp_path / "report.html")
    common = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    common += ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"]
    common += [f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},1400"]
    for wanted, name in (("--screenshot", "page.png"), ("--print-to-pdf", "page.pdf")):
        words = [BROWSER or "", *common, f"{wanted}={tmp_path / name}", (tmp_path / "report.html").as_uri()]
        subprocess.run(words, check=True, capture_output=True, timeout=120)
    assert (tmp_path / "page.png").stat().st_size > 10_000
    printed = "".join(text_of(tmp_path / "page.pdf").split())
    assert "月度经营分析报告" in printed
    # What is printed is the whole page on A4, whatever the window was: every heading, every verdict.
    source = page.read_text(encoding="utf-8")
    headings = re.findall(r"<h[23]>(.*?)</h[23]>", source)
    assert len(headings) > 10
    assert [one for one in headings if "".join(html.unescape(one).split()) not in printed] == []
    # The verdicts stand in the last column of the widest table: were it cut, they would be gone.
    verdicts = re.findall(r'<td class="status[^>]*>(.*?)</td>', source)
    assert [one for one in verdicts if "".join(html.unescape(one).split()) not in printed] == []
    sizes = {
        tuple(round(float(side)) for side in sheet.mediabox[2:])
        for sheet in pypdf.PdfReader(tmp_path / "page.pdf").pages
    }
    assert sizes <= {(595, 842), (596, 842), (594, 842)}
