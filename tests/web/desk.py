"""The web page as it is served: a real server on 127.0.0.1 over a real database that the real pipeline filled."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from adapters.webserver import WebServer
from bot.secret import Secret
from bot.web.door import Door
from bot.web.routes import ROUTES
from bot.web.sessions import COOKIE, Sessions
from bot.web.site import Site
from tests.bot.commands.newsroom import HERE, LOWER, RANGE, RIVAL, Newsroom
from tests.shared import ROOT

TOKEN = "a-token-of-these-tests-only"
SEED = (ROOT / "seeds" / "un-mandate-and-us-withdrawal.txt").read_text(encoding="utf-8")
THIRD = (
    "Allied officials met in Brussels on Monday. Washington is expected to withdraw 55,000 troops from Europe, "
    "AFP reports, citing a senator. No decision on the withdrawal from Europe has been announced."
)
HOSTILE = "<script>alert(1)</script> & \"quoted\" 'title' \u202eelttit"


@dataclass(slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    text: str
    headers: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Browser:
    """Asks the server as a browser does: it keeps the cookie, and says where a form comes from."""

    base: str
    room: Newsroom
    client: aiohttp.ClientSession

    async def get(self, path: str, **headers: str) -> Answer:
        """Load an address, redirects not followed."""
        async with self.client.get(self.base + path, headers=headers, allow_redirects=False) as reply:
            return Answer(status=reply.status, text=await reply.text(), headers=reply.headers)

    async def post(self, path: str, form: Mapping[str, str], **headers: str) -> Answer:
        """Send a form from a page of ours, unless ``headers`` say otherwise."""
        own = {"Origin": self.base, "Sec-Fetch-Site": "same-origin"} | headers
        given = {name: value for name, value in own.items() if value}
        async with self.client.post(self.base + path, data=form, headers=given, allow_redirects=False) as reply:
            return Answer(status=reply.status, text=await reply.text(), headers=reply.headers)

    async def sign_in(self, token: str = TOKEN) -> Answer:
        """Sign in with the token."""
        return await self.post("/sign-in", {"token": token, "to": "/"})

    async def form_token(self) -> str:
        """Return the form token of the session, as the pages carry it."""
        (found, *_) = re.findall(r'name="form_token" value="([0-9a-f]+)"', (await self.get("/")).text)
        return str(found)


@asynccontextmanager
async def serving(room: Newsroom, *, hosts: Sequence[str] = ()) -> AsyncIterator[Browser]:
    """Serve the web page of a newsroom, and give out a browser that is not signed in."""
    sessions = Sessions(Secret(TOKEN))
    door = Door(sessions=sessions, where="var/web-token", hosts=frozenset(hosts))
    monitors = [web.get("/healthz", _well)]
    server = WebServer(lambda: Site(room.commands.desk, door, ROUTES).application(monitors), host="127.0.0.1", port=0)
    port = await server.start()
    jar = aiohttp.CookieJar(unsafe=True)  # unsafe: for an address instead of a name
    try:
        async with aiohttp.ClientSession(cookie_jar=jar) as client:
            yield Browser(base=f"http://127.0.0.1:{port}", room=room, client=client)
    finally:
        await server.close()


async def _well(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def fill(room: Newsroom) -> None:
    """Publish what the pages are looked at with: the seed article, a range that changes, a rival, a hostile title."""
    await room.subscribe()
    await room.subscribe(topic="un-mandate-peacekeeping")
    await room.publish("Made-up Courier", "Allies weigh a withdrawal", RANGE, hours=70)
    await room.publish("Made-up Wire", "Withdrawal may be smaller", LOWER, hours=46)
    await room.publish("Made-up Herald", "Withdrawal may be larger", RIVAL, hours=20)
    await room.publish("Made-up Post", "A third count of the withdrawal", THIRD, hours=15)
    await room.publish("UNN", "Peacekeepers and a withdrawal", SEED, hours=6)
    await room.publish("Made-up Gazette", HOSTILE, RANGE, hours=3)
    await room.deliver()


COOKIE_NAME = COOKIE
PLACE = HERE
