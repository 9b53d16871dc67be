"""Who calls ``step`` and when. The rows are the truth; an engine is only the drive, and can be swapped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.delivery.courier import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How delivery stands. ``oldest_age`` is the age of the oldest pending row in seconds, None when there is none."""

    pending: int
    oldest_age: float | None
    standing_still: tuple[tuple[str, str], ...]  # lane or platform, and the reason
    working: int  # steps in progress in this process


class Engine(Protocol):
    """Drives the lanes: the dispatcher of this process, or worker processes of a cluster."""

    def wake(self) -> None:
        """Say that rows were committed; callable from the event loop's thread only."""

    async def run(self) -> None:
        """Serve until cancelled; then finish or give back what is in progress."""

    async def drain(self) -> None:
        """Send everything that can be sent now, and return."""

    async def health(self) -> Health:
        """Look at the rows."""


Observer = Callable[[Outcome], None]
"""Is told of every finished step; must not raise."""
