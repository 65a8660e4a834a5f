"""Settings: unknown keys are errors that list the legal ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from cmkit.base.config import convert, read_toml
from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _, detect, pick, set_language, speaking
from cmkit.base.problem import Place, Problem
from cmkit.base.workspace import Settings, find_workspace


def settings(path: Path, text: str) -> Settings:
    path.write_text(text, encoding="utf-8")
    return convert(read_toml(path), Settings, path)


def test_a_misspelt_key_names_the_nearest_and_the_legal_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault) as stop:
        settings(tmp_path / "cmkit.toml", 'pack = "tobacco"\nofice = "x"\n')
    assert "ofice" in stop.value.message
    assert "office" in stop.value.hint
    assert "holidays" in stop.value.hint
    assert stop.value.exit_code == 78


def test_a_word_that_is_no_choice_is_refused_with_the_choices(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault) as stop:
        settings(tmp_path / "cmkit.toml", 'pack = "tobacco"\n[[delivery.targets]]\nname = "盘"\nkind = "folder"\n')
    assert "delivery.targets[0].kind" in stop.value.message
    assert all(word in stop.value.hint for word in ("mail", "wecom", "dingtalk", "feishu"))


def test_a_misspelt_key_inside_a_job_is_found_there(tmp_path: Path) -> None:
    text = 'pack = "tobacco"\n[[jobs]]\nname = "x"\nrun = ["check"]\nwen = "daily"\n'
    with pytest.raises(ConfigFault) as stop:
        settings(tmp_path / "cmkit.toml", text)
    assert "jobs[" in stop.value.message
    assert "when" in stop.value.hint


def test_a_wrong_type_and_broken_toml_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cmkit.toml"
    for text in ("pack = 3\n", "pack = \n"):
        with pytest.raises(ConfigFault) as stop:
            settings(path, text)
        assert stop.value.place.file == str(path)


def test_the_workspace_is_found_upward_or_missed_with_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "office" / "out"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    with pytest.raises(ConfigFault) as stop:
        find_workspace(None)
    assert "cmkit init" in stop.value.hint
    (tmp_path / "office" / "cmkit.toml").write_text('pack = "tobacco"\n', encoding="utf-8-sig")
    assert find_workspace(None).root == tmp_path / "office"
    assert find_workspace(str(tmp_path / "office")).settings.pack == "tobacco"


def test_language_of_the_locale_is_chinese_unless_it_says_english() -> None:
    assert detect({}) == "zh"
    assert detect({"LANG": "C"}) == "zh"
    assert detect({"LANG": "en_US.UTF-8"}) == "en"
    assert detect({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.GBK"}) == "zh"


def test_labels_follow_the_language() -> None:
    set_language("zh")
    assert pick("客户", "client") == "客户"
    with speaking("en"):
        assert pick("客户", "client") == "client"
        assert pick("客户", "") == "客户"
    assert _("没有的句子") == "没有的句子"


def test_a_problem_is_a_line_and_a_json_shape() -> None:
    problem = Problem(Place("a.xlsx", "表1", "C17"), "date", "日期读不懂", "写成 2026-10-30")
    assert str(problem) == "a.xlsx · 表1!C17：日期读不懂；写成 2026-10-30"
    assert problem.as_dict()["place"] == {"file": "a.xlsx", "sheet": "表1", "cell": "C17"}
