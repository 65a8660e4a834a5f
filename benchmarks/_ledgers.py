"""Client ledgers to read: as Excel writes them (shared strings, styles, one row after another), with faulty rows."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from html import escape
from pathlib import Path

COLUMNS = (
    "客户编号",
    "客户名称",
    "客户类型",
    "证件号码",
    "性别",
    "生日",
    "联系电话",
    "地址",
    "行业",
    "客户等级",
    "金融资产余额（元）",
    "存款（元）",
    "理财（元）",
    "基金（元）",
    "风险等级",
    "到期日",
    "客户经理工号",
    "机构编号",
    "建档日期",
    "状态",
)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红建文辉力健波宁"
_STREETS = ("人民", "解放", "中山", "建设", "和平", "新华", "文化", "胜利", "前进", "长江")
_INDUSTRIES = ("制造", "批发零售", "餐饮", "教育", "医疗", "软件", "物流", "农业", "建筑", "个体")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_EPOCH = date(1899, 12, 30)
_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACK = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"

Cell = str | float | date


def ledger(rows: int, faults: int, *, seed: int = 1, first: int = 1) -> Iterator[list[Cell]]:
    """The rows of a ledger; ``faults`` of them, evenly spread, have one bad cell."""
    rng = random.Random(seed)
    taken: set[str] = set()
    every = rows // faults if faults else rows + 1
    for number in range(rows):
        row = _client(rng, first + number, taken)
        if faults and number % every == every - 1:
            place, wrong = ((3, "110101199003071X3"), (5, "1990年2月30日"), (10, "待核实"), (9, "铂金"))[
                number // every % 4
            ]
            row[place] = wrong
        yield row


def offices() -> tuple[list[list[str]], list[list[str]]]:
    """The branches and the people that the ledgers name, with their headings."""
    branches = [["机构编号", "机构名称", "级别", "上级机构"], ["Z00", "总行", "总部", ""]]
    branches += [[f"B{number:02d}", f"{number}号支行", "分部", "Z00"] for number in range(1, 40)]
    people = [["工号", "姓名", "岗位", "机构编号", "入职日期"]]
    people += [
        [
            f"E{number}",
            f"{_SURNAMES[number % 20]}{_GIVEN[number % 30]}{number}",
            "理财经理",
            f"B{number % 39 + 1:02d}",
            "2020-07-01",
        ]
        for number in range(1000, 1200)
    ]
    return branches, people


def _client(rng: random.Random, number: int, taken: set[str]) -> list[Cell]:
    birthday = date(1950, 1, 1) + timedelta(days=rng.randrange(19_000))
    deposit, wealth, fund = (round(rng.random() ** 3 * size, 2) for size in (800_000, 600_000, 200_000))
    return [
        f"C{number:07d}",
        rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2)))),
        "个人",
        _identity(rng, birthday, taken),
        rng.choice("男女"),
        birthday,
        f"13{rng.randrange(10**9):09d}",
        f"{rng.choice(_STREETS)}路{rng.randrange(1, 900)}号{rng.randrange(1, 30)}栋{rng.randrange(1, 3000)}室",
        rng.choice(_INDUSTRIES),
        rng.choice(("普通", "普通", "普通", "潜力", "贵宾", "财富", "私行")),
        round(deposit + wealth + fund, 2),
        deposit,
        wealth,
        fund,
        rng.choice(("保守", "稳健", "平衡", "成长", "进取")),
        date(2026, 11, 1) + timedelta(days=rng.randrange(900)),
        f"E{rng.randrange(1000, 1200)}",
        f"B{rng.randrange(1, 40):02d}",
        date(2015, 1, 1) + timedelta(days=rng.randrange(4000)),
        rng.choice(("在用", "在用", "在用", "沉默", "意向")),
    ]


def _identity(rng: random.Random, birthday: date, taken: set[str]) -> str:
    """A number with a right check digit that nobody else in the ledger has."""
    while True:
        body = f"110101{birthday:%Y%m%d}{rng.randrange(1000):03d}"
        if body not in taken:
            taken.add(body)
            return body + "10X98765432"[sum(int(one) * weight for one, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def write_xlsx(path: Path, rows: Iterator[list[Cell]], title: str = "客户台账") -> None:
    """One sheet with a title row, the headings and ``rows``."""
    shared: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as book:
        for name, text in _parts(title).items():
            book.writestr(name, text)
        with book.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(
                f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_SPACE}"><sheetData>'.encode()
            )
            part.write(_row(1, [title], shared).encode())
            part.write(_row(2, list(COLUMNS), shared).encode())
            for number, row in enumerate(rows, 3):
                part.write(_row(number, row, shared).encode())
            part.write(b'</sheetData><mergeCells count="1"><mergeCell ref="A1:T1"/></mergeCells></worksheet>')
        with book.open("xl/sharedStrings.xml", "w") as part:
            part.write(
                f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="{_SPACE}" uniqueCount="{len(shared)}">'.encode()
            )
            for text in shared:
                part.write(f"<si><t>{escape(text, quote=False)}</t></si>".encode())
            part.write(b"</sst>")


def _row(number: int, row: list[Cell], shared: dict[str, int]) -> str:
    cells = []
    for place, value in enumerate(row):
        name = f"{chr(65 + place)}{number}"
        if isinstance(value, str):
            cells.append(f'<c r="{name}" s="1" t="s"><v>{shared.setdefault(value, len(shared))}</v></c>')
        elif isinstance(value, date):
            cells.append(f'<c r="{name}" s="2"><v>{(value - _EPOCH).days}</v></c>')
        else:
            cells.append(f'<c r="{name}" s="3"><v>{value!r}</v></c>')
    return f'<row r="{number}" spans="1:{len(row)}">{"".join(cells)}</row>'


def _parts(title: str) -> dict[str, str]:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    parts = {
        "xl/workbook.xml": f"{_MAIN}.sheet.main+xml",
        "xl/worksheets/sheet1.xml": f"{_MAIN}.worksheet+xml",
        "xl/styles.xml": f"{_MAIN}.styles+xml",
        "xl/sharedStrings.xml": f"{_MAIN}.sharedStrings+xml",
    }
    listed = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in parts.items())
    usual = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_REL}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(
            (("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")),
            1,
        )
    )
    formats = "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0"/>' for number in (0, 49, 14, 4)
    )
    plain = '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders>'
    base = '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>'
    return {
        "[Content_Types].xml": f'{head}<Types xmlns="{_TYPES}">{usual}{listed}</Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{_PACK}"><Relationship Id="rId1" Type="{_REL}/officeDocument" '
        f'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{head}<workbook xmlns="{_SPACE}" xmlns:r="{_REL}"><sheets><sheet name="{title}" sheetId="1" '
        f'r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="{_PACK}">{links}</Relationships>',
        "xl/styles.xml": f'{head}<styleSheet xmlns="{_SPACE}">{plain}{base}<cellXfs count="4">{formats}</cellXfs></styleSheet>',
    }
