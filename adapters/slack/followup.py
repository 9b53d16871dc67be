"""What follows an accepted message into its thread: the parts that did not fit, and pictures.

It must not undo the message, so nothing here raises. What is owed is remembered by the delivery's key: if the message's
own acknowledgement was lost, its parts follow once ``find`` has seen it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from adapters.slack.calls import Call, Calls, method
from adapters.slack.errors import Effect
from adapters.slack.limits import Json
from adapters.slack.render import Part, Rendered
from bot.errors import DeliveryError, DeliveryReason
from bot.message import Image
from bot.ports import Clock, Place
from rules.sanitise import one_line, shorten

EVENT_TYPE = "tocsin_delivery"
REMEMBERED = 1_000  # messages
ALT_LIMIT = 1_000  # characters

logger = logging.getLogger(__name__)


def payload(place: Place, part: Part, delivery: Json, thread: str | None) -> dict[str, Any]:
    """Return the body of chat.postMessage; ``delivery`` travels in the metadata."""
    body: dict[str, Any] = {
        "channel": place.channel,
        "text": part.text,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": delivery},
    }
    if part.blocks:
        body["blocks"] = list(part.blocks)
    if thread is not None:
        body["thread_ts"] = thread
    return body


class Followups:
    """The parts owed to messages. ``lost`` counts those that Slack did not take."""

    def __init__(self, calls: Calls, clock: Clock, sleep: Callable[[float], Awaitable[None]]) -> None:
        self.lost = 0
        self._calls = calls
        self._clock = clock
        self._sleep = sleep
        self._owed: dict[str, list[Part | Image]] = {}

    def owe(self, key: str, rendered: Rendered) -> None:
        """Remember what has to follow the message ``key``."""
        rest: list[Part | Image] = [*rendered.overflow, *rendered.images]
        if rest:
            self._owed[key] = rest
        if len(self._owed) > REMEMBERED:
            self.lost += len(self._owed.pop(next(iter(self._owed))))

    def forget(self, key: str) -> None:
        """Owe nothing to a message that surely was not accepted."""
        self._owed.pop(key, None)

    async def pay(self, place: Place, key: str, root: str, deadline: float) -> None:
        """Post what is owed to ``key`` below ``root`` until the monotonic ``deadline``."""
        rest = self._owed.get(key, [])
        try:
            async with asyncio.timeout(max(0.0, deadline - self._clock.monotonic())):
                while rest:  # a cancelled payment leaves the others owed
                    await self._post_next(place, key, root, rest, deadline)
        except TimeoutError:
            logger.warning("slack parts of a message not posted in time: %s", place)
            self.lost += len(rest)
        self.forget(key)

    async def _post_next(self, place: Place, key: str, root: str, rest: list[Part | Image], deadline: float) -> None:
        following, delivery = rest[0], {"delivery_id": key, "part": len(rest)}
        if isinstance(following, Part):
            call = method("chat.postMessage", payload(place, following, delivery, root))
        else:
            call = _upload(place, root, following)
        taken = await self._post(place, deadline, call)
        if not taken and isinstance(following, Image):
            words = payload(place, _missing(following), delivery, root)
            await self._post(place, deadline, method("chat.postMessage", words))
        self.lost += not taken
        rest.pop(0)

    async def _post(self, place: Place, deadline: float, call: Call) -> bool:
        """Post one thing, waiting while Slack throttles; tell whether Slack took it."""
        while True:
            try:
                await self._calls.make_as_member(place, Effect.POST, call)
            except DeliveryError as error:
                wait = error.retry_after
                if error.reason is DeliveryReason.THROTTLED and wait and self._clock.monotonic() + wait < deadline:
                    await self._sleep(wait)
                    continue
                logger.warning("slack part of a message not posted: %s", error)
                return False
            return True


def _upload(place: Place, root: str, image: Image) -> Call:
    alt = shorten(one_line(image.alt), ALT_LIMIT)
    return lambda api: api.files_upload_v2(
        filename=image.name, content=image.png, title=alt, alt_txt=alt, channel=place.channel, thread_ts=root
    )


def _missing(image: Image) -> Part:
    text = shorten(f"Picture that could not be uploaded: {one_line(image.alt)}", ALT_LIMIT)
    block: Json = {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}
    return Part(text="A picture could not be uploaded", blocks=(block,))
