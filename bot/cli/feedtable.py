"""``tocsin feeds list | health | pause | resume | remove | import | export``: what is done on the database alone.

Works beside a running Tocsin, which takes the changes up at its next tick.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from adapters.feeds.opml import Outline, read_opml, write_opml
from bot.cli import databases
from bot.cli.saying import say
from bot.clock import SystemClock
from bot.duration import in_words
from bot.feeds import feedlist
from bot.feeds.feedhealth import Health, HealthCode, count, shown_url, sorted_by_need
from bot.feeds.polling import FeedRow, FeedSpec, FeedState
from bot.store import feeds
from bot.store.address import Address
from bot.store.guest import established, visit
from rules.errors import guess
from rules.wording import count as in_number

TROUBLE = frozenset(HealthCode) - {HealthCode.OK, HealthCode.PAUSED, HealthCode.WAITING}


def database(args: argparse.Namespace) -> Address:
    """Return the database: named, else that of tocsin.yaml. Raises ConfigError."""
    return databases.find(args.database, args.config)


def now() -> datetime:
    """Return the present moment."""
    return SystemClock().now()


def list_feeds(args: argparse.Namespace) -> int:
    """Print every feed, one a line."""
    rows = visit(database(args), feeds.list_feeds)
    if args.json:
        write(json.dumps(_record(row), ensure_ascii=False) for row in rows)
        return 0
    write(_list_line(row) for row in rows)
    write(
        [
            f"{in_number(len(rows), 'feed')}."
            if rows
            else "No feed yet: `tocsin feeds add URL`, or `tocsin feeds catalogue WORD`."
        ]
    )
    return 0


def show_health(args: argparse.Namespace) -> int:
    """Print how the feeds are, those in trouble first; 1 when one is."""
    healths = sorted_by_need(visit(database(args), feeds.list_feeds), now())
    counts = ", ".join(f"{number} {code}" for code, number in count(healths).items())
    shown = [one for one in healths if args.all or one.code is not HealthCode.OK]
    if args.json:
        write(json.dumps(_health_record(one), ensure_ascii=False) for one in shown)
    else:
        write(_health_line(one) for one in shown)
        write([f"{in_number(len(healths), 'feed')}: {counts}." if healths else "No feed yet."])
    return 1 if any(one.code in TROUBLE for one in healths) else 0


def set_state(args: argparse.Namespace, state: FeedState) -> int:
    """Pause or resume the named feeds; 1 when one is not known."""

    def work(connection: Connection) -> list[str]:
        rows = feeds.list_feeds(connection)
        missed = []
        for name in args.feeds:
            found = feedlist.meant(name, rows)
            if len(found) != 1:
                missed.append(_not_one(name, found, rows))
                continue
            feeds.set_state(connection, found[0].id, state, now())
            write([f"{found[0].name}: {'paused' if state is FeedState.PAUSED else 'will be polled now'}"])
        return missed

    return complain(visit(database(args), work))


def remove(args: argparse.Namespace) -> int:
    """Delete the named feeds with their items; 1 when one is not known."""

    def work(connection: Connection) -> list[str]:
        rows = feeds.list_feeds(connection)
        missed = []
        for name in args.feeds:
            found = feedlist.meant(name, rows)
            if len(found) != 1:
                missed.append(_not_one(name, found, rows))
            elif found[0].configured:
                missed.append(f"{found[0].name}: it is listed in tocsin.yaml; take it out there, or pause it")
            elif not args.yes:
                missed.append(f"{found[0].name}: its items go with it; say so with --yes, or pause it instead")
            else:
                feeds.remove(connection, found[0].id)
                write([f"{found[0].name}: removed with its items"])
        return missed

    return complain(visit(database(args), work))


def import_opml(args: argparse.Namespace) -> int:
    """Add the feeds of an OPML file; those that are known already stay as they are. Raises ParseError."""
    try:
        body = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
    except OSError as error:
        return complain([f"{args.file}: cannot be read: {error.strerror}"])
    outlines, problems = read_opml(body, args.file)
    specs = [FeedSpec(url=one.url, outlet=one.title, lang=feedlist.language(one.lang)) for one in outlines]
    added = visit(
        established(database(args)),
        lambda connection: feedlist.add_new(connection, specs, now=now(), by="import"),
    )
    already = f"{len(outlines) - added} known already"
    write([f"{in_number(added, 'feed')} added, {already}; their first poll is a baseline: nothing rings."])
    return complain(problems) if args.strict else (complain(problems) and 0)


def export_opml(args: argparse.Namespace) -> int:
    """Write all feeds as OPML to a file or standard output."""
    rows = visit(database(args), feeds.list_feeds)
    text = write_opml((Outline(url=row.url, title=row.name, lang=row.lang) for row in rows), "Feeds of Tocsin")
    if args.file == "-":
        sys.stdout.write(text)
        return 0
    try:
        Path(args.file).write_text(text, encoding="utf-8")
    except OSError as error:
        return complain([f"{args.file}: cannot be written: {error.strerror}"])
    write([f"{in_number(len(rows), 'feed')} written to {args.file}"])
    return 0


def complain(problems: Iterable[str]) -> int:
    """Print problems to standard error; 1 when there are any."""
    problems = list(problems)
    for problem in problems:
        sys.stderr.write(problem + "\n")
    return 1 if problems else 0


def write(lines: Iterable[str]) -> None:
    """Print lines, whatever the terminal's encoding."""
    for line in lines:
        say(line)


def _not_one(name: str, found: list[FeedRow], rows: Iterable[FeedRow]) -> str:
    if found:
        return f"{name}: may be several feeds ({feedlist.candidates(found)}); use the number or the address"
    return f"{name}: no such feed{guess(name, [row.name for row in rows])}; `tocsin feeds list` shows them"


def _list_line(row: FeedRow) -> str:
    state = "" if row.state is FeedState.ACTIVE else f"  [{row.state}]"
    tier = f"tier {row.tier}" if row.tier else "      "
    return f"{row.id:>5}  {row.lang or '--'}  {tier}  {row.name}{state}\n       {shown_url(row)}"


def _health_line(one: Health) -> str:
    age = "-" if one.last_item is None else in_words(one.last_item)
    rhythm = "-" if one.rhythm is None else in_words(one.rhythm)
    head = (
        f"{one.code:<11}  last item {age:>6}  usual gap {rhythm:>6}  due in {in_words(one.due_in):>6}  {one.row.name}"
    )
    return f"{head}\n{'':13}{one.text}"


def _record(row: FeedRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "url": shown_url(row),
        "outlet": row.name,
        "lang": row.lang,
        "tier": row.tier,
        "state": row.state.value,
        "configured": row.configured,
        "interval": row.interval,
        "added": row.added_at.isoformat(),
        "added_by": row.added_by,
    }


def _health_record(one: Health) -> dict[str, Any]:
    row = one.row
    return {
        "id": row.id,
        "url": shown_url(row),
        "outlet": row.name,
        "code": one.code.value,
        "text": one.text,
        "last_item_seconds": one.last_item,
        "usual_gap_seconds": one.rhythm,
        "due_in_seconds": one.due_in,
        "failures": row.failures,
        "error": row.error_code,
        "last_ok": row.ok_at.isoformat() if row.ok_at else None,
    }
