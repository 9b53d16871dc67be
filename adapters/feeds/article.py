"""The ArticleReader: robots.txt -> our turn on that host? -> page -> main text, in a child process.

Articles are asked for more shyly than feeds: one page a second and host, slower where robots.txt asks so, and not at
all where waiting would hold up the alert; the entry's own summary is used then.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from adapters.feeds.pool import ChildPool, DiedError, TooSlowError
from adapters.feeds.robots import Robots, Rule, parse_robots
from bot.errors import FetchError, FetchReason, ParseError, ParseReason
from bot.ports import Article, Fetched, Fetcher
from bot.secret import without_secrets

V = TypeVar("V")

TIMEOUT = 8.0  # seconds of one extraction
MEMORY = 768 * 1024 * 1024
PACE = 1.0  # seconds between two pages of one host
PATIENCE = 30.0  # longest wait for one's turn on a host
ROBOTS_LIFE = 86_400.0  # RFC 9309: not longer than a day
ROBOTS_RETRY = 900.0  # when it could not be had
ARTICLE_LIFE = 3_600.0
CACHE_SIZE = 512
_GONE = (404, 410)
_PAGES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain")
_NOTHING_ALLOWED = Robots(rules=(Rule(pattern="/", is_allowed=False),))


class WebArticleReader:
    """Reads article pages. ``name`` is our product name as robots.txt files would address it."""

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        name: str = "Tocsin",
        pace: float = PACE,
        patience: float = PATIENCE,
        workers: int = 1,
        timeout: float = TIMEOUT,
        memory: int = MEMORY,
    ) -> None:
        self._fetcher = fetcher
        self._name = name
        self._pace = pace
        self._patience = patience
        self._pool = ChildPool("article", workers=workers, timeout=timeout, memory=memory)
        self._robots: _Cache[Robots] = _Cache()
        self._articles: _Cache[Article | ParseError] = _Cache()
        self._turns: dict[str, float] = {}  # host -> when its next page may be asked for, in the loop's time
        self._asking: dict[str, asyncio.Lock] = {}

    async def read(self, url: str) -> Article:
        """Fetch the page and take its main text. Raises FetchError or ParseError."""
        known = self._articles.get(url)
        if known is None:
            known = await self._read(url)
            self._articles.put(url, known, ARTICLE_LIFE)
        if isinstance(known, ParseError):
            raise known
        return known

    async def is_gone(self, url: str) -> bool:
        """Ask whether a page is still there: 404 and 410 say no. Raises FetchError where that cannot be told."""
        try:
            await self._fetch(url)
        except FetchError as error:
            if error.status in _GONE or error.reason is FetchReason.GONE:
                return True
            raise
        return False

    async def close(self) -> None:
        """End the children; the fetcher belongs to someone else."""
        await self._pool.close()

    async def _read(self, url: str) -> Article | ParseError:
        return await self._extract(url, await self._fetch(url))

    async def _fetch(self, url: str) -> Fetched:
        """Get the page, if robots.txt lets us and when it is our turn. Raises FetchError."""
        host = _origin(url)
        async with self._asking.setdefault(host, asyncio.Lock()):
            robots = await self._robots_of(host)
        if not robots.allows(url):
            shown = without_secrets(url)
            detail = "robots.txt cannot be had now" if robots is _NOTHING_ALLOWED else "robots.txt asks not to fetch it"
            raise FetchError(shown, FetchReason.ROBOTS, detail)
        await self._wait_for_turn(url, host, robots)
        try:
            return await self._fetcher.fetch(url)
        except FetchError as error:
            if error.reason is FetchReason.THROTTLED:
                self._turns[host] = asyncio.get_running_loop().time() + (error.retry_after or 60.0)
            raise

    async def _robots_of(self, host: str) -> Robots:
        known = self._robots.get(host)
        if known is not None:
            return known
        life = ROBOTS_LIFE
        try:
            robots = parse_robots((await self._fetcher.fetch(f"{host}/robots.txt")).body, self._name)
        except FetchError as error:
            if error.reason in {FetchReason.REFUSED_ADDRESS, FetchReason.BAD_URL}:
                raise
            is_absent = error.status is not None and 400 <= error.status < 500 and error.status != 429
            robots, life = (Robots(), ROBOTS_LIFE) if is_absent else (_NOTHING_ALLOWED, ROBOTS_RETRY)
        self._robots.put(host, robots, life)
        return robots

    async def _wait_for_turn(self, url: str, host: str, robots: Robots) -> None:
        now = asyncio.get_running_loop().time()
        turn = max(self._turns.get(host, 0.0), now)
        if turn - now > self._patience:
            detail = f"its host's turn comes in {turn - now:.0f} s only"
            raise FetchError(without_secrets(url), FetchReason.THROTTLED, detail, turn - now)
        self._turns[host] = turn + max(self._pace, robots.delay)
        if len(self._turns) > CACHE_SIZE:
            self._turns = {name: at for name, at in self._turns.items() if at > now}
        await asyncio.sleep(turn - now)

    async def _extract(self, url: str, fetched: Fetched) -> Article | ParseError:
        shown = without_secrets(url)
        content_type = fetched.headers.get("content-type", "text/html")
        kind = content_type.partition(";")[0].strip().lower()
        if kind not in _PAGES:
            return ParseError(
                shown, ParseReason.NO_TEXT, f"the link leads to {kind or 'something unnamed'}, not to a page"
            )
        header = {"url": fetched.url, "content_type": content_type}
        try:
            answer = await self._pool.run(header, fetched.body)
        except TooSlowError as error:
            return ParseError(shown, ParseReason.TOO_SLOW, f"reading the page was {error} and was stopped")
        except DiedError as error:
            raise ParseError(shown, ParseReason.CRASHED, str(error)) from error
        return _article(shown, answer)


def _article(shown: str, answer: dict[str, Any]) -> Article | ParseError:
    if "error" in answer:
        return ParseError(shown, ParseReason(answer["error"]), answer["text"])
    return Article(**answer["article"])


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise FetchError(without_secrets(url), FetchReason.BAD_URL, "not an address") from error
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


class _Cache(Generic[V]):
    """The newest ``CACHE_SIZE`` values, each until its end on the loop's clock."""

    def __init__(self) -> None:
        self._values: OrderedDict[str, tuple[float, V]] = OrderedDict()

    def get(self, key: str) -> V | None:
        ends, value = self._values.get(key, (0.0, None))
        return value if ends > asyncio.get_running_loop().time() else None

    def put(self, key: str, value: V, life: float) -> None:
        self._values[key] = (asyncio.get_running_loop().time() + life, value)
        self._values.move_to_end(key)
        while len(self._values) > CACHE_SIZE:
            self._values.popitem(last=False)
