"""Durations and sizes as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("10m", 600), ("1h", 3600), ("7d", 604800), ("2w", 1209600), ("1.5 hours", 5400), (" 10 MIN ", 600)],
)
def test_a_duration_is_read(text: str, seconds: float) -> None:
    assert duration.seconds(text) == seconds


@pytest.mark.parametrize("text", ["10", "", "m", "-5m", "1h30m", "10 parsecs", "ten minutes", "1e3s", "inf"])
def test_what_is_no_duration_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match="write a number and s, m, h, d or w, like 10m or 96h"):
        duration.seconds(text)


@pytest.mark.parametrize("text", ["11000d", "9" * 400 + "w"])
def test_more_than_ten_years_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="more than ten years"):
        duration.seconds(text)


@pytest.mark.parametrize(
    ("text", "size"), [("512", 512), ("500 KB", 500_000), ("5 MiB", 5 * 1024**2), ("0.5mb", 500_000), ("7b", 7)]
)
def test_a_size_is_read(text: str, size: int) -> None:
    assert duration.size(text) == size


@pytest.mark.parametrize("text", ["", "5 XB", "1 GiB", "k", "-1 KB", "5 ki"])
def test_what_is_no_size_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match="is not a size"):
        duration.size(text)


@pytest.mark.parametrize("text", ["1025 MiB", "9" * 400 + " MB"])
def test_more_than_a_gibibyte_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="more than 1024 MiB"):
        duration.size(text)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (45, "45 s"), (90, "1.5 min"), (10_800, "3 h"), (172_800, "2 d")]
)
def test_seconds_are_written_shortly(seconds: float, words: str) -> None:
    assert duration.in_words(seconds) == words


@given(st.text(max_size=20))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    for read in (duration.seconds, duration.size):
        try:
            assert read(text) >= 0
        except ValueError as error:
            assert "write a" in str(error)  # noqa: PT017 - most texts are refused, and how is the point
