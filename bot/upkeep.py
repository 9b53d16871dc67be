"""What the clock calls besides polling: rule files that changed, and feeds that people have to hear about.

Each thing is told to the admin channels once, in the transaction that marks it as told; without an admin channel it
goes to the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import Connection

from bot.message import Bullets, Context, Line, Message, MessageKind, Paragraph, Text
from bot.ports import Clock, Place
from bot.reload import Applied, Outcome, Refused, RuleWatcher
from bot.store import feeds
from bot.store.db import Database
from bot.store.outbox import delivery_key, enqueue
from rules.ruleset import RuleSet

log = structlog.get_logger("tocsin.upkeep")
SHOWN_FAULTS = 5


class Upkeep:
    """Keeps rules fresh and admins told. ``swap`` brings a rule set into force; it may take seconds, off the loop."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        watcher: RuleWatcher,
        swap: Callable[[RuleSet], None],
        admin: Sequence[Place],
        wake: Callable[[], None],
    ) -> None:
        self.watcher = watcher
        self._db = db
        self._clock = clock
        self._swap = swap
        self._lanes = tuple(str(place) for place in admin)
        self._wake = wake

    async def reload(self) -> None:
        """Look at the rule files; take a good change into force, tell of a bad one."""
        outcome = await asyncio.to_thread(self._poll)
        if outcome is None:
            return
        message = _applied(outcome) if isinstance(outcome, Applied) else _refused(outcome)
        now = self._clock.now()
        await self._db.tx(lambda connection: self._tell(connection, message, ("rules", now.isoformat())))
        self._wake()

    def _poll(self) -> Outcome:
        outcome = self.watcher.poll(self._clock.now())
        if isinstance(outcome, Applied):
            self._swap(outcome.ruleset)
        return outcome

    async def tell_of_feeds(self) -> None:
        """Tell once of each feed that fails, is gone or stale, and once when it works again."""
        if await self._db.tx(self._take_notices):
            self._wake()

    def _take_notices(self, connection: Connection) -> int:
        now = self._clock.now()
        notices = feeds.take_notices(connection, now)
        for notice in notices:
            message = _notice(notice.text, (Paragraph((Text(notice.text),)),))
            self._tell(connection, message, ("feed", notice.row.id, notice.kind, now.isoformat()))
        return len(notices)

    def _tell(self, connection: Connection, message: Message, about: tuple[object, ...]) -> None:
        if not self._lanes:
            log.warning("no admin channel to tell", text=message.fallback)
        for lane in self._lanes:
            key = delivery_key("upkeep", lane, *about)
            enqueue(connection, lane=lane, op="post", message=message, key=key, now=self._clock.now())


def _applied(applied: Applied) -> Message:
    by = f" by {applied.author}" if applied.author else ""
    text = f"Rules changed{by}: {applied.changes}"
    return _notice(text, (Paragraph((Text(text),)), Context((Text(f"rule set {applied.ruleset.hash[:12]}"),))))


def _refused(refused: Refused) -> Message:
    lines: tuple[Line, ...] = tuple((Text(str(fault)),) for fault in refused.faults[:SHOWN_FAULTS])
    return _notice(refused.sentence(), (Paragraph((Text(refused.sentence()),)), Bullets(lines)))


def _notice(text: str, blocks: tuple[Paragraph | Context | Bullets, ...]) -> Message:
    return Message(kind=MessageKind.NOTICE, heading="Tocsin", fallback=text, blocks=blocks)
