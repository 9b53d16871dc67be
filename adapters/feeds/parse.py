"""The FeedParser: cuts a body to the entries not seen yet and lets child processes parse those, so many at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.feeds.pool import ChildPool, DiedError, TooSlowError
from adapters.feeds.slices import Slices, cut
from bot.errors import ParseError, ParseReason
from bot.ports import Entry, ParsedFeed
from bot.secret import without_secrets

TIMEOUT = 4.5  # seconds of one job; the promise is 5 with everything around it
MEMORY = 512 * 1024 * 1024
CUT_HERE = 256 * 1024  # bytes; larger bodies are cut in a thread, since 5 MB take longer than the loop may pause
ENTRIES_PER_JOB = 500  # a huge feed is parsed in parts, so that a slow machine can parse it within the deadline too


class PooledParser:
    """A FeedParser with ``workers`` warm children. Close it before the event loop ends.

    ``timeout`` is for one job of at most 500 entries, ``total`` for all of a body, in seconds.
    """

    def __init__(
        self, *, workers: int = 2, timeout: float = TIMEOUT, total: float = 60.0, memory: int = MEMORY
    ) -> None:
        self._pool = ChildPool("feed", workers=workers, timeout=timeout, memory=memory)
        self._total = total

    @property
    def killed(self) -> int:
        """Children killed at the deadline so far."""
        return self._pool.killed

    async def parse(
        self, url: str, body: bytes, *, content_type: str = "", seen: frozenset[bytes] = frozenset()
    ) -> ParsedFeed:
        """Parse ``body``. Entries whose raw hash is in ``seen`` are left out. Raises ParseError."""
        header = {"url": url, "content_type": content_type}
        slices = cut(body) if len(body) <= CUT_HERE else await asyncio.to_thread(cut, body)
        if slices is None:
            return _feed([await self._part(url, header, body)], None)
        new = [number for number, digest in enumerate(slices.digests) if digest not in seen]
        if not new:
            return ParsedFeed(title="", entries=(), total_entries=len(slices.spans), seen=frozenset(slices.digests))
        parts = []
        try:
            async with asyncio.timeout(self._total):
                for start in range(0, len(new), ENTRIES_PER_JOB):
                    part = slices.keeping(set(new[start : start + ENTRIES_PER_JOB]))
                    parts.append(await self._part(url, header, part))
        except TimeoutError as error:
            detail = f"parsing {len(new):,} entries took longer than {self._total:g} s and was stopped"
            raise ParseError(without_secrets(url), ParseReason.TOO_SLOW, detail) from error
        return _feed(parts, slices)

    async def close(self) -> None:
        """End the children."""
        await self._pool.close()

    async def _part(self, url: str, header: dict[str, Any], body: bytes) -> ParsedFeed:
        shown = without_secrets(url)
        try:
            answer = await self._pool.run(header, body)
        except TooSlowError as error:
            raise ParseError(shown, ParseReason.TOO_SLOW, f"parsing was {error} and was stopped") from error
        except DiedError as error:
            raise ParseError(shown, ParseReason.CRASHED, str(error)) from error
        if "error" in answer:
            raise ParseError(shown, ParseReason(answer["error"]), answer["text"])
        return feed_from_answer(answer)


def feed_from_answer(answer: dict[str, Any], slices: Slices | None = None) -> ParsedFeed:
    """Turn a child's answer into the feed; ``slices`` are the body's, when it could be cut."""
    feed = answer["feed"]
    part = ParsedFeed(
        title=feed["title"],
        entries=tuple(_entry(values) for values in feed["entries"]),
        lang=feed["lang"],
        ttl=feed.get("ttl"),
        site_url=feed["site_url"],
        problems=tuple(feed["problems"]),
        skip_hours=frozenset(feed.get("skip_hours", ())),
        skip_days=frozenset(feed.get("skip_days", ())),
    )
    return _feed([part], slices)


def _feed(parts: list[ParsedFeed], slices: Slices | None) -> ParsedFeed:
    """Join the parts of a body to one feed."""
    entries = tuple(entry for part in parts for entry in part.entries)
    return replace(
        parts[0],
        entries=entries,
        problems=tuple(dict.fromkeys(problem for part in parts for problem in part.problems)),
        total_entries=max(len(slices.spans) if slices else 0, len(entries)),
        seen=frozenset(slices.digests) if slices else frozenset(),
    )


def _entry(values: dict[str, Any]) -> Entry:
    published, updated = values.pop("published"), values.pop("updated")
    return Entry(
        **values,
        published=datetime.fromisoformat(published) if published else None,
        updated=datetime.fromisoformat(updated) if updated else None,
    )
