"""How real a figure is, as its sentence tells it: the strongest cue in reach of the deed and the number."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.deeds import Deed
from rules.extract.units import Counted
from rules.extract.view import PlacedMark, SentenceView
from rules.model import Status


class Reading(NamedTuple):
    """The status and the cue that gave it, None for a plain fact."""

    status: Status
    cue: PlacedMark | None


# Where several cues reach a figure, the one that casts most doubt on it holds.
_ORDER: Final = (Status.DENIED, Status.CONDITIONAL, Status.CLAIMED, Status.EXPECTED, Status.PLANNED)
_REACH: Final = {Status.DENIED: 30, Status.CONDITIONAL: 12, Status.CLAIMED: 18, Status.EXPECTED: 10, Status.PLANNED: 12}


def find_status(view: SentenceView, counted: Counted, deed: Deed | None) -> Reading:
    """Return how real the figure is; without any cue it is a fact."""
    start, end = counted.first, counted.last
    if deed is not None:
        start, end = min(start, deed.mark.first), max(end, deed.mark.last)
    best: Reading | None = None
    for placed in view.marks("status"):
        status = Status(placed.mark.entry.name)
        if placed.first >= end:
            distance = (placed.first - end) + 6 * view.crossings(end, placed.first) + 4
        elif placed.last <= start:
            distance = (start - placed.last) + 4 * view.crossings(placed.last, start)
        else:
            distance = 0
        if distance > _REACH[status]:
            continue
        if best is None or _ORDER.index(status) < _ORDER.index(best.status):
            best = Reading(status, placed)
    return best or Reading(Status.FACT, None)
