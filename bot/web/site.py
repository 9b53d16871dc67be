"""The web page as one aiohttp application, beside the addresses for monitors. Light until somebody opens it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiohttp import web
from aiohttp.typedefs import Handler

from bot import __version__
from bot.commands.desk import Desk
from bot.web import headers
from bot.web.door import Door
from bot.web.drawing import TYPES, Drawing
from bot.web.frame import Ask, Missing, Route, View
from bot.web.guards import SESSION, Guards, wants_json
from bot.web.routes import ROUTES
from bot.web.signin import SignIn

MOST_SENT = 1024 * 1024  # bytes of a request
FOREVER = "public, max-age=31536000, immutable"  # a static file's address changes with it


class Site:
    """Puts the pages into an application. They work with what the commands work with."""

    def __init__(self, desk: Desk, door: Door, routes: Sequence[Route] = ROUTES) -> None:
        self._desk = desk
        self._clock = desk.clock
        self._door = door
        self._routes = routes
        self._drawing = Drawing()

    def application(self, monitors: Sequence[web.RouteDef] = ()) -> web.Application:
        """Return the application, with the routes for monitors, which need no token."""
        paths = [route.path for route in monitors]
        guards = Guards(self._door.sessions, self._clock, self._door.hosts, paths, self._error)
        application = web.Application(client_max_size=MOST_SENT, middlewares=guards.middlewares)
        application.on_response_prepare.append(_dress)
        sign = SignIn(self._door.sessions, self._clock, self._drawing, self._door.where, is_secure=self._door.is_secure)
        application.router.add_routes(
            [
                *monitors,
                web.get("/sign-in", sign.show),
                web.post("/sign-in", sign.enter),
                web.post("/sign-out", sign.leave),
                web.get("/static/{name}", self._static),
                *(web.route(route.method, route.path, self._handler(route)) for route in self._routes),
            ]
        )
        return application

    def _handler(self, route: Route) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            is_post = request.method == "POST"
            form = await request.post() if is_post else {}
            shown = await route.show(
                Ask(
                    desk=self._desk,
                    now=self._clock.now(),
                    query=dict(request.query),
                    parts=dict(request.match_info),
                    form={name: value for name, value in form.items() if isinstance(value, str)},
                    request=request,
                )
            )
            if not isinstance(shown, View):
                return shown
            return await asyncio.to_thread(self._page, request, shown)  # a long page takes its time

        return handle

    def _page(self, request: web.Request, view: View) -> web.Response:
        session = request.get(SESSION)
        frame = {
            "title": view.title,
            "nav": [(route.nav, route.path) for route in self._routes if route.nav] if session else [],
            "here": "/" + request.path.split("/")[1],
            "form_token": session.form_token if session else "",
            "version": __version__,
        }
        text = self._drawing.draw(view.template, {**view.data, **frame})
        return web.Response(text=text, status=view.status, content_type="text/html")

    def _error(self, request: web.Request, status: int, sentence: str) -> web.Response:
        if wants_json(request):
            return web.json_response({"error": sentence}, status=status)
        titles = {404: "Not found", 403: "Refused", 429: "Too fast"}
        view = View(
            template="error.html",
            title=titles.get(status, "That did not work"),
            data={"sentence": sentence, "code": status},
            status=status,
        )
        return self._page(request, view)

    async def _static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        body = self._drawing.statics.get(name)
        if body is None:
            raise Missing("There is no such file.")
        kind = TYPES["." + name.rpartition(".")[2]]
        return web.Response(body=body, headers={"Cache-Control": FOREVER}, content_type=kind, charset="utf-8")


async def _dress(_request: web.Request, reply: web.StreamResponse) -> None:
    """Dress every reply just before it leaves; middlewares see one that goes out by parts too late."""
    headers.dress(reply.headers)
