"""Text as the extractor sees it: folded for look-ups, cut into spans, never changed in length.

Every function here is linear in the text and total: controls, lone surrogates and any script are fine.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple


class Span(NamedTuple):
    """Half-open code-point offsets into a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words at this span."""
        return text[self.start : self.end]


ARTICLES: Final = frozenset({"the", "die", "der", "das", "dem", "den", "des", "le", "la", "les", "l", "el"})
"""The articles that names of outlets are written with and without."""

_ODD: Final = {
    "ё": "е",
    "Ё": "е",
    "İ": "i",
}  # Russian print mostly leaves the dots out; lower() would lengthen the last


def _fold_char(char: str) -> str:
    if not char.isalnum():
        return " "
    lower = _ODD.get(char, char.lower())
    return lower if len(lower) == 1 else char


class _FoldTable(dict[int, str]):
    def __missing__(self, code: int) -> str:
        return _fold_char(chr(code))


def _byte_table(codec: str) -> bytes:
    chars = (bytes([code]).decode(codec, "replace") for code in range(256))
    return b"".join(_fold_char(char).encode(codec, "replace") for char in chars)


_TABLE: Final = _FoldTable({code: _fold_char(chr(code)) for code in range(0x180)})
_CODECS: Final = tuple((codec, _byte_table(codec)) for codec in ("latin-1", "cp1251"))
_TYPOGRAPHY: Final = "\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026\u2022\u202f\u2009"


def fold(text: str) -> str:
    """Return ``text`` in lower case with a blank for every character that is no letter or digit.

    The length never changes, so offsets into the result are offsets into ``text``. "U.S.-led" becomes "u s  led".
    """
    if text.isascii():
        return text.translate(_TABLE)
    plain = text
    for char in _TYPOGRAPHY:
        plain = plain.replace(char, " ")
    for codec, table in _CODECS:  # ten times faster than translating code points, and most news fits one of them
        try:
            return plain.encode(codec).translate(table).decode(codec)
        except UnicodeError:
            continue
    return plain.translate(_TABLE)


@lru_cache(maxsize=8192)  # the same few names come again and again: half the time of reading the ledger
def fold_name(name: str) -> str:
    """Return a name as a look-up key: folded, with single blanks ("U.S.-led" becomes "u s led")."""
    return " ".join(fold(name).split())


@lru_cache(maxsize=8192)
def outlet_key(name: str) -> str:
    """Return the name of an outlet or another origin as a look-up key: "The Fenn Ledger" and "Fenn Ledger" are one."""
    key = fold_name(name)
    article, _, rest = key.partition(" ")
    return rest if rest and article in ARTICLES else key
