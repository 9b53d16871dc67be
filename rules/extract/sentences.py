"""Where sentences and quotations begin and end. Linear in the text, whatever the text."""

from __future__ import annotations

import re
from typing import Final

from rules.text import Span
from rules.vocabulary import Lexicon

_STOPS: Final = re.compile(r"[.!?…\n]")  # a set alone is searched for ten times faster than the whole of what follows
# A run of full stops and what closes with it. Possessive and guarded by a look-behind, so that each run is tried once.
_BREAK: Final = re.compile(
    r"""
    (?<![.!?…])[.!?…]++["'”’»)\]]*+(?:\s++|\Z)   # end of sentence, perhaps
    | \n\s*+                                     # or a line break: headlines and paragraphs
    """,
    re.VERBOSE,
)
_LAST_WORD: Final = re.compile(r"[\w.]+\Z")
_OPENERS: Final = "\"'“„«‘(["
_LOOKBACK: Final = 24  # no abbreviation is longer

_QUOTES: Final = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«"}
_QUOTE_CHARS: Final = re.compile(r'["“”„«»]')
_LONGEST_QUOTATION: Final = 1500
_LONGEST_SENTENCE: Final = 1500  # what is longer is cut at a blank, so that later stages stay linear in any text


def find_sentences(text: str, lexicon: Lexicon, lang: str) -> tuple[Span, ...]:
    """Return the sentences in order, without the white space around them; blank text has none."""
    abbreviations = lexicon.derive(("abbreviations", lang), lambda lex: _abbreviations(lex, lang))
    spans: list[Span] = []
    start = 0
    read = 0
    for stop in _STOPS.finditer(text):
        at = stop.start()
        found = _BREAK.match(text, at) if at >= read else None
        if found is None:
            continue
        read = found.end()
        if "\n" in found[0] or _ends_sentence(text, found, abbreviations):
            _add(spans, text, start, read)
            start = read
    _add(spans, text, start, len(text))
    return tuple(spans)


def find_quotations(text: str) -> tuple[Span, ...]:
    """Return what stands between quotation marks, marks excluded; an opening without an end near by is ignored."""
    spans: list[Span] = []
    opened: tuple[str, int] | None = None
    for found in _QUOTE_CHARS.finditer(text):
        char, at = found[0], found.start()
        if opened and at - opened[1] > _LONGEST_QUOTATION:
            opened = None
        if opened and char in _QUOTES[opened[0]]:
            spans.append(Span(opened[1] + 1, at))
            opened = None
        elif opened is None and char in _QUOTES:
            opened = (char, at)
    return tuple(spans)


def _abbreviations(lexicon: Lexicon, lang: str) -> frozenset[str]:
    return frozenset(
        form.rstrip(".").casefold() for entry in lexicon.entries("abbreviations") for form in entry.of("forms", lang)
    )


def _ends_sentence(text: str, found: re.Match[str], abbreviations: frozenset[str]) -> bool:
    after = text[found.end() : found.end() + 1]
    if not after:
        return True
    if after.islower():
        return False
    if not found[0].startswith(".") or found[0].startswith(".."):
        return True
    word = _LAST_WORD.search(text, max(0, found.start() - _LOOKBACK), found.start())
    if word is None:
        return True
    last = word[0]
    if len(last) == 1 and last.isupper():
        return False  # an initial: "Elbridge A. Colby"
    if "." in last and len(last) <= 5:  # "U.S." ends a sentence only before an opener; "p.m. The" is left whole
        return after in _OPENERS
    if last.casefold() in abbreviations:
        return False
    return not (last.isdigit() and len(last) <= 2 and after.isdigit())


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > _LONGEST_SENTENCE:  # a table, a dump, a text without any full stop
        cut = (
            text.rfind(" ", start + _LONGEST_SENTENCE // 2, start + _LONGEST_SENTENCE) + 1 or start + _LONGEST_SENTENCE
        )
        spans.append(Span(start, cut))
        start = cut
    if start < end:
        spans.append(Span(start, end))
