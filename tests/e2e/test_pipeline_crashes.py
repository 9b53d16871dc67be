"""Kill, fail, freeze or delay the whole bot at every named step from the feed to both platforms, and start it again."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.clock import SystemClock
from bot.demo import FeedServer
from bot.faults import named
from tests.e2e import bot_process
from tests.e2e.bot_process import BotJob
from tests.e2e.harness import TORTURE, forget_faults, has_fired, run_to_end, stop_when_fired
from tests.e2e.newsroom import SEEDS, discord_text, slack_text
from tests.fakes import discord, slack
from tests.fakes.discord import FakeDiscord
from tests.fakes.slack import FakeSlack
from tests.shared import ROOT

PIPELINE = (
    "poll.fetched",
    "poll.parsed",
    "pipeline.read",
    "pipeline.stored",
    "pipeline.compared",
    "pipeline.rung",
    "pipeline.saving",
    "pipeline.committed",
    "digest.making",
    "digest.enqueued",
    "digest.committed",
)
ALWAYS = ("poll.parsed", "pipeline.stored", "pipeline.rung", "pipeline.committed", "digest.enqueued")
DELIVERY = (
    "outbox.claiming",
    "outbox.claimed",
    "outbox.answered",
    "outbox.recording",
    "outbox.recorded",
)
ELSEWHERE = {  # shown by test_migration and, for a messenger of its own, by test_outbox_crashes
    *("backup.written", "migration.copied", "migration.step", "migration.committing", "migration.committed"),
    "outbox.found",
}
STOP_SECONDS = 10.0
HELD = """
INSERT INTO story (id, title, opened_at, last_item_at) VALUES (900, 'Held', {now}, {now});
INSERT INTO alert (id, story_id, item_id, kind, severity, sentence, at)
    SELECT 900, 900, min(id), 'new', 'notice', 'Held over night', {now} FROM item;
INSERT INTO held (lane, alert_id, reason, listed, at, topic, kind, sentence, url)
    VALUES ('{lane}', 900, 'quiet_held', 1, {now}, 'Topic', 'new', 'Held over night', '');
"""


class Stage:
    """One baseline, to begin every attempt with; the feed then publishes its article."""

    def __init__(self, folder: Path, feeds: FeedServer) -> None:
        self.folder = folder
        self.feeds = feeds
        self.baseline = folder / "baseline.db"

    def job(self, slack_server: FakeSlack, discord_server: FakeDiscord) -> BotJob:
        guild = discord_server.world.add_guild()
        channel = discord_server.world.add_channel(guild["id"], "alerts")
        return BotJob(
            folder=str(self.folder),
            feeds=self.feeds.base,
            slack_url=slack_server.api_url,
            discord_url=discord_server.api_url,
            guild=guild["id"],
            channel=channel["id"],
            faults_log=str(self.folder / "faults.log"),
        )

    def begin(self, job: BotJob) -> None:
        for leftover in job.database.parent.glob("tocsin.db*"):
            leftover.unlink()
        shutil.copy(self.baseline, job.database)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with FeedServer(SEEDS, SystemClock().now()).running() as feeds:
        made = Stage(tmp_path_factory.mktemp("stage"), feeds)
        async with slack.fake_slack() as slack_server, discord.fake_discord() as discord_server:
            job = made.job(slack_server, discord_server)
            assert await run_to_end(job, bot_process.main) == 0
            assert slack_server.messages(slack.CHANNEL) == []
        with closing(sqlite3.connect(job.database)) as connection:
            connection.executescript(HELD.format(now="datetime('now')", lane=slack.PLACE))
        job.database.replace(made.baseline)
        feeds.step = 2
        yield made


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("action", ["kill", "raise", "hang", "delay=0.05"])
@pytest.mark.parametrize("point", PIPELINE + DELIVERY)
async def test_whatever_happens_at_any_step_each_platform_has_each_message_once(
    stage: Stage, point: str, action: str
) -> None:
    if action != "kill" and not TORTURE:
        pytest.skip("the other three actions are part of `make torture`")
    if point not in ALWAYS and not TORTURE:
        pytest.skip("the whole bot is killed there in `make torture`")
    calls = range(1, 60) if TORTURE else range(1, 2)
    for nth in calls:
        if not await fires(stage, f"{point}:{action}:{nth}", lives=2 if nth == 1 and TORTURE else 1):
            assert nth > 1, "the point was never reached"
            break


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("point", PIPELINE + DELIVERY if TORTURE else ("pipeline.stored",))
async def test_a_polite_stop_in_the_middle_of_any_step_is_quick_and_loses_nothing(stage: Stage, point: str) -> None:
    """The whole bot serves, with both gateways; the next life does what is left."""
    async with slack.fake_slack() as slack_server, discord.fake_discord() as discord_server:
        job = stage.job(slack_server, discord_server)
        stage.begin(job)
        forget_faults(job)
        slow = replace(job, serve=True, faults=f"{point}:delay=0.5:1")
        code, took = await stop_when_fired(slow, bot_process.main)
        assert (code, took < STOP_SECONDS) == (0, True)
        assert await run_to_end(job, bot_process.main) == 0
        check_slack(slack_server)
        check_discord(discord_server, job.channel)


async def fires(stage: Stage, fault: str, *, lives: int) -> bool:
    """Live with a fault, then ``lives`` times without; look at what people see."""
    async with slack.fake_slack() as slack_server, discord.fake_discord() as discord_server:
        job = stage.job(slack_server, discord_server)
        stage.begin(job)
        forget_faults(job)
        await run_to_end(replace(job, faults=fault), bot_process.main)
        fired = has_fired(job)
        for _ in range(lives):
            assert await run_to_end(job, bot_process.main) == 0
        check_slack(slack_server)
        check_discord(discord_server, job.channel)
        assert discord_server.violations == []
    return fired


def check_slack(server: FakeSlack) -> None:
    shown = [each for each in server.messages(slack.CHANNEL) if each.get("metadata")]
    roots = [each for each in shown if "NEW · urgent" in slack_text(each)]
    digests = [each for each in shown if "Held over night" in slack_text(each)]
    assert (len(roots), len(digests), len(shown)) == (1, 1, 2)
    (detail,) = _below(server.messages(slack.CHANNEL, roots[0]["ts"]), roots[0]["ts"])
    assert "In the words of UNN" in slack_text(detail)


def check_discord(server: FakeDiscord, channel: str) -> None:
    (root,) = server.messages(channel)
    assert "NEW · urgent" in discord_text(root)
    (detail,) = server.messages(root["id"])
    assert "In the words of UNN" in discord_text(detail)


def _below(messages: list[dict[str, Any]], root: str) -> list[dict[str, Any]]:
    return [each for each in messages if each["ts"] != root]


def test_every_named_step_of_the_product_is_in_one_of_these_loops() -> None:
    found = {name for path in (ROOT / "bot").rglob("*.py") for name in named(path.read_text(encoding="utf-8"))}
    assert found == {*PIPELINE, *DELIVERY, *ELSEWHERE}
