"""The tokens of a span, column by column: what readers look at most, cut with as few steps as possible."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import reduce
from itertools import accumulate
from operator import or_
from typing import Final

from rules.text import Span

# A word with its inner hyphens and apostrophes, digits with their groups, or a single sign. Nothing is tried twice.
_WORD: Final = r"[^\W\d_]++(?:['’ʼ.-][^\W\d_]++)*+|\d++(?:[.,]\d++)*+|\w|[^\w\s]"
_LEADING: Final = re.compile(r"\s*")
# The plainest word comes first: it is most of any text in English, and found in half the time.
_SPACED: Final = re.compile(rf"(?:[a-zA-Z]++(?=[ ,])|{_WORD})[ ]?+\s*+")


class Tokens:
    """Words, numbers and single signs: ``texts`` as they stand, ``lowers`` for look-ups, offsets into the text.

    ``bits`` are the classes of each token by itself (rules/extract/wordclasses.py), out of a mapping that knows all.
    """

    __slots__ = ("_held", "bits", "lowers", "starts", "texts")

    def __init__(self, text: str, span: Span, classes: Mapping[str, int]) -> None:
        # Every character belongs to a token or is white space behind one, so lengths add up to offsets.
        start, end = span
        if text[start : start + 1].isspace() and (blank := _LEADING.match(text, start, end)):
            start = blank.end()
        pieces = _SPACED.findall(text, start, end)
        self.texts: list[str] = list(map(str.rstrip, pieces))
        self.lowers: list[str] = list(map(str.lower, self.texts))
        self.starts: list[int] = list(accumulate(map(len, pieces), initial=start))
        self.starts.pop()
        self.bits: list[int] = list(map(classes.__getitem__, self.texts))
        self._held = -1

    @property
    def held(self) -> int:
        """The classes that any token belongs to by itself."""
        if self._held < 0:
            self._held = reduce(or_, self.bits, 0)
        return self._held

    def __len__(self) -> int:
        return len(self.texts)

    def end(self, at: int) -> int:
        """Return the offset behind a token."""
        return self.starts[at] + len(self.texts[at])


def cut(text: str) -> list[str]:
    """Return the tokens of a phrase, cut like those of a document, or phrases would never match."""
    return [piece.rstrip() for piece in _SPACED.findall(text)]
