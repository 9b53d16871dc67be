"""Numbers as they are written, before anybody asks whether they are policy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.extract.digits import parse_digits, whole
from rules.extract.numbers import NumberReader
from rules.extract.numberwords import number_tables
from rules.model import Bound
from rules.text import Span
from tests.rules.extract.figure_cases import extractor

Read = tuple[float, float, Bound, str | None]


def read(text: str, lang: str = "en") -> list[Read]:
    document = extractor().document(text, lang=lang)
    tokens = document.tokens(Span(0, len(text)))
    found = NumberReader(tokens, number_tables(extractor().lexicon, lang)).numbers()
    return [(number.low, number.high, number.bound, number.unit) for number in found]


@pytest.mark.parametrize(
    ("text", "low", "high", "bound", "unit"),
    [
        ("40,000 soldiers", 40000, 40000, Bound.EXACT, None),
        ("up to 30,000 men", 30000, 30000, Bound.AT_MOST, None),
        ("2, 800 soldiers", 2800, 2800, Bound.EXACT, None),
        ("between 3,000 and 4,000 men", 3000, 4000, Bound.RANGE, None),
        ("between 3,000 to 4,000 men", 3000, 4000, Bound.RANGE, None),
        ("60 to 70 million euros", 60e6, 70e6, Bound.RANGE, "eur"),
        ("$1-2 billion", 1e9, 2e9, Bound.RANGE, "usd"),
        ("50%-52%", 50, 52, Bound.RANGE, "percent"),
        ("three or four percent", 3, 4, Bound.RANGE, "percent"),
        ("nearly a quarter of a billion dollars", 250e6, 250e6, Bound.ABOUT, "usd"),
        ("half a dozen tanks", 6, 6, Bound.EXACT, None),
        ("two and a half million people", 2.5e6, 2.5e6, Bound.EXACT, None),
        ("one hundred and five men", 105, 105, Bound.EXACT, None),
        ("twenty-six men", 26, 26, Bound.EXACT, None),
        ("US$3.5bn", 3.5e9, 3.5e9, Bound.EXACT, "usd"),
        ("$AUD492 million", 492e6, 492e6, Bound.EXACT, "aud"),
        ("29 million U.S. dollars", 29e6, 29e6, Bound.EXACT, "usd"),
        ("no less than 90 per cent", 90, 90, Bound.AT_LEAST, "percent"),
        ("anything less than $5.7 billion", 5.7e9, 5.7e9, Bound.AT_LEAST, "usd"),
        ("100 or more drones", 100, 100, Bound.AT_LEAST, None),
        ("$8.2 trillion", 8.2e12, 8.2e12, Bound.EXACT, "usd"),
    ],
)
def test_english_numbers(text: str, low: float, high: float, bound: Bound, unit: str | None) -> None:
    assert read(text) == [(low, high, bound, unit)]


@pytest.mark.parametrize(
    ("lang", "text", "low", "high", "bound", "unit"),
    [
        ("de", "40.000 Soldaten", 40000, 40000, Bound.EXACT, None),
        ("de", "rund 1,5 Milliarden Euro", 1.5e9, 1.5e9, Bound.ABOUT, "eur"),
        ("de", "ein 500-Millionen-Dollar-Kredit", 500e6, 500e6, Bound.EXACT, "usd"),
        ("de", "mindestens sieben Zivilisten", 7, 7, Bound.AT_LEAST, None),
        ("fr", "15 000 soldats", 15000, 15000, Bound.EXACT, None),
        ("fr", "6,5 milliards d'euros", 6.5e9, 6.5e9, Bound.EXACT, "eur"),
        ("fr", "plus de 3 000 hommes", 3000, 3000, Bound.AT_LEAST, None),
        ("uk", "12 тис. військових", 12000, 12000, Bound.EXACT, None),
        ("uk", "понад два мільярди євро", 2e9, 2e9, Bound.AT_LEAST, "eur"),
        ("ru", "до 4 тысяч солдат", 4000, 4000, Bound.AT_MOST, None),
        ("ru", "500 млн долларов", 500e6, 500e6, Bound.EXACT, "usd"),
        ("ru", "14 014 человек", 14014, 14014, Bound.EXACT, None),
    ],
)
def test_other_languages(lang: str, text: str, low: float, high: float, bound: Bound, unit: str | None) -> None:
    assert read(text, lang) == [(low, high, bound, unit)]


@pytest.mark.parametrize(
    "text",
    [
        "Article 5 of the treaty",
        "the G7 and the F-16",
        "in July 2023 and since 2014",
        "Zapad-2025",
        "from 1998 to 1999",
        "on Oct. 8",
        "at 10:30 (0930 GMT)",
        "Resolution 1325",
        "No. 15 on the list",
        "a vote of 220 to 211",
        "by 92-6",
        "the 1990s and the 8th",
        "one of the country's oldest",
        "fiscal 2013",
        "thousands of dollars",
    ],
)
def test_no_quantities(text: str) -> None:
    assert read(text) == []


def test_from_and_to_are_a_pair() -> None:
    text = "cut from 40 to 35 percent"
    document = extractor().document(text, lang="en")
    numbers = list(
        NumberReader(document.tokens(Span(0, len(text))), number_tables(extractor().lexicon, "en")).numbers()
    )
    assert [(number.low, number.role, number.unit) for number in numbers] == [
        (40, "prior", "percent"),
        (35, "new", "percent"),
    ]


@given(st.integers(min_value=0, max_value=10**12))
def test_grouped_digits_mean_the_same_in_every_style(value: int) -> None:
    assert parse_digits(f"{value:,}", ".") == value
    assert parse_digits(f"{value:,}".replace(",", "."), ",") == value
    assert parse_digits(f"{value:,}".replace(",", " "), ",") == value


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_whole_values_are_ints(value: int) -> None:
    assert isinstance(whole(float(value)), int)
    assert whole(float(value)) == value
