"""Rules as the matcher uses them: checked, resolved against the lexicon, frozen.

``rules.schema`` has the shapes that people write, ``rules.load`` turns those into these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from rules.model import Action, Bound, Confidence, Development, Figure, Novelty, Number, Position, Severity, Stance
from rules.model import Status as FigureStatus
from rules.query.ast import Node
from rules.query.render import write

DEFAULT_ALERT_ON = (Novelty.NEW, Novelty.CHANGED, Novelty.CORRECTED)


class Life(StrEnum):
    """Where a rule is in its life: only active rules ring."""

    DRAFT = "draft"
    ACTIVE = "active"
    DEPRECATED = "deprecated"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextQuery:
    """A query for any language (key ``""``) or one for each language."""

    by_lang: Mapping[str, Node]

    @property
    def source(self) -> str:
        """The query on one line, for explanations."""
        written = ((lang, write(node)) for lang, node in self.by_lang.items())
        return "; ".join(f"{lang}: {text}" if lang else text for lang, text in written)

    def for_lang(self, lang: str) -> Node | None:
        """Return the query for a text in ``lang`` ("de-AT" is "de"), or None where none is given."""
        return self.by_lang.get(lang.partition("-")[0].lower()) or self.by_lang.get("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Bounds that a number has to keep; None is no bound."""

    gt: Number | None = None
    gte: Number | None = None
    lt: Number | None = None
    lte: Number | None = None
    eq: Number | None = None

    def holds(self, value: Number | None) -> bool:
        """Tell whether ``value`` keeps the bounds; a missing value keeps none."""
        if value is None:
            return False
        return (
            (self.gt is None or value > self.gt)
            and (self.gte is None or value >= self.gte)
            and (self.lt is None or value < self.lt)
            and (self.lte is None or value <= self.lte)
            and (self.eq is None or value == self.eq)
        )

    def __str__(self) -> str:
        signs = (("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<="), ("eq", "="))
        given = ((sign, getattr(self, name)) for name, sign in signs)
        return " and ".join(f"{sign} {value:,}" for sign, value in given if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureClause:
    """What a figure has to be. Empty means any; names are canonical, groups are already their members."""

    unit: frozenset[str] = frozenset()
    actor: frozenset[str] = frozenset()
    action: frozenset[Action] = frozenset()
    place: frozenset[str] = frozenset()
    status: frozenset[FigureStatus] = frozenset()
    bound: frozenset[Bound] = frozenset()
    low: Range | None = None
    high: Range | None = None
    of_total: Range | None = None
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionClause:
    """What a position has to be. Empty means any."""

    actor: frozenset[str] = frozenset()
    stance: frozenset[Stance] = frozenset()
    proposition: TextQuery | None = None
    condition: TextQuery | None = None
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The least change that counts: absolute, or as a share of the former value (0.05 is 5 %)."""

    absolute: Number | None = None
    share: float | None = None

    def reached(self, before: Figure, after: Figure) -> bool:
        """Tell whether either end of the figure, or its total, moved far enough."""
        pairs = [(before.low, after.low), (before.high, after.high)]
        if before.of_total is not None and after.of_total is not None:
            pairs.append((before.of_total, after.of_total))
        return any(self._far(old, new) for old, new in pairs)

    def _far(self, old: Number, new: Number) -> bool:
        moved = abs(new - old)
        if not moved:
            return False
        return moved >= (self.absolute if self.absolute is not None else abs(old) * (self.share or 0))

    def __str__(self) -> str:
        return f"{self.absolute:,}" if self.absolute is not None else f"{(self.share or 0) * 100:g}%"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenText:
    """An earlier article in a rule's test: the ledger knows its claims before the text is read."""

    text: str
    title: str = ""
    outlet: str = ""
    lang: str = ""
    tier: int | None = None
    hours_before: float = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """One inline test. ``alert`` is None when nothing may ring; ``figure`` and ``position`` name some of the claim."""

    name: str
    text: str
    alert: Novelty | None
    title: str = ""
    outlet: str = ""
    lang: str = ""
    tier: int | None = None
    given: tuple[GivenText, ...] = ()
    figure: Mapping[str, object] = field(default_factory=dict)
    position: Mapping[str, object] = field(default_factory=dict)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How often a rule is expected to ring in a backtest; None is no bound."""

    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a rule is written."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, ready to be matched. ``source`` says where it is written."""

    id: str
    title: str
    topic: str
    severity: Severity = Severity.NOTICE
    life: Life = Life.ACTIVE
    match: TextQuery | None = None
    unless: TextQuery | None = None
    figure: FigureClause | None = None
    position: PositionClause | None = None
    alert_on: tuple[Novelty, ...] = DEFAULT_ALERT_ON
    min_change: Change | None = None
    origins: int = 1
    cooldown: timedelta | None = None
    outlets: frozenset[str] = frozenset()  # folded names; empty means any
    tier: Range | None = None
    languages: frozenset[str] = frozenset()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    owner: str = ""
    references: tuple[str, ...] = ()
    description: str = ""
    expect: Volume | None = None
    tests: tuple[RuleTest, ...] = ()
    source: Source

    @property
    def needs_claims(self) -> bool:
        """Tell whether the rule rings for developments rather than once a story."""
        return self.figure is not None or self.position is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """All rules that are in force together. ``hash`` changes with any change of the files' text."""

    topics: Mapping[str, str]  # id -> title
    rules: tuple[Rule, ...]
    hash: str

    def rule(self, rule_id: str) -> Rule | None:
        """Return the rule called ``rule_id``, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


def is_about(rule: Rule, development: Development) -> bool:
    """Tell whether the development's claim is of the kind that the rule asks for."""
    claim = development.mention.claim
    return (isinstance(claim, Figure) and rule.figure is not None) or (
        isinstance(claim, Position) and rule.position is not None
    )
