"""How long the event loop does not come back: by the clock, and with the machine's other load taken off.

On a machine that others use, too, a loop that is ready waits for a core. Linux counts that for each thread (the second
number of ``schedstat``: nanoseconds on a run queue), so it can be taken off; what is left is our own work in the
loop, and waiting for the interpreter's lock.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import FileIO
from statistics import quantiles

ASKED = 0.005  # seconds that the watch sleeps each time


@dataclass(slots=True)
class Gaps:
    """Seconds beyond what was asked for, for each time that the loop came back."""

    wall: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watch the running loop meanwhile."""
        watch = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watch.cancel()

    async def _watch(self) -> None:
        with FileIO(f"/proc/self/task/{threading.get_native_id()}/schedstat") as waits:
            while True:
                begun, waited = time.perf_counter(), _waited(waits)
                await asyncio.sleep(ASKED)
                gap = time.perf_counter() - begun - ASKED
                self.wall.append(gap)
                self.ours.append(gap - (_waited(waits) - waited))

    def row(self) -> dict[str, float]:
        """Return p99 and maximum of both in ms; nothing where the loop was hardly ever asked."""
        if len(self.wall) < 2:
            return {}
        found: dict[str, float] = {}
        for name, gaps in (("gap", self.wall), ("ours", self.ours)):
            found |= {f"{name} p99 ms": quantiles(gaps, n=100)[-1] * 1000, f"{name} max ms": max(gaps) * 1000}
        return found


def _waited(file: FileIO) -> float:
    file.seek(0)
    return int(file.read().split()[1]) / 1e9
