"""A workspace: the folder of an office, with ``cmkit.toml`` in it."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from cmkit.base.clock import DEFAULT_ZONE, today
from cmkit.base.config import convert, read_toml
from cmkit.base.faults import ConfigFault, OutputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.base.sending import DeliverySettings
from cmkit.base.workdays import WorkCalendar, read_calendar

SETTINGS = "cmkit.toml"


class JobSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One job that cron runs: the words of a cmkit command, and when."""

    name: str
    run: tuple[str, ...]
    """The words after ``cmkit``; ``{period}`` and ``{date}`` are filled in."""
    when: str = "workday"
    """daily, workday, monday … sunday, first-workday, last-workday, day:26, quarter-end."""
    at: str = "18:00"
    period: Literal["day", "week", "month", "quarter", "year"] = "day"
    offset: Literal["this", "previous"] = "this"
    enabled: bool = True


class ExchangeSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How branch workbooks travel."""

    due_workdays: int = 3
    """Working days after the period's end by which a return is due."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``cmkit.toml``."""

    pack: str
    office: str = ""
    """The unit's name in document heads."""
    lang: Literal["", "zh", "en"] = ""
    store: str = "cmkit.db"
    zone: str = DEFAULT_ZONE
    holidays: str = ""
    """The firm's own calendar file, over the State Council's."""
    operator: str = ""
    """Who is acting where ``--as`` is not given."""
    jobs: tuple[JobSettings, ...] = ()
    exchange: ExchangeSettings = ExchangeSettings()
    delivery: DeliverySettings = DeliverySettings()


@dataclass(frozen=True)
class Workspace:
    """An office's folder and its settings."""

    root: Path
    settings: Settings

    @property
    def store_path(self) -> Path:
        """Where the SQLite store is."""
        return self.root / self.settings.store

    @property
    def out(self) -> Path:
        """Where documents go unless ``--out`` says otherwise."""
        return self.root / "out"

    @property
    def private(self) -> Path:
        """The tool's own folder: locks, keys, logs."""
        return self.root / ".cmkit"

    def calendar(self) -> WorkCalendar:
        """The working days of this office."""
        return read_calendar(self.root / self.settings.holidays) if self.settings.holidays else WorkCalendar()

    def today(self) -> date:
        """Today in the office's time zone."""
        return today(self.settings.zone)

    def operator(self, given: str = "") -> str:
        """Who is acting: the given name, the settings', else the account's."""
        return given or self.settings.operator or os.environ.get("USER") or os.environ.get("USERNAME") or "cmkit"


def find_workspace(given: str | None) -> Workspace:
    """The workspace at ``given``, else the nearest one from the current folder upward.

    Raises ConfigFault where there is none, or where its settings do not hold.
    """
    if given:
        root = Path(given).expanduser().resolve()
        if not (root / SETTINGS).is_file():
            raise ConfigFault(
                _("{path} 不是工作区：没有 {name}").format(path=root, name=SETTINGS),
                hint=_("用 cmkit init 文件夹 --pack 名称 新建"),
            )
        return load_workspace(root)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return load_workspace(folder)
    raise ConfigFault(
        _("这里没有工作区：从 {path} 往上都没有 {name}").format(path=here, name=SETTINGS),
        hint=_("用 cmkit init 文件夹 --pack 名称 新建，或用 --workspace 指定"),
    )


def load_workspace(root: Path) -> Workspace:
    """The workspace in ``root``."""
    path = root / SETTINGS
    return Workspace(root, convert(read_toml(path), Settings, path))


def private_folder(path: Path) -> Path:
    """``path``, made with its parents and only for its owner (0700)."""
    try:
        for folder in reversed([path, *path.parents]):
            if not folder.exists():
                folder.mkdir(mode=0o700)
                with contextlib.suppress(OSError):
                    folder.chmod(0o700)
    except OSError as error:
        raise OutputFault(
            _("不能建立文件夹：{text}").format(text=error.strerror or str(error)), place=Place(file=str(path))
        ) from error
    return path
