"""What the parser makes of a corpus of feeds: ``python tools/corpus_report.py FOLDER``.

FOLDER holds MANIFEST.tsv with ``path``, ``kind``, ``fp6014_entries`` and ``peer_entries`` (empty: no count is known;
``>=3``: that many at least) and the files. Printed: how many files of each kind were read, agree or failed, and every
file that disagrees, by name. Exit code 1 when one does.
"""

from __future__ import annotations

import asyncio
import csv
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from adapters.feeds.parse import PooledParser
from bot.errors import ParseError

AT_ONCE = 4


def agrees(count: int, expected: str) -> bool:
    """Tell whether a number of entries is the expected one, or at least so many."""
    return count >= int(expected[2:]) if expected.startswith(">=") else count == int(expected)


def disagreement(row: dict[str, str], count: int) -> str:
    """Say which known count a file's entries miss, or nothing."""
    by_feedparser = row["fp6014_entries"] if row["kind"] != "jsonfeed" else ""  # feedparser reads no JSON Feed
    known = {"feedparser": by_feedparser, "peer": row["peer_entries"]}
    missed = [f"{name} {expected}" for name, expected in known.items() if expected and not agrees(count, expected)]
    return f"{row['path']}: {count} entries, {', '.join(missed)}" if missed else ""


async def report(folder: Path) -> int:
    """Parse every file of the manifest and print what came of it."""
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["kind"] in {"feed", "jsonfeed"}]
    parser = PooledParser(workers=2)
    slots = asyncio.Semaphore(AT_ONCE)
    outcomes: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    slowest = (0.0, "")

    async def one(row: dict[str, str]) -> None:
        nonlocal slowest
        body = (folder / row["path"]).read_bytes()
        async with slots:
            started = time.monotonic()
            try:
                count, outcome = len((await parser.parse("https://feeds.example/", body)).entries), "read"
            except ParseError as error:
                count, outcome = 0, f"refused: {error.reason}"
            slowest = max(slowest, (time.monotonic() - started, row["path"]))
        outcomes[row["kind"], outcome] += 1
        if said := disagreement(row, count):
            wrong.append(said)

    await asyncio.gather(*map(one, rows))
    await parser.close()
    lines = [f"{kind:<10} {outcome:<24} {number:>6}" for (kind, outcome), number in sorted(outcomes.items())]
    lines.append(f"{len(rows) - len(wrong)} of {len(rows)} files agree with every known count")
    lines.append(f"slowest {slowest[0]:.2f} s ({slowest[1]}); {parser.killed} children killed at the deadline")
    lines += (f"disagrees: {said}" for said in sorted(wrong))
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(report(Path(sys.argv[1]))))
