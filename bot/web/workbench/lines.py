"""The lines of a rule file, read one after the other: which mappings, lists, texts and brackets are open. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.web.workbench.inline import Inline, Path

KEY = re.compile(r"""(?P<mark>["']?)(?P<key>[\w.-]+)(?P=mark)[ ]*:(?=[ ]|\Z)""")
BRACKETS_AND_QUOTES = frozenset("{['\"")
_BLOCK = re.compile(r"[|>][-+0-9]{0,2}[ ]*(#.*)?\Z")


@dataclass(slots=True)
class Frame:
    """A mapping or list that is open: ``step`` is the key or number of the member that is being written."""

    column: int
    is_list: bool
    step: str | int
    keys: set[str] = field(default_factory=set)
    has_value: bool = False


class Lines:
    """Reads lines one after the other; knows which mappings, lists, texts and brackets are open."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.block: int | None = None  # the column of the key whose value is the block text that is being read
        self.inline: Inline | None = None  # brackets or a quotation that run over lines

    @property
    def path(self) -> Path:
        """The way to the member that is being written."""
        return tuple(frame.step for frame in self.frames)

    def read(self, line: str) -> None:
        """Take in a whole line."""
        indent = len(line) - len(line.lstrip(" "))
        if self.block is not None:
            if not line.strip() or indent > self.block:
                return
            self.block = None
        if self.inline is not None:
            self.inline.feed(f"{line}\n")
            if not self.inline.is_open:
                self.inline = None
            return
        if not line.strip() or line.lstrip().startswith("#"):
            return
        column, _ = self.dashes(line)
        key = self.key(line, column)
        if key is not None:
            self._value(line[key.end() :], self.frames[-1].column)
        elif self.frames and self.frames[-1].is_list:
            self._value(line[column:], self.frames[-1].column)

    def dashes(self, line: str) -> tuple[int, bool]:
        """Open the lists that a line's dashes are of; return the column after them, and whether there were any."""
        column = len(line) - len(line.lstrip(" "))
        found = False
        while line.startswith("- ", column) or line[column:] == "-":
            found = True
            while self.frames and self.frames[-1].column > column:
                self.frames.pop()
            top = self.frames[-1] if self.frames else None
            if top is not None and top.is_list and top.column == column:
                top.step = int(top.step) + 1
            else:
                self.frames.append(Frame(column, True, 0))
            rest = line[column + 1 :]
            column += 1 + len(rest) - len(rest.lstrip(" "))
        return column, found

    def key(self, line: str, column: int) -> re.Match[str] | None:
        """Open the mapping that a key at this column is of."""
        found = KEY.match(line, column)
        if found is None:
            return None
        frame = self.mapping(column)
        if frame is None:
            frame = Frame(column, False, "")
            self.frames.append(frame)
        frame.step = found["key"]
        frame.keys.add(found["key"])
        frame.has_value = bool(line[found.end() :].strip())
        return found

    def mapping(self, column: int) -> Frame | None:
        """Close what lies deeper than a key at this column; return its mapping where it is open."""
        while self.frames and (
            self.frames[-1].column > column or (self.frames[-1].column == column and self.frames[-1].is_list)
        ):
            self.frames.pop()
        top = self.frames[-1] if self.frames else None
        return top if top is not None and top.column == column else None

    def _value(self, rest: str, column: int) -> None:
        value = rest.strip()
        if _BLOCK.fullmatch(value):
            self.block = column
        elif value[:1] in BRACKETS_AND_QUOTES:
            self.inline = Inline()
            self.inline.feed(f"{value}\n")
            if not self.inline.is_open:
                self.inline = None
