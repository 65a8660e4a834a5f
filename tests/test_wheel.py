"""A wheel and a checkout both find the templates, the packs and the sample data."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel, unpacked where nothing of the checkout is."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    wheel = next((folder / "dist").glob("*.whl"))
    with zipfile.ZipFile(wheel) as packed:
        for member in packed.infolist():
            packed.extract(member, folder / "site")
    return folder / "site"


def run(site: Path, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, "-m", "cmkit", *words],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_wheel_holds_packs_templates_samples_and_catalogs(installed: Path) -> None:
    for inside in (
        "cmkit/sectors/tobacco/kpi.toml",
        "cmkit/_data/report_templates/base/document.docx",
        "cmkit/_data/sample_data/bank_retail/demo.toml",
        "cmkit/locale/zh/LC_MESSAGES/cmkit-click.mo",
        "cmkit/py.typed",
    ):
        assert (installed / inside).is_file(), inside


def test_the_wheel_holds_every_sample_that_the_checkout_has(installed: Path) -> None:
    packs = sorted(path.parent.name for path in (ROOT / "sample_data").glob("*/demo.toml"))
    shipped = installed / "cmkit/_data/sample_data"
    assert sorted(path.parent.name for path in shipped.glob("*/demo.toml")) == packs
    for pack in packs:
        files = [path for path in (shipped / pack).rglob("*") if path.is_file() and "expected" not in path.parts]
        assert sum(path.stat().st_size for path in files) < 700_000, pack


def test_the_installed_program_runs_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    where = "import cmkit.render.templates as t; print(t.data_root('sample_data'), t.data_root('report_templates'))"
    env = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    told = subprocess.run(
        [sys.executable, "-c", where], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert all(part.startswith(str(installed)) for part in told.stdout.split())
    made = run(installed, tmp_path, "init", "office", "--pack", "tobacco")
    assert made.returncode == 0, made.stderr
    office = tmp_path / "office"
    source = installed / "cmkit/_data/sample_data/tobacco/机构人员.xlsx"
    assert run(installed, office, "import", str(source)).returncode == 0
    written = run(installed, office, "worklog", "--owner", "Y2002", "--date", "2026-10-30")
    assert written.returncode == 0, written.stderr
    assert len(list((office / "out").rglob("worklog-*"))) == 4


def test_a_checkout_finds_them_beside_the_package() -> None:
    from cmkit.render.templates import data_root

    assert data_root("sample_data") == ROOT / "sample_data"
    assert data_root("report_templates") == ROOT / "report_templates"
