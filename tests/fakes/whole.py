"""Posts a message with all its parts, in the order in which the outbox would."""

from __future__ import annotations

from bot.message import Message
from bot.ports import Further, Messenger, Place, Posted


async def post_whole(
    messenger: Messenger,
    place: Place,
    message: Message,
    *,
    key: str,
    thread: str | None = None,
    broadcast: bool = False,
) -> Posted:
    """Post part 0, then the others below it; part n has the key ``<key>-n``."""
    posted = await messenger.post(place, message, key=key, thread=thread, broadcast=broadcast)
    for part in range(1, await messenger.parts(message, broadcast=broadcast)):
        await messenger.post(
            place,
            message,
            key=f"{key}-{part}",
            thread=posted.thread or posted.message,
            broadcast=broadcast,
            further=Further(part=part, first=posted.message),
        )
    return posted
