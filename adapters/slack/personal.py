"""What concerns the one who asks: another channel as they see it, their direct messages, files for their eyes only.

Slack shows no file to one person in a channel, so the files of a private answer go to their direct messages.
"""

from __future__ import annotations

import asyncio
import logging

from slack_sdk.web.async_client import AsyncWebClient

from adapters.charts import with_pictures
from adapters.slack.errors import CALL_FAILURES, Effect, delivery_error
from adapters.slack.followup import ALT_LIMIT
from adapters.slack.limits import Json
from adapters.slack.roles import RoleOf
from bot.errors import DeliveryError, DeliveryReason
from bot.message import File, Image, Reply
from bot.ports import LookAt, OpenDirect, Place, Prospect
from rules.sanitise import one_line, shorten

logger = logging.getLogger(__name__)


def looks(client: AsyncWebClient, role_of: RoleOf, here: Place, user: str) -> LookAt:
    """Return what looks at a channel of the caller's workspace."""

    async def look_at(number: str) -> Prospect:
        place = Place(platform=here.platform, workspace=here.workspace, channel=number)
        try:
            found: Json = (await client.conversations_info(channel=number)).get("channel") or {}
        except CALL_FAILURES as error:
            failure = delivery_error(str(place), error, Effect.HARMLESS)
            raise DeliveryError(str(place), failure.reason, f"{failure.detail}; /invite @Tocsin there") from error
        return Prospect(place=place, role=(await role_of(place, user)).value, missing=tuple(_missing(found)))

    return look_at


def directs(client: AsyncWebClient, here: Place, user: str) -> OpenDirect:
    """Return what opens the caller's direct messages with Tocsin."""

    async def direct() -> Place:
        channel = await _direct_channel(client, user)
        return Place(platform=here.platform, workspace=here.workspace, channel=channel)

    return direct


async def hand_over(client: AsyncWebClient, user: str, channel: str, reply: Reply) -> str:
    """Upload an answer's files and charts, to the channel or to the asker alone; return what to add to the answer."""
    files = await asyncio.to_thread(_files, reply)
    if not files:
        return ""
    try:
        target = await _direct_channel(client, user) if reply.ephemeral else channel
        for file in files:
            await client.files_upload_v2(
                filename=file.name, content=file.content, title=shorten(one_line(file.title), ALT_LIMIT), channel=target
            )
    except (*CALL_FAILURES, DeliveryError) as error:
        failure = error if isinstance(error, DeliveryError) else delivery_error("slack", error, Effect.HARMLESS)
        logger.warning("slack file not handed over: %s", failure)
        return f"{files[0].name} could not be handed over: {failure.detail}"
    if not reply.ephemeral:
        return ""
    return f"{', '.join(file.name for file in files)}: in your direct messages with Tocsin."


async def _direct_channel(client: AsyncWebClient, user: str) -> str:
    try:
        opened = await client.conversations_open(users=user)
    except CALL_FAILURES as error:
        failure = delivery_error("slack", error, Effect.HARMLESS)
        raise DeliveryError("slack", failure.reason, failure.detail) from error
    number = str((opened.get("channel") or {}).get("id") or "")
    if not number:
        raise DeliveryError("slack", DeliveryReason.UNAVAILABLE, "Slack opened no direct messages")
    return number


def _files(reply: Reply) -> list[File]:
    drawn = with_pictures(reply.message)
    charts = [block for block in drawn.blocks if isinstance(block, Image) and block.png]
    return [*reply.files, *(File(name=one.name, content=one.png, title=one.alt) for one in charts)]


def _missing(channel: Json) -> list[str]:
    if channel.get("is_archived"):
        return ["the channel is archived; unarchive it"]
    if channel.get("is_private") and not channel.get("is_member"):
        return ["Tocsin is not in this private channel: /invite @Tocsin"]
    return []
