"""Templates: whose goes first, what a misspelt one says, what a hostile one cannot do."""

from __future__ import annotations

import importlib.util
import io
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from cmkit.base.faults import InputFault
from cmkit.facts.section import Document
from cmkit.render import FORMATS, fence, render, templates
from cmkit.render.fields import check_template, examples, field_list, specimen
from cmkit.render.used import used_fields

BASE = templates.data_root("report_templates") / "base"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    return folder


def page(folder: Path, text: str, name: str = "document.md.j2") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def letter(folder: Path, *lines: str, name: str = "document.docx") -> Path:
    file = docx.Document()
    for line in lines:
        file.add_paragraph(line)
    file.save(str(folder / name))
    return folder / name


def test_the_workspace_goes_before_the_shipped_templates(own: Path, monthly: Document) -> None:
    page(own, "自己的版式 {{ document.title }}\n")
    assert render(monthly, "md", overrides=own).decode() == "自己的版式 城东支行月度经营分析报告\n"
    assert render(monthly, "html", overrides=own) == render(monthly, "html")


def test_a_report_may_have_a_layout_of_its_own_name(own: Path, monthly: Document) -> None:
    page(own, "只给月报\n", "monthly.md.j2")
    assert render(monthly, "md", overrides=own) == "只给月报\n".encode()
    assert render(replace(monthly, name="weekly"), "md", overrides=own) == render(replace(monthly, name="weekly"), "md")
    assert [path.name for path in templates.listing(own, "")][-1] == "monthly.md.j2"


def test_a_layout_without_a_file_for_the_format_takes_the_base_one(monthly: Document) -> None:
    assert render(replace(monthly, template="visitplan"), "md") == render(monthly, "md")


@pytest.mark.parametrize("name", ["../document", "a/b", "/etc/passwd", "a\\b", ".hidden", "a\x00"])
def test_a_template_name_is_no_path(monthly: Document, name: str) -> None:
    with pytest.raises(InputFault):
        render(replace(monthly, template=name), "md")


def test_an_own_template_may_use_the_shipped_parts(own: Path, monthly: Document) -> None:
    page(own, "{% import '_parts.md.j2' as parts %}{{ parts.section(document.sections[2])|ready }}")
    assert "本月无新增预警。" in render(monthly, "md", overrides=own).decode()


@pytest.mark.parametrize(
    ("text", "line", "said", "hint"),
    [
        ("第一行\n{{ document.titel }}", "第 2 行", "titel", "title"),
        ("{{ document.extra.presnt }}", "第 1 行", "presnt", "present"),
        ("{{ docment.title }}", "第 1 行", "docment", "document"),
        ("a\nb\n{% if document.title %}", "第 3 行", "语法", "endif"),
        ("{% for part in document.sections %}\n{{ part.headng }}{% endfor %}", "第 2 行", "headng", "heading"),
        ("{{ document.title + 1 }}", "第 1 行", "模板不能用", "templates check"),
        ("{% include 'nicht.j2' %}", "第 1 行", "nicht.j2", "文件夹"),
    ],
)
def test_a_wrong_template_is_told_in_words(
    own: Path, monthly: Document, text: str, line: str, said: str, hint: str
) -> None:
    page(own, text)
    with pytest.raises(InputFault) as caught:
        render(monthly, "md", overrides=own)
    assert caught.value.exit_code == 65
    assert caught.value.place.file == "document.md.j2"
    assert caught.value.place.cell == line
    assert said in caught.value.message
    assert hint in caught.value.hint


def test_a_wrong_word_template_names_the_place(own: Path, monthly: Document) -> None:
    letter(own, "报告", "{{ document.titel }}")
    with pytest.raises(InputFault, match="titel"):
        render(monthly, "docx", overrides=own)
    letter(own, "报告", "{% if document.title %}没有结束")
    with pytest.raises(InputFault, match="语法"):
        render(monthly, "docx", overrides=own)
    (own / "document.docx").write_bytes(b"not a zip")
    with pytest.raises(InputFault, match="Word"):
        render(monthly, "docx", overrides=own)


ATTACKS = (
    "{{ ''.__class__.__mro__ }}",
    "{{ document.__class__ }}",
    "{{ document|attr('__class__') }}",
    "{{ '{0.__class__}'.format(document) }}",
    "{{ '{x.__class__}'.format_map({'x': document}) }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ range.__self__ }}",
    "{{ _.__globals__ }}",
    "{% include '../../../../etc/passwd' %}",
    "{% include '/etc/passwd' %}",
    "{{ document.extra.update({'a': 'b'}) }}",
    "{{ 'a' * 10000000000 }}",
    "{{ 9 ** 9999999 }}",
    "{{ '%09999999999d' % 1 }}",
    "{{ '{:>9999999999}'.format(1) }}",
    "{{ '{:>{w}}'.format(1, w=9999999999) }}",
    "{{ 'a'.ljust(9999999999) }}",
    "{{ 'a'|center(9999999999) }}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{{ lipsum(n=1000000) }}",
)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("fmt", ["md", "html", "docx"])
def test_an_attack_is_refused(own: Path, monthly: Document, attack: str, fmt: str) -> None:
    if fmt == "docx":
        letter(own, attack)
    else:
        page(own, attack, f"document.{fmt}.j2")
    with pytest.raises(InputFault):
        render(monthly, fmt, overrides=own)


BOMBS = (
    "{% set n = namespace(v='aaaa') %}{% for i in range(60) %}{% set n.v = n.v ~ n.v %}{% endfor %}",
    "{% set n = namespace(v='aaaa') %}{% for i in range(60) %}{% set n.v = n.v + n.v %}{% endfor %}",
    "{% set n = namespace(v='aaaa') %}{% for i in range(60) %}{% set n.v = [n.v, n.v]|join %}{% endfor %}",
    "{% set n = namespace(v=['a']) %}{% for i in range(60) %}{% set n.v = n.v + n.v %}{% endfor %}",
    "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
)


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("fmt", ["md", "html", "docx"])
def test_a_template_that_grows_without_end_is_ended(
    own: Path, monthly: Document, bomb: str, fmt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each doubles sixty times over, in text, in a list, or in calls: no computer could hold it or wait for it."""
    monkeypatch.setattr(fence, "SECONDS", 1.0)
    monkeypatch.setattr(fence, "BYTES", 2**28)
    if fmt == "docx":
        letter(own, bomb)
    else:
        page(own, bomb, f"document.{fmt}.j2")
    with pytest.raises(InputFault) as caught:
        render(monthly, fmt, overrides=own)
    assert caught.value.place.file.startswith("document.")
    assert render(monthly, fmt)


@pytest.mark.parametrize("name", ["document", "minutes"])
@pytest.mark.parametrize("ext", [".md.j2", ".html.j2", ".docx", ".typ"])
def test_the_shipped_templates_pass_their_own_check(name: str, ext: str) -> None:
    assert check_template(BASE / f"{name}{ext}") == ()


def test_check_finds_a_misspelt_field_in_a_part_that_is_seldom_there(own: Path) -> None:
    path = page(own, "{% if document.signatures %}\n{{ document.signaturs }}\n{% endif %}")
    (problem,) = check_template(path)
    assert problem.place.cell == "第 2 行"
    assert "signaturs" in problem.message
    assert check_template(own / "letter.txt")[0].code == "template.kind"


def test_every_misspelt_field_is_named_at_once(own: Path) -> None:
    """
    1  {{ document.titel }}
    2  {% for one in document.sections %}{{ one.headng }}
    3    {% for cells in one.rows %}{% for v in cells %}{{ v.txt }} {{ w.text }}{% endfor %}{% endfor %}
    4  {% endfor %}{{ document.extra.presnt }}
    """
    text = (test_every_misspelt_field_is_named_at_once.__doc__ or "").strip().splitlines()
    path = page(own, "\n".join(line.strip()[1:].strip() for line in text))
    found = check_template(path)
    assert [(one.place.cell, one.message) for one in found] == [
        ("第 1 行", "模板里的字段 document.titel 不存在"),
        ("第 2 行", "模板里的字段 part.headng 不存在"),
        ("第 3 行", "模板里的字段 value.txt 不存在"),
        ("第 3 行", "模板里的字段 w 不存在"),
        ("第 4 行", "模板里的字段 document.extra.presnt 不存在"),
    ]
    nearest = [one.hint.removeprefix("是不是想写 ").split(" / ")[0].rstrip("?") for one in found]
    assert nearest[:3] == ["document.title", "part.heading", "value.text"]
    assert nearest[4] == "document.extra.present"


def test_a_word_template_s_mistakes_stand_in_words(own: Path) -> None:
    """
    paragraph 2: {{ document.titel }}        table 1, row 2, cell 1: {{ document.made }}       a loop over rows that is never closed
    """
    file = docx.Document()
    file.add_paragraph("报告")
    file.add_paragraph("标题：{{ document.titel }}")
    table = file.add_table(rows=2, cols=2)
    table.rows[1].cells[0].text = "{{ document.made }}"
    file.save(str(own / "document.docx"))
    said = [(one.place.cell, one.message) for one in check_template(own / "document.docx")]
    assert said == [
        ("正文第 2 段", "模板里的字段 document.titel 不存在"),
        ("第 1 个表格第 2 行第 1 格", "模板里的字段 document.made 不存在"),
    ]
    table.rows[1].cells[0].text = "{%tr for cells in document.sections %}"
    file.paragraphs[1].runs[0].text = "标题"
    file.save(str(own / "document.docx"))
    (problem,) = check_template(own / "document.docx")
    assert problem.code == "template.syntax"
    assert "endfor" in problem.hint


def test_the_fields_that_a_template_uses_are_named_with_their_place() -> None:
    used = used_fields(BASE / "minutes.docx").fields
    assert {"document.title", "document.extra.present", "part.heading", "column.word", "value.word"} <= set(used)
    assert used["document.title"].startswith("正文第")
    assert used["value.word"].endswith("格")


def test_examples_come_from_the_document(monthly: Document) -> None:
    found = examples(monthly)
    assert found["document.title"] == "城东支行月度经营分析报告"
    assert found["part.heading"].startswith("一、")
    assert found["document.meta"] == "单位：城东支行"
    assert found["document.cards"] == f"（{len(monthly.cards)} 项）"
    assert {"column.title", "value.text", "item.value", "chart.title"} <= set(found)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_a_word_template_survives_libreoffice(own: Path, tmp_path: Path, monthly: Document) -> None:
    """docx → odt → docx as a clerk with LibreOffice saves it: the same words come out, for a report and for minutes."""
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    names = ("document", "minutes")
    for source, ending, folder in ((BASE, "docx", tmp_path), (tmp_path, "odt", own)):
        files = [str(source / f"{name}.{ending}") for name in names]
        kind = "odt" if ending == "docx" else "docx"
        words = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder), *files]
        subprocess.run(words, check=True, capture_output=True, timeout=300)
    for name in names:
        document = specimen(name)
        assert _words(render(document, "docx", overrides=own)) == _words(render(document, "docx"))
    assert check_template(own / "document.docx") == ()


def _words(data: bytes) -> list[str]:
    body = docx.Document(io.BytesIO(data)).element.body
    return ["".join(node.text or "" for node in one.iter(qn("w:t"))) for one in body.iter(qn("w:p"))]


def test_every_field_in_the_list_exists_and_is_used() -> None:
    names = [name for name, meaning in field_list() if meaning]
    assert len(names) == len(set(names)) > 40
    text = "".join(path.read_text(encoding="utf-8") for path in BASE.glob("*.j2"))
    assert [name for name in ("document.headline", "part.heading", "value.text", "chart.svg") if name not in text] == []
    assert {"document.title", "part.rows", "document.extra.present"} <= set(names)


def test_the_specimen_renders_in_every_format() -> None:
    for fmt in FORMATS:
        assert render(specimen(), fmt)


def test_word_templates_are_what_their_maker_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("template_maker", BASE.parent / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "template_maker", module)
    spec.loader.exec_module(module)
    assert module.report() == (BASE / "document.docx").read_bytes()
    assert module.minutes() == (BASE / "minutes.docx").read_bytes()


def test_a_clerk_s_edit_in_word_is_followed(own: Path, monthly: Document) -> None:
    """Another font size for the table's cells, saved under the same style names."""
    shutil.copy(BASE / "document.docx", own / "document.docx")
    file = docx.Document(str(own / "document.docx"))
    file.paragraphs[0].insert_paragraph_before("本行是自己加的：{{ document.title }}")
    file.save(str(own / "document.docx"))
    made = docx.Document(io.BytesIO(render(monthly, "docx", overrides=own)))
    assert made.paragraphs[0].text == "本行是自己加的：城东支行月度经营分析报告"
