"""Words and phrases of a query: from what somebody wrote to tokens as texts are cut into, wildcards checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.matching.words import fold_token, offsets
from rules.query.ast import Phrase, Word
from rules.query.lexer import Problem

_WILDCARDS = frozenset("*?!")
_STAR_INSIDE = "a * can only end a word (withdraw*); for other wildcards use re:/.../"
_QUESTION_MARK = "? is not a wildcard here; use OR, or re:/.../"


def read_phrase(
    text: str, start: int, *, quotes: int = 0, caps: bool = False
) -> tuple[Word | Phrase, Sequence[Problem]]:
    """Read a bare word or what stands in quotes; several tokens in one word are a phrase too.

    ``text`` stands at offset ``start`` of the query, with ``quotes`` characters of quotation marks on either side.
    """
    first, last = start - quotes, start + len(text) + quotes
    bare = text.removesuffix("*")
    if bare.isascii() and bare.isalnum():  # most words: nothing to take apart
        return Word(text=bare.lower(), prefix=bare != text, caps=caps, start=first, end=last), ()
    words = [_word(text, start, left, right, caps=caps) for left, right in offsets(text)]
    problems = () if _WILDCARDS.isdisjoint(text) else tuple(_wildcard_problems(text, start, words))
    if len(words) > 1:
        return Phrase(words=tuple(words), start=first, end=last), problems
    if words:
        (one,) = words
        return Word(text=one.text, prefix=one.prefix, caps=caps, start=first, end=last), problems
    nothing = Problem(start, f'"{text}" has no letter or digit to look for', "TC212")
    return Word(text="", start=first, end=last), problems or (nothing,)


def _word(text: str, start: int, left: int, right: int, *, caps: bool) -> Word:
    prefix = text[right : right + 1] == "*"
    folded = fold_token(text[left:right])
    return Word(text=folded, prefix=prefix, caps=caps, start=start + left, end=start + right + prefix)


def _wildcard_problems(text: str, start: int, words: Sequence[Word]) -> Iterator[Problem]:
    ends = {word.end - 1 - start for word in words if word.prefix}
    for offset, char in enumerate(text):
        before_letter = text[offset + 1 : offset + 2].isalnum()
        if char == "*" and (offset not in ends or before_letter):
            yield Problem(start + offset, _STAR_INSIDE, "TC207")
        elif char == "?" and before_letter:
            yield Problem(start + offset, _QUESTION_MARK, "TC207")
    if text.endswith("!") and len(text) > 1:
        yield Problem(start, f'"{text}": here the wildcard is a star: {text[:-1]}*', "TC207")
