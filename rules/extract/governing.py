"""Whether somebody public does something with what is counted: a subject, its verb, and the number behind them.

"Serbia signs up for 12 jets": which verb it is does not matter, so long as it is none that only tells or happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from rules.extract.mentions import FORCES, ActorWords, actor_words, is_actor, is_ally, stands_free
from rules.extract.names import Name
from rules.extract.units import Counted
from rules.extract.view import SentenceView, closed_class
from rules.extract.wordclasses import ADVERB, AUXILIARIES, BE, COMMA, MODALS, NEGATIONS, POSSESSIVE

_REACH: Final = 14  # tokens from a subject to the number
_FROM_VERB: Final = 9  # tokens from the verb to the number
_TO_VERB: Final = 3  # tokens between a subject and its verb: "has so far", "will not"
_SKIPPED: Final = ADVERB | AUXILIARIES | MODALS | NEGATIONS | BE
_SHORTEST: Final = 4
_LOOKED_BACK: Final = 3  # names that a pronoun may stand for


def verb_of_public(view: SentenceView, counted: Counted) -> int | None:
    """Return the token of the verb by which a public actor governs the number, or None; English only."""
    if view.document.lang != "en":
        return None
    words = actor_words(view.document.lexicon, "en")
    for end in _subjects(view, words):
        if end > counted.first or counted.first - end > _REACH or view.crossings(end, counted.first):
            continue
        verb = _verb_behind(view, end, counted.first)
        if verb is not None:
            return verb if counted.first - verb <= _FROM_VERB else None
    return None


def has_public_subject(view: SentenceView) -> bool:
    """Whether somebody public may be a subject in the sentence, in whatever clause; English only."""
    words = actor_words(view.document.lexicon, "en")
    return view.document.lang == "en" and (bool(_subjects(view, words)) or _has_owner(view))


def _has_owner(view: SentenceView) -> bool:
    """Whether something of a public actor's is told of: "London's pledge"."""
    bits = view.tokens.bits
    return any(bits[placed.last - 1] & POSSESSIVE and is_actor(placed.name) for placed in view.names)


def _subjects(view: SentenceView, words: ActorWords) -> list[int]:
    return view.derive("public subjects", lambda: sorted(set(_subject_ends(view, words)), reverse=True))


def _subject_ends(view: SentenceView, words: ActorWords) -> Iterator[int]:
    """Yield the tokens behind whatever names a public actor that may be a subject."""
    bits = view.tokens.bits
    for placed in view.names:
        is_owner = placed.name.role == "adjectives" or bits[placed.last - 1] & POSSESSIVE
        if is_owner and placed.last < len(view.words) and view.words[placed.last] in FORCES:
            yield placed.last + 1  # "Turkish warplanes", "Tanzania's police"
        is_plain = placed.name.role != "adjectives" and not bits[placed.last - 1] & POSSESSIVE
        is_somebody = is_actor(placed.name) and (placed.name.kind != "person" or placed.name.affiliation is not None)
        if is_plain and is_somebody and not is_ally(view, placed) and stands_free(view, placed, words):
            yield placed.last
    for mark in view.marks("bodies"):
        if not words.prepositions.ending(view.words, _article(view, mark.first)):
            yield mark.last
    for index, word in enumerate(view.words):
        if word in words.pronouns and any(is_actor(name) for name in _nearest(view, index)):
            yield index + 1


def _article(view: SentenceView, first: int) -> int:
    """Return where the noun phrase before a body's noun begins: "in the federal government"."""
    bits = view.tokens.bits
    while first and (view.words[first - 1] in _OPENERS or bits[first - 1] & POSSESSIVE):
        first -= 1
    return first


_OPENERS: Final = frozenset({"the", "a", "an", "its", "his", "her", "their", "our", "new", "federal", "central"})


def _nearest(view: SentenceView, index: int) -> Iterator[Name]:
    """Yield the last names before a token."""
    return islice(view.document.names_before(view.starts[index]), _LOOKED_BACK)


def _verb_behind(view: SentenceView, end: int, limit: int) -> int | None:
    """Return the verb that follows a subject: a known deed, or what has the ending of a verb."""
    bits, words = view.tokens.bits, view.words
    at, has_auxiliary = end, False
    while at < limit and at - end <= _TO_VERB and (bits[at] & _SKIPPED or words[at] == "to"):
        has_auxiliary = has_auxiliary or not bits[at] & (ADVERB | NEGATIONS)
        at += 1
    if at >= limit or bits[at] & COMMA or not words[at][0].isalpha():
        return None
    if any(mark.first == at and mark.mark.entry.text("word") != "noun" for mark in view.marks("deeds")):
        return at
    if words[at] in closed_class(view.document.lexicon, "en", "idle verb"):
        return None
    if has_auxiliary:
        return at
    is_shaped = len(words[at]) >= _SHORTEST and words[at].endswith(("ed", "s")) and not words[at].endswith("'s")
    return at if is_shaped and view.document.text[view.starts[at]].islower() else None
