"""``/stories``: the stories that rang, or all; ``/stories/N``: one with its thread."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection

from bot.commands.claims import known_states
from bot.store import claims, shown, storylist, storypage, tracing
from bot.store.storylist import StoryLine, Told
from bot.telling.alerts import StoryItem
from bot.web.claims import cards, quotation
from bot.web.frame import Ask, Missing, Route, View, number
from bot.web.pager import page_of, pages
from rules.model import Development, ItemId, Novelty, StoryId
from rules.wording import novelty_label

SIZE = 25
ARTICLES = 100  # of one origin
STEPS = 100  # of one thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """One thing that an alert told: its kind and why the ledger says so, with the sentence that says it."""

    development: Development
    label: str
    words: tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One alert of a story's thread."""

    alert: storypage.Moment
    label: str
    told: Told | None
    quoted: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Everything of a story that goes back to one origin; ``name`` is None for what names no source."""

    name: str | None
    first: StoryItem
    items: tuple[StoryItem, ...]
    rewrites: int

    @property
    def cited(self) -> tuple[str, ...]:
        """Whom the first report of it cites."""
        return tuple(hop for hop in self.first.chain if hop != self.name)


async def show_list(ask: Ask) -> View:
    """List the stories."""
    scope, topic, current = ask.query.get("scope", ""), ask.query.get("topic", ""), page_of(ask)
    wanted = ask.desk.known_topic(topic) if topic else None
    skip = (current - 1) * SIZE

    def read(connection: Connection) -> Sequence[StoryLine]:
        if scope == "all":
            return storylist.every(connection, limit=SIZE + 1, skip=skip)
        return storylist.told(connection, wanted, limit=SIZE + 1, skip=skip)

    rows = await ask.desk.db.read(read)
    return View(
        template="stories.html",
        title="Stories",
        data={
            "pages": pages("/stories", {"scope": scope, "topic": topic}, current, rows, SIZE),
            "labels": {kind.value: novelty_label(kind) for kind in Novelty},
            "scope": scope,
            "topic": topic,
            "topics": ask.topics,
        },
    )


async def show(ask: Ask) -> View:
    """Show one story."""
    wanted = number(ask.parts["id"])
    key = await ask.desk.db.read(lambda connection: storypage.present(connection, wanted))
    if key is None:
        raise Missing(f"There is no story {wanted}. The newest ones stand under Stories.")
    if key != wanted:  # it was merged into another
        raise web.HTTPSeeOther(f"/stories/{key}")
    page = await ask.desk.db.read(lambda connection: storypage.page(connection, key, ""))
    told = await ask.desk.db.read(lambda connection: storylist.what_was_told(connection, key))
    rang = await ask.desk.db.read(lambda connection: shown.rang(connection, StoryId(key)))
    found = await ask.desk.db.read(lambda connection: claims.of_story(connection, key))
    known = await asyncio.to_thread(known_states, found.mentions, ask.desk.tools.policy)
    own = [state for state in known if any(mention.story == key for mention in state.mentions)]
    found_cards = cards(own, ask.now)
    return View(
        template="story.html",
        title=page.title,
        data={
            "page": page,
            "outlets": len({item.outlet for item in page.items}),
            "thread": [step(one, told) for one in page.timeline[:STEPS]],
            "articles": ARTICLES,
            "sources": sources(page.items, rang),
            "rang": rang,
            "figures": [one for one in found_cards if not one.about],
            "positions": [one for one in found_cards if one.about],
        },
    )


async def show_alert(ask: Ask) -> View:
    """Lead to the article of an alert."""
    wanted = number(ask.parts["id"])
    item = await ask.desk.db.read(lambda connection: tracing.item_of_alert(connection, wanted))
    if item is None:
        raise Missing(f"There is no alert {wanted}; alerts are kept for a time only.")
    raise web.HTTPSeeOther(f"/items/{item}?alert={wanted}")


def step(moment: storypage.Moment, told: Mapping[int, Told]) -> Step:
    """Return an alert as a step of its story's thread."""
    what = told.get(moment.alert)
    developments = what.developments if what is not None else ()
    return Step(
        alert=moment,
        label=novelty_label(Novelty(moment.kind)),
        told=what,
        quoted=tuple(
            Quoted(development=one, label=novelty_label(one.novelty), words=quotation(one.mention))
            for one in developments
        ),
    )


def sources(items: Sequence[StoryItem], rang: frozenset[ItemId]) -> list[Source]:
    """Return the origins of a story in the order in which they came, what names none at the end."""
    by_origin: dict[str | None, list[StoryItem]] = {}
    for item in items:
        by_origin.setdefault(item.origin, []).append(item)
    found = [
        Source(
            name=name,
            first=carrying[0],
            items=tuple(carrying),
            rewrites=sum(item.is_rewrite and item.id not in rang for item in carrying),
        )
        for name, carrying in by_origin.items()
    ]
    return sorted(found, key=lambda one: (one.name is None, one.first.at))


ROUTES = (
    Route(path="/stories", show=show_list, nav="Stories"),
    Route(path="/stories/{id}", show=show),
    Route(path="/alerts/{id}", show=show_alert),
)
