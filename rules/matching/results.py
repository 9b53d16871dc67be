"""What matching says of an item, beside the matches themselves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.model import Match, Novelty
from rules.ruleset import Rule

Span = tuple[int, int]

_WHEN = {
    Novelty.NEW: "is new",
    Novelty.CHANGED: "has changed",
    Novelty.CONFIRMED: "is confirmed",
    Novelty.CONTRADICTED: "is contradicted",
    Novelty.CORRECTED: "is corrected",
    Novelty.WITHDRAWN: "is withdrawn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordMatch:
    """A rule whose query holds for an item's words; ``spans`` are offsets into the item's text."""

    rule: str
    topic: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A rule whose every clause holds, but for which the claim is not yet the news it asks for.

    ``until`` ends the sentence "it rings once ...": "the figure has changed".
    """

    rule: str
    topic: str
    spans: tuple[Span, ...]
    until: str


class Standing(StrEnum):
    """What becomes of a rule that failed."""

    TRIED = "tried"  # on the next item again
    LEFT_OUT = "left out"  # until rules are loaded again


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A rule that could not be judged for an item: a defect of ours, never of the rule's author."""

    rule: str
    error: Exception
    standing: Standing

    def __str__(self) -> str:
        after = "is left out from now on" if self.standing is Standing.LEFT_OUT else "did not judge this item"
        return f"the rule {self.rule} {after}: {type(self.error).__name__}: {self.error}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """All there is to say of an item: ``matches`` in the order of the rules, and which rules failed on it.

    ``is_cut`` tells that only the text's first ``MOST_TOKENS`` words were looked at.
    """

    matches: tuple[Match, ...]
    failures: tuple[Failure, ...] = ()
    is_cut: bool = False


def until(rule: Rule, novelty: Novelty, origins: int) -> str:
    """Say what has still to happen to a claim of which this much is news before ``rule`` rings for it."""
    what = " or ".join(word for word, clause in (("figure", rule.figure), ("position", rule.position)) if clause)
    wanted = []
    if novelty not in rule.alert_on:
        wanted.append(f"the {what} " + " or ".join(_WHEN[kind] for kind in rule.alert_on))
    elif rule.min_change is not None and novelty is not Novelty.NEW:
        wanted.append(f"the {what} moves by {rule.min_change} or more")
    if origins < rule.origins:
        wanted.append(f"{rule.origins} independent origins stand behind it")
    return " and ".join(wanted)
