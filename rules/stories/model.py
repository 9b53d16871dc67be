"""What goes into and comes out of the assignment of items to stories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rules.model import ItemId, StoryId


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDocument:
    """What of an item tells its story. ``time`` is when it was published, None where nobody knows.

    ``lang`` is a two-letter code, None where it is unknown.
    """

    item: ItemId
    title: str
    text: str
    time: datetime | None = None
    lang: str | None = None


class StoryKind(StrEnum):
    """How an item stands to what is known."""

    JOIN = "join"  # belongs to a story
    RELATED = "related"  # opens a story of its own that is near another
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDecision:
    """Which story an item belongs to, and why.

    ``story`` is set for JOIN, ``related`` for RELATED. ``score`` is the likeness to the nearest story, 0 to 1, age
    discounted. ``words``, ``names`` and ``numbers`` are what the two share, weightiest first, in the words of the new
    item; ``days`` lies between it and the nearest member; ``nearest`` are the members that it was measured against.
    """

    kind: StoryKind
    score: float
    reason: str
    story: StoryId | None = None
    related: StoryId | None = None
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    days: float | None = None
    nearest: tuple[ItemId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TermWeights:
    """How much each kind of term tells of a story, against a plain word of the lead.

    ``title`` multiplies what the title holds, ``background`` what stands behind the lead. Names, numbers, dates and
    numbered documents tell stories apart; concepts ("ceasefire") stand for whole families of words and tell less.
    """

    title: float = 2.0
    background: float = 0.6
    name: float = 1.6
    number: float = 1.4
    date: float = 1.3
    concept: float = 0.85
    document: float = 2.0

    def by_mark(self) -> Mapping[str, float]:
        """Return the weights by the sign that terms of a kind begin with."""
        return {"#": self.number, "@": self.date, "=": self.concept, "&": self.document}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPolicy:
    """The knobs of assignment. A wrong join posts into a wrong thread and costs readers more than a split story, so
    the thresholds lean towards opening a story.

    ``join`` and ``related`` are least scores; ``join_undated`` holds where an item or the story has no date, because
    then nothing fades with age. ``fade`` is the time in which likeness falls to 1/e.
    """

    join: float = 0.15
    join_undated: float = 0.18
    related: float = 0.10
    window: timedelta = timedelta(days=10)
    fade: timedelta = timedelta(days=3)
    nearest: int = 3  # the mean of so many members counts
    other_place: float = 0.75  # likeness left where the titles name different countries
    terms: TermWeights = TermWeights()
