"""``/positions``: who holds what, proposition by proposition, with what each held before."""

from __future__ import annotations

from bot.web.claims import cards
from bot.web.frame import Ask, Route, View
from bot.web.ledger import SINCE, actors, asked
from bot.web.matrix import matrix


async def show(ask: Ask) -> View:
    """Show positions."""
    found = await asked(ask, "position")
    return View(
        template="positions.html",
        title="Positions",
        data={
            "asked": found,
            "matrix": matrix(cards(found.states, ask.now)),
            "actors": await actors(ask, "positions"),
            "topics": ask.topics,
            "spans": SINCE,
        },
    )


ROUTES = (Route(path="/positions", show=show, nav="Positions"),)
