"""Patterns that stall a backtracking engine are answered at once, or refused."""

from __future__ import annotations

import time

import pytest

from rules.query.patterns import PatternError, compile_pattern

STALLING = [
    r"(a+)+$",
    r"(a|aa)+$",
    r"(a|a?)+$",
    r"(.*a){12}$",
    r"(\w+\s?)+:",
    r"\s+$",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(x+x+)+y",
]


@pytest.mark.parametrize("pattern", STALLING)
def test_a_stalling_pattern_is_linear(pattern: str) -> None:
    text = ("a" * 50_000 + " " * 50_000 + "!").encode()
    try:
        compiled = compile_pattern(pattern)
    except PatternError:
        return
    start = time.process_time()
    compiled.is_in(text)
    list(compiled.spans(text))
    assert time.process_time() - start < 1.0
