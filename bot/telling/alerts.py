"""What is to be told about a story: the present state of its claims, where they come from, what is new.

``Alert`` is the one value from which every platform's messages are made (``bot.telling.summary``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.telling.layout import Layout
from rules.model import Confidence, Development, Figure, ItemId, Mention, Novelty, Severity
from rules.origins import Credibility, Report, Spread, spread

# What a reader must see first: something taken back beats something new.
_URGENCY = {
    Novelty.CORRECTED: 0,
    Novelty.WITHDRAWN: 1,
    Novelty.CONTRADICTED: 2,
    Novelty.CHANGED: 3,
    Novelty.NEW: 4,
    Novelty.CONFIRMED: 5,
    Novelty.RESTATED: 6,
}
_TRUST = {Confidence.HIGH: 0, Confidence.MEDIUM: 1, Confidence.LOW: 2}

STATE_CHANGES = frozenset(_URGENCY) - {Novelty.RESTATED}
"""The kinds that are worth a line in the channel as well as in the thread (FIELD section 9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A development together with the rule that rings for it.

    ``claim`` is the same number for every development of one claim (the id of its first mention), ``alert`` the id
    of the alert that tells it. ``earlier`` are the tellings of the claim before this one, oldest first, where known;
    ``at`` is when the alert came, which for a correction is when the edit was seen.
    """

    development: Development
    claim: int
    alert: int
    rule_title: str
    topic: str
    severity: Severity
    earlier: tuple[Telling, ...] = ()
    at: datetime | None = None

    @property
    def order(self) -> tuple[int, int, int, int, int]:
        """Sort key: most severe, most urgent, figures before positions, surest, then as the text has it."""
        claim = self.development.mention.claim
        return (
            -self.severity.rank,
            _URGENCY[self.development.novelty],
            0 if isinstance(claim, Figure) else 1,
            _TRUST[claim.confidence],
            claim.start,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryItem:
    """An item of the story as readers need it: who published it, when, and whose report it repeats."""

    id: ItemId
    outlet: str
    url: str
    title: str
    at: datetime
    origin: str | None = None
    chain: tuple[str, ...] = ()
    anonymous: bool = False
    is_rewrite: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A verbatim sentence and where it stands."""

    text: str
    outlet: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Backing:
    """What stands behind a claim, as the ledger has it. ``whole`` is the newest mention that names the whole of which
    the figure is a part. ``reports`` are the items that carry the value.
    """

    credibility: Credibility
    whole: Mention | None = None
    reports: frozenset[ItemId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What one channel is told about one story.

    ``tellings`` is the present state, strongest first; ``fresh`` are those of this alert only, strongest first.
    Both are empty for rules that look at keywords alone. ``items`` are the story's items, earliest first; ``item``
    is the one that rang. ``rang`` are the items that brought something new, ``backings`` what stands behind the
    claims that a message may tell first, by claim. ``fates`` are what became of values that were told, where nothing
    rang for it: denied, or taken back.
    """

    id: int
    story: int
    story_title: str
    severity: Severity
    topics: tuple[str, ...]  # titles
    rule_titles: tuple[str, ...]
    tellings: tuple[Telling, ...]
    fresh: tuple[Telling, ...]
    items: tuple[StoryItem, ...]
    item: StoryItem
    excerpts: tuple[Excerpt, ...] = ()
    rang: frozenset[ItemId] = frozenset()
    backings: Mapping[int, Backing] = field(default_factory=dict)
    fates: Mapping[int, Development] = field(default_factory=dict)
    layout: Layout = Layout.FULL

    @property
    def kind(self) -> Novelty:
        """The kind of the strongest fresh telling; NEW for a rule that looks at keywords alone."""
        return self.fresh[0].development.novelty if self.fresh else Novelty.NEW

    @property
    def spread(self) -> Spread:
        """The story's known origins, and how many items only repeat another's report.

        An item that rang brought something new, so it is no rewrite, whoever it cites.
        """
        return spread_of(self.items, self.rang)

    def carriers(self, telling: Telling | None) -> frozenset[ItemId]:
        """Return the items that carry the value of a telling: all of the story where that is not known."""
        backing = self.backings.get(telling.claim) if telling else None
        every = frozenset(item.id for item in self.items)
        return every & backing.reports if backing and backing.reports else every

    def as_it_stands(self) -> Alert:
        """Return the alert with each value that was denied or taken back since told as such: what a head shows."""
        if not self.fates:
            return self
        return replace(self, tellings=self._settled(self.tellings), fresh=self._settled(self.fresh))

    def _settled(self, told: Sequence[Telling]) -> tuple[Telling, ...]:
        now = (replace(one, development=self.fates.get(one.claim, one.development)) for one in told)
        return tuple(sorted(now, key=lambda one: one.order))

    def item_of(self, telling: Telling) -> StoryItem:
        """Return the item in which a telling's claim stands; the one that rang where it has left the story."""
        wanted = telling.development.mention.item
        return next((item for item in self.items if item.id == wanted), self.item)


def spread_of(items: Sequence[StoryItem], rang: Collection[ItemId]) -> Spread:
    """Count the origins of a story, and the items that only repeat one; ``rang`` are those that brought something."""
    found = spread([_report(item) for item in items])
    return replace(found, rewrites=sum(item.is_rewrite and item.id not in rang for item in items))


def _report(item: StoryItem) -> Report:
    return Report(item=item.id, outlet=item.outlet, origin=item.origin, copy_of=item.id if item.is_rewrite else None)


def present(told: Iterable[Telling]) -> tuple[Telling, ...]:
    """Keep the newest telling of each claim, strongest first: the state that a parent message shows.

    Each knows the ``earlier`` ones of its claim, the strongest of each alert.
    """
    by_claim: dict[int, dict[int, Telling]] = {}
    for telling in told:
        steps = by_claim.setdefault(telling.claim, {})
        known = steps.get(telling.alert)
        if known is None or telling.order < known.order:
            steps[telling.alert] = telling
    newest = [_with_earlier([steps[number] for number in sorted(steps)]) for steps in by_claim.values()]
    return tuple(sorted(newest, key=lambda telling: telling.order))


def _with_earlier(steps: list[Telling]) -> Telling:
    *earlier, newest = steps
    return replace(newest, earlier=tuple(earlier)) if earlier else newest
