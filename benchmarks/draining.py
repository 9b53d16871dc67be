"""What one post costs the bot: very many channels wait for one alert each, and the platform answers at once.

    python benchmarks/draining.py [--channels 10000] [--rows 1] [--rounds 3] [--folder DIR]

The real database, dispatcher and courier; the platform is a list in this process, so that what is left is ours:
claim, two commits, and the choice of the next channel. CPU time of the whole process, threads included, since the wall
clock of a busy machine says little; the cost of a post must not grow with the channels that wait.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import Connection

from bot.clock import SystemClock
from bot.delivery.decisions import Policy
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.model import Op
from bot.message import Message, MessageKind
from bot.store import outbox
from bot.store.db import Database
from tests.fakes.messenger import FakeMessenger


def fan_out(connection: Connection, channels: int, rows: int, now: datetime) -> None:
    """Write ``rows`` alerts for each channel."""
    for number in range(rows):
        told = Message(kind=MessageKind.ALERT, heading=f"alert {number}", fallback="an alert in one sentence")
        for channel in range(channels):
            lane = f"fake:T:c{channel}"
            key = outbox.delivery_key(lane, number)
            outbox.enqueue(connection, lane=lane, op=Op.POST, message=told, key=key, now=now)


async def measure(folder: Path, channels: int, rows: int) -> tuple[float, float]:
    """Drain one database; return CPU and wall seconds for each post."""
    db = Database(folder / "tocsin.db")
    db.open()
    try:
        clock, messenger = SystemClock(), FakeMessenger()
        await db.tx(lambda c: fan_out(c, channels, rows, clock.now()))
        dispatcher = Dispatcher(db, {"fake": messenger}, clock, policy=Policy(gap=0.0), observe=lambda _outcome: None)
        cpu, wall = time.process_time(), time.perf_counter()
        await dispatcher.drain()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        posts = len(messenger.state.sent)
        assert posts == channels * rows
        return cpu / posts, wall / posts
    finally:
        db.close()


def main() -> None:
    """Print the cost of a post with few and with many channels that wait."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--channels", type=int, default=10_000)
    parser.add_argument("--rows", type=int, default=1, help="for each channel")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", help="where the databases are: every commit waits for its disk")
    args = parser.parse_args()
    sizes = [max(1, args.channels // 20), args.channels]
    taken: dict[int, list[tuple[float, float]]] = {size: [] for size in sizes}
    for _ in range(args.rounds):
        for size in sizes:  # in turn, so that a busy machine slows both
            with tempfile.TemporaryDirectory(dir=args.folder) as folder:
                taken[size].append(asyncio.run(measure(Path(folder), size, args.rows)))
    for size in sizes:
        cpu = statistics.median(one for one, _ in taken[size])
        wall = statistics.median(one for _, one in taken[size])
        print(f"{size:>7,} channels, {args.rows} row(s) each: {cpu * 1e3:.2f} ms CPU a post, {1 / wall:.0f} posts/s")
    small, large = (statistics.median(cpu for cpu, _ in taken[size]) for size in sizes)
    print(f"a post among {sizes[1]:,} costs {large / small:.2f} times one among {sizes[0]:,}")


if __name__ == "__main__":
    main()
