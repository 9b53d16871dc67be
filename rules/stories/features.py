"""What of an item tells its story: weighted terms, and which of them are names, numbers and dates.

Terms are cognate keys of words (``bundes``), concepts (``=ceasefire``), numbers (``#40000``) and dates
(``@2025-09-03``), so that one event looks alike in several languages. Only the title and the first
140 words are read, the lead at full weight: what follows is background, and many stories share it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from math import log
from typing import Final, NamedTuple

from rules.lexiconfile import ANY
from rules.stories.model import TermWeights
from rules.stories.words import Meaning, Phrase, StoryWords, fold_accents

BODY_WORDS: Final = 140
_USUAL: Final = TermWeights()
_LEAD_WORDS: Final = 70  # what follows the lead is partly background, which many stories share
_BODY_CHARACTERS: Final = 12 * BODY_WORDS
_TITLE_WORDS: Final = 40
_TITLE_CASE: Final = 0.6  # with more capitals than this among its words, a title's capitals mark no names
_DATELINE_TOKENS: Final = 8

_TOKEN: Final = re.compile(
    r"""
    (?P<word>[^\W\d_]+(?:['\u2019.-][^\W\d_]+)*)
    |(?P<number>\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?)
    """,
    re.VERBOSE,
)
_GROUPING: Final = re.compile(r"[.,\u00a0\u202f ](?=\d{3}(?:\D|$))")
_ELISION: Final = re.compile(r"^[^\W\d_]{1,4}['\u2019](?=[^\W\d_]{3})|['\u2019]s?$")
_PARTS: Final = re.compile(r"[-.'\u2019]")
_STOPS: Final = ".!?:\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Terms with their weights (before rarity), which of them are names, and what can set two items apart.

    ``surfaces`` gives for each term the words that it was read from. ``missions``, ``documents`` ("resolution 2745")
    and ``places`` (of the title) name the specific thing that the item is about. ``day`` is the date that the text
    itself opens with, None where it has no dateline.
    """

    terms: dict[str, float]
    surfaces: dict[str, str]
    names: frozenset[str]
    missions: frozenset[str]
    documents: frozenset[str]
    places: frozenset[str]
    day: datetime | None


class _Token(NamedTuple):
    text: str
    start: int
    is_number: bool
    meaning: Meaning


def read(title: str, text: str, words: StoryWords, lang: str | None = None, weights: TermWeights = _USUAL) -> Features:
    """Read the features of an item. ``lang`` is a two-letter code; without it, every language is looked up."""
    tongue = (lang or ANY)[:2] if lang else ANY
    tally = _Tally(weights)
    heading = _tokens(title, words, tongue, _TITLE_WORDS)
    _count(title, heading, tally, weight=weights.title)
    places = frozenset(tally.places)
    if _is_title_case(heading):
        tally.names.clear()
    body = _tokens(text[:_BODY_CHARACTERS], words, tongue, BODY_WORDS)
    _count(text, body, tally, weight=1.0)
    return Features(
        terms=_weighed(tally),
        surfaces=tally.surfaces,
        names=frozenset(tally.names),
        missions=frozenset(tally.missions),
        documents=frozenset(tally.documents),
        places=places,
        day=_dateline(body),
    )


class _Tally:
    """What is counted while a text is read."""

    def __init__(self, weights: TermWeights) -> None:
        self.weights = weights
        self.counts: dict[str, float] = {}
        self.surfaces: dict[str, str] = {}
        self.names: set[str] = set()
        self.places: set[str] = set()
        self.missions: set[str] = set()
        self.documents: set[str] = set()

    def add(self, term: str, surface: str, weight: float) -> None:
        counts = self.counts
        if term in counts:
            counts[term] += weight
        else:
            counts[term], self.surfaces[term] = weight, surface


def _weighed(tally: _Tally) -> dict[str, float]:
    factors, name, names = tally.weights.by_mark(), tally.weights.name, tally.names
    found = {}
    for term, count in tally.counts.items():
        weight = 1 + log(count) if count > 1 else count
        if term in names:
            weight *= name
        found[term] = weight * factors.get(term[0], 1.0)
    return found


def _tokens(text: str, words: StoryWords, lang: str, limit: int) -> list[_Token]:
    found: list[_Token] = []
    meanings = words.meanings(lang)
    for match in islice(_TOKEN.finditer(text), limit):
        token, start = match[0], match.start()
        if token.isalpha():
            found.append(_Token(token, start, False, meanings[token]))
        elif match.lastgroup == "number":
            found.append(_Token(token, start, True, _NOTHING))
        else:
            found += _compound(token, start, meanings)
    return found


def _compound(token: str, start: int, meanings: Mapping[str, Meaning]) -> list[_Token]:
    """Read a word with hyphens, dots or apostrophes: as a whole where it means something, else by its parts."""
    token = _ELISION.sub("", token)
    meaning = meanings[token]
    if meaning.is_concept or token.isalpha():
        return [_Token(token, start, False, meaning)]
    parts = [_Token(part, start, False, meanings[part]) for part in _PARTS.split(token)]
    if meaning.phrases:
        parts.insert(0, _Token(token, start, False, Meaning("", phrases=meaning.phrases)))
    return parts


_NOTHING: Final = Meaning("")


def _count(text: str, tokens: list[_Token], tally: _Tally, *, weight: float) -> None:
    add = tally.add
    for index, (word, start, is_number, meaning) in enumerate(tokens):
        if index == _LEAD_WORDS:
            weight *= tally.weights.background
        if meaning.phrases:
            _count_phrases(tokens, index, tally, weight)
        if is_number:
            _count_number(tokens, index, tally, weight)
            continue
        term = meaning.term
        if not term or len(word) < 2:
            continue
        if meaning.month and (date := _date(tokens, index)):
            add(date, date[1:], weight)
            tally.names.add(date)
            continue
        add(term, word, weight)
        if meaning.is_mission:
            tally.missions.add(term)
        if word[0].isupper():
            if meaning.is_place:
                tally.places.add(term)
            if term not in tally.names and _is_inside(text, start):
                tally.names.add(term)


def _count_phrases(tokens: list[_Token], index: int, tally: _Tally, weight: float) -> None:
    for phrase in tokens[index].meaning.phrases:
        if _follows(tokens, index, phrase):
            surface = " ".join(each.text for each in tokens[index : index + 1 + len(phrase.tail)])
            tally.add(phrase.term, surface, weight)


def _count_number(tokens: list[_Token], index: int, tally: _Tally, weight: float) -> None:
    digits = _GROUPING.sub("", tokens[index].text).replace(",", ".")
    if index and (document := tokens[index - 1].meaning.document):
        tally.documents.add(f"&{document} {digits}")
        tally.add(f"&{document} {digits}", f"{document} {digits}", weight)
        return
    magnitude = tokens[index + 1].meaning.magnitude if index + 1 < len(tokens) else 0
    if magnitude:
        tally.add(f"#{float(digits) * magnitude:.0f}", f"{tokens[index].text} {tokens[index + 1].text}", weight)
    elif len(digits) > 1:
        tally.add(f"#{digits}", tokens[index].text, weight)


def _date(tokens: list[_Token], index: int) -> str:
    """Return ``@2025-09-03`` or ``@09-03`` for the month at ``index`` with the numbers around it, else nothing."""
    month = tokens[index].meaning.month
    before = [token for token in tokens[max(0, index - 2) : index] if token.is_number]
    after = [token for token in tokens[index + 1 : index + 4] if token.is_number]
    if before and (day := _whole(before[-1])) in range(1, 32):
        year = _year(after[0]) if after else 0
    elif after and (day := _whole(after[0])) in range(1, 32):
        year = _year(after[1]) if len(after) > 1 else 0
    else:
        return ""
    return f"@{year}-{month:02}-{day:02}" if year else f"@{month:02}-{day:02}"


def _whole(token: _Token) -> int:
    return int(token.text) if token.text.isdigit() and len(token.text) <= 4 else -1


def _year(token: _Token) -> int:
    number = _whole(token)
    if number in range(1990, 2100):
        return number
    return 2000 + number if len(token.text) == 2 and number >= 0 else 0


def _dateline(tokens: list[_Token]) -> datetime | None:
    for index, token in enumerate(tokens[:_DATELINE_TOKENS]):
        if not token.meaning.month:
            continue
        date = _date(tokens, index)
        if date.count("-") == 2:
            try:
                return datetime.strptime(date, "@%Y-%m-%d").replace(tzinfo=UTC)
            except ValueError:
                return None
    return None


def _follows(tokens: list[_Token], index: int, phrase: Phrase) -> bool:
    if index + len(phrase.tail) >= len(tokens):
        return False
    for offset, pattern in enumerate(phrase.tail, 1):
        word = fold_accents(tokens[index + offset].text)
        if not (word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern):
            return False
    return True


def _is_inside(text: str, start: int) -> bool:
    """Tell whether a word stands inside a sentence, where a capital means a name."""
    before = text[max(0, start - 4) : start].rstrip(" \"'\u201c\u201e\u00ab(")
    return bool(before) and before[-1] not in _STOPS


def _is_title_case(tokens: list[_Token]) -> bool:
    long = [token.text for token in tokens if not token.is_number and len(token.text) >= 4]
    return sum(word[0].isupper() for word in long) > _TITLE_CASE * len(long) if long else True
