"""Channels and the threads that hang on their messages: looked up, opened, unarchived."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import discord

from adapters.discord.client import DiscordAccount
from adapters.discord.errors import code_of
from adapters.discord.limits import THREAD_NAME
from adapters.discord.markdown import unmention
from adapters.discord.recent import Recent
from bot.errors import DeliveryError, DeliveryReason
from bot.ports import Place
from rules.sanitise import one_line, shorten

ARCHIVE_AFTER: Final = 10080  # minutes: the longest there is, for a story moves for days
REMEMBERED = 10_000

_UNKNOWN_CHANNEL, _ARCHIVED, _THREAD_EXISTS = 10003, 50083, 160004
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_T = TypeVar("_T")

Channel = Any
"""What discord.py returns for a channel id: one of a dozen classes."""


def snowflake(place: Place | str, text: str) -> int:
    """Return a Discord id as the number that discord.py wants. Raises DeliveryError(CHANNEL_GONE) when it is none."""
    if not text.isascii() or not text.isdigit():
        raise DeliveryError(str(place), DeliveryReason.CHANNEL_GONE, f'"{text}" is no Discord id')
    return int(text)


def thread_name(text: str) -> str:
    """Return a name for a thread or forum post: plain, in one line, never empty."""
    return shorten(unmention(one_line(text)), THREAD_NAME) or "Story"


class Threads:
    """Knows which roots have a thread already, so that a moderator's deletion is respected and not undone."""

    def __init__(self, account: DiscordAccount) -> None:
        self._account = account
        self._channels: Recent[int, tuple[discord.Client, Channel]] = Recent(REMEMBERED)
        self._titles: Recent[str, str] = Recent(REMEMBERED)  # roots of this process that have no thread yet
        self._open: Recent[str, bool] = Recent(REMEMBERED)

    async def channel(self, place: Place) -> Channel:
        """Return the channel of a place, from the gateway's cache where there is one."""
        number = snowflake(place, place.channel)
        client = await self._account.client()
        if (cached := client.get_channel(number)) is not None:
            return cached
        known = self._channels.get(number)
        if known is not None and known[0] is client:
            return known[1]
        fetched = await self._account.call(str(place), lambda client: client.fetch_channel(number), repeatable=True)
        self._channels.put(number, (client, fetched))
        return fetched

    def expect(self, root: str, title: str) -> None:
        """Note a root that was just posted and has no thread yet."""
        self._titles.put(root, title)

    def opened(self, thread: str) -> None:
        """Note that a thread exists."""
        self._titles.drop(thread)
        self._open.put(thread, True)

    async def within(self, place: Place, thread: str, title: str, action: Callable[[], Awaitable[_T]]) -> _T:
        """Do ``action`` in the thread, opened or unarchived where needed. Raises DeliveryError."""
        if thread == place.channel:
            return await action()
        if self._titles.get(thread) is not None:
            await self._open_thread(place, thread, title)
        try:
            result = await action()
        except DeliveryError as failure:
            await self._repair(place, thread, title, failure)
            result = await _in_thread(action)
        self.opened(thread)
        return result

    async def _repair(self, place: Place, thread: str, title: str, failure: DeliveryError) -> None:
        """Unarchive or open the thread if that is what was wrong; else raise what was."""
        code = code_of(failure)
        if code == _ARCHIVED:
            await self._unarchive(place, thread)
        elif code == _UNKNOWN_CHANNEL and self._open.get(thread) is None:
            await self._open_thread(place, thread, title)
        else:
            raise _about_thread(failure) from failure

    async def _open_thread(self, place: Place, thread: str, title: str) -> None:
        """Start the thread on its root. That it exists already is as good."""
        channel = await self.channel(place)
        if not isinstance(channel, discord.TextChannel):
            raise DeliveryError(str(place), DeliveryReason.THREAD_DELETED, "the post was deleted")
        root = channel.get_partial_message(snowflake(place, thread))
        name = self._titles.get(thread) or await self._root_title(place, root, title)
        try:
            await self._account.call(
                str(place),
                lambda _: root.create_thread(name=name, auto_archive_duration=ARCHIVE_AFTER),
                repeatable=True,
            )
        except DeliveryError as failure:
            if code_of(failure) != _THREAD_EXISTS:
                raise
        self.opened(thread)

    async def _root_title(self, place: Place, root: discord.PartialMessage, title: str) -> str:
        """Name the thread after its root; when the root may not be read, after the reply."""
        try:
            message = await self._account.call(str(place), lambda _: root.fetch(), repeatable=True)
        except DeliveryError as failure:
            if failure.reason is not DeliveryReason.NO_PERMISSION:
                raise
            return thread_name(title)
        shown = next((embed.title for embed in message.embeds if embed.title), message.content)
        return thread_name(_ESCAPE.sub(r"\1", shown) or title)

    async def _unarchive(self, place: Place, thread: str) -> None:
        number = snowflake(place, thread)
        found = await self._account.call(str(place), lambda client: client.fetch_channel(number), repeatable=True)
        if not isinstance(found, discord.Thread) or found.locked:
            raise DeliveryError(str(place), DeliveryReason.THREAD_LOCKED, "the thread is locked")
        await self._account.call(str(place), lambda _: found.edit(archived=False), repeatable=True)


async def _in_thread(action: Callable[[], Awaitable[_T]]) -> _T:
    try:
        return await action()
    except DeliveryError as failure:
        raise _about_thread(failure) from failure


def _about_thread(failure: DeliveryError) -> DeliveryError:
    """Say of the thread what Discord says of a channel: the channel itself is still there."""
    if failure.reason is not DeliveryReason.CHANNEL_GONE or code_of(failure) != _UNKNOWN_CHANNEL:
        return failure
    return DeliveryError(failure.channel, DeliveryReason.THREAD_DELETED, "the thread was deleted", code=failure.code)
