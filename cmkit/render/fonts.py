"""The fonts of a PDF: those of the system, or of the package ``pylopdf-fonts-zh-cn``; what none of them can draw."""

from __future__ import annotations

import importlib.util
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.render.glyphs import Coverage, coverage

GETA: Final = "〓"
"""Printed where no font has the character, as Chinese and Japanese printers do."""
PACKAGE: Final = "pylopdf_fonts_zh_cn"
_SANS = (
    "Microsoft YaHei", "PingFang SC", "Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans CN",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Heiti SC", "Hiragino Sans GB", "Droid Sans Fallback",
)  # fmt: skip
_SERIF = (
    "SimSun", "Source Han Serif SC", "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif CN", "Songti SC", "STSong",
    "AR PL UMing CN",
)  # fmt: skip
# Named in the standard for official documents; a serif face stands in where a machine has none of them.
_FANG = ("FangSong_GB2312", "FangSong", "STFangsong", "FZFangSong-Z02S")
_KAI = ("KaiTi_GB2312", "KaiTi", "STKaiti", "Kaiti SC", "AR PL UKai CN")
_TITLE = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong")
_PROOF: Final = "的国行"
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs", "Mn"})


@dataclass(frozen=True)
class FontSet:
    """What there is: typst's own font book, the families by use, and the files behind them, the chosen ones first."""

    book: Any
    families: dict[str, list[str]]
    files: tuple[tuple[str, int], ...]

    def missing(self, text: Iterable[str]) -> list[str]:
        """The characters that no font draws, in order; marks of direction and spaces need no glyph."""
        signs = {sign for part in text for sign in part}
        signs = {sign for sign in signs if sign > "\x7e" and unicodedata.category(sign) not in _UNSEEN}
        for path, index in self.files:
            if not signs:
                return []
            drawn: Coverage = coverage(path, index)
            signs = {sign for sign in signs if sign not in drawn}
        return sorted(signs)


@lru_cache(maxsize=2)
def font_set(*, system: bool = True) -> FontSet:
    """The fonts of this machine.

    Raises:
        ConfigFault: None of them has Chinese characters.
    """
    import typst

    folders = _package_folders()
    book = typst.Fonts(include_system_fonts=system, include_embedded_fonts=True, font_paths=folders)
    infos = [info for info in book.fonts() if info.path]
    plain = {info.family: info for info in reversed(infos) if info.style == "normal" and info.weight == 400}  # noqa: PLR2004 - the regular weight
    chinese = [name for name in (*_SANS, *_SERIF) if name in plain and _writes_chinese(plain[name])]
    if not chinese:
        chinese = [name for name in sorted(plain) if _writes_chinese(plain[name])][:1]
    if not chinese:
        raise ConfigFault(
            _("没有可用的中文字体，PDF 会印成方框"),
            hint=_("请安装系统字体（如 Debian 的 fonts-noto-cjk），或 pip install 'cmkit[pdf,fonts]'"),
        )
    sans = [name for name in _SANS if name in chinese][:1] or chinese[:1]
    serif = [name for name in _SERIF if name in chinese][:1] or chinese[:1]

    def named(wanted: tuple[str, ...]) -> list[str]:
        return [name for name in wanted if name in plain][:1] + serif

    families = {"sans": sans, "serif": serif, "fang": named(_FANG), "kai": named(_KAI), "title": named(_TITLE)}
    chosen = dict.fromkeys((*sans, *serif))
    ordered = [plain[name] for name in chosen] + [info for name, info in sorted(plain.items()) if name not in chosen]
    return FontSet(book, families, tuple((str(info.path), int(info.index)) for info in ordered))


def _writes_chinese(info: Any) -> bool:
    drawn = coverage(str(info.path), int(info.index))
    return all(sign in drawn for sign in _PROOF)


def _package_folders() -> list[str]:
    found = importlib.util.find_spec(PACKAGE)
    return [str(Path(found.origin).parent)] if found and found.origin else []
