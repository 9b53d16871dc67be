"""Channels as the platforms' events speak of them: which are known here, and whether they stand still."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select

from bot.ports import Place
from bot.store.schema import channel


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPlace:
    """A channel with subscriptions, now or once. ``reason`` says why it is parked, empty when it is not."""

    lane: str
    is_parked: bool
    reason: str


def known(connection: Connection, places: Collection[Place]) -> tuple[KnownPlace, ...]:
    """Return those of ``places`` that are known, by lane; a place without a channel stands for its whole workspace."""
    if not places:
        return ()
    wanted = [
        and_(
            channel.c.platform == place.platform,
            channel.c.workspace == place.workspace,
            *([channel.c.channel == place.channel] if place.channel else []),
        )
        for place in places
    ]
    rows = connection.execute(
        select(channel.c.lane, channel.c.state, channel.c.state_reason).where(or_(*wanted)).order_by(channel.c.lane)
    )
    return tuple(
        KnownPlace(lane=row.lane, is_parked=row.state == "parked", reason=row.state_reason or "") for row in rows
    )
