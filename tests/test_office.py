"""The golden documents opened by programs that people use: LibreOffice and a real browser."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

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
    assert "月度经营分析报告" in text_of(tmp_path / "page.pdf").replace(" ", "")
