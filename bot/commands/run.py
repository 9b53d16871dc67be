"""What each command does. Reads answer the one who asked; changes leave one visible line saying who did what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

import structlog

from bot.commands.parse import COMMAND_NAMES, Command, CommandError, parse, usage
from bot.commands.spec import BY_NAME, COMMANDS, CommandSpec, Completion, Role
from bot.message import (
    Block,
    Bullets,
    Code,
    Context,
    Line,
    Link,
    Message,
    MessageKind,
    Moment,
    Paragraph,
    Reply,
    Strong,
    Text,
)
from bot.ports import Caller, Clock
from bot.store import alerts, subscriptions
from bot.store.db import Database
from bot.store.subscriptions import Subscription
from rules.errors import TocsinError, guess
from rules.model import Severity

log = structlog.get_logger("tocsin.commands")
WEEK = timedelta(days=7)
SUGGESTIONS = 25  # Discord shows no more


class Commands:
    """Runs commands against the store. ``topics`` maps ids to titles and may be swapped on reload."""

    def __init__(self, db: Database, clock: Clock, topics: Mapping[str, str]) -> None:
        self.topics = dict(topics)
        self._db = db
        self._clock = clock
        self._runs: dict[str, Callable[[Caller, Command], Awaitable[Reply]]] = {
            "help": self._help,
            "topics": self._topics,
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "list": self._list,
            "latest": self._latest,
        }

    async def handle(self, caller: Caller, text: str) -> Reply:
        """Answer a command. A user's mistake and a failing store both end in one clear sentence."""
        try:
            command = parse(text)
            if not Role(caller.role).allows(command.spec.role):
                raise CommandError(
                    f"“{command.spec.name}” is for {command.spec.role}s; you are a {caller.role} here. "
                    "Ask someone who may manage this channel."
                )
            return await self._runs[command.spec.name](caller, command)
        except CommandError as error:
            return _answer(str(error))
        except TocsinError as error:
            log.warning("command failed", command=text[:80], error=str(error))
            return _answer(f"That did not work: {error}")

    async def press(self, caller: Caller, action: str, value: str) -> Reply:
        """Answer a button of an alert with what is known about it."""
        if action == "sources" and value.isdigit():
            found = await self._db.read(lambda connection: alerts.sources(connection, int(value)))
            return _reply("Sources", tuple(_source_line(item.outlet, item.url, item.chain) for item in found))
        if action == "why" and value.isdigit():
            stages = await self._db.read(lambda connection: alerts.stages(connection, int(value)))
            lines = tuple((Strong(one["stage"]), Text(f" {one['outcome']}: {one['reason']}")) for one in stages)
            return _reply("Why this rang", lines)
        return _answer(f"The button “{action}” does nothing in this version; nothing was changed.")

    async def complete(self, caller: Caller, command: str, option: str, partial: str) -> list[str]:
        """Suggest values for an option, those that contain what was typed."""
        spec = BY_NAME.get(command)
        wanted = next((one for one in spec.options if one.name == option), None) if spec else None
        if wanted is None:
            return []
        values: Sequence[str] = wanted.choices
        if wanted.completion is Completion.TOPIC:
            values = sorted(self.topics)
        elif wanted.completion is Completion.COMMAND:
            values = COMMAND_NAMES
        elif wanted.completion is Completion.SUBSCRIBED:
            mine = await self._db.read(lambda connection: subscriptions.of_channel(connection, caller.place))
            values = [one.topic for one in mine]
        typed = partial.lower()
        return [value for value in values if typed in value.lower()][:SUGGESTIONS]

    async def _help(self, caller: Caller, command: Command) -> Reply:
        name = command.options.get("command", "").lower()
        if not name:
            allowed = [spec for spec in COMMANDS if Role(caller.role).allows(spec.role)]
            lines = tuple((Code(f"/tocsin {spec.name}"), Text(f" {spec.description}")) for spec in allowed)
            return _reply("Tocsin rings when policy moves", lines, "More about one: /tocsin help subscribe")
        spec = BY_NAME.get(name)
        if spec is None:
            raise CommandError(f"There is no command “{name}”{guess(name, BY_NAME)}")
        return _reply(f"/tocsin {spec.name}", _explained(spec), spec.description)

    async def _topics(self, caller: Caller, command: Command) -> Reply:
        mine = await self._db.read(lambda connection: subscriptions.of_channel(connection, caller.place))
        followed = {one.topic for one in mine}
        lines = tuple(
            (Code(topic), Text(f" {title}" + (" – subscribed here" if topic in followed else "")))
            for topic, title in sorted(self.topics.items())
        )
        if not lines:
            return _answer("No topics yet: no rules are loaded. See docs/rules.md for how to write some.")
        return _reply("Topics", lines, f"Follow one: {usage(BY_NAME['subscribe'])}")

    async def _subscribe(self, caller: Caller, command: Command) -> Reply:
        topic = self._known_topic(command.options["to"])
        severity = Severity(command.options.get("severity", Severity.NOTICE.value))
        threads = command.options.get("threads")
        now = self._clock.now()
        is_new = await self._db.tx(
            lambda connection: subscriptions.subscribe(
                connection, caller.place, topic, severity=severity, threads=threads, by=caller.user_name, at=now
            )
        )
        title = self.topics[topic]
        recent = await self._db.read(lambda connection: alerts.count_since(connection, topic, now - WEEK))
        told = f"from {severity} on" if severity is not Severity.NOTICE else "every severity"
        counted = f"{recent} alert{'' if recent == 1 else 's'} in the last 7 days"
        verb = "subscribed this channel to" if is_new else "changed this channel's subscription to"
        line: Line = (Text(f"{caller.user_name} {verb} "), Strong(title), Text(f" ({told}; {counted})"))
        preview = await self._db.read(lambda connection: alerts.latest(connection, [topic], 1))
        blocks: list[Block] = [Paragraph((Text("Subscribed to "), Strong(title), Text(f", {told}; {counted}.")))]
        blocks += [Paragraph((Text("The latest: "), *_alert_line(one))) for one in preview]
        return Reply(
            message=_message("Subscribed", tuple(blocks), f"Subscribed to {title}"),
            announce=_message("Tocsin", (Paragraph(line),), f"{caller.user_name} {verb} {title}", MessageKind.NOTICE),
        )

    async def _unsubscribe(self, caller: Caller, command: Command) -> Reply:
        topic = command.options["from"]
        now = self._clock.now()
        was = await self._db.tx(
            lambda connection: subscriptions.unsubscribe(connection, caller.place, topic, by=caller.user_name, at=now)
        )
        if not was:
            mine = await self._db.read(lambda connection: subscriptions.of_channel(connection, caller.place))
            names = [one.topic for one in mine]
            has = f"It follows {', '.join(names)}" if names else "It follows nothing"
            raise CommandError(f"This channel does not follow “{topic}”{guess(topic, names)} {has}.")
        title = self.topics.get(topic, topic)
        line: Line = (Text(f"{caller.user_name} unsubscribed this channel from "), Strong(title))
        return Reply(
            message=_message("Unsubscribed", (Paragraph((Text(f"This channel no longer follows {title}."),)),), title),
            announce=_message("Tocsin", (Paragraph(line),), f"unsubscribed from {title}", MessageKind.NOTICE),
        )

    async def _list(self, caller: Caller, command: Command) -> Reply:
        now = self._clock.now()
        mine = await self._db.read(lambda connection: subscriptions.of_channel(connection, caller.place))
        if not mine:
            return _answer(f"This channel follows nothing yet. Topics: /tocsin topics. {usage(BY_NAME['subscribe'])}")
        recent, last = await self._db.read(
            lambda connection: subscriptions.activity(connection, caller.place, now - WEEK)
        )
        rang: Line = (Text("last rang "), Moment(last)) if last else (Text("has not rung yet"),)
        blocks = (
            Bullets(tuple(self._subscription_line(one) for one in mine)),
            Context((Text(f"{recent} alerts in 7 days, "), *rang)),
        )
        return Reply(message=_message("This channel follows", blocks, f"{len(mine)} subscriptions"))

    def _subscription_line(self, one: Subscription) -> Line:
        lost = "" if one.topic in self.topics else " – this topic has no rules any more"
        parked = "" if one.state == "active" else f" – parked: {one.state_reason}"
        words = f" from {one.severity}, threads {one.threads}, added by {one.added_by} on "
        return (Code(one.topic), Text(words), Moment(one.added_at), Text(lost + parked))

    async def _latest(self, caller: Caller, command: Command) -> Reply:
        wanted = command.options.get("topic")
        topics = [self._known_topic(wanted)] if wanted else list(self.topics)
        count = int(command.options.get("count", "5"))
        found = await self._db.read(lambda connection: alerts.latest(connection, topics, count))
        if not found:
            about = f" about {self.topics[topics[0]]}" if wanted else ""
            return _answer(f"Nothing has rung{about} yet.")
        return _reply("Latest alerts", tuple(_alert_line(one) for one in found))

    def _known_topic(self, topic: str) -> str:
        if topic in self.topics:
            return topic
        by_title = {title.casefold(): name for name, title in self.topics.items()}
        if topic.casefold() in by_title:
            return by_title[topic.casefold()]
        raise CommandError(f"There is no topic “{topic}”{guess(topic, self.topics)} All of them: /tocsin topics")


def _explained(spec: CommandSpec) -> tuple[Line, ...]:
    lines: list[Line] = []
    for option in spec.options:
        allowed = f" ({', '.join(option.choices)})" if option.choices else ""
        needed = ", needed" if option.required else ""
        lines.append((Code(option.name), Text(f" {option.description}{allowed}{needed}")))
    lines += [(Text("Example: "), Code(f"/tocsin {example}")) for example in spec.examples]
    return tuple(lines)


def _alert_line(one: alerts.AlertLine) -> Line:
    source = Link(one.url, one.outlet) if one.url else Text(one.outlet)
    return (Moment(one.at), Text(f" {one.severity} · "), Strong(one.sentence), Text(" · "), source)


def _source_line(outlet: str, url: str, chain: Sequence[str]) -> Line:
    source = Link(url, outlet) if url else Text(outlet)
    return (source, Text(f" < {' < '.join(chain)}" if chain else " (names no source)"))


def _answer(text: str) -> Reply:
    return Reply(message=_message("Tocsin", (Paragraph((Text(text),)),), text))


def _reply(heading: str, lines: tuple[Line, ...], small_print: str = "") -> Reply:
    blocks: tuple[Block, ...] = (Bullets(lines),)
    if small_print:
        blocks += (Context((Text(small_print),)),)
    return Reply(message=_message(heading, blocks, heading))


def _message(heading: str, blocks: tuple[Block, ...], fallback: str, kind: MessageKind = MessageKind.REPLY) -> Message:
    return Message(kind=kind, heading=heading, fallback=fallback, blocks=blocks)
