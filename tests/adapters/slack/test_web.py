"""Slack over HTTP: signatures, the same listeners, and workspaces that install the app themselves."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
import socket
import stat
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from slack_sdk.oauth.installation_store.models.installation import Installation

from adapters.slack.installations import InstalledWorkspaces
from adapters.slack.messenger import SlackMessenger
from adapters.slack.oauth import installer
from adapters.slack.web import SlackWebGateway
from bot.clock import SystemClock
from bot.errors import DeliveryError, DeliveryReason
from bot.message import Message, MessageKind
from bot.ports import Place, PlaceChange
from bot.secret import Secret
from rules.errors import TocsinError
from tests.adapters.slack.desk import Desk, answers, make_backstage
from tests.fakes.slack import PLACE, WORKSPACE, FakeSlack, error

# The SDK authenticates at oauth.v2.access in a way that aiohttp 3.14 has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

SECRET = "canary-signing-secret"
OTHER = "T0OTHER"
OTHER_TOKEN = "xoxb-canary-other-team"
NEWS = Message(kind=MessageKind.NOTICE, heading="", fallback="Something moved.")


def signed(body: str, *, secret: str = SECRET, age: int = 0) -> dict[str, str]:
    stamp = str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


class Web:
    """A running gateway, and a browser or a Slack that calls it."""

    def __init__(self, port: int, http: aiohttp.ClientSession) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.http = http

    async def send(self, payload: dict[str, Any], *, kind: str = "form", **signing: Any) -> tuple[int, str]:
        body, content = self._encoded(payload, kind)
        given = signing.pop("headers", None)
        headers = {"Content-Type": content, **(signed(body, **signing) if given is None else given)}
        async with self.http.post(f"{self.base}/slack/events", data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    def _encoded(self, payload: dict[str, Any], kind: str) -> tuple[str, str]:
        if kind == "json":
            return json.dumps(payload), "application/json"
        given = {"payload": json.dumps(payload)} if kind == "payload" else payload
        return urlencode(given), "application/x-www-form-urlencoded"

    async def get(self, path: str, *, cookie: str = "") -> aiohttp.ClientResponse:
        headers = {"Cookie": cookie} if cookie else {}
        return await self.http.get(f"{self.base}{path}", headers=headers, allow_redirects=False)


@asynccontextmanager
async def serving(gateway: SlackWebGateway) -> AsyncIterator[Web]:
    task = asyncio.create_task(gateway.run())
    try:
        async with asyncio.timeout(10):
            port = await gateway.port()
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            yield Web(port, http)
    finally:
        await gateway.close()
        await asyncio.wait_for(task, 10)


def make_web(server: FakeSlack, desk: Desk, **options: Any) -> SlackWebGateway:
    flow = options.pop("flow", None)
    backstage = make_backstage(server, desk, **options)
    return SlackWebGateway(backstage, host="127.0.0.1", port=0, signing_secret=Secret(SECRET), flow=flow)


async def test_a_signed_command_is_acknowledged_and_answered(server: FakeSlack, desk: Desk) -> None:
    async with serving(make_web(server, desk)) as web:
        assert (await web.send(server.command("latest")))[0] == 200
        (answer,) = await answers(server)
    assert answer["text"] == "Done."
    assert [(caller.place, words) for caller, words in desk.asked] == [(PLACE, "latest")]


@pytest.mark.parametrize(
    "signing",
    [
        pytest.param({"secret": "another"}, id="another secret"),
        pytest.param({"age": 301}, id="301 seconds old"),
        pytest.param({"age": -301}, id="from the future"),
        pytest.param({"headers": {}}, id="no signature"),
        pytest.param(
            {"headers": {"X-Slack-Request-Timestamp": "yesterday", "X-Slack-Signature": "v0=1"}}, id="no number"
        ),
        pytest.param({"headers": signed("another body")}, id="the signature of another body"),
    ],
)
async def test_a_forged_request_is_refused_and_reaches_nobody(
    server: FakeSlack, desk: Desk, signing: dict[str, Any]
) -> None:
    async with serving(make_web(server, desk)) as web:
        status, _ = await web.send(server.command("latest"), **signing)
        assert status in {400, 401}
    assert desk.asked == []


async def test_slacks_question_who_we_are_is_answered(server: FakeSlack, desk: Desk) -> None:
    async with serving(make_web(server, desk)) as web:
        status, text = await web.send({"type": "url_verification", "challenge": "c-41", "token": "x"}, kind="json")
    assert (status, json.loads(text)) == (200, {"challenge": "c-41"})


async def test_an_event_that_slack_repeats_is_handled_once(server: FakeSlack, desk: Desk) -> None:
    told = server.event("channel_archive", channel="C0GENERAL", user="U0BEN")
    async with serving(make_web(server, desk)) as web:
        for _ in range(3):
            assert (await web.send(told, kind="json"))[0] == 200
    assert [change for _, change, _ in desk.moved] == [PlaceChange.GONE]


async def test_a_form_is_opened_and_submitted_over_http(server: FakeSlack, desk: Desk) -> None:
    async with serving(make_web(server, desk)) as web:
        await web.send(server.command("subscribe"))
        filled = server.submission(await server.opened(), to="grain-corridor")
        status, text = await web.send(filled, kind="payload")
        await answers(server)
    assert (status, text) == (200, "")
    assert desk.submitted[0][2]["to"] == "grain-corridor"


async def test_a_body_beyond_the_limit_and_bytes_that_are_no_text_are_refused(server: FakeSlack, desk: Desk) -> None:
    async with serving(make_web(server, desk)) as web:
        for data, status in ((b"x" * (1024 * 1024 + 1), 413), (b"\xff\xfe\x00", 400)):
            async with web.http.post(f"{web.base}/slack/events", data=io.BytesIO(data), headers=signed("")) as answer:
                assert answer.status == status
    assert desk.asked == []


async def test_a_refused_token_ends_in_one_sentence_after_one_call(server: FakeSlack, desk: Desk) -> None:
    with pytest.raises(DeliveryError) as caught:
        await asyncio.wait_for(make_web(server, desk, bot_token="xoxb-canary-old").run(), 10)
    assert caught.value.reason is DeliveryReason.TOKEN_REFUSED
    assert "canary" not in str(caught.value)
    assert len(server.called("auth.test")) == 1


async def test_a_taken_port_is_named(server: FakeSlack, desk: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        gateway = SlackWebGateway(make_backstage(server, desk), host="127.0.0.1", port=port)
        with pytest.raises(TocsinError, match=r"slack\.listen"):
            await asyncio.wait_for(gateway.run(), 10)


class Installing:
    """A server that workspaces install the app from."""

    def __init__(self, server: FakeSlack, desk: Desk, folder: Path, **options: Any) -> None:
        self.server = server
        self.path = folder / "slack.db"
        self.workspaces = InstalledWorkspaces(self.path, "client-1", **options)
        server.workspace.secrets = ("client-1", "canary-client-secret")
        server.workspace.codes["code-1"] = (OTHER, OTHER_TOKEN)
        server.add_channel("C0THERE", team=OTHER)
        flow = installer(
            self.workspaces,
            "client-1",
            Secret("canary-client-secret"),
            public_url="https://tocsin.example/",
            on_places=desk.places,
            api_url=server.api_url,
        )
        self.gateway = make_web(server, desk, workspaces=self.workspaces, flow=flow)

    async def install(self, web: Web, *, cookie: bool = True, code: str = "code-1") -> aiohttp.ClientResponse:
        begun = await web.get("/slack/install")
        asked = parse_qs(urlsplit(begun.headers["Location"]).query)
        (state,) = asked["state"]
        kept = begun.headers["Set-Cookie"].partition(";")[0] if cookie else ""
        return await web.get(f"/slack/oauth_redirect?code={code}&state={state}", cookie=kept)


@pytest.fixture
def installing(server: FakeSlack, desk: Desk, tmp_path: Path) -> Installing:
    return Installing(server, desk, tmp_path)


async def test_a_workspace_installs_the_app_and_is_served_with_its_own_token(
    server: FakeSlack, desk: Desk, installing: Installing
) -> None:
    async with serving(installing.gateway) as web:
        begun = await web.get("/slack/install")
        asked = parse_qs(urlsplit(begun.headers["Location"]).query)
        done = await installing.install(web)
        await web.send(server.command("list", channel="C0THERE", team=OTHER))
        await answers(server)
    assert asked["redirect_uri"] == ["https://tocsin.example/slack/oauth_redirect"]
    assert "chat:write" in asked["scope"][0].split(",")
    assert (done.status, "is installed" in await done.text()) == (200, True)
    assert desk.asked[0][0].place == Place(platform="slack", workspace=OTHER, channel="C0THERE")
    assert {call.token for call in server.calls if call.method == "users.info"} == {OTHER_TOKEN}
    ((places, change, _),) = desk.moved
    assert (places[0].workspace, places[0].channel, change) == (OTHER, "", PlaceChange.BACK)


async def test_tokens_are_in_a_file_that_only_its_owner_reads(installing: Installing) -> None:
    async with serving(installing.gateway) as web:
        await installing.install(web)
    assert stat.S_IMODE(installing.path.stat().st_mode) == 0o600
    installing.path.chmod(0o644)
    InstalledWorkspaces(installing.path, "client-1")
    assert stat.S_IMODE(installing.path.stat().st_mode) == 0o600


async def test_an_installation_outlives_a_restart(server: FakeSlack, desk: Desk, installing: Installing) -> None:
    async with serving(installing.gateway) as web:
        await installing.install(web)
    again = await InstalledWorkspaces(installing.path, "client-1").find(OTHER)
    assert again is not None
    assert again.token.reveal() == OTHER_TOKEN


@pytest.mark.parametrize(
    ("options", "status"),
    [
        pytest.param({"cookie": False}, 400, id="another browser"),
        pytest.param({"code": "forged"}, 401, id="a code that Slack does not know"),
    ],
)
async def test_an_installation_that_was_not_begun_here_is_refused(
    installing: Installing, options: dict[str, Any], status: int
) -> None:
    async with serving(installing.gateway) as web:
        done = await installing.install(web, **options)
        forged = await web.get(
            "/slack/oauth_redirect?code=code-1&state=made-up", cookie="slack-app-oauth-state=made-up"
        )
    assert (done.status, forged.status) == (status, 401)
    assert "Nothing was installed" in await done.text()
    assert await installing.workspaces.find(OTHER) is None


async def test_a_workspace_that_is_not_wanted_is_refused(server: FakeSlack, desk: Desk, tmp_path: Path) -> None:
    installing = Installing(server, desk, tmp_path, allowed=("T0WANTED",))
    async with serving(installing.gateway) as web:
        done = await installing.install(web)
    assert done.status == 500
    assert "not wanted here" in await done.text()
    assert await installing.workspaces.find(OTHER) is None


@pytest.mark.parametrize(
    ("kind", "inner"),
    [("app_uninstalled", {}), ("tokens_revoked", {"tokens": {"oauth": [], "bot": ["U0TOCSIN"]}})],
)
async def test_a_workspace_that_removes_the_app_loses_its_tokens_and_its_channels_rest(
    server: FakeSlack, desk: Desk, installing: Installing, kind: str, inner: dict[str, Any]
) -> None:
    async with serving(installing.gateway) as web:
        await installing.install(web)
        await web.send(server.event(kind, team=OTHER, **inner), kind="json")
    assert await installing.workspaces.find(OTHER) is None
    assert OTHER_TOKEN.encode() not in installing.path.read_bytes()
    assert [(places[0].workspace, change) for places, change, _ in desk.moved[1:]] == [(OTHER, PlaceChange.GONE)]


async def test_a_workspace_that_never_installed_the_app_is_not_served(
    server: FakeSlack, desk: Desk, installing: Installing
) -> None:
    async with serving(installing.gateway) as web:
        await web.send(server.command("list", team="T0NOBODY"))
    assert desk.asked == []
    assert server.calls == []


@pytest.fixture
async def messenger(server: FakeSlack, installing: Installing) -> AsyncIterator[SlackMessenger]:
    for team, token in ((WORKSPACE, "xoxb-canary-bot-token"), (OTHER, OTHER_TOKEN)):
        server.workspace.tokens[token] = team
        installing.workspaces.store.save(
            Installation(app_id="A0", team_id=team, bot_token=token, bot_id="B0", bot_user_id="U0", user_id="U1")
        )
    made = SlackMessenger(installing.workspaces, api_url=server.api_url, clock=SystemClock())
    yield made
    await made.close()


async def test_each_workspace_is_posted_to_with_its_own_token(server: FakeSlack, messenger: SlackMessenger) -> None:
    there = Place(platform="slack", workspace=OTHER, channel="C0THERE")
    await messenger.post(PLACE, NEWS, key="d1")
    await messenger.post(there, NEWS, key="d2")
    posts = [(call.token, call.body["channel"]) for call in server.calls if call.method == "chat.postMessage"]
    assert posts == [("xoxb-canary-bot-token", "C0GENERAL"), (OTHER_TOKEN, "C0THERE")]


async def test_a_token_refused_in_one_workspace_concerns_that_one_only(
    server: FakeSlack, messenger: SlackMessenger, installing: Installing
) -> None:
    there = Place(platform="slack", workspace=OTHER, channel="C0THERE")
    server.next("chat.postMessage", error("token_revoked"))
    for _ in range(3):
        with pytest.raises(DeliveryError) as caught:
            await messenger.post(there, NEWS, key="d1")
        assert caught.value.reason is DeliveryReason.CHANNEL_GONE
        assert "install it there again" in caught.value.detail
    assert len(server.called("chat.postMessage")) == 1
    await messenger.post(PLACE, NEWS, key="d2")
    server.workspace.tokens["xoxb-canary-newer"] = OTHER
    installing.workspaces.store.save(
        Installation(
            app_id="A0", team_id=OTHER, bot_token="xoxb-canary-newer", bot_id="B0", bot_user_id="U0", user_id="U1"
        )
    )
    await messenger.post(there, NEWS, key="d3")


async def test_a_workspace_without_the_app_is_named(messenger: SlackMessenger) -> None:
    with pytest.raises(DeliveryError, match="not installed in the workspace T0NOBODY") as caught:
        await messenger.post(Place(platform="slack", workspace="T0NOBODY", channel="C1"), NEWS, key="d1")
    assert caught.value.reason is DeliveryReason.CHANNEL_GONE
