"""``feeds import`` and ``feeds export``: whole lists of feeds, as the OPML files that feed readers exchange."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from bot.commands.attaching import FEED_LIST, read_file
from bot.commands.desk import Desk
from bot.commands.feedwork import NONE_YET, SHOWN, check_overseen, web_of
from bot.commands.parse import Command, CommandError, echo
from bot.commands.replies import done, message
from bot.commands.taking import choices, make_offer, take_up
from bot.errors import ParseError
from bot.feeds import feedlist
from bot.feeds.polling import FeedRow, FeedSpec
from bot.message import Bullets, Context, File, Line, Paragraph, Reply, Strong, Text
from bot.ports import Caller, FeedWeb, ListedFeed
from bot.store import feeds
from bot.store.audits import note
from bot.store.offers import OfferKind
from rules.wording import count

MOST_IMPORTED = 2000  # feeds of one list
OPML_BYTES = 5 << 20


async def export(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Hand out all feeds as OPML."""
    rows = await desk.db.read(feeds.list_feeds)
    if not rows:
        raise CommandError(NONE_YET)
    words = f"{count(len(rows), 'feed')} as OPML, which feed readers take."
    file = File(name="tocsin-feeds.opml", content=opml(web_of(desk), rows), title=words)
    return Reply(message=message("Feeds", (Paragraph((Text(words),)),), words), files=(file,))


async def import_list(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Look into an OPML file and offer to add its feeds."""
    check_overseen(desk, caller)
    web = web_of(desk)
    name, data = await read_file(caller, command, FEED_LIST, OPML_BYTES)
    try:
        listed, problems = web.read_list(data, name)
    except ParseError as error:
        raise CommandError(f"{echo(name)} cannot be read: {error.detail}") from error
    known = {row.url for row in await desk.db.read(feeds.list_feeds)}
    new = [one for one in listed if one.url not in known]
    told = f"{name}: {count(len(new), 'new feed')}, {len(listed) - len(new)} known already"
    told += f", {count(len(problems), 'entry', 'entries')} left out" if problems else ""
    if not new:
        raise CommandError(f"{told}; nothing was changed.")
    if len(new) > MOST_IMPORTED:
        raise CommandError(f"{told}; at most {MOST_IMPORTED:,} are added at once. Split the file.")
    body = {"name": name, "feeds": [[one.url, one.title, one.lang] for one in new]}
    key = await make_offer(desk, caller, OfferKind.IMPORT, body)
    lines: list[Line] = [(Strong(one.title or one.url), Text(f" {one.url}")) for one in new[:SHOWN]]
    lines += [(Text(f"and {len(new) - SHOWN} more"),)] if len(new) > SHOWN else []
    blocks = (Paragraph((Text(f"{told}. Nothing is changed yet."),)), Bullets(tuple(lines)))
    left = tuple(Context((Text(one),)) for one in problems[:3])
    buttons = choices(f"Add {count(len(new), 'feed')}", key)
    return Reply(message=message("Import", (*blocks, *left), told, buttons=buttons))


async def take_import(desk: Desk, caller: Caller, key: int, body: Mapping[str, Any]) -> Reply:
    """Add the feeds of a list that was looked at."""
    check_overseen(desk, caller)
    now = desk.clock.now()
    specs = [FeedSpec(url=url, outlet=title, lang=feedlist.language(lang)) for url, title, lang in body["feeds"]]

    def work(connection: Connection) -> int:
        take_up(connection, key, now)
        before = len(feeds.list_feeds(connection))
        added = feedlist.add_new(connection, specs, now=now, by=caller.user_name)
        told = f"{added} feeds of {body['name']}"
        note(connection, str(caller.place), caller.user_name, "feeds import", f"{before} feeds", told, now)
        return added

    added = await desk.db.tx(work)
    line: Line = (Text("added "), Strong(count(added, "feed")), Text(f" of {body['name']}"))
    return done(caller, line, f"{count(added, 'feed')} added; their first poll is a baseline: nothing rings.")


def opml(web: FeedWeb, rows: Sequence[FeedRow]) -> bytes:
    """Write feeds as OPML."""
    listed = [ListedFeed(url=row.url, title=row.name, lang=row.lang) for row in rows]
    return web.write_list(listed, "Feeds of Tocsin").encode("utf-8")
