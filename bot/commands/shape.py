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
    TARGET = "target"  # what can be subscribed to: topics, rules, outlets
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
    RULESET = "ruleset"
    TIMEZONE = "timezone"
    CHANNEL = "channel"  # the platform's own list of channels, where it has one for options
    MENTION = "mention"  # the same of roles or groups
    FOLLOWED = "followed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a command. ``choices`` are the only values allowed, where there are any.

    ``between`` makes it a whole number within these bounds, both included. ``verbatim`` keeps the quotes of a bare
    value, for options that have a grammar of their own. ``attachment`` is a file; where a platform attaches none to a
    command, the value is its link.
    """

    name: str
    description: str  # at most 100 characters (Discord)
    required: bool = False
    positional: bool = False
    choices: tuple[str, ...] = ()
    completion: Completion = Completion.NONE
    between: tuple[int, int] | None = None
    verbatim: bool = False
    attachment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """One command. ``examples`` are shown by help and run by the tests.

    A name of two words, ``rules show``, belongs to a group. ``aliases`` are other words that are understood.
    ``shelf`` is the group under which Discord lists it, which has room for 25 names; it is typed without it elsewhere.
    """

    name: str
    description: str  # at most 100 characters (Discord)
    role: Role = Role.READER
    options: tuple[Option, ...] = ()
    examples: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    shelf: str = ""

    @property
    def group(self) -> str:
        """The first word of a name of two; empty for a command that stands alone."""
        return self.name.rpartition(" ")[0]
