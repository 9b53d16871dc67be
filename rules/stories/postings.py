"""Compact tables of numbers: posting lists in hashed buckets, and how common each term is."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from math import log
from typing import Final

_RECORD: Final = 5  # bytes of a posting in a sparse bucket: two of its key, the tag, then three of the slot
_SPARSE_BITS: Final = 17
_SPARSE_BUCKET: Final = (1 << _SPARSE_BITS) - 1
_TAG_SHIFT: Final = 13  # of a 29-bit key, what does not name the bucket and a little more
_RARITY_CELLS: Final = 1 << 20
_RARITY_CAP: Final = 500_000  # items; beyond it counts are halved, so that yesterday's news weighs less than today's
_SLOT_BITS: Final = 22
_SLOT: Final = (1 << _SLOT_BITS) - 1
_UNSEEN: Final = 0.5  # items that a term is counted in before it was seen


class Buckets:
    """Slots by 32-bit key, in hashed buckets; each posting carries ten more bits of its key, the tag.

    One array a bucket instead of a list a key: 300,000 items have half a million distinct terms, and a Python
    object for each would cost more than all of the slots; what holds nothing shares one empty bucket. A look-up may
    return the slot of another key (one posting in a thousand of its bucket) and of what is dead: the caller checks.
    """

    def __init__(self, bits: int) -> None:
        self._shift = 32 - bits
        self._tag_shift = max(0, self._shift + _SLOT_BITS - 32)
        self._buckets: list[array[int]] = [array("I")] * (1 << bits)
        self._next_sweep = 0

    def add(self, key: int, slot: int) -> None:
        """Put a slot under a key. Raises OverflowError from four million slots on."""
        if slot > _SLOT:
            raise OverflowError(f"the window holds {slot:,} items; {_SLOT:,} is the most it can")
        place, posting = key >> self._shift, self._tag(key) | slot
        if self._buckets[place]:
            self._buckets[place].append(posting)
        else:
            self._buckets[place] = array("I", (posting,))

    def get(self, key: int, newest: int | None = None) -> list[int]:
        """Return the slots that stand under the key, in order of arrival; read no more than the ``newest`` postings."""
        bucket = self._buckets[key >> self._shift]
        if newest is not None and newest < len(bucket):
            bucket = bucket[-newest:]
        tag = self._tag(key)
        end = tag | _SLOT
        return [posting & _SLOT for posting in bucket if tag <= posting <= end]

    def cost(self, key: int) -> int:
        """Return how many postings a look-up has to read."""
        return len(self._buckets[key >> self._shift])

    def sweep(self, alive: bytearray, count: int) -> int:
        """Drop dead slots from the next ``count`` buckets; return how often the round has been completed by it."""
        rounds = 0
        for _ in range(count):
            bucket = self._buckets[self._next_sweep]
            if bucket:
                kept = array("I", [posting for posting in bucket if alive[posting & _SLOT]])
                if len(kept) < len(bucket):
                    self._buckets[self._next_sweep] = kept
            self._next_sweep = (self._next_sweep + 1) % len(self._buckets)
            rounds += self._next_sweep == 0
        return rounds

    def _tag(self, key: int) -> int:
        return (key >> self._tag_shift << _SLOT_BITS) & 0xFFFFFFFF


class SparseBuckets:
    """Slots by key, for keys that hardly ever repeat: that a key is not there is found by one search for its tag.

    A bucket is one string of bytes: to search it for a tag takes a third of the time of comparing its 23 postings.
    A look-up may return the slot of another key (one in three thousand) and of what is dead: the caller checks.
    """

    def __init__(self) -> None:
        self._buckets = [bytearray()] * (_SPARSE_BUCKET + 1)
        self._next_sweep = 0

    def add(self, key: int, slot: int) -> None:
        """Put a slot under a key. Raises OverflowError from sixteen million slots on."""
        place, record = key & _SPARSE_BUCKET, _tag(key) + slot.to_bytes(3, "big")
        if self._buckets[place]:
            self._buckets[place] += record
        else:
            self._buckets[place] = bytearray(record)

    def get(self, keys: Iterable[int]) -> list[int]:
        """Return the slots that stand under any of the keys, once for each key that they stand under."""
        found: list[int] = []
        for key in keys:
            bucket, tag = self._buckets[key & _SPARSE_BUCKET], _tag(key)
            at = bucket.find(tag)
            while at >= 0:
                if at % _RECORD == 0:
                    found.append(int.from_bytes(bucket[at + 2 : at + _RECORD], "big"))
                at = bucket.find(tag, at + 1)
        return found

    def sweep(self, alive: bytearray, count: int) -> int:
        """Drop dead slots from the next ``count`` buckets; return how often the round has been completed by it."""
        rounds = 0
        for _ in range(count):
            bucket = self._buckets[self._next_sweep]
            records = [bucket[at : at + _RECORD] for at in range(0, len(bucket), _RECORD)]
            kept = [record for record in records if alive[int.from_bytes(record[2:], "big")]]
            if len(kept) < len(records):
                self._buckets[self._next_sweep] = bytearray().join(kept)
            self._next_sweep = (self._next_sweep + 1) % len(self._buckets)
            rounds += self._next_sweep == 0
        return rounds


class Rarity:
    """Learns how many items hold a term, starting from shares that hold for any news.

    Counts live in a million hashed cells (4 MB); two terms in one cell look a little more common than they are.
    """

    def __init__(self, common: dict[int, float], prior: float) -> None:
        """Start from ``common``, the share of items that hold each term key; it counts as much as ``prior`` items."""
        self._counts = array("f", [_UNSEEN]) * _RARITY_CELLS
        for key, share in common.items():
            self._counts[key % _RARITY_CELLS] += share * prior
        self._items = prior + 1.0

    def learn(self, keys: Iterable[int]) -> None:
        """Count one item with these distinct terms."""
        self._items += 1
        counts = self._counts
        for key in keys:
            counts[key % _RARITY_CELLS] += 1
        if self._items > _RARITY_CAP:
            self._items /= 2
            self._counts = array("f", [max(_UNSEEN, count / 2) for count in counts])

    def of(self, keys: Iterable[int]) -> list[float]:
        """Return for each term the natural logarithm of one over the share of items that hold it; never negative."""
        counts, total = self._counts, self._items
        return [log(total / count) if (count := counts[key % _RARITY_CELLS]) < total else 0.0 for key in keys]


def _tag(key: int) -> bytes:
    return (key >> _TAG_SHIFT & 0xFFFF).to_bytes(2, "big")
