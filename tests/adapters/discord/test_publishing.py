"""Between a post and its publication a process may be killed: the message is published once all the same."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.discord.messenger import DiscordMessenger
from bot.clock import SystemClock
from bot.ports import Place
from bot.store.db import Database
from tests.adapters.discord.desk import Desk
from tests.adapters.discord.killed_publisher import deliver
from tests.adapters.discord.samples import alert
from tests.bot.delivery.desk import Desk as Outbox
from tests.databases import blank_database
from tests.fakes.discord.world import NEWS
from tests.shared import ROOT

KEY = "d-000001"
SINCE = datetime.now(UTC) - timedelta(minutes=1)
CROSSPOSTED = 1


def news_of(desk: Desk) -> Place:
    return desk.at(desk.server.world.add_channel(desk.guild["id"], "news", NEWS))


def published(desk: Desk, place: Place) -> list[bool]:
    return [bool(message["flags"] & CROSSPOSTED) for message in desk.server.messages(place.channel)]


def enqueue_parent(path: Path, place: Place) -> None:
    db = Database(path)
    db.open()
    outbox = Outbox(db=db)
    outbox.clock.jump(SystemClock().now() - outbox.clock.now())
    outbox.put("the parent", lane=str(place), thread=outbox.open_thread(str(place)))
    db.close()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("moment", ["hang", "accept hang"], ids=["before it is published", "before the answer"])
async def test_a_killed_process_leaves_a_message_that_the_next_one_publishes_once(
    desk: Desk, tmp_path: Path, moment: str
) -> None:
    place = news_of(desk)
    path = blank_database(tmp_path / "tocsin.db")
    enqueue_parent(path, place)
    desk.server.faults.on("crosspost_message", moment)
    worker = "tests.adapters.discord.killed_publisher"
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-m", worker, str(path), desk.server.api_url, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )
    await desk.server.arrived("crosspost_message")
    victim.kill()
    await victim.wait()
    desk.server.forget_nonces()
    await deliver(path, desk.server.api_url)
    assert published(desk, place) == [True]
    assert len(desk.server.sent("crosspost_message")) == (2 if moment == "hang" else 1)


async def test_what_is_found_unpublished_is_published_and_what_was_is_left(desk: Desk) -> None:
    place = news_of(desk)
    await desk.messenger.post(place, alert(), key=KEY)  # by one who does not publish: as a killed process leaves it
    for _ in range(2):
        again = DiscordMessenger(desk.account, publishes=True)
        assert await again.find(place, KEY, since=SINCE) is not None
        assert published(desk, place) == [True]
    assert len(desk.server.sent("crosspost_message")) == 1


async def test_who_does_not_publish_finds_and_leaves_it(desk: Desk) -> None:
    place = news_of(desk)
    await desk.messenger.post(place, alert(), key=KEY)
    assert await DiscordMessenger(desk.account).find(place, KEY, since=SINCE) is not None
    assert published(desk, place) == [False]
