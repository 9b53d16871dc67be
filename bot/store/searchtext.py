"""Text and queries as the full-text index sees them: folded here, so that every database finds the same. Pure.

query ─read→ terms: all of (any of (phrase, word, word*)), none of (...) ─spell→ what FTS5 or PostgreSQL is asked
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules.errors import TocsinError

MOST_TERMS = 20
LEAST_START = 3  # letters before a star; fewer begin thousands of words, and take seconds to look for
_TERM = re.compile(r"""(?P<minus>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"()]+))""")
# Scripts written without blanks: every character is a word of its own, and a query's run of them a phrase.
_UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f])")

_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}

# Letters that Unicode takes for letters of their own, and people leave the stroke out of.
_PLAIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe"})


class QueryError(TocsinError):
    """A query asks for nothing that can be looked for; the text says what would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Folded words that stand side by side. ``is_open``: the last one may go on (``withdraw*``)."""

    words: tuple[str, ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearch:
    """Every group of ``wanted`` has to hold, by one of its terms; no term of ``unwanted`` may."""

    wanted: tuple[tuple[Term, ...], ...]
    unwanted: tuple[Term, ...] = ()


def folded(text: str) -> str:
    """Return text in lower case without accents, with a blank for everything that is no letter, digit or mark.

    Unlike ``rules.text.fold`` it may change the length: nothing is located in the result.
    """
    if text.isascii():
        return text.translate(_ASCII)
    plain = _without_accents(text)
    return _UNSPACED.sub(r" \1 ", "".join(char if char.isalnum() else " " for char in plain))


def read(query: str) -> TextSearch:
    """Read words (all are wanted), "phrases", ``a OR b``, ``-without``, ``start*``. Raises QueryError."""
    wanted: list[list[Term]] = []
    unwanted: list[Term] = []
    joins = False
    for match in _TERM.finditer(query):
        word = match["word"]
        if word == "OR" and not match["minus"]:
            joins = bool(wanted)
            continue
        if word in {"AND", "NOT"} and not match["minus"]:
            raise QueryError("all words are looked for anyway, and a word is left out with a minus: troops -cheese")
        term = _term(match)
        if term is None:
            continue
        if match["minus"]:
            unwanted.append(term)
        elif joins:
            wanted[-1].append(term)
        else:
            wanted.append([term])
        joins = False
    if not wanted:
        raise QueryError('nothing to look for; write words, "phrases", a OR b, or -without, like: "un mandate" troops')
    if len(wanted) + len(unwanted) > MOST_TERMS or any(len(group) > MOST_TERMS for group in wanted):
        raise QueryError(f"the query has more than {MOST_TERMS} words; ask for fewer")
    return TextSearch(wanted=tuple(tuple(group) for group in wanted), unwanted=tuple(unwanted))


def spell(search: TextSearch, mark: str = "") -> str:
    """Write a search as FTS5 reads it. Only folded words in quotes and our own operators: nothing can break out.

    ``mark`` stands before each word, as in the documents that are looked for.
    """
    text = " AND ".join(_any_of(group, mark) for group in search.wanted)
    return f"({text}) NOT {_any_of(search.unwanted, mark)}" if search.unwanted else text


def spell_tsquery(search: TextSearch, *, with_places: bool = True) -> str:
    """Write a search as PostgreSQL reads it, or one that finds more: the words of phrases, wherever they stand."""
    joint = " <-> " if with_places else " & "
    text = " & ".join(_any_as_tsquery(group, joint) for group in search.wanted)
    is_exact = with_places and search.unwanted
    return f"{text} & !{_any_as_tsquery(search.unwanted, joint)}" if is_exact else text


def holds(search: TextSearch, title: str, body: str) -> bool:
    """Tell whether a search finds a document of folded text: what the databases answer, said plainly."""
    parts = [title.split(), body.split()]

    def has(term: Term) -> bool:
        return any(_stands_at(term, words, at) for words in parts for at in range(len(words)))

    return all(any(map(has, group)) for group in search.wanted) and not any(map(has, search.unwanted))


def _stands_at(term: Term, words: list[str], at: int) -> bool:
    *first, last = term.words
    end = at + len(first)
    if end >= len(words) or words[at:end] != first:
        return False
    return words[end].startswith(last) if term.is_open else words[end] == last


def _any_as_tsquery(terms: Iterable[Term], joint: str) -> str:
    spelled = (joint.join(f"'{word}'" for word in term.words) + (":*" if term.is_open else "") for term in terms)
    return "(" + " | ".join(f"({one})" for one in spelled) + ")"


def _any_of(terms: Iterable[Term], mark: str) -> str:
    joint = f" {mark}"
    spelled = (f'"{mark}{joint.join(term.words)}"{" *" if term.is_open else ""}' for term in terms)
    return "(" + " OR ".join(spelled) + ")"


def _term(match: re.Match[str]) -> Term | None:
    raw = match["phrase"] if match["word"] is None else match["word"]
    words = tuple(_words(raw))
    if words and raw.endswith("*") and len(words[-1]) < LEAST_START:
        raise QueryError(f"write at least {LEAST_START} letters before the star, like withdraw*")
    return Term(words=words, is_open=raw.endswith("*")) if words else None


def _words(raw: str) -> Iterator[str]:
    yield from folded(raw).split()


def _without_accents(text: str) -> str:
    # Casefold turns "ß" into "ss"; what is left over after taking letters apart are the accents.
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()  # fancy capitals
    return plain.translate(_PLAIN_LETTERS)
