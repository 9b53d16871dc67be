"""Whose turn it is: the lanes of each platform that wait for a slot, and those that are left alone for a while.

What this process knows besides the rows; after a restart it starts empty.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

PROBE_SECONDS = 2.0  # how long the first call to a platform may keep the others waiting
BATCH = 256  # lanes taken from the database at once, or
SHARE = 8  # an eighth of those that are due, so that choosing costs a post the same however many wait
FIRST_REST = 0.2  # after an unforeseen failure on a lane, doubling to the longest
LONGEST_REST = 60.0


def portion(due: int) -> int:
    """Return how many of the lanes that are due get their turn before the next look; whoever comes later waits for it.

    Every look goes through all of them: by a fixed portion, ten times the lanes would cost a hundred times as much.
    """
    return max(BATCH, due // SHARE)


@dataclass(slots=True)
class PlatformTurns:
    """Lanes of one platform waiting for a slot, steps in progress, and whether it answers.

    Until it has answered for the first time it gets one call at a time: a refused token then costs a single one.
    """

    queue: deque[str] = field(default_factory=deque)
    working: set[str] = field(default_factory=set)
    proven: bool = False
    probing_since: float | None = None

    def slots(self, concurrency: int, moment: float) -> int:
        """Return how many more steps may start."""
        waited = self.probing_since is not None and moment - self.probing_since >= PROBE_SECONDS
        return (concurrency if self.proven or waited else 1) - len(self.working)

    def begin(self, moment: float) -> str:
        """Take the next lane out of the queue to work on it."""
        lane = self.queue.popleft()
        self.working.add(lane)
        if not self.proven and self.probing_since is None:
            self.probing_since = moment
        return lane

    def learn(self, *, is_refused: bool) -> None:
        """Take in that the platform answered, perhaps by refusing the token."""
        self.proven = not is_refused
        if is_refused:
            self.probing_since = None


@dataclass(slots=True)
class Rests:
    """Lanes that failed in an unforeseen way, left alone until a monotonic moment, longer each time in a row."""

    _until: dict[str, float] = field(default_factory=dict)
    _failures: dict[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Tell whether a lane rests."""
        return bool(self._until)

    def rest(self, lane: str, moment: float) -> None:
        """Leave a lane alone for a while, twice as long each time in a row."""
        failures = self._failures[lane] = self._failures.get(lane, 0) + 1
        self._until[lane] = moment + min(FIRST_REST * 2.0 ** min(failures - 1, 20), LONGEST_REST)

    def went_well(self, lane: str) -> None:
        """Forget a lane's failures."""
        self._failures.pop(lane, None)

    def resting(self, moment: float) -> Collection[str]:
        """Return the lanes that rest still."""
        self._until = {lane: until for lane, until in self._until.items() if until > moment}
        return self._until.keys()

    def waits(self, moment: float, *, tries: int | None = None) -> Iterator[float]:
        """Yield how long each rests still; with ``tries`` only those that failed at most so often in a row."""
        for lane, until in self._until.items():
            if tries is None or self._failures.get(lane, 0) <= tries:
                yield until - moment
