"""The page that a platform gives an app for itself: how Tocsin is, what its reader follows, what rang last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection

from bot.commands.run import Commands
from bot.message import Code, Line, Text
from bot.ports import Caller, Home, HomeChannel, Place
from bot.store import subscriptions
from bot.store.db import Database
from bot.store.subscriptions import Subscription

MOST = 200  # channels of one person that are looked at


class HomePages:
    """Puts the page together for one reader, from what the commands would answer that reader."""

    def __init__(self, commands: Commands, db: Database) -> None:
        self._commands = commands
        self._db = db

    async def page(self, caller: Caller, channels: Collection[str]) -> Home:
        """Return the page; only ``channels``, the ones that the reader is in, are shown."""
        places = [replace(caller.place, channel=one) for one in sorted(channels)[:MOST]]
        followed = await self._db.read(lambda connection: _followed(connection, places))
        status = await self._commands.handle(caller, "status")
        latest = await self._commands.handle(caller, "latest")
        return Home(health=status.message, channels=followed, alerts=latest.message)


def _followed(connection: Connection, places: Collection[Place]) -> tuple[HomeChannel, ...]:
    found = ((place, subscriptions.of_channel(connection, place)) for place in places)
    return tuple(HomeChannel(place=place, lines=tuple(_line(one) for one in mine)) for place, mine in found if mine)


def _line(one: Subscription) -> Line:
    parked = "" if one.state == "active" else f" – parked: {one.state_reason}"
    return (Code(one.topic), Text(f" from {one.severity}, threads {one.threads}{parked}"))
