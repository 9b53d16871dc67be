"""What platforms tell of channels without being asked: parked at once, and going on as soon as they are back.

Without such events a channel is parked by the first message that it refuses, and goes on when an operator says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import structlog
from sqlalchemy import Connection

from bot.errors import DeliveryReason
from bot.message import Code, Message, MessageKind, Paragraph, Text
from bot.ports import Clock, Place, PlaceChange
from bot.store import lanes, outbox, places
from bot.store.db import Database

MENDED = (
    DeliveryReason.CHANNEL_GONE,
    DeliveryReason.NO_PERMISSION,
)  # what a channel that is back may have been parked for

log = structlog.get_logger("tocsin.places")


class PlaceKeeper:
    """Parks and unparks channels, and tells the admin channels once for each."""

    def __init__(self, db: Database, clock: Clock, admin: Sequence[Place], wake: Callable[[], None]) -> None:
        self._db = db
        self._clock = clock
        self._admin = tuple(str(place) for place in admin)
        self._wake = wake

    async def changed(self, found: Collection[Place], change: PlaceChange, detail: str) -> None:
        """Bring what a platform told into force; channels that nobody subscribed are no concern."""
        work = self._park if change is PlaceChange.GONE else self._unpark
        lanes_changed = await self._db.tx(lambda connection: work(connection, found, detail))
        if lanes_changed:
            log.info("channels changed", change=change.value, detail=detail, lanes=lanes_changed)
            self._wake()

    async def refused(self, platform: str, detail: str) -> None:
        """Pause a platform whose token is refused, and tell so on the others."""
        await self._db.tx(lambda connection: self._pause(connection, platform, detail))
        self._wake()

    def _park(self, connection: Connection, found: Collection[Place], detail: str) -> list[str]:
        parked = [one.lane for one in places.known(connection, found) if not one.is_parked]
        for lane in parked:
            outbox.ensure_lane(connection, lane)  # there is none before the first message
            lanes.park(connection, lane, DeliveryReason.CHANNEL_GONE.value, detail)
            words = f"{lane} is parked and its messages are kept: {detail}."
            self._tell(connection, words, f"tocsin outbox retry --lane {lane}", but=lane)
        return parked

    def _unpark(self, connection: Connection, found: Collection[Place], detail: str) -> list[str]:
        back = [
            one.lane
            for one in places.known(connection, found)
            if one.is_parked and one.reason.partition(":")[0] in MENDED
        ]
        for lane in back:
            lanes.unpark(connection, lane)
            self._tell(connection, f"{lane} takes messages again ({detail}); what was kept goes out.", "", but=lane)
        return back

    def _pause(self, connection: Connection, platform: str, detail: str) -> None:
        if any(key == platform for key, _ in lanes.standing_still(connection)):
            return  # a message found out first, and it was told then
        lanes.pause_platform(connection, platform, DeliveryReason.TOKEN_REFUSED.value)
        words = f"Everything for {platform} is paused and kept: {detail}."
        self._tell(connection, words, f"tocsin outbox retry --lane {platform}", but=platform)

    def _tell(self, connection: Connection, words: str, step: str, *, but: str) -> None:
        blocks = [Paragraph((Text(words),))]
        if step:
            blocks.append(Paragraph((Text("Once that is mended: "), Code(step))))
        message = Message(kind=MessageKind.NOTICE, heading="Delivery", fallback=words, blocks=tuple(blocks))
        now = self._clock.now()
        for lane in self._admin:
            if lane == but or lane.startswith(f"{but}:"):
                continue
            key = outbox.delivery_key("place", words, lane, now.isoformat())
            outbox.enqueue(connection, lane=lane, op="post", message=message, key=key, now=now)
