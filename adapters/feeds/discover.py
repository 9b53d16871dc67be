"""Finds the feeds of a web page: those that it declares, then places where feeds usually are."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from adapters.feeds.markup import to_line
from bot.errors import FetchError, ParseError
from bot.ports import FeedParser, Fetched, Fetcher, FoundFeed, ParsedFeed
from rules.sanitise import web_link

__all__ = ["MOST_TRIED", "FoundFeed", "declared_links", "find_feeds", "usual_places"]

MOST_TRIED = 10
_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_USUAL = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "feed/", "index.xml", "feed.json")
_LINK = re.compile(r"<(?:link|a)\s[^<>]{1,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([a-zA-Z-]{1,20})\s{0,5}=\s{0,5}(?:"([^"]{0,1500})"|'([^']{0,1500})'|([^\s"'<>]{1,1500}))"""
)
_FEEDLIKE = re.compile(r"(^|[/._-])(rss|atom|feeds?)([/._?-]|$)|[./](rdf|xml)$", re.IGNORECASE)
_LOOKED_AT = 500_000  # characters of a page


def declared_links(page: str, base: str) -> tuple[str, ...]:
    """Return the addresses that a page declares as feeds, then links of it that look like feeds, in order."""
    declared: list[str] = []
    likely: list[str] = []
    for tag in _LINK.findall(page[:_LOOKED_AT]):
        found = {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(tag)}
        target = _absolute(base, found.get("href", ""))
        if target is None:
            continue
        if "alternate" in found.get("rel", "").lower().split() and found.get("type", "").lower().strip() in _TYPES:
            declared.append(target)
        elif _FEEDLIKE.search(urlsplit(target).path) and urlsplit(target).netloc == urlsplit(base).netloc:
            likely.append(target)
    return tuple(dict.fromkeys((*declared, *likely)))


def usual_places(url: str) -> tuple[str, ...]:
    """Return where a site's feed often is: below the page, then at the root."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}/"
    folder = url.partition("?")[0].partition("#")[0].rstrip("/") + "/"
    return tuple(dict.fromkeys([urljoin(folder, name) for name in _USUAL[:2]] + [root + name for name in _USUAL]))


async def find_feeds(url: str, fetcher: Fetcher, parser: FeedParser) -> tuple[FoundFeed, ...]:
    """Return the feeds behind ``url``: itself, else those of the page. Raises FetchError when it cannot be had."""
    fetched = await fetcher.fetch(url)
    feed = await _parsed(fetched, parser)
    if feed is not None:
        return (FoundFeed(url=fetched.permanent_url or url, feed=feed, declared=True),)
    page = fetched.body.decode("utf-8", "replace")
    declared = declared_links(page, fetched.url)
    found = await _try(declared[:MOST_TRIED], fetcher, parser, declared=True)
    return found or await _try(usual_places(fetched.url)[:MOST_TRIED], fetcher, parser, declared=False)


async def _try(urls: tuple[str, ...], fetcher: Fetcher, parser: FeedParser, *, declared: bool) -> tuple[FoundFeed, ...]:
    found: list[FoundFeed] = []
    for url in urls:
        try:
            fetched = await fetcher.fetch(url)
        except FetchError:
            continue
        feed = await _parsed(fetched, parser)
        if feed is not None and fetched.url not in {one.url for one in found}:
            found.append(FoundFeed(url=fetched.url, feed=feed, declared=declared))
            if not declared:
                break  # the usual places lead to the same feed
    return tuple(found)


async def _parsed(fetched: Fetched, parser: FeedParser) -> ParsedFeed | None:
    try:
        return await parser.parse(fetched.url, fetched.body, content_type=fetched.headers.get("content-type", ""))
    except ParseError:
        return None


def _absolute(base: str, href: str) -> str | None:
    try:
        return web_link(urljoin(base, to_line(href))) if href else None
    except ValueError:
        return None
