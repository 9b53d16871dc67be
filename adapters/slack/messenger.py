"""Posting to Slack: bot.ports.Messenger over the Web API.

    post    render | chat.postMessage (never twice) | chat.getPermalink | parts and images in the thread
    edit    render | chat.update
    find    conversations.history or .replies | the own message whose metadata carries the key

A post carries the delivery id in its metadata, because Slack has no idempotency key: after an ambiguous end the outbox
asks ``find`` before anything is sent again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from adapters.charts import with_pictures
from adapters.slack.calls import Call, Calls, method
from adapters.slack.client import TIMEOUT
from adapters.slack.errors import Effect, delivery_error
from adapters.slack.followup import EVENT_TYPE, Followups, payload
from adapters.slack.limits import Json
from adapters.slack.render import render, render_edit
from bot.errors import DeliveryError, DeliveryReason
from bot.message import Message
from bot.ports import Clock, Place, Posted
from bot.secret import Secret

PAGE = 200  # messages of a history page; Slack advises no more
PAGES = 25
CLOCK_SKEW = timedelta(minutes=5)  # Slack's clock stamps messages, ours names the moment to look from
AFTERWARDS = 8.0  # seconds for all that follows a post; with TIMEOUT it must stay below the outbox's patience (20 s)

logger = logging.getLogger(__name__)


class SlackMessenger:
    """Posts to the channels of one workspace with its bot token."""

    platform = "slack"

    def __init__(
        self,
        token: Secret,
        *,
        api_url: str | None = None,
        clock: Clock,
        proxy: str | None = None,
        timeout: float = TIMEOUT,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._calls = Calls(token, api_url, clock, proxy=proxy, timeout=timeout)
        self._followups = Followups(self._calls, clock, sleep)
        self._bot_id = ""

    @property
    def lost_parts(self) -> int:
        """How many further parts and images Slack did not take after it had taken the message itself."""
        return self._followups.lost

    async def close(self) -> None:
        """Release connections."""
        await self._calls.close()

    async def post(
        self, place: Place, message: Message, *, key: str, thread: str | None = None, broadcast: bool = False
    ) -> Posted:
        """Post once; see bot.ports.Messenger. Parts and images that Slack refuses afterwards do not undo the post."""
        rendered = render(await asyncio.to_thread(with_pictures, message))
        body = payload(place, rendered.main, {"delivery_id": key}, thread)
        if thread and broadcast:
            body["reply_broadcast"] = True
        self._followups.owe(key, rendered)
        try:
            sent = await self._post_main(place, body, thread)
        except DeliveryError as error:
            if error.reason is not DeliveryReason.AMBIGUOUS:
                self._followups.forget(key)
            raise
        return await self._finish(place, key, sent, thread)

    async def edit(self, place: Place, posted: Posted, message: Message) -> None:
        """Replace the content of an own message; its metadata stays."""
        part = render_edit(message)
        body: Json = {"channel": place.channel, "ts": posted.message, "parse": "none", "link_names": False}
        body |= {"text": part.text, "blocks": list(part.blocks)}
        await self._calls.make(place, Effect.HARMLESS, method("chat.update", body))

    async def find(self, place: Place, key: str, *, thread: str | None = None, since: datetime) -> Posted | None:
        """Look through the channel, or the thread, from ``since`` on for the own message that carries ``key``."""
        await self._identify(place)
        oldest = f"{(since - CLOCK_SKEW).timestamp():.6f}"
        cursor = ""
        for _ in range(PAGES):
            page = await self._calls.make_as_member(place, Effect.HARMLESS, _history(place, thread, oldest, cursor))
            for found in page.get("messages") or ():
                sent = str(found.get("ts") or "")
                if sent != thread and self._carries(found, key):  # replies begin with the thread's root
                    return await self._finish(place, key, sent, thread)
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return None
        detail = f"more than {PAGES * PAGE} messages to search for a delivery"
        raise DeliveryError(str(place), DeliveryReason.AMBIGUOUS, detail)

    async def _post_main(self, place: Place, body: Json, thread: str | None) -> str:
        answer = await self._calls.make(place, Effect.POST, method("chat.postMessage", body))
        sent = str(answer.get("ts") or "")
        if not sent:
            raise delivery_error(str(place), ValueError("no ts"), Effect.POST)
        await self._refuse_stray_reply(place, answer, sent, thread)
        return sent

    async def _refuse_stray_reply(self, place: Place, answer: Json, sent: str, thread: str | None) -> None:
        """Take a reply back that Slack put into the channel because the thread's first message is gone.

        Slack says "ok" to such a reply; only the missing ``thread_ts`` in its answer tells.
        """
        message = answer.get("message")
        if thread is None or not isinstance(message, dict) or message.get("thread_ts"):
            return
        detail = "the thread's first message was deleted"
        try:
            await self._calls.make(place, Effect.HARMLESS, lambda api: api.chat_delete(channel=place.channel, ts=sent))
        except DeliveryError as error:
            detail += f", and the stray reply could not be taken back ({error.detail})"
        raise DeliveryError(str(place), DeliveryReason.THREAD_GONE, detail)

    async def _finish(self, place: Place, key: str, sent: str, thread: str | None) -> Posted:
        """Do what follows an accepted message; whatever becomes of it, the message itself stands."""
        deadline = self._clock.monotonic() + AFTERWARDS
        root = thread or sent
        link = "" if thread else await self._link(place, sent)
        await self._followups.pay(place, key, root, deadline)
        return Posted(message=sent, thread=root, link=link)

    async def _link(self, place: Place, sent: str) -> str:
        """Return the permalink, or an empty string: a message without one is still a message."""
        try:
            async with asyncio.timeout(AFTERWARDS / 2):
                answer = await self._calls.make(
                    place,
                    Effect.HARMLESS,
                    lambda api: api.chat_getPermalink(channel=place.channel, message_ts=sent),
                )
        except (DeliveryError, TimeoutError) as error:
            logger.info("slack permalink missing: %s", error)
            return ""
        return str(answer.get("permalink") or "")

    async def _identify(self, place: Place) -> None:
        if not self._bot_id:
            answer = await self._calls.make(place, Effect.HARMLESS, lambda api: api.auth_test())
            self._bot_id = str(answer.get("bot_id") or "")

    def _carries(self, found: Json, key: str) -> bool:
        metadata = found.get("metadata") or {}
        delivery = metadata.get("event_payload") or {}
        is_ours = found.get("bot_id") == self._bot_id and metadata.get("event_type") == EVENT_TYPE
        return is_ours and delivery.get("delivery_id") == key and "part" not in delivery


def _history(place: Place, thread: str | None, oldest: str, cursor: str) -> Call:
    options: dict[str, Any] = {"limit": PAGE, "oldest": oldest, "include_all_metadata": True}
    if cursor:
        options["cursor"] = cursor
    if thread is None:
        return lambda api: api.conversations_history(channel=place.channel, **options)
    return lambda api: api.conversations_replies(channel=place.channel, ts=thread, **options)
