"""Choices about headings: asked for once, kept, used again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from cmkit.base.faults import ConfigFault
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.importing.layouts import Layout, fingerprint, load_layouts, save_layouts
from cmkit.importing.options import ReadOptions
from cmkit.importing.read import read_file

SPEC = TableSpec(
    table="t",
    zh="表",
    key=("a",),
    columns={
        "a": ColumnSpec(key="a", zh="编号", required=True),
        "b": ColumnSpec(key="b", zh="起", aliases=("日期",)),
        "c": ColumnSpec(key="c", zh="止", aliases=("日期",)),
    },
)


def sheet(folder: Path, heading: str = "日期") -> Path:
    path = folder / "表.csv"
    path.write_text(f"编号,{heading}\n1,x\n", encoding="utf-8")
    return path


def test_layouts_are_written_and_read(tmp_path: Path) -> None:
    layout = Layout(
        "clients", {'余"额\n': "deposit", "备注": "-"}, ("客户号", '余"额\n'), "甲.xlsx", "张三", "2026-10-30"
    )
    save_layouts(tmp_path, {"abc": layout, "d": Layout("staff")})
    assert load_layouts(tmp_path) == {"abc": layout, "d": Layout("staff")}
    assert (tmp_path / "layouts.toml").stat().st_mode & 0o777 == 0o600
    assert load_layouts(tmp_path / "none") == {}


def test_a_broken_file_is_a_setting_to_mend(tmp_path: Path) -> None:
    (tmp_path / "layouts.toml").write_text("= =", encoding="utf-8")
    with pytest.raises(ConfigFault):
        load_layouts(tmp_path)


def test_the_mark_does_not_depend_on_order_or_form() -> None:
    assert fingerprint(["客户号", "余额（元）"]) == fingerprint(["余额(元)", " 客户号", ""])
    assert fingerprint(["客户号"]) != fingerprint(["客户名"])


def test_what_is_ambiguous_is_asked_and_remembered(tmp_path: Path) -> None:
    asked: list[tuple[str, list[str]]] = []
    kept: dict[str, Layout] = {}

    def choose(question: str, answers: Sequence[tuple[str, str]]) -> str | None:
        asked.append((question, [value for value, _shown in answers]))
        return "c"

    options = ReadOptions(
        table="t",
        choose=choose,
        remember=lambda headings, layout: kept.update({fingerprint(headings): layout}),
    )
    (intake,), _problems = read_file(sheet(tmp_path), {"t": SPEC}, options)
    assert intake.columns == ("a", "c")
    assert [values for _question, values in asked] == [["b", "c", "-"]]
    assert "日期" in asked[0][0]
    assert [(one.table, one.choices) for one in kept.values()] == [("t", {"日期": "c"})]

    again = replace(options, table="", choose=None, remember=None, layouts=kept)
    (intake,), _problems = read_file(sheet(tmp_path), {"t": SPEC}, again)
    assert intake.columns == ("a", "c")


def test_without_somebody_to_ask_it_is_refused(tmp_path: Path) -> None:
    (intake,), _problems = read_file(sheet(tmp_path), {"t": SPEC}, ReadOptions(table="t"))
    assert (intake.rows, intake.rejected) == ([], (2,))
    assert [problem.code for problem in intake.problems] == ["ambiguous_column"]


def test_map_is_remembered_with_what_it_left_out(tmp_path: Path) -> None:
    kept: dict[str, Layout] = {}
    options = ReadOptions(
        table="t",
        columns={"日子": "b"},
        remember=lambda headings, layout: kept.update({fingerprint(headings): layout}),
    )
    (intake,), _problems = read_file(sheet(tmp_path, "日子"), {"t": SPEC}, options)
    assert intake.columns == ("a", "b")
    assert [one.choices for one in kept.values()] == [{"日子": "b"}]
    (intake,), _problems = read_file(sheet(tmp_path, "日子"), {"t": SPEC}, ReadOptions(layouts=kept))
    assert intake.columns == ("a", "b")
