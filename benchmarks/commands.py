"""Commands on an archive of a million articles, and one alert for ten thousand channels.

    python benchmarks/commands.py [--items 1000000] [--channels 10000] [--rounds 12] [--folder DIR]

The archive is made once (some minutes) and kept in the temporary folder. Commands go the way of the platforms'
handlers, from words to the reply; nothing is kept between two questions but what the bot itself keeps. Wall time is
what people feel, and what the goals are about; CPU time is what a question costs however busy the machine is.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks.archive import ALERT_EVERY, NOW, prepared
from benchmarks.fanout import fan_out
from bot.commands.lending import lend
from bot.commands.run import Commands
from bot.ports import Caller, Place
from bot.resources import load_lexicon
from bot.rulebook.files import read_rule_files
from bot.store.db import Database
from rules.load import load
from tests.fakes.manual_clock import ManualClock

REPLY_GOAL, SUGGESTION_GOAL = 300.0, 100.0  # milliseconds, 95 of 100
PACKS = ("pack:us-forces-europe", "pack:un-mandate-peacekeeping")
HERE = Place(platform="slack", workspace="T1", channel="C1")
QUESTIONS: dict[str, tuple[str, ...]] = {
    "search": (
        "search troops",
        "search troops withdraw government",
        'search "government minister" -aid',
        "search w1500x OR w1600x",
        "search sanction* since:30d",
        'search troops source:"Outlet 17"',
        "search border until:300d",
        "search mandate topic:us-forces-europe kind:new",
        "search w19999x",
        "search troops page:100",
    ),
    "figures": (
        "figures",
        'figures "United States"',
        "figures Germany unit:troops",
        "figures place:Europe since:30d",
        "figures topic:us-forces-europe",
        "figures contested:true",
        "figures Poland csv:true",
    ),
    "why": ("why {alert}", "why url:{url}", "why url:https://example.org/never-seen"),
    "story": ("story {story}", "sources {alert}", "latest", "latest us-forces-europe count:10", "list", "status"),
    "positions": ("positions", "positions Germany", "missed https://example.org/never-seen", "settings", "digest"),
    "subscribe": ("subscribe us-forces-europe", "subscribe us-forces-europe filter:'government AND troops'"),
}
SUGGESTIONS = (
    ("figures", "actor", "ger"),
    ("search", "source", "outlet 2"),
    ("why", "alert", ""),
    ("story", "id", ""),
    ("snooze", "what", "out"),
    ("subscribe", "to", "us"),
    ("subscribe", "to", "outlet 1"),
    ("feeds pause", "feed", "9"),
    ("digest", "tz", "ber"),
)


def main() -> int:
    """Measure, print a table, and return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--channels", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--folder", type=Path)
    args = parser.parse_args()
    print(f"load of this machine at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    path = prepared(args.items, args.folder)
    with tempfile.TemporaryDirectory(prefix="tocsin-commands-", dir=args.folder) as folder:
        copy = Path(folder) / "tocsin.db"
        shutil.copyfile(path, copy)  # the archive itself stays as it is
        missed = asyncio.run(_ask_all(copy, args.items, args.rounds))
    missed += asyncio.run(fan_out(args.channels, args.folder))
    print("all goals met" if not missed else f"missed: {', '.join(missed)}")
    return 1 if missed else 0


async def _ask_all(path: Path, items: int, rounds: int) -> list[str]:
    database = Database(path)
    database.open()
    clock = ManualClock()
    clock.jump(NOW - clock.now())
    lexicon = load_lexicon()
    ruleset = load(read_rule_files(PACKS, path.parent), lexicon)
    commands = Commands(database, clock, ruleset.topics)
    lend(commands.tools, ruleset, lexicon)
    caller = Caller(place=HERE, user="U1", user_name="ana", role="admin")
    missed: list[str] = []
    try:
        for name, questions in QUESTIONS.items():
            asked = _filled(questions, items)
            times = [
                await _timed(partial(commands.handle, caller, next(asked))) for _ in range(rounds * len(questions))
            ]
            missed += _report(name, times, REPLY_GOAL)
        for command, option, typed in SUGGESTIONS:
            suggest = partial(commands.complete, caller, command, option, typed)
            times = [await _timed(suggest) for _ in range(rounds * 3)]
            missed += _report(f"suggest {command} {option}", times, SUGGESTION_GOAL)
    finally:
        database.close()
    return missed


def _filled(questions: Sequence[str], items: int) -> Iterator[str]:
    """Yield the questions in turn, each time about another alert, story or article."""
    for number, question in enumerate(itertools.cycle(questions)):
        item = items - (number * 7919 % items) // ALERT_EVERY * ALERT_EVERY
        url = f"https://outlet-{item % 300}.example/a/{item}"
        yield question.format(alert=item // ALERT_EVERY, story=(item - 1) // 5 + 1, url=url)


async def _timed(work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Return wall and CPU milliseconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def _report(name: str, times: Sequence[tuple[float, float]], goal: float) -> list[str]:
    wall = sorted(one for one, _ in times)
    cpu = sorted(one for _, one in times)
    late = max(int(len(times) * 0.95) - 1, 0)
    verdict = "ok" if wall[late] <= goal else "MISSED" if cpu[late] > goal else "MISSED by waiting for other work"
    print(
        f"{name:28} n {len(times):4}  wall p50 {statistics.median(wall):7.1f}  p95 {wall[late]:7.1f} ms"
        f"  cpu p50 {statistics.median(cpu):7.1f}  p95 {cpu[late]:7.1f}  goal {goal:g}  {verdict}",
        flush=True,
    )
    return [] if wall[late] <= goal else [name]


if __name__ == "__main__":
    sys.exit(main())
