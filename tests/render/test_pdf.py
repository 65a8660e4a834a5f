"""PDF: what a reader takes out of it, the glyphs nobody has, the same bytes, and templates that go too far."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cmkit.base.faults import ConfigFault, InputFault
from cmkit.base.problem import Problem
from cmkit.facts.section import Column, Document, Section
from cmkit.render import fonts, pdf_apart, render
from cmkit.render.glyphs import coverage

pypdf = pytest.importorskip("pypdf")
pytest.importorskip("typst")


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def squeezed(data: bytes) -> str:
    return re.sub(r"\s|\u200b", "", "".join(pages(data)))


def own(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "document.typ").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def fresh_fonts() -> Iterator[None]:
    fonts.font_set.cache_clear()
    yield
    fonts.font_set.cache_clear()


def test_the_words_of_a_report_can_be_read_out_of_it(monthly: Document) -> None:
    text = squeezed(render(monthly, "pdf"))
    for words in (
        "城东支行月度经营分析报告",
        "3项指标中1项达标。",
        "一、主要指标完成情况",
        "2,708.50",
        "▲落后",
        "内部资料",
    ):
        assert words in text
    assert "本月无新增预警。" in text
    assert "编制：" in text


def test_every_page_says_which_of_how_many_and_repeats_the_head_of_its_table() -> None:
    """A table of 150 rows: its head stands once on each of its pages, and so does 第 n 页，共 m 页."""
    rows = tuple((f"C{number:06d}", "客户备注" * 6) for number in range(150))
    section = Section("s", "明细", columns=(Column("客户编号"), Column("情况说明", "note")), rows=rows)
    found = pages(render(Document(name="x", title="长表", sections=(section,)), "pdf"))
    assert len(found) == 3
    for number, text in enumerate(found, 1):
        flat = re.sub(r"\s", "", text)
        assert flat.count("客户编号") == 1
        assert f"第{number}页，共{len(found)}页" in flat
    assert "C000149" in found[-1]


def test_chinese_punctuation_never_begins_a_line() -> None:
    """The rule of 避头尾: no line begins with ，。、；：）」 whatever the width of the text."""
    text = "客户经理应当在每月末以前，完成全部走访、登记；并且（含电话）如实填写：时间、地点、内容。" * 12
    data = render(Document(name="x", title="行", sections=(Section("s", "正文", (text,)),)), "pdf")
    lines = [line.strip() for page in pages(data) for line in page.splitlines() if line.strip()]
    assert len(lines) > 8
    assert [line for line in lines if line[0] in "，。、；：）」"] == []


def test_an_english_report_speaks_english(monthly: Document) -> None:
    text = " ".join(pages(render(replace(monthly, lang="en"), "pdf")))
    assert "1. 主要指标完成情况" in text


def test_the_same_bytes_in_another_process(monthly: Document) -> None:
    code = (
        "import sys, hashlib; from datetime import date; from cmkit.facts.section import *; from cmkit.render import render;"
        "print(hashlib.sha256(render(Document('x', '题', made_on=date(2026, 10, 30)), 'pdf')).hexdigest())"
    )
    words = [sys.executable, "-c", code]
    told = {subprocess.run(words, capture_output=True, check=True, text=True).stdout.strip() for _ in range(2)}
    assert len(told) == 1
    assert render(monthly, "pdf") == render(monthly, "pdf")
    meta = pypdf.PdfReader(io.BytesIO(render(monthly, "pdf"))).metadata
    assert str(meta["/CreationDate"]).startswith("D:20261030")
    assert hashlib.sha256(render(replace(monthly, title="另一份"), "pdf")).hexdigest() not in told


def test_a_character_without_a_font_is_named_and_printed_as_geta() -> None:
    """𒀀 is cuneiform. The mark of direction beside it needs no glyph and is not complained about."""
    problems: list[Problem] = []
    document = Document(name="x", title="刘\u200f𒀀", sections=(Section("s", "䶮𠮷", ("正文𒀀",)),))
    if not fonts.font_set().missing(["𒀀"]):
        pytest.skip("a font of this machine has cuneiform")
    text = squeezed(render(document, "pdf", problems=problems))
    assert text.count("〓") >= 2
    assert "𒀀" not in text
    assert "䶮𠮷" in text
    (problem,) = problems
    assert problem.code == "pdf.glyph"
    assert problem.severity == "warning"
    assert "𒀀(U+12000)" in problem.message
    assert "200F" not in problem.message


def test_coverage_is_what_fonttools_reads() -> None:
    ttlib = pytest.importorskip("fontTools.ttLib")
    for path, index in fonts.font_set().files[:6]:
        known = set(ttlib.TTFont(path, fontNumber=index, lazy=True).getBestCmap())
        drawn = coverage(path, index)
        codes = [code for code in range(0x20, 0x30000) if not 0xD800 <= code < 0xE000]
        assert {code for code in codes if chr(code) in drawn} == {code for code in known if 0x20 <= code < 0x30000}
    assert "字" not in coverage("/nowhere.ttf")


@pytest.mark.usefixtures("fresh_fonts")
def test_without_a_chinese_font_nothing_is_printed() -> None:
    """typst's own fonts are Latin: boxes would come out, silently."""
    with pytest.raises(ConfigFault, match="中文字体") as caught:
        fonts.font_set(system=False)
    assert "cmkit[pdf,fonts]" in caught.value.hint
    assert caught.value.exit_code == 78


@pytest.mark.usefixtures("fresh_fonts")
def test_fonts_of_the_extra_package_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _index = fonts.font_set().files[0]
    package = tmp_path / fonts.PACKAGE
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    shutil.copyfile(path, package / f"some{Path(path).suffix}")
    monkeypatch.syspath_prepend(tmp_path)
    found = fonts.font_set(system=False)
    assert found.families["sans"]
    assert found.missing(["国行䶮"]) == []
    assert {Path(file).parent for file, _spot in found.files} == {package}


@pytest.mark.usefixtures("fresh_fonts")
def test_without_typst_one_sentence(monthly: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ConfigFault, match="typst") as caught:
        render(monthly, "pdf")
    assert "cmkit[pdf]" in caught.value.hint


def test_an_office_s_own_template_is_used_and_may_use_the_shipped_parts(monthly: Document, tmp_path: Path) -> None:
    where = own(tmp_path / "t", '#import "_parts.typ": *\n自己的版式 #data.title\n#section(data.sections.at(2))\n')
    text = squeezed(render(monthly, "pdf", overrides=where))
    assert text.startswith("自己的版式城东支行月度经营分析报告")
    assert "本月无新增预警。" in text


def test_a_misspelt_field_is_told_with_its_line(monthly: Document, tmp_path: Path) -> None:
    where = own(tmp_path / "t", '#import "_parts.typ": *\n\n#data.titel\n')
    with pytest.raises(InputFault, match="titel") as caught:
        render(monthly, "pdf", overrides=where)
    assert caught.value.place.file == "document.typ"
    assert caught.value.place.cell == "第 3 行"
    assert "title" in caught.value.hint


@pytest.mark.parametrize(
    "attack",
    [
        '#import "@preview/cetz:0.3.1"',
        '#import ("@pre" + "view/cetz:0.3.1")',
        "#let where = sys.inputs\n#import where: *",
        '#eval("1 + 1")',
        '#plugin("x.wasm")',
        '#read("/etc/passwd")',
        '#read("../../../../etc/passwd")',
        '#image("../secret.svg")',
        "#let f(x) = f(x + 1)\n#f(1)",
        "#while true { }",
    ],
)
def test_a_template_that_goes_too_far_is_refused(monthly: Document, tmp_path: Path, attack: str) -> None:
    (tmp_path / "secret.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    with pytest.raises(InputFault):
        render(monthly, "pdf", overrides=own(tmp_path / "t", attack))


@pytest.mark.parametrize(
    "bomb",
    [
        "#for a in range(100000) { for b in range(100000) { } }",
        '#let x = "a" * 100000\n#let y = x * 100000',
        "#range(100000000).map(n => [#n]).join()",
    ],
)
def test_a_template_comes_to_an_end(
    monthly: Document, tmp_path: Path, bomb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_apart, "SECONDS", 2)
    with pytest.raises(InputFault):
        render(monthly, "pdf", overrides=own(tmp_path / "t", bomb))


def test_minutes_keep_the_page_of_the_standard(minutes: Document) -> None:
    """GB/T 9704-2012: A4, the type area 156 mm wide (442.2 pt) beside a margin of 28 mm, — 1 — at the foot."""
    data = render(minutes, "pdf")
    page = pypdf.PdfReader(io.BytesIO(data)).pages[0]
    assert [round(float(size) / 72 * 25.4) for size in page.mediabox[2:]] == [210, 297]
    text = squeezed(data)
    for words in ("会议纪要", "出席：王敏、孙丽", "请假：沈涛(出差)", "一、会议决议", "—1—"):
        assert words in text
    assert "列席" not in text


def test_a_full_line_of_minutes_has_28_characters(minutes: Document) -> None:
    long = replace(minutes, sections=(Section("s", "决议", ("开展园区外拓工作落实责任" * 40,)),))
    lines = [line for page in pages(render(long, "pdf")) for line in page.splitlines() if "园区" in line]
    full = [len(line.strip()) for line in lines[1:-1]]
    assert set(full) == {28}


def test_a_page_of_minutes_has_22_lines(minutes: Document) -> None:
    long = replace(minutes, sections=(Section("s", "决议", ("开展园区外拓工作落实责任" * 120,)),))
    second = pages(render(long, "pdf"))[1]
    assert len([line for line in second.splitlines() if len(line.strip()) == 28]) == 22
