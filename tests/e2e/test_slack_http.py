"""Slack over HTTP with several workspaces, wired by tocsin.yaml as an operator would have it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import stat
import time
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest

from adapters.slack.web import SlackWebGateway
from bot.app import opened
from bot.config import RoleGrants, Slack
from bot.credentials import Credentials, gaps
from bot.secret import Secret
from tests.e2e.newsroom import TOPIC, make_config, slack_text
from tests.fakes.slack import FakeSlack, fake_slack

# The SDK authenticates at oauth.v2.access in a way that aiohttp 3.14 has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

OTHER, TOKEN = "T0OTHER", "xoxb-canary-other-team"
SECRETS = Credentials(
    slack_signing=Secret("canary-signing"),
    slack_client_id=Secret("client-1"),
    slack_client_secret=Secret("canary-client-secret"),
)


async def post(http: aiohttp.ClientSession, base: str, payload: dict[str, str]) -> int:
    body, stamp = urlencode(payload), str(int(time.time()))
    digest = hmac.new(b"canary-signing", f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    async with http.post(f"{base}/slack/events", data=body, headers=headers) as answer:
        return answer.status


async def install(http: aiohttp.ClientSession, base: str) -> int:
    async with http.get(f"{base}/slack/install", allow_redirects=False) as begun:
        (state,) = parse_qs(urlsplit(begun.headers["Location"]).query)["state"]
        cookie = begun.headers["Set-Cookie"].partition(";")[0]
    address = f"{base}/slack/oauth_redirect?code=code-1&state={state}"
    async with http.get(address, headers={"Cookie": cookie}) as done:
        return done.status


def prepare(server: FakeSlack) -> None:
    server.workspace.secrets = ("client-1", "canary-client-secret")
    server.workspace.codes["code-1"] = (OTHER, TOKEN)
    server.add_channel("C0THERE", team=OTHER)
    server.workspace.groups["S0DESK"] = ["U0ANA"]


async def test_a_workspace_installs_the_app_and_its_editors_subscribe_a_channel(tmp_path: Path) -> None:
    async with fake_slack() as server:
        prepare(server)
        section = Slack(
            api_url=server.api_url,
            mode="http",
            listen="127.0.0.1:0",
            public_url="https://tocsin.example",
            roles=(RoleGrants(workspace=OTHER, editors=("S0DESK",)),),
        )
        config = make_config("http://127.0.0.1:9", slack_url=server.api_url, discord_url="http://127.0.0.1:9")
        config = config.model_copy(update={"slack": section, "feeds": ()})
        assert gaps(config, SECRETS) == ()
        async with opened(config, tmp_path, SECRETS, environment={}) as app:
            (gateway,) = app.gateways
            assert isinstance(gateway, SlackWebGateway)
            running = asyncio.create_task(gateway.run())
            base = f"http://127.0.0.1:{await asyncio.wait_for(gateway.port(), 10)}"
            async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
                assert await install(http, base) == 200
                command = server.command(f"subscribe {TOPIC} confirm:true", channel="C0THERE", team=OTHER)
                assert await post(http, base, command) == 200
                await server.wait_for(lambda: len(server.answers) == 2)
            await gateway.close()
            await running
    assert "ana subscribed this channel to US forces in Europe" in slack_text(server.answers[-1])
    assert stat.S_IMODE((tmp_path / "var" / "slack-installations.db").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("section", "tokens", "said"),
    [
        pytest.param(
            {"mode": "http"},
            Credentials(slack_bot=Secret("x")),
            "TOCSIN_SLACK_SIGNING_SECRET",
            id="http without the signing secret",
        ),
        pytest.param(
            {"public_url": "https://tocsin.example"},
            Credentials(slack_app=Secret("x")),
            "TOCSIN_SLACK_CLIENT_ID",
            id="installations without the client's id",
        ),
        pytest.param({}, Credentials(slack_bot=Secret("x")), "TOCSIN_SLACK_APP_TOKEN", id="a socket without its token"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(section: dict[str, str], tokens: Credentials, said: str) -> None:
    config = make_config("http://127.0.0.1:9", slack_url="http://127.0.0.1:9", discord_url="http://127.0.0.1:9")
    config = config.model_copy(update={"slack": Slack.model_validate(section)})
    assert [said in sentence for sentence in gaps(config, tokens)] == [True]
