"""Files that somebody uploaded to Slack and names in a command or form: looked up at once, fetched when they are read.

    link or id ─files.info─> name, size, who may see it ─> Attached ─read─> url_private_download, with the bot's token

The token goes to Slack's own hosts only, and follows no redirect. A file is read for whoever uploaded it, or in a
channel that it was shared in: a number alone shows nobody what they could not open themselves.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import http_session
from adapters.slack.errors import CALL_FAILURES, Effect, delivery_error
from adapters.slack.limits import Json
from bot.errors import DeliveryError, DeliveryReason
from bot.ports import Attached, FindFile

PATIENCE = 20.0  # seconds for the content
STEP = 64 * 1024  # bytes
HOSTS = ("slack.com", "slack-gov.com")
_NUMBER = re.compile(r"(?:^|[/-])(F[A-Z0-9]{2,20})(?:[/|?>]|$)")
_UNSEEN = frozenset({"file_not_found", "file_deleted", "not_visible", "invalid_auth_for_file"})
UNSEEN = "Slack shows Tocsin no such file; invite Tocsin to this channel and upload it here, or write it to Tocsin"
SCOPE = "the app may not read files: it lacks the scope files:read; whoever installed it adds it and installs it again"


def finds(client: AsyncWebClient, user: str, channel: str) -> FindFile:
    """Return what looks up a file for somebody who names it in a channel."""

    async def find(given: str) -> Attached:
        number = _NUMBER.search(given.strip())
        if number is None:
            raise _refused("it is no link of a file; in Slack, open the file's menu and choose Copy link to file")
        found = await _looked_up(client, number[1])
        if not _may_be_read(found, user, channel):
            raise _refused("somebody else uploaded it, and it was not shared in this channel")
        return attached_of(client, found)

    return find


def attached_of(client: AsyncWebClient, found: Json) -> Attached:
    """Return a file as the commands take it."""
    size = int(found.get("size") or 0)

    async def read() -> bytes:
        url = str(found.get("url_private_download") or found.get("url_private") or "")
        if not _is_slacks(url, client.base_url):
            raise _refused("it does not lie with Slack, and is fetched from nowhere else")
        try:
            return await _content(client, url, size)
        except CALL_FAILURES as error:
            detail = delivery_error("slack", error, Effect.HARMLESS).detail
            raise DeliveryError("slack", DeliveryReason.UNAVAILABLE, detail) from error

    return Attached(name=str(found.get("name") or found.get("title") or "?"), size=size, read=read)


async def _looked_up(client: AsyncWebClient, number: str) -> Json:
    try:
        answer = await client.files_info(file=number)
    except CALL_FAILURES as error:
        failure = delivery_error("slack", error, Effect.HARMLESS)
        words = UNSEEN if failure.code in _UNSEEN else SCOPE if failure.code == "missing_scope" else failure.detail
        raise DeliveryError("slack", failure.reason, words, code=failure.code) from error
    found: Json = answer.get("file") or {}
    return found


async def _content(client: AsyncWebClient, url: str, size: int) -> bytes:
    """Fetch what Slack announced; more than that is refused, however much it is."""
    headers = {"Authorization": f"Bearer {client.token}"}
    async with (
        http_session(PATIENCE) as session,
        session.get(url, headers=headers, proxy=client.proxy, allow_redirects=False) as answer,
    ):
        if answer.status in {301, 302, 303, 307, 308, 401, 403} or answer.content_type == "text/html":
            raise _refused(SCOPE)  # Slack shows its page for signing in
        if answer.status != 200:
            raise DeliveryError("slack", DeliveryReason.UNAVAILABLE, f"Slack answered with HTTP {answer.status}")
        taken = bytearray()
        async for piece in answer.content.iter_chunked(STEP):
            taken += piece
            if len(taken) > size:
                raise _refused("it is larger than Slack said")
        return bytes(taken)


def _may_be_read(found: Json, user: str, channel: str) -> bool:
    shared = {str(each) for kind in ("channels", "groups", "ims") for each in found.get(kind) or ()}
    return (user != "" and found.get("user") == user) or channel in shared


def _is_slacks(url: str, base_url: str) -> bool:
    """Tell whether an address is Slack's own, or that of the server which stands for Slack (``slack.api_url``)."""
    try:
        parts = urlsplit(url)
        if _server(parts) == _server(urlsplit(base_url)):
            return True
        host = parts.hostname or ""
        is_ours = any(host == one or host.endswith(f".{one}") for one in HOSTS)
        return parts.scheme == "https" and is_ours and parts.port in {None, 443} and parts.username is None
    except ValueError:
        return False


def _server(parts: SplitResult) -> tuple[str, str]:
    return parts.scheme, parts.netloc


def _refused(words: str) -> DeliveryError:
    return DeliveryError("slack", DeliveryReason.REJECTED, words)
