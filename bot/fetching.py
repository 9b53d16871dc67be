"""What goes to the network, built with the settings of ``polling``: for the running bot and for commands alike."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.feeds.article import WebArticleReader
from adapters.feeds.parse import PooledParser
from adapters.feeds.web import WebFeeds
from adapters.http import HttpFetcher
from bot import __version__
from bot.config import Polling
from bot.ports import ParsedFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """What fetches and parses. ``articles`` is None where pages are not to be fetched."""

    fetcher: HttpFetcher
    parser: PooledParser
    articles: WebArticleReader | None

    @property
    def feeds(self) -> WebFeeds:
        """The same for those who ask about a feed by hand."""
        return WebFeeds(self.fetcher, self.parser)

    async def read(self, url: str) -> ParsedFeed:
        """Fetch and parse one feed. Raises FetchError or ParseError."""
        fetched = await self.fetcher.fetch(url)
        content_type = fetched.headers.get("content-type", "")
        return await self.parser.parse(fetched.url, fetched.body, content_type=content_type)


def open_web(polling: Polling, stack: contextlib.AsyncExitStack, allow_private: Sequence[str] = ()) -> Web:
    """Build what goes to the network; ``stack`` closes it. ``allow_private`` adds to the hosts of the settings."""
    contact = f"; +{polling.contact}" if polling.contact else ""
    fetcher = HttpFetcher(
        user_agent=f"Tocsin/{__version__} (policy alerts{contact})",
        timeout=polling.timeout,
        max_bytes=polling.max_body,
        allow_private=(*polling.allow_private, *allow_private),
    )
    stack.push_async_callback(fetcher.close)
    parser = PooledParser(workers=polling.parsers)
    stack.push_async_callback(parser.close)
    articles = WebArticleReader(fetcher, pace=polling.page_pace) if polling.articles else None
    if articles is not None:
        stack.push_async_callback(articles.close)
    return Web(fetcher=fetcher, parser=parser, articles=articles)
