"""Compare what an item says with what is known: mentions in, developments out.

`known` are the stored mentions that share a ``claim_key`` with the new ones, live or not; mentions of the
item's *present* text must not be among them (compare first, store then). Every mention is to be stored, the
restated ones too: the state is folded from all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from rules.ledger.claims import ClaimState, Policy, dedupe, is_denial, order, says_same
from rules.ledger.fold import Fold, assign, build, in_order_of_denial, opened, step
from rules.ledger.identity import Kinship, claim_key, kinship
from rules.ledger.judge import judge
from rules.ledger.opponents import opponent
from rules.ledger.wording import explain, first_report, format_day, who
from rules.model import Development, Figure, ItemId, Mention, Novelty
from rules.text import outlet_key
from rules.wording import brief


def compare(mention: Mention, known: Sequence[Mention], policy: Policy | None = None) -> Development:
    """Say what is new about one mention. For all mentions of an item together, use ``compare_item``."""
    return compare_item((mention,), known, policy, whole=False)[0]


def compare_item(
    mentions: Sequence[Mention],
    known: Sequence[Mention],
    policy: Policy | None = None,
    *,
    whole: bool = True,
    item: ItemId | None = None,
    fold: Fold = build,
) -> tuple[Development, ...]:
    """Say what is new in an item: one development per distinct claim, in the order of the text.

    Where ``known`` holds live mentions of the same item, the item was edited: a differing value is CORRECTED, and
    with ``whole`` what the new text no longer says comes last as WITHDRAWN. ``item`` names the item, for a text that
    says nothing (more). Of an item that denies a value, what it says besides comes after the denial and is held
    against it. ``fold`` is for who folds the same mentions again and again.
    """
    policy = policy or Policy()
    fresh = in_order_of_denial(sorted(dedupe(mentions), key=lambda one: (one.claim.start, one.claim.end)))
    items = {mention.item for mention in fresh} | ({item} - {None})
    former = [mention for mention in known if mention.item in items and mention.live]
    others = [mention for mention in known if mention.item not in items]
    found: dict[int, Development] = {}
    left = _settle_edits(fresh, former, found, policy)
    claims = list(fold(others, policy))
    open_ = [index for index in range(len(fresh)) if index not in found]
    chosen = dict(zip(open_, assign([fresh[i] for i in open_], claims, policy), strict=True))
    for index, claim in chosen.items():
        mention = fresh[index]
        if claim is not None:
            found[index] = _judged(mention, claims[claim], policy)
            if is_denial(mention):
                claims[claim] = step(claims[claim], mention, policy)
            continue
        against = opponent(mention, [fresh[i] for i in open_ if i < index], policy)
        if against is None:
            found[index] = _first(mention, others, policy)
            continue
        known_as = chosen[fresh.index(against)]
        state = opened(against) if known_as is None else step(claims[known_as], against, policy)
        found[index] = _judged(mention, state, policy)
    developments = tuple(found[index] for index in range(len(fresh)))
    return developments + (_gone(left, "the edited text no longer says it") if whole else ())


def withdraw(known: Sequence[Mention], item: ItemId, reason: str = "the item is gone") -> tuple[Development, ...]:
    """Return a WITHDRAWN development for each live claim of an item that vanished.

    ``reason`` completes the sentence "Reuters reported 20,000 on 3 Sep; ...". ``origins`` of each counts those
    that still stand behind the claim (0: nobody does).
    """
    gone = dedupe(mention for mention in known if mention.item == item and mention.live)
    rest = [mention for mention in known if mention.item != item]
    return tuple(
        Development(
            mention=mention,
            novelty=Novelty.WITHDRAWN,
            reason=_withdrawal(mention, reason),
            previous=mention,
            origins=len(_origins_behind(mention, rest)),
        )
        for mention in gone
    )


def _settle_edits(
    fresh: Sequence[Mention], former: Sequence[Mention], found: dict[int, Development], policy: Policy
) -> list[Mention]:
    """Decide the mentions that the item's former text explains; return what the former text alone said."""
    left = list(former)
    for index, mention in enumerate(fresh):
        same = [old for old in left if _is_kin(mention, old, policy) and says_same(mention, old, policy.tolerance)]
        if same:
            left = [old for old in left if old not in same]
            found[index] = _develop(mention, Novelty.RESTATED, "the edited text still says it", same[0])
    for index, mention in enumerate(fresh):
        kin = [old for old in left if _is_kin(mention, old, policy)] if index not in found else []
        if kin:
            old = min(kin, key=lambda old: (abs(old.claim.start - mention.claim.start), order(old)))
            left.remove(old)
            said, says = brief(old.claim), brief(mention.claim)
            reason = f"{mention.outlet} corrected its report: it said {said}, it now says {says}"
            found[index] = _develop(mention, Novelty.CORRECTED, reason, old)
    return left


def _is_kin(mention: Mention, other: Mention, policy: Policy) -> bool:
    return kinship(mention, other, policy.contains) in (Kinship.SAME, Kinship.PART)


def _gone(left: Sequence[Mention], reason: str) -> tuple[Development, ...]:
    return tuple(
        _develop(mention, Novelty.WITHDRAWN, _withdrawal(mention, reason), mention) for mention in dedupe(left)
    )


def _withdrawal(mention: Mention, reason: str) -> str:
    day = format_day(mention.as_of, mention.as_of)
    return f"{mention.outlet} reported {brief(mention.claim)} on {day}; {reason}"


def _judged(mention: Mention, state: ClaimState, policy: Policy) -> Development:
    judgement = judge(mention, state, policy)
    against, voice = judgement.against, mention.voice
    behind: set[str] = set()
    if judgement.novelty in (Novelty.CONFIRMED, Novelty.RESTATED) or says_same(mention, against.lead):
        behind.update(map(outlet_key, against.origins))
    if voice is not None and not (behind and against.is_known_to(mention)):
        behind.add(outlet_key(voice))
    return Development(
        mention=mention,
        novelty=judgement.novelty,
        reason=explain(mention, judgement, state),
        previous=judgement.against.lead,
        origins=max(1, len(behind)),
    )


def _first(mention: Mention, others: Sequence[Mention], policy: Policy) -> Development:
    """Decide a mention that no known claim can be held against."""
    key = claim_key(mention.claim)
    for known in sorted(others, key=order, reverse=True):
        if claim_key(known.claim) != key:
            continue
        relation = kinship(mention, known, policy.contains)
        if relation is Kinship.TOTAL and _is_part(known):
            reason = f"the total of which {brief(known.claim)} is known ({who(known)})"
            return _develop(mention, Novelty.RESTATED, reason, known)
        if relation is Kinship.TOTAL:
            return _develop(mention, Novelty.NEW, f"a part of the known {brief(known.claim)}", known)
        if relation is Kinship.PART and isinstance(known.claim, Figure) and isinstance(mention.claim, Figure):
            reason = f"first figure for {mention.claim.place}; for {known.claim.place} it is {brief(known.claim)}"
            return _develop(mention, Novelty.NEW, reason, known)
        if relation is Kinship.SAME and not known.live and says_same(mention, known, policy.tolerance):
            reason = f"{brief(known.claim)} was taken back by {who(known)}; {who(mention)} now reports it"
            return _develop(mention, Novelty.NEW, reason, known)
        if relation is Kinship.SAME and known.live:
            reason = f"{brief(mention.claim)} beside the known {brief(known.claim)} ({who(known)})"
            return _develop(mention, Novelty.NEW, reason, None)
    return _develop(mention, Novelty.NEW, first_report(mention), None)


def _is_part(mention: Mention) -> bool:
    return isinstance(mention.claim, Figure) and mention.claim.of_total is not None


def _origins_behind(mention: Mention, rest: Sequence[Mention]) -> set[str]:
    return {
        outlet_key(known.voice)
        for known in rest
        if known.live
        and known.voice is not None
        and says_same(mention, known)
        and kinship(mention, known) is Kinship.SAME
    }


def _develop(mention: Mention, novelty: Novelty, reason: str, previous: Mention | None) -> Development:
    return Development(mention=mention, novelty=novelty, reason=reason, previous=previous)
