"""What an earlier life left goes out before rules, feeds and commands are loaded."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.app import opened
from bot.clock import SystemClock
from bot.config import Channel, Config, Quiet
from bot.credentials import Credentials
from bot.delivering import head_start
from bot.delivery.model import Op
from bot.errors import StoreError
from bot.message import Message, MessageKind
from bot.ports import Place
from bot.ringing.holding import QuietBehaviour
from bot.store import outbox, schema
from bot.store.db import Database
from tests.bot.store.test_checked import damage
from tests.cli.terminal import files
from tests.shared import ROOT

DESK = Place(platform="console", workspace="", channel="desk")
PATIENCE = 20.0
HEAVY = (
    "rules.match",
    "rules.extract",
    "bot.feeds.poller",
    "bot.commands.run",
    "bot.pipeline",
    "alembic",
    "trafilatura",
)


def config(**channel: Any) -> Config:
    desk = Channel(platform="console", channel="desk", topics=("us-forces-europe",), **channel)
    return Config(version=1, database="tocsin.db", rules=("pack:us-forces-europe",), channels=(desk,))


def leave(folder: Path, *, alert: bool = False) -> None:
    """Leave what a life leaves that was killed after the commit: a row that waits, of an alert where asked for."""

    def work(connection: Connection) -> None:
        now = SystemClock().now()
        connection.execute(schema.channel.insert().values(lane=str(DESK), **_place(), added_at=now))
        told = Message(kind=MessageKind.ALERT, heading="Left over", fallback="Left over")
        outbox.enqueue(connection, lane=str(DESK), op=Op.POST, message=told, key="left", now=now)

    db = Database(folder / "tocsin.db")
    db.open()
    db.write(work)
    db.close()
    if alert:  # by a connection that does not look at references: story, item and feed are no matter here
        with closing(sqlite3.connect(folder / "tocsin.db")) as connection, connection:
            connection.execute("UPDATE outbox SET alert_id = 1")


def _place() -> dict[str, str]:
    return {"platform": DESK.platform, "workspace": DESK.workspace, "channel": DESK.channel}


async def row(db: Database) -> Any:
    return await db.read(lambda c: c.execute(select(schema.outbox)).one())


async def until(found: Callable[[Any], bool], db: Database) -> None:
    async with asyncio.timeout(PATIENCE):
        while not found(await row(db)):  # noqa: ASYNC110 - a row is no event
            await asyncio.sleep(0.01)


async def test_what_waits_goes_out_before_the_rest_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leave(tmp_path)
    async with head_start(config(), tmp_path, Credentials()) as begun:
        assert begun is not None
        await until(lambda found: found.state == "sent", begun.db)
    assert capsys.readouterr().out.count("Left over") == 1


async def test_the_whole_bot_is_built_around_what_delivers_already(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leave(tmp_path)
    async with (
        head_start(config(), tmp_path, Credentials()) as begun,
        opened(config(), tmp_path, Credentials(), environment={}, begun=begun) as app,
    ):
        assert begun is not None
        assert (app.db, app.dispatcher) == (begun.db, begun.dispatcher)
        going_on = asyncio.create_task(begun.run())
        await until(lambda found: found.state == "sent", app.db)
        going_on.cancel()
        await asyncio.gather(going_on, return_exceptions=True)
    assert capsys.readouterr().out.count("Left over") == 1


async def test_quiet_hours_that_were_just_written_hold_for_what_waits(tmp_path: Path) -> None:
    leave(tmp_path, alert=True)
    whole_day = Quiet(start=time(0, 0), end=time(0, 0), behaviour=QuietBehaviour.HOLD)
    async with head_start(config(quiet=whole_day), tmp_path, Credentials()) as begun:
        assert begun is not None
        await until(lambda found: found.not_before is not None, begun.db)
        assert (await row(begun.db)).state == "ready"


async def test_damage_that_delivery_does_not_touch_ends_the_start_after_the_first_post(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leave(tmp_path)
    damage(tmp_path / "tocsin.db", "mention")
    with pytest.raises(StoreError, match="damaged"):
        async with head_start(config(), tmp_path, Credentials()):
            pytest.fail("the rest was begun on a damaged database")
    assert capsys.readouterr().out.count("Left over") == 1


async def test_where_nothing_was_left_nothing_is_made(tmp_path: Path) -> None:
    async with head_start(config(), tmp_path, Credentials()) as begun:
        assert begun is None
    assert files(tmp_path) == []


def test_delivering_loads_nothing_that_only_reads_news() -> None:
    code = f"import sys, bot.delivering, bot.config; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == []


POSTING = """
import asyncio, sys
from pathlib import Path
from bot.config import Config
from bot.credentials import Credentials
from bot.delivering import head_start
from bot.secret import Secret

class Screen:
    def write(self, text):
        if "Left over" in text:
            sys.stderr.write("WHEN " + str("discord" in sys.modules) + " ")
    def flush(self):
        pass

async def begin():
    config = Config(version=1, database="tocsin.db", rules=("pack:sanctions",), console={"enabled": True})
    async with head_start(config, Path.cwd(), Credentials(discord=Secret("token"))) as begun:
        sys.stderr.write("THEN " + " ".join(begun.senders.messengers))

sys.stdout = Screen()
asyncio.run(begin())
"""


def test_the_first_platform_posts_before_the_second_ones_library_is_loaded(tmp_path: Path) -> None:
    leave(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", POSTING],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == "WHEN False THEN console discord"
