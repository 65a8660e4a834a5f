"""素质评估表: what the direct superior and the next level gave each manager on each item."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

from sample_data.makers.book import Row, Sheet, head, write_xlsx

_MONTH = "2026-10"
_HEAD = head("期间 工号 姓名 评估项目 评分人 得分")


def write_marks(folder: Path, random: Random, items: Sequence[str], people: Sequence[tuple[str, str, float]]) -> None:
    """One sheet a rater. ``people``: number, name, and how well they do (percent of growth), which the marks follow."""
    sheets = []
    for rater, name in (("直接上级", "素质评估"), ("隔级上级", "素质评估（隔级）")):
        rows: list[Row] = [
            (_MONTH, number, who, item, rater, _mark(random, growth))
            for number, who, growth in people
            for item in items
        ]
        top: list[Row] = [[f"客户经理素质评估表（{rater}）"], _HEAD]
        sheets.append(Sheet(name, [*top, *rows], head=(2,), merges=((0, 0, 0, 5),)))
    write_xlsx(folder / f"素质评估_{_MONTH}.xlsx", sheets)


def _mark(random: Random, growth: float) -> int:
    return min(98, max(60, 78 + round(growth) + random.randint(-5, 5)))
