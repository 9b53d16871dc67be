"""A made-up world of feeds for the polling benchmark, served by a process of its own.

Six of ten feeds are RSS with summaries, two RSS with full content, two Atom; half are sent compressed; a quarter of the
servers send no validators. ``GET /control?share=0.1`` gives that share of the feeds one new entry (``&new=30``: so
many); ``?hard=1`` makes 2 % answer after 2 s, 2 % with 500, and one feed 4.4 MB large. One entry in ten states a
figure; entries are dated one second apart, the first an hour before the server was started.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.serving import serve

ENTRIES = 30
SYLLABLES = ("ba", "den", "fol", "gri", "hal", "jor", "kel", "lun", "mar", "nov", "pos", "ren", "sil", "tor", "vek")
ACTORS = ("Germany", "France", "Poland", "Norway", "Canada", "Italy", "Spain")
PLACES = ("Romania", "Lithuania", "Estonia", "Latvia", "Kosovo", "Ukraine", "Finland", "Moldova")
STARTED = datetime.now(UTC) - timedelta(hours=1)


def report(feed: int, number: int) -> str:
    """Return the sentence that an entry has to tell; it states a figure."""
    actor, place = ACTORS[(feed + number) % len(ACTORS)], PLACES[(feed * 3 + number) % len(PLACES)]
    return f"{actor} will send {1 + (feed * 7 + number) % 60},{feed % 10}00 troops to {place}, its government said. "


def prose(feed: int, number: int, words: int) -> str:
    """Return an entry's text."""
    told = report(feed, number) if number % 10 == 0 else ""
    return told + sentence(feed * 1_000_003 + number, words)


def title(feed: int, number: int) -> str:
    """Return an entry's title."""
    return sentence(feed * 1_000_003 + number + 500_000, 8).capitalize()


def sentence(seed: int, words: int) -> str:
    """Return made-up prose of so many words, rare ones, so that entries tell of different things."""
    rare = random.Random(seed)  # a generator of its own: the same seed, the same text
    return " ".join("".join(rare.choices(SYLLABLES, k=6)) for _ in range(words))


class Edition(NamedTuple):
    """A feed's body as it stands, ready to be sent: made once, so that the server is not what is measured."""

    plain: bytes
    packed: bytes
    etag: str


class World:
    """All feeds and their state."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.added = [0] * count
        self.is_hard = False
        self._editions: dict[int, Edition] = {}

    def change(self, number: int, new: int) -> None:
        """Give the feed so many new entries."""
        self.added[number] += new
        self._editions.pop(number, None)

    def harden(self, *, is_hard: bool) -> None:
        """Begin or end the hard times."""
        if is_hard != self.is_hard:
            self._editions.pop(0, None)  # the huge one
        self.is_hard = is_hard

    def edition(self, number: int) -> Edition:
        """Return what the feed says now."""
        known = self._editions.get(number)
        if known is None:
            body = self.body(number)
            etag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
            known = self._editions[number] = Edition(body, gzip.compress(body, 1), etag)
        return known

    def body(self, number: int) -> bytes:
        """Return the feed's present body: its newest 30 entries."""
        newest = ENTRIES + self.added[number]
        numbers = range(newest, newest - ENTRIES, -1)
        if self.is_hard and number == 0:
            numbers = range(3_000, 0, -1)
        make = self._atom if number % 10 >= 8 else self._rss
        return make(number, numbers)

    def _rss(self, number: int, entries: range) -> bytes:
        words = 400 if number % 10 in {6, 7} else 60
        items = "".join(
            f"<item><title>{title(number, n)}</title><link>https://f{number}.example/{n}</link>"
            f"<guid>https://f{number}.example/{n}</guid>"
            f"<pubDate>{format_datetime(STARTED + timedelta(seconds=n))}</pubDate>"
            f"<description>&lt;p&gt;{prose(number, n, words)}&lt;/p&gt;</description></item>"
            for n in entries
        )
        head = f"<title>Feed {number}</title><link>https://f{number}.example/</link>"
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()

    def _atom(self, number: int, entries: range) -> bytes:
        items = "".join(
            f"<entry><title>{title(number, n)}</title><id>urn:{number}:{n}</id>"
            f'<link href="https://f{number}.example/{n}"/><updated>{STARTED + timedelta(seconds=n):%FT%TZ}</updated>'
            f'<summary type="html">{prose(number, n, 60)}</summary></entry>'
            for n in entries
        )
        head = f"<title>Feed {number}</title><id>urn:{number}</id><updated>2026-08-03T00:00:00Z</updated>"
        return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{items}</feed>'.encode()


async def main(count: int) -> None:
    """Serve so many feeds until the process is ended."""
    world = World(count)

    async def control(request: web.Request) -> web.Response:
        share = float(request.query.get("share", "0"))
        changed = range(0, count, max(round(1 / share), 1)) if share else range(0)
        for number in changed:
            world.change(number, int(request.query.get("new", "1")))
        world.harden(is_hard=request.query.get("hard") == "1")
        for number in range(count):
            world.edition(number)  # now, while nobody is measured
        return web.Response(text=str(len(changed)))

    async def feed(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        if world.is_hard and number % 50 == 1:
            await asyncio.sleep(2)
        if world.is_hard and number % 50 == 2:
            return web.Response(status=500)
        edition = world.edition(number)
        headers = {"Content-Type": "application/xml"}
        if number % 4:
            headers["ETag"] = edition.etag
            if request.headers.get("If-None-Match") == edition.etag:
                return web.Response(status=304, headers=headers)
        if number % 2:
            headers["Content-Encoding"] = "gzip"
            return web.Response(body=edition.packed, headers=headers)
        return web.Response(body=edition.plain, headers=headers)

    await serve(control, feed)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
