"""What can be wrong with one cell: a code, its sentence, and how much of the value may be shown."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import NamedTuple

from cmkit.base.lang import Lang, _, language
from cmkit.base.problem import Place, Problem, Severity
from cmkit.base.text import safe_line
from cmkit.facts.specs import Mask
from cmkit.sheets.cells import Cell

WARNINGS = frozenset(
    {"phone_range", "id_area", "id_old", "id_other", "masked", "unknown_ref", "number_rounded", "phone_remark"}
)
_SHOWN = 40


class Flaw(NamedTuple):
    """A code, and what else the sentence needs (the legal choices, the candidates)."""

    code: str
    extra: str = ""

    @property
    def severity(self) -> Severity:
        """Whether the row can still come in."""
        return "warning" if self.code in WARNINGS else "error"


def shown(cell: Cell, mask: Mask) -> str:
    """A value as a sentence may quote it: short, harmless for a terminal, covered where the column is masked."""
    text = plain_text(cell).strip()
    if mask:
        text = text[:1] + "*" * min(max(len(text) - 2, 1), 6) + (text[-1:] if len(text) > 2 else "")  # noqa: PLR2004 - 张三
    return safe_line(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def plain_text(cell: Cell) -> str:
    """A raw cell as text: whole numbers without ``.0``, dates in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)  # noqa: PLR2004 - digits of a float
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def flaw_problem(flaw: Flaw, place: Place, label: str, value: str) -> Problem:
    """The problem behind a flaw, with the column and the value named."""
    message, hint = _sentence(flaw, label, value)
    return Problem(place, flaw.code, message, hint, flaw.severity)


def _sentence(flaw: Flaw, label: str, value: str) -> tuple[str, str]:
    message, hint = _texts(language()).get(flaw.code, (_("{label}的值不能用：{value}"), ""))
    fields = {"label": label, "value": value, "extra": _("元") if flaw.extra == "元" else flaw.extra}
    return message.format(**fields), hint.format(**fields)


@lru_cache(maxsize=2)
def _texts(_lang: Lang) -> dict[str, tuple[str, str]]:
    precision = _("请把该列设为“文本”格式后重新填写")
    return {
        "date": (_("{label}不是日期：{value}"), _("请写 2026-03-05 或 2026年3月5日")),
        "date_ambiguous": (_("{label}分不清日和月：{value}"), _("请按年月日写：2026-03-05")),
        "date_year": (_("{label}没有年份：{value}"), _("请写上年份，或用 --period 给出期间")),
        "date_lunar": (_("{label}是农历：{value}"), _("请填公历；农历生日填在农历生日一列")),
        "date_lunar_day": (_("{label}不是农历日子：{value}"), _("请写 八月十五 或 8月15日")),
        "time": (_("{label}不是时间：{value}"), _("请写 09:30")),
        "period": (_("{label}不是期间：{value}"), _("请写 2026-10、2026-Q3、2026-W43 或 2026")),
        "period_ambiguous": (_("{label}分不清 1 月和 10 月：{value}"), _("请写 2026-10")),
        "number": (_("{label}不是数：{value}"), _("请只写数字，如 12345.60")),
        "number_unit": (_("{label}的单位不对：{value}"), _("应当是 {extra}")),
        "number_rounded": (_("{label}超过四位小数，已四舍五入：{value}"), ""),
        "number_large": (_("{label}大得存不下：{value}"), _("请核对单位")),
        "count": (_("{label}不是整数：{value}"), _("请写整数")),
        "flag": (_("{label}不是“是”或“否”：{value}"), _("请写 是 或 否")),
        "choice": (_("{label}没有这个选项：{value}"), _("可以写：{extra}")),
        "phone": (_("{label}不是电话号码：{value}"), _("手机 11 位；座机写 0571-88886666")),
        "phone_remark": (_("{label}只收了号码，旁边的话没有读：{value}"), _("说明请写在备注一列")),
        "phone_range": (_("{label}的号段没有启用：{value}"), _("请核对号码")),
        "id_length": (_("{label}的位数不对：{value}"), _("身份证号 18 位")),
        "id_birth": (_("{label}里的出生日期不对：{value}"), _("请对照证件核对")),
        "id_check": (_("{label}的校验位不对：{value}"), _("请对照证件核对")),
        "id_area": (_("{label}的地区代码查不到：{value}"), _("请核对前六位")),
        "id_old": (_("{label}是 15 位旧号：{value}"), _("请换成 18 位")),
        "id_other": (_("{label}不是身份证号，按其他证件收下：{value}"), ""),
        "uscc": (_("{label}不是统一社会信用代码：{value}"), _("应为 18 位，请对照营业执照核对")),
        "precision": (_("{label}被 Excel 存成了数字，末尾几位已经丢失：{value}"), precision),
        "code_date": (_("{label}被 Excel 改成了日期：{value}"), precision),
        "account": (_("{label}只能是数字和字母：{value}"), ""),
        "error_cell": (_("{label}是错误值：{value}"), _("请在 Excel 里改正公式或填上数值")),
        "no_cached_value": (_("{label}的公式没有缓存值"), _("请在 Excel 里打开保存一次")),
        "masked": (_("{label}是打了星号的值，没有存：{value}"), _("要改就填完整的值，不改就留空")),
        "missing": (_("缺少{label}"), _("这一列必填")),
        "missing_key": (_("缺少{label}，认不出是哪一条"), _("请补上后重发")),
        "unknown_ref": (_("{label}在系统里找不到：{value}"), _("先照原样存下；请核对，或先导入那张表")),
        "ambiguous_ref": (_("{label}对应不止一个：{value}"), _("请改写编号：{extra}")),
        "unknown_kpi": (_("没有这个指标：{value}"), _("可以写：{extra}")),
        "too_long": (_("{label}太长：{value}"), _("一个单元格最多 32767 个字")),
        "merged_values": (_("{label}在合并的一条记录里有不同的值：{value}"), _("请拆成几条，或只留一个值")),
    }
