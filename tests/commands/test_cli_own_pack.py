"""A sector is data: a library, made of files alone, goes the whole way from init to the report."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.commands.kit import Office, book, run, write

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
PACK = {
    "pack.toml": """
name = "library"
extends = "common"
zh = "图书馆"
en = "Library"
money_unit = "元"
staff_word = "馆员"
""",
    "tables/clients.toml": """
table = "clients"
[columns.kind]
default = "个人"
[columns.tier]
required = false
[columns.tier.choices]
"学生" = ["在校生"]
"教师" = []
[columns.status]
default = "在用"
[columns.shelf_mark]
zh = "常用类号"
en = "Shelf mark"
aliases = ["类号", "分类号"]
kind = "text"
[columns.overdue]
zh = "逾期册数"
en = "Books overdue"
aliases = ["超期册数"]
kind = "count"
measure = true
""",
    "tables/staff.toml": """
table = "staff"
[columns.role.choices]
"馆员" = ["图书管理员"]
""",
    "tables/contacts.toml": """
table = "contacts"
[columns.content]
required = false
[columns.books]
zh = "借出册数"
en = "Books lent"
aliases = ["册数"]
kind = "count"
""",
    "kpi.toml": """
[kpi.LENT]
zh = "外借册数"
en = "Books lent"
unit = "册"
digits = 0
weight = 60
rule = "ratio_cap"
options = { floor = "0", cap = "120" }
definition = "期内借出册数合计"
measure = { how = "sum", table = "contacts", field = "books" }

[kpi.READERS]
zh = "到馆读者"
en = "Readers"
unit = "人"
digits = 0
weight = 40
rule = "ratio"
definition = "期内到馆的读者数"
measure = { how = "distinct", table = "contacts", field = "client_id", where = [{ field = "channel", any_of = ["来访"] }] }
""",
    "routines.toml": """
[routines."客户经理"]
drop = true
[routines."馆员"]
zh = "馆员日志"
en = "Librarian's log"
sections = ["plan", "contacts", "tomorrow", "activity", "review"]
activity = [
  { key = "n_lent", zh = "借出册数", en = "Books lent", standard = 3, counts = { how = "sum", table = "contacts", field = "books" } },
]
[[routines."馆员".blocks]]
key = "open"
zh = "开馆前"
en = "Before opening"
steps = [{ key = "shelves", at = "08:30", zh = "整架", en = "Tidy the shelves" }]
""",
    "reports/loans.toml": """
zh = "借阅月报"
en = "Loans"
period = "month"
formats = ["md", "xlsx"]
sections = ["summary", "kpi_table", "activity", "appendix"]
""",
}


@pytest.fixture
def library(tmp_path: Path) -> Office:
    """
    Readers R01 (学生), R02 (教师); 馆员 L1; October: 5 + 4 books lent to two readers; targets 10 books, 2 readers.
    """
    root = tmp_path / "图书馆"
    for name, text in PACK.items():
        write(root / "packs" / "library" / name, text)
    run("init", root, "--pack", "library", "--office", "市图书馆").expect(0)
    office = Office(root)
    people = book(
        root / "inbox" / "人员.xlsx",
        {
            "机构": [["机构编号", "机构名称", "层级"], ["G1", "市图书馆", "总部"]],
            "人员": [
                ["工号", "姓名", "岗位", "机构编号", "入职日期"],
                ["L1", "甲馆员", "图书管理员", "G1", "2020-01-06"],
            ],
        },
    )
    readers = write(
        root / "inbox" / "读者.csv",
        "市图书馆读者名册,,,,,\n客户编号,客户名称,客户等级,类号,超期册数,客户经理工号\n"
        "R01,张一,在校生,TP3,2,L1\nR02,李二,教师,I2,0,L1\n合计,2,,,2,\n",
    )
    loans = write(
        root / "inbox" / "借阅.csv",
        "日期,工号,客户编号,方式,目的,结果,册数\n2026-10-12,L1,R01,来访,借书,已借,5\n2026年10月30日,L1,R02,来访,借书,已借,4\n",
    )
    targets = write(
        root / "inbox" / "目标.csv",
        "指标,责任主体,期间,目标值\n外借册数,L1,2026-10,10\n到馆读者,L1,2026-10,2\n外借册数,G1,2026-10,8\n",
    )
    office.run("import", people).expect(0)
    for path, table in ((readers, "clients"), (loans, "contacts"), (targets, "targets")):
        told = office.json("import", path, "--table", table)
        assert sum(one["rejected"] for one in told["files"]) == 0
    return office


def test_its_own_words_columns_and_choices(library: Office) -> None:
    """The alias 类号 is its column, 在校生 its choice, the total row is no reader."""
    readers = library.json("clients", "list")
    assert [(one["client_id"], one["tier"], one["shelf_mark"], one["overdue"]) for one in readers] == [
        ("R01", "学生", "TP3", 2),
        ("R02", "教师", "I2", 0),
    ]
    assert library.run("packs", "check").code in {0, 3}
    assert "图书馆" in library.run("packs", "list").expect(0).out
    columns = {
        one["column"] for one in library.json("packs", "show", "library")["columns"] if one["table"] == "clients"
    }
    assert {"shelf_mark", "overdue"} <= columns


def test_its_own_indicators(library: Office) -> None:
    """L1: 9 of 10 books (90 %, score 90), 2 of 2 readers (100). 90 × 0.6 + 100 × 0.4 = 94. The house: 9 of 8."""
    told = library.json("kpi", "check", "--period", "2026-10", "--owner", "L1", codes=(0, 3))
    rows = {row["kpi"]: row for row in told["rows"]}
    assert (rows["LENT"]["target"], rows["LENT"]["actual"], rows["LENT"]["rate"]) == ("10", "9", "90.00")
    assert (rows["READERS"]["actual"], rows["READERS"]["rate"], rows["READERS"]["status"]) == ("2", "100.00", "met")
    house = library.json("kpi", "check", "--period", "2026-10", "--branch", "G1", codes=(0, 3))
    assert {row["kpi"]: (row["actual"], row["status"]) for row in house["rows"]}["LENT"] == ("9", "met")
    score = library.json("kpi", "score", "--period", "2026-10")["rows"]
    assert [(one["who"], Decimal(one["score"])) for one in score] == [("L1", Decimal(94))]
    records = library.json("kpi", "explain", "外借册数", "--owner", "L1", "--period", "2026-10")["records"]
    assert [(one["contributes"], one["origin"]["row"]) for one in records] == [("5", 2), ("4", 3)]


def test_its_own_routine_and_report(library: Office, tmp_path: Path) -> None:
    """The log has the library's steps and counter; its report, its sections; Excel opens it."""
    log = Path(library.json("worklog", "--owner", "甲馆员", "--to", "md", "--out", tmp_path)[0])
    text = log.read_text(encoding="utf-8")
    assert "馆员日志" in text
    assert "整架" in text
    assert "借出册数" in text
    paths = [
        Path(path)
        for path in library.json("report", "loans", "--period", "2026-10", "--owner", "L1", "--out", tmp_path)
    ]
    assert [path.name for path in paths] == ["loans-L1甲馆员-2026-10.md", "loans-L1甲馆员-2026-10.xlsx"]
    report = paths[0].read_text(encoding="utf-8")
    assert "借阅月报" in report
    assert "外借册数" in report
    assert "90.0" in report
    assert load_workbook(paths[1]).worksheets


def test_its_own_forms_and_logs(library: Office, tmp_path: Path) -> None:
    """``log add``, ``records form`` and ``exchange issue`` know the column that only a library has."""
    library.run("log", "add", "R01", "--channel", "来访", "--purpose", "还书", "--result", "已还").expect(0)
    library.run("records", "contacts", "form", tmp_path / "借阅.xlsx").expect(0)
    texts = [str(cell.value) for sheet in load_workbook(tmp_path / "借阅.xlsx") for row in sheet for cell in row]
    assert any("借出册数" in text for text in texts)
    listed = write(tmp_path / "名单.csv", "编号,名称\nG1,市图书馆\n")
    assert library.json("exchange", "issue", "contacts", "--period", "2026-11", "--branches", listed)


def test_a_slip_in_a_pack_is_named_with_what_is_legal(library: Office) -> None:
    """An unknown key, an unknown word, a field that no table has: 78 with file and key, and what may stand there."""
    path = library.root / "packs" / "library" / "kpi.toml"
    good = path.read_text(encoding="utf-8")
    for wrong, place, legal in (
        (good.replace("weight = 60", "weigth = 60"), "LENT.weigth", "weight"),
        (good.replace('field = "books"', 'field = "bookz"'), "LENT.measure", "books"),
    ):
        path.write_text(wrong, encoding="utf-8")
        done = library.run("clients", "list").expect(78)
        assert place in done.err
        assert legal in done.err
    for wrong, legal in (
        (good.replace('rule = "ratio"\n', 'rule = "ration"\n'), "ratio_cap"),
        (good.replace("weight = 60", "weight = 61"), "100"),
    ):
        path.write_text(wrong, encoding="utf-8")
        assert legal in library.run("packs", "check").expect(78).err
        seen = library.run("doctor").expect(3, 78)
        assert legal in seen.out + seen.err
    path.write_text(good, encoding="utf-8")
    library.run("packs", "check").expect(0)
    library.run("doctor").expect(0)


def test_a_column_added_later_grows_the_store(library: Office) -> None:
    """The pack gets a column more: what was stored stays, the new column can be filled at once."""
    path = library.root / "packs" / "library" / "tables" / "clients.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + '[columns.card]\nzh = "借书证号"\nen = "Card"\nkind = "code"\n', encoding="utf-8")
    more = write(library.root / "inbox" / "证.csv", "客户编号,客户名称,借书证号,客户经理工号\nR01,张一,0007,L1\n")
    library.run("import", more, "--table", "clients").expect(0)
    readers = {one["client_id"]: (one["card"], one["shelf_mark"]) for one in library.json("clients", "list")}
    assert readers == {"R01": ("0007", "TP3"), "R02": (None, "I2")}
