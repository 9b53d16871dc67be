"""Polls a list with slow, broken and changing feeds for some minutes and shows memory, gaps and outcomes.

    python benchmarks/soak.py [--feeds 2000] [--minutes 10]

Every round gives a tenth of the feeds a new entry; every third round is a hard one (2 % answer after 2 s, 2 % with 500,
one feed is 4.4 MB large). Memory is the resident set of this process and of its parser children.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import structlog

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.gaps import Gaps
from benchmarks.polling import Tocsin, control, world


def resident_mib() -> tuple[float, float]:
    """Return MiB of this process, and of its children together."""
    me = os.getpid()
    own = children = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            pages = int((entry / "statm").read_text().split()[1])
            command = (entry / "cmdline").read_bytes()
        except (OSError, IndexError):
            continue
        if int(entry.name) == me:
            own = pages
        elif parent == me and b"feedworld" not in command:
            children += pages
    page = os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
    return own * page, children * page


async def soak(count: int, minutes: float) -> None:
    """Poll round after round and print a line for each."""
    with tempfile.TemporaryDirectory() as name, world(count) as base:
        tocsin = Tocsin(Path(name), base, count)
        ends = time.monotonic() + minutes * 60
        total: Counter[str] = Counter()
        number, cost = 0, 0.0
        while time.monotonic() < ends:
            gaps = Gaps()
            cpu, wall, counts = await tocsin.round(gaps)
            cost += cpu
            total.update({str(reason): times for reason, times in counts.items()})
            own, children = resident_mib()
            memory = f"{own:6.1f} MiB  children {children:6.1f} MiB"
            late = f"gap max {max(gaps.wall) * 1000:.0f} ms, ours {max(gaps.ours) * 1000:.0f} ms"
            print(f"{number:4}  {wall:6.2f} s  {memory}  {late}", flush=True)
            number += 1
            control(base, share=0.1, hard=number % 3 == 0)
        await tocsin.close()
        print(f"{total.total()} polls, {cost / total.total() * 1000:.2f} ms CPU each: {dict(total)}")


def main() -> None:
    """Run the soak."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--minutes", type=float, default=10)
    args = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(soak(args.feeds, args.minutes))


if __name__ == "__main__":
    main()
