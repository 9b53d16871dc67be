"""The contract of a page: a view takes an Ask and returns a View; the frame draws it, guards it and dresses it.

A page's module lists its ``ROUTES``; ``bot.web.routes`` names the modules. What a user can mend is raised as
CommandError, what is not there as ``Missing``; both become a page with that sentence.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.commands.desk import Desk


class Missing(Exception):  # noqa: N818  it is an answer rather than an error
    """There is no such page or thing; the sentence says what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a view is asked: parameters of the address, parts of the path, fields of the form, each as typed.

    Who asks is signed in, and holds the access token: an admin. A POST that comes here has been checked: it was sent
    by a page of ours, with the form token of this session.
    """

    desk: Desk
    now: datetime
    query: Mapping[str, str]
    parts: Mapping[str, str]
    form: Mapping[str, str]
    request: web.Request = field(repr=False)  # for what the rest cannot say, such as a stream

    @property
    def topics(self) -> list[tuple[str, str]]:
        """The topics as id and title, by title."""
        return sorted(self.desk.topics.items(), key=lambda pair: pair[1].casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page to draw. The template finds ``title`` and what is in ``data`` under its names."""

    template: str
    title: str
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


Show = Callable[[Ask], Awaitable[View | web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address. With ``nav`` it stands in the navigation under that name."""

    path: str
    show: Show
    method: str = "GET"
    nav: str = ""


def number(text: str, *, least: int = 1, most: int = 2**62, otherwise: int | None = None) -> int:
    """Read a number out of an address: what is none, or out of bounds, is ``otherwise``, else Missing."""
    if text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most:
        return int(text)
    if otherwise is None:
        raise Missing("There is no such page. What there is stands in the navigation.")
    return otherwise
