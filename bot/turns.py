"""Keeps many coroutines that become ready together from filling one turn of the event loop.

The loop runs everything that is ready before it looks at timers and sockets again. Sixty answers that came at once, and
half a millisecond of work for each, would keep a press of a button waiting for all of them; here they give way to each
other, and to everything else, after a few milliseconds.
"""

from __future__ import annotations

import asyncio

from bot.ports import Clock

LONGEST = 0.004  # seconds of one turn


class Turns:
    """Share one between the coroutines that are to be bounded together."""

    def __init__(self, clock: Clock, longest: float = LONGEST) -> None:
        self._clock = clock
        self._longest = longest
        self._ends: float | None = None  # on the monotonic clock; None until somebody works in the present turn

    async def give_way(self) -> None:
        """Return at once while the turn has time left, else in a later one. Call it before each piece of work."""
        is_over = self._is_over()
        while is_over:
            await asyncio.sleep(0)
            is_over = self._is_over()

    def _is_over(self) -> bool:
        now = self._clock.monotonic()
        if self._ends is None:
            self._ends = now + self._longest
            asyncio.get_running_loop().call_soon(self._begin)  # runs in the next turn, before those that gave way
        return now > self._ends

    def _begin(self) -> None:
        self._ends = None
