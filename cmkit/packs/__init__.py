"""Sector packs: folders of TOML that say a sector's words, tables, targets, rules, routines and reports."""

from __future__ import annotations

from cmkit.packs.find import FoundPack, found_packs, list_packs
from cmkit.packs.load import check_pack, load_pack

__all__ = ["FoundPack", "check_pack", "found_packs", "list_packs", "load_pack"]
