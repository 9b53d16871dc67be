"""A sentence as a shallow reader sees it: tokens with offsets, word classes as bits, and what lies outside of it."""

from __future__ import annotations

import re
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.extract.grammar import WordBits, grammar
from rules.extract.reading import Reading, read_sentence
from rules.extract.tokens import Tokens, cut
from rules.extract.wordclasses import (
    BREAK,
    CAPITAL,
    CLASS_BITS,
    COMMA,
    CONDITION,
    GERUND,
    NAMED,
    POSSESSIVE,
    PREPOSITIONS,
    SAYING,
    VERBAL,
)
from rules.text import Span
from tests.rules.extract.figure_cases import extractor

# The plain way to say what a token is.
TOKEN: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’ʼ.-][^\W\d_]+)*|\w|[^\w\s]")
NOT_ASKED: Final = {"free order", "adverb endings", "gerund endings", "participle endings", "infinitive endings"}


def reading(text: str, lang: str = "en") -> Reading:
    return read_sentence(extractor().document(text, lang=lang), 0)


def words_with(read: Reading, mask: int) -> list[str]:
    return [read.texts[at] for at in range(read.size) if read.bits[at] & mask]


@given(st.text(), st.integers(0, 5), st.integers(0, 5))
def test_tokens_are_those_of_the_plain_pattern_with_their_offsets(text: str, before: int, behind: int) -> None:
    span = Span(min(before, len(text)), max(min(before, len(text)), len(text) - behind))
    tokens = Tokens(text, span, grammar(extractor().lexicon, "en").word_bits)
    expected = [(found[0], found.start(), found.end()) for found in TOKEN.finditer(text, *span)]
    assert [(word, tokens.starts[at], tokens.end(at)) for at, word in enumerate(tokens.texts)] == expected
    assert tokens.lowers == [word.lower() for word in tokens.texts]


@given(st.text(alphabet="aB3é'’.,-  \t_$/"))
def test_phrases_of_the_lexicon_are_cut_like_a_text(phrase: str) -> None:
    assert cut(phrase) == TOKEN.findall(phrase)


def test_every_class_that_a_reader_asks_for_is_in_the_lexicon() -> None:
    known = {entry.name for table in ("grammar", "heads", "sources") for entry in extractor().lexicon.entries(table)}
    asked = {name for name in CLASS_BITS if not name.startswith("#")}
    assert asked <= known | {"quantifies"}  # the first words of other tables


def test_a_word_has_the_bits_of_all_its_classes() -> None:
    lexicon = extractor().lexicon
    for lang in ("en", "de", "fr", "uk", "ru"):
        known = grammar(lexicon, lang)
        for name, words in known.classes.items():
            bit = CLASS_BITS.get(name, 0)
            assert all(known.word_bits[word] & bit == bit for word in words), (lang, name)


def test_words_that_are_forgotten_are_worked_out_again() -> None:
    known = WordBits("en", {"prepositions": frozenset({"in"})}, lambda _: False, most_remembered=2)
    bits = [known[word] for word in ("in", "Rain", "fell", "in", "Rain")]
    assert bits == [PREPOSITIONS, CAPITAL, 0, PREPOSITIONS, CAPITAL]
    assert len(known) <= 2


def test_bits_tell_names_cues_and_signs() -> None:
    read = reading("Russia's envoy, speaking in Paris, said it would stay - if France agrees.")
    assert words_with(read, NAMED) == ["Russia's", "Paris", "France"]
    assert words_with(read, POSSESSIVE) == ["Russia's"]
    assert words_with(read, COMMA) == [",", ","]
    assert words_with(read, GERUND) == ["speaking"]
    assert words_with(read, PREPOSITIONS) == ["in"]
    assert words_with(read, SAYING) == ["said"]
    assert words_with(read, BREAK) == ["-"]
    assert words_with(read, CONDITION) == ["if"]
    assert {"said", "would"} <= set(words_with(read, VERBAL))


def test_a_plural_before_an_apostrophe_is_possessive() -> None:
    assert words_with(reading("The ministers' plan has failed."), POSSESSIVE) == ["ministers"]


@pytest.mark.parametrize("beside", [-3, -1, 0, 4])
def test_nothing_stands_beside_the_sentence(beside: int) -> None:
    read = reading("Rain fell on Berlin.")
    index = beside if beside < 0 else read.size + beside
    assert (read.bits[index], read.lowers[index], read.texts[index]) == (0, "", "")


def test_a_name_within_a_hyphenated_word_marks_the_word() -> None:
    assert words_with(reading("Many pro-Russian voters stayed away."), NAMED) == ["pro-Russian"]
