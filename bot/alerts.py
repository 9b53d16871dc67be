"""What is to be told about a story: the present state of its claims, where they come from, what is new.

``Alert`` is the one value from which every platform's messages are made (``bot.summary``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rules.model import Confidence, Development, Figure, ItemId, Novelty, Severity

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
    of the alert that tells it.
    """

    development: Development
    claim: int
    alert: int
    rule_title: str
    topic: str
    severity: Severity

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
class Alert:
    """What one channel is told about one story.

    ``tellings`` is the present state, strongest first; ``fresh`` are those of this alert only, strongest first.
    Both are empty for rules that look at keywords alone. ``items`` are the story's items, earliest first; ``item``
    is the one that rang.
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
    origins: int = 0  # independent, known ones

    @property
    def kind(self) -> Novelty:
        """The kind of the strongest fresh telling; NEW for a rule that looks at keywords alone."""
        return self.fresh[0].development.novelty if self.fresh else Novelty.NEW

    @property
    def outlets(self) -> int:
        """How many outlets carry the story."""
        return len({item.outlet for item in self.items})

    @property
    def rewrites(self) -> int:
        """How many items only repeat another's report."""
        return sum(item.is_rewrite for item in self.items)


def present(told: Iterable[Telling]) -> tuple[Telling, ...]:
    """Keep the newest telling of each claim, strongest first: the state that a parent message shows."""
    newest: dict[int, Telling] = {}
    for telling in told:
        known = newest.get(telling.claim)
        is_stronger = known is not None and known.alert == telling.alert and telling.order < known.order
        if known is None or known.alert < telling.alert or is_stronger:
            newest[telling.claim] = telling
    return tuple(sorted(newest.values(), key=lambda telling: telling.order))
