"""The values that everything speaks in: items, claims, stories, developments, matches.

All are frozen; sequences are tuples; datetimes are aware and in UTC. Spans are half-open code-point
offsets into the text they were read from, so ``text[start:end] == quote`` holds for every claim.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

ItemId = NewType("ItemId", int)
StoryId = NewType("StoryId", int)

Number = int | float
"""A figure's value: an int wherever the value is whole, so that 40000 is never printed as 40000.0."""


class Bound(StrEnum):
    """How the text bounds a number (LABELLING: "up to" is at_most, "more than" at_least)."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RANGE = "range"


class Action(StrEnum):
    """The deed that a figure measures, not the verb of saying it."""

    WITHDRAW = "withdraw"
    DEPLOY = "deploy"
    STATION = "station"
    REDUCE = "reduce"
    INCREASE = "increase"
    PLEDGE = "pledge"
    DELIVER = "deliver"
    SPEND = "spend"
    IMPOSE = "impose"
    REQUEST = "request"
    KILL = "kill"
    OTHER = "other"


class Status(StrEnum):
    """How real the figure is, as the text tells it."""

    FACT = "fact"
    PLANNED = "planned"
    EXPECTED = "expected"
    CLAIMED = "claimed"
    DENIED = "denied"
    CONDITIONAL = "conditional"


class Stance(StrEnum):
    """Where a holder stands on a proposition."""

    SUPPORT = "support"
    CONDITIONAL = "conditional"
    OPPOSE = "oppose"
    UNDECIDED = "undecided"


class Confidence(StrEnum):
    """How far the reading is to be trusted; rules may ask for a least class."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why one field of a claim has its value: the words at ``start:end`` and what read them."""

    field: str
    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that a public actor commits, holds, moves, spends, asks for, imposes or suffers.

    ``source_unnamed`` tells that ``source_cited`` names nobody ("NATO sources"). ``voice`` is who answers for it where
    somebody is named: the outlet, the body, or the state or body that a named person speaks for. ``quantifier`` says
    how much of the actor it is, where that is a group: "most", "some", "at least 20"; empty for all of it.
    ``suffered`` tells of people killed that they were the actor's own, and that it did not do it.
    """

    low: Number
    high: Number
    bound: Bound
    unit: str
    actor: str | None
    action: Action
    place: str | None
    of_total: Number | None
    of_total_bound: Bound | None = None
    status: Status
    source_cited: str | None
    source_unnamed: bool = False
    voice: str | None = None
    quote: str
    start: int
    end: int
    confidence: Confidence = Confidence.MEDIUM
    confidence_reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    quantifier: str = ""
    suffered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where an actor stands on a proposition; ``condition`` is verbatim or None, ``voice`` as in a figure.

    ``quantifier`` says how much of a group stands there: "most", "some", "6"; empty for all of it.
    """

    actor: str
    actor_affiliation: str | None
    stance: Stance
    proposition: str
    condition: str | None
    source_cited: str | None
    source_unnamed: bool = False
    voice: str | None = None
    quote: str
    start: int
    end: int
    confidence: Confidence = Confidence.MEDIUM
    confidence_reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    quantifier: str = ""


Claim = Figure | Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who says so: ``chain`` runs from the outermost attributed source to the innermost.

    The publisher is never in its own chain. ``origin`` is the innermost named outlet, else the
    innermost named institution or person, else None (the publisher's own reporting, or unknown). ``outlet`` is the
    innermost named outlet alone.
    ``own_report`` tells that the text says so itself: its publisher was told, has seen or has learned it.
    """

    chain: tuple[str, ...] = ()
    anonymous: bool = False
    origin: str | None = None
    own_report: bool = False
    outlet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """All that was read out of one text."""

    lang: str
    figures: tuple[Figure, ...]
    positions: tuple[Position, ...]
    provenance: Provenance

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Figures and positions in the order of the text."""
        return tuple(sorted((*self.figures, *self.positions), key=lambda claim: (claim.start, claim.end)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One feed entry as it stands: what claims are read from and rules are matched against.

    ``text`` is the article's main text where it could be had, else the entry's own content or summary.
    ``lead`` is the entry's summary in plain text and may be empty. ``published`` is None when the feed gave
    no usable date.
    """

    id: ItemId
    outlet: str
    title: str
    text: str
    url: str
    published: datetime | None
    fetched: datetime
    lead: str = ""
    lang: str = "en"
    tier: int | None = None

    @property
    def time(self) -> datetime:
        """When the item counts as said: published, else fetched."""
        return self.published or self.fetched


class Novelty(StrEnum):
    """What a claim is, held against what the ledger already knows."""

    NEW = "new"
    CHANGED = "changed"
    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    RESTATED = "restated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One appearance of a claim in one item: the unit that the ledger keeps.

    ``as_of`` orders mentions (the item's published time, else fetched), never the order of arrival.
    ``origin`` is who reported it first, None when unknown; an unknown origin never counts as independent.
    ``passage`` is the sentence that holds the claim, verbatim, or empty. ``live`` turns False when the item no longer
    says it (edited away, or the item is gone); the row is kept.
    """

    claim: Claim
    item: ItemId
    story: StoryId
    outlet: str
    origin: str | None
    as_of: datetime
    url: str = ""
    live: bool = True
    passage: str = ""

    @property
    def voice(self) -> str | None:
        """Who answers for the claim: whom the text names for it, else the report's origin; None when unknown.

        Who is independent of whom is asked of voices. Thirty outlets that quote the Pentagon are one of them, and one
        outlet that quotes two sides of a war is two.
        """
        return self.claim.voice or self.origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Development:
    """A mention together with what is new about it and why.

    ``previous`` is the mention that it changes, contradicts, corrects or restates. ``origins`` counts the
    independent origins known to stand behind the claim, this mention's included.
    """

    mention: Mention
    novelty: Novelty
    reason: str
    previous: Mention | None = None
    origins: int = 1


class Severity(StrEnum):
    """How soon a reader has to react: within days, today, within hours."""

    NOTICE = "notice"
    IMPORTANT = "important"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for notice, 1 for important, 2 for urgent."""
        return _RANKS[self]


_RANKS = {one: number for number, one in enumerate(Severity)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule that holds for an item, with the developments it rings for and the spans that satisfied it.

    ``developments`` is empty for a rule without figure or position clauses (it rings once a story).
    ``spans`` are offsets into the item's text. ``cooldown`` is how long the rule is silent after it rang.
    """

    rule: str
    topic: str
    title: str
    severity: Severity
    developments: tuple[Development, ...] = ()
    spans: tuple[tuple[int, int], ...] = field(default=())
    cooldown: timedelta | None = None


def display_number(value: Number) -> str:
    """Write a value the way English prose does: ``40,000``, ``4.5``."""
    return f"{value:,.10g}" if isinstance(value, float) and not value.is_integer() else f"{int(value):,}"
