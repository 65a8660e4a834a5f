"""Packs of a firm's own: differences only, and every slip told with its file, its place and what would be right."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from cmkit.base.faults import ConfigFault, Exit
from cmkit.facts.kinds import Kind
from cmkit.packs import check_pack, list_packs, load_pack

WritePack = Callable[..., Path]


def fault_of(folder: Path) -> ConfigFault:
    with pytest.raises(ConfigFault) as caught:
        load_pack(folder)
    return caught.value


def test_a_third_sector_is_files_only(write_pack: WritePack, tmp_path: Path) -> None:
    """venue over common: 会员号 behind 客户名称, one indicator, one report of two sections."""
    write_pack(
        "lodge",
        {
            "tables/clients.toml": """
table = "clients"
[columns.member_no]
zh = "会员号"
en = "Member no."
aliases = ["会员卡号"]
kind = "code"
after = "name"
[columns.spend]
kind = "money"
zh = "累计消费"
en = "Spend"
measure = true
""",
            "kpi.toml": """
[kpi.SPEND]
zh = "消费额"
en = "Spend"
weight = 100
measure = { how = "latest", table = "clients", field = "spend" }
""",
            "reports/short.toml": 'zh = "短报"\nen = "Short"\nsections = ["summary", "clients"]\n',
        },
        extends="common",
    )
    pack = load_pack("lodge", [tmp_path / "packs"])
    columns = pack.tables["clients"].columns
    assert list(columns)[:3] == ["client_id", "name", "member_no"]
    assert columns["member_no"].kind is Kind.CODE
    assert pack.tables["clients"].measures() == ("spend",)
    assert pack.chain == ("common", "lodge")
    assert pack.kpis["SPEND"].code == "SPEND"
    assert pack.reports["short"].sections == ("summary", "clients")
    assert "monthly" in pack.reports
    assert list_packs([tmp_path / "packs"]) == sorted([*list_packs(), "lodge"])


def test_extends_merges_adds_aliases_replaces_lists_and_drops(write_pack: WritePack) -> None:
    """
    base   clients.remark aliases 说明 …   reports.weekly 7 sections   clients.latitude
    own    clients.remark + 特别说明       reports.weekly [summary]    drop
    """
    folder = write_pack(
        "own",
        {
            "tables/clients.toml": (
                'table = "clients"\n[columns.remark]\naliases = ["特别说明"]\nhint = "可不填"\n'
                "[columns.latitude]\ndrop = true\n"
                '[columns.status.choices]\n"潜在" = { drop = true }\n"休眠户" = []\n'
            ),
            "tables/territories.toml": 'table = "territories"\ndrop = true\n',
            "reports/weekly.toml": 'sections = ["summary"]\n',
        },
        extends="common",
    )
    base, own = load_pack("common"), load_pack(folder)
    remark = own.tables["clients"].columns["remark"]
    assert remark.aliases == (*base.tables["clients"].columns["remark"].aliases, "特别说明")
    assert (remark.zh, remark.hint) == ("备注", "可不填")
    assert "latitude" not in own.tables["clients"].columns
    assert "longitude" in own.tables["clients"].columns
    assert list(own.tables["clients"].columns["status"].choices) == ["意向", "在用", "沉默", "流失", "黑名单", "休眠户"]
    assert "territories" not in own.tables
    assert own.reports["weekly"].sections == ("summary",)
    assert own.reports["weekly"].zh == base.reports["weekly"].zh


def test_loading_twice_changes_nothing(write_pack: WritePack) -> None:
    folder = write_pack(
        "own", {"tables/clients.toml": 'table = "clients"\n[columns.name]\nzh = "户名头"\n'}, extends="common"
    )
    assert load_pack(folder) == load_pack(folder)
    assert load_pack("common").tables["clients"].columns["name"].zh == "客户名称"


def test_three_steps_of_extends(write_pack: WritePack) -> None:
    write_pack("middle", {"pack.toml": 'extends = "common"\nzh = "中"\nen = "Middle"\nmoney_unit = "元"\n'})
    folder = write_pack("top", {"pack.toml": 'extends = "middle"\nzh = "上"\nen = "Top"\n'})
    pack = load_pack(folder)
    assert pack.chain == ("common", "middle", "top")
    assert (pack.info.name, pack.info.zh, pack.info.money_unit) == ("top", "上", "元")


def test_a_firm_lays_its_own_pack_over_the_shipped_one_of_the_same_name(write_pack: WritePack, tmp_path: Path) -> None:
    write_pack("tobacco", {"pack.toml": 'extends = "tobacco"\nstaff_word = "片区经理"\n'})
    pack = load_pack("tobacco", [tmp_path / "packs"])
    assert pack.chain == ("common", "tobacco", "tobacco")
    assert pack.info.staff_word == "片区经理"
    assert "license_no" in pack.tables["clients"].columns


def test_a_ring_of_extends_is_named(write_pack: WritePack) -> None:
    write_pack("a", extends="b")
    write_pack("b", extends="c")
    write_pack("c", extends="a")
    fault = fault_of(write_pack("a", extends="b"))
    assert "a → b → c → a" in fault.message
    fault = fault_of(write_pack("self", extends="self"))
    assert "self → self" in fault.message


def test_an_unknown_base_and_an_unknown_pack_list_those_there_are(write_pack: WritePack) -> None:
    fault = fault_of(write_pack("own", extends="tabacco"))
    assert "tobacco" in fault.hint
    assert fault.place.cell == "extends"
    with pytest.raises(ConfigFault) as caught:
        load_pack("bank_retial")
    assert "是不是想写“bank_retail”" in caught.value.hint
    assert "common" in caught.value.hint


def test_a_folder_without_pack_toml_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match=r"pack\.toml"):
        load_pack(tmp_path)
    with pytest.raises(ConfigFault):
        load_pack(f"{tmp_path}{os.sep}nothing")


def test_an_unknown_key_names_file_path_and_the_legal_keys(write_pack: WritePack) -> None:
    text = 'table = "clients"\n[columns.name]\nrequird = true\n'
    fault = fault_of(write_pack("own", {"tables/clients.toml": text}, extends="common"))
    assert fault.exit_code is Exit.CONFIG
    assert fault.place.file.endswith("clients.toml")
    assert fault.place.cell == "columns.name.requird"
    assert "是不是想写“required”" in fault.hint
    for key in ("zh", "en", "aliases", "choices", "mask", "measure", "drop", "after"):
        assert key in fault.hint


@pytest.mark.parametrize(
    ("file", "text", "cell", "said"),
    [
        ("pack.toml", 'extend = "common"\n', "extend", "extends"),
        ("kpi.toml", "[kpis.A]\nweight = 100\n", "kpis", "kpi"),
        ("kpi.toml", '[kpi.A.measure]\nhow = "count"\ntabel = "x"\n', "kpi.A.measure.tabel", "table"),
        ("kpi.toml", '[kpi.A.measure]\nhow = "median"\n', "kpi.A.measure.how", "average"),
        ("kpi.toml", '[kpi.A]\nweight = "viel"\n', "kpi.A.weight", "数字"),
        ("checks.toml", "[checks.K2.options]\nstale_days = 180\n", "checks.K2.options.stale_days", "加引号的文字"),
        ("checks.toml", '[checks.K2]\nenabled = "no"\n', "checks.K2.enabled", "true 或 false"),
        ("visits.toml", 'per_day = "six"\n', "per_day", "整数"),
        ("visits.toml", '[[triggers]]\nkey = "b"\nbefore = 3\n', "triggers[1].before", "days_before"),
        ("routines.toml", '[routines."主管"]\nsections = "plan"\n', "routines.主管.sections", "列表"),
        ("reports/m.toml", "sections = [1]\n", "sections[1]", "加引号的文字"),
        ("tables/clients.toml", 'table = "clients"\n[columns.x]\nkind = "txt"\n', "columns.x.kind", "text"),
        ("tables/clients.toml", 'zh = "客户"\n', "table", ""),
        ("tables/client.toml", 'table = "client"\n', "table", "clients"),
        (
            "tables/clients.toml",
            'table = "clients"\n[columns.name]\nkind = "code"\n',
            "columns.name.kind",
            "换一个键名",
        ),
    ],
)
def test_slips_of_form(write_pack: WritePack, file: str, text: str, cell: str, said: str) -> None:
    fault = fault_of(write_pack("own", {file: text}))
    assert fault.place.file.endswith(file)
    assert fault.place.cell == cell
    assert said in fault.hint


@pytest.mark.parametrize(
    ("file", "text", "cell"),
    [
        ("kpi.toml", '[kpi.A]\nzh = "甲"\n[kpi.A.measure]\nhow = "count"\ntable = "contact"\n', "kpi.A.measure.table"),
        (
            "kpi.toml",
            '[kpi.A]\nzh = "甲"\n[kpi.A.measure]\nhow = "sum"\ntable = "contacts"\nfield = "sum"\n',
            "kpi.A.measure.field",
        ),
        (
            "kpi.toml",
            '[kpi.A]\nzh = "甲"\n[kpi.A.measure]\nhow = "sum"\ntable = "contacts"\nfield = "need"\n',
            "kpi.A.measure.field",
        ),
        (
            "kpi.toml",
            '[kpi.A]\nzh = "甲"\n[kpi.A.measure]\nhow = "latest"\ntable = "contacts"\nfield = "amount"\n',
            "kpi.A.measure.field",
        ),
        (
            "kpi.toml",
            '[kpi.A]\nzh = "甲"\n[kpi.A.measure]\nhow = "count"\ntable = "contacts"\ndate = "time"\n',
            "kpi.A.measure.date",
        ),
        ("kpi.toml", '[kpi.A]\nzh = "甲"\n[kpi.A.measure]\nhow = "count"\ntable = "surveys"\n', "kpi.A.measure.owner"),
        ("kpi.toml", '[kpi.A]\nzh = "甲"\n[kpi.A.measure]\nhow = "ratio"\n', "kpi.A.measure.top"),
        (
            "kpi.toml",
            '[kpi.A]\nzh = "甲"\n[kpi.A.measure]\nhow = "count"\ntable = "contacts"\nwhere = [{ field = "outcome", any_of = ["成了"] }]\n',
            "kpi.A.measure.where[1]",
        ),
        ("visits.toml", '[[triggers]]\nkey = "b"\nzh = "b"\nen = "b"\ndate = "born"\n', "triggers[1].date"),
        ("visits.toml", '[[triggers]]\nkey = "b"\nzh = "b"\nen = "b"\ntable = "orders"\n', "triggers[1].table"),
        (
            "tables/clients.toml",
            'table = "clients"\n[columns.spend]\nzh = "消费"\nen = "Spend"\nkind = "money"\nmeasure = true\ndefault = "0"\n',
            "columns.spend.default",
        ),
        ("visits.toml", 'visit_channels = ["飞鸽"]\n', "visit_channels"),
        ("visits.toml", 'tier_column = "class"\n', "tier_column"),
        ("visits.toml", 'start = "9点"\n', "start"),
        ("visits.toml", 'start = "18:00"\nfinish = "09:00"\n', "start"),
        ("visits.toml", 'lunch = "12:00"\n', "lunch"),
        ("visits.toml", "speed_kmh = 0\n", "speed_kmh"),
        ("visits.toml", "detour = 0.5\n", "detour"),
        ("visits.toml", 'value_column = "riches"\n', "value_column"),
        ("visits.toml", '[move]\ncolumn = "riches"\n', "move.column"),
        (
            "visits.toml",
            '[[meetings]]\nzh = "会"\nen = "m"\nweekdays = [8]\nstart = "09:00"\nfinish = "10:00"\n',
            "meetings[1].weekdays",
        ),
        ("visits.toml", '[centres."城区"]\nlatitude = 95.0\nlongitude = 120.0\n', "centres.城区"),
        ("reports/monthly.toml", 'sections = ["summary", "weather"]\n', "sections"),
        ("reports/monthly.toml", 'formats = ["ppt"]\n', "formats"),
        ("routines.toml", '[routines."客户经理"]\nsections = ["gossip"]\n', "routines.客户经理.sections"),
        (
            "tables/clients.toml",
            'table = "clients"\n[columns.phone]\naliases = ["客户名称"]\n',
            "columns.phone.aliases",
        ),
        ("tables/clients.toml", 'table = "clients"\n[columns.org_id]\nref = "banks"\n', "columns.org_id.ref"),
        ("tables/clients.toml", 'table = "clients"\n[columns.owner_id]\ndrop = true\n', "owner"),
        ("tables/clients.toml", 'table = "clients"\n[columns.pet]\nkind = "text"\n', "columns.pet.zh"),
        ("tables/clients.toml", 'table = "clients"\n[columns.Pet]\nzh = "宠物"\n', "columns.Pet"),
        ("tables/clients.toml", 'table = "clients"\n[columns.name]\nmeasure = true\n', "columns.name.measure"),
        ("tables/clients.toml", 'table = "clients"\n[columns.kind]\ndefault = "神仙"\n', "columns.kind.default"),
        (
            "tables/contacts.toml",
            'table = "contacts"\n[columns.amount]\nshow_unit = "角"\n',
            "columns.amount.show_unit",
        ),
        ("tables/clients.toml", 'table = "clients"\n[columns.pet]\nzh = "宠物"\nafter = "nam"\n', "columns.pet.after"),
        ("tables/clients.toml", 'table = "clients"\n[columns.pet]\ndrop = true\n', "columns.pet"),
        ("pack.toml", 'extends = "common"\nzh = "甲"\nwork_month = "26-20"\n', "work_month"),
        ("pack.toml", 'extends = "common"\nzh = "甲"\nname = "other"\n', "name"),
    ],
)
def test_slips_of_meaning(write_pack: WritePack, file: str, text: str, cell: str) -> None:
    fault = fault_of(write_pack("own", {file: text}, extends="common"))
    assert fault.place.cell == cell
    assert fault.place.file.endswith(file)


def test_weights_that_are_no_hundred_are_refused(write_pack: WritePack) -> None:
    """A 60 + B 30 = 90; C 0 is only watched and does not count."""

    def kpis(second: int) -> str:
        return "".join(
            f'[kpi.{code}]\nzh = "{code}甲"\nen = "{code}x"\nweight = {weight}\n'
            for code, weight in (("A", 60), ("B", second), ("C", 0))
        )

    fault = fault_of(write_pack("own", {"kpi.toml": kpis(30)}))
    assert "90" in fault.message
    assert "A 60、B 30" in fault.hint
    assert load_pack(write_pack("own", {"kpi.toml": kpis(40) + "\n"})).kpis["B"].weight == Decimal(40)


def test_a_bonus_stands_outside_the_hundred(write_pack: WritePack) -> None:
    """A 100 and a bonus of 5 points: the pack holds; A 95 with the same bonus does not."""

    def kpis(first: int) -> str:
        bonus = '[kpi.BON]\nzh = "加分"\nen = "Bonus"\nweight = 5\nrule = "bonus"\n[kpi.BON.options]\nper = "1"\n'
        return f'[kpi.A]\nzh = "甲"\nen = "A"\nweight = {first}\n{bonus}'

    assert load_pack(write_pack("own", {"kpi.toml": kpis(100)})).kpis["BON"].weight == Decimal(5)
    assert "95" in fault_of(write_pack("own", {"kpi.toml": kpis(95)})).message


def test_weights_stay_exact(write_pack: WritePack) -> None:
    text = "".join(
        f'[kpi.{code}]\nzh = "{code}甲"\nweight = {weight}\n' for code, weight in (("A", "33.3"), ("B", "66.7"))
    )
    assert load_pack(write_pack("own", {"kpi.toml": text})).kpis["A"].weight == Decimal("33.3")


def test_check_lists_every_problem_and_warns_of_a_missing_translation(write_pack: WritePack) -> None:
    folder = write_pack(
        "own",
        {
            "tables/clients.toml": 'table = "clients"\n[columns.pet]\nzh = "宠物"\n',
            "reports/short.toml": 'zh = "短报"\nen = "Short"\nsections = ["sumary", "clients"]\n',
            "visits.toml": 'route_column = "road"\n',
        },
        extends="common",
    )
    problems = check_pack(folder)
    assert [(problem.severity, problem.place.cell) for problem in problems] == [
        ("warning", "columns.pet.en"),
        ("error", "sections"),
        ("error", "route_column"),
    ]
    assert "summary" in problems[1].hint
    assert "共 2 处" in fault_of(folder).hint


def test_a_missing_translation_alone_does_not_stop(write_pack: WritePack) -> None:
    text = 'table = "clients"\n[columns.pet]\nzh = "宠物"\n'
    folder = write_pack("own", {"tables/clients.toml": text}, extends="common")
    assert load_pack(folder).tables["clients"].columns["pet"].label == "宠物"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"zh = \n", "TOML"),
        ('zh = "甲"\n'.encode("gbk"), "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read(write_pack: WritePack, data: bytes, said: str) -> None:
    folder = write_pack("own")
    (folder / "visits.toml").write_bytes(data)
    fault = fault_of(folder)
    assert said in fault.message
    assert fault.place.file.endswith("visits.toml")


def test_a_byte_order_mark_is_no_fault(write_pack: WritePack) -> None:
    folder = write_pack("own")
    (folder / "visits.toml").write_text("per_day = 9\n", encoding="utf-8-sig")
    assert load_pack(folder).visits.per_day == 9


def test_a_misspelt_file_name_is_told(write_pack: WritePack) -> None:
    fault = fault_of(write_pack("own", {"kpis.toml": ""}))
    assert fault.place.file.endswith("kpis.toml")
    assert "kpi.toml" in fault.hint


def test_two_files_for_one_table_are_refused(write_pack: WritePack) -> None:
    files = {"tables/a.toml": 'table = "clients"\n', "tables/b.toml": 'table = "clients"\n'}
    fault = fault_of(write_pack("own", files, extends="common"))
    assert "a.toml" in fault.message
    assert fault.place.file.endswith("b.toml")


def test_a_changed_file_is_read_again(write_pack: WritePack) -> None:
    folder = write_pack("own", {"visits.toml": "per_day = 9\n"})
    assert load_pack(folder).visits.per_day == 9
    (folder / "visits.toml").write_text("per_day = 10\n", encoding="utf-8")
    assert load_pack(folder).visits.per_day == 10


def test_a_step_without_a_key_goes_by_its_label(write_pack: WritePack) -> None:
    text = '[routines."客户经理"]\nactivity = [{ zh = "电话", en = "Calls" }]\n'
    folder = write_pack("own", {"routines.toml": text}, extends="common")
    assert load_pack(folder).routines["客户经理"].activity[0].key == "电话"
