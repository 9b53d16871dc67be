"""``/figures``: where figures stand, each with its chart and every value that it had."""

from __future__ import annotations

from bot.web.claims import cards, newest_first
from bot.web.frame import Ask, Route, View
from bot.web.ledger import SINCE, actors, asked
from bot.web.pager import page_of, pages

SIZE = 12


async def show(ask: Ask) -> View:
    """Show figures, newest first."""
    found = await asked(ask, "figure")
    is_contested = ask.query.get("contested") == "true"
    states = [state for state in found.states if state.is_contested] if is_contested else found.states
    current = page_of(ask)
    start = (current - 1) * SIZE
    newest = newest_first(states)
    parameters = {**found.parameters, "contested": "true" if is_contested else ""}
    return View(
        template="figures.html",
        title="Figures",
        data={
            "asked": found,
            "contested": is_contested,
            "total": len(states),
            "pages": pages("/figures", parameters, current, cards(newest[start : start + SIZE + 1], ask.now), SIZE),
            "actors": await actors(ask, "figures"),
            "topics": ask.topics,
            "spans": SINCE,
        },
    )


ROUTES = (Route(path="/figures", show=show, nav="Figures"),)
