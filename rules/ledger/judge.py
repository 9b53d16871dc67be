"""How one mention bears on one claim: the verdict before anyone has put it into words.

says what stands?            firmer -> CHANGED, further origin -> CONFIRMED, else RESTATED
says what was superseded?    by one who said it before, or unattributed -> RESTATED
denies what stands?          WITHDRAWN
speaks for an earlier time?  another origin at the same time -> CONTRADICTED, else RESTATED
another origin, same time?   CONTRADICTED; but firmer, or a count of dead that grew -> CHANGED
otherwise                    CHANGED
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.ledger.claims import ClaimState, Policy, Value, is_firmer, says_same
from rules.ledger.values import agree, is_higher
from rules.model import Action, Figure, Mention, Novelty, Position, Stance, Status
from rules.text import outlet_key

_NOT_YET = frozenset({Status.PLANNED, Status.EXPECTED, Status.CONDITIONAL})


class Effect(StrEnum):
    """What the mention does to the state."""

    JOIN = "join"  # stands behind a value that is there
    FIRM_UP = "firm up"  # the same value, nearer to a deed
    STAND_BESIDE = "stand beside"  # one more value, contested
    REPLACE = "replace"  # supersedes the value it is held against
    REPLACE_ALL = "replace all"  # supersedes whatever stood


class Ground(StrEnum):
    """Why the verdict is what it is."""

    SAME_ORIGIN = "same origin"
    UNKNOWN_ORIGIN = "unknown origin"
    FIRST_NAMED_ORIGIN = "first named origin"
    FURTHER_ORIGIN = "further origin"
    FIRMER = "firmer"
    LOOSER_WORDING = "looser wording"
    OVERTAKEN = "overtaken"
    DENIED = "denied"
    OLD_NEWS = "old news"
    REVISED = "revised by its own origin"
    RIVAL = "another origin at the same time"
    COUNT_ROSE = "count rose"
    PLAN_AHEAD = "plan for a figure in force"
    MOVED_ON = "later news"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict, what it is held against, and on what ground."""

    novelty: Novelty
    effect: Effect
    against: Value
    ground: Ground


def judge(mention: Mention, state: ClaimState, policy: Policy) -> Judgement:
    """Hold a mention against the state of the claim that it speaks of."""
    for value in reversed(state.standing):
        if says_same(mention, value.lead, policy.tolerance):
            return _agreement(mention, value, policy)
    for value in reversed(state.past):
        is_repeat = _adds_no_origin(mention, value) and not _has_returned(mention, state, policy)
        if is_repeat and says_same(mention, value.lead, policy.tolerance):
            return Judgement(novelty=Novelty.RESTATED, effect=Effect.JOIN, against=value, ground=Ground.OVERTAKEN)
    if denied := _denied(mention, state, policy):
        return Judgement(novelty=Novelty.WITHDRAWN, effect=Effect.REPLACE, against=denied, ground=Ground.DENIED)
    if mention.as_of < state.latest.since:
        return _late(mention, state.latest, policy)
    return _difference(mention, state, policy)


def _has_returned(mention: Mention, state: ClaimState, policy: Policy) -> bool:
    """Tell an origin that comes back to its old value, a day later in its own words, from those that repeat it."""
    is_own = mention.voice is not None and outlet_key(mention.outlet) == outlet_key(mention.voice)
    return is_own and mention.as_of - state.latest.since >= policy.same_time


def _agreement(mention: Mention, value: Value, policy: Policy) -> Judgement:
    ground = _standing_of(mention, value)
    if is_firmer(mention, value.lead) and _is_worth_believing(mention, value, policy):
        return Judgement(novelty=Novelty.CHANGED, effect=Effect.FIRM_UP, against=value, ground=Ground.FIRMER)
    novelty = Novelty.CONFIRMED if ground is Ground.FURTHER_ORIGIN else Novelty.RESTATED
    return Judgement(novelty=novelty, effect=Effect.JOIN, against=value, ground=ground)


def _standing_of(mention: Mention, value: Value) -> Ground:
    if mention.voice is None:
        return Ground.UNKNOWN_ORIGIN
    if value.is_known_to(mention):
        return Ground.SAME_ORIGIN
    return Ground.FURTHER_ORIGIN if value.origins else Ground.FIRST_NAMED_ORIGIN


def _is_worth_believing(mention: Mention, value: Value, policy: Policy) -> bool:
    """Tell a real step from a rewrite that lost the hedge: by another origin, or a day after the first word."""
    if mention.as_of < value.lead.as_of:
        return False
    return not _adds_no_origin(mention, value) or mention.as_of - value.since >= policy.same_time


def _denied(mention: Mention, state: ClaimState, policy: Policy) -> Value | None:
    claim = mention.claim
    if not isinstance(claim, Figure) or claim.status is not Status.DENIED:
        return None
    for value in reversed(state.standing):
        if isinstance(value.lead.claim, Figure) and agree(claim, value.lead.claim, policy.tolerance):
            return value
    return None


def _late(mention: Mention, latest: Value, policy: Policy) -> Judgement:
    is_rival = _is_other_origin(mention, latest) and latest.since - mention.as_of < policy.same_time
    if is_rival and not _is_count(mention, latest, rose=False):
        return Judgement(novelty=Novelty.CONTRADICTED, effect=Effect.STAND_BESIDE, against=latest, ground=Ground.RIVAL)
    return Judgement(novelty=Novelty.RESTATED, effect=Effect.JOIN, against=latest, ground=Ground.OLD_NEWS)


def _difference(mention: Mention, state: ClaimState, policy: Policy) -> Judgement:
    for value in reversed(state.standing):
        if _lost_its_condition(mention, value, policy):
            return Judgement(novelty=Novelty.RESTATED, effect=Effect.JOIN, against=value, ground=Ground.LOOSER_WORDING)
    own = next((value for value in state.standing if value.is_said_by(mention.voice)), None)
    if own is not None:
        return _changed(Effect.REPLACE, own, Ground.REVISED)
    rivals = [
        value
        for value in state.standing
        if _is_other_origin(mention, value) and mention.as_of - value.last_origin_at < policy.same_time
    ]
    if not rivals:
        return _changed(Effect.REPLACE_ALL, state.latest, Ground.MOVED_ON)
    rival = rivals[-1]
    if is_firmer(mention, rival.lead):
        return _changed(Effect.REPLACE_ALL, rival, Ground.FIRMER)
    if _is_count(mention, rival, rose=True) and mention.as_of > rival.since:
        return _changed(Effect.REPLACE_ALL, rival, Ground.COUNT_ROSE)
    if _plans_ahead(mention, rival):
        return _changed(Effect.REPLACE_ALL, rival, Ground.PLAN_AHEAD)
    return Judgement(novelty=Novelty.CONTRADICTED, effect=Effect.STAND_BESIDE, against=rival, ground=Ground.RIVAL)


def _changed(effect: Effect, against: Value, ground: Ground) -> Judgement:
    return Judgement(novelty=Novelty.CHANGED, effect=effect, against=against, ground=ground)


def _adds_no_origin(mention: Mention, value: Value) -> bool:
    return mention.voice is None or value.is_known_to(mention)


def _is_other_origin(mention: Mention, value: Value) -> bool:
    # An outlet that quotes somebody else than its own report before moves on from it; it does not contradict itself.
    if mention.voice is None or not value.origins:
        return False
    if mention.claim.voice is None and outlet_key(mention.voice) in value.carriers:
        return False
    return not any(value.is_said_by(name) for name in (mention.voice, mention.outlet, mention.origin))


def _is_count(mention: Mention, value: Value, *, rose: bool) -> bool:
    """Tell whether both count the dead, and the mention is the higher (or, for ``rose`` False, the lower) one."""
    a, b = mention.claim, value.lead.claim
    if not (isinstance(a, Figure) and isinstance(b, Figure)) or a.action is not Action.KILL:
        return False
    return is_higher(a, b) if rose else is_higher(b, a)


def _plans_ahead(mention: Mention, value: Value) -> bool:
    a, b = mention.claim, value.lead.claim
    return isinstance(a, Figure) and isinstance(b, Figure) and b.status is Status.FACT and a.status in _NOT_YET


def _lost_its_condition(mention: Mention, value: Value, policy: Policy) -> bool:
    """Tell a rewrite that drops the "only if" from a holder who gave the condition up."""
    a, b = mention.claim, value.lead.claim
    if not (isinstance(a, Position) and isinstance(b, Position)):
        return False
    if a.stance is not Stance.SUPPORT or b.stance is not Stance.CONDITIONAL:
        return False
    is_rewrite = _adds_no_origin(mention, value) and mention.outlet != value.lead.outlet
    return is_rewrite and mention.as_of - value.since < policy.same_time
