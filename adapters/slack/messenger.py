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

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.client import TIMEOUT, http_session, web_client
from adapters.slack.errors import Effect, delivery_error
from adapters.slack.limits import Json
from adapters.slack.render import Part, Rendered, render, render_edit
from bot.errors import DeliveryError, DeliveryReason
from bot.message import Image, Message
from bot.ports import Clock, Place, Posted
from bot.secret import Secret
from rules.sanitise import one_line, shorten

EVENT_TYPE = "tocsin_delivery"
PAGE = 200  # messages of a history page; Slack advises no more
PAGES = 25
CLOCK_SKEW = timedelta(minutes=5)  # Slack's clock stamps messages, ours names the moment to look from
REFUSED_PAUSE = 30.0  # seconds in which a refused token is not tried again; the outbox has paused by then
AFTERWARDS = 8.0  # seconds for all that follows a post; with TIMEOUT it must stay below the outbox's patience (20 s)
ALT_LIMIT = 1_000

Call = Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]]

logger = logging.getLogger(__name__)


class SlackMessenger:
    """Posts to the channels of one workspace with its bot token.

    ``lost_parts`` counts further parts and images that Slack did not take after it had taken the message itself.
    """

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
        self.lost_parts = 0
        self._client = web_client(token.reveal(), api_url, proxy=proxy, timeout=timeout)
        self._clock = clock
        self._timeout = timeout
        self._sleep = sleep
        self._session: aiohttp.ClientSession | None = None
        self._bot_id = ""
        self._refusal: DeliveryError | None = None
        self._refused_at = 0.0

    async def close(self) -> None:
        """Release connections."""
        if self._session is not None:
            await self._session.close()

    async def post(
        self, place: Place, message: Message, *, key: str, thread: str | None = None, broadcast: bool = False
    ) -> Posted:
        """Post once; see bot.ports.Messenger. Parts and images that Slack refuses afterwards do not undo the post."""
        rendered = render(message)
        payload = _payload(place, rendered.main, {"delivery_id": key}, thread)
        if thread and broadcast:
            payload["reply_broadcast"] = True
        answer = await self._call(place, Effect.POST, _method("chat.postMessage", payload))
        sent = str(answer.get("ts") or "")
        if not sent:
            raise delivery_error(str(place), ValueError("no ts"), Effect.POST)
        await self._refuse_stray_reply(place, answer, sent, thread)
        deadline = self._clock.monotonic() + AFTERWARDS
        root = thread or sent
        link = "" if thread else await self._link(place, sent)
        await self._post_rest(place, key, root, rendered, deadline)
        return Posted(message=sent, thread=root, link=link)

    async def edit(self, place: Place, posted: Posted, message: Message) -> None:
        """Replace the content of an own message; its metadata stays."""
        part = render_edit(message)
        payload: Json = {"channel": place.channel, "ts": posted.message, "parse": "none", "link_names": False}
        payload |= {"text": part.text, "blocks": list(part.blocks)}
        await self._call(place, Effect.HARMLESS, _method("chat.update", payload))

    async def find(self, place: Place, key: str, *, thread: str | None = None, since: datetime) -> Posted | None:
        """Look through the channel, or the thread, from ``since`` on for the own message that carries ``key``."""
        await self._identify(place)
        oldest = f"{(since - CLOCK_SKEW).timestamp():.6f}"
        cursor = ""
        for _ in range(PAGES):
            page = await self._call(place, Effect.HARMLESS, _history(place, thread, oldest, cursor))
            for found in page.get("messages") or ():
                sent = str(found.get("ts") or "")
                if sent != thread and self._carries(found, key):  # replies begin with the thread's root
                    link = "" if thread else await self._link(place, sent)
                    return Posted(message=sent, thread=str(found.get("thread_ts") or sent), link=link)
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return None
        detail = f"more than {PAGES * PAGE} messages to search for a delivery"
        raise DeliveryError(str(place), DeliveryReason.AMBIGUOUS, detail)

    def _carries(self, found: Json, key: str) -> bool:
        metadata = found.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        is_ours = found.get("bot_id") == self._bot_id and metadata.get("event_type") == EVENT_TYPE
        return is_ours and payload.get("delivery_id") == key and "part" not in payload

    async def _identify(self, place: Place) -> None:
        if not self._bot_id:
            answer = await self._call(place, Effect.HARMLESS, lambda api: api.auth_test())
            self._bot_id = str(answer.get("bot_id") or "")

    async def _refuse_stray_reply(self, place: Place, answer: Json, sent: str, thread: str | None) -> None:
        """Take a reply back that Slack put into the channel because the thread's first message is gone.

        Slack says "ok" to such a reply; only the missing ``thread_ts`` in its answer tells.
        """
        message = answer.get("message")
        if thread is None or not isinstance(message, dict) or message.get("thread_ts"):
            return
        detail = "the thread's first message was deleted"
        try:
            await self._call(place, Effect.HARMLESS, lambda api: api.chat_delete(channel=place.channel, ts=sent))
        except DeliveryError as error:
            detail += f", and the stray reply could not be taken back ({error.detail})"
        raise DeliveryError(str(place), DeliveryReason.THREAD_GONE, detail)

    async def _link(self, place: Place, sent: str) -> str:
        """Return the permalink, or an empty string: a message without one is still a message."""
        try:
            async with asyncio.timeout(AFTERWARDS / 2):
                answer = await self._call(
                    place,
                    Effect.HARMLESS,
                    lambda api: api.chat_getPermalink(channel=place.channel, message_ts=sent),
                )
        except (DeliveryError, TimeoutError) as error:
            logger.info("slack permalink missing: %s", error)
            return ""
        return str(answer.get("permalink") or "")

    async def _post_rest(self, place: Place, key: str, root: str, rendered: Rendered, deadline: float) -> None:
        """Post what belongs below a message; whatever becomes of it, the message itself stands."""
        missing = len(rendered.overflow) + len(rendered.images)
        if not missing:
            return
        try:
            async with asyncio.timeout(max(0.0, deadline - self._clock.monotonic())):
                for number, part in enumerate(rendered.overflow, start=1):
                    payload = _payload(place, part, {"delivery_id": key, "part": number}, root)
                    missing -= await self._post_part(place, deadline, _method("chat.postMessage", payload))
                for image in rendered.images:
                    uploaded = await self._post_part(place, deadline, _upload(place, root, image))
                    missing -= uploaded
                    if not uploaded:
                        payload = _payload(place, _missing(image), {"delivery_id": key, "part": 0}, root)
                        await self._post_part(place, deadline, _method("chat.postMessage", payload))
        except TimeoutError:
            logger.warning("slack parts of a message not posted in time: %s", place)
        finally:
            self.lost_parts += missing

    async def _post_part(self, place: Place, deadline: float, call: Call) -> bool:
        """Post one thing, waiting while Slack throttles; tell whether Slack took it."""
        while True:
            try:
                await self._call(place, Effect.POST, call)
            except DeliveryError as error:
                wait = error.retry_after
                if error.reason is DeliveryReason.THROTTLED and wait and self._clock.monotonic() + wait < deadline:
                    await self._sleep(wait)
                    continue
                logger.warning("slack part of a message not posted: %s", error)
                return False
            return True

    async def _call(self, place: Place, effect: Effect, call: Call) -> Json:
        """Make one call. A refused token is remembered, so that the calls waiting behind it do not fail one by one."""
        if self._refusal is not None and self._clock.monotonic() - self._refused_at < REFUSED_PAUSE:
            raise DeliveryError(str(place), DeliveryReason.TOKEN_REFUSED, self._refusal.detail)
        if self._session is None or self._session.closed:
            self._session = self._client.session = http_session(self._timeout)
        try:
            answer = await call(self._client)
            data = answer.data
        except Exception as error:  # the port promises DeliveryError and nothing else
            failure = delivery_error(str(place), error, effect)
            if failure.reason is DeliveryReason.TOKEN_REFUSED:
                self._refusal, self._refused_at = failure, self._clock.monotonic()
            raise failure from error
        self._refusal = None
        if not isinstance(data, dict):
            raise delivery_error(str(place), ValueError("no JSON object"), effect)
        return data


def _payload(place: Place, part: Part, delivery: Json, thread: str | None) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "channel": place.channel,
        "text": part.text,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": delivery},
    }
    if part.blocks:
        payload["blocks"] = list(part.blocks)
    if thread is not None:
        payload["thread_ts"] = thread
    return payload


def _method(name: str, payload: Json) -> Call:
    return lambda api: api.api_call(name, json=payload)


def _missing(image: Image) -> Part:
    text = shorten(f"Picture that could not be uploaded: {one_line(image.alt)}", ALT_LIMIT)
    block: Json = {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}
    return Part(text="A picture could not be uploaded", blocks=(block,))


def _history(place: Place, thread: str | None, oldest: str, cursor: str) -> Call:
    options: dict[str, Any] = {"limit": PAGE, "oldest": oldest, "include_all_metadata": True}
    if cursor:
        options["cursor"] = cursor
    if thread is None:
        return lambda api: api.conversations_history(channel=place.channel, **options)
    return lambda api: api.conversations_replies(channel=place.channel, ts=thread, **options)


def _upload(place: Place, root: str, image: Image) -> Call:
    alt = shorten(one_line(image.alt), ALT_LIMIT)
    return lambda api: api.files_upload_v2(
        filename=image.name, content=image.png, title=alt, alt_txt=alt, channel=place.channel, thread_ts=root
    )
