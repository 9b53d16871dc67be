"""What is said of a feed: in a line of a list, of its health, and when it is tried."""

from __future__ import annotations

from datetime import datetime

from bot.duration import in_words
from bot.feeds.feedhealth import Health, shown_url
from bot.feeds.feedlist import entries, makeup
from bot.feeds.polling import FeedRow, FeedState
from bot.message import Block, Bullets, Context, Facts, Line, Link, Moment, Paragraph, Strong, Text
from bot.ports import Entry, FoundFeed
from rules.sanitise import shorten

NEWEST = 3
EXCERPT = 200


def feed_line(row: FeedRow, now: datetime) -> Line:
    """Say what a feed is."""
    facts = [row.lang or "language not known"] + ([f"tier {row.tier}"] if row.tier else [])
    facts += [] if row.state is FeedState.ACTIVE else [str(row.state)]
    age = (
        "no item yet"
        if row.item_at is None
        else f"last item {in_words(max((now - row.item_at).total_seconds(), 0))} ago"
    )
    return (Strong(f"{row.id}: {row.name}"), Text(f" · {', '.join(facts)} · {age} · {shown_url(row)}"))


def health_line(one: Health) -> Line:
    """Say how a feed is."""
    age = "" if one.last_item is None else f" · last item {in_words(one.last_item)} ago"
    return (Strong(f"{one.code}: {one.row.name}"), Text(f" (feed {one.row.id}){age} · {one.text}"))


def found_line(one: FoundFeed) -> Line:
    """Say what was found."""
    guessed = "" if one.declared else " (found by guessing)"
    title = one.feed.title or one.url
    return (Strong(title), Text(f" · {entries(one.feed)}{guessed} · {one.url}"))


def description(found: FoundFeed) -> list[Block]:
    """Describe a feed: its fields, its dates, its newest entries."""
    feed = found.feed
    made = makeup(feed)
    rows: list[tuple[str, Line]] = [
        ("Address", (Text(found.url),)),
        ("Language", (Text(feed.lang or "not named"),)),
        ("Entries", (Text(made.entries),)),
        ("Newest", (Moment(made.newest),) if made.newest else (Text("no usable dates"),)),
        ("Usual gap", (Text(made.gap),)),
    ]
    blocks: list[Block] = [Facts(tuple(rows))]
    blocks += [Context((Text(f"mended: {problem}"),)) for problem in feed.problems[:5]]
    if feed.entries:
        blocks += [Paragraph((Strong("Its newest entries"),)), Bullets(tuple(map(_entry, feed.entries[:NEWEST])))]
    blocks.append(Context((Text(f"Nothing is stored yet. Poll it: /tocsin feeds add {found.url}"),)))
    return blocks


def _entry(entry: Entry) -> Line:
    title = Link(entry.url, entry.title or entry.url) if entry.url else Strong(entry.title or "(no title)")
    when: Line = (Moment(entry.published),) if entry.published else (Text(f"undated ({entry.date_text or 'no date'})"),)
    return (*when, Text(" "), title, Text(f" – {shorten(entry.content or entry.summary, EXCERPT)}"))
