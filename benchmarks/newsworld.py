"""Made news whose stories are as many and as large as in life, served as feeds by a process of its own.

Of a hundred stories fifty have one item, thirty-five up to five, fifteen up to thirty; they come mixed. Words are as
frequent as in a language (Zipf), and each story has names and words of its own, of which every item uses some. One
story in eight is an event with a figure (``newsmonth``'s deeds) that rings and is rewritten by others; one item in six
of the others names some number. ``GET /control?new=30`` gives each feed so many new entries; ``?one=15`` gives the
feeds together so many items of one event, whose figure moves every fifteen items.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import accumulate, count
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.newsmonth import ACTORS, DEEDS, PLACES, WIRES
from benchmarks.serving import serve

STARTED = datetime.now(UTC) - timedelta(hours=2)
KEPT = 30  # entries in a feed
MIXED = 60  # stories that are in the news at the same time
WORDS = 70  # of an item
_HEADS = ("b", "br", "d", "dr", "f", "g", "gl", "h", "k", "kr", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "z")
_RIMES = ("a", "e", "i", "o", "u", "al", "an", "ar", "el", "en", "er", "il", "in", "ol", "on", "or", "um", "un", "ur")
_LITTLE = ("the", "of", "and", "to", "in", "a", "for", "that", "on", "with", "is", "by", "at", "from", "was", "as")
NUMBERS = (
    "Some {n} people came, the organisers said.",
    "Costs rose by {n} percent within a year.",
    "The work will cost {n} million euros.",
    "About {n} houses have no water.",
)


def _made(count: int) -> list[str]:
    chance = random.Random(11)
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(chance.choice(_HEADS) + chance.choice(_RIMES) for _ in range(3))] = None
    return list(found)


_VOCABULARY = _made(20_000)
_RANKS = list(accumulate(1 / (rank + 2.7) ** 1.07 for rank in range(len(_VOCABULARY))))


class Entry(NamedTuple):
    """What an outlet writes."""

    title: str
    text: str


class Story:
    """One story: its names and words, and as many items as it has left. Events tell a figure."""

    def __init__(self, number: int, size: int, *, is_event: bool) -> None:
        self._chance = chance = random.Random(number)  # a generator of its own: the same number, the same story
        self.left = size
        self._names = [name.capitalize() for name in chance.sample(_VOCABULARY, 5)]
        self._words = chance.sample(_VOCABULARY, 12)
        self._deeds = DEEDS[chance.choice(("withdraw", "deploy"))] if is_event else ()
        self._actor, self._place = chance.choice(ACTORS), chance.choice(PLACES)
        self._origin = chance.choice(WIRES)
        self._told = 0
        self._value = chance.randrange(10, 600) * 100

    def item(self) -> Entry:
        """Return the story as the next outlet tells it."""
        self.left -= 1
        self._told += 1
        chance = self._chance
        body = " ".join(self._sentence() for _ in range(WORDS // 12))
        if not self._deeds:
            heading = f"{chance.choice(self._names)} {' '.join(chance.sample(self._words, 4))}"
            number = chance.choice(NUMBERS).format(n=chance.randint(20, 900)) if chance.random() < 1 / 6 else ""
            return Entry(heading.capitalize(), f"{body} {number}".strip())
        if self._told % 15 == 0:
            self._value += 1_000
        core = chance.choice(self._deeds).format(n=f"{self._value:,}", place=self._place)
        return Entry(f"{self._actor} to {core}", f"{self._actor} plans to {core}, {self._origin} reported. {body}")

    def _sentence(self) -> str:
        chance = self._chance
        own = [*chance.sample(self._names, 1), *chance.sample(self._words, 1)]
        words = [*own, *chance.choices(_VOCABULARY, cum_weights=_RANKS, k=5), *chance.choices(_LITTLE, k=5)]
        chance.shuffle(words)
        return " ".join((words[0].capitalize(), *words[1:])) + "."


def sizes(chance: random.Random) -> Iterator[int]:
    """Yield sizes of stories without end."""
    while True:
        kind = chance.random()
        yield 1 if kind < 0.5 else chance.randint(2, 5) if kind < 0.85 else chance.randint(6, 30)


def news() -> Iterator[Entry]:
    """Yield items without end, those of many stories mixed."""
    chance = random.Random(7)
    numbers, found = count(1), sizes(chance)
    running: list[Story] = []
    while True:
        while len(running) < MIXED:
            number = next(numbers)
            running.append(Story(number, next(found), is_event=number % 8 == 0))
        at = chance.randrange(len(running))
        yield running[at].item()
        if not running[at].left:
            del running[at]


class World:
    """All feeds and what they hold."""

    def __init__(self, feeds: int) -> None:
        self._news = news()
        self._event = Story(1_000_000, 1_000, is_event=True)
        self._numbers = count(1)
        self.feeds: list[deque[str]] = [deque(maxlen=KEPT) for _ in range(feeds)]
        self.publish(KEPT)

    def publish(self, new: int) -> None:
        """Give every feed so many entries."""
        for _ in range(new):
            for feed in self.feeds:
                feed.append(self._written(next(self._news)))

    def publish_one(self, size: int) -> None:
        """Give the feeds, in turn, the items of one event."""
        for number in range(size):
            self.feeds[number % len(self.feeds)].append(self._written(self._event.item()))

    def body(self, feed: int) -> str:
        """Return a feed as it stands, newest first."""
        head = f"<title>Courier {feed}</title><link>https://courier{feed}.example/</link>"
        items = "".join(reversed(self.feeds[feed]))
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'

    def _written(self, entry: Entry) -> str:
        number = next(self._numbers)
        link = f"https://news.example/{number}"
        at = format_datetime(STARTED + timedelta(seconds=number))
        return (
            f"<item><title>{entry.title}</title><link>{link}</link><guid>{link}</guid><pubDate>{at}</pubDate>"
            f"<description>&lt;p&gt;{entry.text}&lt;/p&gt;</description></item>"
        )


async def main(feeds: int) -> None:
    """Serve so many feeds until the process is ended."""
    world = World(feeds)

    async def control(request: web.Request) -> web.Response:
        world.publish(int(request.query.get("new", "0")))
        world.publish_one(int(request.query.get("one", "0")))
        return web.Response()

    async def feed(request: web.Request) -> web.Response:
        return web.Response(text=world.body(int(request.match_info["number"])), content_type="application/xml")

    await serve(control, feed)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
