"""The day at the desk: today, contacts, work logs, meetings and their actions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.commands.kit import Office, contents, write


def _sections(told: dict[str, Any]) -> dict[str, list[list[Any]]]:
    return {section["id"]: section["rows"] for section in told["sections"]}


def test_today_of_the_owner_the_supervisor_and_all(bank: Office) -> None:
    """What E1003 sees is his own; his supervisor sees the team's; the office sees everybody's."""
    mine = bank.json("today", "--owner", "林一舟")
    team = bank.json("today", "--owner", "E1002")
    everyone = bank.json("today")
    assert (mine["title"], mine["subtitle"]) == ("林一舟", "2026-10-30")
    assert bank.json("today", "--owner", "E1003") == mine
    sizes = [{section["id"]: len(section["rows"]) for section in told["sections"]} for told in (mine, team, everyone)]
    for name, rows in sizes[0].items():
        assert rows <= sizes[1].get(name, 0) <= sizes[2][name]
    assert sum(sizes[0].values()) < sum(sizes[2].values())
    own = {row["client_id"] for row in bank.json("clients", "list", "--owner", "E1003")}
    assert {row[1] for row in _sections(mine)["today-visits"]} <= own


def test_today_is_the_day_asked_for(bank: Office) -> None:
    assert bank.json("today", "--on", "2026-10-26")["subtitle"] == "2026-10-26"


def test_a_contact_is_noted_with_its_follow_up(office: Office) -> None:
    """``log add`` → in the list of the day, in the work log, a task for the next day, counted as a visit."""
    before = bank_visits(office)
    words = ("--channel", "面访", "--purpose", "存单到期", "--result", "转存三年", "--minutes", "40", "--time", "10:20")
    done = office.json("log", "add", "C000101", *words, "--amount", "5万", "--outcome", "成交", "--next", "2026-11-06")
    assert set(done) >= {"batch", "contact", "task"}
    listed = [one for one in office.json("log", "list") if one["client_id"] == "C000101"]
    assert [(one["purpose"], one["result"], one["minutes"], one["amount"]) for one in listed] == [
        ("存单到期", "转存三年", 40, "50000")
    ]
    assert listed[0]["staff_id"] == "E1006"
    tasks = office.json("minutes", "actions", "--owner", "E1006", codes=(0, 3))
    assert ("2026-11-06", done["task"]) in {(one["due"], one["task"]) for one in tasks}
    assert bank_visits(office) == before + 1
    office.run("imports", "undo", done["batch"]).expect(0)
    assert not [one for one in office.json("log", "list") if one["client_id"] == "C000101"]


def bank_visits(office: Office) -> int:
    """Clients whom E1006 visited in October."""
    return int(office.json("kpi", "explain", "VIS", "--owner", "E1006", "--period", "2026-10")["value"])


def test_log_add_by_name_and_for_somebody_else(office: Office) -> None:
    """The client by the whole name, the contact on another day and by another manager."""
    name = office.json("clients", "list", "--unmask", "--reason", "测试", "--owner", "E1006")[0]["name"]
    words = ("--channel", "电话", "--purpose", "问候", "--result", "好", "--date", "2026-10-29", "--owner", "何静姝")
    office.run("log", "add", name, *words).expect(0)
    listed = office.json("log", "list", "--from", "2026-10-29", "--to", "2026-10-29", "--owner", "E1004")
    assert [one["purpose"] for one in listed if one["purpose"] == "问候"] == ["问候"]


def test_log_list_spans_and_owners(bank: Office) -> None:
    """The span is inclusive, the owner's own are a part of all."""
    everyone = bank.json("log", "list", "--from", "2026-10-26", "--to", "2026-10-30")
    own = bank.json("log", "list", "--from", "2026-10-26", "--to", "2026-10-30", "--owner", "E1003")
    assert {one["date"] for one in everyone} == {f"2026-10-{day}" for day in (26, 27, 28, 29, 30)}
    assert own == [one for one in everyone if one["staff_id"] == "E1003"]
    assert {one["date"] for one in bank.json("log", "list")} == {"2026-10-30"}


def test_a_work_log_is_written_reviewed_and_no_gap_any_more(office: Office) -> None:
    """
    2026-10-08  E1003 has no log        → gap "missing"
    write --date 2026-10-08             → written late, to be reviewed
    review                              → reviewed
    """

    def kinds() -> set[str]:
        found = office.run(
            "worklog", "gaps", "--owner", "E1003", "--from", "2026-10-08", "--to", "2026-10-08", "--format", "json"
        )
        return {one["kind"] for one in found.expect(0, 3).json()}

    assert kinds() == {"missing"}
    office.run(
        "worklog", "write", "--owner", "E1003", "--date", "2026-10-08", "--summary", "补写", "--step", "看报表"
    ).expect(0)
    assert "missing" not in kinds()
    office.run("worklog", "write", "--owner", "E1003", "--date", "2026-10-08", "--learned", "条线培训").expect(0)
    log = next(
        one
        for one in office.json("records", "worklogs", "list")
        if (one["date"], one["staff_id"]) == ("2026-10-08", "E1003")
    )
    assert (log["summary"], log["learned"], log["steps"]) == ("补写", "条线培训", ["看报表"])
    office.run(
        "worklog", "review", "林一舟", "--date", "2026-10-08", "--note", "已阅，注意及时", "--as", "E1002"
    ).expect(0)
    log = next(
        one
        for one in office.json("records", "worklogs", "list")
        if (one["date"], one["staff_id"]) == ("2026-10-08", "E1003")
    )
    assert (log["reviewer"], log["reviewed_on"]) == ("E1002", "2026-10-30")
    assert "unreviewed" not in kinds()


@pytest.mark.parametrize(
    ("words", "stems"),
    [
        (("--owner", "E1003"), {"worklog-E1003林一舟-2026-10-30"}),
        (("--owner", "E1003", "--date", "2026-10-29"), {"worklog-E1003林一舟-2026-10-29"}),
        (("--owner", "E1003", "--week"), {"weeklog-E1003林一舟-2026-W44"}),
    ],
)
def test_work_logs_in_four_formats(office: Office, words: tuple[str, ...], stems: set[str]) -> None:
    """``<report>-<who>-<period>.<ext>`` under ``out/<period>/``, 0600, the paths on stdout."""
    done = office.run("worklog", *words).expect(0)
    paths = [Path(line) for line in done.lines]
    assert {path.stem for path in paths} == stems
    assert [path.suffix for path in paths] == [".md", ".html", ".docx", ".xlsx"]
    period = paths[0].stem.split("-", 2)[2]
    assert {path.parent for path in paths} == {office.root / "out" / period}
    assert all(path.stat().st_mode & 0o077 == 0 and path.stat().st_size > 500 for path in paths)


def test_work_logs_of_all_who_write_one(office: Office) -> None:
    """``--all``: one each for everybody whose role writes a log, none for the head office's chief."""
    paths = office.json("worklog", "--all", "--to", "md")
    found = {Path(path).name.split("-")[1][:5] for path in paths}
    assert {"E1003", "E1004", "E1012"} <= found
    assert "E1001" not in found
    text = Path(next(path for path in paths if "E1003" in path)).read_text(encoding="utf-8")
    contacts = office.json("log", "list", "--owner", "E1003")
    assert contacts
    assert all(one["client_id"] in text or one["purpose"] in text for one in contacts)


MEETING = """
title = "晨会"
meeting_id = "CH-1"
series = "晨会"
date = 2026-10-29
start = "08:30"
host = "周启明"
recorder = "何静姝"
present = ["周启明", "林一舟", "何静姝"]
[[topics]]
topic = "到期资金"
discussion = "本周有十二笔到期"
result = "逐户联系"
[[actions]]
what = "列出到期名单"
owner = "林一舟"
due = 2026-10-30
"""


def _meeting(office: Office, text: str, name: str = "晨会.toml") -> Path:
    return write(office.root / "inbox" / name, text)


def test_actions_are_carried_into_the_next_minutes(office: Office, tmp_path: Path) -> None:
    """
    29 Oct  晨会 CH-1   action: 林一舟 列出到期名单, due 30 Oct (open)
    30 Oct  晨会 CH-2   its minutes carry the open action; closed it is carried no more
    """
    assert office.run("minutes", "new", _meeting(office, MEETING)).expect(0).lines == ["CH-1"]
    second = MEETING.replace("CH-1", "CH-2").replace("2026-10-29", "2026-10-30").split("[[actions]]", maxsplit=1)[0]
    office.run("minutes", "new", _meeting(office, second, "二.toml")).expect(0)
    mine = [
        one for one in office.json("minutes", "actions", "--owner", "E1003", codes=(3,)) if one["meeting"] == "CH-1"
    ]
    assert [(one["what"], one["due"], one["state"]) for one in mine] == [("列出到期名单", "2026-10-30", "today")]
    paths = office.json("minutes", "render", "CH-2", "--out", tmp_path / "前", "--to", "md,html,docx")
    assert [Path(path).name for path in paths] == [f"minutes-CH-2-2026-10.{ext}" for ext in ("md", "html", "docx")]
    assert "列出到期名单" in (tmp_path / "前" / "minutes-CH-2-2026-10.md").read_text(encoding="utf-8")
    office.run("minutes", "actions", "--done", mine[0]["task"], "--note", "已发").expect(0)
    everything = office.json("minutes", "actions", "--owner", "E1003", "--all", codes=(0, 3))
    assert {one["task"]: one["state"] for one in everything}[mine[0]["task"]] == "done"
    third = MEETING.replace("CH-1", "CH-3").replace("2026-10-29", "2026-10-30").split("[[actions]]", maxsplit=1)[0]
    office.run("minutes", "new", _meeting(office, third, "三.toml")).expect(0)
    office.run("minutes", "render", "CH-3", "--out", tmp_path / "后", "--to", "md", "--on", "2026-10-31").expect(0)


def test_the_same_meeting_again_keeps_what_was_done_since(office: Office) -> None:
    """Taking the file in once more neither doubles the actions nor opens a closed one."""
    path = _meeting(office, MEETING)
    office.run("minutes", "new", path).expect(0)
    task = next(one["task"] for one in office.json("minutes", "actions", codes=(3,)) if one["meeting"] == "CH-1")
    office.run("minutes", "actions", "--done", task).expect(0)
    before = contents(office)["tasks"]
    office.run("minutes", "new", path).expect(0)
    assert contents(office)["tasks"] == before


def test_a_meeting_form_is_filled_in_excel(office: Office, tmp_path: Path) -> None:
    """
    ``minutes form`` → filled like a secretary would → ``minutes new`` → ``render``

    A 会议名称   B 支行周会
    A 议题       1 | 存款进度 | …
    A 行动项     1 | 联系客户 | 林一舟 | 2026-11-03
    """
    path = tmp_path / "会议.xlsx"
    assert office.run("minutes", "form", path).expect(0).lines == [str(path)]
    book = load_workbook(path)
    sheet = book.worksheets[0]
    rows = {str(row[0].value): row for row in sheet.iter_rows() if row[0].value}
    given = {
        "会议名称": "支行周会",
        "日期": "2026-10-30",
        "主持": "周启明",
        "记录": "何静姝",
        "出席": "周启明、林一舟、何静姝",
    }
    for label, value in given.items():
        rows[label][1].value = value
    heads = [row for row in sheet.iter_rows() if row[0].value == "序号"]
    topics, actions = heads[0], heads[-1]
    sheet.cell(int(topics[0].row or 0) + 1, 2, "存款进度")
    columns = {str(cell.value): cell.column for cell in actions if cell.value}
    given = {"事项": "联系十户到期客户", "责任人": "林一舟", "完成时限": "2026-11-03"}
    for word, value in given.items():
        column = next(number for label, number in columns.items() if word in label or label in word)
        sheet.cell(int(actions[0].row or 0) + 1, column, value)
    book.save(path)
    meeting = office.run("minutes", "new", path).expect(0).lines[0]
    found = [one for one in office.json("minutes", "actions", codes=(0, 3)) if one["meeting"] == meeting]
    assert [(one["what"], one["owner"], one["due"]) for one in found] == [("联系十户到期客户", "E1003", "2026-11-03")]
    text = Path(office.json("minutes", "render", meeting, "--to", "md")[0]).read_text(encoding="utf-8")
    assert "支行周会" in text
    assert "存款进度" in text
    assert "联系十户到期客户" in text


def test_an_agenda_before_the_meeting(office: Office) -> None:
    agenda, sheet = (Path(path) for path in office.json("minutes", "render", "周例会", "--agenda", "--to", "md"))
    assert "会议议程" in agenda.read_text(encoding="utf-8")
    assert "签到" in sheet.read_text(encoding="utf-8")


def test_minutes_in_two_styles(office: Office) -> None:
    """After GB/T 9704 the mark and 出席 at the end; plain without a mark, the people in the head."""
    gb = Path(office.json("minutes", "render", "周例会", "--to", "md")[0]).read_text(encoding="utf-8")
    plain = Path(office.json("minutes", "render", "周例会", "--style", "plain", "--to", "md")[0]).read_text(
        encoding="utf-8"
    )
    assert "总行会议纪要" in gb
    assert "总行会议纪要" not in plain
    assert plain.index("出席") < plain.index("一、") < gb.index("出席")


def test_a_meeting_file_with_next_to_nothing_says_what_is_missing(office: Office) -> None:
    """``title`` and ``date`` alone are taken in, and every thing that minutes need is named at once."""
    path = office.root / "空.toml"
    path.write_text('title = "临时会"\ndate = 2026-10-30\n', encoding="utf-8")
    told = office.run("minutes", "new", path).expect(0)
    for word in ("时间", "地点", "主持", "记录", "出席", "议程", "决议"):
        assert word in told.err
    assert "还缺" in told.err
    assert told.lines[0].startswith("M-2026-10-30-")


def test_a_series_that_was_not_held(bank: Office) -> None:
    """The weekly meeting of 19 and 26 October has not been held since: a gap a week."""
    told = bank.run("minutes", "gaps", "--on", "2026-11-20", "--format", "json").expect(3).json()
    assert {one["series"] for one in told} >= {"周例会"}
    assert bank.json("minutes", "gaps") == []
