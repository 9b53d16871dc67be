"""A small language for what goes wrong, one outcome per request.

503                answer with this status before anything happens
500 x2             the same for the next two requests
accept 500         do what was asked, then answer with 500
drop, accept drop  cut the connection, before or after
hang, accept hang  never answer
429 0.2            ordinary rate limit: wait 0.2 s (with Via, as Discord's API sends it)
429 60 global      the same for all routes
429 bare           a rate limit that names no time
429 cloudflare     the page that a banned address gets: HTML and no Via
error 50013        a JSON error with the status that belongs to it
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from dataclasses import dataclass

STATUS_OF_CODE = {
    10003: 404,
    10004: 404,
    10008: 404,
    10015: 404,
    10062: 404,
    30046: 429,
    40060: 400,
    40067: 400,
    50001: 403,
    50013: 403,
    50027: 401,
    50083: 400,
    160004: 400,
    160005: 403,
    160006: 400,
    200000: 400,
}
_GRAMMAR = re.compile(
    r"(?P<accept>accept )?(?:(?P<ok>ok)|(?P<cut>drop|hang)|error (?P<code>\d+)"
    r"|429 (?P<wait>[\d.]+|bare|cloudflare)(?P<all> global)?|(?P<status>\d{3}))(?: x(?P<times>\d+))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong. ``is_after`` means that the request is carried out first."""

    is_after: bool = False
    cut: str = ""  # drop or hang
    status: int = 0
    code: int = 0
    wait: str = ""  # of a 429: seconds, bare or cloudflare
    is_global: bool = False
    is_none: bool = False


def parse(text: str) -> list[Fault]:
    """Read one phrase of the language; several faults for ``x3``."""
    match = _GRAMMAR.fullmatch(text)
    if match is None:
        raise ValueError(f"no such fault: {text!r}")
    code = int(match["code"] or 0)
    status = int(match["status"] or 0) or STATUS_OF_CODE.get(code, 400 if code else 0)
    fault = Fault(
        is_after=bool(match["accept"]),
        cut=match["cut"] or "",
        status=429 if match["wait"] else status,
        code=code,
        wait=match["wait"] or "",
        is_global=bool(match["all"]),
        is_none=bool(match["ok"]),
    )
    return [fault] * int(match["times"] or 1)


class Faults:
    """What goes wrong next, by operation (the names of Discord's OpenAPI document)."""

    def __init__(self) -> None:
        self._next: dict[str, deque[Fault]] = defaultdict(deque)
        self._always: dict[str, Fault] = {}

    def on(self, operation: str, *phrases: str) -> None:
        """Let the next requests of this operation fail, one phrase after the other."""
        for phrase in phrases:
            self._next[operation].extend(parse(phrase))

    def always(self, operation: str, phrase: str) -> None:
        """Let every request of this operation fail."""
        self._always[operation] = parse(phrase)[0]

    def clear(self) -> None:
        """Let everything work again."""
        self._next.clear()
        self._always.clear()

    def take(self, operation: str) -> Fault | None:
        """Return what goes wrong with the present request."""
        fault = self._next[operation].popleft() if self._next[operation] else self._always.get(operation)
        return None if fault is None or fault.is_none else fault
