"""One sentence as a shallow reader sees it: tokens, the names over them, and where phrases end."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from rules.extract.clauses import Clause, Group
from rules.extract.cues import Cues, speaks
from rules.extract.document import Document
from rules.extract.gazetteer import Mark
from rules.extract.grammar import Grammar
from rules.extract.names import Name
from rules.extract.wordclasses import (
    BREAK,
    CAPITAL,
    COMMA,
    CONDITION,
    CUE,
    DETERMINERS,
    GERUND,
    HE,
    IT,
    NAMED,
    PARTICIPLE,
    POSSESSIVE,
    PUNCTUATION,
    QUOTE,
    SAYING,
    STANCE,
    THEY,
    TIMES,
    VERBAL,
    WE,
)
from rules.text import Span

QUOTES: Final = frozenset('"“”„«»')
_LONGEST_SENTENCE: Final = 1400  # characters; sentences.py cuts what never ends at 1500
_PRONOUNS: Final = HE | IT | THEY | WE
_NO_NAME: Final = ~(VERBAL | GERUND | PARTICIPLE)  # what a token cannot be within a name
_PARTIAL: Final = 14  # tokens of a quotation that is but a part of a clause, its marks counted
_STARTS_SPEECH: Final = _PRONOUNS | DETERMINERS
_BESIDE: Final = 8  # blank tokens behind the last, further than any reader looks: they answer for every index outside
_NO_BITS: Final = [0] * _BESIDE
_NO_TEXTS: Final = [""] * _BESIDE


class Reading:
    """The tokens of one sentence with their word classes. Indexes are token indexes; spans are half-open.

    ``bits`` holds the classes of each token (rules/extract/wordclasses.py). It and the columns of texts may be asked
    for tokens just outside of the sentence, before and behind: nothing stands there.
    """

    def __init__(self, document: Document, index: int) -> None:
        self.document = document
        self.index = index
        self.span = document.sentences[index]
        self.grammar: Grammar = document.grammar
        tokens = document.tokens(self.span)
        self.size = len(tokens.texts)
        self.texts: list[str] = tokens.texts + _NO_TEXTS
        self.lowers: list[str] = tokens.lowers + _NO_TEXTS
        self.starts = tokens.starts
        self.bits: list[int] = tokens.bits + _NO_BITS
        self.held = tokens.held  # the classes that any token belongs to by itself
        self.names: tuple[Name, ...] = document.names_in(self.span.start, self.span.end)
        self.name_at: dict[int, Name] = {}  # every token that is part of a name
        self._place_names()
        self._place_signs()
        # Token index -> the cue that begins there: of attribution, verbs and nouns of stance, conditions.
        self._cues = Cues(document, index, self.starts, self.lowers, self.bits)
        self.sayings = self._cues.sayings()
        self.nouns = dict(self._cues.of("stance nouns"))
        self.stances = self._cues.without_objects(self._cues.stances(), self.nouns)
        self.conditions = self._cues.conditions()
        self._place_cues()
        self.groups: dict[int, Group] = {}  # what rules/extract/verbs.py has read
        self.clauses: dict[int, Clause] = {}

    def _place_names(self) -> None:
        bits, starts, size, found = self.bits, self.starts, self.size, self.name_at
        for name in self.names:
            index = self.at(name.start)
            if index and (index == size or starts[index] > name.start):
                index -= 1  # the name begins within a hyphenated token
            end = name.end
            while index < size and starts[index] < end:
                if index not in found:
                    found[index] = name
                    bits[index] = bits[index] & _NO_NAME | NAMED
                index += 1

    def _place_signs(self) -> None:
        """Mark what only the neighbours tell: a dash between blanks, and the apostrophe behind a plural."""
        texts = self.texts
        if "-" in texts:
            for index in range(self.size):
                if texts[index] == "-" and self._spaced(index):
                    self.bits[index] |= BREAK
        if self.held & QUOTE:
            self._soften_quotes()
        if self.grammar.lang == "en" and ("'" in texts or "’" in texts):
            for index in range(1, self.size):
                if texts[index] in ("'", "’") and self.lowers[index - 1].endswith("s"):
                    self.bits[index - 1] |= POSSESSIVE

    def _soften_quotes(self) -> None:
        """Let no clause end at a quotation that begins within it (Turkey "entirely rejects" the plan)."""
        texts, bits = self.texts, self.bits
        at = 1
        while at < self.size - 1:
            if bits[at] & QUOTE and not bits[at - 1] & PUNCTUATION and not bits[at + 1] & (CAPITAL | _STARTS_SPEECH):
                close = next(
                    (each for each in range(at + 1, min(self.size, at + _PARTIAL)) if texts[each] in QUOTES), 0
                )
                if close and (close == at + 1 or not bits[close - 1] & COMMA):
                    bits[at] &= ~BREAK
                    bits[close] &= ~BREAK
                    at = close
            at += 1

    def _place_cues(self) -> None:
        bits = self.bits
        for index, mark in self.sayings.items():
            bits[index] |= CUE | SAYING | VERBAL if speaks(mark) else CUE
        for index, mark in self.stances.items():
            is_verb = mark.role == "forms" and mark.entry.attributes.get("part") == "verb"
            bits[index] |= STANCE | VERBAL if is_verb and not bits[index] & (GERUND | NAMED) else STANCE
        for index in self.conditions:
            bits[index] |= CONDITION

    def end(self, index: int) -> int:
        """Return the offset behind a token."""
        return self.starts[index] + len(self.texts[index])

    def at(self, offset: int) -> int:
        """Return the index of the token that begins at the offset or after it."""
        return bisect_left(self.starts, offset)

    def holds(self, mask: int) -> bool:
        """Tell whether any token belongs to a word class."""
        return self.held & mask != 0

    def text(self, start: int, end: int) -> str:
        """Return the text of a token span as it stands."""
        return self.document.text[self.starts[start] : self.end(end - 1)] if start < end else ""

    def name_end(self, index: int) -> int:
        """Return where the name that holds the token ends."""
        name = self.name_at[index]
        while self.name_at.get(index) is name:
            index += 1
        return index

    def name_start(self, index: int) -> int:
        """Return where the name that holds the token begins."""
        name = self.name_at[index]
        while self.name_at.get(index - 1) is name:
            index -= 1
        return index

    @property
    def all_stances(self) -> list[tuple[int, Mark]]:
        """Every reading of every verb of stance: a form may be of several entries ("forderte", "forderte ... auf")."""
        return list(self._cues.of("stance"))

    def is_compounded(self, index: int) -> bool:
        """Tell whether the name here is the first part of a compound ("U.S.-backed")."""
        rest = self.texts[index][self.name_at[index].end - self.starts[index] :]
        return rest.startswith("-") and len(rest) > 2

    def is_fragment(self, index: int) -> bool:
        """Tell whether the known short name here is but part of a longer unknown one ("Ronna Romney McDaniel")."""
        name = self.name_at[index]
        if name.kind != "person" or name.role != "short":
            return False
        before, after = self.bits[self.name_start(index) - 1], self.bits[self.name_end(index)]
        is_longer = after & CAPITAL and not after & (NAMED | TIMES)
        return bool(is_longer and before & CAPITAL and not before & NAMED)

    def is_contraction(self, index: int) -> bool:
        """Tell whether a pronoun with a contracted auxiliary stands here ("he's", "they'd")."""
        word = self.lowers[index]
        return ("'" in word or "’" in word) and self.bits[index] & _PRONOUNS != 0

    def _spaced(self, index: int) -> bool:
        text, start, end = self.document.text, self.starts[index], self.end(index)
        return text[start - 1 : start].isspace() and text[end : end + 1].isspace()

    def opens_quotation(self, index: int) -> bool:
        """Tell an opening quotation mark from a closing one."""
        sign, text = self.texts[index], self.document.text
        if sign in "“„«":
            return not (sign == "“" and self.grammar.lang == "de" and not self._space_before(index))
        end = self.end(index)
        return bool(self.bits[index] & QUOTE) and self._space_before(index) and not text[end : end + 1].isspace()

    def _space_before(self, index: int) -> bool:
        at = self.starts[index]
        return at == 0 or self.document.text[at - 1] in " \n\t\u00a0("

    def span_of(self, start: int, end: int) -> Span:
        """Return the character span of a token span."""
        return Span(self.starts[start], self.end(end - 1))


def is_prose(document: Document, index: int) -> bool:
    """Tell whether a sentence is short enough to be one; what is longer is a table or hostile and is not read."""
    span = document.sentences[index]
    return span.end - span.start <= _LONGEST_SENTENCE


def read_sentence(document: Document, index: int) -> Reading:
    """Return the reading of a sentence, made once per document."""
    readings: dict[int, Reading] = document.derive("readings", dict)
    found = readings.get(index)
    if found is None:
        found = readings[index] = Reading(document, index)
    return found
