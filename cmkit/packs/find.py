"""Where packs lie: a workspace's own folders first, then those shipped in ``cmkit/sectors``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.facts.specs import PackInfo
from cmkit.packs.closed import joined, suggested
from cmkit.packs.toml import read_toml

SECTORS = Path(__file__).resolve().parent.parent / "sectors"
PACK_FILE = "pack.toml"


@dataclass(frozen=True, slots=True)
class FoundPack:
    """A pack that can be loaded. ``info`` is what its own pack.toml says, unresolved."""

    name: str
    folder: Path
    info: PackInfo

    @property
    def shipped(self) -> bool:
        """Whether it came with the program."""
        return self.folder.parent == SECTORS


def list_packs(search: Sequence[Path] = ()) -> list[str]:
    """The names of all packs, a workspace's own and the shipped."""
    return [pack.name for pack in found_packs(search)]


def found_packs(search: Sequence[Path] = ()) -> list[FoundPack]:
    """Every pack by name, the one that would be loaded where several share a name. A broken one is listed too."""
    found: dict[str, FoundPack] = {}
    for folder in _folders(search):
        found.setdefault(folder.name, FoundPack(folder.name, folder, _info(folder)))
    return sorted(found.values(), key=lambda pack: pack.name)


def _info(folder: Path) -> PackInfo:
    raw, _problems = read_toml(folder / PACK_FILE)
    try:
        return msgspec.convert({"name": folder.name, **raw}, PackInfo)
    except msgspec.ValidationError:
        return PackInfo(name=folder.name)


def _folders(search: Sequence[Path]) -> Iterator[Path]:
    for root in (*search, SECTORS):
        if root.is_dir():
            yield from sorted(path for path in root.resolve().iterdir() if (path / PACK_FILE).is_file())


def pack_folder(name_or_dir: str | Path, search: Sequence[Path] = ()) -> Path:
    """The folder of a pack given by name, or by path (a Path, or a text with a separator).

    Raises ConfigFault listing the packs there are.
    """
    if isinstance(name_or_dir, Path) or os.sep in name_or_dir or "/" in name_or_dir:
        folder = Path(name_or_dir)
        if (folder / PACK_FILE).is_file():
            return folder.resolve()
        raise ConfigFault(
            _("{folder} 不是业务包：里面没有 {file}").format(folder=folder, file=PACK_FILE),
            hint=_("业务包是一个文件夹，里面有 pack.toml 和 tables 等文件"),
        )
    for folder in _folders(search):
        if folder.name == name_or_dir:
            return folder
    raise unknown_pack(name_or_dir, search)


def base_folder(name: str, folder: Path, search: Sequence[Path]) -> Path | None:
    """The folder that the pack in ``folder`` extends; packs beside it are seen too.

    A pack may extend one of its own name further on in the search (a firm's own ``tobacco`` over the shipped one).
    """
    roots = list(dict.fromkeys((*search, folder.parent)))
    return next((path for path in _folders(roots) if path.name == name and path != folder), None)


def unknown_pack(name: str, search: Sequence[Path]) -> ConfigFault:
    """The fault for a name that no pack has."""
    names = list_packs(search)
    hint = suggested(name, names, _("可用的业务包：{names}").format(names=joined(names)))
    return ConfigFault(_("没有名为“{name}”的业务包").format(name=name), hint=hint)
