"""Words that want more than they say: data stays as it is, files stay where they belong, terminals are not steered."""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.commands.kit import Office, contents, program, write

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
STRINGS = (
    "' OR '1'='1",
    '"; DROP TABLE clients; --',
    "x'); DELETE FROM contacts; --",
    "%' UNION SELECT name FROM sqlite_master --",
    "$(touch /tmp/cmkit-owned)",
    "`id`",
    "; rm -rf .",
    "| cat /etc/passwd",
    "../../../../etc/passwd",
    "..\\..\\windows",
    "/etc/cron.d/x",
    "{{ 7*7 }}",
    "{% include '/etc/passwd' %}",
    "${7*7} {0.__class__}",
    "%s%s%n",
    '=HYPERLINK("http://x","y")',
    "+cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "\x1b]0;owned\x07\x1b[31m红",
    "a\u202egnp.exe\r\nX",
)
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

READERS = (
    ("clients", "find", "{}"),
    ("clients", "show", "{}"),
    ("clients", "list", "--owner", "{}"),
    ("clients", "list", "--tier", "{}"),
    ("clients", "list", "--status", "{}"),
    ("records", "{}", "list"),
    ("today", "--owner", "{}"),
    ("log", "list", "--owner", "{}"),
    ("worklog", "--owner", "{}"),
    ("worklog", "gaps", "--owner", "{}"),
    ("minutes", "render", "{}"),
    ("minutes", "actions", "--done", "{}"),
    ("visits", "due", "--owner", "{}"),
    ("kpi", "try", "{}"),
    ("kpi", "try", "ratio", "actual={}"),
    ("kpi", "check", "--period", "{}"),
    ("kpi", "check", "--period", "2026-10", "--branch", "{}"),
    ("kpi", "explain", "{}"),
    ("check", "{}"),
    ("report", "{}"),
    ("report", "monthly", "--owner", "{}"),
    ("report", "weekly", "--to", "{}"),
    ("exchange", "status", "{}"),
    ("exchange", "issue", "actuals", "--period", "{}"),
    ("run", "{}"),
    ("packs", "show", "{}"),
    ("templates", "eject", "{}"),
    ("import", "{inbox}", "--table", "{}"),
    ("import", "{inbox}", "--sheet", "{}"),
    ("import", "{inbox}", "--map", "{}=name"),
    ("import", "{inbox}", "--map", "客户号={}"),
    ("records", "feedback", "add", "{}=1"),
    ("records", "feedback", "add", "日期={}", "类别=建议", "内容=好"),
    ("log", "add", "{}", "--channel", "电话", "--purpose", "问候", "--result", "好"),
    ("log", "add", "C000101", "--channel", "{}", "--purpose", "问候", "--result", "好"),
    ("log", "add", "C000101", "--channel", "电话", "--purpose", "问候", "--result", "好", "--next", "{}"),
    ("log", "add", "C000101", "--channel", "电话", "--purpose", "问候", "--result", "好", "--amount", "{}"),
    ("worklog", "review", "{}", "--note", "已阅"),
    ("clients", "list", "--unmask", "--reason", ""),
    ("imports", "undo", "{}"),
    ("--on", "{}", "today"),
    ("--lang", "{}", "today"),
    ("--format", "{}", "today"),
)


def _files(office: Office) -> set[str]:
    """What stands beside the office and in it, the tool's own folder left out."""
    folder = office.root.parent
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if ".cmkit" not in path.parts}


@pytest.fixture(scope="module")
def target(bank: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that everything is tried on."""
    return bank.copy(tmp_path_factory.mktemp("target") / "office")


@pytest.mark.parametrize("line", [pytest.param(line, id=" ".join(line)) for line in READERS])
def test_no_option_is_more_than_text(target: Office, line: tuple[str, ...]) -> None:
    """Strings in each option: refused or without a result, nothing changed, nothing steered, no bug."""
    before, files = contents(target), _files(target)
    for place, text in enumerate(STRINGS):
        # All of them where text looks for people, a turning choice of three elsewhere.
        if line[:2] != ("clients", "find") and (place + READERS.index(line)) % 7:
            continue
        words = [
            word.replace("{inbox}", str(target.root / "inbox" / "投诉登记.xlsx")).replace("{}", text) for word in line
        ]
        done = target.run(*words).expect(0, 2, 3, 65, 78)
        assert not STEERING.search(done.out + done.err), words
    assert contents(target) == before
    assert _files(target) == files
    assert not Path("/tmp/cmkit-owned").exists()  # noqa: S108 - what one of the strings would make


def _write_everything(office: Office) -> None:
    for place, text in enumerate(STRINGS):
        words = ("--channel", "电话", "--purpose", text, "--result", text, "--content", text)
        office.run("log", "add", "C000101", *words).expect(0)
        if place % 4 == 0:
            row = ("日期=2026-10-30", "客户编号=C000101", "类别=建议", f"内容={text}")
            office.run("records", "feedback", "add", *row).expect(0)
            office.run("clients", "show", "C000101", "--unmask", "--reason", text, "--as", text).expect(0)
    every = " ¶ ".join(STRINGS)
    words = ("--summary", every, "--support", STRINGS[15], "--learned", STRINGS[17], "--step", every)
    office.run("worklog", "write", "--owner", "E1006", *words).expect(0)


def test_free_text_stays_text(office: Office, tmp_path: Path) -> None:
    """Written as a purpose, a summary, a reason: in the store once, shown harmlessly, no formula, no code, no markup."""
    rows = {name: len(found) for name, found in contents(office).items()}
    _write_everything(office)
    now = {name: len(found) for name, found in contents(office).items()}
    more = {name: now[name] - rows[name] for name in rows if now[name] != rows[name] and name != "worklogs"}
    assert more == {"contacts": len(STRINGS), "feedback": 5}
    assert len(office.json("audit", "show")) == 5
    for line in (("log", "list"), ("records", "worklogs", "list"), ("records", "feedback", "list"), ("audit", "show")):
        for form in ("table", "json", "csv", "md"):
            done = office.run(*line, "--format", form).expect(0)
            assert not STEERING.search(done.out + done.err), (line, form)
    office.run("worklog", "--owner", "E1006", "--to", "md,html,docx,xlsx", "--out", tmp_path / "out").expect(0)
    files = {path.suffix: path for path in (tmp_path / "out").iterdir()}
    assert set(files) == {".md", ".html", ".docx", ".xlsx"}
    html = files[".html"].read_text(encoding="utf-8")
    assert "&lt;script&gt;alert" in html
    assert "<script>alert" not in html
    assert "{{ 7*7 }}" in html
    assert "root:" not in html
    cells = [cell for sheet in load_workbook(files[".xlsx"]) for row in sheet for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" and re.search("HYPERLINK|cmd|calc", str(cell.value))]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    with zipfile.ZipFile(files[".docx"]) as document:
        assert document.testzip() is None
        assert b"{{ 7*7 }}" in document.read("word/document.xml")
    assert not Path("/tmp/cmkit-owned").exists()  # noqa: S108


@pytest.mark.parametrize("name", ["../../逃", "-rf", "NUL.txt", "a:b", "甲\n乙", "\u202egnp", "长" * 120, "..", " . "])
def test_names_of_people_and_branches_make_no_paths(office: Office, tmp_path: Path, name: str) -> None:
    """A person called ``../../x`` has a document like anybody else, inside the folder."""
    out = tmp_path / "deep" / "er" / "out"
    words = ["工号=E9009", f"姓名={name}", "岗位=理财经理", "机构编号=B01", "入职日期=2020-01-06"]
    done = office.run("records", "staff", "add", *words)
    if done.code == 65:
        return
    done.expect(0)
    before = {path for path in tmp_path.rglob("*") if "office" not in path.parts}
    shown = office.run("worklog", "--owner", "E9009", "--to", "md,xlsx", "--out", out).expect(0)
    made = {path for path in tmp_path.rglob("*") if path.is_file() and "office" not in path.parts} - before
    assert len(made) == 2
    assert all(path.parent == out for path in made)
    assert len(shown.lines) == 2
    assert not STEERING.search(shown.out)
    listed = office.root / "名单.csv"
    write(listed, f'编号,名称\nX1,"{name}"\n')
    issued = office.json("exchange", "issue", "complaints", "--period", "2026-10", "--branches", listed)
    assert {Path(path).parent for path in issued} == {office.root / "outbox" / "2026-10"}


def test_names_that_steer_in_a_workbook(office: Office) -> None:
    """ESC, BEL and bidi marks in a client's name never reach the terminal, in no format."""
    text = '客户编号,客户名称,客户类型,客户经理工号,建档日期\nH1,"\x1b[31m红\x07\u202e反",企业,E1003,2026-01-05\n'
    office.run("import", write(office.root / "inbox" / "怪.csv", text)).expect(0, 4)
    for line in (("clients", "find", "H1"), ("clients", "list"), ("today", "--owner", "E1003"), ("check",)):
        for form in ("table", "json", "csv", "md"):
            done = office.run(*line, "--format", form).expect(0, 3)
            assert not STEERING.search(done.out + done.err), (line, form)


@pytest.mark.skipif(sys.platform == "win32", reason="bytes are no arguments there")
def test_bytes_that_are_no_text(office: Office, tmp_path: Path) -> None:
    """A word that is not UTF-8 (a GBK terminal): an answer, no traceback, and nothing changed."""
    before = contents(office)
    broken = "\udcd5\udcc5"
    env = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(tmp_path)}
    for line in (
        ("clients", "find", broken),
        ("clients", "show", broken),
        ("log", "add", "C000101", "--channel", "电话", "--purpose", broken, "--result", "好"),
        ("records", "feedback", "add", "日期=2026-10-30", "客户编号=C000101", "类别=建议", f"内容={broken}"),
        ("kpi", "check", "--period", broken),
    ):
        done = program("--workspace", office.root, "--on", office.on, *line, env=env, cwd=tmp_path)
        assert done.code in {0, 2, 65}, (line, done.code, done.err)
        assert "Traceback" not in done.err
    assert contents(office) == before
