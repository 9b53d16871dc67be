"""One sentence as a shallow reader sees it: tokens, the names over them, and where phrases end."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from rules.extract.document import Document, Mark, Token
from rules.extract.grammar import Grammar, grammar
from rules.extract.names import Name
from rules.text import Span

QUOTES: Final = frozenset('"“”„«»')
HARD: Final = frozenset(";:—–?!…|•")
DASH: Final = frozenset("—–-")
_LONGEST_SENTENCE: Final = 1400  # characters; sentences.py cuts what never ends at 1500
_ATTRIBUTION_PARTS: Final = ("say", "report", "tell")


class Reading:
    """The tokens of one sentence with their word classes. Indexes are token indexes; spans are half-open."""

    def __init__(self, document: Document, index: int) -> None:
        self.document = document
        self.index = index
        self.span = document.sentences[index]
        self.tokens: tuple[Token, ...] = document.tokens(self.span)
        self.grammar: Grammar = grammar(document.lexicon, document.lang)
        bits = self.grammar.bits
        self._bit = self.grammar.bit
        # Three blanks behind the last token answer for every index just outside of the sentence, before and behind.
        self._bits = [*(bits.get(token.lower, 0) for token in self.tokens), 0, 0, 0]

    def __len__(self) -> int:
        return len(self.tokens)

    def at(self, offset: int) -> int:
        """Return the index of the token that begins at the offset or after it."""
        return bisect_left(self._starts, offset)

    @cached_property
    def _starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    def word(self, index: int) -> str:
        """Return the token in lower case; an empty text outside of the sentence."""
        return self.tokens[index].lower if 0 <= index < len(self.tokens) else ""

    def holds(self, name: str) -> bool:
        """Tell whether any token belongs to a word class."""
        return self._held & self._bit.get(name, 0) != 0

    @cached_property
    def _held(self) -> int:
        held = 0
        for bits in self._bits:
            held |= bits
        return held

    def text(self, start: int, end: int) -> str:
        """Return the text of a token span as it stands."""
        return self.document.text[self.tokens[start].start : self.tokens[end - 1].end] if start < end else ""

    def is_(self, name: str, index: int) -> bool:
        """Tell whether the token belongs to a word class."""
        bit = self._bit.get(name, 0)
        return -3 <= index < len(self._bits) and self._bits[index] & bit != 0

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The names that begin in the sentence."""
        return self.document.names_in(self.span.start, self.span.end)

    @cached_property
    def name_at(self) -> dict[int, Name]:
        """Every token that is part of a name -> the name."""
        found: dict[int, Name] = {}
        for name in self.names:
            index = self.at(name.start)
            if index and (index == len(self.tokens) or self.tokens[index].start > name.start):
                index -= 1  # the name begins within a hyphenated token
            while index < len(self.tokens) and self.tokens[index].start < name.end:
                found.setdefault(index, name)
                index += 1
        return found

    def name_end(self, index: int) -> int:
        """Return where the name that holds the token ends."""
        name = self.name_at[index]
        while index < len(self.tokens) and self.name_at.get(index) is name:
            index += 1
        return index

    def name_start(self, index: int) -> int:
        """Return where the name that holds the token begins."""
        name = self.name_at[index]
        while index > 0 and self.name_at.get(index - 1) is name:
            index -= 1
        return index

    def _starts_of(self, table: str) -> Iterator[tuple[int, Mark]]:
        for mark in self.document.marks_in(table, self.span.start, self.span.end):
            index = self.at(mark.start)
            if index < len(self.tokens) and self.tokens[index].start == mark.start:
                yield index, mark

    @cached_property
    def stances(self) -> dict[int, Mark]:
        """Token index -> the verb or adjective of stance that begins there."""
        return dict(self._starts_of("stance"))

    @property
    def all_stances(self) -> list[tuple[int, Mark]]:
        """Every reading of every verb of stance: a form may be of several entries ("forderte", "forderte ... auf")."""
        return list(self._starts_of("stance"))

    @cached_property
    def nouns(self) -> dict[int, Mark]:
        """Token index -> the noun of stance that begins there."""
        return dict(self._starts_of("stance nouns"))

    @cached_property
    def sayings(self) -> dict[int, Mark]:
        """Token index -> the cue of attribution that begins there."""
        return {
            index: mark
            for index, mark in self._starts_of("attribution")
            if index not in self.name_at
            and not (
                self.grammar.lang == "en"
                and mark.entry.text("part") in _ATTRIBUTION_PARTS
                and self._is_noun_place(index)
            )
        }

    def _is_noun_place(self, index: int) -> bool:
        # A noun written like a verb ("the reports", "Russia's claims") stands behind an article or a possessive.
        if index == 0:
            return False
        before = index - 1
        articles = any(self.is_(name, before) for name in ("determiners", "his", "its", "their", "our"))
        return (articles and not self.is_("relatives", before)) or self.is_possessive(before)

    @cached_property
    def conditions(self) -> dict[int, Mark]:
        """Token index -> the cue of a condition that begins there, look-alikes left out."""
        found = dict(self._starts_of("conditions"))
        for shadow in self.document.marks_in("not conditions", self.span.start, self.span.end):
            for index in range(self.at(shadow.start) - 2, self.at(shadow.end)):
                mark = found.get(index)
                if mark is not None and mark.start < shadow.end and shadow.start < mark.end:
                    del found[index]
        return found

    def is_saying(self, index: int) -> bool:
        """Tell whether a verb of saying or reporting stands here."""
        mark = self.sayings.get(index)
        return mark is not None and mark.entry.text("part") in _ATTRIBUTION_PARTS

    def is_verbal(self, index: int) -> bool:
        """Tell whether the token is surely part of a finite or auxiliary verb."""
        return 0 <= index < len(self.tokens) and self._verbal[index]

    @cached_property
    def _verbal(self) -> list[bool]:
        wanted = sum(self._bit.get(name, 0) for name in ("be", "auxiliaries", "modals"))
        found = [bits & wanted != 0 for bits in self._bits]
        for index, mark in self.sayings.items():
            found[index] = found[index] or mark.entry.text("part") in _ATTRIBUTION_PARTS
        for index, mark in self.stances.items():
            if mark.role == "forms" and mark.entry.text("part") == "verb" and not self.is_gerund(index):
                found[index] = True
        for index in self.name_at:
            found[index] = False
        return found

    def is_adverb(self, index: int) -> bool:
        """Tell whether the token is an adverb by class or by ending."""
        return 0 <= index < len(self.tokens) and self._adverbs[index]

    @cached_property
    def _adverbs(self) -> list[bool]:
        adverb, other = self._bit.get("adverbs", 0), self._bit.get("not adverbs", 0)
        endings = tuple(self.grammar.words("adverb endings"))
        if not endings:
            return [bits & adverb != 0 for bits in self._bits]
        return [
            bits & adverb != 0 or (len(token.lower) > 4 and token.lower.endswith(endings) and not bits & other)
            for token, bits in zip(self.tokens, self._bits, strict=False)
        ]

    def is_gerund(self, index: int) -> bool:
        """Tell whether the token looks like a gerund or present participle."""
        word = self.word(index)
        return len(word) > 4 and self._ends(word, "gerund endings") and index not in self.name_at

    def is_participle(self, index: int) -> bool:
        """Tell whether the token looks like a past form."""
        word = self.word(index)
        return len(word) > 3 and self._ends(word, "participle endings") and index not in self.name_at

    def _ends(self, word: str, name: str) -> bool:
        return any(word.endswith(ending) for ending in self.grammar.words(name))

    def is_possessive(self, index: int) -> bool:
        """Tell whether the token is in the possessive ("Russia's", "Americans'")."""
        word = self.word(index)
        if self.grammar.lang != "en":
            return False
        return word.endswith(("'s", "’s")) or (word.endswith("s") and self.word(index + 1) in ("'", "’"))

    def is_compounded(self, index: int) -> bool:
        """Tell whether the name here is the first part of a compound ("U.S.-backed")."""
        token, name = self.tokens[index], self.name_at[index]
        rest = token.text[name.end - token.start :]
        return rest.startswith("-") and len(rest) > 2

    def is_fragment(self, index: int) -> bool:
        """Tell whether the known short name here is but part of a longer unknown one ("Ronna Romney McDaniel")."""
        name = self.name_at[index]
        if name.kind != "person" or name.role != "short":
            return False
        start, stop = self.name_start(index), self.name_end(index)
        after = self.is_capital(stop) and stop not in self.name_at and not self.is_time(stop)
        return after and start > 0 and self.is_capital(start - 1) and start - 1 not in self.name_at

    def is_contraction(self, index: int) -> bool:
        """Tell whether a pronoun with a contracted auxiliary stands here ("he's", "they'd")."""
        word = self.word(index)
        if "'" not in word and "’" not in word:
            return False
        return any(self.grammar.has(name, word) for name in ("he", "it", "they", "we"))

    def is_capital(self, index: int) -> bool:
        """Tell whether the token is a capitalised word."""
        return 0 <= index < len(self.tokens) and self.tokens[index].text[0].isupper()

    def is_punctuation(self, index: int) -> bool:
        """Tell whether the token is a single sign that is no letter or digit."""
        return 0 <= index < len(self.tokens) and not self.tokens[index].text[0].isalnum()

    def is_break(self, index: int) -> bool:
        """Tell whether a clause cannot reach over the token."""
        sign = self.tokens[index].text
        if sign in HARD or sign in QUOTES:
            return True
        return sign == "-" and self._spaced(index)

    def _spaced(self, index: int) -> bool:
        text, token = self.document.text, self.tokens[index]
        return text[token.start - 1 : token.start].isspace() and text[token.end : token.end + 1].isspace()

    def opens_quotation(self, index: int) -> bool:
        """Tell an opening quotation mark from a closing one."""
        token, text = self.tokens[index], self.document.text
        if token.text in "“„«":
            return not (token.text == "“" and self.grammar.lang == "de" and not self._space_before(index))
        return token.text in QUOTES and self._space_before(index) and not text[token.end : token.end + 1].isspace()

    def _space_before(self, index: int) -> bool:
        at = self.tokens[index].start
        return at == 0 or self.document.text[at - 1] in " \n\t\u00a0("

    def is_time(self, index: int) -> bool:
        """Tell whether the token only says when."""
        return self.is_("times", index)

    def span_of(self, start: int, end: int) -> Span:
        """Return the character span of a token span."""
        return Span(self.tokens[start].start, self.tokens[end - 1].end)


def is_prose(document: Document, index: int) -> bool:
    """Tell whether a sentence is short enough to be one; what is longer is a table or hostile and is not read."""
    span = document.sentences[index]
    return span.end - span.start <= _LONGEST_SENTENCE


def read_sentence(document: Document, index: int) -> Reading:
    """Return the reading of a sentence, made once per document."""
    return document.derive(("reading", index), lambda: Reading(document, index))
