"""Every feed of the reference corpus: the number of entries agrees, nothing raises, nothing takes long."""

from __future__ import annotations

import asyncio
import csv
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.feeds.parse import PooledParser
from adapters.feeds.slices import cut
from bot.errors import ParseError, ParseReason
from bot.ports import ParsedFeed
from tests.shared import shared_path

AT_ONCE = 8


@pytest.fixture
async def parser() -> AsyncIterator[PooledParser]:
    made = PooledParser(workers=2)
    yield made
    await made.close()


async def parse_all(parser: PooledParser, paths: list[Path]) -> dict[Path, ParsedFeed | ParseError]:
    slots = asyncio.Semaphore(AT_ONCE)
    found: dict[Path, ParsedFeed | ParseError] = {}

    async def one(path: Path) -> None:
        async with slots:
            try:
                body = await asyncio.to_thread(path.read_bytes)
                found[path] = await parser.parse("https://feeds.example/", body)
            except ParseError as error:
                found[path] = error

    await asyncio.gather(*(one(path) for path in paths))
    return found


def entries(result: ParsedFeed | ParseError) -> int:
    return len(result.entries) if isinstance(result, ParsedFeed) else 0


async def test_the_number_of_entries_agrees_with_the_manifest(parser: PooledParser) -> None:
    corpus = shared_path("corpus/MANIFEST.tsv").parent
    with (corpus / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["kind"] in {"feed", "jsonfeed"}]
    found = await parse_all(parser, [corpus / row["path"] for row in rows])
    wrong = []
    for row in rows:
        count, peer = entries(found[corpus / row["path"]]), row["peer_entries"]
        by_peer = not peer or (count >= int(peer[2:]) if peer.startswith(">=") else count == int(peer))
        # feedparser reads no JSON Feed: its count says nothing there
        by_feedparser = row["kind"] == "jsonfeed" or not row["fp6014_entries"] or count == int(row["fp6014_entries"])
        if not (by_peer and by_feedparser):
            wrong.append(f"{row['path']}: {count}, peer {peer or '-'}, feedparser {row['fp6014_entries'] or '-'}")
    assert len(rows) > 2_000
    assert wrong == []


def test_cut_to_slices_nothing_is_lost_in_the_corpus() -> None:
    corpus = shared_path("corpus/MANIFEST.tsv").parent
    checked = 0
    for path in sorted(corpus.glob("*/**/*.xml")):
        slices = cut(path.read_bytes())
        if slices is None:
            continue
        checked += 1
        assert slices.without(()) == slices.body
    assert checked > 500


@pytest.mark.parametrize("folder", ["hostile", "crashers"])
async def test_hostile_feeds_fail_alone_and_in_time(folder: str) -> None:
    parser = PooledParser(workers=2, timeout=1.5)
    paths = sorted(path for path in shared_path(f"corpus/{folder}").iterdir() if path.suffix in {".bin", ".xml"})
    gaps: list[float] = []
    watch = asyncio.create_task(measure_gaps(gaps))
    started = time.monotonic()
    found = await parse_all(parser, paths)
    watch.cancel()
    await parser.close()
    too_slow = [r for r in found.values() if isinstance(r, ParseError) and r.reason is ParseReason.TOO_SLOW]
    assert set(found) == set(paths)
    assert time.monotonic() - started < 30
    assert parser.killed == len(too_slow)
    assert max(gaps) < 0.5  # generous: the machine may be busy; parsing in the loop would take many seconds
    for result in found.values():
        for entry in result.entries if isinstance(result, ParsedFeed) else ():
            assert entry.url == "" or entry.url.startswith(("http://", "https://"))
            assert entry.published is None or 1990 <= entry.published.year < 2100
            (entry.title + entry.content + entry.summary + entry.guid).encode("utf-8")


async def measure_gaps(gaps: list[float]) -> None:
    """Record how late the loop comes back to a task that wants to run all the time."""
    last = time.monotonic()
    while True:
        await asyncio.sleep(0.002)
        now = time.monotonic()
        gaps.append(now - last)
        last = now
