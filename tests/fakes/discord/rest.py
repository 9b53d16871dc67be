"""The REST half of the fake: the operations that Tocsin uses, named as in Discord's OpenAPI document."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adapters.discord import limits
from tests.fakes.discord.world import FORUM, NEWS, TEXT, THREAD, Json, RefusalError, now

if TYPE_CHECKING:
    from tests.fakes.discord.server import FakeDiscord


@dataclass(slots=True, kw_only=True)
class Request:
    """One request as it came in. ``body`` is None when there was none."""

    operation: str
    method: str
    path: str
    ids: dict[str, str]
    query: dict[str, str]
    body: Any
    files: list[Json] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[["FakeDiscord", Request], Awaitable[Any]]
ROUTES: list[tuple[str, str, str, Handler]] = []


def route(method: str, path: str, operation: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        ROUTES.append((method, path, operation, handler))
        return handler

    return register


def limit_faults(operation: str, body: Any) -> list[str]:
    """Return what the limit table says about a body, whatever the schema thinks."""
    match operation:
        case "create_message" | "execute_webhook" | "update_message" | "update_original_webhook_message":
            faults = limits.message_faults(body)
        case "create_thread" | "create_thread_from_message":
            faults = limits.thread_faults(body)
        case "bulk_set_application_commands":
            faults = tuple(fault for command in body for fault in limits.command_faults(command))
        case "create_interaction_response" if body.get("type") in (4, 7):
            faults = limits.message_faults(body.get("data") or {})
        case "create_interaction_response" if body.get("type") == 8:
            faults = limits.command_faults({"name": "x", "description": "x", "choices": body["data"]["choices"]})
        case "create_interaction_response" if body.get("type") == 9:
            faults = limits.modal_faults(body["data"])
        case _:
            faults = ()
    return [f"{operation}: {fault}" for fault in faults]


CROSSPOSTED = 1  # a flag of messages


@route("GET", "/users/@me", "get_my_user")
async def me(server: FakeDiscord, _: Request) -> Json:
    return server.world.bot


@route("POST", "/users/@me/channels", "create_dm")
async def create_dm(server: FakeDiscord, request: Request) -> Json:
    return server.world.open_direct(str(request.body["recipient_id"]))


@route("GET", "/oauth2/applications/@me", "get_my_oauth2_application")
async def application(server: FakeDiscord, _: Request) -> Json:
    world = server.world
    return {
        "id": world.application_id,
        "name": "Tocsin",
        "icon": None,
        "description": "",
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "owner": world.bot,
        "team": None,
        "summary": "",
    }


@route("GET", "/gateway", "get_gateway")
async def gateway(server: FakeDiscord, _: Request) -> Json:
    return {"url": server.gateway_url}


@route("GET", "/gateway/bot", "get_bot_gateway")
async def bot_gateway(server: FakeDiscord, _: Request) -> Json:
    limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    return {"url": server.gateway_url, "shards": server.gateway.shards, "session_start_limit": limit}


@route("GET", "/channels/{channel}", "get_channel")
async def get_channel(server: FakeDiscord, request: Request) -> Json:
    return server.world.channel(request.ids["channel"])


@route("PATCH", "/channels/{channel}", "update_channel")
async def update_channel(server: FakeDiscord, request: Request) -> Json:
    channel = server.world.channel(request.ids["channel"])
    state = channel.get("thread_metadata", {})
    if state.get("locked"):
        raise RefusalError(50013, 403, "Missing Permissions")
    for key in ("archived", "locked"):
        if key in request.body:
            state[key] = request.body[key]
    return channel


@route("POST", "/channels/{channel}/messages", "create_message")
async def create_message(server: FakeDiscord, request: Request) -> Json:
    channel = server.world.channel(request.ids["channel"])
    if channel["type"] == FORUM:
        raise RefusalError(50008, 400, "Cannot send messages in a non-text channel")
    state = channel.get("thread_metadata")
    if state is not None and state["locked"]:
        raise RefusalError(160005, 403, "Thread is locked")
    if state is not None:
        state["archived"] = False
    return server.world.post(channel["id"], request.body, request.files)


@route("POST", "/channels/{channel}/messages/{message}/crosspost", "crosspost_message")
async def crosspost_message(server: FakeDiscord, request: Request) -> Json:
    channel = server.world.channel(request.ids["channel"])
    if channel["type"] != NEWS:
        raise RefusalError(50068, 400, "Invalid message type")
    message: Json = server.world.messages[channel["id"]][request.ids["message"]]
    if message["flags"] & CROSSPOSTED:
        raise RefusalError(40033, 400, "This message has already been crossposted.")
    message["flags"] |= CROSSPOSTED
    return message


@route("GET", "/channels/{channel}/messages", "list_messages")
async def list_messages(server: FakeDiscord, request: Request) -> list[Json]:
    server.world.channel(request.ids["channel"])
    found = sorted(server.world.messages[request.ids["channel"]].values(), key=lambda each: int(each["id"]))
    limit = int(request.query.get("limit", 50))
    if after := request.query.get("after"):
        found = [each for each in found if int(each["id"]) > int(after)][:limit]
    if before := request.query.get("before"):
        found = [each for each in found if int(each["id"]) < int(before)]
    kept = [{key: value for key, value in each.items() if key != "nonce"} for each in found[-limit:]]
    return list(reversed(kept))


@route("GET", "/channels/{channel}/messages/{message}", "get_message")
async def get_message(server: FakeDiscord, request: Request) -> Json:
    return server.world.message(request.ids["channel"], request.ids["message"])


@route("PATCH", "/channels/{channel}/messages/{message}", "update_message")
async def update_message(server: FakeDiscord, request: Request) -> Json:
    message = server.world.message(request.ids["channel"], request.ids["message"])
    state = server.world.channel(request.ids["channel"]).get("thread_metadata")
    if state is not None and state["archived"]:
        raise RefusalError(50083, 400, "Thread is archived")
    changed = server.world.new_message(message["channel_id"], request.body, request.files, number=message["id"])
    for key in ("content", "embeds", "components", "attachments"):
        if key in request.body:
            message[key] = changed[key]
    message["edited_timestamp"] = now()
    return message


@route("POST", "/channels/{channel}/messages/{message}/threads", "create_thread_from_message")
async def create_thread_from_message(server: FakeDiscord, request: Request) -> Json:
    world = server.world
    parent = world.channel(request.ids["channel"])
    if parent["type"] not in (TEXT, NEWS):
        raise RefusalError(50024, 400, "Cannot execute action on this channel type")
    message = world.message(parent["id"], request.ids["message"])
    if message["flags"] & 32:
        raise RefusalError(160004, 400, "A thread has already been created for this message")
    message["flags"] |= 32
    body = request.body
    return world.add_thread(parent, message["id"], body["name"], body.get("auto_archive_duration", 1440))


@route("POST", "/channels/{channel}/threads", "create_thread")
async def create_forum_post(server: FakeDiscord, request: Request) -> Json:
    world = server.world
    forum = world.channel(request.ids["channel"])
    if forum["flags"] & 16 and not request.body.get("applied_tags"):
        raise RefusalError(40067, 400, "A tag is required to create a forum post in this channel")
    number = world.snowflake()
    thread = world.add_thread(forum, number, request.body["name"], request.body.get("auto_archive_duration", 1440))
    thread["applied_tags"] = request.body.get("applied_tags", [])
    message = world.post(number, request.body["message"], request.files, number=number)
    return {**thread, "message": message}


@route("GET", "/guilds/{guild}/threads/active", "get_active_guild_threads")
async def active_threads(server: FakeDiscord, request: Request) -> Json:
    return {"threads": server.world.active_threads(request.ids["guild"]), "members": []}


@route("PUT", "/applications/{application}/commands", "bulk_set_application_commands")
async def set_commands(server: FakeDiscord, request: Request) -> list[Json]:
    more = {
        "application_id": server.world.application_id,
        "version": "1",
        "default_member_permissions": None,
        "description": "",
    }
    server.world.commands = [{**more, **command, "id": server.world.snowflake()} for command in request.body]
    return server.world.commands


@route("POST", "/interactions/{interaction}/{token}/callback", "create_interaction_response")
async def callback(server: FakeDiscord, request: Request) -> Json:
    interaction = server.interaction(request.ids["token"])
    interaction.acknowledge(request.body, request.files)
    resource: Json = {"type": request.body["type"]}
    shown = interaction.original
    if shown is not None:
        resource["message"] = shown
    seen = {
        "id": interaction.id,
        "type": interaction.kind,
        "response_message_loading": request.body["type"] == 5,
        "response_message_ephemeral": interaction.is_ephemeral,
        **({"response_message_id": shown["id"]} if shown else {}),
    }
    return {"interaction": seen, "resource": resource}


@route("PATCH", "/webhooks/{application}/{token}/messages/@original", "update_original_webhook_message")
async def edit_original(server: FakeDiscord, request: Request) -> Json:
    return server.interaction(request.ids["token"]).edit(request.body, request.files)


@route("POST", "/webhooks/{application}/{token}", "execute_webhook")
async def follow_up(server: FakeDiscord, request: Request) -> Json:
    return server.interaction(request.ids["token"]).follow_up(request.body, request.files)


__all__ = ["ROUTES", "THREAD", "Request", "limit_faults"]
