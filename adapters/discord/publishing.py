"""Announcement channels: what stands in them is published to the servers that follow them, if the operator wants so.

A message says whether it was published, so one that was only posted before a crash is published when it is found again.
Discord publishes ten messages an hour in one channel and answers further ones with waits of up to an hour, so they are
not asked for: the message stays posted, unpublished, and is counted.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Any

from adapters.discord.client import DiscordAccount
from adapters.discord.errors import code_of
from adapters.discord.recent import Recent
from bot.errors import DeliveryError
from bot.ports import Place

AN_HOUR, MOST = 3600.0, 10  # Discord's limit for each channel
ALREADY = 40033
CHANNELS = 1_000  # whose last hour is remembered

_log = logging.getLogger(__name__)


class Publisher:
    """Publishes own messages, where that is wanted. ``unpublished`` counts those that stay where they are."""

    def __init__(self, account: DiscordAccount, *, is_wanted: bool) -> None:
        self.unpublished = 0
        self._is_wanted = is_wanted
        self._account = account
        self._published: Recent[str, deque[float]] = Recent(CHANNELS)

    async def publish(self, place: Place, channel: Any, message: Any) -> None:
        """Publish a message of an announcement channel once; in any other, and where Discord refuses, it stays."""
        if not self._is_wanted or not _is_announcement(channel) or message.flags.crossposted:
            return
        if not self._has_room(place.channel):
            self._give_up(place, f"{MOST} were published in the last hour")
            return
        try:
            await self._account.call(str(place), lambda _: message.publish(), repeatable=True)
        except DeliveryError as failure:
            if code_of(failure) != ALREADY:
                self._give_up(place, failure.detail)

    def _has_room(self, channel: str) -> bool:
        now = asyncio.get_running_loop().time()
        times = self._published.get(channel) or deque()
        while times and now - times[0] >= AN_HOUR:
            times.popleft()
        if len(times) >= MOST:
            return False
        times.append(now)
        self._published.put(channel, times)
        return True

    def _give_up(self, place: Place, why: str) -> None:
        self.unpublished += 1
        _log.warning("discord message not published", extra={"channel": place.channel, "detail": why})


def _is_announcement(channel: Any) -> bool:
    is_news = getattr(channel, "is_news", None)
    return is_news is not None and bool(is_news())
