"""What one worker of a cluster does, by its roles.

poll      claims the feeds that are due and hands them out as jobs; looks after digests and notices
process   fetches, reads and stores what was handed out
deliver   empties the lanes that got rows; stands by for the gateways
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from bot.cluster.jobs import DELIVER, PROCESS, Handlers, Jobs, install
from bot.cluster.presence import Presence
from bot.cluster.share import Role, Share, Task
from bot.delivery.courier import StepResult
from bot.delivery.dispatcher import Dispatcher
from bot.errors import StoreError
from bot.feeds.poller import Poller, host_of
from bot.ports import Clock
from bot.store import lanes, polls
from bot.store.db import Database

CLAIM = 500  # feeds handed out at a time
MOST_WAITING = 2_000  # jobs of feeds; more are not handed out
LANES = 500  # swept at a time
SWEEP_SECONDS = 0.4  # how late a silent worker's work may be taken over, beyond its lease
PATIENCE = timedelta(seconds=5)  # how long a job waits for its lane's pace before it ends

log = structlog.get_logger("tocsin.cluster")


class Crew:
    """The hands of this process."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        jobs: Jobs,
        roles: Collection[Role],
        *,
        poller: Poller,
        dispatcher: Dispatcher,
        platforms: Collection[str],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.roles = frozenset(roles)
        self._db = db
        self._clock = clock
        self._jobs = jobs
        self._poller = poller
        self._dispatcher = dispatcher
        self._platforms = tuple(platforms)
        self._sleep = sleep

    async def join(self, presence: Presence) -> Share:
        """Prepare the database for jobs, and return what this process does from now on."""

        def work(connection: Connection) -> None:
            install(connection)
            for name in self._platforms if Role.DELIVER in self.roles else ():
                lanes.resume_platform(connection, name)  # a start is a new try, perhaps with a new token

        await self._db.tx(work)
        self._db.on_rows = self._jobs.defer_lanes
        polls_here = Role.POLL in self.roles
        tasks: tuple[Task, ...] = (self.run, self.watch, presence.run)
        return Share(
            poll=self.hand_out if polls_here else None,
            tasks=tasks,
            keeps_house=polls_here,
            revisits=Role.PROCESS in self.roles,
        )

    async def run(self) -> None:
        """Carry out jobs until cancelled."""
        handlers: Handlers = {}
        if Role.PROCESS in self.roles:
            handlers[PROCESS] = self.process
        if Role.DELIVER in self.roles:
            handlers[DELIVER] = self.deliver
        if handlers:
            await self._jobs.run(handlers)
        await asyncio.Event().wait()

    async def hand_out(self) -> int:
        """Claim what is due and make jobs of it, in one transaction; return how many."""
        now = self._clock.now()

        def work(connection: Connection) -> int:
            room = min(CLAIM, MOST_WAITING - self._jobs.count(connection, PROCESS))
            if room <= 0:
                return 0
            rows = polls.claim_due(connection, now, room)
            claimed = polls.claimed(connection, [row.id for row in rows])
            self._jobs.defer_feeds(connection, [(row, host_of(row.url)) for row in claimed])
            return len(claimed)

        return await self._db.tx(work)

    async def watch(self) -> None:
        """Sweep until cancelled; while the database is away, only wait: ``Presence`` tells of that."""
        while True:
            with contextlib.suppress(StoreError):
                await self.sweep()
            await self._sleep(SWEEP_SECONDS)

    async def sweep(self) -> int:
        """Make jobs of lanes that have something to send and none that waits; free those of silent workers."""
        now = self._clock.now()

        def look(connection: Connection) -> tuple[bool, Collection[str]]:
            waiting = self._jobs.waiting(connection, DELIVER)
            due = lanes.due_lanes(connection, now=now, platforms=self._platforms, limit=LANES, skip=waiting)
            return self._jobs.has_stalled(connection), due

        has_stalled, due = await self._db.read(look)
        if not has_stalled and not due:
            return 0

        def work(connection: Connection) -> int:
            freed = self._jobs.requeue_stalled(connection)
            self._jobs.defer_lanes(connection, due)
            return freed

        freed = await self._db.posting(work)
        if freed:
            log.warning("jobs of silent workers are done by others", jobs=freed)
        return freed

    async def process(self, feed: int, until: str) -> None:
        """Poll a feed, if the claim that handed it out still stands."""
        try:
            rows = await self._db.read(lambda connection: polls.claimed(connection, [feed]))
            if rows and rows[0].next_due == datetime.fromisoformat(until):
                await self._poller.poll(rows[0])
        except StoreError as error:
            log.warning("a feed waits for its claim's end", feed=feed, error=str(error))

    async def deliver(self, lane: str) -> None:
        """Move a lane's rows until nothing is left that can go out soon."""
        try:
            while True:
                report = await self._dispatcher.step(lane)
                if report.result is StepResult.MOVED:
                    continue
                now = self._clock.now()
                moment = await self._db.read(partial(lanes.next_move, lane=lane, now=now))
                if report.result is StepResult.STOPPED or moment is None or not now < moment <= now + PATIENCE:
                    return
                await self._sleep((moment - now).total_seconds())
        except StoreError as error:
            log.warning("a lane waits for the next sweep", lane=lane, error=str(error))
