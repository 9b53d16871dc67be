"""Assigns items to stories: one pass, over the items of the last ten days, with a reason for each decision.

    document -> features -> terms weighted by rarity -> candidates that share rare terms -> cosine, age discounted
             -> the mean over the nearest members of each story -> vetoes -> join, related or new

A story is joined or opened for good: merging and splitting is for people (``move``), because automatic
merging made every measured set worse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from math import exp, sqrt
from typing import Final, NamedTuple
from zlib import crc32

from rules.model import ItemId, StoryId
from rules.stories.explain import describe
from rules.stories.features import Features, read
from rules.stories.model import StoryDecision, StoryDocument, StoryKind, StoryPolicy
from rules.stories.postings import Rarity
from rules.stories.shelf import TERMS, UNDATED, Marks, Shelf, Vector
from rules.stories.words import StoryWords

_ASKED: Final = 24  # terms of a new item by which candidates are sought
_SCANNED: Final = 1_200  # postings read for one item, the rarest terms first;
_LEAST_READ: Final = 64  # but so many, the newest, of any term: of a story that fills the window every term is common
_WEIGHED: Final = 16  # candidates whose cosine is computed
_COMPANIONS: Final = 4  # further members of a candidate's story that are weighed as well
_LEAST_SHARED: Final = 0.15  # weight of the shared terms of a candidate
_PRIOR_ITEMS: Final = 100.0
_KEY_MEMO: Final = 30_000


Reads = Callable[[str, str, str | None], Features]
"""Reads the features of a title and a text in a language."""


def reader(words: StoryWords, policy: StoryPolicy | None = None) -> Reads:
    """Return what reads features as an index of these words and this policy does."""
    weights = (policy or StoryPolicy()).terms
    return lambda title, text, lang: read(title, text, words, lang, weights)


class _Prepared(NamedTuple):
    features: Features
    keys: list[int]  # of the features' terms, in their order
    vector: Vector
    shares: tuple[float, ...]  # weight times rarity over length, beside vector.keys: their squares sum to at most 1
    query: dict[int, float]  # what Shelf.likeness takes
    hour: int
    marks: Marks


class _Nearest(NamedTuple):
    story: StoryId
    score: float
    slots: tuple[int, ...]
    is_undated: bool


class StoryIndex:
    """The stories of the window: a plain data structure, no clock, no I/O; ``assign``, then ``add``.

    ``read`` may remember what ``features.read`` finds: most of what an item costs depends on nothing but its text.
    """

    def __init__(self, words: StoryWords, policy: StoryPolicy | None = None, *, read: Reads | None = None) -> None:
        self._policy = policy or StoryPolicy()
        self._read = read or reader(words, self._policy)
        self._shelf = Shelf()
        self._keys = _Keys()
        self._rarity = Rarity({_key(term): share for term, share in words.common.items()}, _PRIOR_ITEMS)
        self._last: tuple[StoryDocument, _Prepared] | None = None

    def __len__(self) -> int:
        return len(self._shelf)

    def assign(self, document: StoryDocument) -> StoryDecision:
        """Decide which story the document belongs to. Changes nothing; call ``add`` with what was made of it."""
        prepared = self._prepare(document)
        candidates = self._candidates(prepared)
        ranked = sorted(self._rank(prepared, candidates), key=lambda near: (-near.score, near.story))
        best = ranked[0] if ranked else None
        if best is None or best.score < self._policy.related:
            score = best.score if best else 0.0
            return StoryDecision(kind=StoryKind.NEW, score=score, reason=describe(StoryKind.NEW, score))
        threshold = self._policy.join_undated if best.is_undated else self._policy.join
        kind = StoryKind.JOIN if best.score >= threshold else StoryKind.RELATED
        return self._explained(prepared, best, kind)

    def add(self, document: StoryDocument, story: StoryId) -> None:
        """Take an item in as a member of a story, and learn its words. An item that is there already moves."""
        slot = self._shelf.find(document.item)
        if slot is not None:
            self._shelf.remove(slot)
        prepared = self._prepare(document)
        self._shelf.put(document.item, story, prepared.hour, prepared.vector, prepared.marks)
        self._rarity.learn(prepared.keys)

    def move(self, item: ItemId, story: StoryId) -> bool:
        """Put an item into another story (merge, split, undo). Return whether it was in the window."""
        slot = self._shelf.find(item)
        if slot is None:
            return False
        self._shelf.restory(slot, story)
        return True

    def expire(self, before: datetime) -> int:
        """Forget items dated before a moment; return how many. Undated items stay."""
        limit = _hour(before)
        shelf = self._shelf
        gone = [slot for slot, hour in enumerate(shelf.hours) if UNDATED < hour < limit and shelf.alive[slot]]
        for slot in gone:
            shelf.remove(slot)
        return len(gone)

    def _prepare(self, document: StoryDocument) -> _Prepared:
        if self._last is not None and replace(self._last[0], item=document.item) == document:
            return self._last[1]  # ``add`` mostly follows ``assign``, and may know the item by its row's number
        features = self._read(document.title, document.text, document.lang)
        keys = [self._keys[term] for term in features.terms]
        found = [
            (weight * rarity, key, weight, rarity)
            for key, weight, rarity in zip(keys, features.terms.values(), self._rarity.of(keys), strict=True)
        ]
        length = sqrt(sum(each[0] * each[0] for each in found)) or 1.0
        top = sorted(found, reverse=True)[:TERMS]
        time = document.time or features.day
        prepared = _Prepared(
            features=features,
            keys=keys,
            vector=Vector(tuple(key for _, key, _, _ in top), tuple(weight for _, _, weight, _ in top), length),
            shares=tuple(product / length for product, _, _, _ in top),
            query={key & 0xFFFF: product * rarity / length for product, key, _, rarity in top},
            hour=UNDATED if time is None else _hour(time),
            marks=Marks(_bits(features.missions), _only(features.documents), _only(features.places)),
        )
        self._last = (document, prepared)
        return prepared

    def _candidates(self, prepared: _Prepared) -> list[int]:
        """Return the slots that share two or more of the weightiest terms, those that share most weight first."""
        shelf = self._shelf
        asked = zip(prepared.vector.keys[:_ASKED], prepared.shares, strict=False)
        by_cost = sorted((shelf.cost(key), key, weight) for key, weight in asked)
        seen: set[int] = set()
        twice: set[int] = set()  # set operations run over thousands of postings at a fraction of a loop's cost
        read: list[tuple[list[int], float]] = []
        left = _SCANNED
        for cost, key, weight in by_cost:
            posted = shelf.posted(key, max(left, _LEAST_READ))
            left -= cost
            twice.update(seen.intersection(posted))
            seen.update(posted)
            read.append((posted, weight))
        shared = dict.fromkeys(twice, 0.0)
        for posted, weight in read:
            for slot in twice.intersection(posted):
                shared[slot] += weight
        enough = [(weight, slot) for slot, weight in shared.items() if weight >= _LEAST_SHARED]
        enough.sort(reverse=True)
        return [slot for _, slot in enough[:_WEIGHED]]

    def _rank(self, prepared: _Prepared, candidates: Iterable[int]) -> Iterable[_Nearest]:
        shelf = self._shelf
        weighed: dict[int, float] = {}
        by_story: dict[int, list[int]] = {}
        for candidate in candidates:
            if not shelf.alive[candidate]:
                continue
            for slot in shelf.members(candidate, _COMPANIONS):
                if slot not in weighed:
                    weighed[slot] = self._likeness(prepared, slot)
                    by_story.setdefault(shelf.stories[slot], []).append(slot)
        for story, slots in by_story.items():
            inside = [slot for slot in slots if weighed[slot] >= 0]
            nearest = sorted(inside, key=lambda slot: (-weighed[slot], slot))[: self._policy.nearest]
            if nearest:
                score = sum(weighed[slot] for slot in nearest) / len(nearest)
                undated = any(UNDATED in (prepared.hour, shelf.hours[slot]) for slot in nearest)
                yield _Nearest(StoryId(story), score, tuple(nearest), undated)

    def _likeness(self, prepared: _Prepared, slot: int) -> float:
        """Return the cosine, discounted by age and by what sets the two apart; -1 outside of the window."""
        hours = self._gap(prepared.hour, slot)
        if hours is not None and hours * 3600 > self._policy.window.total_seconds():
            return -1.0
        marks = self._shelf.marks(slot)
        missions = prepared.marks.missions
        if (missions and marks.missions and not missions & marks.missions) or _differ(
            prepared.marks.document, marks.document
        ):
            return 0.0
        likeness = self._shelf.likeness(slot, prepared.query)
        if hours is not None:
            likeness *= exp(-hours * 3600 / self._policy.fade.total_seconds())
        return likeness * self._policy.other_place if self._is_elsewhere(prepared, slot, marks.place) else likeness

    def _is_elsewhere(self, prepared: _Prepared, slot: int, place: int) -> bool:
        """Tell whether each title names one country that the other item does not speak of at all."""
        mine = prepared.marks.place
        if not _differ(mine, place) or place in prepared.query:
            return False
        return not self._shelf.holds(slot, mine)

    def _gap(self, hour: int, slot: int) -> int | None:
        other = self._shelf.hours[slot]
        return None if UNDATED in (hour, other) else abs(hour - other)

    def _explained(self, prepared: _Prepared, best: _Nearest, kind: StoryKind) -> StoryDecision:
        stored = self._shelf.keys(best.slots[0])
        worth = {
            term: prepared.query.get(key & 0xFFFF, 0.0) * stored.get(key & 0xFFFF, 0.0)
            for term, key in zip(prepared.features.terms, prepared.keys, strict=True)
        }
        shared = sorted((term for term in worth if worth[term]), key=lambda term: (-worth[term], term))
        surfaces, names = prepared.features.surfaces, prepared.features.names
        numbers = tuple(surfaces[term] for term in shared if term[0] in "#@&")
        named = tuple(surfaces[term] for term in shared if term in names and term[0] not in "#@&")
        rest = tuple(surfaces[term] for term in shared if term not in names and term[0] not in "#@&")
        gap = self._gap(prepared.hour, best.slots[0])
        days = None if gap is None else gap / 24
        return StoryDecision(
            kind=kind,
            score=best.score,
            reason=describe(kind, best.score, names=named, words=rest, numbers=numbers, days=days),
            story=best.story if kind is StoryKind.JOIN else None,
            related=best.story if kind is StoryKind.RELATED else None,
            words=rest,
            names=named,
            numbers=numbers,
            days=days,
            nearest=tuple(ItemId(self._shelf.items[slot]) for slot in best.slots),
        )


class _Keys(dict[str, int]):
    """Keys of terms, computed once each; bounded."""

    def __missing__(self, term: str) -> int:
        if len(self) >= _KEY_MEMO:
            self.clear()
        value = self[term] = _key(term)
        return value


def _key(term: str) -> int:
    return crc32(term.encode("utf-8", "replace"))


def _only(terms: frozenset[str]) -> int:
    return _key(next(iter(terms))) & 0xFFFF or 1 if len(terms) == 1 else 0


def _bits(terms: frozenset[str]) -> int:
    bits = 0
    for term in terms:
        bits |= 1 << (_key(term) % 63)
    return bits


def _differ(one: int, other: int) -> bool:
    return bool(one) and bool(other) and one != other


def _hour(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp() // 3600)
