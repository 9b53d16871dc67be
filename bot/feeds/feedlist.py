"""The list of feeds as people speak of it, in the chat and on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.duration import in_words
from bot.feeds.polling import FeedRow, FeedSpec
from bot.feeds.rhythm import usual_gap
from bot.ports import ParsedFeed
from bot.store import feeds
from rules.wording import count


def meant(given: str, rows: Sequence[FeedRow]) -> list[FeedRow]:
    """Return the feeds that ``given`` may mean: by number, address or name, else by a part of name or address."""
    wanted = given.casefold()
    exact = [row for row in rows if wanted in {str(row.id), row.url.casefold(), row.name.casefold()}]
    return exact or [row for row in rows if wanted in f"{row.name}\n{row.url}".casefold()]


def candidates(found: Sequence[FeedRow]) -> str:
    """Name the feeds that somebody may have meant, with their numbers."""
    return "; ".join(f"{row.id} {row.name}" for row in found[:5])


def language(given: str | None) -> str | None:
    """Return the two letters of a language, ``de`` of ``de-AT``; None for what is no language."""
    two = (given or "").strip().lower()[:2]
    return two if len(two) == 2 and two.isascii() and two.isalpha() else None


def add_new(connection: Connection, specs: Iterable[FeedSpec], *, now: datetime, by: str) -> int:
    """Add the feeds that are not known yet; return how many."""
    known = {row.url for row in feeds.list_feeds(connection)}
    new = [spec for spec in specs if spec.url not in known]
    for spec in new:
        feeds.add(connection, spec, now=now, by=by)
    return len(new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Makeup:
    """What a feed is made of, in words; ``newest`` is None where no entry has a usable date."""

    entries: str
    newest: datetime | None
    gap: str


def makeup(feed: ParsedFeed) -> Makeup:
    """Look at a feed's entries: how many have what, and how often they come."""
    dates = [entry.published for entry in feed.entries if entry.published]
    gap = usual_gap(dates)
    having = {
        "with an id": sum(bool(entry.guid) for entry in feed.entries),
        "dated": len(dates),
        "linked": sum(bool(entry.url) for entry in feed.entries),
        "with content": sum(bool(entry.content) for entry in feed.entries),
    }
    return Makeup(
        entries=f"{entries(feed)}: " + ", ".join(f"{number} {what}" for what, number in having.items()),
        newest=max(dates, default=None),
        gap=in_words(gap) if gap else "not known",
    )


def entries(feed: ParsedFeed) -> str:
    """Say how many entries a feed has."""
    return count(feed.total_entries, "entry", "entries")
