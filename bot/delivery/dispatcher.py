"""The engine of a single process: an asyncio loop that gives every lane its turn, the longest-waiting first.

Lanes run side by side, up to ``concurrency`` on each platform, one step at a turn: a slow channel takes one slot
and a slow platform only its own. Until a platform has answered for the first time, one call at a time is made to it,
so that a refused token costs one failing call and not one for each lane.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from bot.delivery.courier import Courier, Outcome, StepReport, StepResult
from bot.delivery.decisions import Policy, Verdict
from bot.delivery.engine import Health, Observer
from bot.delivery.turns import PlatformTurns, Rests, portion
from bot.errors import StoreError
from bot.ports import Clock, Messenger, Place
from bot.store import lanes, outbox
from bot.store.db import Database

POLL_SECONDS = 1.0  # other processes' rows, and the clock's jumps
PATIENCE = timedelta(seconds=10)  # how long drain waits for a lane's pace or a short Retry-After
GRACE_SECONDS = 8.0  # for posts in progress at SIGTERM; the whole stop has 10
CLOCK_SLACK = timedelta(seconds=2)  # an NTP step below this only shortens or lengthens a wait
TRIES = 3  # such failures in a row after which drain leaves a lane
MOST = 100_000  # lanes looked at

log = structlog.get_logger("tocsin.delivery")


def log_outcome(outcome: Outcome) -> None:
    """Write one event for a finished step; an operator's matter is a warning."""
    decision = outcome.decision
    loud = decision.verdict in {Verdict.DEAD, Verdict.UNKNOWN, Verdict.SKIP, Verdict.PARK, Verdict.PAUSE}
    write = log.warning if loud else log.debug
    write(
        "delivery",
        lane=outcome.delivery.lane,
        key=outcome.delivery.key,
        task=outcome.task.value,
        verdict=decision.verdict.value,
        reason=decision.reason.value,
        detail=decision.detail,
    )


class Dispatcher:
    """Delivers what is in the outbox. ``step``, ``drain`` and ``run`` may be called again after each other."""

    def __init__(
        self,
        db: Database,
        messengers: Mapping[str, Messenger],
        clock: Clock,
        *,
        policy: Policy | None = None,
        admin_lanes: Sequence[Place] = (),
        sole_owner: bool = True,
        concurrency: int = 16,
        observe: Observer = log_outcome,
        sleep: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._courier = Courier(
            db,
            messengers,
            clock,
            policy=policy or Policy(),
            admin_lanes=admin_lanes,
            sole_owner=sole_owner,
        )
        self._sole_owner = sole_owner
        self._concurrency = concurrency
        self._observe = observe
        self._sleep = sleep or self._sleep_or_wake
        self._platforms = {name: PlatformTurns() for name in messengers}
        self._tasks: set[asyncio.Task[None]] = set()
        self._rests = Rests()
        self._trouble: StoreError | None = None  # the database's last failure
        self._woken = asyncio.Event()
        self._started = False
        self._last = (clock.now(), clock.monotonic())
        self._looked = clock.now()

    async def step(self, lane: str) -> StepReport:
        """Move one lane by at most one row."""
        report = await self._courier.step(lane)
        if report.outcome is not None:
            self._learn(lane, report.outcome)
            self._observe(report.outcome)
        return report

    async def drain(self, patience: timedelta = PATIENCE) -> None:
        """Send everything that can be sent now; what has to wait longer than ``patience`` stays in the outbox.

        Raises StoreError when the database could not record and rows were therefore left.
        """
        await self._start()
        self._trouble = None
        try:
            while await self._turn() or await self._wait_for_next(patience):
                pass
        finally:
            await self._wind_down()
        self._raise_trouble()

    async def run(self) -> None:
        """Serve until cancelled, then finish what is in progress or give it back, within ten seconds."""
        try:
            while True:
                try:
                    await self._start()
                    if not await self._turn():
                        await self._wait_for_next(timedelta.max)
                except StoreError as error:  # a full or locked disk passes; nothing was posted unrecorded
                    log.warning("delivery stands still", error=str(error))
                    await self._sleep(POLL_SECONDS)
        finally:
            await self._wind_down()

    async def add(self, name: str, messenger: Messenger) -> None:
        """Deliver to a further platform from now on; for one that delivers already that counts as its start."""
        if self._started:
            await self._db.tx(lambda connection: lanes.resume_platform(connection, name))
        self._courier.add(name, messenger)
        self._platforms[name] = PlatformTurns()
        self.wake()

    def wake(self) -> None:
        """Say that rows were committed."""
        self._woken.set()

    async def resume(self, name: str) -> bool:
        """Let a parked channel or a paused platform go on; False when it is unknown."""

        def work(connection: Connection) -> bool:
            return lanes.unpark(connection, name) if ":" in name else lanes.resume_platform(connection, name)

        known = await self._db.tx(work)
        self.wake()
        return known

    async def health(self) -> Health:
        """Look at the rows."""
        depth, still = await self._db.read(lambda c: (outbox.depth(c), lanes.standing_still(c)))
        age = None if depth.oldest is None else (self._clock.now() - depth.oldest).total_seconds()
        return Health(
            pending=depth.pending,
            oldest_age=age,
            standing_still=tuple(still),
            working=sum(len(platform.working) for platform in self._platforms.values()),
        )

    def _raise_trouble(self) -> None:
        if self._trouble is not None and self._rests:
            raise self._trouble

    async def _start(self) -> None:
        if self._started:
            return

        def work(connection: Connection) -> None:
            if self._sole_owner:
                lanes.take_over(connection)
            for name in list(self._platforms):  # a start is a new try, perhaps with a new token: one call tells
                lanes.resume_platform(connection, name)

        await self._db.tx(work)
        self._started = True

    async def _turn(self) -> bool:
        """Start what may start, wait until something ends or rows arrive; False when nothing is in progress."""
        self._woken.clear()
        await self._mend_clock()
        self._looked = self._clock.now()
        for name in list(self._platforms):  # others may be added meanwhile
            await self._fill(name)
        if not self._tasks:
            return False
        waking = asyncio.create_task(self._woken.wait())
        try:
            done, _ = await asyncio.wait(
                {*self._tasks, waking}, return_when=asyncio.FIRST_COMPLETED, timeout=POLL_SECONDS
            )
        finally:
            waking.cancel()
        for task in done - {waking}:
            self._tasks.discard(task)
        return True

    async def _mend_clock(self) -> None:
        """Notice a wall clock that was set back, and set the lanes' waits back with it."""
        wall, monotonic = self._last
        now, moment = self._clock.now(), self._clock.monotonic()
        self._last = (now, moment)
        jump = now - wall - timedelta(seconds=moment - monotonic)
        if jump < -CLOCK_SLACK:
            log.warning("the clock was set back", seconds=-jump.total_seconds())
            await self._db.tx(lambda c: lanes.shift(c, jump))

    async def _fill(self, name: str) -> None:
        platform = self._platforms[name]
        while platform.slots(self._concurrency, self._clock.monotonic()) > 0:
            if not platform.queue and not await self._refill(name):
                return
            lane = platform.begin(self._clock.monotonic())
            self._tasks.add(asyncio.create_task(self._work(platform, lane), name=f"deliver {lane}"))

    async def _refill(self, name: str) -> bool:
        platform = self._platforms[name]
        skip = {*platform.working, *self._rests.resting(self._clock.monotonic())}
        now = self._clock.now()
        due = await self._db.read(lambda c: lanes.due_lanes(c, now=now, platforms=[name], limit=MOST, skip=skip))
        platform.queue.extend(due[: portion(len(due))])
        return bool(platform.queue)

    async def _work(self, platform: PlatformTurns, lane: str) -> None:
        try:
            report = await self.step(lane)
            if report.result in {StepResult.IDLE, StepResult.FENCED}:
                self._rest(lane)
            else:
                self._rests.went_well(lane)
        except StoreError as error:
            log.warning("delivery cannot record", lane=lane, error=str(error))
            self._trouble = error
            self._rest(lane)
        except Exception:
            log.exception("delivery step failed", lane=lane)
            self._rest(lane)
        finally:
            platform.working.discard(lane)

    def _rest(self, lane: str) -> None:
        self._rests.rest(lane, self._clock.monotonic())

    def _learn(self, lane: str, outcome: Outcome) -> None:
        platform = self._platforms.setdefault(lane.split(":", 1)[0], PlatformTurns())
        platform.learn(is_refused=outcome.decision.verdict is Verdict.PAUSE)

    async def _wait_for_next(self, patience: timedelta) -> bool:
        """Sleep until a lane may come due; False when that is beyond ``patience`` or never."""
        names = list(self._platforms)  # and from the last look on: a moment may have passed since
        moment = await self._db.read(lambda c: lanes.next_moment(c, now=self._looked, platforms=names))
        serving = patience == timedelta.max
        waits = list(self._rests.waits(self._clock.monotonic(), tries=None if serving else TRIES))
        if moment is not None:
            waits.append((moment - self._clock.now()).total_seconds())
        wait = min(waits, default=None)
        if not serving and (wait is None or wait > patience.total_seconds()):
            return False
        await self._sleep(POLL_SECONDS if wait is None else max(0.0, min(wait, POLL_SECONDS)))
        return True

    async def _sleep_or_wake(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _wind_down(self) -> None:
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        for platform in self._platforms.values():
            platform.queue.clear()
