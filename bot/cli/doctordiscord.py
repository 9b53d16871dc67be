"""Asks Discord: is the token good, what is the application allowed, may Tocsin post where it is subscribed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.discord.client import DiscordAccount
from adapters.discord.invite import PERMISSION_BITS, invite_url
from bot.checkup.findings import Finding, fail, ok, warn
from bot.errors import DeliveryError, DeliveryReason
from bot.ports import Place
from bot.secret import Secret

AREA = "discord"
CALL_TIMEOUT = 15.0
THREADS = ("Create Public Threads", "Send Messages in Threads")
THREADLESS = frozenset({2, 13})  # the text chat of voice and stage channels, by Discord's number of their type


async def check(token: Secret, places: Sequence[Place], url: str | None) -> list[Finding]:
    """Return what is found; never raises for what Discord says."""
    account = DiscordAccount(token, api_url=url, call_timeout=CALL_TIMEOUT)
    try:
        client = await account.client()
        application = await account.call(AREA, lambda each: each.application_info(), repeatable=True)
        invite = invite_url(str(application.id))
        findings = [ok(AREA, f"the token is good for {client.user}"), _intents(application)]
        findings += [await _check_place(account, place, invite) for place in places]
    except DeliveryError as error:
        is_refused = error.reason is DeliveryReason.TOKEN_REFUSED
        fix = "Reset Token under Bot, set TOCSIN_DISCORD_TOKEN anew" if is_refused else "try again in some minutes"
        return [fail(AREA, error.detail, fix)]
    finally:
        await account.close()
    return findings


def _intents(application: Any) -> Finding:
    """Tocsin connects with Guilds alone, which is not privileged: more is a door that nobody needs open."""
    flags = application.flags
    privileged = {
        "Presence": flags.gateway_presence or flags.gateway_presence_limited,
        "Server Members": flags.gateway_guild_members or flags.gateway_guild_members_limited,
        "Message Content": flags.gateway_message_content or flags.gateway_message_content_limited,
    }
    allowed = [name for name, is_on in privileged.items() if is_on]
    if allowed:
        text = f"privileged intents are on that Tocsin never uses: {', '.join(allowed)}"
        return warn(AREA, text, "switch them off under Bot, Privileged Gateway Intents")
    return ok(AREA, "intents: Guilds alone, none that is privileged")


async def _check_place(account: DiscordAccount, place: Place, invite: str) -> Finding:
    where = f"channel {place.channel}"
    if not (place.workspace.isdecimal() and place.channel.isdecimal()):
        return fail(
            AREA, f"{where} in server {place.workspace}: ids are numbers", "copy the ids: Developer Mode, Copy ID"
        )
    try:
        channel, missing = await account.call(str(place), lambda each: _missing(each, place), repeatable=True)
    except DeliveryError as error:
        is_gone = error.reason is DeliveryReason.CHANNEL_GONE
        fix = "unsubscribe it, or take it out of tocsin.yaml" if is_gone else f"let Tocsin in: {invite}"
        return fail(AREA, f"{where}: {error.detail}", fix)
    name = f"{where} (#{channel.name})"
    if missing:
        return fail(
            AREA,
            f"{name}: Tocsin lacks {', '.join(missing)}",
            f"Edit Channel, Permissions; or invite it anew: {invite}",
        )
    return ok(AREA, f"{name} can be posted to, with threads")


async def _missing(client: Any, place: Place) -> tuple[Any, list[str]]:
    """Return the channel and the permissions that Tocsin lacks there, by Discord's own names."""
    guild = await client.fetch_guild(int(place.workspace), with_counts=False)
    me = await guild.fetch_member(client.user.id)
    channel = await guild.fetch_channel(int(place.channel))
    have = channel.permissions_for(me).value
    is_threadless = channel.type.value in THREADLESS
    wanted = {name: bit for name, bit in PERMISSION_BITS.items() if not (is_threadless and name in THREADS)}
    return channel, [name for name, bit in wanted.items() if not have >> bit & 1]
