"""What a rule is worth: how much it rings, when it last did, what its readers think, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from rules.ruleset import Life, Rule
from rules.wording import count

SILENT_AFTER = timedelta(days=90)
ENOUGH_VOTES = 5
MOSTLY = 0.7  # of the votes: from here on the readers are of one mind
NOISY_RULES = 3
NOISY_SPREADS = 5
NOISY_LEAST = 10


class Verdict(StrEnum):
    """What to do about a rule."""

    KEEP = "keep"
    TUNE = "tune"
    RETIRE = "retire"
    WATCH = "watch"  # too little is known


class Reason(StrEnum):
    """Why."""

    VALUED = "readers mostly find it relevant"
    DISLIKED = "readers mostly find it not relevant"
    DIVIDED = "readers are divided"
    NOISY = "it rings far more than the other rules"
    SILENT = "it has not rung for 90 days"
    NEVER = "it has never rung, and is older than 90 days"
    DEPRECATED = "it is marked deprecated"
    TOO_FEW_VOTES = "it rings, but too few readers have voted"
    YOUNG = "it is younger than 90 days and has not rung yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the store knows of a rule: alerts over the period, the last one, votes, and since when it is in force.

    ``other_votes`` say that something else was wrong: the figure, the source, or that it was told before.
    """

    alerts: int = 0
    last_rang: datetime | None = None
    relevant: int = 0
    not_relevant: int = 0
    other_votes: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One line of the scorecard."""

    rule: str
    title: str
    owner: str
    record: Record
    verdict: Verdict
    reason: Reason


def scorecard(rules: Iterable[Rule], records: Mapping[str, Record], now: datetime) -> tuple[Score, ...]:
    """Judge every rule; those to act on come first."""
    rules = tuple(rules)
    limit = noise_of(records.get(rule.id, Record()).alerts for rule in rules).limit
    scores = [_score(rule, records.get(rule.id, Record()), limit, now) for rule in rules]
    order = (Verdict.RETIRE, Verdict.TUNE, Verdict.WATCH, Verdict.KEEP)
    return tuple(sorted(scores, key=lambda score: (order.index(score.verdict), -score.record.alerts, score.rule)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How much the rules of a set ring: the median of their volumes, and the median of their distances from it (MAD).

    ``limit`` is the volume above which a rule is noisy: the median and five times the MAD, or ten where that is more.
    """

    rules: int
    median: float = 0.0
    spread: float = 0.0
    limit: float = float("inf")

    def __str__(self) -> str:
        told = f"the median of {count(self.rules, 'rule')} is {self.median:g}, their median deviation {self.spread:g}"
        return f"{told}, and above {self.limit:g} a rule is noisy"


def noise_of(volumes: Iterable[int]) -> Noise:
    """Judge the volumes of a set; of fewer than three rules none is noisy."""
    volumes = tuple(volumes)
    if len(volumes) < NOISY_RULES:
        return Noise(rules=len(volumes))
    middle = median(volumes)
    spread = median(abs(volume - middle) for volume in volumes)
    limit = middle + max(NOISY_SPREADS * spread, NOISY_LEAST)
    return Noise(rules=len(volumes), median=middle, spread=spread, limit=limit)


def _score(rule: Rule, record: Record, noise_limit: float, now: datetime) -> Score:
    verdict, reason = _judge(rule, record, noise_limit, now)
    return Score(rule=rule.id, title=rule.title, owner=rule.owner, record=record, verdict=verdict, reason=reason)


def _judge(rule: Rule, record: Record, noise_limit: float, now: datetime) -> tuple[Verdict, Reason]:
    if rule.life is Life.DEPRECATED:
        return Verdict.RETIRE, Reason.DEPRECATED
    votes = record.relevant + record.not_relevant
    if votes >= ENOUGH_VOTES:
        share = record.relevant / votes
        if share >= MOSTLY:
            return Verdict.KEEP, Reason.VALUED
        return Verdict.TUNE, Reason.DISLIKED if share <= 1 - MOSTLY else Reason.DIVIDED
    if record.alerts > noise_limit:
        return Verdict.TUNE, Reason.NOISY
    if record.last_rang is None:
        is_old = record.since is not None and now - record.since > SILENT_AFTER
        return (Verdict.RETIRE, Reason.NEVER) if is_old else (Verdict.WATCH, Reason.YOUNG)
    if now - record.last_rang > SILENT_AFTER:
        return Verdict.RETIRE, Reason.SILENT
    return Verdict.WATCH, Reason.TOO_FEW_VOTES


def votes_told(record: Record) -> tuple[str, ...]:
    """Say in parts of a sentence how people voted; nothing where nobody did."""
    votes = record.relevant + record.not_relevant
    told = [f"{record.relevant} of {votes} vote{'' if votes == 1 else 's'} relevant"] if votes else []
    if record.other_votes:
        told.append(f"{record.other_votes} on its figure, source or repetition")
    return tuple(told)
