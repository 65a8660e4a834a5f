"""No robot is called more often than its maker allows, in one run or in several."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

WINDOW = 60.0


@dataclass
class Pace:
    """Waits before a message that would be one too many within a minute."""

    limit: int
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    _at: deque[float] = field(default_factory=deque)

    def remember(self, moments: Iterable[float]) -> None:
        """Messages of earlier runs, by the second."""
        self._at.extend(sorted(moments))

    def wait(self, count: int = 1) -> None:
        """Let ``count`` messages through, as soon as they may go."""
        for _one in range(count):
            now = self.clock()
            while self._at and now - self._at[0] >= WINDOW:
                self._at.popleft()
            if len(self._at) >= self.limit:
                self.sleep(WINDOW - (now - self._at[0]))
                self._at.popleft()
            self._at.append(self.clock())
