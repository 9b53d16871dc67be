"""What a reader saw before and sees now: the steps of a claim that no message showed in between are one step. Pure.

posted 5,000 ─(8,000: waits, or is held)─> 6,000 is told      reads  5,000 → 6,000, not 8,000 → 6,000
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.telling.alerts import Alert, Telling
from rules.ledger import from_to, says_same
from rules.model import Development, Mention, Novelty

Messages = Mapping[int, int]
"""The first alert of the message that tells an alert, by alert; one that no message told is missing."""

_MOVES = frozenset({Novelty.CHANGED, Novelty.CORRECTED})


def as_shown(alert: Alert, messages: Messages) -> Alert:
    """Return the alert with every claim's step reckoned from what the channel was shown before.

    ``fresh`` becomes all that the alert's message tells.
    """
    if not alert.tellings:
        return alert
    own = messages.get(alert.id, alert.id)
    tellings = tuple(sorted((_net(one, messages) for one in alert.tellings), key=lambda one: one.order))
    fresh = tuple(one for one in tellings if messages.get(one.alert, one.alert) == own)
    severity = max((one.severity for one in fresh), key=lambda one: one.rank, default=alert.severity)
    return replace(alert, tellings=tellings, fresh=fresh, severity=severity)


def _net(telling: Telling, messages: Messages) -> Telling:
    """Return the telling with the step from what was shown before it to its value."""
    last = telling.development
    if last.novelty not in _MOVES | {Novelty.CONFIRMED}:
        return telling
    first, shown = _first_unseen(telling, messages)
    before = first.development.previous if shown is None else shown.development.mention
    if first.development.novelty is Novelty.NEW:
        before = None
    if before == last.previous:
        return telling
    return replace(telling, development=_step(before, first.development.novelty, last))


def _first_unseen(telling: Telling, messages: Messages) -> tuple[Telling, Telling | None]:
    """Go back over the tellings that are in the same message, or in none at all, to the one that was shown, if any.

    What did not ring at all, as a change below a rule's ``min_change``, is no telling, and so is never shown.
    """
    own = messages.get(telling.alert, telling.alert)
    first = telling
    for one in reversed(telling.earlier):
        if messages.get(one.alert, own) != own:
            return first, one
        first = one
    return first, None


def _step(before: Mention | None, first: Novelty, last: Development) -> Development:
    if before is None:
        return replace(last, novelty=Novelty.NEW, previous=None)
    if last.novelty is Novelty.CONFIRMED or says_same(before, last.mention):
        return last
    novelty = Novelty.CORRECTED if first is Novelty.CORRECTED else Novelty.CHANGED
    return replace(last, novelty=novelty, previous=before, reason=from_to(before, last.mention))
