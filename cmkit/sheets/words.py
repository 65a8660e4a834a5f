"""What single cells look like: a label, a unit, a column number, a total, a note. No knowledge of any sector."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from cmkit.base.text import fold_label
from cmkit.sheets.cells import Cell


def word_set(text: str) -> frozenset[str]:
    """The words of a list written in one line."""
    return frozenset(text.split())


UNITS = word_set(
    "元 千元 万元 百万元 亿元 万 亿 % ‰ 个 户 人 次 笔 件 台 条 名 家 天 日 月 年 分 分钟 小时 时 张 份 项 箱 包 千克 公斤 吨 公里 km kg 平方米 "
    "㎡ m2 美元 港元 元/户 次/户 箱/户 元/箱 元/条 吨公里 个百分点 百分点 pp 倍 岁 套 部 只 双 袋 瓶 支"
)
_YUAN = "人民币|RMB|CNY"
_MONEY = r"(?:[十百千万]?[万亿]|[十百千])?(?:元|美元|美金|港元|港币|欧元|日元|英镑|澳元|USD|HKD|EUR|JPY|GBP)|[十百千万]?[万亿]"
MONEY_UNIT = re.compile(_MONEY, re.IGNORECASE)
_REMARKED = rf"(?:折[算合]?(?:为|成)?)?(?:{_YUAN})?[\s:/]*(?P<unit>{_MONEY})(?![\u4e00-\u9fff])"
_CURRENCY_SAID = re.compile(
    r"币种\s*:?\s*(?P<unit>美元|美金|港元|港币|欧元|日元|英镑|澳元|USD|HKD|EUR|JPY|GBP)", re.IGNORECASE
)
_UNIT_SAID = re.compile(
    rf"(?:单位|金额|{_YUAN})\s*[:(\[【]?\s*(?:[^\s,、;/:]{{1,4}}[,、/])*{_REMARKED}"
    rf"|[(\[【]\s*{_REMARKED.replace('unit', 'inside')}\s*[)\]】]",
    re.IGNORECASE,
)
_UNIT_PREFIX = re.compile(rf"^(?:.*?(?:单位|金额)\s*:?\s*)?(?:折[算合]?(?:为|成)?)?(?:{_YUAN})?[\s:/]*", re.IGNORECASE)
NUMBERINGS = frozenset({"序号", "序", "行号", "项次", "no", "nr", "#", "seq", "s/n", "sn"})
_LONGEST_LABEL = 32
_LONGEST_TEXT = 200
_LETTER = re.compile(r"[^\W\d_]")
_BRACKETED = re.compile(r"[(\[【（][^)\]】）]*[)\]】）]")
_NUMBERISH = re.compile(r"[\s\d.,，:：/%％￥¥$+\-－*()（）#Ee]+")
_DATEISH = re.compile(r"\d{2,4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?.*")
_COLON = re.compile(r"[:：]")
_ORDINAL = re.compile(r"[(（]?(\d{1,3})[)）.、]?|[①-⑳]|[(（]?[一二三四五六七八九十]{1,3}[)）]?|栏次|[甲乙丙丁]|[A-Z]")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_.][A-Za-z0-9]+)*")
_TOTAL = re.compile(
    r"(?:.{0,12})?(?:合计数?|小计|总计|共计|累计)(?:[(（][^)）]*[)）])?(?:[:：].*)?"
    r"|(?:sub|grand|page)?[- ]?totals?(?:[:：].*)?",
    re.IGNORECASE,
)
_EXACT_TOTAL = re.compile(
    r"(?:本页|本月|本年|本季|全行|全辖|全市)?(?:合计|小计|总计|共计|累计)|(?:sub|grand)?[- ]?total"
    r"|(?:总|加权|算术)?平均(?:值|数)?|均值|[户人]均|占比|比重|(?:较|比)?(?:上|去|年)[年月季初末期日同]{1,3}(?:增减|增长|增加|变动|变化|净增)(?:额|率|幅)?|average|mean",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:制表|填表|填报|编制|审核|复核|审批|负责|经办|联系|打印|统计|报送|主管|单位负责|部门负责|会计|出纳|签字|签章|盖章|注|备注|说明|数据来源|资料来源|"
    r"来源|填写说明|填表说明|注意事项|提示|附注|备 注|note|source|prepared by|remark)[^:：]{0,10}[:：;；].*"
    r"|(?:数据来源|资料来源|说明|注|备注|填表说明)\s*[:：]?|\*+\s*注?[:：]?.*|注\s*\d*\s*[、.].*|[-—=]*\s*(?:以下|此处)?(?:空白|无正文)\s*[-—=]*",
    re.IGNORECASE | re.DOTALL,
)
_SEAL = re.compile(
    r".{0,20}[(（]\s*(?:加盖)?(?:单位|部门)?(?:公章|盖章|签章|签字|签名)\s*[)）]|第\s*\d+\s*页.{0,3}共\s*\d+\s*页|第\s*\d+\s*页"
)
_ROLE = re.compile(
    r"(?:制表|填表|填报|编制|审核|复核|审批|经办|报送|统计)(?:人|人员|员|单位|日期|时间)|(?:单位|部门)?负责人签[字章]"
)
_SIGNED_DATE = re.compile(r"\d{0,4}\s*年\s*\d{0,2}\s*月\s*\d{0,2}\s*日")
_EXAMPLE = re.compile(
    r"(?:例|示例|样例|举例|范例|示范|填写示例|填表示例|例如|如|e\.?g\.?|example)(?:行|数据)?(?:\s*\d*\s*[:：].*|\s*\d*)",
    re.IGNORECASE,
)
_BRACKET_EXAMPLE = re.compile(
    r".{0,20}?[(（【\[]\s*(?:例|示例|样例|范例)(?:子|行|数据)?\s*\d*\s*(?:[:：][^)）】\]]*)?[)）】\]].*"
)
_GROUP = re.compile(
    r"(?:[(（][一二三四五六七八九十]{1,3}[)）]|(?:第?[一二三四五六七八九十]{1,3}(?:部分)?|\d{1,2})[、.．])\s*\D.{0,30}"
)
_ADVICE = re.compile(
    r"(?:\*?\s*(?:必填|选填|必填项|选填项|非必填|可空|不可为空|自动计算|系统生成|下拉选择|下拉选项|文本|数字|数值|日期|整数|字符|required|optional).{0,40})"
    r"|(?:请|格式|如[:：]|例如|例[:：]|填写|按|从下拉|不超过|最多|精确到|单选|多选).{0,80}",
    re.IGNORECASE | re.DOTALL,
)
_ALSO_ADVICE = re.compile(
    r"填.{1,20}|单位\s*[:：].{1,8}|\d{1,2}\s*位.{0,12}|[^\s/、\d]{1,8}(?:[/、][^\s/、\d]{1,8})+", re.DOTALL
)


def is_blank(cell: Cell) -> bool:
    """Nothing to see in it."""
    return isinstance(cell, str) and not cell.strip()


def is_label(cell: Cell) -> bool:
    """Whether a cell could be a heading: short text with letters, no number, date, sentence or ``label: value``."""
    if not isinstance(cell, str) or len(cell) > _LONGEST_TEXT:
        return False
    text = unicodedata.normalize("NFKC", cell).strip()
    bare = _BRACKETED.sub("", text).strip() or text
    if not bare or len(bare) > _LONGEST_LABEL or not _LETTER.search(bare):
        return False
    if _NUMBERISH.fullmatch(bare) or _DATEISH.fullmatch(bare) or _COLON.search(bare):
        return False
    return not any(mark in bare for mark in ("。", ";", "!", "{{", "|"))


def is_numeric(cell: Cell) -> bool:
    """A number, a date or text made of digits and signs."""
    if not isinstance(cell, str):
        return not isinstance(cell, bool)
    text = cell.strip()
    if not text or "\u4e00" <= text[0] <= "\u9fff":
        return False
    return _NUMBERISH.fullmatch(text) is not None or (text[0].isdecimal() and _DATEISH.fullmatch(text) is not None)


def filled(cells: Sequence[Cell]) -> list[Cell]:
    """The cells that hold something."""
    return [cell for cell in cells if not is_blank(cell)]


def is_units(cells: Sequence[Cell]) -> bool:
    """A row of units under the header: 元, 万元, （%）."""
    found = filled(cells)
    return bool(found) and all(isinstance(cell, str) and unit_word(cell) in UNITS for cell in found)


def unit_word(text: str) -> str:
    """A unit without brackets, the word 单位 and 人民币: （单位：人民币万元） is 万元."""
    return _UNIT_PREFIX.sub("", unicodedata.normalize("NFKC", text).strip().strip("()[]【】 ")).strip()


def unit_line(lines: Sequence[str]) -> str:
    """The unit of amounts that lines above a table name: ``单位：户、万元``, ``（人民币亿元）``, ``币种：美元``; "" for none."""
    texts = [unicodedata.normalize("NFKC", line) for line in lines]
    found = [match for form in (_CURRENCY_SAID, _UNIT_SAID) for text in texts if (match := form.search(text))]
    if found:
        return next(word for word in found[0].groupdict().values() if word)
    return next((bare for text in texts if MONEY_UNIT.fullmatch(bare := unit_word(text))), "")


def is_numbers(cells: Sequence[Cell]) -> bool:
    """A row of column numbers: 1 2 3 … in order, or 甲 乙 1 2."""
    found = filled(cells)
    if len(found) < 3 or len(found) < 0.6 * len(cells):  # noqa: PLR2004 - two ordinals prove nothing
        return False
    numbers: list[int] = []
    for cell in found:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            numbers.append(int(cell) if cell == int(cell) else -1)
            continue
        match = _ORDINAL.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if match is None:
            return False
        if match[1]:
            numbers.append(int(match[1]))
    steps = [after - before for before, after in pairwise(numbers)]
    return all(step == 1 for step in steps) and (not numbers or numbers[0] in {0, 1})


def is_codes(cells: Sequence[Cell], header: Sequence[str]) -> bool:
    """A row of field codes (``client_id``) under a header of Chinese words."""
    found = [cell for cell in cells if not is_blank(cell)]
    if len(found) < 2 or len(found) < 0.6 * len(cells) or not any(ord(char) > 0x2E80 for char in "".join(header)):  # noqa: PLR2004
        return False
    if not all(isinstance(cell, str) and _IDENTIFIER.fullmatch(cell.strip()) for cell in found):
        return False
    words = [str(cell).strip() for cell in found]
    inner = sum(1 for word in words if "_" in word or re.search(r"[a-z][A-Z]", word) or word.islower())
    return len(set(words)) == len(words) and inner * 2 > len(words) and not any(char.isdigit() for char in words[0])


def is_advice(cells: Sequence[Cell]) -> bool:
    """A row that says how to fill in: 必填, 请填写…, 格式：…."""
    found = filled(cells)
    texts = [cell.strip() for cell in found if isinstance(cell, str)]
    marked = sum(1 for text in texts if _ADVICE.fullmatch(text))
    # What a value looks like (11位, 单位：元, 个人/企业) is advice only beside a cell that plainly is.
    alike = sum(1 for text in texts if _ALSO_ADVICE.fullmatch(text) and not _ADVICE.fullmatch(text))
    return marked > 0 and (marked + alike) * 2 > len(found)


def is_example(cells: Sequence[Cell]) -> bool:
    """An 例 row: its first cell says so, or one of the next by a mark in brackets (（示例）张三)."""
    found = filled(cells)
    if not found:
        return False
    if isinstance(found[0], str) and _EXAMPLE.fullmatch(found[0].strip()):
        return True
    return any(isinstance(cell, str) and _BRACKET_EXAMPLE.fullmatch(cell.strip()) for cell in found[:3])


def is_group(text: str) -> bool:
    """Whether a text alone in its row is the heading of a group: 一、贵宾客户, （二）普通客户."""
    return _GROUP.fullmatch(text.strip()) is not None


def is_total(cells: Sequence[Cell]) -> bool:
    """A 合计, 小计 or 总计 row by the words of its cells; a name that merely contains them beside other text is none."""
    texts = [_squeezed(cell) for cell in cells if isinstance(cell, str) and cell.strip()]
    words = [text for text in texts if not _NUMBERISH.fullmatch(text)]
    if any(_EXACT_TOTAL.fullmatch(word) for word in words[:3]):
        return len(words) <= max(2, len(cells) // 2)
    return bool(words) and len(words) <= 2 and bool(_TOTAL.fullmatch(words[0]))  # noqa: PLR2004 - branch and word


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def is_numbering(heading: str) -> bool:
    """A column of row numbers: 序号, No."""
    return fold_label(heading.rsplit("/", 1)[-1]) in NUMBERINGS


def is_note(cells: Sequence[Cell]) -> bool:
    """A footer: 制表人, 备注, 数据来源, ``label：value`` cells, a signature date; few cells, all of that sort."""
    found = filled(cells)
    if not found or len(found) > max(4, len(cells) // 2) or not isinstance(found[0], str):
        return False
    first = found[0].strip()
    if any(form.fullmatch(first) for form in (_NOTE, _SIGNED_DATE, _SEAL)):
        return True
    if len(found) > 1 and _ROLE.fullmatch(_squeezed(first)):
        return True
    return all(isinstance(cell, str) and (_COLON.search(cell) and not is_numeric(cell)) for cell in found)


def same_labels(cells: Sequence[Cell], header: Sequence[str]) -> bool:
    """Whether a row repeats the header, as printed pages do."""
    mine = [fold_label(str(cell)) for cell in cells]
    theirs = [fold_label(label.rsplit("/", 1)[-1]) for label in header]
    return sum(1 for a, b in zip(mine, theirs, strict=False) if a and a == b) >= max(2, 0.8 * sum(map(bool, theirs)))
