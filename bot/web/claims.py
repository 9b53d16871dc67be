"""Where a claim stands, as the pages show it: every value with its quote, its source, its origin and its day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.telling.fates import denies, is_denial
from bot.telling.provenance import reporter
from bot.web.plot import Plot, Point, plot
from rules import wording
from rules.ledger import ClaimState, Value
from rules.model import Figure, Mention, Position

SHOWN = 12  # newest values of a claim, as many as the chat's history shows


class Fate(StrEnum):
    """What became of a value."""

    STANDS = "stands"
    CONTESTED = "contested"  # it stands beside others
    DENIAL = "a denial"
    DENIED = "denied since"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A value with everything that a reader needs to check it. The quotation is ``before``, ``quote``, ``after``."""

    number: int
    at: datetime
    words: str
    fate: Fate
    origin: str  # who reported it first
    cited: str  # whom that names as its source, else empty
    is_unnamed: bool  # the cited one is nobody in particular
    before: str
    quote: str
    after: str
    outlet: str
    url: str
    item: int
    reports: int
    origins: int

    @property
    def is_over(self) -> bool:
        """Whether it holds no more."""
        return self.fate in {Fate.DENIED, Fate.SUPERSEDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A claim: its newest value first. ``chart`` is there for figures whose value was ever another, or is contested."""

    id: str
    title: str
    about: str  # what a position is about; empty for a figure
    now: str
    stance: str  # in one word, empty for a figure or where several stand
    stance_words: str
    is_contested: bool
    at: datetime
    sayings: tuple[Saying, ...]
    earlier: int  # values before those that are shown
    chart: Plot | None

    @property
    def newest(self) -> Saying:
        """The value that came last."""
        return self.sayings[0]


def cards(states: Iterable[ClaimState], now: datetime) -> list[Card]:
    """Return claims as cards, the one that was spoken of last first."""
    return [card(state, f"claim-{number}", now) for number, state in enumerate(newest_first(states), start=1)]


def newest_first(states: Iterable[ClaimState]) -> list[ClaimState]:
    """Return claims, the one that was spoken of last first."""
    return sorted(states, key=lambda state: state.mentions[-1].as_of, reverse=True)


def card(state: ClaimState, key: str, now: datetime) -> Card:
    """Return one claim as a card."""
    lead = state.latest.lead
    values = state.history[-SHOWN:]
    sayings = tuple(saying(value, state, number) for number, value in enumerate(values, start=1))
    standing = " against ".join(wording.value(value.lead.claim) for value in state.standing)
    return Card(
        id=key,
        title=wording.deed(lead.claim) if isinstance(lead.claim, Figure) else wording.holder(lead.claim),
        about=lead.claim.proposition if isinstance(lead.claim, Position) else "",
        now=standing,
        stance=_stance(state),
        stance_words=_stance_words(state),
        is_contested=state.is_contested,
        at=state.mentions[-1].as_of,
        sayings=tuple(reversed(sayings)),
        earlier=len(state.history) - len(values),
        chart=_chart(state, values, now),
    )


def saying(value: Value, state: ClaimState, number: int) -> Saying:
    """Return one value of a claim."""
    lead = value.lead
    before, quote, after = quotation(lead)
    return Saying(
        number=number,
        at=lead.as_of,
        words=wording.value(lead.claim),
        fate=fate(value, state),
        origin=reporter(lead),
        cited=lead.claim.source_cited or "",
        is_unnamed=lead.claim.source_unnamed,
        before=before,
        quote=quote,
        after=after,
        outlet=lead.outlet,
        url=lead.url,
        item=lead.item,
        reports=len({mention.item for mention in value.mentions}),
        origins=len(value.origins),
    )


def fate(value: Value, state: ClaimState) -> Fate:
    """Tell what became of a value."""
    if is_denial(value.lead):
        return Fate.DENIAL
    if value in state.standing:
        return Fate.CONTESTED if state.is_contested else Fate.STANDS
    is_denied = any(denies(one.lead, value.lead) for one in state.standing)
    return Fate.DENIED if is_denied else Fate.SUPERSEDED


def quotation(mention: Mention) -> tuple[str, str, str]:
    """Return the sentence of a claim in three parts, of which the middle one is the claim itself; all verbatim."""
    quote = mention.claim.quote
    before, found, after = mention.passage.partition(quote)
    return (before, found, after) if found else ("", quote, "")


def _stance(state: ClaimState) -> str:
    claim = state.latest.lead.claim
    return "" if state.is_contested or not isinstance(claim, Position) else claim.stance.value


def _stance_words(state: ClaimState) -> str:
    claims = (value.lead.claim for value in state.standing)
    return " / ".join(dict.fromkeys(wording.stance(claim) for claim in claims if isinstance(claim, Position)))


def _chart(state: ClaimState, values: Sequence[Value], now: datetime) -> Plot | None:
    """Return the chart of a figure, without the denials, which have no amount of their own."""
    points = []
    for number, value in enumerate(values, start=1):
        claim = value.lead.claim
        if isinstance(claim, Figure) and not is_denial(value.lead):
            until = None if value in state.standing else _end(value, state)
            points.append(
                Point(
                    number=number,
                    at=value.since,
                    low=float(claim.low),
                    high=float(claim.high),
                    origin=reporter(value.lead),
                    until=until,
                )
            )
    points.sort(key=lambda point: point.at)
    return plot(points, max(now, points[-1].at)) if len(points) > 1 else None


def _end(value: Value, state: ClaimState) -> datetime:
    """Return when a value was followed by another one."""
    return min((one.since for one in state.history if one.since > value.since), default=value.since)
