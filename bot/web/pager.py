"""Pages of a list, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.web.frame import Ask, Missing, number
from bot.web.words import query

T = TypeVar("T")
MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages(Generic[T]):
    """One page of a list, and the addresses of those beside it, empty where there is none."""

    rows: Sequence[T]
    number: int
    newer: str
    older: str


def page_of(ask: Ask) -> int:
    """Return the page that is asked for."""
    return number(ask.query.get("page", "1"), most=MOST_PAGES, otherwise=1)


def pages(path: str, parameters: Mapping[str, str], current: int, rows: Sequence[T], size: int) -> Pages[T]:
    """Return a page out of its rows and, as a sign that there are more, the one after. Raises Missing past the end."""
    if not rows and current > 1:
        raise Missing("There are not so many pages. The first one has the newest.")

    def address(page: int) -> str:
        return f"{path}?{query({**parameters, 'page': str(page) if page > 1 else ''})}"

    return Pages(
        rows=rows[:size],
        number=current,
        newer=address(current - 1) if current > 1 else "",
        older=address(current + 1) if len(rows) > size else "",
    )
