"""Stand-ins for the ports of intake: a web of canned answers, a parser without a child process."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from adapters.feeds import feedjob
from adapters.feeds.parse import feed_from_answer
from adapters.feeds.slices import cut
from bot.errors import FetchError, FetchReason, ParseError, ParseReason
from bot.ports import Fetched, ParsedFeed, Validators

Answer = bytes | FetchError | Fetched


@dataclass
class CannedFetcher:
    """Gives what was put under an address; a list is given one by one, its last one stays."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, Validators | None]] = field(default_factory=list)
    wait: Callable[[str], Awaitable[None]] | None = None
    at_once: int = 0
    most_at_once: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def put(self, url: str, *answers: Answer) -> None:
        self.answers[url] = list(answers)

    async def fetch(self, url: str, validators: Validators | None = None) -> Fetched:
        self.asked.append((url, validators))
        self.at_once += 1
        self.most_at_once[""] = max(self.most_at_once[""], self.at_once)
        try:
            await (self.wait(url) if self.wait else asyncio.sleep(0))
        finally:
            self.at_once -= 1
        left = self.answers.get(url) or [FetchError(url, FetchReason.HTTP_ERROR, "answered 404", status=404)]
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, FetchError):
            raise answer
        return fetched(url, answer) if isinstance(answer, bytes) else answer

    async def close(self) -> None:
        """Nothing is held."""


def fetched(url: str, body: bytes, **changes: object) -> Fetched:
    values: dict[str, object] = {"url": url, "status": 200, "body": body, "headers": {}, "validators": Validators()}
    return Fetched(**(values | changes))  # type: ignore[arg-type]


class InlineParser:
    """The real parsing, in this process."""

    async def parse(
        self, url: str, body: bytes, *, content_type: str = "", seen: frozenset[bytes] = frozenset()
    ) -> ParsedFeed:
        slices = cut(body)
        header = {"url": url, "content_type": content_type}
        if slices is not None and seen.issuperset(slices.digests):
            return ParsedFeed(title="", entries=(), total_entries=len(slices.spans), seen=frozenset(slices.digests))
        answer = feedjob.run(header, body if slices is None else slices.without(seen))
        if "error" in answer:
            raise ParseError(url, ParseReason(answer["error"]), answer["text"])
        return feed_from_answer(answer, slices)

    async def close(self) -> None:
        """Nothing is held."""
