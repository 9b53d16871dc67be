"""``/search``: the archive, asked in the words that the chat command takes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from bot.commands import values
from bot.commands.parse import CommandError
from bot.commands.searching import excerpt_of
from bot.store import search
from bot.store.search import Hit, Narrowing
from bot.store.searchtext import QueryError, TextSearch, read
from bot.web.frame import Ask, Route, View
from bot.web.pager import page_of, pages
from rules.model import Novelty
from rules.wording import novelty_label

SIZE = 20
FIELDS = ("q", "since", "until", "source", "topic", "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article, and the sentence in which one of the words stands (empty where only the title has it)."""

    hit: Hit
    excerpt: str


async def show(ask: Ask) -> View:
    """Show the form, and what fits what was typed into it."""
    typed = {name: ask.query.get(name, "").strip() for name in FIELDS}
    data: dict[str, object] = {
        "typed": typed,
        "topics": ask.topics,
        "kinds": {kind.value: novelty_label(kind) for kind in Novelty if kind is not Novelty.RESTATED},
        "outlets": await ask.desk.db.read(lambda connection: search.outlets(connection, 200)),
        "pages": None,
        "total": 0,
        "has_more": False,
        "trouble": "",
    }
    if not typed["q"]:
        return View(template="search.html", title="Search", data=data)
    try:
        wanted, narrowing = read(typed["q"]), _narrowing(ask, typed)
    except (QueryError, CommandError) as error:
        return View(template="search.html", title="Search", data={**data, "trouble": str(error)}, status=400)
    data |= await _found(ask, typed, wanted, narrowing)
    return View(template="search.html", title=f"Search: {typed['q']}", data=data)


async def _found(ask: Ask, typed: Mapping[str, str], wanted: TextSearch, narrowing: Narrowing) -> Mapping[str, object]:
    current = page_of(ask)
    found = await ask.desk.db.read(
        lambda connection: search.index_of(connection).search(connection, wanted, narrowing, page=current, size=SIZE)
    )
    excerpts = await asyncio.to_thread(lambda: [excerpt_of(ask.desk, hit, wanted) for hit in found.hits])
    rows: list[Found | None] = [Found(hit=hit, excerpt=text) for hit, text in zip(found.hits, excerpts, strict=True)]
    more = [None] if found.total > current * SIZE else []
    return {
        "pages": pages("/search", typed, current, [*rows, *more], SIZE),
        "total": found.total,
        "has_more": found.has_more,
    }


def _narrowing(ask: Ask, typed: Mapping[str, str]) -> Narrowing:
    """Read what a hit has to be besides. Raises CommandError for a slip."""
    if typed["kind"] and typed["kind"] not in set(Novelty):
        raise CommandError("There is no such kind of news.")
    since = values.since(typed["since"], ask.now) if typed["since"] else None
    until = values.since(typed["until"], ask.now) if typed["until"] else None
    if since is not None and until is not None and until <= since:
        raise CommandError("“Until” lies before “since”, so nothing can fit.")
    return Narrowing(
        since=since,
        until=until,
        outlet=typed["source"] or None,
        topics=[ask.desk.known_topic(typed["topic"])] if typed["topic"] else None,
        kind=typed["kind"] or None,
    )


ROUTES = (Route(path="/search", show=show, nav="Search"),)
