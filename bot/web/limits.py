"""How often an address may ask, and how often it may guess the token. Pure but for the clock that is handed in."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_ADDRESSES = 1000  # remembered, those that asked last


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """``burst`` at once, then ``per_second``."""

    burst: float
    per_second: float


PAGES = Pace(burst=120, per_second=10)  # a page with its parts is 3 requests, a form checked as one types 3 a second
GUESSES = Pace(burst=5, per_second=1 / 30)


class Limit:
    """Counts by address, each in a bucket that fills up again."""

    def __init__(self, pace: Pace, seconds: Callable[[], float]) -> None:
        self._pace = pace
        self._seconds = seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Return after how many seconds the address may go on; 0 when it may now."""
        return max((1 - self._level(address)) / self._pace.per_second, 0.0)

    def take(self, address: str) -> float:
        """Count one, and return what ``wait`` returns; nothing is counted while it has to wait."""
        wait = self.wait(address)
        if wait == 0:
            self._buckets[address] = (self._level(address) - 1, self._seconds())
            self._buckets.move_to_end(address)
            if len(self._buckets) > MOST_ADDRESSES:
                self._buckets.popitem(last=False)
        return wait

    def _level(self, address: str) -> float:
        level, at = self._buckets.get(address, (self._pace.burst, self._seconds()))
        return min(level + (self._seconds() - at) * self._pace.per_second, self._pace.burst)
