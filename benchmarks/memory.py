"""What the real ``tocsin run`` takes at rest: both platforms connected, 2,000 feeds polled and nothing new in them.

    python benchmarks/memory.py [--feeds 2000] [--entries 30] [--settle 20]

Resident memory of the process, split as the kernel does (/proc/PID/smaps_rollup): what is its own, and what comes from
files, which other processes share. Its parser children stand beside it: they end when there is nothing to parse. Web
page and all rule packs are on, as ``tocsin init`` leaves them. The entries are three weeks old, so that none is in the
window of stories, whose memory benchmarks/stories.py measures.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path

from aiohttp import web

from bot.credentials import DISCORD, SLACK_APP, SLACK_BOT
from tests.fakes import discord, slack

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 300.0  # seconds until everything was polled
PUBLISHED = format_datetime(datetime.now(UTC) - timedelta(days=20))
ENTRY = """<item><title>Ministers meet for the {number}th time</title><guid>{feed}-{number}</guid>
<link>http://127.0.0.1/{feed}/{number}</link><pubDate>{date}</pubDate>
<description>The ministers of feed {feed} met for the {number}th time and agreed to meet again.</description></item>"""


def settings(base: str, feeds: int) -> str:
    """Return the configuration."""
    packs = ", ".join(f"pack:{path.stem}" for path in sorted((ROOT / "rules" / "packs").glob("*.yaml")))
    listed = "\n".join(f"  - {{url: {base}/feed/{number}, outlet: Outlet {number}}}" for number in range(feeds))
    return f"""version: 1
database: tocsin.db
rules: [{packs}]
polling: {{allow_private: [127.0.0.1], articles: false}}
web: {{listen: "127.0.0.1:0"}}
feeds:
{listed}
"""


async def serve_feeds(entries: int) -> tuple[web.AppRunner, str]:
    """Serve every feed there may be; what did not change is not sent again."""

    async def feed(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match"):
            return web.Response(status=304)
        name = request.match_info["number"]
        items = "".join(ENTRY.format(feed=name, number=number, date=PUBLISHED) for number in range(entries))
        body = f'<rss version="2.0"><channel><title>Feed {name}</title>{items}</channel></rss>'
        return web.Response(text=body, content_type="application/rss+xml", headers={"ETag": f'"{name}"'})

    app = web.Application()
    app.router.add_get("/feed/{number}", feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


def mebibytes(pid: int) -> dict[str, float]:
    """Return what the kernel says of a process: Rss, and its Anonymous part."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {line.partition(":")[0]: int(line.split()[1]) / 1024 for line in lines}


def children(pid: int) -> list[int]:
    """Return the processes that one has started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextlib.contextmanager
def running(folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the bot."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=folder, env=environment, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


async def until(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait, as long as the bot lives."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < LONGEST, "it takes too long"
        assert process.poll() is None, f"ended with {process.returncode}"
        await asyncio.sleep(0.5)


def polled(database: Path) -> int:
    """Return how many feeds were polled."""
    if not database.exists():
        return 0
    look = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    with contextlib.closing(look), contextlib.suppress(sqlite3.Error):
        return int(look.execute("SELECT count(*) FROM feed WHERE polled_at IS NOT NULL").fetchone()[0])
    return 0


async def measure(folder: Path, feeds: int, entries: int, settle: float) -> None:
    """Run the bot twice, the second time on what the first one stored, and print both."""
    runner, base = await serve_feeds(entries)
    (folder / "tocsin.yaml").write_text(settings(base, feeds), encoding="utf-8")
    async with slack.fake_slack() as slack_server, discord.fake_discord() as discord_server:
        discord_server.world.add_channel(discord_server.world.add_guild()["id"], "alerts")
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment |= {
            SLACK_BOT: slack.BOT_TOKEN,
            SLACK_APP: slack.APP_TOKEN,
            DISCORD: discord.TOKEN,
            "TOCSIN_SLACK_API_URL": slack_server.api_url,
            "TOCSIN_DISCORD_API_URL": discord_server.api_url,
        }
        database = folder / "tocsin.db"
        for name in ("after its first polls", "started again"):
            known = len(discord_server.gateway.identified)
            with running(folder, environment) as process:
                await until(lambda: bool(slack_server.sockets), process)
                await until(partial(_grown, discord_server.gateway.identified, known), process)
                await until(lambda: polled(database) == feeds, process)
                await asyncio.sleep(settle)
                report(name, process.pid)
            await slack_server.wait_for(lambda: not slack_server.sockets)
    await runner.cleanup()


def _grown(sessions: Sequence[object], known: int) -> bool:
    return len(sessions) > known


def report(name: str, pid: int) -> None:
    """Print a line."""
    found = mebibytes(pid)
    others = sum(mebibytes(child)["Rss"] for child in children(pid))
    from_files = found["Rss"] - found["Anonymous"]
    print(
        f"{name}: {found['Rss']:.1f} MiB resident, {found['Anonymous']:.1f} its own and {from_files:.1f} of files;"
        f" parser children {others:.1f}",
        flush=True,
    )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--entries", type=int, default=30, help="in each feed")
    parser.add_argument("--settle", type=float, default=20.0, help="seconds of rest before the look")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), args.feeds, args.entries, args.settle))


if __name__ == "__main__":
    main()
