"""The seed article and its demonstration through the real extractor, rules and pipeline, at fixed times.

seeds -> Pipeline -> outbox rows -> ConsoleMessenger: the text that docs/alerts.md shows
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import Connection, select

from adapters.console.messenger import ConsoleMessenger
from bot.codec import decode_message
from bot.feeds.identity import identify
from bot.feeds.polling import FeedSpec, PollReason, PollUpdate
from bot.feeds.reading import Reader
from bot.message import Message
from bot.pipeline import Pipeline
from bot.ports import Entry, ParsedFeed, Place, Posted
from bot.resources import load_lexicon
from bot.ringing.rings import Ringer
from bot.rulebook.files import read_rule_files
from bot.store import feeds, schema, subscriptions
from bot.store.db import Database
from bot.window import Window
from rules.extract import Extractor
from rules.extract.sentences import find_sentences
from rules.ledger import Policy
from rules.load import load
from rules.match import Matcher
from rules.model import Severity
from rules.stories import StoryWords
from rules.summary import summarise
from rules.text import Span
from tests.databases import open_database
from tests.fakes.manual_clock import ManualClock
from tests.shared import ROOT

SEEDS = ROOT / "seeds"
PACKS = ("pack:us-forces-europe", "pack:un-mandate-peacekeeping")
CHANNELS = {"us-forces": "us-forces-europe", "peacekeeping": "un-mandate-peacekeeping"}
WIDTH = 90
_PARAGRAPH = re.compile(r"<p>(.*?)</p>")


def seed_text() -> tuple[str, str]:
    """Return the seed article's title and text."""
    title, text = (SEEDS / "un-mandate-and-us-withdrawal.txt").read_text(encoding="utf-8").split("\n", 1)
    return title, text.strip()


def _page(name: str) -> tuple[str, str]:
    html = (SEEDS / "demo" / f"{name}.html").read_text(encoding="utf-8")
    (title,) = re.findall(r"<title>(.*?)</title>", html)
    return title, "\n".join(_PARAGRAPH.findall(html))


@dataclass
class SeedDesk:
    """Publishes the three articles and tells what waits for each channel."""

    db: Database
    clock: ManualClock = field(default_factory=ManualClock)

    def __post_init__(self) -> None:
        lexicon = load_lexicon()
        ruleset = load(read_rule_files(PACKS, ROOT), lexicon)

        def sentences(text: str, lang: str) -> Sequence[Span]:
            return find_sentences(text, lexicon, lang)

        self._pipeline = Pipeline(
            self.db,
            Reader(Extractor(lexicon), sentences, None, lexicon.tier),
            Matcher(ruleset, lexicon),
            Ringer(
                ruleset.topics,
                lambda text, lang, claims: [one[1:] for one in summarise(text, claims, sentences(text, lang))],
                story_window=timedelta(days=7),
                policy=Policy(contains=lexicon.contains),
                tier_of=lexicon.tier,
            ),
            Window(StoryWords.of(lexicon)),
            self.clock,
            contains=lexicon.contains,
            freshness=timedelta(hours=96),
        )
        self.db.write(_subscribe)

    async def publish(self, outlet: str, name: str) -> None:
        """Let an outlet publish an article: ``unn``, ``courier`` or ``wire`` of the demonstration."""
        title, text = seed_text() if name == "unn" else _page(name)
        url = f"https://{name}.example/"
        spec = FeedSpec(url=f"{url}feed.rss", outlet=outlet)
        feed = await self.db.tx(lambda c: feeds.add(c, spec, now=self.clock.now()))
        entry = Entry(guid=url, url=url, title=title, summary="", content=text, published=self.clock.now())
        update = PollUpdate(row=feed, reason=PollReason.STORED, entries=identify([entry], {}), rings=True)
        await self._pipeline.ingest(feed, ParsedFeed(title=outlet, entries=(entry,)), update)

    def rows(self, channel: str) -> list[Any]:
        """Return the rows that wait in a channel's lane."""
        table = schema.outbox
        wanted = select(table).where(table.c.lane == str(_place(channel)), table.c.state == "ready")
        return self.db.write(lambda c: list(c.execute(wanted.order_by(table.c.id)).all()))

    def deliver(self) -> None:
        """Count every row as sent."""
        self.db.write(lambda c: c.execute(schema.outbox.update().values(state="sent")))

    def messages(self, channel: str) -> list[Message]:
        """Return the messages that wait for a channel."""
        return [decode_message(row.body) for row in self.rows(channel)]

    async def told(self, messenger: ConsoleMessenger, channel: str) -> None:
        """Print what waits for a channel, as its thread."""
        for row in self.rows(channel):
            message, key = decode_message(row.body), f"thread-{row.thread_id}"
            if row.op == "edit":
                await messenger.edit(_place(channel), Posted(message=key, thread=key), message)
            elif row.op == "reply":
                await messenger.post(_place(channel), message, key=str(row.id), thread=key, broadcast=row.broadcast)
            else:
                await messenger.post(_place(channel), message, key=key)


def _subscribe(connection: Connection) -> None:
    for channel, topic in CHANNELS.items():
        options = {"severity": Severity.NOTICE, "threads": "broadcast", "by": "ana", "at": ManualClock().now()}
        subscriptions.subscribe(connection, _place(channel), topic, **options)  # type: ignore[arg-type]


def _place(channel: str) -> Place:
    return Place(platform="console", workspace="", channel=channel)


@contextmanager
def open_desk(folder: Path) -> Iterator[SeedDesk]:
    """Open a desk over an empty database."""
    with open_database(folder) as db:
        yield SeedDesk(db)


async def parts(desk: SeedDesk) -> dict[str, str]:
    """Play the demonstration's three articles; return the console's text by part."""
    out = StringIO()
    messenger = ConsoleMessenger(Console(file=out, width=WIDTH, color_system=None, highlight=False))
    found: dict[str, str] = {}
    for step, (outlet, name, days) in enumerate(
        (("UNN", "unn", 0.0), ("The Example Courier", "courier", 0.1), ("The Example Wire", "wire", 1.9)), start=1
    ):
        desk.clock.advance(days * 86_400)
        await desk.publish(outlet, name)
        for channel in CHANNELS:
            await desk.told(messenger, channel)
            text = "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip("\n")
            if text:
                found[f"{step}-{channel}"] = text + "\n"
            out.seek(0)
            out.truncate()
        desk.deliver()
    return found
