"""YAML as Tocsin reads it: plain data, strings that stay strings, and a place for every value.

Strict on purpose. Anchors, aliases, merge keys, tags, duplicate keys and further documents are refused, size and
depth are bounded before anything is built, and every problem is reported with its line and column. Scalars
follow the YAML 1.2 core schema without its number forms that lose characters: ``no``, ``on``, ``22:22``, ``010``,
``3.10`` and dates are strings; ``true``, ``12``, ``-3`` and ``0.5`` are what they look like. Keys are always strings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rules.errors import Fault, FaultsError
from rules.validation import faults_from_validation
from rules.yamlbuilder import LINE_END, MAX_DEPTH, NOT_TEXT, Builder, Mark, Value

__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "Document", "decode", "faults_from_validation", "parse"]

Path = tuple[str | int, ...]

MAX_CHARACTERS = 1024 * 1024
_MAX_REPORTED = 20  # characters that are no text come in crowds: the first ones are enough


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


def decode(data: bytes, name: str) -> str:
    """Read bytes as UTF-8. Raises FaultsError naming the line of the first byte that is not."""
    if len(data) > 4 * MAX_CHARACTERS:
        raise FaultsError([Fault(file=name, text=_too_large(f"{len(data):,} bytes"), code="TC002")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        text = f"byte 0x{data[error.start]:02x} is not UTF-8 text; save the file as UTF-8"
        raise FaultsError([Fault(file=name, line=line, column=column, text=text, code="TC013")]) from None


def parse(text: str, name: str) -> Document:
    """Read the one YAML document in ``text``. Raises FaultsError with every problem found; ``name`` is the file's."""
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_CHARACTERS:
        raise FaultsError([Fault(file=name, text=_too_large(f"{len(text):,} characters"), code="TC002")])
    faults = list(_not_text(text, name))
    if faults:
        raise FaultsError(faults)
    builder = Builder(name, text)
    builder.run()
    if builder.faults:
        raise FaultsError(builder.faults)
    return Document(name, builder.root, text, builder.start, builder.key_marks, builder.value_marks)


def _too_large(size: str) -> str:
    return f"the file has {size}, more than the {MAX_CHARACTERS:,} allowed; split it into several files"


def _not_text(text: str, name: str) -> Iterator[Fault]:
    for count, found in enumerate(NOT_TEXT.finditer(text)):
        if count == _MAX_REPORTED:
            return
        before = text[: found.start()]
        ends = list(LINE_END.finditer(before))
        column = found.start() - (ends[-1].end() if ends else 0) + 1
        shown = f"the invisible character U+{ord(found[0]):04X} is not allowed; delete it"
        yield Fault(file=name, line=len(ends) + 1, column=column, text=shown, code="TC009")
