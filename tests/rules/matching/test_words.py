"""How texts are cut into words, in every script, fast way and slow way alike."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.matching.view import MOST_TOKENS, Dictionary, TextView
from rules.matching.words import fold_token, folded_text, offsets, raw_tokens, scan, words
from tests.rules.builders import item, matcher
from tests.shared import shared_path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("NATO's 40,000–70,000 troops", ["nato", "s", "40", "000", "70", "000", "troops"], id="signs cut"),
        pytest.param("a_b", ["a", "b"], id="an underscore is no letter"),
        pytest.param("Militär déjà vu groß", ["militar", "deja", "vu", "gross"], id="accents and sharp s"),
        pytest.param("żółw Łódź Šibenik", ["zolw", "lodz", "sibenik"], id="central Europe"),
        pytest.param("İstanbul'da ışık", ["istanbul", "da", "isik"], id="Turkish i"),
        pytest.param("Œuvre æther", ["oeuvre", "aether"], id="ligatures"),
        pytest.param("МАНДАТ ёлка йод її", ["мандат", "елка", "йод", "її"], id="Cyrillic keeps its letters"),
        pytest.param("Αθήνα", ["αθηνα"], id="Greek drops its accents"),
        pytest.param("cafe\u0301s", ["cafes"], id="accents written as marks"),
        pytest.param("हिन्दी में", ["हिन्दी", "में"], id="vowel signs belong to their word"),
        pytest.param("中国軍 has", ["中", "国", "軍", "has"], id="Han is one token a character"),
        pytest.param("ประเทศ", ["ป", "ร", "ะ", "เ", "ท", "ศ"], id="Thai too"),
        pytest.param("Mili\u00adtär zero\u200bwidth", ["militar", "zerowidth"], id="invisible joiners are no edge"),
        pytest.param("ＵＮ ﬁne", ["un", "fine"], id="full width and ligature forms"),
        pytest.param("שלום مرحبا", ["שלום", "مرحبا"], id="right to left"),
        pytest.param("", [], id="nothing"),
        pytest.param(" .,!\n\t", [], id="only signs"),
    ],
)
def test_a_text_is_cut_into_folded_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="cp1252") | st.characters(codec="cp1251"), max_size=60))
def test_the_fast_way_cuts_as_the_slow_way(text: str) -> None:
    if folded_text(text) is not None:
        assert words(text) == [fold_token(token) for token in scan(text)]


@settings(deadline=None)
@given(st.text(max_size=60))
def test_there_is_a_span_for_every_word_and_it_is_that_word(text: str) -> None:
    spans = offsets(text)
    assert [fold_token(text[start:end]) for start, end in spans] == [fold_token(token) for token in raw_tokens(text)]
    assert all(left[1] <= right[0] for left, right in zip(spans, spans[1:], strict=False))  # noqa: RUF007


@settings(deadline=None)  # the first text pays for what is made once
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_matched_without_trouble(text: str, title: str) -> None:
    found = matcher("match: 'a* OR ATLEAST2(b*) OR c* /s d* OR re:/[^x]+y/'", "match: 'NOT a W/3 b'")
    for match in found.keywords(item(text, title=title)):
        assert all(0 <= start < end <= len(text) for start, end in match.spans)
    assert not found.failures


def test_naughty_strings_are_matched_without_trouble() -> None:
    found = matcher("match: 'a* OR ALLCAPS(a*) OR \"a* b*\" OR re:/[^x]+y/'", "match: 'a* /s b*'")
    for text in json.loads(shared_path("corpus/naughty-strings/blns.json").read_text("utf-8")):
        found.keywords(item(text, title=text))
    found.keywords(item("\ud800 a\udfff"))
    assert not found.failures


def test_what_is_remembered_of_words_stays_bounded() -> None:
    dictionary = Dictionary(["needle"])
    for start in range(0, 250_000, 50_000):
        TextView(" ".join(f"w{number}" for number in range(start, start + 50_000)), dictionary)
    assert len(dictionary._seen) < 250_000
    assert TextView("a needle", dictionary).known == {"needle"}
    assert len(TextView("a " * (MOST_TOKENS + 5), dictionary).tokens) == MOST_TOKENS
