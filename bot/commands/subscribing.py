"""``subscribe``: first what it would mean, then the change, then one line that all can see.

options ─terms→ offer ─preview→ [Subscribe] [Change] [Cancel] ─press→ subscription and audit in one transaction
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import Connection

from bot.commands import aiming, targets, terms
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError, echo
from bot.commands.previewing import CHOICES, changes, preview, rang_since
from bot.commands.replies import message
from bot.commands.spec import BY_NAME, Role
from bot.commands.taking import find_offer, make_offer, take_up
from bot.commands.terms import Terms
from bot.commands.values import number
from bot.message import Block, Button, Context, Line, Message, MessageKind, Paragraph, Reply, Strong, Text
from bot.ports import Caller, Prospect
from bot.store import offers, outbox, subscriptions
from bot.store.offers import OfferKind
from rules.wording import count

WEEK = timedelta(days=7)


async def subscribe(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Show what a subscription would mean and offer it, or with ``confirm`` make it at once."""
    options = command.options
    outlet = await aiming.find_outlet(desk, options["to"])
    if outlet is not None:
        return aiming.offer_topics(desk, outlet)
    aim = aiming.find_aim(desk, options["to"])
    found = await targets.prospect(caller, options.get("channel"))
    _check_role(found)
    known = await desk.db.read(lambda connection: subscriptions.find(connection, found.place, aim.topic))
    before = Terms(place=found.place, topic=aim.topic) if known is None else terms.of_subscription(known)
    wanted = terms.changed(desk, caller, aiming.aimed(before, aim, is_new=known is None), options)
    if options.get("confirm") == "true":
        return await _made(desk, caller, wanted, found.missing)
    return await _offered(desk, caller, wanted, found.missing)


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
    key = await make_offer(desk, caller, OfferKind.SUBSCRIBE, wanted.to_body())
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
        if offer is not None:
            take_up(connection, offer, now)
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
        shown = notice(line, f"{caller.user_name} {verb} {title} {told}")
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


def notice(line: Line, fallback: str, buttons: tuple[Button, ...] = ()) -> Message:
    """Return the line that all in the channel can see."""
    return message("Tocsin", (Paragraph(line),), fallback, kind=MessageKind.NOTICE, buttons=buttons)
