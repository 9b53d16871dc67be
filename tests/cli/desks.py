"""A Slack and a Discord that also tell what ``tocsin doctor`` asks: scopes, membership, permissions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import time
from typing import Any

from aiohttp import web

from bot.cli.doctorslack import needed_scopes
from tests.fakes.discord.rest import ROUTES, Request, route
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import RefusalError
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.workspace import Workspace

Json = dict[str, Any]


class TellingWorkspace(Workspace):
    """Says of itself and its channels what Slack says."""

    def answer(self, method: str, body: Json, token: str) -> Json:
        answer = super().answer(method, body, token)
        if answer["ok"] and method == "auth.test":
            answer["team"] = "The Desk"
        if answer["ok"] and method == "conversations.info":
            channel = self.channels[body["channel"]]
            told = {"name": "alerts", "is_member": channel.is_member, "is_private": channel.is_private}
            answer["channel"] |= told
        return answer


class TellingSlack(FakeSlack):
    """Names the token's scopes in every answer, as Slack does."""

    def __init__(self) -> None:
        super().__init__(time)
        self.workspace = TellingWorkspace(time)
        self.scopes = list(needed_scopes())

    async def _api(self, request: web.Request) -> web.StreamResponse:
        response = await super()._api(request)
        if self.scopes:
            response.headers["X-OAuth-Scopes"] = ",".join(self.scopes)
        return response


@asynccontextmanager
async def telling_slack() -> AsyncIterator[TellingSlack]:
    server = TellingSlack()
    server.add_channel("C0GENERAL")
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
    assert server.violations == []


def _offer() -> None:
    """Teach the fake Discord two operations that only the doctor uses."""
    known = {operation for _, _, operation, _ in ROUTES}

    async def get_guild(server: FakeDiscord, request: Request) -> Json:
        guild = server.world.guilds.get(request.ids["guild"])
        if guild is None:
            raise RefusalError(10004, 404, "Unknown Guild")
        return {key: value for key, value in guild.items() if key not in ("members", "voice_states", "presences")}

    async def get_member(server: FakeDiscord, request: Request) -> Json:
        guild = server.world.guilds[request.ids["guild"]]
        return next(member for member in guild["members"] if member["user"]["id"] == request.ids["user"])

    if "get_guild" not in known:
        route("GET", "/guilds/{guild}", "get_guild")(get_guild)
    if "get_guild_member" not in known:
        route("GET", "/guilds/{guild}/members/{user}", "get_guild_member")(get_member)


_offer()
