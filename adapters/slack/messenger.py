"""Posting to Slack: bot.ports.Messenger over the Web API.

    post    render | chat.postMessage (never twice) | chat.getPermalink
            or a further part of it | chat.postMessage or files.upload in the thread
    edit    render | chat.update
    find    conversations.history or .replies | the own message whose metadata carries the key

A post carries the delivery id in its metadata, because Slack has no idempotency key: after an ambiguous end the outbox
asks ``find`` before anything is sent again.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from adapters.charts import with_pictures
from adapters.slack.calls import Call, Caller, Calls, CallsByWorkspace, make_as_member, method
from adapters.slack.client import TIMEOUT
from adapters.slack.errors import Effect, delivery_error
from adapters.slack.followup import carries, further_parts, in_words, payload, upload
from adapters.slack.limits import Json
from adapters.slack.render import Part, Rendered, render, render_edit
from adapters.slack.workspaces import Workspaces
from bot.errors import DeliveryError, DeliveryReason
from bot.message import Image, Message
from bot.ports import Clock, Further, Place, Posted
from bot.secret import Secret

PAGE = 200  # messages of a history page; Slack advises no more
PAGES = 25
CLOCK_SKEW = timedelta(minutes=5)  # Slack's clock stamps messages, ours names the moment to look from
LINK_SECONDS = 4.0  # for a permalink; with TIMEOUT it must stay below the outbox's patience (20 s)
DRAWN = 64  # messages whose form is kept: each part of a long one asks for it

_NO_PICTURE = {DeliveryReason.REJECTED, DeliveryReason.NO_PERMISSION, DeliveryReason.CHANNEL_GONE}

logger = logging.getLogger(__name__)


class SlackMessenger:
    """Posts to the channels of one workspace with its bot token, or of several with the token of each."""

    platform = "slack"

    def __init__(
        self,
        token: Secret | Workspaces,
        *,
        api_url: str | None = None,
        clock: Clock,
        proxy: str | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self.lost_pictures = 0  # that Slack did not take, so that words stand in their place
        self._calls: Caller
        if isinstance(token, Secret):
            self._calls = Calls(token, api_url, clock, proxy=proxy, timeout=timeout)
        else:
            self._calls = CallsByWorkspace(token, api_url, clock, proxy=proxy, timeout=timeout)
        self._draw = lru_cache(DRAWN)(_drawn)
        self._bot_ids: dict[str, str] = {}  # ours, by workspace

    async def close(self) -> None:
        """Release connections."""
        await self._calls.close()

    async def parts(self, message: Message, *, broadcast: bool = False) -> int:
        """Return 1 and one more for each part and picture in the thread."""
        return 1 + len(further_parts(await asyncio.to_thread(self._draw, message)))

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
        """Post a message, or a further part of it, once; see bot.ports.Messenger."""
        rendered = await asyncio.to_thread(self._draw, message)
        if further is not None and thread is not None:
            return await self._post_further(place, rendered, key, thread, further)
        body = payload(place, rendered.main, {"delivery_id": key}, thread)
        if thread and broadcast:
            body["reply_broadcast"] = True
        return await self._posted(place, await self._post_main(place, body, thread), thread)

    async def edit(self, place: Place, posted: Posted, message: Message) -> None:
        """Replace the content of an own message; its metadata stays."""
        part = render_edit(message)
        body: Json = {"channel": place.channel, "ts": posted.message, "parse": "none", "link_names": False}
        body |= {"text": part.text, "blocks": list(part.blocks)}
        await self._calls.make(place, Effect.HARMLESS, method("chat.update", body))

    async def find(
        self, place: Place, key: str, *, thread: str | None = None, since: datetime, further: Further | None = None
    ) -> Posted | None:
        """Look through the channel, or the thread, from ``since`` on for the own message that carries ``key``."""
        own = await self._identify(place)
        oldest = f"{(since - CLOCK_SKEW).timestamp():.6f}"
        cursor = ""
        for _ in range(PAGES):
            page = await make_as_member(self._calls, place, Effect.HARMLESS, _history(place, thread, oldest, cursor))
            for found in page.get("messages") or ():
                sent = str(found.get("ts") or "")
                is_ours = found.get("bot_id") == own or bool(found.get("files"))
                if sent != thread and is_ours and carries(found, key):  # replies begin with the thread's root
                    return await self._posted(place, sent, thread)
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
        raise DeliveryError(str(place), DeliveryReason.THREAD_DELETED, detail)

    async def _post_further(self, place: Place, rendered: Rendered, key: str, thread: str, further: Further) -> Posted:
        parts = further_parts(rendered)
        if further.part > len(parts):
            detail = f"the message has {len(parts) + 1} parts only"
            raise DeliveryError(str(place), DeliveryReason.REJECTED, detail)
        one = parts[further.part - 1]
        if isinstance(one, Image):
            return await self._post_picture(place, one, key, thread)
        return await self._post_part(place, one, key, thread)

    async def _post_part(self, place: Place, part: Part, key: str, thread: str) -> Posted:
        sent = await self._post_main(place, payload(place, part, {"delivery_id": key}, thread), thread)
        return Posted(message=sent, thread=thread)

    async def _post_picture(self, place: Place, image: Image, key: str, thread: str) -> Posted:
        """Upload a picture; where Slack does not take it, say in words what it shows."""
        try:
            await make_as_member(self._calls, place, Effect.POST, upload(place, thread, image, key))
        except DeliveryError as error:
            if error.reason not in _NO_PICTURE:
                raise
            self.lost_pictures += 1
            logger.warning("slack picture not uploaded: %s", error)
            return await self._post_part(place, in_words(image), key, thread)
        return Posted(message=thread, thread=thread)

    async def _posted(self, place: Place, sent: str, thread: str | None) -> Posted:
        link = "" if thread else await self._link(place, sent)
        return Posted(message=sent, thread=thread or sent, link=link)

    async def _link(self, place: Place, sent: str) -> str:
        """Return the permalink, or an empty string: a message without one is still a message."""
        try:
            async with asyncio.timeout(LINK_SECONDS):
                answer = await self._calls.make(
                    place,
                    Effect.HARMLESS,
                    lambda api: api.chat_getPermalink(channel=place.channel, message_ts=sent),
                )
        except (DeliveryError, TimeoutError) as error:
            logger.info("slack permalink missing: %s", error)
            return ""
        return str(answer.get("permalink") or "")

    async def _identify(self, place: Place) -> str:
        """Return the id of our bot in a workspace."""
        known = self._bot_ids.get(place.workspace)
        if known is None:
            answer = await self._calls.make(place, Effect.HARMLESS, lambda api: api.auth_test())
            known = self._bot_ids[place.workspace] = str(answer.get("bot_id") or "")
        return known


def _drawn(message: Message) -> Rendered:
    return render(with_pictures(message))


def _history(place: Place, thread: str | None, oldest: str, cursor: str) -> Call:
    options: dict[str, Any] = {"limit": PAGE, "oldest": oldest, "include_all_metadata": True}
    if cursor:
        options["cursor"] = cursor
    if thread is None:
        return lambda api: api.conversations_history(channel=place.channel, **options)
    return lambda api: api.conversations_replies(channel=place.channel, ts=thread, **options)
