"""``test``: an alert marked as a drill, by the way every alert takes, and what Tocsin lacks to post there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from bot.commands import targets
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError
from bot.commands.replies import message
from bot.commands.rulewords import known_rule, works_of
from bot.commands.spec import BY_NAME, Role
from bot.message import Block, Context, Message, MessageKind, Paragraph, Reply, Strong, Text
from bot.ports import Caller, Place, Prospect
from bot.store import lanes, outbox, overview
from rules.wording import count

_SAMPLE = (
    Paragraph(
        (Strong("United States: withdraw 40,000–70,000 troops from Europe (expected)"), Text(" – a made-up sample"))
    ),
)


async def drill(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Send the newest alert, of a topic or rule if asked for, or a sample, marked as a drill."""
    options = command.options
    found = await targets.prospect(caller, options.get("channel"))
    _check_role(found)
    card = await _card(desk, options)
    waiting, stopped = await desk.db.tx(lambda connection: _sent(connection, desk, caller, found.place, card))
    desk.tools.wake()
    where = "this channel" if found.place == caller.place else targets.lane_words(found.place)
    if stopped is not None:
        told = f"The drill waits: {where} stands still ({stopped}). The operator can go on with: tocsin outbox"
    else:
        what = "the newest alert" if card is not None else "a sample"
        ahead = f" Waiting before it: {count(waiting, 'message')}." if waiting else ""
        told = f"A drill with {what} is on its way to {where}, by the way that every alert takes.{ahead}"
    blocks: list[Block] = [Paragraph((Text(told),))]
    blocks += [Context((Text(f"Before it can be posted: {one}"),)) for one in found.missing]
    if caller.look_at is not None and not found.missing:
        blocks.append(Context((Text("Permissions there: everything is there."),)))
    return Reply(message=message("Tocsin", blocks, told))


def _check_role(found: Prospect) -> None:
    needed = BY_NAME["test"].role
    if not Role(found.role).allows(needed):
        raise CommandError(
            f"A drill in {targets.lane_words(found.place)} is for {needed}s; you are a {found.role} there."
        )


async def _card(desk: Desk, options: Mapping[str, str]) -> Message | None:
    """Return the alert to be shown; None for the sample."""
    if options.get("sample") == "true":
        return None
    topics, rule = list(desk.topics), None
    if "rule" in options:
        rule = known_rule(works_of(desk), options["rule"]).id
    if "topic" in options:
        topics = [desk.known_topic(options["topic"])]
    card = await desk.db.read(lambda connection: overview.newest_card(connection, topics, rule))
    if card is None and rule is not None:
        raise CommandError(
            f"The rule {rule} has told no channel of anything yet; with sample:true a made-up card is sent."
        )
    return card


def _sent(
    connection: Connection, desk: Desk, caller: Caller, place: Place, card: Message | None
) -> tuple[int, str | None]:
    """Put the drill into the outbox; return how many messages wait before it, and why the channel stands still."""
    now, lane = desk.clock.now(), str(place)
    waiting = outbox.pending_count(connection, lane)
    key = outbox.delivery_key("drill", lane, now.isoformat(), caller.user)
    shown = _as_drill(card, caller.user_name)
    outbox.enqueue(connection, lane=lane, op="post", message=shown, key=key, now=now)
    stopped = dict(lanes.standing_still(connection))
    return waiting, stopped.get(lane) or stopped.get(place.platform)


def _as_drill(card: Message | None, by: str) -> Message:
    """Mark a message so that nobody can take it for news: no buttons, no mention, the word twice."""
    note = Context((Text(f"DRILL: {by} tests this channel. Nothing new has happened."),))
    if card is None:
        words = "DRILL: a made-up sample"
        return Message(kind=MessageKind.DRILL, heading="DRILL · sample", fallback=words, blocks=(note, *_SAMPLE))
    return replace(
        card,
        kind=MessageKind.DRILL,
        heading=f"DRILL · {card.heading}",
        fallback=f"DRILL: {card.fallback}",
        blocks=(note, *card.blocks),
        buttons=(),
        mention=None,
    )
