"""What asks the web for feeds on behalf of people, and reads and writes their lists: bot.ports.FeedWeb."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.feeds.discover import find_feeds
from adapters.feeds.opml import Outline, read_opml, write_opml
from bot.ports import FeedParser, Fetcher, FoundFeed, ListedFeed


class WebFeeds:
    """Works with the fetcher and parser that poll: the same limits, the same refused addresses."""

    def __init__(self, fetcher: Fetcher, parser: FeedParser) -> None:
        self._fetcher = fetcher
        self._parser = parser

    async def find(self, url: str) -> tuple[FoundFeed, ...]:
        """Return the feed at an address, or the feeds of a page. Raises FetchError or ParseError."""
        return await find_feeds(url, self._fetcher, self._parser)

    def read_list(self, body: bytes, name: str) -> tuple[tuple[ListedFeed, ...], tuple[str, ...]]:
        """Return the feeds of an OPML file, and what was left out. Raises ParseError for no OPML."""
        outlines, problems = read_opml(body, name)
        return tuple(ListedFeed(url=one.url, title=one.title, lang=one.lang) for one in outlines), problems

    def write_list(self, feeds: Iterable[ListedFeed], title: str) -> str:
        """Return feeds as OPML 2.0."""
        return write_opml((Outline(url=one.url, title=one.title, lang=one.lang) for one in feeds), title)
