"""The clock's tick for digests: what was held back from a channel goes out as one message when its time has come.

A digest, the marks of what it tells, and its row in the outbox are one transaction, so a crash leaves either all of
them or none. Nothing is kept in memory: after a restart, or a jump of the clock, the tables say what is due.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

import structlog
from sqlalchemy import Connection

from bot.faults import fault
from bot.localtime import instant_of, local_day
from bot.message import Message
from bot.ports import Clock
from bot.ringing.holding import HoldReason, quiet_until
from bot.store import channels, held, overview, subscriptions
from bot.store.channels import ChannelPace
from bot.store.db import Database
from bot.store.held import DigestKind, Held
from bot.store.outbox import delivery_key, enqueue
from bot.telling import digest

log = structlog.get_logger("tocsin.digests")
_QUIET = {HoldReason.QUIET_HELD, HoldReason.QUIET_DROPPED}


class Digests:
    """Makes what is due. ``wake`` tells the dispatcher that there are rows."""

    def __init__(self, db: Database, clock: Clock, wake: Callable[[], None]) -> None:
        self._db = db
        self._clock = clock
        self._wake = wake

    async def tick(self) -> int:
        """Make every digest that is due and return how many were made. Raises StoreError."""
        made = await self._db.tx(self._make_due)
        fault("digest.committed")
        if made:
            self._wake()
        return made

    def _make_due(self, connection: Connection) -> int:
        now = self._clock.now()
        return sum(_make(connection, lane, now) for lane in held.lanes(connection))


def _make(connection: Connection, lane: str, now: datetime) -> bool:
    """Make a channel's digest if one is due; return whether it was made."""
    state = overview.channel_state(connection, lane)
    if state is None or state.state != "active":  # a parked channel keeps what it is owed
        return False
    untold = held.untold(connection, lane)
    if not subscriptions.of_lane(connection, lane):
        held.mark_told(connection, untold, now)  # it no longer wants to hear of anything
        return False
    pace = channels.pace_of(connection, lane)
    found = _due(connection, lane, pace, untold, now)
    if found is None:
        return False
    kind, day, told = found
    contents = held.contents(told, day, pace.least)
    fault("digest.making")
    message = digest.build(contents)
    held.mark_made(connection, lane, kind, day, now)
    held.mark_told(connection, told, now)
    if message is not None:
        key = delivery_key("digest", lane, kind.value, day.isoformat())
        enqueue(connection, lane=lane, op="post", message=message, key=key, now=now)
        fault("digest.enqueued")
        log.info(
            "digest", lane=lane, kind=kind.value, day=day.isoformat(), listed=len(contents.entries), held=len(told)
        )
    return message is not None


def preview(connection: Connection, lane: str, now: datetime) -> Message | None:
    """Return what a channel's digest would say now; None when nothing waits for it."""
    pace = channels.pace_of(connection, lane)
    return digest.build(held.contents(held.untold(connection, lane), local_day(now, pace.zone), pace.least))


def make_now(connection: Connection, lane: str, now: datetime) -> int:
    """Make a channel's digest ahead of its time and return how many alerts are told or counted in it."""
    untold = held.untold(connection, lane)
    message = preview(connection, lane, now)
    if message is None:
        return 0
    held.mark_told(connection, untold, now)
    key = delivery_key("digest", lane, "now", now.isoformat())
    enqueue(connection, lane=lane, op="post", message=message, key=key, now=now)
    log.info("digest", lane=lane, kind="now", held=len(untold))
    return len(untold)


def _due(
    connection: Connection, lane: str, pace: ChannelPace, untold: Sequence[Held], now: datetime
) -> tuple[DigestKind, date, Sequence[Held]] | None:
    """Return which digest is due, of which local day, and what it tells; None when none is, or it would be empty."""
    if pace.quiet is not None and quiet_until(pace.quiet, now) is not None:
        return None  # a digest is a message too
    today = local_day(now, pace.zone)
    if any(one.reason in _QUIET for one in untold) and not held.was_made(connection, lane, DigestKind.QUIET, today):
        return DigestKind.QUIET, today, untold
    last = held.last_digest(connection, lane, DigestKind.DAILY)
    day = digest.due(pace.schedule, now, last=last, since=min(one.at for one in untold)) if untold else None
    if day is None or held.was_made(connection, lane, DigestKind.DAILY, day):
        return None
    moment = instant_of(day, pace.schedule.at, pace.zone)
    told = [one for one in untold if one.at <= moment]
    return (DigestKind.DAILY, day, told) if told else None
