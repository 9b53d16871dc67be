"""Asks Slack: is the token good, does it carry the manifest's scopes, may Tocsin post where it is subscribed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from adapters.slack.client import http_session, web_client
from adapters.slack.errors import Effect, delivery_error
from bot.checkup.findings import Finding, fail, ok, warn
from bot.errors import DeliveryError
from bot.ports import Place
from bot.secret import Secret
from bot.setup import kit
from rules import strictyaml

AREA = "slack"
REINSTALL = "paste the manifest again at https://api.slack.com/apps, App Manifest, then Install App, Reinstall"
WITHOUT_INVITATION = "chat:write.public"


async def check(bot: Secret, app: Secret | None, places: Sequence[Place], url: str | None) -> list[Finding]:
    """Return what is found; never raises for what Slack says."""
    async with _client(bot, url) as client:
        try:
            answer = await _call(client, "auth.test")
        except DeliveryError as error:
            return [fail(AREA, f"the bot token: {error.detail}", "Install App again, set TOCSIN_SLACK_BOT_TOKEN anew")]
        team, name = str(answer.data.get("team_id") or ""), str(answer.data.get("team") or "")
        findings = [ok(AREA, f"the bot token is good for {name or 'the workspace'} ({team})")]
        scopes = _scopes(answer.headers)
        findings += _check_scopes(scopes)
        for place in places:
            findings.append(await _check_place(client, place, team, scopes))
    return [*findings, *(await _check_app(app, url))]


def needed_scopes() -> tuple[str, ...]:
    """Return the bot scopes that the manifest asks for."""
    value: Any = strictyaml.parse(kit.manifest(), "manifest.yaml").value
    return tuple(value["oauth_config"]["scopes"]["bot"])


def _scopes(headers: Any) -> frozenset[str]:
    lowered = {str(name).lower(): str(value) for name, value in dict(headers).items()}
    return frozenset(scope.strip() for scope in lowered.get("x-oauth-scopes", "").split(",") if scope.strip())


def _check_scopes(scopes: frozenset[str]) -> list[Finding]:
    if not scopes:
        return [warn(AREA, "Slack did not say which scopes the token has", "compare them with the manifest yourself")]
    missing = [scope for scope in needed_scopes() if scope not in scopes]
    if missing:
        return [fail(AREA, f"the app lacks the scopes {', '.join(missing)}", REINSTALL)]
    return [ok(AREA, f"all {len(needed_scopes())} scopes are there")]


async def _check_app(app: Secret | None, url: str | None) -> list[Finding]:
    if app is None:
        return []  # said with the other tokens
    async with _client(app, url) as client:
        try:
            await _call(client, "apps.connections.open")
        except DeliveryError as error:
            fix = "Basic Information, App-Level Tokens: make one with connections:write, set TOCSIN_SLACK_APP_TOKEN"
            return [fail(AREA, f"the app token: {error.detail}", fix)]
    return [ok(AREA, "the app token opens the connection that commands come in by")]


async def _check_place(client: Any, place: Place, team: str, scopes: frozenset[str]) -> Finding:
    if place.workspace != team:
        text = f"channel {place.channel} is in the workspace {place.workspace}, the token is for {team}"
        return warn(AREA, text, "give the channel's own workspace id, or the token of that workspace")
    try:
        answer = await _call(client, "conversations.info", channel=place.channel)
    except DeliveryError as error:
        return fail(AREA, f"channel {place.channel}: {error.detail}", "/invite @Tocsin there, or unsubscribe it")
    found = answer.data.get("channel") or {}
    name = f"channel {place.channel}" + (f" (#{found['name']})" if found.get("name") else "")
    if found.get("is_archived"):
        return fail(AREA, f"{name} is archived", "unarchive it, or unsubscribe it")
    is_open = not found.get("is_private") and (WITHOUT_INVITATION in scopes or not scopes)
    if not found.get("is_member") and not is_open:
        return fail(AREA, f"Tocsin is not in {name}", "/invite @Tocsin there")
    return ok(AREA, f"{name} can be posted to")


@asynccontextmanager
async def _client(token: Secret, url: str | None) -> AsyncIterator[Any]:
    client = web_client(token.reveal(), url)
    async with http_session() as session:
        client.session = session
        yield client


async def _call(client: Any, method: str, **body: str) -> Any:
    """Make a call. Raises DeliveryError with what it means."""
    try:
        return await client.api_call(method, json=body)
    except Exception as error:
        raise delivery_error(AREA, error, Effect.HARMLESS) from error
