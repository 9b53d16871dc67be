"""Any text gives positions whose spans slice back to their quotes, in time that grows with the text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.extract.position_cases import extractor

WORDS = (
    "Russia", "China", "Emmanuel Macron", "he", "they", "who", "which", "that", "said", "told Reuters", "rejected",
    "calls for", "is ready to", "was backed by", "would not", "unless", "only if", "in exchange for", "refused to",
    "opposition to", "its demand for", "the plan", "a ban", "citing", "according to", "sources", ",", ".",
    '"', "“", "”", "lehnte", "ab", "Frankreich", "dass", "zufolge", "«", "»", "Россия", "отказалась", "сообщает",
    "ТАСС",
    "s'oppose à", "L'Allemagne", "Польща", "закликав", "(", ")", "-", "…", "\n", "\u202e", "\ud800", "\x00", "2001",
    "and", "but", "we",
)  # fmt: skip
LANGUAGES = ("en", "de", "fr", "uk", "ru", "es", "xx", "")
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=40).map("".join),
)


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, lang=st.sampled_from(LANGUAGES))
def test_spans_slice_back_to_the_quotes(text: str, lang: str) -> None:
    extraction = extractor().extract(text, lang=lang, outlet="Reuters")
    for position in extraction.positions:
        assert text[position.start : position.end] == position.quote != ""
        assert position.proposition
        assert position.actor
        assert (position.stance == "conditional") is (position.condition is not None)
        assert position.condition is None or position.condition in text
        for evidence in position.evidence:
            assert 0 <= evidence.start < evidence.end <= len(text)
    assert "Reuters" not in extraction.provenance.chain


HOSTILE = {
    "one word": "rejected ",
    "one clause": "Russia rejected the plan and ",
    "open quotation marks": "“Russia rejected the plan, he said ",
    "sentences": "Russia rejected the plan unless he said so. ",
    "conditions": "will not unless it ",
    "no spaces": "rejectedthe",
    "German": "lehnte sagte wenn ab ",
    "brackets": "(said ",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_with_the_text_and_not_faster(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        started = time.process_time()
        extractor().extract(text, lang="de" if unit.startswith("lehnte") else "en")
        return time.process_time() - started

    seconds(1_000)
    small, large = seconds(20_000), seconds(80_000)
    assert large < 10 * small + 0.5
