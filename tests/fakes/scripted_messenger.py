"""A messenger in memory whose answers are scripted: what is posted, what fails, and whether it was accepted first."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import DeliveryError, DeliveryReason
from bot.message import Message
from bot.ports import Further, Place, Posted


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message that the platform has."""

    place: Place
    message: Message
    key: str
    thread: str | None
    broadcast: bool
    posted: Posted
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A failure of one call; ``accepted`` posts are stored all the same, as when the answer is lost."""

    reason: DeliveryReason
    accepted: bool = False
    retry_after: float | None = None
    detail: str = "scripted"


@dataclass(slots=True)
class ScriptedMessenger:
    """Answers as told, else with success. ``calls`` counts every request that reached the platform."""

    platform: str = "fake"
    honours_keys: bool = False  # as Discord's enforce_nonce: the same key returns the earlier message
    posts: list[Post] = field(default_factory=list)
    edits: list[tuple[Posted, Message]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    finds: list[tuple[str, str | None, datetime]] = field(default_factory=list)
    on_post: deque[Trouble | Exception | None] = field(default_factory=deque)
    on_edit: deque[Trouble] = field(default_factory=deque)
    on_find: deque[Trouble] = field(default_factory=deque)
    always: Trouble | None = None  # for every post
    lengths: dict[str, int] = field(default_factory=dict)  # parts of a message, by its heading
    gate: Callable[[Place], asyncio.Event | None] = lambda _place: None  # a post waits for the event first

    news: asyncio.Event = field(default_factory=asyncio.Event)  # set at every call and every stored post

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until what was called or posted satisfies ``condition``."""
        while not condition():
            self.news.clear()
            await self.news.wait()

    def texts(self, channel: str | None = None) -> list[str]:
        """Return the headings posted, in order, of one channel or of all."""
        return [post.message.heading for post in self.posts if channel in {None, post.place.channel}]

    async def parts(self, message: Message, *, broadcast: bool = False) -> int:
        """Return how many parts the script says."""
        return self.lengths.get(message.heading, 1)

    async def post(
        self,
        place: Place,
        message: Message,
        *,
        key: str,
        thread: str | None = None,
        broadcast: bool = False,
        further: Further | None = None,
    ) -> Posted:
        """Store the message unless the script says otherwise."""
        self.calls.append(f"post {message.heading}")
        self.news.set()
        waiting = self.gate(place)
        if waiting is not None:
            await waiting.wait()
        trouble = self.on_post.popleft() if self.on_post else self.always
        if isinstance(trouble, Exception):
            raise trouble
        if trouble is not None and not trouble.accepted:
            raise _error(place, trouble)
        posted = self._accept(place, message, key, thread, broadcast=broadcast, part=further.part if further else 0)
        if trouble is not None:
            raise _error(place, trouble)
        return posted

    async def edit(self, place: Place, posted: Posted, message: Message) -> None:
        """Store the edit unless the script says otherwise."""
        self.calls.append(f"edit {message.heading}")
        if self.on_edit:
            raise _error(place, self.on_edit.popleft())
        self.edits.append((posted, message))

    async def find(
        self, place: Place, key: str, *, thread: str | None = None, since: datetime, further: Further | None = None
    ) -> Posted | None:
        """Look among the accepted posts of the place."""
        self.calls.append("find")
        self.finds.append((key, thread, since))
        if self.on_find:
            raise _error(place, self.on_find.popleft())
        return next((p.posted for p in self.posts if (p.place, p.key, p.thread) == (place, key, thread)), None)

    def _accept(
        self, place: Place, message: Message, key: str, thread: str | None, *, broadcast: bool, part: int
    ) -> Posted:
        known = next((post.posted for post in self.posts if post.key == key), None)
        if known is not None and self.honours_keys:
            return known
        name = f"m{len(self.posts) + 1}"
        posted = Posted(message=name, thread=thread or name, link=f"https://chat.example/{name}")
        self.posts.append(
            Post(place=place, message=message, key=key, thread=thread, broadcast=broadcast, posted=posted, part=part)
        )
        self.news.set()
        return posted


def _error(place: Place, trouble: Trouble) -> DeliveryError:
    return DeliveryError(str(place), trouble.reason, trouble.detail, trouble.retry_after)
