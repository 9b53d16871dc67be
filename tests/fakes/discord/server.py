"""The fake Discord: one aiohttp server on 127.0.0.1 with REST and gateway, that records and checks every request."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from tests.fakes.discord import contract, interactions
from tests.fakes.discord.faults import Fault, Faults
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.interactions import Interaction
from tests.fakes.discord.rest import ROUTES, Handler, Request, limit_faults
from tests.fakes.discord.world import Json, RefusalError, World

API = "/api/v10"
UNSIGNED = ("create_interaction_response", "update_original_webhook_message", "execute_webhook", "get_gateway")
CLOUDFLARE_PAGE = "<!doctype html><title>Access denied | discord.com used Cloudflare to restrict access</title>"


class FakeDiscord:
    """Start it with ``fake_discord()``. ``faults`` decides what fails, ``violations`` lists broken contracts."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.world = World(token)
        self.faults = Faults()
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self.uploads: dict[str, bytes] = {}  # what users attached, until somebody deletes it
        self.api_url = self.gateway_url = ""
        self.gateway: Gateway
        self._interactions: dict[str, Interaction] = {}
        self._stopping = asyncio.Event()
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        for method, path, operation, handler in ROUTES:
            app.router.add_route(method, API + path, self._endpoint(operation, handler))
        app.router.add_get("/", self._serve_gateway)
        app.router.add_get("/attachments/{id}/{name}", self._serve_upload)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        await web.SockSite(self._runner, listener).start()
        port = listener.getsockname()[1]
        self.api_url = f"http://127.0.0.1:{port}"
        self.gateway_url = f"ws://127.0.0.1:{port}/"
        self.gateway = Gateway(self.world, self.gateway_url)

    async def stop(self) -> None:
        self._stopping.set()
        assert self._runner is not None
        await self._runner.cleanup()

    def sent(self, operation: str) -> list[Request]:
        """Return the requests of one operation, in order."""
        return [request for request in self.requests if request.operation == operation]

    async def arrived(self, operation: str) -> Request:
        """Wait for the first request of an operation."""
        async with asyncio.timeout(interactions.PATIENCE):
            while not self.sent(operation):
                self._changed.clear()
                await self._changed.wait()
        return self.sent(operation)[0]

    def messages(self, channel: str) -> list[Json]:
        """Return what stands in a channel or thread, oldest first."""
        return list(self.world.messages.get(channel, {}).values())

    def delete_message(self, channel: str, message: str) -> None:
        del self.world.messages[channel][message]

    def delete_channel(self, channel: str) -> None:
        del self.world.channels[channel]

    def forget_nonces(self) -> None:
        """Let the minutes pass in which Discord remembers a nonce."""
        self.world.nonces.clear()

    def interaction(self, token: str) -> Interaction:
        try:
            return self._interactions[token]
        except KeyError:
            raise RefusalError(10062, 404, "Unknown interaction") from None

    async def slash(
        self,
        channel: Json,
        name: str,
        *,
        permissions: int = 0,
        user: str = "ana",
        attached: Mapping[str, tuple[str, bytes]] | None = None,
        roles: Sequence[str] = (),
        **given: str,
    ) -> Interaction:
        """Let a user run ``/tocsin name`` with options, as the client sends them by the registered command.

        An option whose name Python reserves is given with an underscore behind it. ``attached`` maps options to the
        name and content of a file.
        """
        given = {key.rstrip("_"): value for key, value in given.items()}
        files = {key: self._upload(*file) for key, file in (attached or {}).items()}
        values = given | {key: file["id"] for key, file in files.items()}
        options = [{"type": self._type_of(name, key), "name": key, "value": value} for key, value in values.items()]
        data = {**self._command(), "options": self._nested(name, options)}
        if files:
            data["resolved"] = {"attachments": {file["id"]: file for file in files.values()}}
        return await self._interact(interactions.SLASH, channel, data, permissions=permissions, name=user, roles=roles)

    async def complete(self, channel: Json, name: str, option: str, partial: str) -> Interaction:
        """Let a user type into an option."""
        focused = {"type": 3, "name": option, "value": partial, "focused": True}
        data = {**self._command(), "options": self._nested(name, [focused])}
        interaction = await self._interact(interactions.AUTOCOMPLETE, channel, data, permissions=0, name="ana")
        return await interaction.until(lambda each: each.acknowledgements)

    async def press(self, channel: Json, message: Json, custom_id: str, *, permissions: int = 0) -> Interaction:
        """Let a user press a button."""
        data = {"custom_id": custom_id, "component_type": 2}
        return await self._interact(
            interactions.COMPONENT, channel, data, permissions=permissions, name="ana", message=message
        )

    async def choose(self, channel: Json, message: Json, entry: str) -> Interaction:
        """Let a user choose an entry of a message's menu."""
        command = next(each for each in self.world.commands if each["name"] == entry and each["type"] == 3)
        resolved = {"messages": {message["id"]: message}}
        data = {"id": command["id"], "name": entry, "type": 3, "target_id": message["id"], "resolved": resolved}
        return await self._interact(interactions.SLASH, channel, data, permissions=0, name="ana")

    async def submit(
        self, channel: Json, modal: Json, *, permissions: int = 0, user: str = "ana", **values: Any
    ) -> Interaction:
        """Let a user submit a form; what is not given stays as it was shown."""
        data = interactions.filled(modal, values)
        return await self._interact(interactions.SUBMISSION, channel, data, permissions=permissions, name=user)

    async def repeat(self, interaction: Interaction) -> None:
        """Deliver the same interaction once more."""
        await self.gateway.dispatch("INTERACTION_CREATE", interaction.payload)

    async def _interact(self, kind: int, channel: Json, data: Json, **more: Any) -> Interaction:
        payload = interactions.payload(self.world, kind, channel, data, **more)
        interaction = Interaction(self.world, kind, payload)
        self._interactions[interaction.token] = interaction
        await self.gateway.dispatch("INTERACTION_CREATE", payload)
        return interaction

    def _upload(self, name: str, content: bytes) -> Json:
        number = self.world.snowflake()
        self.uploads[number] = content
        url = f"{self.api_url}/attachments/{number}/{name}"
        return {"id": number, "filename": name, "size": len(content), "url": url, "proxy_url": url}

    async def _serve_upload(self, request: web.Request) -> web.Response:
        content = self.uploads.get(request.match_info["id"])
        return web.Response(status=404) if content is None else web.Response(body=content)

    def _command(self) -> Json:
        command = next(each for each in self.world.commands if each["name"] == "tocsin")
        return {"id": command["id"], "name": "tocsin", "type": 1}

    def _nested(self, name: str, options: list[Json]) -> list[Json]:
        words = name.split()
        inner: list[Json] = [{"type": 1, "name": words[-1], "options": options}]
        return [{"type": 2, "name": words[0], "options": inner}] if len(words) == 2 else inner

    def _type_of(self, name: str, option: str) -> int:
        """Return the type of an option as registered; a client offers no other."""
        level: Json = next(each for each in self.world.commands if each["name"] == "tocsin")
        for word in (*name.split(), option):
            level = next(each for each in level["options"] if each["name"] == word)
        return int(level["type"])

    async def _serve_gateway(self, request: web.Request) -> web.StreamResponse:
        return await self.gateway.serve(request)

    def _endpoint(self, operation: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def endpoint(raw: web.Request) -> web.StreamResponse:
            request = await _read(operation, raw)
            self.requests.append(request)
            self._changed.set()
            fault = self.faults.take(operation)
            if fault is not None and not fault.is_after:
                return await self._fail(fault, raw)
            answer = await self._answer(handler, request)
            return answer if fault is None else await self._fail(fault, raw)

        return endpoint

    async def _answer(self, handler: Handler, request: Request) -> web.Response:
        if request.operation not in UNSIGNED and request.headers.get("Authorization") != f"Bot {self.token}":
            return _json({"message": "401: Unauthorized", "code": 0}, 401)
        try:
            broken = self._broken(request)
            if broken:
                self.violations.extend(broken)
                return _json({"message": "Invalid Form Body", "code": 50035, "errors": {"_": broken}}, 400)
            return _json(await handler(self, request), 200)
        except RefusalError as refusal:
            return _json({"message": refusal.message, "code": refusal.code}, refusal.status)
        except Exception as error:  # noqa: BLE001 - a fault of the fake must end the test, not look like Discord's
            self.violations.append(f"the fake itself failed in {request.operation}: {error!r}")
            return _json({"message": "the fake failed", "code": 0}, 400)

    def _broken(self, request: Request) -> list[str]:
        if request.body is None:
            return []
        return limit_faults(request.operation, request.body) + contract.violations(request.operation, request.body)

    async def _fail(self, fault: Fault, raw: web.Request) -> web.StreamResponse:
        if fault.cut == "hang":
            await self._stopping.wait()
        if fault.cut:
            if raw.transport is not None:  # whoever asked may be gone
                raw.transport.abort()
            return web.Response()
        if fault.wait == "cloudflare":
            return web.Response(status=429, text=CLOUDFLARE_PAGE, content_type="text/html")
        if fault.wait:
            return _limited(fault)
        if fault.code:
            return _json({"message": "refused", "code": fault.code}, fault.status, {"Via": "1.1 google"})
        return _json({"message": f"{fault.status}: error", "code": 0}, fault.status)


def _limited(fault: Fault) -> web.Response:
    body: Json = {"message": "You are being rate limited.", "global": fault.is_global}
    if fault.wait != "bare":
        body["retry_after"] = float(fault.wait)
    return _json(body, 429, {"Via": "1.1 google"})


def _json(body: Any, status: int, headers: dict[str, str] | None = None) -> web.Response:
    """Answer with the bare content type: discord.py reads no JSON from any other."""
    return web.Response(
        body=json.dumps(body).encode(), status=status, headers={"Content-Type": "application/json", **(headers or {})}
    )


async def _read(operation: str, raw: web.Request) -> Request:
    body, files = None, []
    if raw.content_type == "multipart/form-data":
        form = await raw.post()
        body = json.loads(str(form["payload_json"]))
        for index, name in enumerate(key for key in form if key.startswith("files[")):
            part = form[name]
            assert isinstance(part, web.FileField)
            size = len(part.file.read())
            url = f"https://cdn.discordapp.com/attachments/1/{index}/{part.filename}"
            files.append({"id": str(index), "filename": part.filename, "size": size, "url": url, "proxy_url": url})
    elif raw.can_read_body and (text := await raw.text()):
        body = json.loads(text)
    return Request(
        operation=operation,
        method=raw.method,
        path=raw.path.removeprefix(API),
        ids=dict(raw.match_info),
        query=dict(raw.query),
        body=body,
        files=files,
        headers=dict(raw.headers),
    )
