"""Folds the mentions of claims as ``rules.ledger`` does, going on from where it was the last time.

Each item about a claim is held against all that was said of it; folding that anew would make an item dearer with each
that came before. What comes late is sorted in: the fold goes on from the last place that still holds.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from itertools import takewhile

from rules.ledger import ClaimState, Policy
from rules.ledger.fold import batches, go_on
from rules.model import Mention

KEPT = 256  # sets of mentions
PLACES = 32  # newest places of a set from which the fold can go on

_Batch = tuple[Mention, ...]


class Folds:
    """A ``rules.ledger`` fold that remembers. For one thread and one policy."""

    def __init__(self) -> None:
        self._known: OrderedDict[Mention, _Past] = OrderedDict()

    def __call__(self, known: Iterable[Mention], policy: Policy) -> tuple[ClaimState, ...]:
        """Return the state of every claim that the mentions speak of."""
        wanted = tuple(batches(known))
        if not wanted:
            return ()
        past = self._known.pop(wanted[0][0], None) or _Past()
        self._known[wanted[0][0]] = past
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return past.go_on(wanted, policy)


class _Past:
    """What was folded, and the states after the newest batches of it."""

    def __init__(self) -> None:
        self._batches: tuple[_Batch, ...] = ()
        self._places: deque[tuple[int, tuple[ClaimState, ...]]] = deque(maxlen=PLACES)

    def go_on(self, wanted: tuple[_Batch, ...], policy: Policy) -> tuple[ClaimState, ...]:
        same = sum(1 for _ in takewhile(_is_same, zip(self._batches, wanted, strict=False)))
        while self._places and self._places[-1][0] > same:
            self._places.pop()
        done, found = self._places[-1] if self._places else (0, ())
        for number in range(done, len(wanted)):
            found = go_on(found, wanted[number], policy)
            self._places.append((number + 1, found))
        self._batches = wanted
        return found


def _is_same(pair: tuple[_Batch, _Batch]) -> bool:
    return pair[0] == pair[1]
