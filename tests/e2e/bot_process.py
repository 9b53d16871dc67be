"""The whole bot as a process that gets killed: one poll of everything, digests, delivery, end.

``main`` is called in a forked child; the feeds and both platforms' fakes are in the test's process and outlive it.
"""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import adapters.discord.messenger
import adapters.slack.messenger  # noqa: F401 - both are loaded once, in the parent of all children
from bot import faults
from bot.app import opened
from bot.config import Channel, Config, Delivery, Discord, Feed, Polling, Slack, Web
from bot.store import schema
from tests.e2e.newsroom import TOPIC, credentials
from tests.fakes import slack

FEED = "unn"


@dataclass(frozen=True, slots=True, kw_only=True)
class BotJob:
    """One life of the bot. ``guild`` and ``channel`` are Discord's."""

    folder: str
    feeds: str
    slack_url: str
    discord_url: str
    guild: str
    channel: str
    serve: bool = False  # until SIGTERM, instead of once
    faults: str = ""
    faults_log: str = ""

    @property
    def database(self) -> Path:
        """Where the bot keeps its rows."""
        return Path(self.folder) / "tocsin.db"

    def to_json(self) -> str:
        """Write the job as one argument."""
        return json.dumps(asdict(self))


def main(argument: str) -> None:
    """Live once."""
    job = BotJob(**json.loads(argument))
    os.environ[faults.SPEC] = job.faults
    os.environ[faults.LOG] = job.faults_log
    faults.arm(os.environ)
    asyncio.run(_live(job))


async def _live(job: BotJob) -> None:
    once = not job.serve
    async with opened(_config(job), Path(job.folder), credentials(), environment={}, is_single_run=once) as app:
        now = app.clock.now()
        await app.db.tx(lambda c: c.execute(schema.feed.update().values(next_due=now, failures=0)))
        await (app.once() if once else app.serve())


def _config(job: BotJob) -> Config:
    return Config(
        version=1,
        database="tocsin.db",
        rules=("pack:us-forces-europe",),
        feeds=(Feed(url=f"{job.feeds}/{FEED}.rss", outlet="UNN"),),
        channels=(
            Channel(platform="slack", workspace=slack.PLACE.workspace, channel=slack.CHANNEL, topics=(TOPIC,)),
            Channel(platform="discord", workspace=job.guild, channel=job.channel, topics=(TOPIC,)),
        ),
        polling=Polling(allow_private=("127.0.0.1",), page_pace=0.0),
        delivery=Delivery(pace=0.0, group_wait=0.0, update_interval=0.0),
        slack=Slack(api_url=job.slack_url),
        discord=Discord(api_url=job.discord_url),
        web=Web(enabled=False),
    )
