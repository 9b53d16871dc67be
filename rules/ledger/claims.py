"""What the ledger believes about one claim: its values, who stands behind each, and what came before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.ledger.identity import Contains, Kinship, kinship, word_overlap
from rules.ledger.values import TOLERANCE, agree, firmness
from rules.model import Figure, Mention, Position, Stance, Status
from rules.text import outlet_key

_SAME_CONDITION = 0.34


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What an admin may tune. Two origins disagree "at the same time" when their words lie less than
    ``same_time`` apart: within a day news rarely moves on, but desks do hear different things.
    """

    same_time: timedelta = timedelta(hours=24)
    tolerance: float = TOLERANCE
    contains: Contains | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a claim with everyone who says so.

    ``lead`` is the mention that is shown: the first to say it, or the first to say it more firmly.
    ``mentions`` are in order of time and hold the lead. ``joined`` pairs each known voice with when it first said so.
    ``carriers`` are the outlets that had it, and whom they had it from, as ``outlet_key`` writes them.
    """

    lead: Mention
    mentions: tuple[Mention, ...]
    joined: tuple[tuple[str, datetime], ...] = ()
    carriers: frozenset[str] = frozenset()

    @property
    def origins(self) -> tuple[str, ...]:
        """The distinct known voices, the first to say it first: they are independent of one another."""
        return tuple(voice for voice, _ in self.joined)

    def is_said_by(self, voice: str | None) -> bool:
        """Tell whether a voice stands behind it, with or without an article to its name."""
        return voice is not None and outlet_key(voice) in map(outlet_key, self.origins)

    def is_known_to(self, mention: Mention) -> bool:
        """Tell whether a mention adds no voice: its own stands behind the value, or it and the value are one report.

        "5,000, the Pentagon said" in the Courier and "5,000, the Courier reports" elsewhere are one, whichever came
        first.
        """
        if self.is_said_by(mention.voice):
            return True
        is_quoted = mention.voice is not None and outlet_key(mention.voice) in self.carriers
        return is_quoted or self.is_said_by(mention.origin)

    @property
    def since(self) -> datetime:
        """When it was first said."""
        return self.mentions[0].as_of

    @property
    def last_origin_at(self) -> datetime:
        """When a voice last came to it: rewrites do not make a value younger."""
        return max((at for _, at in self.joined), default=self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimState:
    """Where a claim stands. ``standing`` holds one value, or several side by side while origins disagree, oldest
    first; ``past`` the values that were superseded, in order.
    """

    key: str
    standing: tuple[Value, ...]
    past: tuple[Value, ...] = ()

    @property
    def latest(self) -> Value:
        """The value that came last."""
        return self.standing[-1]

    @property
    def is_contested(self) -> bool:
        """Whether origins disagree at the same time."""
        return len(self.standing) > 1

    @property
    def history(self) -> tuple[Value, ...]:
        """Every value there was and is, in order of time: what the history table shows."""
        return tuple(sorted((*self.past, *self.standing), key=lambda value: order(value.lead)))

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """All mentions of the claim, in order of time."""
        return tuple(sorted((m for value in self.history for m in value.mentions), key=order))


def order(mention: Mention) -> tuple[object, ...]:
    """Sort key of mentions: by as_of; ties fall by what the items say, never by ids, which tell of arrival."""
    claim = mention.claim
    value: tuple[object, ...]
    if isinstance(claim, Figure):
        value = (0, float(claim.low), float(claim.high), claim.status.value, claim.place or "", claim.action.value)
    else:
        value = (1, 0.0, 0.0, claim.stance.value, claim.proposition, claim.condition or "")
    source = (mention.as_of, mention.outlet, mention.url, mention.item, mention.story)
    return (*source, claim.start, claim.end, *value, mention.voice or "", mention.origin or "")


def says_same(one: Mention, other: Mention, tolerance: float = TOLERANCE) -> bool:
    """Tell whether two mentions of a claim say the same: one number and both or neither a denial, or one stance
    under like conditions.
    """
    a, b = one.claim, other.claim
    if isinstance(a, Figure) and isinstance(b, Figure):
        return (a.status is Status.DENIED) == (b.status is Status.DENIED) and agree(a, b, tolerance)
    if isinstance(a, Position) and isinstance(b, Position):
        return a.stance is b.stance and _same_condition(a, b)
    return False


def is_denial(mention: Mention) -> bool:
    """Tell whether a mention says that a figure is not so."""
    return isinstance(mention.claim, Figure) and mention.claim.status is Status.DENIED


def is_same_number(mention: Mention, other: Mention) -> bool:
    """Tell whether two figures are one number of one claim, whatever is said of it."""
    a, b = mention.claim, other.claim
    if not (isinstance(a, Figure) and isinstance(b, Figure)):
        return False
    return agree(a, b) and kinship(mention, other) is Kinship.SAME


def is_firmer(mention: Mention, than: Mention) -> bool:
    """Tell whether a figure went up from a condition to a forecast, from that to a plan, or from that to a deed."""
    a, b = mention.claim, than.claim
    return isinstance(a, Figure) and isinstance(b, Figure) and firmness(a.status) > firmness(b.status)


def dedupe(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Keep one mention of each claim of an item: the first, unless a later one tells more (a source, a whole, a place).

    Mentions of different items, and different values in one item, are all kept. The result is in ``order``.
    """
    kept: list[Mention] = []
    for mention in sorted(mentions, key=order):
        for index, other in enumerate(kept):
            if other.item == mention.item and _repeats(mention, other):
                kept[index] = min(other, mention, key=_vagueness)
                break
        else:
            kept.append(mention)
    return tuple(kept)


def _same_condition(a: Position, b: Position) -> bool:
    if a.stance is not Stance.CONDITIONAL or a.condition is None or b.condition is None:
        return True
    return word_overlap(a.condition, b.condition) >= _SAME_CONDITION


def _repeats(mention: Mention, other: Mention) -> bool:
    return kinship(mention, other) is Kinship.SAME and says_same(mention, other)


def _vagueness(mention: Mention) -> tuple[bool, bool, bool]:
    claim = mention.claim
    if isinstance(claim, Figure):
        return (claim.source_cited is None, claim.of_total is None, claim.place is None)
    return (claim.source_cited is None, claim.condition is None, claim.actor_affiliation is None)
