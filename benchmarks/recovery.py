"""From the start after a kill -9 to the first accepted post: the real ``tocsin run`` against both platforms' fakes.

    python benchmarks/recovery.py [--lives 15] [--channels 20] [--archive 0] [--folder DIR]

Every life is killed a moment after its first post, and the next one finds what that left. CPU time of the process up to
the post stands beside the wall clock, as on a busy machine only that says what a start costs; a bare interpreter is
started before each life to compare. ``--archive``: items that the database holds besides, since every start reads it.
Compiled files are kept, as an installation has them.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.clock import SystemClock
from bot.credentials import DISCORD, SLACK_BOT
from bot.delivery.model import Op
from bot.message import Message, MessageKind, Paragraph, Text
from bot.store import outbox
from bot.store.db import Database
from tests.fakes import discord, slack

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
LONGEST = 60.0  # seconds for one start
SETTINGS = """\
version: 1
rules: [pack:us-forces-europe, pack:un-mandate-peacekeeping]
web: {enabled: false}
database: tocsin.db
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What one start took, in seconds up to its first post."""

    wall: float
    cpu: float
    bare: float  # wall seconds of a bare interpreter


def fill(connection: Connection, lanes: Sequence[str], rows: int, now: datetime) -> None:
    """Write ``rows`` messages for each channel."""
    for number in range(rows):
        heading = f"Alert {number}"
        told = Message(kind=MessageKind.ALERT, heading=heading, fallback=heading, blocks=(Paragraph((Text(heading),)),))
        for lane in lanes:
            key = outbox.delivery_key(lane, number)
            outbox.enqueue(connection, lane=lane, op=Op.POST, message=told, key=key, now=now)


def seed(folder: Path, lanes: Sequence[str], rows: int, archive: int) -> None:
    """Make the database that the first life finds."""
    (folder / "tocsin.yaml").write_text(SETTINGS, encoding="utf-8")
    if archive:
        from benchmarks.archive import prepared

        shutil.copy(prepared(archive), folder / "tocsin.db")
    db = Database(folder / "tocsin.db")
    db.open()
    db.write(lambda c: fill(c, lanes, rows, SystemClock().now()))
    db.close()


def environment(folder: Path, slack_url: str, discord_url: str) -> dict[str, str]:
    """Return what a life finds."""
    found = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    return found | {
        SLACK_BOT: slack.BOT_TOKEN,
        DISCORD: discord.TOKEN,
        "TOCSIN_SLACK_API_URL": slack_url,
        "TOCSIN_DISCORD_API_URL": discord_url,
    }


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process so far, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def bare_start() -> float:
    """Return the wall seconds of a bare interpreter."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began


def start(folder: Path, given: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the bot."""
    return subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=folder, env=given, stderr=subprocess.DEVNULL)


async def live(folder: Path, given: dict[str, str], posts: Posts) -> Start:
    """Start once, wait for the first post and kill."""
    bare = bare_start()
    before, began = posts.count(), time.perf_counter()
    process = start(folder, given)
    try:
        while posts.count() == before:
            assert time.perf_counter() - began < LONGEST, "no post after a start"
            assert process.poll() is None, f"ended with {process.returncode}"
            await asyncio.sleep(0.002)
        return Start(wall=time.perf_counter() - began, cpu=cpu_of(process.pid), bare=bare)
    finally:
        await asyncio.sleep(random.uniform(0.0, 0.3))
        process.kill()
        process.wait()


class Posts:
    """Counts what both platforms have accepted."""

    def __init__(
        self, slack_server: slack.FakeSlack, discord_server: discord.FakeDiscord, lanes: Sequence[str]
    ) -> None:
        self._slack = slack_server
        self._discord = discord_server
        self._channels = [lane.split(":")[2] for lane in lanes if lane.startswith("discord")]

    def count(self) -> int:
        """Return how many there are."""
        in_slack = sum(len(channel.messages) for channel in self._slack.workspace.channels.values())
        return in_slack + sum(len(self._discord.messages(channel)) for channel in self._channels)


async def measure(folder: Path, lives: int, channels: int, archive: int) -> list[Start]:
    """Live so many times; the first life, which compiles, does not count."""
    async with slack.fake_slack() as slack_server, discord.fake_discord() as discord_server:
        guild = discord_server.world.add_guild()["id"]
        lanes = []
        for number in range(channels):
            slack_server.add_channel(f"C{number}")
            lanes.append(f"slack:{slack.WORKSPACE}:C{number}")
            channel = discord_server.world.add_channel(guild, f"alerts-{number}")
            lanes.append(f"discord:{guild}:{channel['id']}")
        seed(folder, lanes, rows=lives + 20, archive=archive)
        given = environment(folder, slack_server.api_url, discord_server.api_url)
        posts = Posts(slack_server, discord_server, lanes)
        return [await live(folder, given, posts) for _ in range(lives + 1)][1:]


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lives", type=int, default=15)
    parser.add_argument("--channels", type=int, default=20, help="on each platform")
    parser.add_argument("--archive", type=int, default=0, help="items in the database")
    parser.add_argument("--folder", help="where the database is")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        starts = asyncio.run(measure(Path(folder), args.lives, args.channels, args.archive))
    wall, cpu = (statistics.median(getattr(one, name) for one in starts) for name in ("wall", "cpu"))
    bare = statistics.median(one.bare for one in starts)
    worst = max(one.wall for one in starts)
    print(f"{len(starts)} starts, {2 * args.channels} channels, {args.archive:,} items in the database")
    print(f"to the first post: median {wall:.2f} s (worst {worst:.2f} s), of that {cpu:.2f} s CPU")
    print(f"a bare interpreter beside it takes {bare:.3f} s; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
