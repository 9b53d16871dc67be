"""Keeps many coroutines that become ready together from filling one turn of the event loop.

The loop runs everything that is ready before it looks at timers and sockets again. Sixty answers that came at once, and
half a millisecond of work for each, would keep a press of a button waiting for all of them; here they give way to each
other, and to everything else, after a few milliseconds.
"""

from __future__ import annotations

import asyncio
from collections import deque

from bot.ports import Clock

LONGEST = 0.005  # seconds of one turn, after which those who come must wait
RELEASED = 16  # of those who wait, in each turn


class Turns:
    """Share one between the coroutines that are to be bounded together."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends: float | None = None  # on the monotonic clock; None until somebody works in the present turn
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def give_way(self) -> None:
        """Return at once while the turn has time left, else in a later one. Call it before each piece of work."""
        if self._waiting or self._is_over():
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            await turn

    def _is_over(self) -> bool:
        now = self._clock.monotonic()
        if self._ends is None:
            self._begin(now)
        return self._ends is not None and now > self._ends

    def _begin(self, now: float) -> None:
        self._ends = now + LONGEST
        asyncio.get_running_loop().call_soon(self._end)  # what is called soon runs in the next turn

    def _end(self) -> None:
        self._ends = None
        for _ in range(min(RELEASED, len(self._waiting))):
            turn = self._waiting.popleft()
            if not turn.done():  # who was cancelled waits no more
                turn.set_result(None)
            self._ends = self._clock.monotonic()
        if self._ends is not None:
            self._begin(self._ends)
