"""The whole path of a new item, feed to outbox: ``python benchmarks/path.py [--feeds 60] [--rounds 3]``.

The running bot (parser child, extraction, stories, ledger, rules, alerts, one SQLite file) polls local feeds of which
every entry is new, 30 a feed, a tenth of them with a figure; pages are not fetched. Shown is the CPU of the process and
of its parser child for one item, the server's not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import structlog
from sqlalchemy import func, select, update

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.polling import control, cpu_of_children, world
from bot import config
from bot.app import App, opened
from bot.credentials import Credentials
from bot.store import schema

SETTINGS = """\
version: 1
rules: [pack:us-forces-europe, pack:un-mandate-peacekeeping, desk.yaml]
polling: {{allow_private: [127.0.0.1], articles: false}}
channels:
  - {{platform: console, channel: desk, topics: [troops]}}
feeds:
{feeds}
"""
RULES = """\
version: 1
topic: troops
title: Troops on the move
rules:
  - id: troops-sent
    title: Troops sent abroad
    severity: notice
    figure: {unit: troops, action: [deploy, station]}
    tests:
      - name: it rings
        text: 'Germany will send 5,000 troops to Lithuania.'
        expect: {alert: new}
"""


async def round_of(app: App, base: str) -> tuple[float, int, int]:
    """Give every feed 30 new entries and poll; returns CPU seconds, items stored and alerts made."""
    control(base, share=1.0, new=30)
    await app.db.tx(
        lambda connection: connection.execute(update(schema.feed).values(next_due=app.clock.now())).rowcount
    )
    children, cpu = cpu_of_children(), time.process_time()
    summary = await app.poller.run_due()
    return time.process_time() - cpu + cpu_of_children() - children, summary.items.new, summary.items.alerts


async def measure(count: int, rounds: int) -> None:
    """Print one line for each round, and the median."""
    with tempfile.TemporaryDirectory() as name, world(count) as base:
        folder = Path(name)
        feeds = "\n".join(f"  - {{url: '{base}/feed/{number}', outlet: Outlet {number}}}" for number in range(count))
        (folder / "desk.yaml").write_text(RULES)
        (folder / "tocsin.yaml").write_text(SETTINGS.format(feeds=feeds))
        costs = []
        async with opened(config.load(folder / "tocsin.yaml"), folder, Credentials(), environment={}) as app:
            await app.poller.run_due()  # the baseline
            for _ in range(rounds):
                cpu, items, alerts = await round_of(app, base)
                costs.append(cpu / items * 1000)
                print(f"{items} items, {alerts} alerts: {costs[-1]:.2f} ms an item", flush=True)
            rows = await app.db.read(lambda connection: connection.scalar(select(func.count(schema.outbox.c.id))))
            stories = await app.db.read(lambda connection: connection.scalar(select(func.count(schema.story.c.id))))
        print(f"CPU of one new item, median: {median(costs):.2f} ms; {stories} stories, {rows} rows in the outbox")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(measure(args.feeds, args.rounds))


if __name__ == "__main__":
    main()
