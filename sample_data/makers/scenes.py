"""Contact records out of scenes: a scene is data (a TOML file), a record is a scene with its slots filled."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sample_data.makers.days import CALENDAR

NEXT_IN = {"成交": (7, 30), "有意向": (2, 9), "待跟进": (4, 15), "无需求": (25, 40), "未接触到": (1, 3)}


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said and what came of it; ``amount`` in 万元."""

    category: str
    channel: str
    purpose: str
    product: str
    content: str
    need: str
    outcome: str
    result: str
    amount: int
    next_step: str
    next_date: date
    service: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    """Whatever else a sector's lines say (stock, shelf, clue)."""


class Scenes:
    """The scenes of one sector."""

    def __init__(self, path: Path, random: Random) -> None:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        self._random = random
        self._slots: Mapping[str, Sequence[str]] = data["slots"]
        self._scenes = {scene["name"]: scene for scene in data["scene"]}
        self._results: Mapping[str, Mapping[str, Sequence[str]]] = data["results"]
        self._next: Mapping[str, Sequence[str]] = data["next_steps"]

    def weighted(self, weights: Mapping[str, int]) -> str:
        """One of the names, by weight."""
        left = self._random.randrange(sum(weights.values()))
        for name, weight in weights.items():
            left -= weight
            if left < 0:
                return name
        raise AssertionError(weights)

    def talk(self, scene_name: str, who: str, day: date, luck: int = 0) -> Talk:
        """A record of that scene; ``luck`` (in percent) moves weight to closing a deal."""
        scene = self._scenes[scene_name]
        pick = self._random.choice
        outcomes = dict(scene["outcomes"])
        if "成交" in outcomes:
            outcomes["成交"] = max(1, outcomes["成交"] * (100 + luck) // 100)
        outcome = self.weighted(outcomes)
        low, high = scene["amounts"]
        amount = self._random.randint(low, high) if high else 0
        amount = amount // 5 * 5 if amount > 5 else amount  # noqa: PLR2004 - people buy round sums
        product = pick(scene["products"])
        line = pick(scene["lines"])
        soon = CALENDAR.on_or_after(day + timedelta(days=self._random.randint(3, 12)))
        fill = {name: pick(words) for name, words in self._slots.items()}
        fill |= {"who": who, "amount": str(amount), "day": f"{soon.month}月{soon.day}日", "product": product}
        return Talk(
            category=scene["category"],
            channel=pick(line.get("c", scene["channels"])),
            purpose=line["p"],
            product=product,
            content=line["t"].format(**fill),
            need=pick(scene["needs"]),
            outcome=outcome,
            result=pick(self._results[scene["results"]][outcome]).format(**fill),
            amount=amount if outcome == "成交" else 0,
            next_step=pick(self._next[outcome]),
            next_date=CALENDAR.on_or_after(day + timedelta(days=self._random.randint(*NEXT_IN[outcome]))),
            service=scene.get("service", ""),
            more={key: text.format(**fill) for key, text in line.items() if key not in {"p", "t", "c"}},
        )
