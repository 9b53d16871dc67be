"""A summary made of the article's own sentences: whole, verbatim, and chosen for what the alert is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from rules.model import Claim, Figure
from rules.text import Span, fold

LEAST, MOST = 3, 5
_LONGEST: Final = 420  # characters; a longer sentence is a list or a mistake of the splitter
_SHORTEST: Final = 25
_STEM: Final = 6
_REPEATS: Final = 0.8  # of its words are in sentences that are chosen already
_CLAIM, _LEAD, _DIGITS = 10.0, 1.5, 0.5
_ENDS: Final = frozenset(".!?…\"'”’»)")
_NUMBER = re.compile(r"\d")


class Sentence(NamedTuple):
    """A sentence of the text: ``text_of_item[start:end] == text``."""

    text: str
    start: int
    end: int


def summarise(text: str, claims: Iterable[Claim], sentences: Sequence[Span], limit: int = MOST) -> tuple[Sentence, ...]:
    """Return up to ``limit`` whole sentences of ``text`` in its order, at least three where it has as many.

    ``sentences`` are the text's own (``rules.extract.sentences.find_sentences``). Those that hold a claim come first,
    then the lead, then what speaks of the same actors and things; one that only repeats others is left out.
    """
    told = list(claims)
    scored = sorted(
        ((_score(place, text, span, told), -place, span) for place, span in enumerate(sentences)), reverse=True
    )
    chosen: list[Span] = []
    for score, _, span in scored:
        if len(chosen) >= limit or (score <= 0 and len(chosen) >= LEAST):
            break
        if not _is_usable(text, span, holds_claim=score >= _CLAIM) or _is_repeated(text, span, chosen):
            continue
        chosen.append(span)
    return tuple(Sentence(span.of(text), span.start, span.end) for span in sorted(chosen))


def _score(place: int, text: str, span: Span, claims: Sequence[Claim]) -> float:
    """Weigh a sentence: claims in it, then words shared with claims, the lead, a number."""
    inside = sum(span.start <= claim.start < span.end for claim in claims)
    words = _stems(span.of(text))
    about = max((len(words & _stems(_subject(claim))) for claim in claims), default=0)
    score = _CLAIM * inside + about + (_LEAD if place == 0 else 0.0)
    if about and _NUMBER.search(text, span.start, span.end):
        score += _DIGITS
    return score


def _subject(claim: Claim) -> str:
    if isinstance(claim, Figure):
        return " ".join(part for part in (claim.actor, claim.unit, claim.place, claim.action.value) if part)
    return f"{claim.actor} {claim.proposition} {claim.condition or ''}"


def _is_usable(text: str, span: Span, *, holds_claim: bool) -> bool:
    length = span.end - span.start
    if holds_claim:
        return length <= 2 * _LONGEST
    # A sub-heading is no sentence: it ends without a mark.
    return _SHORTEST <= length <= _LONGEST and text[span.end - 1] in _ENDS


def _is_repeated(text: str, span: Span, chosen: Sequence[Span]) -> bool:
    words = _stems(span.of(text))
    return any(len(words & _stems(other.of(text))) >= _REPEATS * len(words) for other in chosen)


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in fold(text).split() if len(word) > 3}
