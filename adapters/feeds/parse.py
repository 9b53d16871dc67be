"""The FeedParser: cuts a body to the entries not seen yet and lets a child process parse those."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any

from adapters.feeds.pool import ChildPool, DiedError, TooSlowError
from adapters.feeds.slices import DIGEST_BYTES, Slices, cut
from bot.errors import ParseError, ParseReason
from bot.ports import Entry, ParsedFeed
from bot.secret import without_secrets

TIMEOUT = 4.5  # seconds of one parse; the promise is 5 with everything around it
MEMORY = 512 * 1024 * 1024
CUT_HERE = 256 * 1024  # bytes; larger bodies are cut in the child, since 5 MB take longer than the loop may pause


class PooledParser:
    """A FeedParser with ``workers`` warm children. Close it before the event loop ends."""

    def __init__(self, *, workers: int = 2, timeout: float = TIMEOUT, memory: int = MEMORY) -> None:
        self._pool = ChildPool("feed", workers=workers, timeout=timeout, memory=memory)

    @property
    def killed(self) -> int:
        """Children killed at the deadline so far."""
        return self._pool.killed

    async def parse(
        self, url: str, body: bytes, *, content_type: str = "", seen: frozenset[bytes] = frozenset()
    ) -> ParsedFeed:
        """Parse ``body``. Entries whose raw hash is in ``seen`` are left out. Raises ParseError."""
        header: dict[str, Any] = {"url": url, "content_type": content_type}
        slices: Slices | None = None
        if len(body) > CUT_HERE:
            header["seen"] = b64encode(b"".join(seen)).decode()
        else:
            slices = cut(body)
            if slices is not None and seen.issuperset(slices.digests):
                return ParsedFeed(title="", entries=(), total_entries=len(slices.spans), seen=frozenset(slices.digests))
            body = body if slices is None else slices.without(seen)
        answer = await self._ask(url, header, body)
        return feed_from_answer(answer, slices)

    async def close(self) -> None:
        """End the children."""
        await self._pool.close()

    async def _ask(self, url: str, header: dict[str, Any], body: bytes) -> dict[str, Any]:
        shown = without_secrets(url)
        try:
            answer = await self._pool.run(header, body)
        except TooSlowError as error:
            raise ParseError(shown, ParseReason.TOO_SLOW, f"parsing was {error} and was stopped") from error
        except DiedError as error:
            raise ParseError(shown, ParseReason.CRASHED, str(error)) from error
        if "error" in answer:
            raise ParseError(shown, ParseReason(answer["error"]), answer["text"])
        return answer


def feed_from_answer(answer: dict[str, Any], slices: Slices | None) -> ParsedFeed:
    """Turn a child's answer into the feed; ``slices`` are the body's, when it was cut on this side."""
    feed = answer["feed"]
    entries = tuple(_entry(values) for values in feed["entries"])
    if slices is not None:
        digests, total = frozenset(slices.digests), len(slices.spans)
    else:
        joined = b64decode(answer.get("seen", ""))
        digests = frozenset(joined[at : at + DIGEST_BYTES] for at in range(0, len(joined), DIGEST_BYTES))
        total = answer.get("total", len(entries))
    return ParsedFeed(
        title=feed["title"],
        entries=entries,
        lang=feed["lang"],
        ttl=feed.get("ttl"),
        site_url=feed["site_url"],
        problems=tuple(feed["problems"]),
        total_entries=max(total, len(entries)),
        seen=digests,
        skip_hours=frozenset(feed.get("skip_hours", ())),
        skip_days=frozenset(feed.get("skip_days", ())),
    )


def _entry(values: dict[str, Any]) -> Entry:
    published, updated = values.pop("published"), values.pop("updated")
    return Entry(
        **values,
        published=datetime.fromisoformat(published) if published else None,
        updated=datetime.fromisoformat(updated) if updated else None,
    )
