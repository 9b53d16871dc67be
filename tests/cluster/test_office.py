"""A gateway runs in one process at a time; another takes over where the first has gone, and nobody else."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot import __version__
from bot.clock import SystemClock
from bot.cluster import office as office_module
from bot.cluster.office import GuardedGateway, LostOfficeError, office_of
from bot.cluster.presence import OutdatedError, Presence
from bot.errors import DeliveryError, DeliveryReason
from bot.secret import Secret
from bot.store import workers
from bot.store.db import Database
from bot.store.workers import Worker

LEASE = timedelta(seconds=0.6)
PATIENCE = 20.0


class Line:
    """A gateway that counts who listens."""

    platform = "fake"

    def __init__(self) -> None:
        self.listening = asyncio.Event()
        self.closed = False
        self.refuses = False

    async def run(self) -> None:
        self.listening.set()
        try:
            if self.refuses:
                raise DeliveryError("fake", DeliveryReason.TOKEN_REFUSED, "no")
            await asyncio.Event().wait()
        finally:
            self.listening.clear()

    async def close(self) -> None:
        self.closed = True


def guarded(db: Database, line: Line, key: str) -> GuardedGateway:
    async def briefly(seconds: float) -> None:
        await asyncio.sleep(seconds / 20)

    office = office_of("fake", Secret("token"))
    return GuardedGateway(line, office, db, SystemClock(), key, lease=LEASE, sleep=briefly)


async def within(event: asyncio.Event) -> None:
    async with asyncio.timeout(PATIENCE):
        await event.wait()


async def test_one_listens_and_the_next_takes_over_when_it_is_closed(db: Database) -> None:
    first, second = Line(), Line()
    gateways = [guarded(db, first, "a"), guarded(db, second, "b")]
    running = asyncio.create_task(gateways[0].run())
    await within(first.listening)
    waiting = asyncio.create_task(gateways[1].run())
    await asyncio.sleep(LEASE.total_seconds() * 2)  # it keeps the office far beyond one lease
    assert (first.listening.is_set(), second.listening.is_set()) == (True, False)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await gateways[0].close()
    await within(second.listening)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_a_killed_holder_is_followed_when_its_lease_is_over(db: Database) -> None:
    first, second = Line(), Line()
    running = asyncio.create_task(guarded(db, first, "a").run())
    await within(first.listening)
    running.cancel()  # like a kill: it says no goodbye
    await asyncio.gather(running, return_exceptions=True)
    loop = asyncio.get_running_loop()
    started = loop.time()
    waiting = asyncio.create_task(guarded(db, second, "b").run())
    await within(second.listening)
    assert loop.time() - started < LEASE.total_seconds() + 2.0
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_a_holder_that_was_frozen_finds_out_and_stops(db: Database) -> None:
    line = Line()
    gateway = guarded(db, line, "a")
    running = asyncio.create_task(gateway.run())
    await within(line.listening)
    later = SystemClock().now() + timedelta(hours=1)

    def take(connection: Connection) -> None:
        workers.leave_office(connection, gateway._office, "a")
        assert workers.take_office(connection, gateway._office, "b", now=SystemClock().now(), until=later)

    await db.tx(take)
    with pytest.raises(LostOfficeError, match="another worker answers here now"):
        async with asyncio.timeout(PATIENCE):
            await running
    assert line.closed


async def test_a_refused_token_is_passed_on(db: Database) -> None:
    line = Line()
    line.refuses = True
    with pytest.raises(DeliveryError):
        await guarded(db, line, "a").run()


def test_an_office_is_one_for_each_token_and_does_not_tell_it() -> None:
    assert office_of("slack", Secret("hush")) == office_of("slack", Secret("hush"))
    assert office_of("slack", Secret("hush")) != office_of("slack", Secret("other"))
    assert "hush" not in office_of("slack", Secret("hush"))
    assert timedelta(seconds=office_module.KEEP_SECONDS * 3) < office_module.LEASE


async def test_workers_are_seen_with_their_offices_and_leave(db: Database) -> None:
    presence = Presence(db, SystemClock(), ("poll", "deliver"))
    await presence.beat()
    now = SystemClock().now()
    await db.tx(lambda c: workers.take_office(c, "gateway:x", presence.key, now=now, until=now + timedelta(hours=1)))
    await presence.beat()
    (seen,) = await db.read(lambda c: workers.present(c, now))
    assert (seen.roles, seen.offices, seen.version) == (("poll", "deliver"), ("gateway:x",), __version__)
    assert not seen.is_silent(now)
    assert seen.is_silent(now + timedelta(minutes=1))
    await presence.leave()
    assert await db.read(lambda c: workers.present(c, now)) == ()
    assert await db.read(lambda c: workers.is_free(c, "gateway:x", now))


async def test_a_worker_ends_when_another_version_has_upgraded_the_database(db: Database) -> None:
    presence = Presence(db, SystemClock(), ())
    await presence.beat()
    await db.tx(lambda c: c.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(OutdatedError, match=r"upgraded to revision 9999 .* install the same version here"):
        await presence.run()


async def test_a_worker_of_another_version_is_told_in_the_log(
    db: Database, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    now = SystemClock().now()
    stranger = Worker(key="x", host="x", pid=1, roles=(), version="0.0.1", started_at=now, seen_at=now)
    await db.tx(lambda c: workers.note(c, stranger))
    presence = Presence(db, SystemClock(), ())
    with contextlib.suppress(OutdatedError):
        await presence.beat()
    assert "workers of other versions" in capsys.readouterr().out + caplog.text
