"""Brackets and quotations of YAML, read as far as they have been written. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

Path = tuple[str | int, ...]


class Open(StrEnum):
    """What comes next where the reading has come to."""

    KEY = "key"
    VALUE = "value"
    CLOSED = "closed"


@dataclass(slots=True)
class _Bracket:
    is_list: bool
    key: str | None = None  # of a mapping: the one whose value comes
    index: int = 0
    keys: set[str] = field(default_factory=set)


class Inline:
    """Reads a value that begins with a bracket or a quotation mark; ``feed`` it piece by piece."""

    def __init__(self) -> None:
        self.quote = ""
        self._stack: list[_Bracket] = []
        self._token = ""
        self._was_quoted = False
        self._in_comment = False
        self._last = ""
        self.is_glued = False

    @property
    def depth(self) -> int:
        """How many brackets are open."""
        return len(self._stack)

    @property
    def is_open(self) -> bool:
        """Whether more has to come."""
        return bool(self._stack or self.quote)

    @property
    def path(self) -> Path:
        """The way from the value to what comes next in it."""
        steps: list[str | int] = []
        for bracket in self._stack:
            if bracket.is_list:
                steps.append(bracket.index)
            elif bracket.key is not None:
                steps.append(bracket.key)
        return tuple(steps)

    @property
    def wants(self) -> Open:
        """What comes next."""
        if self._in_comment or not self.is_open or (self._was_quoted and not self.quote):
            return Open.CLOSED
        top = self._stack[-1] if self._stack else None
        return Open.KEY if top is not None and not top.is_list and top.key is None else Open.VALUE

    @property
    def keys(self) -> set[str]:
        """The keys of the innermost mapping so far."""
        return self._stack[-1].keys if self._stack else set()

    @property
    def typed(self) -> str:
        """What stands there already of the key or value that comes next, on the line that was fed last."""
        return self._token.rpartition("\n")[2].lstrip()

    def feed(self, piece: str) -> None:
        """Read on."""
        for place, letter in enumerate(piece):
            following = piece[place + 1 : place + 2]
            if self._in_comment:
                self._in_comment = letter != "\n"
            elif self.quote:
                self._quoted(letter)
            elif letter == "'" and self._last == "'" and self._was_quoted:
                self.quote = letter  # an apostrophe, written twice
            elif letter in {'"', "'"} and not self._token.strip():
                self.quote, self._token, self._was_quoted = letter, "", True
            elif letter == "#" and self._last in {"", " ", "\n"}:
                self._in_comment = True
            else:
                self._plain(letter, following)
            self._last = letter

    def _quoted(self, letter: str) -> None:
        if letter == self.quote and self._last != "\\":
            self.quote = ""
        else:
            self._token += letter

    def _plain(self, letter: str, following: str) -> None:
        self.is_glued = False
        top = self._stack[-1] if self._stack else None
        if letter in {"{", "["}:
            self._stack.append(_Bracket(is_list=letter == "["))
            self._reset()
        elif letter in {"}", "]"} and top is not None:
            self._stack.pop()
            self._reset()
            self._was_quoted = True  # a value is complete: nothing comes before the next comma
        elif letter == "," and top is not None:
            top.key, top.index = None, top.index + 1
            self._reset()
        elif letter == ":" and top is not None and not top.is_list and top.key is None and following in {"", " ", "\n"}:
            top.key = self._token.strip()
            top.keys.add(top.key)
            self._reset()
            self.is_glued = not following
        else:
            self._token += letter

    def _reset(self) -> None:
        self._token, self._was_quoted = "", False
