"""Signing in with the access token, and out again."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from bot.ports import Clock
from bot.web.drawing import Drawing
from bot.web.guards import SESSION, too_many
from bot.web.limits import GUESSES, Limit
from bot.web.sessions import COOKIE, LIFE, Sessions

LONGEST = 1000  # characters of what is taken for a token


class SignIn:
    """The page that asks for the token. ``where`` says where its file is, for those who look for it."""

    def __init__(self, sessions: Sessions, clock: Clock, drawing: Drawing, where: str, *, is_secure: bool) -> None:
        self._sessions = sessions
        self._clock = clock
        self._drawing = drawing
        self._where = where
        self._is_secure = is_secure
        self._guesses = Limit(GUESSES, clock.monotonic)

    async def show(self, request: web.Request) -> web.Response:
        """Ask for the token."""
        return self._page(request.query.get("to", ""), "")

    async def enter(self, request: web.Request) -> web.Response:
        """Begin a session, or say that the token is wrong: slower each time, from the fifth on."""
        form = await request.post()
        given, target = str(form.get("token", ""))[:LONGEST], str(form.get("to", ""))
        address = request.remote or ""
        wait = self._guesses.wait(address)
        if wait:
            raise too_many(f"Too many wrong tokens. The next one is looked at in {int(wait) + 1} seconds.", wait)
        if not self._sessions.admits(given):
            self._guesses.take(address)
            return self._page(target, "That is not the access token.", status=403)
        reply = web.Response(status=303, headers={"Location": inside(target)})
        reply.set_cookie(
            COOKIE,
            self._sessions.begin(self._clock.now()),
            max_age=int(LIFE.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=self._is_secure,
        )
        return reply

    async def leave(self, request: web.Request) -> web.Response:
        """End the session."""
        self._sessions.end(request[SESSION], self._clock.now())
        reply = web.Response(status=303, headers={"Location": "/sign-in"})
        reply.del_cookie(COOKIE)
        return reply

    def _page(self, target: str, trouble: str, status: int = 200) -> web.Response:
        shown = {"title": "Sign in", "nav": [], "to": inside(target), "trouble": trouble, "where": self._where}
        text = self._drawing.draw("sign_in.html", shown)
        return web.Response(text=text, status=status, content_type="text/html")


def inside(target: str) -> str:
    """Return a path of ours, whatever somebody wants to be led to: never another site."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    is_path = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if is_path and not parts.scheme and not parts.netloc else "/"
