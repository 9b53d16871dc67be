"""What became of a value that a channel was told: denied since, or taken back, though nothing rang for that. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rules.ledger import ClaimState, Value, display_claim, format_day, is_denial, kinship, says_same
from rules.ledger.identity import Kinship
from rules.ledger.values import agree
from rules.model import Development, Figure, Mention, Novelty

__all__ = ["denies", "fate", "is_denial"]


def fate(told: Mention, known: Iterable[Mention], states: Sequence[ClaimState]) -> Development | None:
    """Return the development that a reader of ``told`` has to know of; None while the value stands or was superseded.

    ``known`` are all mentions with the claim's key, those that are said no more included, ``states`` their fold.
    """
    if is_denial(told):
        return None
    for value in _standing(states):
        if denies(value.lead, told):
            reason = f"{display_claim(told.claim)} of {format_day(told.as_of, value.lead.as_of)} is denied"
            return Development(mention=value.lead, novelty=Novelty.WITHDRAWN, reason=reason, previous=told, origins=0)
    if any(one.live and kinship(one, told) is Kinship.SAME and says_same(one, told) for one in known):
        return None
    reason = f"{told.outlet} reported {display_claim(told.claim)}; it no longer says so"
    return Development(mention=told, novelty=Novelty.WITHDRAWN, reason=reason, previous=told, origins=0)


def denies(denial: Mention, told: Mention) -> bool:
    """Tell whether a later mention denies what another says."""
    a, b = denial.claim, told.claim
    if not (isinstance(a, Figure) and isinstance(b, Figure)) or denial.as_of < told.as_of:
        return False
    is_of_it = is_denial(denial) and not is_denial(told) and agree(a, b)
    return is_of_it and kinship(denial, told) is Kinship.SAME


def _standing(states: Sequence[ClaimState]) -> list[Value]:
    return [value for state in states for value in state.standing]
