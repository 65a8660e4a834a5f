"""The packs that are shipped say everything in two languages and nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from cmkit.base.text import fold_label
from cmkit.checks.registry import settings
from cmkit.facts.kinds import Kind
from cmkit.facts.records import RECORDS, core_kinds
from cmkit.facts.specs import Pack, Spec
from cmkit.kpi.rules import RULES
from cmkit.packs import check_pack, found_packs, list_packs, load_pack
from cmkit.packs.find import SECTORS

NAMES = sorted(path.parent.name for path in SECTORS.glob("*/pack.toml"))
pytestmark = pytest.mark.parametrize("name", NAMES)


def specs_of(pack: Pack) -> Iterator[tuple[str, Spec]]:
    yield "pack", pack.info
    for table in pack.tables.values():
        yield table.table, table
        yield from ((f"{table.table}.{key}", column) for key, column in table.columns.items())
    yield from pack.kpis.items()
    yield from pack.reports.items()
    yield from pack.visits.tiers.items()
    yield from ((trigger.key, trigger) for trigger in pack.visits.triggers)
    for role, routine in pack.routines.items():
        yield role, routine
        for block in routine.blocks:
            yield f"{role}.{block.key}", block
            yield from ((f"{role}.{step.key}", step) for step in block.steps)
        yield from ((f"{role}.{step.key}", step) for step in routine.activity)


def test_check_finds_nothing(name: str) -> None:
    assert [str(problem) for problem in check_pack(SECTORS / name)] == []


def test_is_listed(name: str) -> None:
    assert name in list_packs()
    found = {pack.name: pack for pack in found_packs()}
    assert found[name].shipped
    assert found[name].info.label


def test_every_label_has_both_languages(name: str) -> None:
    assert [word for word, spec in specs_of(load_pack(name)) if not spec.zh or not spec.en] == []


def test_every_record_type_has_all_its_fields(name: str) -> None:
    tables = load_pack(name).tables
    assert list(tables) == list(RECORDS)
    for table, record in RECORDS.items():
        kinds = tables[table].kinds()
        assert {key: kinds[key] for key in core_kinds(record)} == core_kinds(record)


def test_a_heading_speaks_for_one_column_only(name: str) -> None:
    for table in load_pack(name).tables.values():
        words: dict[str, set[str]] = {}
        for key, column in table.columns.items():
            for word in (column.zh, column.en, key, *column.aliases):
                words.setdefault(fold_label(word), set()).add(key)
        assert {word: keys for word, keys in words.items() if len(keys) > 1} == {}, table.table


def test_a_word_in_a_sheet_name_speaks_for_one_table_only(name: str) -> None:
    owners: dict[str, set[str]] = {}
    for table in load_pack(name).tables.values():
        for word in (table.zh, *table.aliases):
            owners.setdefault(fold_label(word), set()).add(table.table)
    assert {word: tables for word, tables in owners.items() if len(tables) > 1} == {}


def test_people_and_numbers_are_masked(name: str) -> None:
    """Telephone, ID and certificate numbers leave no table unmasked."""
    wanted = {Kind.PHONE: "phone", Kind.ID_NO: "id_no", Kind.ACCOUNT: "card"}
    for table in load_pack(name).tables.values():
        for key, column in table.columns.items():
            if column.kind in wanted:
                assert column.mask == wanted[column.kind], f"{table.table}.{key}"
            if column.measure and column.kind is Kind.MONEY:
                assert column.mask == "amount", f"{table.table}.{key}"


def test_weights_are_none_or_a_hundred(name: str) -> None:
    total = sum(kpi.weight for kpi in load_pack(name).kpis.values())
    assert total in {0, Decimal(100)}


def test_no_path_of_a_machine_and_no_character_outside_gbk(name: str) -> None:
    for file in Path(SECTORS / name).rglob("*.toml"):
        text = file.read_text(encoding="utf-8")
        text.encode("gbk")
        assert not re.search(r"/(?:home|root|tmp|Users)/|\b[A-Z]:\\", text), file.name


def test_scoring_rules_and_checks_understand_their_options(name: str) -> None:
    pack = load_pack(name)
    for code, kpi in pack.kpis.items():
        assert set(kpi.options) <= set(RULES[kpi.rule].legal), code
        assert RULES[kpi.rule].full is not None, code
    assert set(settings(pack)) == {rule for rule, spec in pack.checks.items() if spec.enabled}


def test_the_archive_indicator_counts_what_the_report_counts(name: str) -> None:
    """档案完整率 is one figure: the columns and states of the indicator are those that the pack names for archives."""
    pack = load_pack(name)
    for kpi in (kpi for kpi in pack.kpis.values() if kpi.zh == "档案完整率" and kpi.measure.top):
        where = kpi.measure.top.where if kpi.measure.top else ()
        assert tuple(one.field for one in where if one.filled) == pack.info.archive
        assert tuple(word for one in where if one.field == "status" for word in one.any_of) == pack.info.archive_status
