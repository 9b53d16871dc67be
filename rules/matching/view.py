"""What an item looks like to queries: its parts as tokens, read once and only as far as somebody asks.

Positions count tokens. In the view of the whole item (title and text) the text's positions start far behind the
title's, so that no phrase and no distance reaches from one into the other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain, islice

from rules.matching.words import fold_token, offsets, raw_tokens
from rules.model import Item, ItemId
from rules.query.ast import Scope, Word
from rules.text import Span

MOST_TOKENS = 60_000
"""Words of one text that are looked at: three times the longest article, few enough that no text stalls the bot."""

GAP = 2000  # tokens between title and text; distances go up to 1000
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_REMEMBERED = 200_000  # tokens; a year of news has fewer, garbage may have more

Sentences = Callable[[str, str], Iterable[Span]]
"""Text and language to the spans of its sentences."""

_STOP = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*\s+|\n+")
_OPENERS = "\"'“‘«(["


def plain_sentences(text: str, lang: str) -> Iterable[Span]:
    """Cut a text at line ends and at stops before capitals and digits: for callers without a lexicon."""
    del lang
    start = 0
    for found in _STOP.finditer(text):
        following = text[found.end() : found.end() + 2].lstrip(_OPENERS)[:1]
        if "\n" in found[0] or (following.isalnum() and not following.islower()):
            yield Span(start, found.end())
            start = found.end()
    yield Span(start, len(text))


class Dictionary:
    """The words, prefixes and pairs of words that rules ask for, and which of them each text has.

    A pair is written "un mandate": it has a blank, so it is never a token, nor a prefix, which has a star.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        keys = frozenset(keys)
        self.words = {key for key in keys if " " not in key and not key.endswith("*")}
        self.pairs = {tuple(key.split(" ")): key for key in keys if " " in key}
        self.prefixes: dict[int, set[str]] = {}
        for key in keys:
            if key.endswith("*"):
                self.prefixes.setdefault(len(key) - 1, set()).add(key[:-1])
        self._seen: set[str] = set()
        self.keys_of: dict[str, tuple[str, ...]] = {}  # of those tokens that are some key
        self._folded: dict[str, str] = {}

    def known(self, tokens: Iterable[str]) -> set[str]:
        """Return which words and prefixes occur among ``tokens``."""
        distinct = set(tokens)
        new = distinct - self._seen
        if new:
            self._learn(new)
        keys_of = self.keys_of
        return set(chain.from_iterable(map(keys_of.__getitem__, keys_of.keys() & distinct)))

    def known_pairs(self, folded: Sequence[str]) -> Iterable[str]:
        """Return which pairs occur among ``folded`` tokens."""
        return filter(None, map(self.pairs.get, zip(folded, islice(folded, 1, None), strict=False)))

    def fold(self, tokens: Iterable[str]) -> list[str]:
        """Return tokens as they are compared."""
        folded = self._folded
        try:
            return list(map(folded.__getitem__, tokens))
        except KeyError:
            for token in set(tokens) - folded.keys():
                folded[token] = fold_token(token)
            return list(map(folded.__getitem__, tokens))

    def _learn(self, tokens: Collection[str]) -> None:
        if len(self._seen) + len(tokens) > _MOST_REMEMBERED:
            self._seen.clear()
            self.keys_of.clear()
            self._folded.clear()
        for token in tokens:
            self._seen.add(token)
            keys = self._keys_of(token)
            if keys:
                self.keys_of[token] = keys

    def _keys_of(self, token: str) -> tuple[str, ...]:
        folded = token if token.isascii() and token.islower() else fold_token(token)
        keys = [folded] if folded in self.words else []
        for length, prefixes in self.prefixes.items():
            start = folded[:length]
            if start in prefixes and len(start) == length:
                keys.append(f"{start}*")
        return tuple(keys)


class TextView:
    """One text: ``known`` are the keys of the dictionary that occur in it."""

    __slots__ = ("_folded", "_joined", "_offsets", "_positions", "dictionary", "known", "text", "tokens")

    def __init__(self, text: str, dictionary: Dictionary) -> None:
        self.text = text
        self.dictionary = dictionary
        self.tokens = raw_tokens(text)
        if len(self.tokens) > MOST_TOKENS:
            del self.tokens[MOST_TOKENS:]
        self.known: set[str] = dictionary.known(self.tokens)
        self._folded: list[str] | None = self.tokens if text.isascii() else None
        if dictionary.pairs:
            self.known.update(dictionary.known_pairs(self.folded))
        self._joined: str | None = None
        self._positions: dict[str, list[int]] | None = None
        self._offsets: list[tuple[int, int]] | None = None

    @property
    def folded(self) -> list[str]:
        """The tokens as they are compared."""
        if self._folded is None:
            self._folded = self.dictionary.fold(self.tokens)
        return self._folded

    @property
    def joined(self) -> str:
        """The folded tokens with one blank around each: phrases are substrings."""
        if self._joined is None:
            self._joined = f" {' '.join(self.folded)} "
        return self._joined

    @property
    def positions(self) -> dict[str, list[int]]:
        """Where each known key stands, ascending."""
        if self._positions is None:
            places: dict[str, list[int]] = {}
            keys_of = self.dictionary.keys_of
            for place, token in enumerate(self.tokens):
                for key in keys_of.get(token, ()):
                    places.setdefault(key, []).append(place)
            self._positions = places
        return self._positions

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the offsets in ``text`` of the tokens ``first`` to ``last``, half-open."""
        if self._offsets is None:
            self._offsets = offsets(self.text)
        return self._offsets[first][0], self._offsets[last][1]

    def has_word(self, word: Word, position: int) -> bool:
        """Tell whether ``word`` stands at ``position``, which may lie outside the text."""
        if not 0 <= position < len(self.tokens):
            return False
        is_there = word.key in self.dictionary.keys_of.get(self.tokens[position], ())
        return is_there and (not word.caps or self.is_caps(position))

    def is_caps(self, position: int) -> bool:
        """Tell whether the token at ``position`` is written in capitals."""
        start, end = self.span(position, position)
        return self.text[start:end].isupper()


class ItemView:
    """An item's title and text as one, and its parts by scope."""

    __slots__ = (
        "_encoded",
        "_parts",
        "_sentence_starts",
        "body",
        "dictionary",
        "item",
        "known",
        "sentences",
        "shift",
        "title",
    )

    def __init__(self, item: Item, dictionary: Dictionary, sentences: Sentences = plain_sentences) -> None:
        self.item = item
        self.dictionary = dictionary
        self.sentences = sentences
        self.body = TextView(item.text, dictionary)
        self.title = TextView(item.title, dictionary)
        self.known = self.title.known | self.body.known if self.title.known else self.body.known
        self._parts: dict[Scope, TextView] = {Scope.BODY: self.body, Scope.TITLE: self.title}
        self.shift = len(self.title.tokens) + GAP if self.title.tokens else 0  # of the text's positions
        self._encoded: dict[Scope, bytes] = {}
        self._sentence_starts: dict[Scope, list[int]] = {}

    @classmethod
    def of_text(cls, text: str, lang: str, dictionary: Dictionary) -> ItemView:
        """Return the view of a bare text, such as a position's proposition."""
        item = Item(id=ItemId(0), outlet="", title="", text=text, url="", published=None, fetched=_NO_TIME, lang=lang)
        return cls(item, dictionary)

    def part(self, scope: Scope) -> TextView:
        """Return one part; the lead is the feed's summary, or the first paragraph where there is none."""
        found = self._parts.get(scope)
        if found is None:
            found = self._parts[scope] = TextView(self._text(scope), self.dictionary)
        return found

    def _text(self, scope: Scope) -> str:
        match scope:
            case Scope.LEAD:
                return self.item.lead or self.item.text.lstrip().partition("\n")[0]
            case Scope.OUTLET:
                return self.item.outlet
            case Scope.LANG:
                return self.item.lang
            case _:
                return ""

    def keys(self, scope: Scope) -> set[str]:
        """Return the dictionary's keys that occur in a scope."""
        return self.known if scope is Scope.ANY else self.part(scope).known

    def positions(self, scope: Scope, key: str) -> list[int]:
        """Return where ``key`` stands in a scope, ascending."""
        if scope is not Scope.ANY:
            return self.part(scope).positions.get(key, [])
        in_body = self.body.positions.get(key, [])
        if not self.shift:
            return in_body
        shift = self.shift
        return [*self.title.positions.get(key, ()), *[place + shift for place in in_body]]

    def locate(self, scope: Scope, position: int) -> tuple[TextView, int]:
        """Return the part in which a position of ``scope`` lies, and the position there."""
        if scope is not Scope.ANY:
            return self.part(scope), position
        return (self.body, position - self.shift) if position >= self.shift else (self.title, position)

    def has_phrase(self, scope: Scope, needle: str) -> bool:
        """Tell whether folded words with a blank around each occur one after the other."""
        if scope is Scope.ANY:
            return needle in self.body.joined or needle in self.title.joined
        return needle in self.part(scope).joined

    def has_word(self, scope: Scope, position: int, word: Word) -> bool:
        """Tell whether ``word`` stands at a position of ``scope``."""
        part, place = self.locate(scope, position)
        return part.has_word(word, place)

    def is_caps(self, scope: Scope, position: int) -> bool:
        """Tell whether the token at a position of ``scope`` is written in capitals."""
        part, place = self.locate(scope, position)
        return part.is_caps(place)

    def sentence_starts(self, scope: Scope) -> list[int]:
        """Return the positions at which the sentences of ``scope`` begin, ascending."""
        starts = self._sentence_starts.get(scope)
        if starts is None:
            starts = self._sentence_starts[scope] = self._starts(scope)
        return starts

    def _starts(self, scope: Scope) -> list[int]:
        if scope is not Scope.ANY:
            return self._starts_in(self.part(scope))
        in_title = self._starts_in(self.title) if self.shift else []
        return [*in_title, *(start + self.shift for start in self._starts_in(self.body))]

    def _starts_in(self, part: TextView) -> list[int]:
        begins = [start for start, _end in offsets(part.text)]
        spans = self.sentences(part.text, self.item.lang)
        return [bisect_right(begins, span.start - 1) for span in spans]

    def encoded(self, scope: Scope) -> bytes:
        """Return a scope's text for RE2, title and text on lines of their own."""
        found = self._encoded.get(scope)
        if found is None:
            text = f"{self.item.title}\n{self.item.text}" if scope is Scope.ANY else self.part(scope).text
            found = self._encoded[scope] = text.encode("utf-8", "replace")
        return found
