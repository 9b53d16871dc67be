r"""Regexes of rules: RE2 only, so that no pattern can stall the bot, with Unicode where RE2 has ASCII.

RE2's ``\w``, ``\d`` and ``\b`` know ASCII only. ``\w`` and ``\d`` are widened to Unicode classes; ``\b`` is allowed at
the two ends of a pattern, where the edge is checked by wrapping the pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_WIDE = {"w": r"\pL\pN\pM_", "d": r"\p{Nd}", "s": r"\s\x{00A0}\x{2009}\x{202F}"}
_EDGE_BEFORE = r"(?:^|[^\pL\pN\pM_])"
_EDGE_AFTER = r"(?:$|[^\pL\pN\pM_])"
_UNSUPPORTED = (
    (re.compile(r"\(\?<?[=!]"), "look-around", "say what has to be near or absent with W/n and NOT"),
    (re.compile(r"\(\?P=|\\[1-9]"), "back-references", "write the repeated part out"),
    (
        re.compile(r"\(\?>|[*+?}]\+"),
        "atomic groups and possessive repeats",
        "leave the + or (?> out: RE2 never backtracks",
    ),
)
_MAX_PATTERN = 1000


class PatternError(ValueError):
    """The pattern cannot be used; the text says why and what to write instead."""


def pattern_problem(pattern: str) -> str | None:
    """Return what is wrong with a pattern and what to write instead, or None."""
    try:
        compile_pattern(pattern)
    except PatternError as error:
        return str(error)
    return None


class Pattern:
    """A compiled pattern. Texts are UTF-8, and so are the places in them.

    RE2 keeps track of groups with an engine that is thirty times slower than the one that tells where a match is, so
    groups are left out wherever the whole match is what is asked for.
    """

    def __init__(self, whole: Any, edged: Any | None) -> None:
        self._whole = whole
        self._edged = edged  # has what stands between the edges as group 1; None where a pattern has no edges

    def is_in(self, text: bytes) -> bool:
        """Tell whether the pattern is somewhere in the text."""
        return self._whole.search(text) is not None

    def spans(self, text: bytes) -> Iterator[tuple[int, int]]:
        """Yield the places of the matches, without the edges around them."""
        if self._edged is None:
            return (match.span() for match in self._whole.finditer(text))
        return (match.span(1) for match in self._edged.finditer(text))


@lru_cache(maxsize=4096)
def compile_pattern(pattern: str) -> Pattern:
    """Compile for RE2: case-insensitive, Unicode classes. Raises PatternError."""
    import re2

    if len(pattern) > _MAX_PATTERN:
        raise PatternError(f"the pattern has {len(pattern)} characters; at most {_MAX_PATTERN} are allowed")
    widened, has_edges = _widen(pattern)
    try:
        compiled = Pattern(
            re2.compile(widened.encode(), _options(never_capture=True)),
            re2.compile(widened.encode(), _options(never_capture=False)) if has_edges else None,
        )
        matches_nothing = compiled.is_in(b"")
    except re2.error as error:
        raise PatternError(_refusal(pattern, error)) from None
    if matches_nothing:
        raise PatternError("the pattern also matches an empty text, so it would match everywhere; make a part required")
    return compiled


def _options(*, never_capture: bool) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.max_mem = 1 << 23
    options.never_capture = never_capture
    return options


def _refusal(pattern: str, error: Exception) -> str:
    for found, what, instead in _UNSUPPORTED:
        if found.search(pattern):
            return f"patterns have no {what} (they have to run in linear time); {instead}"
    reason = error.args[0] if error.args else error
    return f"the pattern cannot be read: {reason.decode() if isinstance(reason, bytes) else reason}"


def _widen(pattern: str) -> tuple[str, bool]:
    """Return the pattern as RE2 needs it, what is between its edges as group 1, and whether it has edges."""
    before, core, after = _edges(pattern)
    if (before or after) and _has_top_level_bar(core):
        raise PatternError(r"\b at the end of one alternative only; write \b(?:one|two)\b")
    inside = "".join(_widened_parts(core))
    return f"{_EDGE_BEFORE if before else ''}({inside}){_EDGE_AFTER if after else ''}", before or after


def _edges(pattern: str) -> tuple[bool, str, bool]:
    before = pattern.startswith(r"\b")
    core = pattern[2:] if before else pattern
    after = core.endswith(r"\b") and not core.endswith(r"\\b")
    return before, core[:-2] if after else core, after


def _pieces(pattern: str) -> Iterator[tuple[str, bool]]:
    """Yield the pattern's pieces (a character, or a backslash with what it escapes) and whether in a class."""
    place, in_class = 0, False
    while place < len(pattern):
        piece = pattern[place : place + 2] if pattern[place] == "\\" else pattern[place]
        yield piece, in_class
        if piece == "[" and not in_class:
            in_class = True
            following = re.compile(r"\^?\]?").match(pattern, place + 1)
            if following and following[0]:
                yield following[0], True
                place += len(following[0])
        elif piece == "]" and in_class:
            in_class = False
        place += len(piece)


def _widened_parts(core: str) -> Iterator[str]:
    for piece, in_class in _pieces(core):
        if piece in {r"\b", r"\B"} and not in_class:
            raise PatternError(
                r"\b is understood at the two ends of a pattern only; elsewhere write what may stand there, as [^\pL]"
            )
        wide = _WIDE.get(piece[1:].lower()) if len(piece) == 2 and piece[0] == "\\" else None
        if wide is None:
            yield piece
        elif piece[1].islower():
            yield wide if in_class else f"[{wide}]"
        elif in_class:
            yield piece
        else:
            yield f"[^{wide}]"


def _has_top_level_bar(core: str) -> bool:
    depth = 0
    for piece, in_class in _pieces(core):
        if in_class:
            continue
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and depth == 0:
            return True
    return False
