"""HTTP GET for feeds and pages: one session, every limit on, every failure a FetchError with a reason.

The address is checked when the socket is made (``adapters.addresses``), on each hop of a redirect. Limits: a deadline
for the whole exchange, bytes after decompression, hops, connections per host. Nothing is taken from the environment:
with a proxy, the check would see the proxy's address only.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Collection
from contextvars import ContextVar
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from adapters.addresses import AddressPolicy
from bot.errors import FetchError, FetchReason
from bot.ports import Fetched, Validators
from bot.secret import without_secrets

MAX_BODY = 5 * 1024 * 1024
MAX_HOPS = 5
TIMEOUT = 15.0
PLACES = 4_096  # addresses kept taken apart: those of the feeds come round every few minutes
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, "
    "text/html;q=0.8, application/json;q=0.8, */*;q=0.5"
)
_CHALLENGED = ("cf-mitigated", "x-datadome", "x-amzn-waf-action", "x-sucuri-block")

AddrInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[object, ...]]


@dataclass(slots=True)
class _Hop:
    """What the socket factory needs to know of the request on whose behalf it is called, and tells it."""

    is_allowed: bool
    refused: list[str] = field(default_factory=list)


_hop: ContextVar[_Hop] = ContextVar("hop")


@dataclass(slots=True)
class _Gate:
    slots: asyncio.Semaphore
    users: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Redirect:
    status: int
    target: str


class _Place(NamedTuple):
    """An address that may be asked. ``netloc`` is host and port."""

    url: URL
    host: str
    netloc: str


class HttpFetcher:
    """A Fetcher over one aiohttp session. ``allow_private`` names hosts and networks that an admin allowed.

    ``per_host`` requests run at once against one host; waiting for one's turn is not part of ``timeout`` (seconds).
    """

    def __init__(
        self,
        *,
        user_agent: str,
        timeout: float = TIMEOUT,
        max_bytes: int = MAX_BODY,
        allow_private: Collection[str] = (),
        per_host: int = 1,
        connections: int = 100,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._policy = AddressPolicy(allow_private)
        self._per_host = per_host
        self._connections = connections
        self._resolver = resolver
        self._gates: dict[str, _Gate] = {}
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, url: str, validators: Validators | None = None) -> Fetched:
        """Fetch ``url``. Raises FetchError; never returns another status than 200 or 304."""
        left = self._timeout
        is_permanent = True
        current = url
        loop = asyncio.get_running_loop()
        started = loop.time()
        for _ in range(MAX_HOPS + 1):
            place = _place(current)
            if isinstance(place, str):
                raise _error(url, FetchReason.BAD_URL, place)
            gate = self._enter(place.netloc)
            try:
                async with gate.slots:
                    begun = loop.time()
                    answer = await self._hop(url, place, validators, left)
                    left -= loop.time() - begun
            finally:
                self._leave(place.netloc, gate)
            if isinstance(answer, _Redirect):
                is_permanent = is_permanent and answer.status in _PERMANENT
                current = answer.target
                continue
            body, status, headers = answer
            return Fetched(
                url=current,
                status=status,
                body=body,
                headers=headers,
                validators=Validators(etag=headers.get("etag"), last_modified=headers.get("last-modified")),
                permanent_url=current if current != url and is_permanent else None,
                elapsed=loop.time() - started,
            )
        raise _error(url, FetchReason.TOO_MANY_REDIRECTS, f"more than {MAX_HOPS} redirects")

    async def close(self) -> None:
        """Release connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    # -- one request -------------------------------------------------------------------------------------------

    async def _hop(
        self, asked: str, place: _Place, validators: Validators | None, left: float
    ) -> _Redirect | tuple[bytes, int, dict[str, str]]:
        hop = _Hop(is_allowed=self._policy.allows_host(place.host))
        token = _hop.set(hop)
        try:
            async with asyncio.timeout(max(left, 0.0)):
                return await self._request(asked, place, validators)
        except FetchError:
            raise
        except TimeoutError as error:
            raise _error(asked, FetchReason.TIMEOUT, f"no complete answer within {self._timeout:g} s") from error
        except Exception as error:  # every failure of a library or a server is a FetchError
            raise _translated(asked, error, hop) from error
        finally:
            _hop.reset(token)

    async def _request(
        self, asked: str, place: _Place, validators: Validators | None
    ) -> _Redirect | tuple[bytes, int, dict[str, str]]:
        async with self._open().get(place.url, headers=_conditions(validators), allow_redirects=False) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            if response.status in _REDIRECTS and "location" in headers:
                return _Redirect(status=response.status, target=_target(asked, str(place.url), headers["location"]))
            if response.status == 304 and validators is not None:
                return b"", 304, headers
            if response.status != 200:
                raise _refused(asked, response.status, headers)
            return await self._read(asked, response), 200, headers

    async def _read(self, asked: str, response: aiohttp.ClientResponse) -> bytes:
        limit = f"larger than {self._max_bytes / 1024 / 1024:.3g} MiB"
        if "content-encoding" not in response.headers and (response.content_length or 0) > self._max_bytes:
            raise _error(asked, FetchReason.TOO_LARGE, limit)
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > self._max_bytes:
                raise _error(asked, FetchReason.TOO_LARGE, limit)
            chunks.append(chunk)
        return b"".join(chunks)

    # -- session and manners -----------------------------------------------------------------------------------

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=self._connections, resolver=self._resolver, socket_factory=self._make_socket
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self._user_agent, "Accept": _ACCEPT},
                timeout=aiohttp.ClientTimeout(total=None),  # ours is around the whole exchange
                trust_env=False,
            )
        return self._session

    def _make_socket(self, info: AddrInfo) -> socket.socket:
        hop = _hop.get()
        address = str(info[4][0])
        kind = None if hop.is_allowed else self._policy.refusal(address)
        if kind is not None:
            hop.refused.append(f"{address} ({kind})")
            raise OSError(errno.EACCES, "address refused")
        return socket.socket(family=info[0], type=info[1], proto=info[2])

    def _enter(self, netloc: str) -> _Gate:
        gate = self._gates.get(netloc)
        if gate is None:
            gate = self._gates[netloc] = _Gate(asyncio.Semaphore(self._per_host))
        gate.users += 1
        return gate

    def _leave(self, netloc: str, gate: _Gate) -> None:
        gate.users -= 1
        if not gate.users:
            self._gates.pop(netloc, None)


@lru_cache(maxsize=PLACES)
def _place(address: str) -> _Place | str:
    """Take an address apart that may be asked; say why where it may not."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
        _ = parts.port
        netloc = parts.netloc.rpartition("@")[2].lower()
        is_clean = address.isprintable() and netloc.split() == [netloc]
        if parts.scheme not in {"http", "https"} or not host or not is_clean:
            return "only http and https addresses with a host are fetched"
        return _Place(URL(address), host, netloc)
    except ValueError:
        return "not an address that can be fetched"


def _conditions(validators: Validators | None) -> dict[str, str]:
    conditions: dict[str, str] = {}
    if validators is not None and validators.etag:
        conditions["If-None-Match"] = validators.etag
    if validators is not None and validators.last_modified:
        conditions["If-Modified-Since"] = validators.last_modified
    return conditions


def _target(asked: str, current: str, location: str) -> str:
    try:
        return urljoin(current, location.strip())
    except ValueError as error:
        raise _error(asked, FetchReason.BAD_URL, "redirects to something that is no address") from error


def _refused(asked: str, status: int, headers: dict[str, str]) -> FetchError:
    wait = _retry_after(headers)
    if status == 410:
        return _error(asked, FetchReason.GONE, "answered 410 Gone", status=status)
    if any(name in headers for name in _CHALLENGED):
        return _error(asked, FetchReason.BOT_WALL, f"answered {status} with a challenge for browsers", wait, status)
    if status == 429 or (status == 503 and wait is not None):
        return _error(asked, FetchReason.THROTTLED, f"answered {status}, asks for patience", wait, status)
    return _error(asked, FetchReason.HTTP_ERROR, f"answered {status}", wait, status)


def _retry_after(headers: dict[str, str]) -> float | None:
    """Read ``Retry-After``: seconds, or a date held against the server's own clock."""
    value = headers.get("retry-after", "").strip()
    whole = value.partition(".")[0]
    if whole.isascii() and whole.isdigit() and len(whole) <= 12:
        return float(whole)
    try:
        wait = (parsedate_to_datetime(value) - parsedate_to_datetime(headers["date"])).total_seconds()
    except (ValueError, OverflowError, TypeError, IndexError, KeyError):
        return None
    return max(wait, 0.0)


def _translated(asked: str, error: Exception, hop: _Hop) -> FetchError:
    if hop.refused:
        detail = f"leads to {', '.join(dict.fromkeys(hop.refused))}, which is not on the public internet"
        return _error(asked, FetchReason.REFUSED_ADDRESS, f"{detail}; polling.allow_private in tocsin.yaml allows it")
    match error:
        case aiohttp.ClientSSLError() | aiohttp.ClientConnectorCertificateError():
            return _error(asked, FetchReason.TLS, f"no secure connection: {error}")
        case aiohttp.InvalidURL() | ValueError():
            return _error(asked, FetchReason.BAD_URL, "not an address that can be fetched")
        case aiohttp.ClientConnectorDNSError():
            return _error(asked, FetchReason.UNREACHABLE, "its host name does not resolve")
        case aiohttp.ClientPayloadError():
            return _error(asked, FetchReason.UNREACHABLE, "the answer broke off or is damaged")
        case aiohttp.ClientResponseError():
            return _error(asked, FetchReason.HTTP_ERROR, f"its answer is not HTTP as it should be: {error.message}")
        case _:
            return _error(asked, FetchReason.UNREACHABLE, f"no connection: {str(error) or type(error).__name__}")


def _error(
    url: str, reason: FetchReason, detail: str, retry_after: float | None = None, status: int | None = None
) -> FetchError:
    return FetchError(without_secrets(url), reason, detail, retry_after, status)
