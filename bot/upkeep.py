"""What the clock calls besides polling: rule files that changed, and feeds that people have to hear about.

Each thing is told to the admin channels once, in the transaction that marks it as told; without an admin channel it
goes to the log. What could not be told, because the database was busy, is told with the next tick.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import structlog
from sqlalchemy import Connection, insert

from bot.message import Message
from bot.ports import Clock, Place
from bot.rulebook.edit import Edit
from bot.rulebook.inforce import Applied, Outcome
from bot.rulebook.notices import applied_notice, failing_notice, feed_notice, refused_notice
from bot.rulebook.reload import RuleWatcher
from bot.store import feeds
from bot.store.db import Database
from bot.store.outbox import delivery_key, enqueue
from bot.store.schema import audit
from rules.ruleset import RuleSet

log = structlog.get_logger("tocsin.upkeep")
NOBODY = "unknown"


def _no_failures() -> Mapping[str, int]:
    return {}


class Upkeep:
    """Keeps rules fresh and admins told.

    ``swap`` brings a rule set into force; it may take seconds, off the loop. ``failing`` counts, by rule of the set
    in force, the articles on which matching it raised.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        watcher: RuleWatcher,
        swap: Callable[[RuleSet], None],
        admin: Sequence[Place],
        wake: Callable[[], None],
        failing: Callable[[], Mapping[str, int]] = _no_failures,
    ) -> None:
        self.watcher = watcher
        self.failing = failing
        self._db = db
        self._clock = clock
        self._swap = swap
        self._lanes = tuple(str(place) for place in admin)
        self._wake = wake
        self._untold: list[tuple[Outcome, str]] = []
        self._telling = asyncio.Lock()  # a change by hand and a look at the files may both have something to tell
        self._reported: set[tuple[str, str]] = set()

    def is_overseen_from(self, place: Place) -> bool:
        """Tell whether rules, which all share, may be changed from a workspace: one with an admin channel, if any."""
        workspaces = {lane.rpartition(":")[0] for lane in self._lanes if not lane.startswith("console:")}
        return not workspaces or f"{place.platform}:{place.workspace}" in workspaces

    async def reload(self) -> None:
        """Look at the rule files; take a good change into force, tell of a bad one, and of rules that fail."""
        outcome = await asyncio.to_thread(self._poll)
        self._remember(outcome)
        await self._tell_of_rules()
        await self._tell_of_failing()

    async def change(self, edit: Edit, author: str) -> Applied:
        """Write rule files and bring them into force. Raises FaultsError or EditError, with nothing changed."""
        return await self._apply(lambda: self.watcher.change(edit, self._clock.now(), author))

    async def rollback(self, digest: str, author: str) -> Applied:
        """Bring an earlier set back. Raises UnknownSetError, FaultsError or EditError, with nothing changed."""
        return await self._apply(lambda: self.watcher.rollback(digest, self._clock.now(), author))

    async def _apply(self, work: Callable[[], Applied]) -> Applied:
        def apply() -> Applied:
            applied = work()
            self._swap(applied.ruleset)
            return applied

        applied = await asyncio.to_thread(apply)
        self._remember(applied)
        await self._tell_of_rules()
        return applied

    def _poll(self) -> Outcome:
        outcome = self.watcher.poll(self._clock.now())
        if isinstance(outcome, Applied):
            self._swap(outcome.ruleset)
        return outcome

    def _remember(self, outcome: Outcome) -> None:
        if outcome is not None:
            self._untold.append((outcome, self._clock.now().isoformat()))

    async def _tell_of_rules(self) -> None:
        async with self._telling:
            while self._untold:
                outcome, told_at = self._untold[0]
                await self._db.tx(partial(self._tell_outcome, outcome=outcome, told_at=told_at))
                self._untold.pop(0)
                self._wake()

    def _tell_outcome(self, connection: Connection, outcome: Outcome, told_at: str) -> None:
        if isinstance(outcome, Applied):
            values = {"at": outcome.at, "lane": None, "user": outcome.author or NOBODY, "what": "rules"}
            old = outcome.before[:12] or None
            connection.execute(insert(audit).values(**values, old=old, new=f"{outcome.short} ({outcome.changes})"))
            self._tell(connection, applied_notice(outcome), ("rules", told_at, outcome.before, outcome.short))
        elif outcome is not None:
            self._tell(connection, refused_notice(outcome), ("rules", told_at))

    async def _tell_of_failing(self) -> None:
        """Tell once of each rule that cannot be matched, for as long as its set is in force."""
        applied = self.watcher.applied
        if applied is None:
            return
        new = {(applied.ruleset.hash, rule) for rule in self.failing()} - self._reported
        if not new:
            return

        def tell(connection: Connection) -> None:
            for digest, rule in sorted(new):
                self._tell(connection, failing_notice(rule), ("rule fails", digest, rule))

        await self._db.tx(tell)
        self._reported |= new
        self._wake()

    async def tell_of_feeds(self) -> None:
        """Tell once of each feed that fails, is gone or stale, and once when it works again."""
        if await self._db.tx(self._take_notices):
            self._wake()

    def _take_notices(self, connection: Connection) -> int:
        now = self._clock.now()
        notices = feeds.take_notices(connection, now)
        for notice in notices:
            about = ("feed", notice.row.id, notice.kind, now.isoformat())
            self._tell(connection, feed_notice(notice.text), about)
        return len(notices)

    def _tell(self, connection: Connection, message: Message, about: tuple[object, ...]) -> None:
        if not self._lanes:
            log.warning("no admin channel to tell", text=message.fallback)
        for lane in self._lanes:
            key = delivery_key("upkeep", lane, *about)
            enqueue(connection, lane=lane, op="post", message=message, key=key, now=self._clock.now())
