"""The sentence that says why an item went where it went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rules.stories.model import StoryKind

_SHOWN: Final = 4


def describe(
    kind: StoryKind,
    score: float,
    *,
    names: Sequence[str] = (),
    words: Sequence[str] = (),
    numbers: Sequence[str] = (),
    days: float | None = None,
) -> str:
    """Say what an item shares with the nearest story: names, words, numbers, and how many days lie between."""
    if kind is StoryKind.NEW:
        return f"a story of its own: nothing of the window is near it (nearest {score:.2f})"
    shared = [
        f"{label} {', '.join(found[:_SHOWN])}"
        for label, found in (("names", names), ("words", words), ("numbers", numbers))
        if found
    ]
    opening = "same story" if kind is StoryKind.JOIN else "a story of its own, related to another"
    return f"{opening} ({score:.2f}): shares {'; '.join(shared) or 'its words'}{_gap(days)}"


def _gap(days: float | None) -> str:
    if days is None:
        return "; undated"
    if days < 1:
        return "; same day"
    return f"; {days:.0f} day{'s' if round(days) != 1 else ''} apart"
