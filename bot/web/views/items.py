"""``/items/N``: one article with the claims in it, what the ledger says of each, and its way through Tocsin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.commands.parse import parse
from bot.commands.tracing import why, why_article
from bot.delivery.model import place_of
from bot.message import Message
from bot.store import itempage, storypage, tracing
from bot.store.tracing import ItemTrace
from bot.web.frame import Ask, Missing, Route, View, number
from bot.web.marking import paragraphs, pieces
from bot.web.reader import READER
from rules import wording
from rules.model import Claim, Development, Figure
from rules.wording import novelty_label


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A claim of the article: what it says, and what the ledger says of it."""

    number: int
    kind: str
    words: str
    claim: Claim
    development: Development
    label: str


async def show(ask: Ask) -> View:
    """Show one article."""
    wanted = number(ask.parts["id"])
    alert = number(ask.query.get("alert", ""), otherwise=0) or None
    story = await ask.desk.db.read(lambda connection: storypage.of_item(connection, wanted))
    source = await ask.desk.db.read(lambda connection: itempage.source(connection, wanted))
    if source is None:
        raise Missing(f"There is no article {wanted}; articles are kept for a time only.")
    trace = await ask.desk.db.read(lambda connection: _trace(connection, wanted, alert))
    news = await ask.desk.db.read(lambda connection: tracing.developments(connection, wanted))
    read = [_read(one, position) for position, one in enumerate(_in_order(news), start=1)]
    lanes = [] if trace.alert is None else list(dict.fromkeys(route.lane for route in trace.alert.routes))
    lane = next((one for one in lanes if one == ask.query.get("channel")), lanes[0] if lanes else "")
    return View(
        template="item.html",
        title=trace.item.title,
        data={
            "trace": trace,
            "item": trace.item,
            "story": story,
            "source": source,
            "paragraphs": paragraphs(pieces(trace.item.text, [one.claim for one in read])),
            "claims": read,
            "lanes": lanes,
            "lane": lane,
            "way": await _way(ask, trace, lane),
        },
    )


def _trace(connection: Connection, item: int, alert: int | None) -> ItemTrace:
    """Return the way of an item, with one alert of it or its newest."""
    found = tracing.trace(connection, item, alert)
    return found if found.alert is not None or alert is None else tracing.trace(connection, item)


def _in_order(news: Sequence[Development]) -> list[Development]:
    return sorted(news, key=lambda one: (one.mention.claim.start, one.mention.claim.end))


def _read(development: Development, position: int) -> Read:
    claim = development.mention.claim
    is_figure = isinstance(claim, Figure)
    return Read(
        number=position,
        kind="figure" if is_figure else "position",
        words=wording.sentence(claim),
        claim=claim,
        development=development,
        label=novelty_label(development.novelty),
    )


async def _way(ask: Ask, trace: ItemTrace, lane: str) -> Message | None:
    """Return the stages that the article passed up to a channel, as the command ``why`` tells them there."""
    caller = replace(READER, place=place_of(lane)) if lane else READER
    if trace.alert is not None:
        reply = await why(ask.desk, caller, parse(f"why alert:{trace.alert.id}"))
    elif trace.item.url:
        reply = await why_article(ask.desk, caller, trace.item.url)
    else:
        return None
    return reply.message


ROUTES = (Route(path="/items/{id}", show=show),)
