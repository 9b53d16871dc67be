"""The commands that only look things up, as data: everybody may run them, and only the one who asks sees the answer."""

from __future__ import annotations

from bot.commands.shape import CommandSpec, Completion, Option

SHARE = Option(name="share", description="Show the answer to the whole channel", choices=("true", "false"))
ALERT = Option(
    name="alert",
    description="Number of an alert, or the link of its message",
    positional=True,
    completion=Completion.ALERT,
)

ORIENTATION: tuple[CommandSpec, ...] = (
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
)

LOOKING_UP: tuple[CommandSpec, ...] = (
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
    CommandSpec(
        name="why",
        description="Why an alert rang here, or why an article did not, stage by stage",
        options=(
            ALERT,
            Option(name="url", description="Address of an article that did not come"),
            SHARE,
        ),
        examples=("why 1", "why url:https://example.org/news/withdrawal"),
    ),
    CommandSpec(
        name="sources",
        description="Who tells the story of an alert: outlets in order of time, and whom each one cites",
        options=(ALERT, SHARE),
        examples=("sources 1",),
    ),
)
