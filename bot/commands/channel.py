"""What a channel follows: ``subscribe``, ``unsubscribe``, ``list``, ``latest``."""

from __future__ import annotations

from datetime import timedelta

from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError, echo, usage
from bot.commands.replies import alert_line, answer, count, message, reply
from bot.commands.spec import BY_NAME
from bot.message import Block, Bullets, Code, Context, Line, MessageKind, Moment, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.store import alerts, subscriptions
from bot.store.subscriptions import Subscription
from rules.errors import guess
from rules.model import Severity

WEEK = timedelta(days=7)


async def subscribe(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Subscribe the channel, or change its subscription; show what that will mean."""
    topic = desk.known_topic(command.options["to"])
    severity = Severity(command.options.get("severity", Severity.NOTICE.value))
    threads = command.options.get("threads")
    now = desk.clock.now()
    is_new = await desk.db.tx(
        lambda connection: subscriptions.subscribe(
            connection, caller.place, topic, severity=severity, threads=threads, by=caller.user_name, at=now
        )
    )
    title = desk.topics[topic]
    recent = await desk.db.read(lambda connection: alerts.count_since(connection, topic, now - WEEK))
    told = f"from {severity} on" if severity is not Severity.NOTICE else "every severity"
    counted = f"{count(recent, 'alert')} in the last 7 days"
    verb = "subscribed this channel to" if is_new else "changed this channel's subscription to"
    line: Line = (Text(f"{caller.user_name} {verb} "), Strong(title), Text(f" ({told}; {counted})"))
    preview = await desk.db.read(lambda connection: alerts.latest(connection, [topic], 1))
    blocks: list[Block] = [Paragraph((Text("Subscribed to "), Strong(title), Text(f", {told}; {counted}.")))]
    blocks += [Paragraph((Text("The latest: "), *alert_line(one))) for one in preview]
    announced = f"{caller.user_name} {verb} {title}"
    return Reply(
        message=message("Subscribed", blocks, f"Subscribed to {title}"),
        announce=message("Tocsin", (Paragraph(line),), announced, kind=MessageKind.NOTICE),
    )


async def unsubscribe(desk: Desk, caller: Caller, command: Command) -> Reply:
    """End a subscription of the channel."""
    topic = command.options["from"]
    now = desk.clock.now()
    was = await desk.db.tx(
        lambda connection: subscriptions.unsubscribe(connection, caller.place, topic, by=caller.user_name, at=now)
    )
    if not was:
        mine = await desk.db.read(lambda connection: subscriptions.of_channel(connection, caller.place))
        names = [one.topic for one in mine]
        has = f"It follows {', '.join(names)}" if names else "It follows nothing"
        raise CommandError(f"This channel does not follow {echo(topic)}{guess(topic, names)} {has}.")
    title = desk.topics.get(topic, topic)
    line: Line = (Text(f"{caller.user_name} unsubscribed this channel from "), Strong(title))
    return Reply(
        message=message("Unsubscribed", (Paragraph((Text(f"This channel no longer follows {title}."),)),), title),
        announce=message("Tocsin", (Paragraph(line),), f"unsubscribed from {title}", kind=MessageKind.NOTICE),
    )


async def list_subscriptions(desk: Desk, caller: Caller, command: Command) -> Reply:
    """List what the channel follows."""
    now = desk.clock.now()
    mine = await desk.db.read(lambda connection: subscriptions.of_channel(connection, caller.place))
    if not mine:
        return answer(f"This channel follows nothing yet. Topics: /tocsin topics. {usage(BY_NAME['subscribe'])}")
    recent, last = await desk.db.read(lambda connection: subscriptions.activity(connection, caller.place, now - WEEK))
    rang: Line = (Text("last rang "), Moment(last)) if last else (Text("has not rung yet"),)
    blocks = (
        Bullets(tuple(_subscription_line(desk, one) for one in mine)),
        Context((Text(f"{count(recent, 'alert')} in 7 days, "), *rang)),
    )
    return Reply(message=message("This channel follows", blocks, count(len(mine), "subscription")))


async def latest(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Show the newest alerts."""
    wanted = command.options.get("topic")
    topics = [desk.known_topic(wanted)] if wanted else list(desk.topics)
    most = int(command.options.get("count", "5"))
    found = await desk.db.read(lambda connection: alerts.latest(connection, topics, most))
    if not found:
        about = f" about {desk.topics[topics[0]]}" if wanted else ""
        return answer(f"Nothing has rung{about} yet.")
    return reply("Latest alerts", [alert_line(one) for one in found])


def _subscription_line(desk: Desk, one: Subscription) -> Line:
    lost = "" if one.topic in desk.topics else " – this topic has no rules any more"
    parked = "" if one.state == "active" else f" – parked: {one.state_reason}"
    words = f" from {one.severity}, threads {one.threads}, added by {one.added_by} on "
    line: Line = (Code(one.topic), Text(words), Moment(one.added_at))
    return (*line, Text(lost + parked)) if lost or parked else line
