"""What a subscription would mean, before it is made: how often it would have rung, the latest card, what can change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.commands import targets, terms
from bot.commands.desk import Desk
from bot.commands.replies import alert_line, message
from bot.commands.spec import BY_NAME
from bot.commands.taking import CHANGE, choices
from bot.commands.terms import Terms
from bot.message import Block, Button, Context, Facts, Line, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.store import alerts, subscriptions, volume

PERIODS = (("24 h", timedelta(days=1)), ("7 d", timedelta(days=7)), ("30 d", timedelta(days=30)))
CHOICES: dict[str, tuple[str, ...]] = {
    option.name: option.choices
    for option in BY_NAME["subscribe"].options
    if option.name in {"severity", "mode", "threads"}
}


async def preview(desk: Desk, caller: Caller, wanted: Terms, missing: Iterable[str], key: int) -> Reply:
    """Show what a subscription would mean, with the buttons of its offer, whose number is ``key``."""
    title, now = desk.topics[wanted.topic], desk.clock.now()
    where = "this channel" if wanted.place == caller.place else targets.lane_words(wanted.place)
    known = await desk.db.read(lambda connection: subscriptions.find(connection, wanted.place, wanted.topic))
    words = terms.in_words(wanted)
    head: Line = (Text(f"Subscribe {where} to "), Strong(title), Text(f"? {words[0].upper()}{words[1:]}."))
    if known is not None:
        now_words = terms.in_words(terms.of_subscription(known))
        change = f". Change that to: {words}?" if words != now_words else "; that would stay as it is."
        head = (Text(f"{where[0].upper()}{where[1:]} follows "), Strong(title), Text(f" already: {now_words}{change}"))
    head = (*head, Text(" Nothing is changed yet."))
    rang = await rang_since(desk, wanted, now - PERIODS[-1][1])
    rows: list[tuple[str, Line]] = [
        ("It would have rung", (Text(", ".join(f"{_since(rang, now - span)} in {name}" for name, span in PERIODS)),))
    ]
    lacks = tuple(missing)
    allowed = "; ".join(lacks) if lacks else "everything is there" if caller.look_at else "not looked at"
    rows.append(("Permissions there", (Text(allowed),)))
    blocks: list[Block] = [Paragraph(head), Facts(tuple(rows))]
    if rang:
        blocks += [Paragraph((Strong("The latest:"),)), *await _latest(desk, wanted, rang[0])]
    take, drop = choices("Subscribe" if known is None else "Set it so", key)
    buttons = (take, Button(action=CHANGE, label="Change", value=str(key)), drop)
    return Reply(message=message("Subscribe", blocks, f"Subscribe to {title}?", buttons=buttons))


async def _latest(desk: Desk, wanted: Terms, newest: volume.Rung) -> list[Block]:
    card = await desk.db.read(lambda connection: volume.card(connection, newest.id))
    if card is not None:
        return [Paragraph((Strong(card.heading),)), *card.blocks]
    found = await desk.db.read(lambda connection: alerts.latest(connection, [wanted.topic], 1))
    return [Paragraph(alert_line(one)) for one in found]


async def rang_since(desk: Desk, wanted: Terms, since: datetime) -> tuple[volume.Rung, ...]:
    """Return the alerts that these terms would have let ring."""
    query = wanted.wishes.filter
    fits = None if query is None else desk.tools.narrow(query)

    def look(connection: Connection) -> tuple[volume.Rung, ...]:
        found = volume.rung(connection, wanted.topic, wanted.severity, since, wanted.wishes.rules)
        return found if fits is None else volume.fitting(connection, found, fits)

    return await desk.db.read(look)


def _since(rang: Iterable[volume.Rung], since: datetime) -> int:
    return sum(one.at >= since for one in rang)


def changes(desk: Desk, wanted: Terms, key: int) -> Reply:
    """Show what can be changed of an offer, a button each."""
    now = {
        "severity": wanted.severity.value,
        "mode": wanted.wishes.mode.value,
        "threads": wanted.threads or "",
    }
    buttons = [
        Button(action=CHANGE, label=f"{option.capitalize()}: {choice}", value=f"{key} {option}:{choice}")
        for option, values in CHOICES.items()
        for choice in values
        if choice != now[option]
    ]
    ask = f"What shall be different for {desk.topics[wanted.topic]}? Now: {terms.in_words(wanted)}."
    note = "Filter, mention and channel are typed: /tocsin subscribe to:… filter:… mention:… channel:…"
    blocks = (Paragraph((Text(ask),)), Context((Text(note),)))
    return Reply(message=message("Change", blocks, ask, buttons=buttons))
