"""The days in which an item can still join a story: what is near it by subject, and whose text it repeats.

Lives in memory and is filled from the database at start; used by the writer's thread only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from rules.model import ItemId, StoryId
from rules.similar import Copy, CopyIndex, sketch_of
from rules.stories import StoryDecision, StoryDocument, StoryIndex, StoryPolicy, StoryWords
from rules.stories.index import reader

LENGTH = StoryPolicy().window
READY = 512  # texts whose features are remembered until they are asked for


class Window:
    """Story and copy index side by side, kept to the same items."""

    def __init__(self, words: StoryWords) -> None:
        self._words = words
        self._read = lru_cache(READY)(reader(words))
        self._sketch = lru_cache(READY)(sketch_of)
        self._stories, self._copies = self._empty()
        self._added: deque[tuple[datetime | None, ItemId]] = deque()
        self.newest = ItemId(0)

    def fill(self, known: Iterable[tuple[StoryDocument, StoryId]]) -> None:
        """Forget everything and take in these, in order of arrival."""
        self._stories, self._copies = self._empty()
        self._added.clear()
        self.newest = ItemId(0)
        for document, story in known:
            self.add(document, story)

    def get_ready(self, documents: Iterable[StoryDocument]) -> None:
        """Read texts that are to be assigned or added soon, in any thread: it takes less of the writer's time then."""
        for document in documents:
            self._read(document.title, document.text, document.lang)
            self._sketch(document.text)

    def _empty(self) -> tuple[StoryIndex, CopyIndex]:
        return StoryIndex(self._words, read=self._read), CopyIndex(self._sketch)

    def assign(self, document: StoryDocument) -> StoryDecision:
        """Say which story a new item belongs to."""
        return self._stories.assign(document)

    def find_copy(self, text: str) -> Copy | None:
        """Return the item whose text this one repeats, or None."""
        return self._copies.find(text)

    def add(self, document: StoryDocument, story: StoryId) -> None:
        """Take an item in."""
        self._stories.add(document, story)
        self._copies.add(document.item, document.text)
        self._added.append((document.time, document.item))
        self.newest = max(self.newest, document.item)

    def move(self, item: ItemId, story: StoryId) -> None:
        """Learn that a person put an item into another story."""
        self._stories.move(item, story)

    def expire(self, now: datetime) -> None:
        """Forget what has left the window; cheap, so it may be called with every poll."""
        before = now - LENGTH
        has_old = False
        while self._added and (self._added[0][0] is None or self._added[0][0] < before):
            moment, item = self._added.popleft()
            self._copies.remove(item)
            has_old = has_old or moment is not None
        if has_old:
            self._stories.expire(before)
