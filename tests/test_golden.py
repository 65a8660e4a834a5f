"""The demo's documents beside the samples: what a person reads in them must not change unnoticed.

Markdown and HTML are compared as they are, Word and Excel by what their parts say (words, values, formulas, formats),
because libraries of another version may write the same document with other bytes. `make golden` writes them anew;
read the diff before committing it. A file here that the demo no longer writes fails as an orphan.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from cmkit.cli import main

ROOT = Path(__file__).resolve().parent.parent
PACKS = sorted(path.parent.name for path in (ROOT / "sample_data").glob("*/demo.toml"))
KINDS = {".md", ".html", ".docx", ".xlsx"}


@pytest.fixture(scope="module", params=PACKS)
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A demo of each pack."""
    folder = tmp_path_factory.mktemp("golden") / "demo"
    with pytest.raises(SystemExit) as stop:
        main(["demo", str(folder), "--pack", request.param, "--quiet"])
    assert stop.value.code == 0
    return request.param, folder


def words(path: Path) -> str:
    """What a person can read in a Word file, paragraph by paragraph, tables row by row."""
    document = docx.Document(str(path))
    lines = [f"{one.style.name if one.style else ''}: {one.text}" for one in document.paragraphs if one.text.strip()]
    for table in document.tables:
        lines += [" | ".join(cell.text for cell in row.cells) for row in table.rows]
    lines += [
        part.text for section in document.sections for part in (*section.header.paragraphs, *section.footer.paragraphs)
    ]
    return "\n".join(lines)


def cells(path: Path) -> str:
    """Every filled cell of an Excel file with its format, and how many charts and rules a sheet has."""
    book = openpyxl.load_workbook(path)
    with zipfile.ZipFile(path) as parts:
        lines = sorted(name for name in parts.namelist() if "/charts/" in name)
    for sheet in book.worksheets:
        if sheet.title == "_cmkit":
            continue  # signed with the workspace's own key, so another in every demo
        lines.append(f"# {sheet.title} {sheet.sheet_state} {len(sheet.data_validations.dataValidation)} lists")
        for row in sheet.iter_rows():
            lines += [
                f"{cell.coordinate} {cell.value!r} {cell.number_format}" for cell in row if cell.value is not None
            ]
    return "\n".join(lines)


def told(path: Path) -> str:
    """The comparable text of a document."""
    if path.suffix == ".docx":
        return words(path)
    return cells(path) if path.suffix == ".xlsx" else path.read_text(encoding="utf-8")


def documents(folder: Path) -> dict[str, Path]:
    """The documents under ``out`` and ``outbox``, by their path from there."""
    found = [path for part in ("out", "outbox") for path in sorted((folder / part).rglob("*"))]
    return {path.relative_to(folder).as_posix(): path for path in found if path.suffix in KINDS}


def test_the_documents_are_those_beside_the_samples(demo: tuple[str, Path], update_golden: bool) -> None:
    pack, folder = demo
    expected = ROOT / "sample_data" / pack / "expected"
    made = documents(folder)
    if update_golden:
        shutil.rmtree(expected, ignore_errors=True)
        for name, path in made.items():
            (expected / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, expected / name)
    kept = documents(expected)
    assert sorted(kept) == sorted(made), "orphans, or documents without a golden file"
    changed = [name for name, path in made.items() if told(path) != told(kept[name])]
    assert changed == [], "read the difference; `make golden` if it is meant"


def test_a_golden_file_is_never_empty() -> None:
    for pack in PACKS:
        found = documents(ROOT / "sample_data" / pack / "expected")
        assert len(found) > 20
        assert all(len(told(path)) > 100 for path in found.values())
