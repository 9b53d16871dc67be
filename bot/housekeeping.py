"""What the bot notices about itself: a poller that stands still, a rule that floods a channel, rows that are too old.

Each is told once to the admin channels (a flood to its channel too), in the transaction that notes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.duration import in_words
from bot.message import Code, Message, MessageKind, Paragraph, Text
from bot.ports import Clock, Place
from bot.ringing.holding import Silence, SilenceTarget
from bot.store import floods, outbox, pruning, silences
from bot.store.db import Database
from bot.store.floods import Flood

log = structlog.get_logger("tocsin.housekeeping")
SILENT_AFTER = timedelta(minutes=15)  # a feed that should have been polled so long ago was not
FLOOD = 3  # times the channel's cap, within an hour, of one rule
MUTED_FOR = timedelta(hours=24)
MUTED_BY = "Tocsin"


class Housekeeping:
    """Looks at the tables. ``wake`` tells the dispatcher that there are rows."""

    def __init__(self, db: Database, clock: Clock, admin: Sequence[Place], wake: Callable[[], None]) -> None:
        self._db = db
        self._clock = clock
        self._admin = tuple(str(place) for place in admin)
        self._wake = wake
        self._silent_since: datetime | None = None

    async def watch(self) -> None:
        """Tell of a poller that stands still, and when it goes on."""
        now = self._clock.now()
        overdue = await self._db.read(floods.most_overdue)
        is_silent = overdue is not None and now - overdue >= SILENT_AFTER
        if is_silent and self._silent_since is None and overdue is not None:
            self._silent_since = overdue
            age = in_words((now - overdue).total_seconds())
            await self._tell(
                f"No feed was polled for {age}: nothing new can ring. The log says why.", "silent", overdue
            )
        elif not is_silent and self._silent_since is not None:
            since, self._silent_since = self._silent_since, None
            await self._tell("Feeds are polled again; what they hold by now is being read.", "heard", since)

    async def mute_floods(self) -> int:
        """Silence every rule that rang far beyond a channel's cap, for a day, and say so; return how many."""
        now = self._clock.now()
        muted = await self._db.tx(lambda connection: self._mute(connection, now))
        if muted:
            self._wake()
        return muted

    async def prune(self) -> int:
        """Delete what is too old, batch by batch, and return how much that was."""
        total = 0
        while done := await self._db.tx(lambda connection: pruning.prune(connection, self._clock.now())):
            total += done
        return total

    def _mute(self, connection: Connection, now: datetime) -> int:
        found = floods.find(connection, since=now - timedelta(hours=1), times=FLOOD, now=now)
        for flood in found:
            reason = f"it rang {flood.alerts} times within an hour"
            muted = Silence(
                target=SilenceTarget.RULE,
                value=flood.rule,
                since=now,
                until=now + MUTED_FOR,
                by=MUTED_BY,
                reason=reason,
            )
            number = silences.add(connection, flood.lane, muted)
            log.warning("rule muted", lane=flood.lane, rule=flood.rule, alerts=flood.alerts)
            for to in dict.fromkeys((flood.lane, *self._admin)):
                key = outbox.delivery_key("muted", flood.lane, flood.rule, number, to)
                message = _muted(flood, number, reason)
                outbox.enqueue(connection, lane=to, op="post", message=message, key=key, now=now)
        return len(found)

    async def _tell(self, sentence: str, about: str, since: datetime) -> None:
        log.warning("dead man's alert", text=sentence)
        now = self._clock.now()

        def work(connection: Connection) -> None:
            for lane in self._admin:
                key = outbox.delivery_key("watch", about, lane, since.isoformat())
                outbox.enqueue(connection, lane=lane, op="post", message=_notice(sentence), key=key, now=now)

        await self._db.tx(work)
        self._wake()


def _muted(flood: Flood, number: int, reason: str) -> Message:
    sentence = (
        f"The rule “{flood.title}” is silenced in {flood.lane} for {in_words(MUTED_FOR.total_seconds())}: {reason}."
    )
    step = Paragraph((Text("Narrow the rule, or hear it again now: "), Code(f"/tocsin unsnooze {number}")))
    return Message(
        kind=MessageKind.NOTICE, heading="Rule muted", fallback=sentence, blocks=(Paragraph((Text(sentence),)), step)
    )


def _notice(text: str) -> Message:
    return Message(kind=MessageKind.NOTICE, heading="Tocsin", fallback=text, blocks=(Paragraph((Text(text),)),))
