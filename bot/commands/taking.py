"""Offers, and the buttons that take them up: what was prepared is done or changed; what was ended is had back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.commands.desk import Desk
from bot.commands.parse import CommandError
from bot.commands.replies import answer
from bot.commands.spec import Role
from bot.commands.values import number
from bot.message import Button, ButtonStyle, Reply
from bot.ports import Caller
from bot.store import offers
from bot.store.offers import Offer, OfferKind, OfferState

TAKE, CHANGE, DROP, UNDO = "take", "change", "drop", "undo"

Take = Callable[[Desk, Caller, int, Mapping[str, Any]], Awaitable[Reply]]
"""Does what an offer of a kind holds; takes the offer's number and body, and uses the offer up in its transaction."""

_CLOSED = {
    OfferState.TAKEN: "That was done, or dropped, already; nothing was changed.",
    OfferState.LATE: "That was offered for a while only, and the time is over; nothing was changed.",
    OfferState.UNKNOWN: "That offer is not known in this channel; nothing was changed.",
}
_NEEDS = {
    OfferKind.SUBSCRIBE: Role.EDITOR,
    OfferKind.RESUBSCRIBE: Role.EDITOR,
    OfferKind.IMPORT: Role.ADMIN,
    OfferKind.ARCHIVE: Role.ADMIN,
    OfferKind.TUNE: Role.ADMIN,
}


async def make_offer(desk: Desk, caller: Caller, kind: OfferKind, body: Mapping[str, Any]) -> int:
    """Keep an offer to the caller's channel and return its number."""
    lane, now = str(caller.place), desk.clock.now()
    return await desk.db.tx(
        lambda connection: offers.make(connection, kind, lane=lane, user=caller.user, body=body, now=now)
    )


def take_up(connection: Connection, key: int, now: datetime) -> None:
    """Use an offer up in the transaction that does it. Raises CommandError where somebody was faster."""
    if not offers.take(connection, key, now):
        raise CommandError("Somebody was faster; nothing was changed.")


def choices(label: str, key: int) -> tuple[Button, Button]:
    """Return the buttons that take an offer up, by this label, or drop it."""
    return (
        Button(action=TAKE, label=label, value=str(key), style=ButtonStyle.PRIMARY),
        Button(action=DROP, label="Cancel", value=str(key)),
    )


async def find_offer(desk: Desk, caller: Caller, key: int) -> Offer:
    """Return an offer that can be taken here and now by the caller. Raises CommandError with what became of it."""
    now, lane = desk.clock.now(), str(caller.place)
    state, offer = await desk.db.read(lambda connection: offers.find(connection, key, lane, now))
    if offer is None:
        raise CommandError(_CLOSED[state])
    needed = _NEEDS[offer.kind]
    if not Role(caller.role).allows(needed):
        raise CommandError(f"That is for {needed}s; you are a {caller.role} here.")
    return offer


def take_pressed(takes: Mapping[OfferKind, Take]) -> Callable[[Desk, Caller, str], Awaitable[Reply]]:
    """Return what answers the buttons that take an offer up."""

    async def press(desk: Desk, caller: Caller, value: str) -> Reply:
        offer = await find_offer(desk, caller, number(value, "an offer"))
        return await takes[offer.kind](desk, caller, offer.id, offer.body)

    return press


async def drop_pressed(desk: Desk, caller: Caller, value: str) -> Reply:
    """Answer the button Cancel."""
    offer = await find_offer(desk, caller, number(value, "an offer"))
    await desk.db.tx(lambda connection: offers.take(connection, offer.id, desk.clock.now()))
    return answer("Nothing was changed.")
