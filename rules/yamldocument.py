"""A YAML document as plain data, and where in its file each value stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

LINE_END = re.compile(r"\r\n|\n|\r")

Mark = tuple[int, int]
"""Line and column, both from 1."""

Value = Any
"""dict[str, Value], list[Value], str, int, float, bool or None."""

Path = tuple[str | int, ...]
"""Keys and places in lists that lead to a value."""


@dataclass(frozen=True, slots=True)
class Document:
    """The one document of a file. Lines and columns count from 1."""

    name: str
    value: Value
    text: str = field(repr=False, default="")
    _start: Mark = field(repr=False, default=(1, 1))
    _keys: dict[int, dict[str, Mark]] = field(repr=False, default_factory=dict)  # id of the mapping -> its keys' marks
    _values: dict[int, dict[Any, Mark]] = field(repr=False, default_factory=dict)  # id of the collection -> members'

    def known(self, path: Sequence[str | int]) -> Path:
        """Return the longest leading part of ``path`` that exists in the document."""
        here, steps = self.value, 0
        for step in path:
            in_list = isinstance(here, list) and isinstance(step, int) and 0 <= step < len(here)
            if not in_list and not (isinstance(here, dict) and step in here):
                break
            here = here[step]
            steps += 1
        return tuple(path[:steps])

    def at(self, path: Sequence[str | int]) -> Value:
        """Return the value at ``path``. Raises KeyError or IndexError where there is none."""
        here = self.value
        for step in path:
            here = here[step]
        return here

    def position(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Return line and column of the value at ``path``, or of its nearest ancestor that exists."""
        known = self.known(path)
        if not known:
            return self._start
        return self._values[id(self.at(known[:-1]))][known[-1]]

    def key_position(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Return line and column of the key that ``path`` ends with; of the value where there is no key."""
        known = self.known(path)
        if known and isinstance(known[-1], str) and len(known) == len(path):
            return self._keys[id(self.at(known[:-1]))][known[-1]]
        return self.position(path)

    def inner_position(self, path: Sequence[str | int], offset: int) -> tuple[int, int]:
        """Return where character ``offset`` of the text at ``path`` stands; where its scalar begins when unsure."""
        line, column = self.position(path)
        value = self.at(self.known(path))
        source = LINE_END.split(self.text)[line - 1 :]
        if not isinstance(value, str) or not source:
            return line, column
        head = source[0][column - 1 :]
        if head.startswith("|"):
            return _inside_block(source[1:], value, offset, line + 1) or (line, column)
        quoted = head[:1] in {"'", '"'}
        body = head[1:] if quoted else head
        return (line, column + offset + quoted) if body[:offset] == value[:offset] else (line, column)


def _inside_block(source: Sequence[str], value: str, offset: int, first_line: int) -> Mark | None:
    down = value.count("\n", 0, offset)
    across = offset - (value.rfind("\n", 0, offset) + 1)
    if down >= len(source):
        return None
    indent = source[down].find(value.split("\n")[down])
    return (first_line + down, indent + across + 1) if indent >= 0 else None
