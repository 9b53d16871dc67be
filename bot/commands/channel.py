"""What a channel follows, and what rang: ``list`` and ``latest``."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.commands import targets
from bot.commands.desk import Desk
from bot.commands.parse import Command, usage
from bot.commands.replies import alert_line, answer, message, reply
from bot.commands.spec import BY_NAME
from bot.message import Block, Bullets, Code, Context, Line, Moment, Reply, Text
from bot.ports import Caller
from bot.ringing.routing import Mode
from bot.store import alerts, channels, subscriptions, volume
from bot.store.subscriptions import Subscription
from rules.wording import count

WEEK = timedelta(days=7)


async def list_subscriptions(desk: Desk, caller: Caller, command: Command) -> Reply:
    """List what a channel follows."""
    now = desk.clock.now()
    found = await targets.prospect(caller, command.options.get("channel"))
    lane, is_here = str(found.place), found.place == caller.place
    mine = await desk.db.read(lambda connection: subscriptions.of_channel(connection, found.place))
    if not mine:
        where = "This channel" if is_here else targets.lane_title(found.place)
        return answer(
            f"{where} follows nothing yet. What there is: /tocsin topics. To follow one: {usage(BY_NAME['subscribe'])}"
        )
    rang = await desk.db.read(lambda connection: volume.by_topic(connection, lane, now - WEEK))
    pace = await desk.db.read(lambda connection: channels.pace_of(connection, lane))
    is_full = command.options.get("details") == "true"
    lines = [_subscription_line(desk, one, *rang.get(one.topic, (0, None)), is_full=is_full) for one in mine]
    blocks: list[Block] = [Bullets(tuple(lines))]
    recent, last = await desk.db.read(lambda connection: subscriptions.activity(connection, found.place, now - WEEK))
    told: Line = (Text("last rang "), Moment(last)) if last else (Text("has not rung yet"),)
    rhythm = pace.words
    blocks.append(
        Context((Text(f"{count(recent, 'alert')} in 7 days, "), *told, *((Text(f" · {rhythm}"),) if rhythm else ())))
    )
    heading = "This channel follows" if is_here else f"{targets.lane_title(found.place)} follows"
    return Reply(message=message(heading, blocks, count(len(mine), "subscription")))


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


def _subscription_line(desk: Desk, one: Subscription, recent: int, last: datetime | None, *, is_full: bool) -> Line:
    wishes = one.wishes
    words = f" from {one.severity}, threads {one.threads}"
    words += f", {wishes.mode}" if wishes.mode is not Mode.REALTIME else ""
    if wishes.mention is not None:
        words += f", mentions {targets.shown_mention(one.place.platform, wishes.mention)} from {wishes.mention_from}"
    words += f", filter {wishes.filter}" if wishes.filter else ""
    words += f", only {', '.join(wishes.rules)}" if wishes.rules else ""
    line: Line = (Code(one.topic), Text(f"{words}, added by {one.added_by} on "), Moment(one.added_at))
    if is_full:
        rang: Line = (Text(", last alert "), Moment(last)) if last else (Text(", no alert yet"),)
        line = (*line, *rang, Text(f", {recent} in 7 days"))
    lost = "" if one.topic in desk.topics else " – this topic has no rules any more"
    parked = "" if one.state == "active" else f" – parked: {one.state_reason}"
    return (*line, Text(lost + parked)) if lost or parked else line
