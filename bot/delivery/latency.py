"""How long messages took from the moment at which they could go out to the platform's answer, as a histogram."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from bot.delivery.courier import Outcome
from bot.delivery.decisions import Verdict

BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)  # seconds, upper ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """``counts`` has one number for each bound and one for all above, not summed up."""

    counts: Sequence[int] = (0,) * (len(BOUNDS) + 1)
    total: float = 0.0  # seconds


class Latency:
    """Counts alerts as they are accepted, from the start of this process on."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS) + 1)
        self._total = 0.0

    def note(self, outcome: Outcome) -> None:
        """Take an outcome in; only an alert's first part counts, and not its edits."""
        delivery = outcome.delivery
        is_told = outcome.decision.verdict is Verdict.SENT and delivery.alert_id is not None and delivery.part == 0
        if not is_told or outcome.waited is None:
            return
        self._counts[bisect_left(BOUNDS, outcome.waited)] += 1
        self._total += outcome.waited

    def histogram(self) -> Histogram:
        """Return the counts so far."""
        return Histogram(counts=tuple(self._counts), total=self._total)
