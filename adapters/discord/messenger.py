"""Posts to Discord: a message in the channel, its thread, edits, and the search for a message of our own.

A story's thread hangs on its first message and has the same id, so it is made with the first reply and can be made
twice without harm. In a forum a story is a post. ``broadcast`` is a short line in the channel that links to the
reply, for Discord cannot show one message in both places.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import discord

from adapters.charts import with_pictures
from adapters.discord.client import DiscordAccount
from adapters.discord.forums import tags_of
from adapters.discord.markdown import escape
from adapters.discord.publishing import Publisher
from adapters.discord.recent import Recent
from adapters.discord.render import Rendered, render, render_all, sentence
from adapters.discord.search import find_message, find_post, key_at
from adapters.discord.sending import arguments, checked, mentioning, replacement, signed
from adapters.discord.threads import ARCHIVE_AFTER, REMEMBERED, Channel, Threads, snowflake, thread_name
from bot.errors import DeliveryError, DeliveryReason
from bot.message import Message, MessageKind
from bot.ports import Further, Place, Posted
from rules.sanitise import one_line, shorten

CLOCK_SLACK = timedelta(minutes=2)  # Discord's clock against ours
STATE_CHANGES = (MessageKind.UPDATE, MessageKind.CORRECTION)  # not posted below a root that was deleted
DRAWN = 64  # messages whose pages are kept: each page of a long one asks for them
LINE = 300  # code points of the line that points from the channel into the thread

_log = logging.getLogger(__name__)


class DiscordMessenger:
    """Implements bot.ports.Messenger over a shared account; needs no gateway connection."""

    platform = "discord"

    def __init__(self, account: DiscordAccount, *, publishes: bool = False) -> None:
        """With ``publishes``, what begins a story in an announcement channel is published to those who follow it."""
        self._account = account
        self._publisher = Publisher(account, is_wanted=publishes)
        self._threads = Threads(account)
        self._sent: Recent[str, Posted] = Recent(REMEMBERED)  # by nonce: what a repeated post must not send again
        self._keys: Recent[str, str] = Recent(REMEMBERED)  # by message: the key that an edit has to keep
        self._draw = lru_cache(DRAWN)(_drawn)
        self.lost_lines = 0  # updates that reached their thread but could not be pointed to in the channel

    @property
    def unpublished(self) -> int:
        """How many messages of announcement channels stay unpublished: Discord publishes ten an hour in each."""
        return self._publisher.unpublished

    async def parts(self, message: Message, *, broadcast: bool = False) -> int:
        """Return the number of pages, and one more for a broadcast reply: the line in the channel."""
        return len(await asyncio.to_thread(self._draw, message)) + broadcast

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
        """Post ``message``, or a further page of it, or for a broadcast reply the line in the channel."""
        pages = [checked(str(place), page) for page in await asyncio.to_thread(self._draw, message)]
        if further is not None and thread is not None:
            return await self._post_further(place, message, pages, key, thread, further)
        page = checked(str(place), signed(pages[0], key))
        if thread is None:
            return await self._post_root(place, message, page, key)
        if message.kind in STATE_CHANGES and thread != place.channel:
            await self._check_root(place, thread)
        return await self._reply(place, message, page, key, thread)

    async def edit(self, place: Place, posted: Posted, message: Message) -> None:
        """Replace an own message by the first page of ``message``; further pages are not posted again."""
        channel = await self._home(place, posted)
        target = channel.get_partial_message(snowflake(place, posted.message))
        key = self._keys.get(posted.message)
        if key is None:
            key = await key_at(self._account, place, target)
        page = checked(str(place), signed(render(message), key))

        async def change() -> None:
            await self._account.call(str(place), lambda _: target.edit(**replacement(page)), repeatable=True)

        if posted.thread is not None and str(channel.id) == posted.thread:
            await self._threads.within(place, posted.thread, sentence(message), change)
        else:
            await change()

    async def find(
        self, place: Place, key: str, *, thread: str | None = None, since: datetime, further: Further | None = None
    ) -> Posted | None:
        """Look through the history of the channel, the thread, or the forum's active posts since ``since``.

        What begins a story and was posted, but not published any more, is published now.
        """
        after = since - CLOCK_SLACK
        channel = await self._threads.channel(place)
        if thread is None and isinstance(channel, discord.ForumChannel):
            number = await find_post(self._account, place, channel, key, after)
            return None if number is None else self._remember(key, _posted(place, number, number, str(number)))
        where = await self._messageable(place, thread or place.channel)
        message = await find_message(self._account, place, where, key, after)
        if message is None and further is not None and not isinstance(channel, discord.ForumChannel):
            home = await self._messageable(place, place.channel)  # it may be the line that points to the reply
            message = await find_message(self._account, place, home, f"/{further.first}", after)
        if message is None:
            return None
        if thread is not None:
            return self._remember(key, _posted(place, where.id, message.id, thread))
        await self._publisher.publish(place, channel, message)
        return self._remember(key, _root(place, channel, message.id))

    async def close(self) -> None:
        """Close the account that this messenger posts with."""
        await self._account.close()

    async def _post_root(self, place: Place, message: Message, page: Rendered, key: str) -> Posted:
        if (posted := self._sent.get(key)) is not None:
            return posted
        channel = await self._threads.channel(place)
        title = thread_name(sentence(message))
        given = mentioning(arguments(page), message.mention, place.workspace)
        if isinstance(channel, discord.ForumChannel):
            posted = await self._start_post(place, channel, message, title, given)
        else:
            sent = await self._account.call(str(place), lambda _: channel.send(**given, nonce=key))
            posted = _root(place, channel, sent.id)
            self._remember(key, posted)  # before it is published: that is never a reason to post it again
            await self._publisher.publish(place, channel, sent)
            if posted.thread == posted.message:
                self._threads.expect(posted.message, title)
        return self._remember(key, posted)

    async def _start_post(
        self, place: Place, forum: discord.ForumChannel, message: Message, title: str, given: dict[str, Any]
    ) -> Posted:
        """Start a forum post. It takes no nonce: an unclear end is settled by ``find``."""
        tags = tags_of(forum, message.heading)
        made = await self._account.call(
            str(place),
            lambda _: forum.create_thread(name=title, auto_archive_duration=ARCHIVE_AFTER, applied_tags=tags, **given),
        )
        self._threads.opened(str(made.thread.id))
        return _posted(place, made.thread.id, made.message.id, str(made.thread.id))

    async def _reply(self, place: Place, message: Message, page: Rendered, key: str, thread: str) -> Posted:
        if (posted := self._sent.get(key)) is not None:
            return posted
        channel = await self._messageable(place, thread)
        given = mentioning(arguments(page), message.mention, place.workspace)

        async def send() -> int:
            sent = await self._account.call(str(place), lambda _: channel.send(**given, nonce=key))
            return sent.id

        title = sentence(message)
        number = await self._threads.within(place, thread, title, send)
        return self._remember(key, _posted(place, channel.id, number, thread))

    async def _check_root(self, place: Place, root: str) -> None:
        """Raise DeliveryError(THREAD_DELETED) when the root was deleted: its thread lives on, the story must not."""
        home = await self._home(place, Posted(message=root, thread=root))
        target = home.get_partial_message(snowflake(place, root))
        try:
            await self._account.call(str(place), lambda _: target.fetch(), repeatable=True)
        except DeliveryError as failure:
            if failure.reason is not DeliveryReason.NO_PERMISSION:
                raise

    async def _post_further(
        self, place: Place, message: Message, pages: Sequence[Rendered], key: str, thread: str, further: Further
    ) -> Posted:
        """Post a further page into the thread; after the last one comes the line in the channel."""
        if further.part < len(pages):
            page = checked(str(place), signed(pages[further.part], key))
            return await self._reply(place, replace(message, mention=None), page, key, thread)
        where = await self._messageable(place, thread)
        first = _posted(place, where.id, int(further.first), thread)
        if thread != place.channel:
            await self._point_to(place, message, first, key)
        return first

    async def _point_to(self, place: Place, message: Message, posted: Posted, nonce: str) -> None:
        """Post the line in the channel. A forum has none; a channel that takes no posts is reported, not an error."""
        channel = await self._threads.channel(place)
        if isinstance(channel, discord.ForumChannel):
            return
        words = " · ".join(dict.fromkeys(part for part in (one_line(message.heading), sentence(message)) if part))
        page = Rendered(content=f"{escape(shorten(words, LINE))} {posted.link}")
        given = arguments(checked(str(place), page))
        try:
            await self._account.call(str(place), lambda _: channel.send(**given, nonce=nonce))
        except DeliveryError as failure:
            if failure.reason not in (DeliveryReason.NO_PERMISSION, DeliveryReason.REJECTED):
                raise
            self.lost_lines += 1
            _log.warning("update reached its thread only", extra=_fields(place, failure))

    async def _messageable(self, place: Place, channel: str) -> discord.PartialMessageable:
        """Return a channel or thread to write to or read from, without asking Discord about it."""
        client = await self._account.client()
        guild = int(place.workspace) if place.workspace.isascii() and place.workspace.isdigit() else None
        return client.get_partial_messageable(snowflake(place, channel), guild_id=guild)

    async def _home(self, place: Place, posted: Posted) -> discord.PartialMessageable:
        """Return where a message of ours stands: a root in the channel (or its forum post), a reply in its thread."""
        if posted.thread is None:
            return await self._messageable(place, place.channel)
        if posted.thread == posted.message:
            channel = await self._threads.channel(place)
            is_post = isinstance(channel, discord.ForumChannel)
            return await self._messageable(place, posted.thread if is_post else place.channel)
        return await self._messageable(place, posted.thread)

    def _remember(self, key: str, posted: Posted) -> Posted:
        self._sent.put(key, posted)
        self._keys.put(posted.message, key)
        return posted


def _drawn(message: Message) -> tuple[Rendered, ...]:
    return render_all(with_pictures(message))


def _fields(place: Place, failure: DeliveryError) -> dict[str, str]:
    return {"place": str(place), "reason": failure.reason.value, "detail": failure.detail}


def _root(place: Place, channel: Channel, number: int) -> Posted:
    """Return the handle of a first message. Where threads cannot hang on a message, replies go to the same channel."""
    has_threads = isinstance(channel, discord.TextChannel)
    return _posted(place, channel.id, number, str(number) if has_threads else str(channel.id))


def _posted(place: Place, channel: int, message: int, thread: str | None) -> Posted:
    link = f"https://discord.com/channels/{place.workspace or '@me'}/{channel}/{message}"
    return Posted(message=str(message), thread=thread, link=link)
