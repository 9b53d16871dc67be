"""Compact tables of numbers: posting lists in hashed buckets, and how common each term is."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from math import log
from typing import Final

_RARITY_CELLS: Final = 1 << 20
_RARITY_CAP: Final = 500_000  # items; beyond it counts are halved, so that yesterday's news weighs less than today's


class Buckets:
    """Slots by 32-bit key. A bucket holds several keys: a look-up returns candidates, to be checked by the caller.

    One array a bucket instead of a list a key: 300,000 items have half a million distinct terms, and a Python
    object for each would cost more than all of the slots.
    """

    def __init__(self, bits: int) -> None:
        self._shift = 32 - bits
        self._buckets: list[array[int]] = [array("I") for _ in range(1 << bits)]
        self._next_sweep = 0

    def add(self, key: int, slot: int) -> None:
        """Put a slot under a key."""
        self._buckets[key >> self._shift].append(slot)

    def get(self, key: int) -> array[int]:
        """Return the slots that may stand under the key, in order of arrival; not to be changed."""
        return self._buckets[key >> self._shift]

    def sweep(self, alive: bytearray, count: int) -> int:
        """Drop dead slots from the next ``count`` buckets; return how often the round has been completed by it."""
        rounds = 0
        for _ in range(count):
            bucket = self._buckets[self._next_sweep]
            if bucket:
                kept = array("I", [slot for slot in bucket if alive[slot]])
                if len(kept) < len(bucket):
                    self._buckets[self._next_sweep] = kept
            self._next_sweep = (self._next_sweep + 1) % len(self._buckets)
            rounds += self._next_sweep == 0
        return rounds

    def __len__(self) -> int:
        return len(self._buckets)

    def __iter__(self) -> Iterator[array[int]]:
        return iter(self._buckets)


class Rarity:
    """Learns how many items hold a term, starting from shares that hold for any news.

    Counts live in a million hashed cells (4 MB); two terms in one cell look a little more common than they are.
    """

    def __init__(self, common: dict[int, float], prior: float) -> None:
        """Start from ``common``, the share of items that hold each term key; it counts as much as ``prior`` items."""
        self._counts = array("I", bytes(4 * _RARITY_CELLS))
        self._common = common
        self._prior = prior
        self._items = 0

    def learn(self, keys: list[int]) -> None:
        """Count one item with these distinct terms."""
        self._items += 1
        counts = self._counts
        for key in keys:
            counts[key % _RARITY_CELLS] += 1
        if self._items > _RARITY_CAP:
            self._items //= 2
            self._counts = array("I", [count >> 1 for count in counts])

    def of(self, keys: Sequence[int]) -> list[float]:
        """Return for each term the natural logarithm of one over the share of items that hold it; never negative."""
        counts, common, prior = self._counts, self._common, self._prior
        total = self._items + prior + 1.0
        return [
            max(0.0, log(total / (counts[key % _RARITY_CELLS] + common.get(key, 0.0) * prior + 0.5))) for key in keys
        ]
