"""A clock that moves only when it is told to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


class ManualClock:
    """Wall and monotonic time move together by ``advance``; ``jump`` moves the wall clock alone."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._monotonic = 1000.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Return the set moment."""
        return self._now

    def monotonic(self) -> float:
        """Return the set count of seconds."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def jump(self, by: timedelta) -> None:
        """Set the wall clock forward or back, as an administrator or NTP would."""
        self._now += by

    async def sleep(self, seconds: float) -> None:
        """Let time pass instead of waiting, after giving other tasks a turn."""
        self.slept.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)
