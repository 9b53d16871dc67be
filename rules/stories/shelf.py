"""The items of the window in flat arrays: about 280 bytes each, because 300,000 of them must fit in 100 MB.

A stored term is the lower half of its key: found by the upper half (the bucket) or compared with the few dozen
terms of one other item, where a false match is rare (3 in 100 pairs) and weighs next to nothing.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple
from zlib import crc32

from rules.model import ItemId, StoryId
from rules.stories.postings import Buckets

TERMS: Final = 48  # kept of each item, the weightiest: nearly all of a title and a hundred words
POSTED: Final = 16  # of these can be found by look-up
UNDATED: Final = -(2**31)
_SCALE: Final = 30.0  # steps of a stored weight, which reaches 8
_SWEPT_BUCKETS: Final = 4  # at each new item
_TERM_BITS, _ID_BITS = 16, 14


class Vector(NamedTuple):
    """Term keys of an item with their weights before rarity, weightiest (with rarity) first, and the length of the
    weighted vector.
    """

    keys: tuple[int, ...]
    weights: tuple[float, ...]
    length: float


class Marks(NamedTuple):
    """What an item is specifically about; 0 where nothing is known.

    ``missions`` has one of 63 bits for each mission named; ``document`` and ``place`` are the
    lower half of the only one's key.
    """

    missions: int = 0
    document: int = 0
    place: int = 0


class Shelf:
    """Slots that hold an item each, findable by term, by story and by item."""

    def __init__(self) -> None:
        self.items = array("i")  # numbers of rows, up to two thousand million
        self.stories = array("i")
        self.hours = array("i")
        self.alive = bytearray()
        self._terms = array("H")
        self._weights = array("B")
        self._lengths = array("f")
        self._missions: dict[int, int] = {}  # of the few that name one
        self._marks = array("H")  # document and place
        self._next = array("I")  # the members of a story form a ring
        self._by_term = Buckets(_TERM_BITS)
        self._by_story = Buckets(_ID_BITS)
        self._by_item = Buckets(_ID_BITS)
        self._resting: deque[tuple[int, int]] = deque()  # (round, slot): freed, not yet swept out of every bucket
        self._round = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, item: ItemId, story: StoryId, hour: int, vector: Vector, marks: Marks) -> int:
        """Store an item and return its slot."""
        self._sweep()
        slot = self._free_slot()
        self.items[slot], self.stories[slot], self.hours[slot], self.alive[slot] = item, story, hour, 1
        size = len(vector.keys)
        self._terms[slot * TERMS : slot * TERMS + size] = array("H", [key & 0xFFFF for key in vector.keys])
        self._weights[slot * TERMS : slot * TERMS + size] = array(
            "B", [min(255, round(weight * _SCALE)) for weight in vector.weights]
        )
        self._lengths[slot] = vector.length
        if marks.missions:
            self._missions[slot] = marks.missions
        self._marks[2 * slot], self._marks[2 * slot + 1] = marks.document, marks.place
        for key in vector.keys[:POSTED]:
            self._by_term.add(key, slot)
        self._by_item.add(_id_key(item), slot)
        self._link(slot)
        self._count += 1
        return slot

    def remove(self, slot: int) -> None:
        """Forget an item."""
        self._unlink(slot)
        self.alive[slot] = 0
        self._missions.pop(slot, None)
        first = slot * TERMS
        self._terms[first : first + TERMS] = array("H", bytes(2 * TERMS))
        self._weights[first : first + TERMS] = array("B", bytes(TERMS))
        self._resting.append((self._round, slot))
        self._count -= 1

    def restory(self, slot: int, story: StoryId) -> None:
        """Move an item to another story."""
        self._unlink(slot)
        self.stories[slot] = story
        self._link(slot)

    def find(self, item: ItemId) -> int | None:
        """Return the slot of an item, or None."""
        for slot in self._by_item.get(_id_key(item)):
            if self.alive[slot] and self.items[slot] == item:
                return slot
        return None

    def posted(self, key: int, newest: int) -> list[int]:
        """Return the slots that hold a term, of the ``newest`` postings; dead ones and a few others' are among them."""
        return self._by_term.get(key, newest)

    def cost(self, key: int) -> int:
        """Return how many postings ``posted`` has to read."""
        return self._by_term.cost(key)

    def members(self, slot: int, limit: int) -> Iterator[int]:
        """Yield members of a slot's story, itself first."""
        at = slot
        for _ in range(limit):
            yield at
            at = self._next[at]
            if at == slot:
                return

    def likeness(self, slot: int, weights: dict[int, float]) -> float:
        """Return the cosine between a stored item and a vector.

        ``weights`` maps lower halves of keys to weight times rarity squared, over the vector's own length: rarity is
        the present one on both sides, only the stored item's length is of its own day.
        """
        first = slot * TERMS
        total = 0.0
        for key, weight in zip(self._terms[first : first + TERMS], self._weights[first : first + TERMS], strict=True):
            if key in weights:
                total += weights[key] * weight
        return total / (_SCALE * self._lengths[slot])

    def keys(self, slot: int) -> dict[int, float]:
        """Return the (lower halves of the) terms of a stored item with their weights before rarity."""
        first = slot * TERMS
        pairs = zip(self._terms[first : first + TERMS], self._weights[first : first + TERMS], strict=True)
        return {key: weight / _SCALE for key, weight in pairs if weight}

    def holds(self, slot: int, key: int) -> bool:
        """Tell whether a stored item has a term."""
        first = slot * TERMS
        return key & 0xFFFF in self._terms[first : first + TERMS]

    def marks(self, slot: int) -> Marks:
        """Return the marks of a stored item."""
        return Marks(self._missions.get(slot, 0), self._marks[2 * slot], self._marks[2 * slot + 1])

    def _free_slot(self) -> int:
        # Swept buckets alone may forget a slot: two rounds after it was freed none can still name it.
        if self._resting and self._resting[0][0] + 2 <= self._round:
            return self._resting.popleft()[1]
        slot = len(self.items)
        self.items.append(0)
        self.stories.append(0)
        self.hours.append(UNDATED)
        self.alive.append(0)
        self._terms.frombytes(bytes(2 * TERMS))
        self._weights.frombytes(bytes(TERMS))
        self._lengths.append(1.0)
        self._marks.frombytes(bytes(4))
        self._next.append(slot)
        return slot

    def _sweep(self) -> None:
        if not self._resting:
            return
        self._round += self._by_term.sweep(self.alive, _SWEPT_BUCKETS)
        self._by_story.sweep(self.alive, 1)
        self._by_item.sweep(self.alive, 1)

    def _link(self, slot: int) -> None:
        key, story = _id_key(self.stories[slot]), self.stories[slot]
        for other in reversed(self._by_story.get(key)):
            if other != slot and self.alive[other] and self.stories[other] == story:
                self._next[slot], self._next[other] = self._next[other], slot
                break
        else:
            self._next[slot] = slot
        self._by_story.add(key, slot)

    def _unlink(self, slot: int) -> None:
        before = slot
        while self._next[before] != slot:
            before = self._next[before]
        self._next[before] = self._next[slot]
        self._next[slot] = slot


def _id_key(number: int) -> int:
    return crc32(number.to_bytes(8, "little", signed=True))
