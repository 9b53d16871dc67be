"""The whole path of a new item, feed to outbox: ``python benchmarks/path.py [--feeds 40] [--rounds 5] [--rules 1000]``.

The running bot (parser child, extraction, stories, ledger, rules, alerts, one SQLite file) polls local feeds whose 30
entries are all new. The news (``newsworld``) is of many stories of 1 to 30 items; pages are not fetched. Shown is the
CPU of process and parser child for one item, by stage, the server's not counted. Then 75 items of one event come, in
turns of 15, the figure moving with each turn: what an item costs must not grow with its story.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from urllib.request import urlopen

import structlog
from sqlalchemy import Connection, func, select, update

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.newsworld import news
from benchmarks.polling import cpu_of_children, world
from benchmarks.stages import Stages
from bot import config
from bot.app import opened
from bot.credentials import Credentials
from bot.serving import App
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
  - id: troops-moved
    title: Troops sent abroad or brought home
    severity: notice
    figure: {unit: troops, action: [deploy, station, withdraw, reduce]}
    tests:
      - name: it rings
        text: 'Germany will send 5,000 troops to Lithuania.'
        expect: {alert: new}
"""
KEYWORD_RULE = """\
  - id: made-{number}
    title: Made {number}
    severity: notice
    match: '{one} AND ({two} OR {three})'
    tests: [{{name: it rings, text: '{one} and {two}', expect: {{alert: new}}}}]
"""
STAGES = {
    "identity": ("bot.store.known:known_items", "bot.feeds.visiting:known_items", "bot.feeds.visiting:identify"),
    "extract": ("rules.extract.extractor:Extractor.extract",),
    "story": ("bot.window:Window.assign", "bot.window:Window.find_copy", "bot.window:Window.add"),
    "ledger": ("bot.pipeline:Pipeline._compare",),
    "match": ("rules.match:Matcher.judge",),
    "ring": (
        "bot.ringing.rings:Ringer.ring",
        "bot.ringing.rings:Ringer.refresh",
        "bot.ringing.rings:Ringer.without_repeats",
    ),
    "store": ("bot.pipeline:Pipeline._take", "bot.store.polls:save_poll"),
}
TURN = 15  # items of the one event that come together


def made_rules(number: int) -> Iterator[str]:
    """Yield rules for words of the news, so that some of them are near to ringing."""
    words = sorted({word.strip(".,;:") for entry in islice(news(), 3_000) for word in entry.text.split()})
    chance = random.Random(3)
    plain = [word for word in words if word.isalpha() and len(word) > 5]
    for at in range(number):
        one, two, three = chance.sample(plain, 3)
        yield KEYWORD_RULE.format(number=at, one=one, two=two, three=three)


async def polled(app: App) -> tuple[float, int, int]:
    """Poll every feed; returns CPU seconds, items stored and alerts made."""
    now = app.clock.now()
    await app.db.tx(lambda connection: connection.execute(update(schema.feed).values(next_due=now)).rowcount)
    children, cpu = cpu_of_children(), time.process_time()
    summary = await app.poller.run_due()
    return time.process_time() - cpu + cpu_of_children() - children, summary.items.new, summary.items.alerts


def publish(base: str, wish: str) -> None:
    """Tell the world to go on."""
    with urlopen(f"{base}/control?{wish}") as answer:
        answer.read()


async def mixed(app: App, base: str, rounds: int) -> None:
    """Print a line for each round of mixed news, then the median and the stages."""
    costs, parsing, total = [], 0.0, 0
    stages = Stages()
    for _ in range(rounds):
        publish(base, "new=30")
        children = cpu_of_children()
        with stages.watching(STAGES):
            cpu, items, alerts = await polled(app)
        parsing += cpu_of_children() - children
        total += items
        costs.append(cpu / items * 1000)
        print(f"{items} items, {alerts} alerts: {costs[-1]:.2f} ms an item", flush=True)
    found = {"parse": parsing, **stages.seconds}
    found["rest"] = sum(costs) / 1000 * total / rounds - sum(found.values())
    cells = "  ".join(f"{name} {found.get(name, 0.0) / total * 1000:.3f}" for name in ("parse", *STAGES, "rest"))
    print(f"CPU of one new item, median: {median(costs):.2f} ms (goal 1.5); by stage: {cells}")


async def one_event(app: App, base: str) -> None:
    """Print what items of one event cost, turn by turn, while its story grows."""
    costs = []
    for _ in range(5):
        publish(base, f"one={TURN}")
        cpu, items, alerts = await polled(app)
        costs.append(f"{cpu / items * 1000:.2f} ({alerts} alerts)")
    print(f"{5 * TURN} items of one event, ms an item in turns of {TURN}: {'  '.join(costs)}")


def spread_of_stories(connection: Connection) -> str:
    """Say how many stories there are, and how large."""
    found = select(func.count(schema.item.c.id)).group_by(schema.item.c.story_id)
    sizes = Counter(min(size, 31) for size in connection.execute(found).scalars())
    small, middle = sizes[1], sum(sizes[size] for size in range(2, 6))
    large = sum(sizes[size] for size in range(6, 31))
    return f"{sizes.total()} stories: {small} of 1 item, {middle} of 2-5, {large} of 6-30, {sizes[31]} of more"


async def measure(feeds: int, rounds: int, rules: int) -> None:
    """Run both parts."""
    with tempfile.TemporaryDirectory() as name, world(feeds, "newsworld.py") as base:
        folder = Path(name)
        listed = "\n".join(f"  - {{url: '{base}/feed/{number}', outlet: Courier {number}}}" for number in range(feeds))
        (folder / "desk.yaml").write_text(RULES + "".join(made_rules(rules)))
        (folder / "tocsin.yaml").write_text(SETTINGS.format(feeds=listed))
        async with opened(config.load(folder / "tocsin.yaml"), folder, Credentials(), environment={}) as app:
            await app.poller.run_due()  # the baseline
            if rounds:
                await mixed(app, base, rounds)
            print(await app.db.read(spread_of_stories))
            await one_event(app, base)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rules", type=int, default=1_000)
    args = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(measure(args.feeds, args.rounds, args.rules))


if __name__ == "__main__":
    main()
