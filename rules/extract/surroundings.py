"""What stands around a counted number: words that make it public money or a rate, words of other business, and war."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from rules.extract.document import Document
from rules.extract.units import Counted
from rules.extract.view import PlacedMark, SentenceView
from rules.model import Action

_NEAR: Final = 12
_SEVERAL: Final = 3
_HEAD_REACH: Final = 5
_PER_BREAK: Final = 6
_BEFORE: Final = 2  # a purpose word before the number is a little further off than one behind it
_NO_WAR: Final = frozenset({"accident", "disease", "crime"})


class Head(NamedTuple):
    """The purpose word nearest to a number: what it implies, how far it is, and on which side."""

    action: Action
    first: int
    gap: int
    is_behind: bool
    text: str
    needs_actor: bool

    @property
    def is_next(self) -> bool:
        """Whether nothing stands between the number and the word, as in "25 percent tariff"."""
        return self.is_behind and self.gap <= 1

    @property
    def is_adjacent(self) -> bool:
        """Whether the word belongs to the number's own phrase."""
        return self.gap <= _HEAD_REACH


def topic_near(view: SentenceView, counted: Counted, topics: Sequence[str], *, anywhere: bool = False) -> str | None:
    """Return the topic of a word that takes the number out of policy, within reach or anywhere in the sentence."""
    for placed in view.marks("alien"):
        topic = placed.mark.entry.name
        if topic not in topics:
            continue
        if anywhere or _distance(view, counted, placed) <= _NEAR:
            return topic
    return None


def is_about(document: Document, *topics: str) -> bool:
    """Whether the text as a whole is about other business than policy: several words of it fall under the topics."""
    counts = document.derive("topic counts", lambda: Counter(mark.entry.name for mark in document.marks("alien")))
    return sum(counts[topic] for topic in topics) >= _SEVERAL


def _distance(view: SentenceView, counted: Counted, placed: PlacedMark) -> int:
    if placed.first >= counted.last:
        return (placed.first - counted.last) + _PER_BREAK * view.crossings(counted.last, placed.first)
    if placed.last <= counted.first:
        return (counted.first - placed.last) + _PER_BREAK * view.crossings(placed.last, counted.first)
    return 0


def head_of(view: SentenceView, counted: Counted, table: str) -> Head | None:
    """Return the purpose word nearest to the number, words of alien compounds ("budget deficit") left out."""
    alien = [(placed.first, placed.last) for placed in view.marks("alien")]
    best: Head | None = None
    marks = view.marks(table)
    for index, placed in enumerate(marks):
        if _is_within(placed, alien):
            continue
        is_behind = placed.first >= counted.last
        gap = _distance(view, counted, placed) + (0 if is_behind else _BEFORE)
        if is_behind:  # the last noun of a compound is its head: "aid bill"
            for following in marks[index + 1 :]:
                if following.first == placed.last:
                    placed = following
        if best is None or gap < best.gap:
            best = _head(view, placed, gap, is_behind=is_behind)
    return best if best is not None and best.gap <= _NEAR else None


def _head(view: SentenceView, placed: PlacedMark, gap: int, *, is_behind: bool) -> Head:
    entry = placed.mark.entry
    text = " ".join(view.words[placed.first : placed.last])
    return Head(
        Action(entry.text("action") or "other"), placed.first, gap, is_behind, text, bool(entry.text("needs_actor"))
    )


def draft_of(view: SentenceView, counted: Counted) -> PlacedMark | None:
    """Return the bill, plan or package that the money stands in, where it is one right at the number."""
    for placed in view.marks("purse"):
        if not placed.mark.entry.text("status"):
            continue
        after = placed.last + (view.words[placed.last : placed.last + 1] == [","])
        is_inside = (
            view.words[after : after + 1] in (["which"], ["that"]) and after < counted.first
        )  # "the bill, which"
        if _distance(view, counted, placed) <= (_NEAR if is_inside else _HEAD_REACH):
            return placed
    return None


def has_rate_before(view: SentenceView, counted: Counted) -> bool:
    """Whether a word for a rate of policy stands before the number in its clause."""
    first, _ = view.clause(counted.first)
    alien = [(placed.first, placed.last) for placed in view.marks("alien")]
    return any(
        first <= placed.first < counted.first and not _is_within(placed, alien) for placed in view.marks("rates")
    )


def _is_within(placed: PlacedMark, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a word is part of an alien compound ("electricity tariffs")."""
    return any(first <= placed.first and placed.last <= last for first, last in spans)


def measures_business(view: SentenceView, first: int, last: int) -> bool:
    """Whether a word of a company's business is among the tokens ``first:last``: "lifted its sales to 9 billion"."""
    return any(placed.mark.entry.name == "company" and first <= placed.first < last for placed in view.marks("alien"))


def is_war(view: SentenceView, *, strict: bool) -> bool:
    """Whether deaths are a matter of armed force: by words of war in the sentence, else by what the text is about."""
    document = view.document
    here = {placed.mark.entry.name for placed in view.marks("war")}
    if "armed force" in here:
        return True
    topics = document.derive("topics", lambda: {mark.entry.name for mark in document.marks("alien")})
    if strict or topics & _NO_WAR:
        return False
    wars = document.derive("wars", lambda: {mark.entry.name for mark in document.marks("war")})
    return "violence" in here or "armed force" in wars
