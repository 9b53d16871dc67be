"""Near-copies: which earlier item a text was rewritten from, by the four-word runs that both hold.

Only runs are kept that start with a word whose hash is a multiple of eight (of less for short texts): the choice is
made by looking at 300 hashes of words instead of computing 300 hashes of runs, and words of up to three bytes,
of which any text is full, start none. So 300,000 items fit in 50 MB. Of two texts that share 80 % of their words,
0.8 ** 4 = 41 % of the runs agree.
"""

from __future__ import annotations

from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable
from itertools import compress
from typing import Final, NamedTuple
from zlib import crc32

from rules.model import ItemId
from rules.stories.postings import Buckets, SparseBuckets
from rules.text import fold

_STEPS: Final = ((50, 1), (110, 2), (220, 4))  # (below so many words, one long word in so many starts a run)
_STEP: Final = 8
_SHORT_WORD: Final = 3  # bytes
_KEPT: Final = 24  # hashes at most; of a long text the smallest after mixing
_POSTED: Final = 10  # of these can be found by look-up
_LEAST_SHARED: Final = 3
_LEAST_RUNS: Final = 0.30  # 0.41 would be 80 % of the words; a sketch of 16 hashes errs by 0.12
_WIDTH: Final = 4  # bytes of a word's hash
_RUN: Final = 4 * _WIDTH  # bytes of the hashes of a run's words
# A run is (three bits of fineness, 29 bits of hash). The fineness comes from one byte of the first word's hash: 0 where
# every step would keep the run, so that the smallest runs of two texts are the same ones however long each text is.
_FINENESS: Final = tuple(int(f"{low & 7:03b}"[::-1], 2) << 29 for low in range(256))
_FINEST: Final = 7 << 29
_STARTS: Final = {step: bytes(low % step == 0 for low in range(256)) for step in (1, 2, 4, _STEP)}
_ITEM_BITS: Final = 14
_SWEPT: Final = 4


class Copy(NamedTuple):
    """An earlier item that holds much the same text. ``sameness`` estimates the share of words in common."""

    item: ItemId
    sameness: float


class Sketch(NamedTuple):
    """The hashes kept of a text, those that are posted first, and the step by which they were chosen."""

    runs: list[int]
    step: int


def sameness(one: str, other: str) -> float:
    """Return the share of its words that the shorter text has in common with the longer one; exact, no sketch."""
    a, b = (_all_runs(text) for text in (one, other))
    if not a or not b:
        return float(fold(one).split() == fold(other).split() != [])
    return float((len(a & b) / min(len(a), len(b))) ** 0.25)


class CopyIndex:
    """The sketches of the window. A plain data structure: no clock, no I/O. ``sketch`` may remember what it made."""

    def __init__(self, sketch: Callable[[str], Sketch] | None = None) -> None:
        self._make = sketch or sketch_of
        self._items = array("q")
        self._sizes = array("B")
        self._steps = array("B")
        self._hashes = array("H")
        self._alive = bytearray()
        self._posted = SparseBuckets()
        self._slots = Buckets(_ITEM_BITS)
        self._resting: deque[tuple[int, int]] = deque()
        self._round = 0
        self._count = 0
        self._last: tuple[str, Sketch] | None = None

    def __len__(self) -> int:
        return self._count

    def find(self, text: str) -> Copy | None:
        """Return the item that the text is nearest to, if they are as good as one text; the earliest of equals."""
        sketch, step = self._sketch(text)
        if len(sketch) < _LEAST_SHARED:
            return None
        candidates = self._candidates(sketch)
        if not candidates:
            return None
        best: Copy | None = None
        short = frozenset(_short(sketch))
        for slot in candidates:
            if not self._alive[slot]:
                continue
            runs = self._shared(slot, short, step)
            if runs >= _LEAST_RUNS and (best is None or (runs**0.25, -self._items[slot]) > (best.sameness, -best.item)):
                best = Copy(ItemId(self._items[slot]), runs**0.25)
        return best

    def add(self, item: ItemId, text: str) -> None:
        """Take an item in, or its present text if it is there already."""
        self.remove(item)
        sketch, step = self._sketch(text)
        slot = self._free_slot()
        self._items[slot], self._steps[slot], self._sizes[slot], self._alive[slot] = item, step, len(sketch), 1
        self._hashes[slot * _KEPT : slot * _KEPT + len(sketch)] = array("H", _short(sketch))
        for run in sketch[:_POSTED]:
            self._posted.add(run, slot)
        self._slots.add(_item_key(item), slot)
        self._count += 1
        self._sweep()

    def remove(self, item: ItemId) -> bool:
        """Forget an item (it left the window); return whether it was there."""
        for slot in self._slots.get(_item_key(item)):
            if self._alive[slot] and self._items[slot] == item:
                self._alive[slot] = 0
                self._resting.append((self._round, slot))
                self._count -= 1
                return True
        return False

    def _candidates(self, sketch: list[int]) -> list[int]:
        """Return the slots that share two posted runs or more. Mostly there is none, which one set finds out."""
        slots = self._posted.get(sketch[:_POSTED])
        if len(set(slots)) == len(slots):
            return []
        return [slot for slot, runs in Counter(slots).items() if runs > 1]

    def _sketch(self, text: str) -> Sketch:
        """Return what is kept of a text; ``add`` mostly follows ``find``, so the last one is remembered."""
        if self._last is None or self._last[0] != text:
            self._last = (text, self._make(text))
        return self._last[1]

    def _shared(self, slot: int, mine: frozenset[int], step: int) -> float:
        """Return the share of the smaller sketch that the other holds, over the runs that both could have kept."""
        first = slot * _KEPT
        theirs = set(self._hashes[first : first + self._sizes[slot]])
        if step != self._steps[slot]:
            limit = (_STEP // max(step, self._steps[slot])) << 13
            mine = frozenset(each for each in mine if each < limit)
            theirs = {each for each in theirs if each < limit}
        shared = len(theirs & mine)
        return shared / min(len(mine), len(theirs)) if shared >= _LEAST_SHARED else 0.0

    def _free_slot(self) -> int:
        if self._resting and self._resting[0][0] + 2 <= self._round:
            return self._resting.popleft()[1]
        slot = len(self._items)
        self._items.append(0)
        self._steps.append(0)
        self._sizes.append(0)
        self._alive.append(0)
        self._hashes.frombytes(bytes(2 * _KEPT))
        return slot

    def _sweep(self) -> None:
        if self._resting:
            self._round += self._posted.sweep(self._alive, _SWEPT)
            self._slots.sweep(self._alive, 1)


def _all_runs(text: str) -> set[tuple[str, ...]]:
    words = fold(text).split()
    return set(zip(words, words[1:], words[2:], words[3:], strict=False))


def sketch_of(text: str) -> Sketch:
    """Return what an index keeps of a text."""
    words = fold(text).encode("utf-8", "replace").split()
    step = next((step for limit, step in _STEPS if len(words) < limit), _STEP)
    hashes = array("I", map(crc32, words)).tobytes()  # what is done for every word runs in C: a loop costs twice that
    places = range(0, len(hashes) - _RUN + _WIDTH, _WIDTH)
    starts = compress(places, hashes[::_WIDTH].translate(_STARTS[step]))
    kept = {
        _FINENESS[hashes[at]] | crc32(hashes[at : at + _RUN]) >> 3
        for at in starts
        if len(words[at // _WIDTH]) > _SHORT_WORD
    }
    if step == 1:  # so short a text needs the runs that no longer one keeps; they come last
        short = (at for at in places if len(words[at // _WIDTH]) <= _SHORT_WORD)
        kept.update(_FINEST | crc32(hashes[at : at + _RUN]) >> 3 for at in short)
    return Sketch(sorted(kept)[:_KEPT], step)


def _short(runs: Iterable[int]) -> list[int]:
    """Return of each hash how fine it is and its highest bits: 16 in all."""
    return [run >> 16 for run in runs]


def _item_key(item: int) -> int:
    return crc32(item.to_bytes(8, "little", signed=True))
