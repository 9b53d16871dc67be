"""Slack's own clients, set up the way we need them: no retries, no proxy from the environment, quiet logs.

The SDK's default retry sends a message twice when only the answer was lost, and it reads ``HTTPS_PROXY`` wherever a
client is built. Both are switched off here, and clients are built nowhere else.
"""

from __future__ import annotations

import logging
import re
from typing import TypeVar

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

API_URL = "https://slack.com/api/"
TIMEOUT = 10.0  # seconds for one call
CONNECT_TIMEOUT = 5.0  # seconds to reach the server; running out of it means that nothing was sent

ClientT = TypeVar("ClientT", bound=AsyncWebClient)

_SECRETS = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|ticket=[^&\s'\"]+|hooks\.slack\.com/\S+")


class _OneLine(logging.Filter):
    """Keeps the vendor's records to one line without tokens, tickets and tracebacks: our own errors say what to do."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _SECRETS.sub("<secret>", record.getMessage()), None
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def sdk_logger() -> logging.Logger:
    """Return the logger that the SDK and Bolt write to."""
    logger = logging.getLogger("adapters.slack.sdk")
    logger.setLevel(logging.WARNING)
    if not logger.filters:
        logger.addFilter(_OneLine())
    return logger


def base_url(api_url: str | None) -> str:
    """Return the address of the Web API with the slash at its end that the SDK needs."""
    return (api_url or API_URL).rstrip("/") + "/"


def web_client(
    token: str | None, api_url: str | None, *, proxy: str | None = None, timeout: float = TIMEOUT
) -> AsyncWebClient:
    """Return a Web API client that never retries by itself. ``proxy`` is the only proxy it will use."""
    return build_client(AsyncWebClient, token, api_url, proxy, timeout)


def build_client(
    kind: type[ClientT], token: str | None, api_url: str | None, proxy: str | None, timeout: float = TIMEOUT
) -> ClientT:
    """Return a client of ``kind``, set up as ``web_client`` says."""
    client = kind(
        token=token,
        base_url=base_url(api_url),
        timeout=max(1, int(timeout)),
        retry_handlers=[],
        logger=sdk_logger(),
    )
    client.proxy = proxy  # afterwards: without one, the SDK takes a proxy from the environment
    return client


def webhook_client(url: str, *, proxy: str | None = None, timeout: float = TIMEOUT) -> AsyncWebhookClient:
    """Return a client for one response_url."""
    client = AsyncWebhookClient(url, timeout=max(1, int(timeout)), retry_handlers=[], logger=sdk_logger())
    client.proxy = proxy
    return client


def http_session(timeout: float = TIMEOUT) -> aiohttp.ClientSession:
    """Return a session that opens a connection for each call.

    A kept connection that the server has just closed would fail after the request was written, and then nobody knows
    whether the message was taken.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True),
        timeout=aiohttp.ClientTimeout(total=timeout, sock_connect=min(CONNECT_TIMEOUT, timeout)),
        trust_env=False,
    )
