"""The commands that change something, as data. Each leaves a visible line in the channel and a row in the audit."""

from __future__ import annotations

from bot.commands.shape import CommandSpec, Completion, Option, Role

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

SUBSCRIBING: tuple[CommandSpec, ...] = (
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
)
