"""The present state of each claim, folded from all its mentions in the order of the times they speak for.

    mentions -> sorted by as_of -> grouped by item -> each joins a claim's state or opens one -> step

The state is a function of the *set* of mentions: late arrivals are sorted in, so that neither the order of
polling nor a restart can change what the ledger believes in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from rules.ledger.claims import (
    ClaimState,
    Policy,
    Value,
    dedupe,
    is_denial,
    is_same_number,
    order,
    says_same,
)
from rules.ledger.identity import Kinship, claim_key, kinship, setting, word_overlap
from rules.ledger.judge import Effect, judge
from rules.ledger.opponents import opponent
from rules.model import Figure, ItemId, Mention, Position
from rules.text import outlet_key

Fold = Callable[[Iterable[Mention], Policy], tuple[ClaimState, ...]]
"""What ``build`` does, however it is done."""


def states(known: Iterable[Mention], policy: Policy | None = None) -> tuple[ClaimState, ...]:
    """Return the state of every claim that the mentions speak of, in the order in which the claims came up."""
    return build(known, policy or Policy())


def build(known: Iterable[Mention], policy: Policy) -> tuple[ClaimState, ...]:
    """Fold live mentions into claims. Two values that one item gives are values of one claim only as the word of two
    voices.
    """
    found: tuple[ClaimState, ...] = ()
    for batch in batches(known):
        found = go_on(found, batch, policy)
    return found


def batches(known: Iterable[Mention]) -> Iterator[tuple[Mention, ...]]:
    """Yield the live mentions in the order in which they are folded, those of one item together."""
    live = sorted((mention for mention in known if mention.live), key=order)
    for _, batch in groupby(live, key=lambda mention: (mention.as_of, mention.item)):
        yield tuple(batch)


def go_on(before: Sequence[ClaimState], batch: Iterable[Mention], policy: Policy) -> tuple[ClaimState, ...]:
    """Return the claims after one further batch."""
    found = list(before)
    mentions = in_order_of_denial(dedupe(batch))
    chosen = list(assign(mentions, found, policy))
    for place, mention in enumerate(mentions):
        if chosen[place] is None and (against := opponent(mention, mentions[:place], policy)):
            chosen[place] = chosen[mentions.index(against)]
        index = chosen[place]
        if index is None:
            chosen[place] = len(found)
            found.append(opened(mention))
        else:
            found[index] = step(found[index], mention, policy)
    return tuple(found)


def opened(mention: Mention) -> ClaimState:
    """Return the state of a claim of which nothing was known before."""
    return ClaimState(key=claim_key(mention.claim), standing=(_value(mention),))


def assign(mentions: Sequence[Mention], found: Sequence[ClaimState], policy: Policy) -> tuple[int | None, ...]:
    """Choose for each mention of one item the claim that it speaks of (its index), no value of one twice, or None.

    Claims that already hold the value come first. Where several claims could have changed and nothing tells
    which (a list of sums under one heading), the mention opens a claim of its own rather than "change" a wrong one.
    A denial takes nothing from the others: an article says what is denied, and often what holds instead.
    """
    chosen: list[int | None] = [None] * len(mentions)
    taken: dict[int, list[Mention]] = {}
    for place, mention in enumerate(mentions):
        if is_denial(mention):
            chosen[place] = _likeliest(mention, found, set(), policy)
            continue
        holding = [
            i
            for i, state in enumerate(found)
            if _is_open(mention, taken.get(i, ()), policy) and _relates(mention, state, policy, needs_value=True)
        ]
        if holding:
            claim = min(holding, key=lambda i: (not _holds_now(mention, found[i], policy), i in taken, i))
            chosen[place] = claim
            taken.setdefault(claim, []).append(mention)
    for place, mention in enumerate(mentions):
        if chosen[place] is None and not is_denial(mention):
            likeliest = _likeliest(mention, found, taken.keys(), policy)
            chosen[place] = likeliest
            if likeliest is not None:
                taken.setdefault(likeliest, []).append(mention)
    return tuple(chosen)


def _is_open(mention: Mention, takers: Iterable[Mention], policy: Policy) -> bool:
    """Tell whether a claim may be a mention's, too: a later article repeats both sides of what is contested."""
    return not any(says_same(mention, other, policy.tolerance) for other in takers)


def in_order_of_denial(mentions: Iterable[Mention]) -> list[Mention]:
    """Order what one item says: a number that it also denies, the denial, then everything else, each as it comes."""
    said = list(mentions)
    denied = [mention for mention in said if is_denial(mention)]

    def rank(mention: Mention) -> int:
        if is_denial(mention):
            return 1
        return 0 if any(is_same_number(mention, other) for other in denied) else 2

    return sorted(said, key=rank) if denied else said


def step(state: ClaimState, mention: Mention, policy: Policy) -> ClaimState:
    """Return the state after a mention that speaks for a time not before any the state has seen."""
    judgement = judge(mention, state, policy)
    against = judgement.against
    if judgement.effect is Effect.JOIN:
        return _one_word_each(_swap(state, against, _join(against, mention)), mention, against)
    if judgement.effect is Effect.FIRM_UP:
        firmer = replace(_join(against, mention), lead=mention)
        return replace(_swap(state, against, firmer), past=(*state.past, against))
    if judgement.effect is Effect.REPLACE_ALL:
        return replace(state, standing=(_value(mention),), past=(*state.past, *state.standing))
    if judgement.effect is Effect.REPLACE:
        others = tuple(value for value in state.standing if value is not against)
        return replace(state, standing=(*others, _value(mention)), past=(*state.past, against))
    return replace(state, standing=(*state.standing, _value(mention)))


def _one_word_each(state: ClaimState, mention: Mention, joined: Value) -> ClaimState:
    """Retire the other standing values that only this mention's voice stood behind: it has come round."""
    if mention.voice is None or len(state.standing) == 1:
        return state
    kept = tuple(
        value
        for value in state.standing
        if len(value.origins) != 1
        or not value.is_said_by(mention.voice)
        or mention in value.mentions
        or value is joined
    )
    gone = tuple(value for value in state.standing if value not in kept)
    return replace(state, standing=kept, past=(*state.past, *gone))


def _holds_now(mention: Mention, state: ClaimState, policy: Policy) -> bool:
    return any(says_same(mention, value.lead, policy.tolerance) for value in state.standing)


def _relates(mention: Mention, state: ClaimState, policy: Policy, *, needs_value: bool) -> bool:
    if state.key != claim_key(mention.claim):
        return False
    for value in (*state.standing, *state.past):
        if kinship(mention, value.lead, policy.contains) is not Kinship.SAME:
            continue
        if not needs_value or says_same(mention, value.lead, policy.tolerance):
            return True
    return False


def _likeliest(mention: Mention, found: Sequence[ClaimState], taken: Container[int], policy: Policy) -> int | None:
    open_ = [
        i for i, state in enumerate(found) if i not in taken and _relates(mention, state, policy, needs_value=False)
    ]
    if not open_:
        return None
    ranked = sorted(((_likeness(mention, found[i].latest.lead), -i) for i in open_), reverse=True)
    if len(ranked) > 1 and ranked[0][0] == ranked[1][0] and _are_siblings(found[i] for i in open_):
        return None
    return -ranked[0][1]


def _are_siblings(claims: Iterable[ClaimState]) -> bool:
    """Tell whether one item gives several of the claims side by side."""
    seen: set[ItemId] = set()
    for state in claims:
        items = {mention.item for mention in state.mentions}
        if items & seen:
            return True
        seen |= items
    return False


def _likeness(mention: Mention, other: Mention) -> tuple[bool, bool, float]:
    a, b = mention.claim, other.claim
    if isinstance(a, Figure) and isinstance(b, Figure):
        return (a.place == b.place, a.status is b.status, word_overlap(setting(mention), setting(other)))
    if isinstance(a, Position) and isinstance(b, Position):
        return (mention.story == other.story, True, word_overlap(a.proposition, b.proposition))
    return (False, False, 0.0)


def _value(mention: Mention) -> Value:
    joined = ((mention.voice, mention.as_of),) if mention.voice is not None else ()
    return Value(lead=mention, mentions=(mention,), joined=joined, carriers=_carriers(mention))


def _join(value: Value, mention: Mention) -> Value:
    joined = value.joined
    if mention.voice is not None and not value.is_known_to(mention):
        joined = (*joined, (mention.voice, mention.as_of))
    carriers = value.carriers | _carriers(mention)
    return replace(value, mentions=(*value.mentions, mention), joined=joined, carriers=carriers)


def _carriers(mention: Mention) -> frozenset[str]:
    return frozenset(outlet_key(name) for name in (mention.outlet, mention.origin) if name)


def _swap(state: ClaimState, old: Value, new: Value) -> ClaimState:
    return replace(
        state,
        standing=tuple(new if value is old else value for value in state.standing),
        past=tuple(new if value is old else value for value in state.past),
    )
