"""What a command is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LONGEST_VALUE = 300  # code points of one option's value


class Role(StrEnum):
    """Who may run a command; each role includes the ones before it."""

    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    def allows(self, needed: Role) -> bool:
        """Tell whether this role may do what ``needed`` may do."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Completion(StrEnum):
    """Where the suggestions for an option come from."""

    NONE = "none"
    TOPIC = "topic"
    SUBSCRIBED = "subscribed"
    COMMAND = "command"
    FEED = "feed"
    STORY = "story"
    RULE = "rule"
    ALERT = "alert"
    OUTLET = "outlet"
    ACTOR = "actor"
    SNOOZABLE = "snoozable"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a command. ``choices`` are the only values allowed, where there are any.

    ``between`` makes it a whole number within these bounds, both included. ``verbatim`` keeps the quotes of a bare
    value, for options that have a grammar of their own.
    """

    name: str
    description: str  # at most 100 characters (Discord)
    required: bool = False
    positional: bool = False
    choices: tuple[str, ...] = ()
    completion: Completion = Completion.NONE
    between: tuple[int, int] | None = None
    verbatim: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """One command. ``examples`` are shown by help and run by the tests."""

    name: str
    description: str  # at most 100 characters (Discord)
    role: Role = Role.READER
    options: tuple[Option, ...] = ()
    examples: tuple[str, ...] = ()
