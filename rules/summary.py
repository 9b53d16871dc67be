"""A summary made of the article's own sentences: whole, verbatim, and chosen for what the alert is about.

    sentences that hold a claim ─> those like the claim ─> those like what is chosen so far, near to the claim

Words that an article uses everywhere ("troops", in one about troops) tell little of what a sentence is about, so a stem
weighs by how few sentences have it. Where little is about the claim, the summary is short: two sentences that fit say
more than five of which three do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from math import log, prod
from typing import Final, NamedTuple

from rules.model import Claim, Figure
from rules.text import Span, fold

LEAST, MOST = 3, 5
_LONGEST: Final = 420  # characters; a longer sentence is a list or a mistake of the splitter
_SHORTEST: Final = 25
_STEM: Final = 6
_REPEATS: Final = 0.8  # of its words are in a sentence that is chosen already
_ENOUGH: Final = 0.14  # likeness (cosine) to what a claim is about, or to what is chosen already
_NEARNESS: Final = (1.0, 0.8, 0.5)  # in a claim's paragraph, in the next one, further away
_ENDS: Final = frozenset(".!?…\"'”’»)")


class Sentence(NamedTuple):
    """A sentence of the text: ``text_of_item[start:end] == text``."""

    text: str
    start: int
    end: int


def summarise(text: str, claims: Iterable[Claim], sentences: Sequence[Span], limit: int = MOST) -> tuple[Sentence, ...]:
    """Return up to ``limit`` whole sentences of ``text`` in its order; fewer where fewer are about the claims.

    ``sentences`` are the text's own (``rules.extract.sentences.find_sentences``). Those that hold a claim come first,
    then what speaks of the same; one that only repeats others is left out. Without claims the first three stand in.
    """
    told = list(claims)
    article = _Article(text, sentences)
    if not told:
        return article.quoted(article.usable(range(len(sentences)))[: min(LEAST, limit)])
    holding = [index for index, span in enumerate(sentences) if _holds(span, told)]
    chosen = article.added([], article.usable(holding, _LONGEST * 2), limit)
    alike = article.alike([_subject(claim) for claim in told], holding, _ENOUGH)
    chosen = article.added(chosen, alike, limit)
    return article.quoted(article.chained(chosen, holding, limit))


class _Article:
    """A text's sentences: the stems of each, what a stem weighs, and the paragraph that each stands in."""

    def __init__(self, text: str, sentences: Sequence[Span]) -> None:
        self._text = text
        self._sentences = sentences
        self.stems = [_stems(span.of(text)) for span in sentences]
        common = Counter(stem for each in self.stems for stem in each)
        self._weights = {stem: log(1 + len(sentences) / count) for stem, count in common.items()}
        self._paragraphs = list(accumulate(self._breaks(), initial=0))

    def quoted(self, chosen: Iterable[int]) -> tuple[Sentence, ...]:
        """Return the chosen sentences in the order of the text."""
        spans = [self._sentences[index] for index in sorted(chosen)]
        return tuple(Sentence(span.of(self._text), span.start, span.end) for span in spans)

    def usable(self, wanted: Iterable[int], longest: int = _LONGEST) -> list[int]:
        """Return those that are sentences at all; a sub-heading ends without a mark."""
        found = []
        for index in wanted:
            start, end = self._sentences[index]
            if longest > _LONGEST or (end - start >= _SHORTEST and self._text[end - 1] in _ENDS):
                found += [index] if end - start <= longest else []
        return found

    def added(self, chosen: Sequence[int], wanted: Iterable[int], limit: int) -> list[int]:
        """Return the chosen ones with the wanted ones, in that order, without those that only repeat."""
        found = list(chosen)
        for index in wanted:
            if len(found) < limit and index not in found and not self._repeats(index, found):
                found.append(index)
        return found

    def chained(self, chosen: Sequence[int], holding: Sequence[int], limit: int) -> list[int]:
        """Return the chosen ones with what goes on from them, step by step: who presents the plans, and when now."""
        found = list(chosen)
        while len(found) < limit:
            alike = self.alike([self.stems[index] for index in found], holding, _ENOUGH, reach=1)
            longer = self.added(found, alike, len(found) + 1)
            if len(longer) == len(found):
                break
            found = longer
        return found

    def alike(
        self, subjects: Sequence[set[str]], holding: Sequence[int], enough: float, reach: int = 10**6
    ) -> list[int]:
        """Return what is like one of the subjects and within ``reach`` paragraphs of a claim, the best first."""
        homes = {self._paragraphs[index] for index in holding}
        scores: dict[int, float] = {}
        for index in self.usable(range(len(self._sentences))):
            away = min((abs(self._paragraphs[index] - home) for home in homes), default=0)
            likeness = max((self._cosine(self.stems[index], subject) for subject in subjects), default=0.0)
            score = likeness * _NEARNESS[min(away, len(_NEARNESS) - 1)]
            if score >= enough and away <= reach:
                scores[index] = score
        return sorted(scores, key=lambda index: (-scores[index], index))

    def _breaks(self) -> Iterator[int]:
        for before, after in pairwise(self._sentences):
            yield int("\n" in self._text[before.end : after.start])

    def _cosine(self, words: set[str], subject: set[str]) -> float:
        known = subject & self._weights.keys()
        shared = sum(self._weights[stem] ** 2 for stem in known & words)
        lengths = (sum(self._weights[stem] ** 2 for stem in each) ** 0.5 for each in (words, known))
        return shared / (prod(lengths) or 1.0)

    def _repeats(self, index: int, chosen: Sequence[int]) -> bool:
        words = self.stems[index]
        return any(len(words & self.stems[other]) >= _REPEATS * len(words) for other in chosen)


def _holds(span: Span, claims: Sequence[Claim]) -> bool:
    return any(span.start <= claim.start < span.end for claim in claims)


def _subject(claim: Claim) -> set[str]:
    """Return the stems of what a claim is about: its own words, and what the reading made of them."""
    if isinstance(claim, Figure):
        fields = " ".join(part for part in (claim.actor, claim.unit, claim.place, claim.action.value) if part)
    else:
        fields = f"{claim.actor} {claim.actor_affiliation or ''} {claim.proposition} {claim.condition or ''}"
    return _stems(fields) | _stems(claim.quote)


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in fold(text).split() if len(word) > 3}
