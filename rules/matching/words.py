"""Words: how rule queries and texts are cut into the same tokens, whatever the script.

A token is a run of letters and digits with the marks that belong to them. Scripts written without blanks (Han,
kana, Thai, Lao, Khmer, Burmese) give one token per character, so that a word of theirs becomes a phrase. Tokens
compare folded: lower case, Latin and Greek letters without accents, ligatures and full-width forms taken apart,
``ß`` as ``ss``. Cyrillic keeps its letters (``й`` is not ``и``), but ``ё`` counts as ``е``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

_CODECS: Final = ("cp1252", "cp1251", "cp1250", "cp1253", "cp1254")  # most news fits one: then splitting runs in C
_JOINERS: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # invisible inside words
_SPACES: Final = ("\u202f", "\u2009", "\u2011")  # thin spaces and the hard hyphen, not in the code pages
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003134f"
)
_LAST_MARK: Final = 0x1E94A  # of the letters' marks; variation selectors further up never stand inside words
_ODD_FOLDS: Final = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ё": "е",
    "\u0307": "",  # what lower() leaves of "İ"
}  # fmt: skip


def _lower_or_blank(char: str) -> str:
    if not char.isalnum():
        return " "
    lower = char.lower()
    return lower if len(lower) == 1 else char


def _byte_table(codec: str) -> bytes:
    folded = bytearray()
    for code in range(256):
        char = bytes([code]).decode(codec, "replace")
        try:
            folded += _lower_or_blank(char).encode(codec)
        except UnicodeEncodeError:  # the lower case is not on the page: "Ÿ" and the like stay as they are
            folded += char.encode(codec)
    return bytes(folded)


_ASCII_TABLE: Final = {code: _lower_or_blank(chr(code)) for code in range(128)}
_BYTE_TABLES: Final = tuple((codec, _byte_table(codec)) for codec in _CODECS)
_RUN: Final = re.compile(r"[^ ]+")


def folded_text(text: str) -> str | None:
    """Return ``text`` in lower case, same length, blanks for all but letters and digits; None where it takes ``scan``.

    ``folded_text(text).split()`` gives the tokens of ``scan``, not yet folded, at C speed.
    """
    if text.isascii():
        return text.translate(_ASCII_TABLE)
    if "\u00ad" in text:
        return None
    plain = text
    for space in _SPACES:
        plain = plain.replace(space, " ")
    for codec, table in _BYTE_TABLES:
        try:
            return plain.encode(codec).translate(table).decode(codec)
        except UnicodeError:
            continue
    return None


def offsets(text: str) -> list[tuple[int, int]]:
    """Return the half-open span of every token of ``text``."""
    folded = folded_text(text)
    if folded is not None:
        return [found.span() for found in _RUN.finditer(folded)]
    return [found.span() for found in _scanner().finditer(text)]


def raw_tokens(text: str) -> list[str]:
    """Return the tokens of ``text`` in lower case (mostly), to be folded one by one and remembered."""
    folded = folded_text(text)
    return scan(text) if folded is None else folded.split()


def scan(text: str) -> list[str]:
    """Return the tokens of any text as they stand there: slower, knows marks, joiners and unspaced scripts."""
    return _scanner().findall(text)


def fold_token(token: str) -> str:
    """Return the form by which tokens are compared."""
    if token.isascii():
        return token.lower()
    lower = unicodedata.normalize("NFKC", token).lower()
    return "".join([_ODD_FOLDS[char] if char in _ODD_FOLDS else _without_accent(char) for char in lower])


def words(text: str) -> list[str]:
    """Return the folded tokens of ``text``."""
    return [fold_token(token) for token in raw_tokens(text)]


@cache
def _scanner() -> re.Pattern[str]:
    marks = _mark_ranges()
    return re.compile(
        rf"[{_UNSPACED}][{marks}]*|(?:(?![{_UNSPACED}])[^\W_])(?:(?![{_UNSPACED}])[^\W_{marks}]|[{marks}])*"
    )


@cache
def _mark_ranges() -> str:
    """Write all combining marks and joiners as the inside of a character class."""
    ranges: list[str] = []
    start: int | None = None
    for code in range(0x300, _LAST_MARK + 2):
        is_mark = unicodedata.category(chr(code))[0] == "M"
        if is_mark and start is None:
            start = code
        elif not is_mark and start is not None:
            ranges.append(f"{chr(start)}-{chr(code - 1)}")
            start = None
    return "".join(ranges) + _JOINERS


@cache
def _without_accent(char: str) -> str:
    if char in _JOINERS:
        return ""
    decomposed = unicodedata.normalize("NFKD", char)
    base = decomposed[0]
    if not base.isascii() and not unicodedata.name(base, "").startswith(("LATIN", "GREEK")):
        return char
    return "".join(part for part in decomposed if not unicodedata.combining(part))
