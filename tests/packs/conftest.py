"""Small packs written into a temporary folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

WritePack = Callable[..., Path]


@pytest.fixture
def write_pack(tmp_path: Path) -> WritePack:
    """A function that writes the files of a pack, ``file__with__folders`` by path, and gives its folder."""

    def write(name: str, files: dict[str, str] | None = None, *, extends: str = "") -> Path:
        folder = tmp_path / "packs" / name
        folder.mkdir(parents=True, exist_ok=True)
        head = f'zh = "{name}"\nen = "{name}"\n' + (f'extends = "{extends}"\n' if extends else "")
        for path, text in {"pack.toml": head, **(files or {})}.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return folder

    return write
