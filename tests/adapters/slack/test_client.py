"""The vendor's clients as we set them up."""

from __future__ import annotations

import asyncio
import logging

import pytest
from slack_sdk.errors import SlackApiError

from adapters.slack.client import base_url, build_client, sdk_logger, web_client, webhook_client
from adapters.slack.gateway import Door
from tests.fakes.slack import error, fake_slack

PROXY_NAMES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")


@pytest.mark.parametrize("proxy", [None, "http://proxy.example:3128"], ids=["no proxy", "a configured proxy"])
def test_only_a_configured_proxy_is_used(proxy: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXY_NAMES:
        monkeypatch.setenv(name, "http://environment.example:1")
    assert web_client("xoxb-canary", None, proxy=proxy).proxy == proxy
    assert webhook_client("https://hooks.example/x", proxy=proxy).proxy == proxy


def test_nothing_is_retried_by_the_vendor() -> None:
    assert web_client("xoxb-canary", None).retry_handlers == []
    assert webhook_client("https://hooks.example/x").retry_handlers == []


@pytest.mark.parametrize(
    ("api_url", "expected"),
    [
        pytest.param(None, "https://slack.com/api/", id="Slack itself"),
        pytest.param("http://127.0.0.1:1/api", "http://127.0.0.1:1/api/", id="another server without a slash"),
        pytest.param("http://127.0.0.1:1/api/", "http://127.0.0.1:1/api/", id="another server with a slash"),
    ],
)
def test_base_url(api_url: str | None, expected: str) -> None:
    assert base_url(api_url) == expected


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-1-canary-bot",
        "xapp-1-A0-canary-app",
        "wss://wss-primary.slack.com/link/?ticket=canary-1&app_id=2",
        "https://hooks.slack.com/commands/T0/canary",
    ],
)
def test_secrets_do_not_reach_the_log(secret: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    try:
        raise RuntimeError(secret)
    except RuntimeError:
        sdk_logger().exception("failed with %s", secret)
    assert "canary" not in caplog.text
    assert "<secret>" in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_refused_door_stays_shut() -> None:
    async with fake_slack() as server:
        door = build_client(Door, None, server.api_url, None)
        door.refused = asyncio.get_running_loop().create_future()
        server.always("apps.connections.open", error("invalid_auth"))
        for _ in range(3):
            with pytest.raises(SlackApiError):
                await door.apps_connections_open(app_token="xapp-canary")
        assert len(server.called("apps.connections.open")) == 1
