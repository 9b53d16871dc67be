"""A worker that delivers and gets killed: ``python -m tests.cluster.posting ADDRESS URL``."""

from __future__ import annotations

import asyncio
import sys
from typing import Any, cast

import aiohttp

from bot.clock import SystemClock
from bot.cluster import jobs
from bot.cluster.crew import Crew
from bot.cluster.jobs import Jobs
from bot.cluster.presence import Presence
from bot.cluster.share import Role
from bot.delivery.decisions import Policy
from bot.delivery.dispatcher import Dispatcher
from bot.secret import Secret
from bot.store.address import Server
from bot.store.db import Database
from tests.e2e.worker import HttpMessenger

LEASE = 2.0
POLICY = Policy(gap=0.0, settle=0.05, first_wait=0.05, lease=LEASE, call_timeout=1.5)


async def main(address: str, url: str) -> None:
    """Work until killed."""
    jobs.BEAT_SECONDS, jobs.STALLED_SECONDS = 0.5, 2.0
    server, clock = Server(Secret(address)), SystemClock()
    db = Database(server)
    db.open()
    async with aiohttp.ClientSession() as session:
        dispatcher = Dispatcher(
            db,
            {"fake": HttpMessenger("fake", url, session)},
            clock,
            policy=POLICY,
            sole_owner=False,
            observe=lambda _outcome: None,
        )
        roles = [Role.DELIVER]
        crew = Crew(db, clock, Jobs(server), roles, poller=cast("Any", None), dispatcher=dispatcher, platforms=["fake"])
        share = await crew.join(Presence(db, clock, roles))
        await asyncio.gather(*(task() for task in share.tasks))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
