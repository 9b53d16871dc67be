"""What of an article to quote below an alert: whole sentences, verbatim, chosen for the claims that ring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rules.model import Claim
from rules.text import Span

LEAST = 3
MOST = 5
LONGEST = 600  # code points; a longer "sentence" is a list or a page without full stops


def choose(sentences: Sequence[Span], claims: Iterable[Claim]) -> tuple[Span, ...]:
    """Return three to five of ``sentences`` in their order: those that hold a claim, then the opening ones.

    ``claims`` come strongest first; where they stand in more than five sentences, the strongest win.
    """
    usable = [sentence for sentence in sentences if sentence.end - sentence.start <= LONGEST]
    chosen: dict[Span, None] = {}
    for claim in claims:
        holding = (one for one in usable if one.start <= claim.start and claim.end <= one.end)
        for sentence in holding:
            if len(chosen) < MOST:
                chosen[sentence] = None
    for sentence in usable:
        if len(chosen) >= LEAST:
            break
        chosen[sentence] = None
    return tuple(sorted(chosen, key=lambda sentence: sentence.start))
