"""The pipeline over a real database with everything around it in memory: entries in, outbox rows out.

    desk = Newsdesk(db)
    await desk.feed(report("1", "Washington will withdraw 5000 troops from Germany."))
    assert desk.sent() == [...]

Claims are read by a small grammar of our own (``SmallExtractor``), so that these tests do not hang on the lexicon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, event, func, select

from bot.codec import decode_message
from bot.errors import FetchError, FetchReason
from bot.feeds.identity import identify
from bot.feeds.polling import FeedRow, FeedSpec, IngestResult, PollReason, PollUpdate
from bot.feeds.reading import Extracts, Reader
from bot.message import Bullets, Context, Facts, Message, Paragraph, Quote
from bot.pipeline import Pipeline
from bot.ports import Article, Entry, ParsedFeed, Place, Validators
from bot.ringing.gatekeeping import Waits
from bot.ringing.rings import Ringer
from bot.store import feeds, subscriptions
from bot.store import schema as tables
from bot.store.db import Database
from bot.window import Window
from rules.load import load
from rules.match import Matcher
from rules.model import (
    Action,
    Bound,
    Extraction,
    Figure,
    Position,
    Provenance,
    Severity,
    Stance,
    Status,
)
from rules.summary import summarise
from rules.text import Span
from tests.fakes.manual_clock import ManualClock
from tests.rules.fakes import FakeVocabulary
from tests.rules.story_cases import words

DESK = Place(platform="console", workspace="", channel="desk")
RULES = """version: 1
topic: bases
title: Bases abroad
owner: desk
rules:
  - id: leaving
    title: Troops leave
    severity: urgent
    figure: {unit: troops, action: withdraw}
    alert_on: [new, changed, corrected, contradicted, withdrawn]
  - id: talks
    title: Talks about bases
    match: 'summit'
"""
MORE_RULES = """version: 1
topic: mandate
title: Mandate
owner: desk
rules:
  - id: mandate-stance
    title: Who wants the mandate
    severity: notice
    position: {proposition: mandate}
    alert_on: [new, changed]
"""
# What every report of the story says besides its claims, so that the reports are of one story.
BODY = (
    "The garrison at Grauwacke, the largest in the Fennmark hills, was built after the flood. Mayor Oda Brandvik said"
    " that the town would lose its baker, its school and half of its choir. The barracks stand on the old airfield."
)
TITLE = "Garrison at Grauwacke in the Fennmark hills is to be emptied, mayor Brandvik fears"

_FIGURE = re.compile(
    r"(?P<actor>Washington|Berlin|Paris) (?:will|(?P<denies>denies it will))"
    r" withdraw (?P<low>\d+)(?: to (?P<high>\d+))? troops from"
    r" (?P<place>Germany|Poland)"
)
_POSITION = re.compile(r"(?P<actor>Beijing|Paris) (?P<stance>backs|rejects) (?P<what>the mandate)")
_ORIGIN = re.compile(r"the (?P<origin>[A-Z]\w+ (?:Gazette|Herald)) reported")
_ACTORS = {"Washington": "United States", "Berlin": "Germany", "Paris": "France", "Beijing": "China"}


class SmallExtractor:
    """Reads ``Washington will (denies it will) withdraw 5000 troops from Germany``, ``Beijing backs the mandate``."""

    def extract(self, text: str, *, title: str = "", outlet: str = "", lang: str | None = None) -> Extraction:
        origin = _ORIGIN.search(text)
        chain = (origin["origin"],) if origin and origin["origin"] != outlet else ()
        return Extraction(
            lang="en",
            figures=tuple(_figure(found) for found in _FIGURE.finditer(text)),
            positions=tuple(_position(found) for found in _POSITION.finditer(text)),
            provenance=Provenance(chain=chain, origin=chain[0] if chain else None),
        )


def _figure(found: re.Match[str]) -> Figure:
    low, high = int(found["low"]), int(found["high"] or found["low"])
    return Figure(
        low=low,
        high=high,
        bound=Bound.EXACT if low == high else Bound.RANGE,
        unit="troops",
        actor=_ACTORS[found["actor"]],
        action=Action.WITHDRAW,
        place=found["place"],
        of_total=None,
        status=Status.DENIED if found["denies"] else Status.PLANNED,
        source_cited=None,
        quote=found[0],
        start=found.start(),
        end=found.end(),
    )


def _position(found: re.Match[str]) -> Position:
    return Position(
        actor=_ACTORS[found["actor"]],
        actor_affiliation=None,
        stance=Stance.SUPPORT if found["stance"] == "backs" else Stance.OPPOSE,
        proposition=found["what"],
        condition=None,
        source_cited=None,
        quote=found[0],
        start=found.start(),
        end=found.end(),
    )


def sentences(text: str, lang: str) -> list[Span]:
    """Cut at full stops; enough for the texts of these tests."""
    return [Span(found.start(), found.end()) for found in re.finditer(r"\S[^.]*\.", text)]


@dataclass
class Pages:
    """Article pages by address; what is not there cannot be fetched."""

    texts: dict[str, str] = field(default_factory=dict)

    async def read(self, url: str) -> Article:
        if url not in self.texts:
            raise FetchError(url, FetchReason.HTTP_ERROR, "answered 503", status=503)
        return Article(text=self.texts[url])


def report(guid: str, claim: str, *, at: datetime | None = None, title: str = TITLE, url: str = "") -> Entry:
    """Return an entry of the story; without ``at`` it has no date and counts as said when it is fetched."""
    text = f"{claim} {BODY}"
    link = url or f"https://outlet.example/{guid}"
    return Entry(guid=guid, url=link, title=title, summary=text, content="", published=at)


@dataclass(frozen=True, slots=True)
class Sent:
    """An outbox row: what is to be done, with the words of the message."""

    op: str
    lane: str
    heading: str
    text: str
    broadcast: bool
    thread: int | None

    def __contains__(self, words: str) -> bool:
        return words in self.text


class Newsdesk:
    """One database, one clock, two feeds; channels subscribe with ``subscribe``."""

    def __init__(
        self,
        db: Database,
        *,
        rules: Sequence[str] = (RULES,),
        freshness: float = 96 * 3600.0,
        waits: Waits | None = None,
        extractor: Extracts | None = None,
    ) -> None:
        self.db = db
        self.clock = ManualClock()
        self.pages = Pages()
        vocabulary = FakeVocabulary()
        self.ruleset = load({f"{number}.yaml": text for number, text in enumerate(rules)}, vocabulary)
        self.ringer = Ringer(
            self.ruleset.topics,
            lambda text, lang, claims: [one[1:] for one in summarise(text, claims, sentences(text, lang))],
            story_window=timedelta(days=7),
            waits=waits,
        )
        self.pipeline = Pipeline(
            db,
            Reader(extractor or SmallExtractor(), sentences, self.pages),
            Matcher(self.ruleset, vocabulary),
            self.ringer,
            Window(words()),
            self.clock,
            contains=vocabulary.contains,
            freshness=timedelta(seconds=freshness),
        )

    def subscribe(
        self, topic: str = "bases", *, place: Place = DESK, severity: str = "notice", threads: str | None = None
    ) -> None:
        """Subscribe a channel."""
        self.db.write(
            lambda connection: subscriptions.subscribe(
                connection,
                place,
                topic,
                severity=Severity(severity),
                threads=threads,
                by="ana",
                at=self.clock.now(),
            )
        )

    async def feed(self, *entries: Entry, outlet: str = "Example Times", rings: bool = True) -> IngestResult:
        """Let an outlet's feed bring these entries, as the poller hands them on."""
        row = self.row(outlet)
        known = await self.db.read(lambda connection: feeds.known_items(connection, row.id, entries))
        update = PollUpdate(
            row=replace(row, validators=Validators(etag=f'"{len(entries)}-{self.clock.now()}"'), baselined=True),
            reason=PollReason.STORED if rings else PollReason.BASELINE,
            entries=identify(entries, known),
            rings=rings,
        )
        return await self.pipeline.ingest(row, ParsedFeed(title=outlet, entries=entries), update)

    def row(self, outlet: str = "Example Times") -> FeedRow:
        """Return the feed's row, made where it is missing."""
        url = f"https://{outlet.lower().replace(' ', '-')}.example/feed"

        def work(connection: Connection) -> FeedRow:
            found = feeds.find(connection, url)
            return found or feeds.add(connection, FeedSpec(url=url, outlet=outlet), now=self.clock.now())

        return self.db.write(work)

    def sent(self, lane: str = str(DESK)) -> list[Sent]:
        """Return the rows of a lane in order, edits included."""
        outbox = tables.outbox
        rows = self.db.write(
            lambda connection: connection.execute(
                select(outbox).where(outbox.c.lane == lane).order_by(outbox.c.id)
            ).all()
        )
        return [_sent(row) for row in rows]

    def deliver(self) -> None:
        """Count every row as sent, so that an edit waiting in the outbox takes no further body."""
        self.db.write(lambda connection: connection.execute(tables.outbox.update().values(state="sent")))

    def count(self, table: str) -> int:
        """Count the rows of a table."""
        wanted = tables.metadata.tables[table]
        return self.db.write(
            lambda connection: int(connection.execute(select(func.count()).select_from(wanted)).scalar_one())
        )

    def column(self, table: str, name: str) -> list[Any]:
        """Return a column, oldest row first."""
        wanted = tables.metadata.tables[table]
        column = wanted.c[name]
        return self.db.write(
            lambda connection: list(connection.execute(select(column).order_by(wanted.c.id)).scalars())
        )

    def stages(self, number: int = -1) -> dict[str, str]:
        """Return outcome and reason by stage of an item's way."""
        trace = self.column("item", "trace")[number]
        return {each["stage"]: f"{each['outcome']}: {each['reason']}" for each in trace}

    @contextmanager
    def broken_at(self, table: str) -> Iterator[None]:
        """Let every write of a table fail, as a full disk would."""

        def fail(_c: object, _u: object, statement: str, *_more: object) -> None:
            if statement.startswith((f"INSERT INTO {table} ", f"UPDATE {table} ")):
                raise OSError(28, "No space left on device")

        engine = self.db.write(lambda connection: connection.engine)
        event.listen(engine, "before_cursor_execute", fail)
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", fail)


def _sent(row: Any) -> Sent:
    message = decode_message(row.body)
    return Sent(row.op, row.lane, message.heading, text_of(message), row.broadcast, row.thread_id)


def text_of(message: Message) -> str:
    """Return the words of a message, a line for each line, without any markup."""
    lines = [message.heading]
    for block in message.blocks:
        match block:
            case Paragraph(line) | Context(line):
                lines.append(_words(line))
            case Quote(text, link):
                lines.append(f"“{text}”" + (f" ({link.label})" if link else ""))
            case Facts(rows):
                lines += [f"{label}: {_words(line)}" for label, line in rows]
            case Bullets(items):
                lines += [f"- {_words(line)}" for line in items]
    return "\n".join(lines)


def _words(line: Sequence[Any]) -> str:
    return "".join(str(getattr(part, "text", None) or getattr(part, "label", "") or "") for part in line)
