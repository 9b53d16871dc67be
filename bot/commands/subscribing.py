"""``subscribe`` and ``unsubscribe``: first what it would mean, then the change, then one line that all can see.

options ─terms→ offer ─preview→ [Subscribe] [Change] [Cancel] ─press→ subscription and audit in one transaction
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.commands import targets, terms
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError, echo
from bot.commands.replies import alert_line, message
from bot.commands.spec import BY_NAME, Role
from bot.commands.taking import CHANGE, DROP, TAKE, UNDO, find_offer
from bot.commands.terms import Terms
from bot.commands.values import number
from bot.message import (
    Block,
    Button,
    ButtonStyle,
    Context,
    Facts,
    Line,
    Message,
    MessageKind,
    Paragraph,
    Reply,
    Strong,
    Text,
)
from bot.ports import Caller, Prospect
from bot.routing import Mode
from bot.store import alerts, offers, outbox, subscriptions, volume
from bot.store.offers import UNDO_WITHIN, OfferKind
from rules.errors import guess
from rules.model import Severity
from rules.wording import count

PERIODS = (("24 h", timedelta(days=1)), ("7 d", timedelta(days=7)), ("30 d", timedelta(days=30)))
WEEK = timedelta(days=7)
_CHOICES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("severity", tuple(one.value for one in Severity)),
    ("mode", tuple(one.value for one in Mode)),
    ("threads", ("broadcast", "thread", "channel", "edit")),
)


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
        raise CommandError(f"This channel does not follow {echo(topic)}{guess(topic, names)} {has}.")
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
        return _changes(desk, wanted, offer.id)
    option, _, chosen = change.partition(":")
    if chosen not in dict(_CHOICES).get(option, ()):
        raise CommandError(f"{echo(change)} is nothing that can be changed here; nothing was changed.")
    wanted = terms.changed(desk, caller, wanted, {option: chosen})
    await desk.db.tx(lambda connection: offers.rewrite(connection, offer.id, wanted.to_body()))
    given = None if wanted.place == caller.place else wanted.place.channel
    found = await targets.prospect(caller, given)
    return await _preview(desk, caller, wanted, found.missing, offer.id)


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
    return await _preview(desk, caller, wanted, missing, key)


async def _preview(desk: Desk, caller: Caller, wanted: Terms, missing: Iterable[str], key: int) -> Reply:
    title, now = desk.topics[wanted.topic], desk.clock.now()
    where = "this channel" if wanted.place == caller.place else targets.lane_words(wanted.place)
    head: Line = (Text(f"Subscribe {where} to "), Strong(title), Text(f"? {terms.in_words(wanted)[0].upper()}"))
    head = (*head, Text(f"{terms.in_words(wanted)[1:]}. Nothing is changed yet."))
    rang = await _rang(desk, wanted, now - PERIODS[-1][1])
    rows: list[tuple[str, Line]] = [
        ("It would have rung", (Text(", ".join(f"{_since(rang, now - span)} in {name}" for name, span in PERIODS)),))
    ]
    lacks = tuple(missing)
    allowed = "; ".join(lacks) if lacks else "everything is there" if caller.look_at else "not looked at"
    rows.append(("Permissions there", (Text(allowed),)))
    blocks: list[Block] = [Paragraph(head), Facts(tuple(rows))]
    if rang:
        blocks += [Paragraph((Strong("The latest:"),)), *await _latest(desk, wanted, rang[0])]
    buttons = (
        Button(action=TAKE, label="Subscribe", value=str(key), style=ButtonStyle.PRIMARY),
        Button(action=CHANGE, label="Change", value=str(key)),
        Button(action=DROP, label="Cancel", value=str(key)),
    )
    return Reply(message=message("Subscribe", blocks, f"Subscribe to {title}?", buttons=buttons))


async def _latest(desk: Desk, wanted: Terms, newest: volume.Rung) -> list[Block]:
    card = await desk.db.read(lambda connection: volume.card(connection, newest.id))
    if card is not None:
        return [Paragraph((Strong(card.heading),)), *card.blocks]
    found = await desk.db.read(lambda connection: alerts.latest(connection, [wanted.topic], 1))
    return [Paragraph(alert_line(one)) for one in found]


async def _rang(desk: Desk, wanted: Terms, since: datetime) -> tuple[volume.Rung, ...]:
    query = wanted.wishes.filter
    fits = None if query is None else desk.tools.narrow(query)

    def look(connection: Connection) -> tuple[volume.Rung, ...]:
        found = volume.rung(connection, wanted.topic, wanted.severity, since)
        return found if fits is None else volume.fitting(connection, found, fits)

    return await desk.db.read(look)


def _since(rang: Iterable[volume.Rung], since: datetime) -> int:
    return sum(one.at >= since for one in rang)


def _changes(desk: Desk, wanted: Terms, key: int) -> Reply:
    now = {
        "severity": wanted.severity.value,
        "mode": wanted.wishes.mode.value,
        "threads": wanted.threads or "",
    }
    buttons = [
        Button(action=CHANGE, label=f"{option.capitalize()}: {choice}", value=f"{key} {option}:{choice}")
        for option, choices in _CHOICES
        for choice in choices
        if choice != now[option]
    ]
    ask = f"What shall be different for {desk.topics[wanted.topic]}? Now: {terms.in_words(wanted)}."
    note = "Filter, mention and channel are typed: /tocsin subscribe to:… filter:… mention:… channel:…"
    blocks = (Paragraph((Text(ask),)), Context((Text(note),)))
    return Reply(message=message("Change", blocks, ask, buttons=buttons))


async def _made(
    desk: Desk, caller: Caller, wanted: Terms, missing: Iterable[str], *, offer: int | None = None
) -> Reply:
    """Write the subscription, and where it is another channel's, the line that is seen there."""
    title, now = desk.topics[wanted.topic], desk.clock.now()
    recent = _since(await _rang(desk, wanted, now - WEEK), now - WEEK)
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
