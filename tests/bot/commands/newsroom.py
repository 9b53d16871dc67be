"""A small bot without network: articles go in by hand, through the real pipeline; commands are asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from bot.commands.lending import lend
from bot.commands.run import Commands
from bot.errors import DeliveryError, DeliveryReason, FetchError, FetchReason, ParseError, ParseReason
from bot.feeds.identity import identify
from bot.feeds.polling import FeedSpec, PollReason, PollUpdate
from bot.feeds.reading import Reader
from bot.message import Bullets, Context, Facts, Link, Message, Paragraph, Quote, Reply, Table
from bot.pipeline import Pipeline
from bot.ports import Attached, Caller, Entry, FoundFeed, ListedFeed, ParsedFeed, Place, Prospect
from bot.ringing import narrowing
from bot.ringing.rings import Ringer
from bot.rulebook.files import read_rule_files
from bot.rulebook.history import FileHistory, folder_beside
from bot.rulebook.reload import RuleWatcher
from bot.rulebook.tested import RuleLoader
from bot.rulebook.works import RuleWorks
from bot.store import feeds, outbox, subscriptions
from bot.store.db import Database
from bot.store.schema import outbox as outbox_table
from bot.store.schema import thread as thread_table
from bot.upkeep import Upkeep
from bot.window import Window
from rules.extract import Extractor
from rules.extract.sentences import find_sentences
from rules.load import load
from rules.match import Matcher
from rules.model import Severity
from rules.ruleset import RuleSet
from rules.stories import StoryWords
from rules.summary import summarise
from rules.text import Span
from rules.vocabulary import Lexicon
from tests.fakes.manual_clock import ManualClock

PACKS = ("pack:us-forces-europe", "pack:un-mandate-peacekeeping")
HERE = Place(platform="slack", workspace="T1", channel="C1")
ELSEWHERE = Place(platform="slack", workspace="T1", channel="C2")

RANGE = (
    "Allied officials met in Brussels on Monday. NATO sources expect Washington to withdraw 40,000 to 70,000 troops "
    "from Europe, Welt am Sonntag reports. No decision on the withdrawal from Europe has been announced."
)
LOWER = (
    "Allied officials met in Brussels again. NATO sources now expect Washington to withdraw 20,000 to 30,000 troops "
    "from Europe, Welt am Sonntag reports. No decision on the withdrawal from Europe has been announced."
)
RIVAL = (
    "Allied officials met in Brussels on Monday. Washington is expected to withdraw 90,000 troops from Europe, "
    "Reuters reports, citing two diplomats. No decision on the withdrawal from Europe has been announced."
)
DESK_RULES = """version: 1
topic: bridges
title: Bridges
owner: desk
rules:
  - id: bridge-closed
    title: A bridge is closed
    match: bridge AND closed
    status: draft
    tests:
      - {name: rings, text: The bridge was closed on Monday., expect: {alert: new}}
      - {name: silent, text: The bridge is open., expect: {alert: none}}
"""
CHEESE = "The cheese fair in Gouda opened on Saturday with a parade of farmers and a record wheel of aged cheese."


class Newsroom:
    """Publishes, rings and answers."""

    def __init__(self, path: Path, lexicon: Lexicon) -> None:
        self.clock = ManualClock()
        self.db = Database(path)
        self.db.open()
        self.ruleset = load(read_rule_files(PACKS, path.parent), lexicon)
        words = StoryWords.of(lexicon)

        def sentences(text: str, lang: str) -> Sequence[Span]:
            return find_sentences(text, lexicon, lang)

        self.pipeline = Pipeline(
            self.db,
            Reader(Extractor(lexicon), sentences, None),
            Matcher(self.ruleset, lexicon),
            Ringer(
                self.ruleset.topics,
                lambda text, lang, claims: [one[1:] for one in summarise(text, claims, sentences(text, lang))],
                story_window=timedelta(days=7),
                narrow=narrowing.reader(lexicon),
            ),
            Window(words),
            self.clock,
            contains=lexicon.contains,
            freshness=timedelta(hours=96),
        )
        self.commands = Commands(self.db, self.clock, self.ruleset.topics)
        lend(self.commands.tools, self.ruleset, lexicon, self.pipeline.regroup)
        self.works = self._open_works(path, lexicon)
        self.commands.tools.works = self.works
        self.web = FakeWeb()
        self.commands.tools.feeds = self.web

    def _open_works(self, path: Path, lexicon: Lexicon) -> RuleWorks:
        """Open a workshop over the packs and a folder with one rule file, all of it in force."""
        self.rules = path.parent / "rules"
        self.rules.mkdir(exist_ok=True)
        (self.rules / "desk.yaml").write_text(DESK_RULES, encoding="utf-8")
        loader, history = RuleLoader(lexicon), FileHistory(folder_beside(path))
        self.watcher = RuleWatcher((*PACKS, "rules"), path.parent, loader.load, history, tested=loader.load_tested)
        self.watcher.start(self.clock.now())
        self.watcher.keep_start()
        self.failing: dict[str, int] = {}
        self.upkeep = Upkeep(
            self.db, self.clock, self.watcher, self._swap, (), lambda: None, failing=lambda: self.failing
        )
        return RuleWorks(self.upkeep, loader, self.db, self.clock)

    def _swap(self, ruleset: RuleSet) -> None:
        self.swapped = ruleset

    async def publish(
        self, outlet: str, title: str, text: str, *, url: str = "", hours: float = 1.0, rings: bool = True
    ) -> str:
        """Let an outlet publish an article some hours ago, or edit the one at ``url``; return its address."""
        address = url or f"https://{outlet.lower().replace(' ', '-')}.example/{abs(hash(title)) % 10**8}"
        feed = f"https://{outlet.lower().replace(' ', '-')}.example/feed"

        def row(connection: Connection) -> Any:
            known = feeds.find(connection, feed)
            return known or feeds.add(connection, FeedSpec(url=feed, outlet=outlet), now=self.clock.now())

        found = await self.db.tx(row)
        entry = Entry(
            guid=address, url=address, title=title, summary="", content=text, published=self.ago(hours), updated=None
        )
        known_items = await self.db.read(lambda connection: feeds.known_items(connection, found.id, [entry]))
        change = PollUpdate(row=found, reason=PollReason.STORED, entries=identify([entry], known_items), rings=rings)
        await self.pipeline.ingest(found, ParsedFeed(title=outlet, entries=(entry,)), change)
        return address

    def ago(self, hours: float) -> datetime:
        """Return a moment so many hours back."""
        return self.clock.now() - timedelta(hours=hours)

    async def subscribe(self, place: Place = HERE, topic: str = "us-forces-europe", **given: Any) -> None:
        """Subscribe a channel."""
        options = {"severity": Severity.NOTICE, "threads": "broadcast", "by": "ana"} | given
        await self.db.tx(
            lambda connection: subscriptions.subscribe(connection, place, topic, at=self.clock.now(), **options)
        )

    async def deliver(self) -> None:
        """Mark every waiting message as posted, with an id and a link of its own."""

        def work(connection: Connection) -> None:
            for row in connection.execute(select(outbox_table).where(outbox_table.c.state == "ready")).all():
                remote = f"17000000{row.id:02d}.000{row.id:03d}"
                outbox.mark_sent(connection, row.id, remote, self.clock.now())
                if row.op == "post" and row.thread_id is not None:
                    values = {"root": remote, "handle": remote, "link": slack_link(row.lane, remote)}
                    connection.execute(update(thread_table).where(thread_table.c.id == row.thread_id).values(values))

        await self.db.tx(work)

    async def ask(self, text: str, role: str = "admin", place: Place = HERE, files: Sequence[Attached] = ()) -> Reply:
        """Type a command, perhaps with files."""
        return await self.commands.handle(replace(caller(role, place), files=tuple(files)), text)

    async def said(self, text: str, role: str = "admin", place: Place = HERE, files: Sequence[Attached] = ()) -> str:
        """Type a command and return the words of the answer."""
        return words_of((await self.ask(text, role, place, files)).message)

    async def press(self, action: str, value: str, role: str = "admin", place: Place = HERE) -> Reply:
        """Press a button."""
        return await self.commands.press(caller(role, place), action, value)


class FakeWeb:
    """The web with the feeds that a test puts into it; lists are one address a line."""

    def __init__(self) -> None:
        self.feeds: dict[str, tuple[FoundFeed, ...]] = {}

    def put(self, url: str, *titles: str) -> None:
        """Let feeds be found at an address: the first at the address itself, the others on the page."""
        self.feeds[url] = tuple(self._feed(url if len(titles) == 1 else f"{url}/{title}", title) for title in titles)

    def _feed(self, url: str, title: str) -> FoundFeed:
        at = datetime(2026, 8, 31, 9, tzinfo=UTC)
        entry = Entry(
            guid="1",
            url=f"{url}/1",
            title="Bridge closed",
            summary="It is shut.",
            content="",
            published=at,
            updated=None,
        )
        return FoundFeed(url=url, feed=ParsedFeed(title=title, entries=(entry,), lang="en", total_entries=1))

    async def find(self, url: str) -> tuple[FoundFeed, ...]:
        """Find what a test put there."""
        if "private" in url:
            raise FetchError(url, FetchReason.REFUSED_ADDRESS, "it is a private address")
        return self.feeds.get(url, ())

    def read_list(self, body: bytes, name: str) -> tuple[tuple[ListedFeed, ...], tuple[str, ...]]:
        """Read a list."""
        lines = body.decode("utf-8", "replace").splitlines()
        if not any(line.startswith("http") for line in lines):
            raise ParseError(name, ParseReason.NOT_A_FEED, "it is no OPML")
        good = tuple(ListedFeed(url=line, title=line[8:]) for line in lines if line.startswith("http"))
        return good, tuple(f"left out: {line}" for line in lines if not line.startswith("http"))

    def write_list(self, feeds: Iterable[ListedFeed], title: str) -> str:
        """Write a list."""
        return "\n".join(one.url for one in feeds)


DIRECT = Place(platform="slack", workspace="T1", channel="D1")


def attached(name: str, content: str | bytes, size: int | None = None) -> Attached:
    """Return a file as an adapter hands it over; ``size`` is what the platform says, where that is not the truth."""
    data = content.encode() if isinstance(content, str) else content

    async def read() -> bytes:
        return data

    return Attached(name=name, size=len(data) if size is None else size, read=read)


def slack_link(lane: str, remote: str) -> str:
    """Return a link as Slack gives it for a message."""
    return f"https://desk.slack.com/archives/{lane.rpartition(':')[2]}/p{remote.replace('.', '')}"


def caller(
    role: str = "admin", place: Place = HERE, name: str = "ana", missing: Sequence[str] = (), elsewhere: str = ""
) -> Caller:
    """Return somebody who asks, with a role ``elsewhere`` and permissions ``missing`` in the channels looked at."""

    async def look_at(number: str) -> Prospect:
        if not number.startswith("C"):
            raise DeliveryError("slack", DeliveryReason.CHANNEL_GONE, "there is no such channel")
        found = Place(platform=place.platform, workspace=place.workspace, channel=number)
        return Prospect(place=found, role=elsewhere or role, missing=tuple(missing))

    async def direct() -> Place:
        return DIRECT

    return Caller(place=place, user=f"U-{name}", user_name=name, role=role, look_at=look_at, direct=direct)


def words_of(message: Message) -> str:
    """Return everything that a message says, a block a line."""
    lines = [message.heading]
    for block in message.blocks:
        match block:
            case Paragraph() | Context():
                lines.append(_line(block.line))
            case Bullets():
                lines += [f"• {_line(line)}" for line in block.lines]
            case Facts():
                lines += [f"{name}: {_line(line)}" for name, line in block.rows]
            case Quote():
                lines.append(f"“{block.text}”")
            case Table():
                lines += [" | ".join(row) for row in (block.header, *block.rows)]
            case _:
                lines.append(f"[{type(block).__name__}]")
    lines += [f"[{button.label}]" for button in message.buttons]
    return "\n".join(lines)


def _line(line: Sequence[Any]) -> str:
    return "".join(_part(part) for part in line)


def _part(part: Any) -> str:
    if isinstance(part, Link):
        return f"{part.label} <{part.url}>"
    return str(getattr(part, "text", None) or f"{part.at:%Y-%m-%d %H:%M}")
