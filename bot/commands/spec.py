"""What ``/tocsin`` understands, as data: parsing, help, Discord's typed options and docs all read this.

Words follow FIELD's command table: a command has a name, options given as ``name:value`` or ``name=value``, and
one positional option at most (the first), which may stand bare (``/tocsin subscribe us-forces-europe``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a command. ``choices`` are the only values allowed, where there are any.

    ``between`` makes it a whole number within these bounds, both included.
    """

    name: str
    description: str  # at most 100 characters (Discord)
    required: bool = False
    positional: bool = False
    choices: tuple[str, ...] = ()
    completion: Completion = Completion.NONE
    between: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """One command. ``examples`` are shown by help and run by the tests."""

    name: str
    description: str  # at most 100 characters (Discord)
    role: Role = Role.READER
    options: tuple[Option, ...] = ()
    examples: tuple[str, ...] = ()


SEVERITY = Option(
    name="severity",
    description="Only alerts of at least this severity",
    choices=("notice", "important", "urgent"),
)
THREADS = Option(
    name="threads",
    description="How updates of a story are shown (default: broadcast)",
    choices=("broadcast", "thread", "channel", "edit"),
)

COMMANDS: tuple[CommandSpec, ...] = (
    CommandSpec(
        name="help",
        description="What Tocsin can do, or how one command is used",
        options=(
            Option(
                name="command",
                description="The command to explain",
                positional=True,
                completion=Completion.COMMAND,
            ),
        ),
        examples=("help", "help subscribe"),
    ),
    CommandSpec(
        name="topics",
        description="The topics a channel can subscribe to",
        examples=("topics",),
    ),
    CommandSpec(
        name="subscribe",
        description="Ring this channel when something new is known about a topic",
        role=Role.EDITOR,
        options=(
            Option(
                name="to",
                description="Topic to follow",
                required=True,
                positional=True,
                completion=Completion.TOPIC,
            ),
            SEVERITY,
            THREADS,
        ),
        examples=("subscribe us-forces-europe", "subscribe to:us-forces-europe severity:important threads:thread"),
    ),
    CommandSpec(
        name="unsubscribe",
        description="Stop ringing this channel for a topic",
        role=Role.EDITOR,
        options=(
            Option(
                name="from",
                description="Topic to stop following",
                required=True,
                positional=True,
                completion=Completion.SUBSCRIBED,
            ),
        ),
        examples=("unsubscribe us-forces-europe",),
    ),
    CommandSpec(
        name="list",
        description="What this channel is subscribed to, by whom, and when it last rang",
        examples=("list",),
    ),
    CommandSpec(
        name="latest",
        description="The newest alerts, of one topic or of all",
        options=(
            Option(name="topic", description="Only this topic", positional=True, completion=Completion.TOPIC),
            Option(name="count", description="How many to show, 1 to 10 (default 5)", between=(1, 10)),
        ),
        examples=("latest", "latest us-forces-europe count:3"),
    ),
)

BY_NAME: dict[str, CommandSpec] = {command.name: command for command in COMMANDS}
