"""Short ways to write mentions for the ledger's tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from rules.ledger import ClaimState, states
from rules.model import Action, Bound, Figure, ItemId, Mention, Position, Stance, Status, StoryId

MONDAY = datetime(2025, 9, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

_CONTAINS = {("Europe", "Germany"), ("Europe", "Romania"), ("Germany", "Ramstein"), ("Europe", "Ramstein")}


def contains(outer: str, inner: str) -> bool:
    return (outer, inner) in _CONTAINS


def figure(low: float, high: float | None = None, **over: Any) -> Figure:
    top = low if high is None else high
    values: dict[str, Any] = {
        "low": low,
        "high": top,
        "bound": Bound.EXACT if top == low else Bound.RANGE,
        "unit": "troops",
        "actor": "United States",
        "action": Action.WITHDRAW,
        "place": "Europe",
        "of_total": None,
        "status": Status.EXPECTED,
        "source_cited": None,
        "quote": f"{low} troops",
        "start": 10,
        "end": 30,
    }
    return Figure(**(values | over))


def position(stance: Stance, proposition: str = "a peacekeeping mission in Ukraine", **over: Any) -> Position:
    values: dict[str, Any] = {
        "actor": "China",
        "actor_affiliation": None,
        "stance": stance,
        "proposition": proposition,
        "condition": None,
        "source_cited": None,
        "quote": "...",
        "start": 10,
        "end": 30,
    }
    return Position(**(values | over))


def current(mentions: Sequence[Mention]) -> ClaimState | None:
    """Return the state of the one claim that the mentions speak of; None when nothing stands."""
    found = states(mentions)
    assert len(found) <= 1, found
    return found[0] if found else None


def said(
    claim: Figure | Position,
    at: timedelta = timedelta(0),
    origin: str | None = "Welt am Sonntag",
    *,
    item: int | None = None,
    story: int = 1,
    outlet: str | None = None,
    live: bool = True,
    passage: str = "",
) -> Mention:
    number = item if item is not None else int(at.total_seconds()) * 7 + len(origin or "") * 3 + 1
    return Mention(
        claim=claim,
        item=ItemId(number),
        story=StoryId(story),
        outlet=outlet or origin or "Somewhere Daily",
        origin=origin,
        as_of=MONDAY + at,
        url=f"https://{(outlet or origin or 'some').replace(' ', '').lower()}.example/{number}",
        live=live,
        passage=passage,
    )
