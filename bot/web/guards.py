"""Middlewares around every page: what is refused before a view is asked, and what an error looks like.

error page <- host -> pace -> origin of a POST -> session -> form token -> the view
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from urllib.parse import urlencode

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.commands.parse import CommandError
from bot.ports import Clock
from bot.web import origins
from bot.web.frame import Missing
from bot.web.limits import PAGES, Limit
from bot.web.sessions import COOKIE, Session, Sessions
from rules.errors import TocsinError

ErrorPage = Callable[[web.Request, int, str], web.Response]
"""Draws the page of an error: the request, the status, one sentence."""

log = structlog.get_logger("tocsin.web")
SESSION = web.RequestKey("session", Session)
FORM_FIELD = "form_token"
FORM_HEADER = "X-Tocsin-Form"
PUBLIC = ("/sign-in", "/static/")
_READS = {"GET", "HEAD"}
_SENTENCES = {
    404: "There is no such page. What there is stands in the navigation.",
    405: "This address takes no such request.",
    413: "That is too much for one request. A megabyte is the most that a form may send.",
}


class Guards:
    """Builds the middlewares. ``monitors`` are paths that anybody may ask under any name, as monitors do."""

    def __init__(
        self, sessions: Sessions, clock: Clock, hosts: Collection[str], monitors: Collection[str], page: ErrorPage
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._hosts = hosts
        self._monitors = frozenset(monitors)
        self._page = page
        self._pace = Limit(PAGES, clock.monotonic)

    @property
    def middlewares(self) -> list[Middleware]:
        """The middlewares, outermost first."""
        return [self._answered, self._guarded]

    @web.middleware
    async def _answered(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Turn whatever goes wrong into a page that says so in a sentence, without a traceback."""
        try:
            return await handler(request)
        except web.HTTPException as answer:
            if answer.status < 400:
                raise
            page = self._page(request, answer.status, _sentence(answer))
            if "Retry-After" in answer.headers:
                page.headers["Retry-After"] = answer.headers["Retry-After"]
            return page
        except Missing as missing:
            return self._page(request, 404, str(missing))
        except CommandError as error:
            return self._page(request, 400, str(error))
        except TocsinError as error:
            log.warning("page failed", path=request.path, error=str(error))
            return self._page(request, 503, f"That did not work: {error}")
        except Exception:
            log.exception("page failed", path=request.path)
            return self._page(request, 500, "This is a defect of Tocsin's. What happened stands in its log.")

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path in self._monitors:
            return await handler(request)
        self._check_host(request)
        self._check_pace(request)
        if request.method not in _READS:
            _check_origin(request)
        if not request.path.startswith(PUBLIC):
            await self._check_session(request)
        return await handler(request)

    def _check_host(self, request: web.Request) -> None:
        if not origins.is_ours(request.headers.get("Host", ""), self._hosts):
            raise web.HTTPMisdirectedRequest(
                text="Tocsin has another name. The operator can set the one you used as web.public_url in tocsin.yaml."
            )

    def _check_pace(self, request: web.Request) -> None:
        wait = self._pace.take(request.remote or "")
        if wait:
            raise too_many("Too many requests; wait a moment and load the page again.", wait)

    async def _check_session(self, request: web.Request) -> None:
        """Let those pass who are signed in, and changes only with the token that forms of theirs carry."""
        session = self._sessions.read(request.cookies.get(COOKIE, ""), self._clock.now())
        if session is None:
            if request.method in _READS and not wants_json(request):
                raise web.HTTPSeeOther(f"/sign-in?{_after(request)}")
            raise web.HTTPUnauthorized(text="You are signed out. Sign in in another tab, then send this again.")
        request[SESSION] = session
        if request.method not in _READS:
            given = request.headers.get(FORM_HEADER) or (await request.post()).get(FORM_FIELD, "")
            if not isinstance(given, str) or not self._sessions.is_form_of(session, given):
                raise web.HTTPForbidden(
                    text="This form is not of your session. Go back, load its page anew, send again."
                )


def wants_json(request: web.Request) -> bool:
    """Tell whether it is a program that asks, rather than a reader."""
    return "application/json" in request.headers.get("Accept", "")


def too_many(sentence: str, wait: float) -> web.HTTPTooManyRequests:
    """Return the refusal of one who asks too often."""
    return web.HTTPTooManyRequests(text=sentence, headers={"Retry-After": str(int(wait) + 1)})


def _check_origin(request: web.Request) -> None:
    sent_by = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if not origins.is_same_site(request.headers.get("Host", ""), *sent_by):
        raise web.HTTPForbidden(text="This was not sent by a page of Tocsin's, so nothing was done.")


def _after(request: web.Request) -> str:
    """Return the parameter that leads back to where somebody wanted to go."""
    return urlencode({"to": request.path_qs}) if request.path != "/" else ""


def _sentence(answer: web.HTTPException) -> str:
    own = answer.text if answer.text and answer.text != f"{answer.status}: {answer.reason}" else ""
    if answer.status in _SENTENCES and not isinstance(answer, web.HTTPForbidden):
        return _SENTENCES[answer.status]
    return own or f"{answer.reason}."
