"""Where in a rule file somebody types: read from what stands before the cursor, however unfinished it is. Pure.

A checker has to refuse what is no YAML; while somebody types, nearly everything is none. So this reads indentation,
dashes, keys and brackets line by line, and takes them for what they most likely are meant to be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.web.workbench.inline import Inline, Open, Path
from bot.web.workbench.lines import BRACKETS_AND_QUOTES, KEY, Lines

_WORD_REST = re.compile(r"[\w.-]*")


class Wants(StrEnum):
    """What can stand at the cursor."""

    KEY = "key"  # of the mapping at the path
    VALUE = "value"  # the value at the path, on the line of its key or in brackets
    NODE = "node"  # anything: a value, or the first key of a mapping
    WORDS = "words"  # a part of the text at the path
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place to type at. ``typed`` is what stands there already, before the cursor; ``rest`` the word's end after it.

    ``used`` are keys that the mapping has. ``indent`` is the column of a key there, from 0. ``quote`` is the mark of an
    open quotation. ``is_glued`` tells that a blank is missing after the colon.
    """

    path: Path = ()
    wants: Wants = Wants.NOTHING
    typed: str = ""
    rest: str = ""
    used: frozenset[str] = frozenset()
    indent: int = 0
    quote: str = ""
    in_brackets: bool = False
    is_glued: bool = False
    has_colon: bool = False


def place_of(text: str, line: int, column: int) -> Place:
    """Return what stands at a cursor: ``line`` from 0, ``column`` in code points from 0."""
    lines = text.split("\n")
    if not 0 <= line < len(lines):
        return Place()
    reader = Lines()
    for each in lines[:line]:
        reader.read(each)
    before, after = lines[line][:column], lines[line][column:]
    found = _Cursor(reader, before, after, lines[line + 1 :])
    return found.place()


class _Cursor:
    """The line of the cursor: what stands before it there, after it, and below."""

    def __init__(self, reader: Lines, before: str, after: str, below: list[str]) -> None:
        self.reader = reader
        self.before = before
        self.after = after
        self.below = below
        rest = (_WORD_REST.match(after) or [""])[0]
        self.here = Place(rest=rest, has_colon=after[len(rest) :].lstrip(" ").startswith(":"))

    def place(self) -> Place:
        """Tell what is typed."""
        reader, before = self.reader, self.before
        indent = len(before) - len(before.lstrip(" "))
        if reader.block is not None:
            if indent > reader.block:
                return self._words(before.lstrip())
            reader.block = None
        if reader.inline is not None:
            reader.inline.feed(before)
            return self._in_brackets(reader.path, reader.inline)
        if before.lstrip().startswith("#"):
            return Place()
        column, has_dash = reader.dashes(before)
        key = reader.key(before, column)
        if key is not None:
            return self._after_key(before[key.end() :])
        return self._without_key(before[column:], column, has_dash=has_dash)

    def _after_key(self, value: str) -> Place:
        typed = value.lstrip(" ")
        if re.search(r"(?:^|\s)#", value):
            return Place()
        if typed[:1] in BRACKETS_AND_QUOTES:
            inline = Inline()
            inline.feed(typed)
            return self._in_brackets(self.reader.path, inline)
        if typed[:1] in {"|", ">", "&", "*", "!"}:
            return Place()
        return replace(self.here, path=self.reader.path, wants=Wants.VALUE, typed=typed, is_glued=not value)

    def _without_key(self, typed: str, column: int, *, has_dash: bool) -> Place:
        reader = self.reader
        if has_dash:
            if typed[:1] in BRACKETS_AND_QUOTES:
                inline = Inline()
                inline.feed(typed)
                return self._in_brackets(reader.path, inline)
            wants = Wants.NODE if self.before.rstrip(" ") != self.before or typed else Wants.NOTHING
            return self._member(reader.path, wants, typed, self._keys_below(column), column)
        frame = reader.mapping(column)
        if frame is not None or not reader.frames:
            if column and frame is None:
                return Place()
            used = self._keys_below(column) | (frame.keys if frame is not None else set())
            return self._member(reader.path[:-1], Wants.KEY, typed, used, column)
        top = reader.frames[-1]
        if top.is_list:
            return Place()
        if top.has_value:
            return self._words(typed)
        return self._member(reader.path, Wants.NODE, typed, self._keys_below(column), column)

    def _in_brackets(self, base: Path, inline: Inline) -> Place:
        wants = {Open.KEY: Wants.KEY, Open.VALUE: Wants.VALUE, Open.CLOSED: Wants.NOTHING}[inline.wants]
        return replace(
            self.here,
            path=(*base, *inline.path),
            wants=wants,
            typed=inline.typed,
            used=frozenset(inline.keys | self._keys_behind()) if wants is Wants.KEY else frozenset(),
            quote=inline.quote,
            in_brackets=inline.depth > 0,
            is_glued=inline.is_glued,
        )

    def _words(self, typed: str) -> Place:
        return replace(self.here, path=self.reader.path, wants=Wants.WORDS, typed=typed)

    def _member(self, path: Path, wants: Wants, typed: str, used: frozenset[str], column: int) -> Place:
        return replace(self.here, path=path, wants=wants, typed=typed, used=used, indent=column)

    def _keys_below(self, column: int) -> frozenset[str]:
        """Return the keys that follow in the mapping at this column."""
        found: set[str] = set()
        for line in self.below:
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            indent = len(line) - len(line.lstrip(" "))
            if indent < column:
                break
            key = KEY.match(line, column) if indent == column else None
            if key is not None:
                found.add(key["key"])
        return frozenset(found)

    def _keys_behind(self) -> frozenset[str]:
        """Return the keys that follow in the brackets that the cursor is in, on its line."""
        depth, found = 0, set[str]()
        for part in re.finditer(r"[{\[]|[}\]]|([\w.-]+)[ ]*:(?=[ ])", self.after):
            if part[0] in {"{", "["}:
                depth += 1
            elif part[0] in {"}", "]"}:
                depth -= 1
                if depth < 0:
                    break
            elif depth == 0:
                found.add(part[1])
        return frozenset(found)
