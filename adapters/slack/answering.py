"""Where answers go: to the response_url of what was asked, or into the modal that asked it.

Reply ─UrlSink→ response_url (five uses, half an hour), then as a message that only the asker sees
      ─ViewSink→ views.update of the modal
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import webhook_client
from adapters.slack.errors import CALL_FAILURES
from adapters.slack.limits import Json
from adapters.slack.modals import result_view
from adapters.slack.payload import Origin
from adapters.slack.render import Part, render
from bot.message import Context, Message, MessageKind, Paragraph, Reply, Text

RESPONSES = 5  # uses of one response_url; it lives for 30 minutes
Lost = Callable[[], None]
"""Called for each answer that Slack did not take."""

logger = logging.getLogger(__name__)


class Sink(Protocol):
    """Shows a reply to the one who asked, and its line to the channel."""

    async def show(self, reply: Reply) -> None:
        """Show it; what Slack does not take is counted, not raised."""


class UrlSink:
    """Answers at a response_url; when it is spent, in the channel with ``client``, for ``user`` only."""

    def __init__(
        self, origin: Origin, lost: Lost, *, proxy: str | None, client: AsyncWebClient | None = None, user: str = ""
    ) -> None:
        self._origin = origin
        self._lost = lost
        self._proxy = proxy
        self._client = client
        self._user = user

    async def show(self, reply: Reply) -> None:
        """Answer within the five uses of the address: the reply, its further parts, and the visible line last."""
        rendered = render(reply.message)
        parts = shortened((rendered.main, *rendered.overflow), RESPONSES - (reply.announce is not None))
        for part in parts:
            await self._say(part, is_public=not reply.ephemeral)
        if reply.announce is not None:
            await self._say(render(reply.announce).main, is_public=True)

    async def _say(self, part: Part, *, is_public: bool) -> None:
        failure = await self._respond(part, "in_channel" if is_public else "ephemeral")
        if failure and self._client is not None and self._origin.channel:
            failure = await self._post(self._client, part, is_public=is_public)
        if failure:
            self._lost()
            logger.warning("slack answer lost: %s", failure)

    async def _respond(self, part: Part, visibility: str) -> str:
        """Post to the address; return what was wrong, or nothing."""
        body: Json = {"response_type": visibility, "replace_original": False, **_content(part)}
        if self._origin.thread:
            body["thread_ts"] = self._origin.thread
        try:
            answer = await webhook_client(self._origin.url, proxy=self._proxy).send_dict(body)
        except CALL_FAILURES as error:
            return type(error).__name__
        return "" if answer.status_code == 200 else f"HTTP {answer.status_code} {answer.body[:100]}"

    async def _post(self, client: AsyncWebClient, part: Part, *, is_public: bool) -> str:
        body: Json = {"channel": self._origin.channel, **_content(part)}
        if self._origin.thread:
            body["thread_ts"] = self._origin.thread
        method = "chat.postMessage" if is_public else "chat.postEphemeral"
        if not is_public:
            body["user"] = self._user
            del body["unfurl_links"], body["unfurl_media"]
        return await called(client, method, body)


class ViewSink:
    """Answers in an open modal."""

    def __init__(self, client: AsyncWebClient, view: str, origin: Origin, lost: Lost) -> None:
        self._client = client
        self._view = view
        self._origin = origin
        self._lost = lost

    async def show(self, reply: Reply) -> None:
        """Put the reply into the modal, and its line into the channel where there is one."""
        rendered = render(reply.message)
        view = result_view(reply.message, (rendered.main, *rendered.overflow), self._origin)
        await self._call("views.update", {"view_id": self._view, "view": view})
        if reply.announce is not None and self._origin.channel:
            line = _content(render(reply.announce).main)
            await self._call("chat.postMessage", {"channel": self._origin.channel, **line})

    async def _call(self, method: str, body: Json) -> None:
        if failure := await called(self._client, method, body):
            self._lost()
            logger.warning("slack answer lost: %s", failure)


async def called(client: AsyncWebClient, method: str, body: Json) -> str:
    """Make a call; return what was wrong, or nothing."""
    try:
        await client.api_call(method, json=body)
    except CALL_FAILURES as error:
        return f"{method}: {type(error).__name__} {_code(error)}".rstrip()
    return ""


def shortened(parts: Sequence[Part], room: int) -> list[Part]:
    """Return at most ``room`` parts; the last one says how many are left out."""
    kept, left_out = list(parts[:room]), len(parts) - room
    if left_out > 0:
        logger.warning("slack answer shortened: %d parts left out", left_out)
        note = f"{left_out} further parts are left out; ask for less."
        block: Json = {"type": "context", "elements": [{"type": "plain_text", "text": note}]}
        kept[-1] = Part(text=kept[-1].text, blocks=(*kept[-1].blocks[:49], block))
    return kept


def with_note(reply: Reply, note: str) -> Reply:
    """Return the reply with a line of small print at its end."""
    blocks = (*reply.message.blocks, Context((Text(note),)))
    return replace(reply, message=replace(reply.message, blocks=blocks))


def plain_message(text: str) -> Message:
    """Return a message of one sentence."""
    return Message(kind=MessageKind.REPLY, heading="", fallback=text, blocks=(Paragraph((Text(text),)),))


def _content(part: Part) -> Json:
    body: Json = {"text": part.text, "unfurl_links": False, "unfurl_media": False}
    return body | ({"blocks": list(part.blocks)} if part.blocks else {})


def _code(error: Exception) -> str:
    response: Any = getattr(error, "response", None)
    data = getattr(response, "data", None)
    return str(data.get("error") or "") if isinstance(data, dict) else ""
