"""``tocsin feeds find | test | add | check``: what asks the web."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection

from adapters.feeds.discover import FoundFeed
from bot import config
from bot.cli.feedtable import complain, database, now, write
from bot.cli.feedtrial import trial_lines
from bot.errors import ConfigError, FetchError, ParseError
from bot.feeds import catalogue
from bot.feeds.feedlist import entries, makeup
from bot.feeds.polling import FeedRow, FeedSpec
from bot.fetching import Web, open_web
from bot.ports import ParsedFeed
from bot.store import feeds
from bot.store.guest import established, visit
from rules.errors import TocsinError
from rules.sanitise import shorten
from rules.wording import count as in_number

AT_ONCE = 8  # feeds asked at the same time by `check`


@asynccontextmanager
async def reaching(polling: config.Polling, allow_private: Sequence[str] = ()) -> AsyncIterator[Web]:
    """Open what goes to the network with these settings."""
    async with AsyncExitStack() as stack:
        yield open_web(polling, stack, allow_private)


def web(args: argparse.Namespace) -> AbstractAsyncContextManager[Web]:
    """Open them with the settings of tocsin.yaml, where there is one."""
    path: Path = args.config
    polling = config.load(path).polling if path.exists() else config.Polling()
    return reaching(polling, args.allow_private)


def find(args: argparse.Namespace) -> int:
    """Print the feeds behind an address; 1 when there is none. Raises FetchError."""

    async def run() -> tuple[FoundFeed, ...]:
        async with web(args) as found:
            return await found.feeds.find(args.url)

    found = asyncio.run(run())
    if args.json:
        write(json.dumps({"url": one.url, "title": one.feed.title, "entries": one.feed.total_entries}) for one in found)
    else:
        write(_found_line(one) for one in found)
    return 0 if found else complain([f"{args.url}: no feed found on this page or in the usual places"])


def test(args: argparse.Namespace) -> int:
    """Print what Tocsin makes of a feed: fields, dates, its newest entries, what each rule would say."""

    async def run() -> ParsedFeed:
        async with web(args) as opened:
            return await opened.read(args.url)

    feed = asyncio.run(run())
    write(_description(args.url, feed))
    write(trial_lines(args, feed))
    return 0


def add(args: argparse.Namespace) -> int:
    """Add feeds after asking for each one once; a page is searched for its feed."""
    specs: list[FeedSpec] = []
    problems: list[str] = []
    for url in args.urls:
        try:
            specs.append(FeedSpec(url=url) if args.unchecked else _asked(args, url))
        except TocsinError as error:
            problems.append(str(error))

    def work(connection: Connection) -> list[tuple[FeedRow, bool]]:
        results = []
        for spec in specs:
            is_known = feeds.find(connection, spec.url) is not None
            results.append((feeds.add(connection, _described(args, spec), now=now(), by="command line"), is_known))
        return results

    for row, is_known in visit(established(database(args)), work) if specs else ():
        said = "is in the list already" if is_known else "added; its first poll is a baseline: nothing rings"
        write([f"{row.name}: {said}"])
    return complain(problems)


def check(args: argparse.Namespace) -> int:
    """Ask every feed of the database, or of the catalogue, once; 1 when one does not answer as a feed."""
    if args.catalogue:
        path = Path(args.file) if args.file else catalogue.CATALOGUE
        urls = [feed.url for feed in catalogue.search(catalogue.load(path), args.words)]
    else:
        urls = [row.url for row in visit(database(args), feeds.list_feeds)]
    results = asyncio.run(_check_all(args, urls))
    is_well = set(results.values()) <= {""}
    if args.catalogue and args.write:
        path.write_text(
            catalogue.with_status(path.read_text(encoding="utf-8"), results, now().date()), encoding="utf-8"
        )
    if args.json:
        return 0 if is_well else 1
    counts = Counter(results.values())
    said = ", ".join(f"{number} {code or 'ok'}" for code, number in counts.most_common())
    write([f"{in_number(len(results), 'feed')}: {said or 'none'}."])
    return 0 if is_well else 1


async def _check_all(args: argparse.Namespace, urls: Sequence[str]) -> dict[str, str]:
    """Return the error code by address, "" for a feed that answers; prints each as it comes."""
    results: dict[str, str] = {}
    slots = asyncio.Semaphore(AT_ONCE)

    async with web(args) as opened:

        async def one(url: str) -> None:
            async with slots:
                try:
                    feed = await opened.read(url)
                    results[url], said = "", f"{entries(feed)}, {feed.title}"
                except (FetchError, ParseError) as error:
                    results[url], said = error.reason.value, error.detail
                write([_answer(url, results[url], said, as_json=args.json)])
                sys.stdout.flush()

        await asyncio.gather(*(one(url) for url in urls))
    return results


def _answer(url: str, code: str, said: str, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"url": url, "ok": not code, "error": code or None, "text": said}, ensure_ascii=False)
    return f"{code or 'ok':<16} {url}\n{'':17}{said}"


def _asked(args: argparse.Namespace, url: str) -> FeedSpec:
    async def run() -> tuple[FoundFeed, ...]:
        async with web(args) as opened:
            return await opened.feeds.find(url)

    found = asyncio.run(run())
    if not found:
        raise TocsinError(f"{url}: neither a feed nor a page that names one; --unchecked adds it all the same")
    if len(found) > 1 and found[0].url != url:
        names = "\n".join(f"  {_found_line(one)}" for one in found)
        raise TocsinError(f"{url}: is a page with {len(found)} feeds; add the one you mean:\n{names}")
    if found[0].url != url:
        write([f"{url}: is a page; its feed is {found[0].url}"])
    return FeedSpec(url=found[0].url)


def _described(args: argparse.Namespace, spec: FeedSpec) -> FeedSpec:
    """Fill in what was said on the command line, else what the catalogue knows."""
    try:
        known = next((feed for feed in catalogue.load() if feed.url == spec.url), None)
    except ConfigError:
        known = None  # installed without the catalogue
    return FeedSpec(
        url=spec.url,
        outlet=args.outlet or (known.outlet if known else ""),
        lang=args.lang or (known.lang if known else None),
        tier=args.tier or (known.tier if known else None),
        min_interval=args.every,
        max_interval=args.every,
    )


def _found_line(one: FoundFeed) -> str:
    origin = "" if one.declared else "  (found by guessing)"
    return f"{one.url}  {entries(one.feed)}, {one.feed.title}{origin}"


def _description(url: str, feed: ParsedFeed) -> list[str]:
    made = makeup(feed)
    lines = [
        f"{feed.title or url}  [{feed.lang or 'language not named'}]",
        made.entries,
        f"newest {made.newest:%Y-%m-%d %H:%M} UTC" if made.newest else "no usable dates",
        f"usual gap {made.gap}",
    ]
    lines += [f"mended: {problem}" for problem in feed.problems]
    for entry in feed.entries[:3]:
        text = entry.content or entry.summary
        date = f"{entry.published:%Y-%m-%d %H:%M}" if entry.published else f"undated ({entry.date_text or 'no date'})"
        lines += [
            f"- {date}  {entry.title or '(no title)'}",
            f"  {entry.url or '(no link)'}",
            f"  {shorten(text, 200)}",
        ]
    return lines
