"""``subscribe`` and ``unsubscribe``: first what it would mean, then the change, then one line that all can see.

options ─terms→ offer ─preview→ [Subscribe] [Change] [Cancel] ─press→ subscription and audit in one transaction
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import Connection

from bot.commands import targets, terms
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError, echo
from bot.commands.previewing import CHOICES, changes, preview, rang_since
from bot.commands.replies import message
from bot.commands.spec import BY_NAME, Role
from bot.commands.taking import UNDO, find_offer
from bot.commands.terms import Terms
from bot.commands.values import number
from bot.message import Block, Button, Context, Line, Message, MessageKind, Paragraph, Reply, Strong, Text
from bot.ports import Caller, Prospect
from bot.store import offers, outbox, subscriptions
from bot.store.offers import UNDO_WITHIN, OfferKind
from rules.errors import guess
from rules.wording import count

WEEK = timedelta(days=7)


async def subscribe(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Show what a subscription would mean and offer it, or with ``confirm`` make it at once."""
    options = command.options
    topic = desk.known_topic(options["to"])
    found = await targets.prospect(caller, options.get("channel"))
    _check_role(found)
    known = await desk.db.read(lambda connection: subscriptions.find(connection, found.place, topic))
    before = Terms(place=found.place, topic=topic) if known is None else terms.of_subscription(known)
    wanted = terms.changed(desk, caller, before, options)
    if options.get("confirm") == "true":
        return await _made(desk, caller, wanted, found.missing)
    return await _offered(desk, caller, wanted, found.missing)


async def unsubscribe(desk: Desk, caller: Caller, command: Command) -> Reply:
    """End a subscription of the channel; for ten minutes it can be had back as it was."""
    topic, now = command.options["from"], desk.clock.now()
    known = await desk.db.read(lambda connection: subscriptions.of_channel(connection, caller.place))
    wanted = topic.casefold()
    one = next((one for one in known if wanted in {one.topic, desk.topics.get(one.topic, "").casefold()}), None)
    if one is None:
        names = [one.topic for one in known]
        has = f"It follows {', '.join(names)}" if names else "It follows nothing"
        raise CommandError(f"This channel does not follow {echo(topic)}{guess(topic, names) or '.'} {has}.")
    body = terms.of_subscription(one).to_body()

    def work(connection: Connection) -> int:
        subscriptions.unsubscribe(connection, caller.place, one.topic, by=caller.user_name, at=now)
        return offers.make(
            connection,
            OfferKind.RESUBSCRIBE,
            lane=str(caller.place),
            user=caller.user,
            body=body,
            now=now,
            within=UNDO_WITHIN,
        )

    offer = await desk.db.tx(work)
    title = desk.topics.get(one.topic, one.topic)
    line: Line = (Text(f"{caller.user_name} unsubscribed this channel from "), Strong(title))
    undo = Button(action=UNDO, label="Undo (10 min)", value=str(offer))
    blocks: list[Block] = [Paragraph((Text(f"This channel no longer follows {title}."),))]
    if one.configured:
        blocks.append(
            Context((Text("It stands in tocsin.yaml: unless it is taken out there, it is back at a restart."),))
        )
    return Reply(
        message=message("Unsubscribed", blocks, f"This channel no longer follows {title}."),
        announce=_notice(line, f"{caller.user_name} unsubscribed this channel from {title}", (undo,)),
    )


async def take(desk: Desk, caller: Caller, key: int, body: Mapping[str, object]) -> Reply:
    """Make the subscription that was offered, or that was ended; the target's role is asked once more."""
    wanted = terms.from_body(body)
    given = None if wanted.place == caller.place else wanted.place.channel
    found = await targets.prospect(caller, given)
    _check_role(found)
    desk.known_topic(wanted.topic)
    return await _made(desk, caller, wanted, found.missing, offer=key)


async def change_pressed(desk: Desk, caller: Caller, value: str) -> Reply:
    """Answer the button Change: with what can be changed, or with the preview after a change."""
    key, _, change = value.partition(" ")
    spec = BY_NAME["subscribe"]
    if not Role(caller.role).allows(spec.role):
        raise CommandError(f"Subscribing is for {spec.role}s; you are a {caller.role} here.")
    offer = await find_offer(desk, caller, number(key, "an offer"))
    if offer.kind is not OfferKind.SUBSCRIBE:
        raise CommandError("That offer cannot be changed.")
    wanted = terms.from_body(offer.body)
    if not change:
        return changes(desk, wanted, offer.id)
    option, _, chosen = change.partition(":")
    if chosen not in CHOICES.get(option, ()):
        raise CommandError(f"{echo(change)} is nothing that can be changed here; nothing was changed.")
    wanted = terms.changed(desk, caller, wanted, {option: chosen})
    await desk.db.tx(lambda connection: offers.rewrite(connection, offer.id, wanted.to_body()))
    given = None if wanted.place == caller.place else wanted.place.channel
    found = await targets.prospect(caller, given)
    return await preview(desk, caller, wanted, found.missing, offer.id)


def _check_role(found: Prospect) -> None:
    needed = BY_NAME["subscribe"].role
    if not Role(found.role).allows(needed):
        raise CommandError(
            f"Subscribing {targets.lane_words(found.place)} is for {needed}s; you are a {found.role} there."
        )


async def _offered(desk: Desk, caller: Caller, wanted: Terms, missing: Iterable[str]) -> Reply:
    now = desk.clock.now()
    key = await desk.db.tx(
        lambda connection: offers.make(
            connection,
            OfferKind.SUBSCRIBE,
            lane=str(caller.place),
            user=caller.user,
            body=wanted.to_body(),
            now=now,
        )
    )
    return await preview(desk, caller, wanted, missing, key)


async def _made(
    desk: Desk, caller: Caller, wanted: Terms, missing: Iterable[str], *, offer: int | None = None
) -> Reply:
    """Write the subscription, and where it is another channel's, the line that is seen there."""
    title, now = desk.topics[wanted.topic], desk.clock.now()
    recent = len(await rang_since(desk, wanted, now - WEEK))
    is_here = wanted.place == caller.place
    told = f"({terms.in_words(wanted)}; {count(recent, 'alert')} in the last 7 days)"

    def work(connection: Connection) -> tuple[bool, Message]:
        if offer is not None and not offers.take(connection, offer, now):
            raise CommandError("Somebody was faster; nothing was changed.")
        is_new = subscriptions.subscribe(
            connection,
            wanted.place,
            wanted.topic,
            severity=wanted.severity,
            threads=wanted.threads,
            wishes=wanted.wishes,
            by=caller.user_name,
            at=now,
        )
        verb = "subscribed this channel to" if is_new else "changed this channel's subscription to"
        line: Line = (Text(f"{caller.user_name} {verb} "), Strong(title), Text(f" {told}"))
        shown = _notice(line, f"{caller.user_name} {verb} {title} {told}")
        if not is_here:
            lane = str(wanted.place)
            key = outbox.delivery_key("subscribe", lane, wanted.topic, caller.user, now.isoformat())
            outbox.enqueue(connection, lane=lane, op="post", message=shown, key=key, now=now)
        return is_new, shown

    is_new, shown = await desk.db.tx(work)
    if not is_here:
        desk.tools.wake()
    where = "This channel" if is_here else targets.lane_title(wanted.place)
    done = f"{where} {'now follows' if is_new else 'still follows'} {title}: {terms.in_words(wanted)}."
    blocks: list[Block] = [Paragraph((Text(done),))]
    blocks += [Context((Text(f"Before it can ring: {one}"),)) for one in missing]
    if not is_here:
        blocks.append(Context((Text("A line there says so."),)))
    return Reply(message=message("Subscribed", blocks, done), announce=shown if is_here else None)


def _notice(line: Line, fallback: str, buttons: tuple[Button, ...] = ()) -> Message:
    return message("Tocsin", (Paragraph(line),), fallback, kind=MessageKind.NOTICE, buttons=buttons)
