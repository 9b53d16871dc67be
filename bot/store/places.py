"""Channels as the platforms' events speak of them: which are known here, and whether they stand still."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

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
    named = frozenset(places)
    homes = sorted({(place.platform, place.workspace) for place in named})
    found = [one for platform, workspace in homes for one in _of_workspace(connection, platform, workspace)]
    wanted = [one for place, one in found if place in named or replace(place, channel="") in named]
    return tuple(sorted(wanted, key=lambda one: one.lane))


def _of_workspace(connection: Connection, platform: str, workspace: str) -> Iterator[tuple[Place, KnownPlace]]:
    rows = connection.execute(select(channel).where(channel.c.platform == platform, channel.c.workspace == workspace))
    for row in rows:
        place = Place(platform=platform, workspace=workspace, channel=row.channel)
        yield place, KnownPlace(lane=row.lane, is_parked=row.state == "parked", reason=row.state_reason or "")
