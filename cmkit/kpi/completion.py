"""The completion rate (完成率), with the cases that break a plain A/T: signs, zero, and less being better.

One formula covers every sign: ``1 + (A - T) / |T|`` for more-is-better and ``1 - (A - T) / |T|`` for less-is-better;
for a positive target these are A/T and 2 - A/T. Sources: m.3dmxku.com/daquan/zonghe/2096199.html (negative targets),
dhqcw.com/wenda/244694.html (any sign), 77.wendadaohang.com/zd/8GqY88G8G.html (both methods for less-is-better).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

Direction = Literal["up", "down", "band", "decrease"]
Method = Literal["2-A/T", "T/A"]
DIRECTIONS: tuple[Direction, ...] = ("up", "down", "band", "decrease")
METHODS: tuple[Method, ...] = ("2-A/T", "T/A")
HUNDRED = Decimal(100)
# T/A grows without end as the actual nears zero: what 2-A/T gives for nothing at all is the most it may give.
MOST = Decimal(200)
BAND = Decimal(5)


def completion(
    actual: Decimal,
    target: Decimal,
    direction: Direction = "up",
    method: Method = "2-A/T",
    *,
    lower: Decimal | None = None,
    upper: Decimal | None = None,
) -> Decimal | None:
    """The completion rate in percent, exact; None where the target is zero and no rate exists (不适用).

    ``band`` is full between ``lower`` and ``upper`` (5 % either side of the target when not given); ``decrease`` takes
    both figures as cuts in percent (plan -5, actual -6: m.hezhiquan.com/docs/view/3665fab3b01241e9948785be308605d4_4.html).
    """
    if direction == "band":
        return _band(actual, target, lower, upper)
    if direction == "decrease":
        return None if target == -HUNDRED else (HUNDRED + actual) / (HUNDRED + target) * HUNDRED
    if target == 0:
        return None
    if direction == "up":
        return (1 + (actual - target) / abs(target)) * HUNDRED
    if method == "T/A" and target > 0 and actual >= 0:
        return min(MOST, target / actual * HUNDRED) if actual else MOST
    return (1 - (actual - target) / abs(target)) * HUNDRED


def band_of(target: Decimal, lower: Decimal | None, upper: Decimal | None) -> tuple[Decimal, Decimal]:
    """The two ends of the band around ``target``."""
    margin = abs(target) * BAND / HUNDRED
    return (target - margin if lower is None else lower, target + margin if upper is None else upper)


def _band(actual: Decimal, target: Decimal, lower: Decimal | None, upper: Decimal | None) -> Decimal | None:
    low, high = band_of(target, lower, upper)
    if low <= actual <= high:
        return HUNDRED
    if actual < low:
        return None if low == 0 else (1 + (actual - low) / abs(low)) * HUNDRED
    return None if high == 0 else (1 - (actual - high) / abs(high)) * HUNDRED


def zero_target_met(actual: Decimal, direction: Direction) -> bool:
    """Whether a target of zero is reached: nothing lost where more is better, nothing left where less is."""
    if direction == "up":
        return actual >= 0
    return actual <= 0 if direction == "down" else actual == 0
