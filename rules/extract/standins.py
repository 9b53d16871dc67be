"""Whom pronouns and "the government" stand for in the sentences of figures: the last fitting actor named before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from rules.extract.mentions import ActorWords, is_actor
from rules.extract.names import Name
from rules.extract.view import SentenceView

_OF_BODY: Final = 3  # tokens from a country's adjective to the body of the state
_LOOKED_BACK: Final = 40  # mentions that a pronoun may stand for


def stand_ins(view: SentenceView, words: ActorWords) -> Iterator[tuple[int, int, str]]:
    """Yield where words of a sentence stand for an actor, how many words they are, and for what kind."""
    for index in [index for index, word in enumerate(view.words) if word in words.openers]:
        if words.he.starting(view.words, index):
            yield index, 1, "person"
        elif words.it.starting(view.words, index):
            yield index, 1, "body"
        elif found := words.generic.starting(view.words, index):
            yield index, found[1] - index, found[0]


def antecedent(view: SentenceView, index: int, wanted: str) -> Name | None:
    """Return whom the words at token ``index`` stand for; ``wanted`` is person, body, state or any."""
    offset = view.starts[index]
    document = view.document
    earlier = (name for name in document.names_before(offset) if is_actor(name))
    for name in islice(earlier, _LOOKED_BACK):
        if _stands_for(name, wanted) or (wanted == "body" and _opens_body(view, name)):
            return name
    if wanted != "state":
        return None
    behind = document.names_in(offset, view.span.end)
    return next((name for name in behind if is_actor(name) and _stands_for_state(name)), None)


def _opens_body(view: SentenceView, name: Name) -> bool:
    """Whether a country's adjective belongs to a body of the state: "the Polish defence ministry said it would"."""
    at = view.index(name.start)
    is_here = name.start >= view.span.start and name.role == "adjectives"
    return is_here and any(at < placed.first <= at + _OF_BODY for placed in view.marks("bodies"))


def _stands_for_state(name: Name) -> bool:
    return name.kind in ("state", "institution") or (name.kind == "person" and name.affiliation is not None)


def _stands_for(name: Name, wanted: str) -> bool:
    if wanted == "person":
        return name.kind == "person"
    if wanted == "body":
        return name.kind != "person" and name.role in ("names", "government", "short")
    return name.kind != "person" or wanted == "state"
