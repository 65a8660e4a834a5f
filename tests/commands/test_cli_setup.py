"""Making an office, showing the program, and looking whether all is well."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.kit import Office, program, run, write


@pytest.mark.parametrize("pack", ["bank_retail", "tobacco", "common"])
def test_init_is_ready_for_cron(tmp_path: Path, pack: str) -> None:
    """The settings load, the jobs have a next day, and an empty office has nothing to complain of but no bug either."""
    root = tmp_path / "办公室"
    done = run("init", root, "--pack", pack, "--office", '某"单位\\', "--lang", "zh").expect(0)
    assert done.lines == [str(root / "cmkit.toml")]
    settings = tomllib.loads((root / "cmkit.toml").read_text(encoding="utf-8"))
    assert (settings["pack"], settings["office"], settings["lang"]) == (pack, '某"单位\\', "zh")
    office = Office(root)
    assert len(office.json("schedule", "list")["jobs"]) == len(settings["jobs"]) == 4
    for line in ("doctor", "clients list", "today", "check", "visits due", "worklog gaps", "minutes gaps", "log list"):
        office.run(*line.split()).expect(0, 3)
    office.run("kpi", "check", "--period", "2026-10").expect(0, 3)
    office.run("report", "weekly", "--to", "md").expect(0)


def test_an_office_is_found_from_below_and_by_name(tmp_path: Path) -> None:
    root = tmp_path / "甲"
    run("init", root, "--pack", "tobacco").expect(0)
    below = root / "inbox" / "十月"
    below.mkdir()
    assert run("clients", "list", cwd=below).expect(0).code == 0
    assert run("clients", "list", "--workspace", "甲", cwd=tmp_path).expect(0).code == 0


def test_the_demo_made_its_documents(bank: Office, tobacco: Office) -> None:
    """Import, plan, logs, minutes, monthly report and forms: every document is there, with something in it."""
    for office, owner in ((bank, "E1003林一舟"), (tobacco, "Y2002")):
        names = [path.name for path in (office.root / "out").rglob("*.*")]
        for start in ("worklog-", "weeklog-", "minutes-", "monthly-全部-2026-10", f"monthly-{owner}", "visit_plan-"):
            assert any(name.startswith(start) for name in names), start
        assert len(list((office.root / "outbox").rglob("*.xlsx"))) == 3
        assert all(path.stat().st_size > 200 for path in (office.root / "out").rglob("*.*"))


def test_the_demo_goes_over_its_own_folder_and_no_other(shared_folder: Path, tmp_path: Path) -> None:
    """A folder that holds something else is left alone: 73, and what was there is still there."""
    write(tmp_path / "有东西" / "账本.txt", "重要")
    run("demo", tmp_path / "有东西").expect(73)
    assert [path.name for path in (tmp_path / "有东西").iterdir()] == ["账本.txt"]


def test_doctor_sees_what_is_wrong(office: Office) -> None:
    """A store that others can read; a year whose holidays nobody knows; both are told, and the end is 3."""
    assert all(one["ok"] for one in office.json("doctor"))
    (office.root / "cmkit.db").chmod(0o644)
    told = {one["check"]: one["ok"] for one in office.json("doctor", codes=(3,))}
    assert [name for name, well in told.items() if not well] == ["数据库权限"]
    (office.root / "cmkit.db").chmod(0o600)
    told = {one["check"]: one["ok"] for one in office.json("doctor", "--on", "2099-06-01", codes=(3,))}
    assert [name for name, well in told.items() if not well] == ["放假安排"]


def test_holidays_of_the_firm_go_before_the_state(office: Office) -> None:
    """The firm works on Saturday 31 October and is closed on Monday 2 November: jobs of working days follow."""
    write(office.root / "节假日.csv", "2026-10-31,班\n2026-11-02,休\n")
    settings = office.root / "cmkit.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'holidays = "节假日.csv"\n{text}', encoding="utf-8")
    jobs = {job["job"]: job["next"] for job in office.json("schedule", "list")["jobs"]}
    assert jobs["日志检查"] == "2026-10-31"
    jobs = {job["job"]: job["next"] for job in office.json("schedule", "list", "--on", "2026-10-31")["jobs"]}
    assert jobs["日志检查"] == "2026-11-03"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_nobody_else_reads_anything(tmp_path: Path, umask: int) -> None:
    """Whatever the umask: folders 0700, files 0600."""
    import os

    before = os.umask(umask)
    try:
        root = tmp_path / "甲"
        run("init", root, "--pack", "bank_retail").expect(0)
        office = Office(root)
        people = write(root / "inbox" / "人.csv", "机构编号,机构名称,层级\nB1,甲支行,分部\n")
        people.chmod(0o600)
        office.run("import", people, "--table", "orgs").expect(0)
        office.run("records", "orgs", "export", "--out", root / "out" / "机构.csv").expect(0)
        office.run("exchange", "issue", "complaints", "--period", "2026-10").expect(0)
        office.run("records", "orgs", "list", "--unmask", "--reason", "看").expect(0)
        office.run("run", "--due").expect(0, 3)
    finally:
        os.umask(before)
    wide = [path for path in (root, *root.rglob("*")) if path.stat().st_mode & 0o077]
    assert wide == []


def test_help_is_quick_and_light(tmp_path: Path) -> None:
    """``cmkit --help`` reads neither the spreadsheet nor the template nor the database libraries."""
    import subprocess
    import sys

    code = (
        "import sys\nfrom cmkit.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'openpyxl', 'sqlalchemy', 'jinja2', 'docxtpl', 'xlsxwriter', 'python_calamine', 'msgspec', 'rapidfuzz'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, cwd=tmp_path)
    assert done.stderr.decode().strip() == "[]"
    assert "import" in done.stdout.decode("utf-8")


def test_a_language_is_chosen_in_order(fresh: Callable[..., Office], tmp_path: Path) -> None:
    """The option, the variable, the workspace's settings, the locale, Chinese."""
    office = fresh()
    write(office.root / "cmkit.toml", 'pack = "bank_retail"\nlang = "en"\n')
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}

    def first_word(*words: object, **env: str) -> str:
        done = program(*words, "nope", env=bare | env, cwd=tmp_path)
        return done.err[:6]

    assert first_word() == first_word(LANG="zh_CN.UTF-8")
    assert first_word(LANG="en_US.UTF-8") == "Error:"
    assert first_word("--workspace", office.root) == "Error:"
    assert first_word(f"--workspace={office.root}") == "Error:"
    assert first_word("--workspace", office.root, CMKIT_LANG="zh") == first_word()
    assert first_word("--lang", "en", CMKIT_LANG="zh") == "Error:"
    assert first_word("--lang=zh", LANG="en_US.UTF-8") == first_word()
