"""PDF through typst: the document as data for a template, the fonts checked before anything is drawn.

Values travel as JSON in ``sys.inputs``, never as typst's markup, so that ``#let`` or ``*`` in a remark stays a remark.
"""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmkit.base.faults import ConfigFault, InputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.facts.section import Document
from cmkit.render import pdf_apart, templates
from cmkit.render.fonts import GETA, font_set
from cmkit.render.pdf_data import document_data
from cmkit.render.zipped import moment

if TYPE_CHECKING:
    from cmkit.render.fonts import FontSet

_SPOT = re.compile(r"┌─ [^\n]*?([^/\\\n]+\.typ):(\d+)")
_KEY = re.compile(r'key "([^"]+)"')
_NAMED = 20
_NEAR = 0.5


def pdf(document: Document, where: tuple[Path, ...], problems: list[Problem] | None = None) -> bytes:
    """The document as PDF, its one time the day that stands for it; characters no font has go into ``problems``.

    Raises:
        ConfigFault: typst or a Chinese font is missing.
        InputFault: The template is wrong.
    """
    fonts = _fonts()
    path = templates.find(document.template, "pdf", where, document.name)
    data = document_data(document, fonts.families)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    missing = fonts.missing([text])
    if missing:
        text = text.translate({ord(sign): GETA for sign in missing})
        if problems is not None:
            problems.append(_told(document, missing))
    stamp = int((moment(document.made_on) - moment(None)).total_seconds()) + _SINCE_1970
    try:
        if templates.is_shipped(path):
            made = _compiler(path).compile(sys_inputs={"data": text}, format="pdf", timestamp=stamp)
            return bytes(made if isinstance(made, bytes) else b"".join(made or ()))
        return pdf_apart.compiled(path, _beside(path, where), text, stamp)
    except pdf_apart.TemplateError as error:
        raise _fault(path, error.message, error.diagnostic, data) from error
    except RuntimeError as error:
        raise _fault(path, str(error), str(getattr(error, "diagnostic", "")), data) from error


_SINCE_1970 = 315_532_800
"""Seconds from 1970 to 1980, where the times of zip files begin."""


def _fonts() -> FontSet:
    try:
        return font_set()
    except ImportError as error:
        raise ConfigFault(_("生成 PDF 需要 typst"), hint=_("请安装：pip install 'cmkit[pdf]'")) from error


@lru_cache(maxsize=8)
def _compiler(path: Path) -> Any:
    # Kept: a compiler remembers what did not change between two documents.
    import typst

    return typst.Compiler(input=str(path), root=str(path.parent), font_paths=font_set().book)


def _beside(path: Path, where: tuple[Path, ...]) -> dict[str, bytes]:
    """The parts that the template may import: those of its own folder, else the shipped ones."""
    found: dict[str, bytes] = {}
    for folder in (path.parent, *where):
        for part in sorted(folder.glob("_*.typ")) if folder.is_dir() else ():
            if part.is_file() and not part.is_symlink():
                found.setdefault(part.name, part.read_bytes())
    return found


def _told(document: Document, missing: list[str]) -> Problem:
    names = " ".join(f"{sign}(U+{ord(sign):04X})" for sign in missing[:_NAMED])
    more = _("等 {count} 个").format(count=len(missing)) if len(missing) > _NAMED else ""
    message = _("没有字体能印这些字，PDF 里印成 {sign}：{names}").format(sign=GETA, names=f"{names}{more}")
    return Problem(Place(document.title), "pdf.glyph", message, _("请安装含有这些字的字体"), "warning")


def _fault(path: Path, message: str, diagnostic: str, data: dict[str, Any]) -> InputFault:
    found = [line for name, line in _SPOT.findall(diagnostic) if name == path.name]
    place = Place(path.name, cell=_("第 {line} 行").format(line=found[0]) if found else "")
    said = (message.splitlines() or [""])[0][:300]
    key = _KEY.search(said)
    if key and "does not contain" in said:
        near = get_close_matches(key.group(1), _keys(data), n=3, cutoff=_NEAR)
        hint = _("是不是想写 {names}?").format(names=" / ".join(near)) if near else ""
        said = _("模板里的字段 {field} 不存在").format(field=key.group(1))
        return InputFault(said, hint=hint or _("cmkit templates fields 列出可用的字段"), place=place)
    return InputFault(
        _("模板不能用: {detail}").format(detail=said), hint=_("请用 cmkit templates check 检查模板"), place=place
    )


def _keys(value: Any) -> list[str]:
    found: dict[str, None] = {}
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found |= dict.fromkeys(one)
            waiting += one.values()
        elif isinstance(one, list) and one:
            waiting.append(one[0])
    return list(found)
