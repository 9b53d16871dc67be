"""What a message adds to an alert: what its channel was shown before, what backs its claims, quotations, the past.

Reads within the transaction that tells the alert; decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.folds import Folds
from bot.message import Message
from bot.store import ledger, shown
from bot.telling.alerts import Alert, Backing, Excerpt, Telling
from bot.telling.fates import fate
from bot.telling.history import past
from bot.telling.provenance import grade
from bot.telling.steps import Messages, as_shown
from rules.ledger import ClaimState, Kinship, Policy, claim_key, kinship, says_same
from rules.model import Claim, Development, Figure, Item, Mention, Novelty, StoryId
from rules.text import fold_name

MOST_CLAIMS = 4  # beside the first, as many as a head lists
Summarise = Callable[[str, str, Sequence[Claim]], Sequence[tuple[int, int]]]
"""Takes a text, its language and the claims that ring; returns the spans of the sentences to quote, in order."""


class Background:
    """Completes alerts. ``tier_of`` gives the weight of a listed outlet; a polled one has its own."""

    def __init__(self, summarise: Summarise, policy: Policy, tier_of: Callable[[str], int | None]) -> None:
        self._summarise = summarise
        self._fold = Folds()
        self._policy = policy
        self._tier_of = tier_of

    def complete(self, connection: Connection, story: StoryId, alert: Alert, messages: Messages) -> Alert:
        """Return the alert with steps from what was shown, with the items that brought news, and what backs it."""
        seen = as_shown(alert, messages)
        seen = replace(seen, rang=shown.rang(connection, story), fates=self._fates(connection, seen))
        now = seen.as_it_stands()
        backings: dict[int, Backing] = {}
        for telling in (*now.tellings[:1], *now.fresh[:1]):
            backing = None if telling.claim in backings else self._backing(connection, seen, telling)
            if backing is not None:
                backings[telling.claim] = backing
        return replace(seen, backings=backings)

    def history(self, connection: Connection, alert: Alert) -> tuple[Message, ...]:
        """Return the past of the strongest changed claim: a table, and a chart where it is long."""
        changed = next((one.development for one in alert.fresh if one.development.previous is not None), None)
        state = None if changed is None else self._state_of(connection, changed.mention)
        if state is None:
            return ()
        message = past(state, self._corrected(connection, state))
        return () if message is None else (message,)

    def excerpts(self, item: Item, fresh: Sequence[Telling]) -> tuple[Excerpt, ...]:
        """Return the sentences of an item that its claims are best told with."""
        claims = [one.development.mention.claim for one in fresh if one.development.mention.item == item.id]
        spans = self._summarise(item.text, item.lang, claims)
        return tuple(Excerpt(text=item.text[start:end], outlet=item.outlet, url=item.url) for start, end in spans)

    def _fates(self, connection: Connection, alert: Alert) -> dict[int, Development]:
        """Find what became of the values that a head shows, without a ring."""
        folded: dict[str, tuple[tuple[Mention, ...], tuple[ClaimState, ...]]] = {}
        fates: dict[int, Development] = {}
        for telling in alert.tellings[: 1 + MOST_CLAIMS]:
            mention = telling.development.mention
            if telling.development.novelty is Novelty.WITHDRAWN:
                continue
            key = claim_key(mention.claim)
            if key not in folded:
                known = tuple(ledger.known(connection, {key}).values())
                folded[key] = (known, self._fold(known, self._policy))
            found = fate(mention, *folded[key])
            if found is not None:
                fates[telling.claim] = found
        return fates

    def _state_of(self, connection: Connection, mention: Mention) -> ClaimState | None:
        known = ledger.known(connection, {claim_key(mention.claim)})
        return next((one for one in self._fold(known.values(), self._policy) if _holds(one.mentions, mention)), None)

    def _corrected(self, connection: Connection, state: ClaimState) -> tuple[Mention, ...]:
        """Return what articles of a claim said before they were edited, each value once, where it stands nowhere."""
        gone: list[Mention] = []
        lead = state.latest.lead
        for one in ledger.known(connection, {claim_key(lead.claim)}).values():
            is_of_it = not one.live and kinship(one, lead) is Kinship.SAME
            if is_of_it and not any(says_same(one, other) for other in (*state.mentions, *gone)):
                gone.append(one)
        return tuple(gone)

    def _backing(self, connection: Connection, alert: Alert, telling: Telling) -> Backing | None:
        mention = telling.development.mention
        state = self._state_of(connection, mention)
        if state is None:  # taken back: nothing backs it any more
            return None
        lead = state.latest.lead
        polled = shown.tiers(connection, {lead.origin or lead.outlet, lead.outlet})

        def tier_of(name: str) -> int | None:
            return self._tier_of(name) or polled.get(fold_name(name))

        is_anonymous = mention.claim.source_unnamed or alert.item_of(telling).anonymous
        wholes = [one for one in state.mentions if isinstance(one.claim, Figure) and one.claim.of_total is not None]
        carried = next(value for value in state.history if _holds(value.mentions, mention))
        return Backing(
            credibility=grade(state, tier_of, is_anonymous=is_anonymous),
            whole=wholes[-1] if wholes else None,
            reports=frozenset(one.item for one in carried.mentions),
        )


def _holds(mentions: Iterable[Mention], wanted: Mention) -> bool:
    """Tell whether a mention is among others."""
    return any(one.item == wanted.item and one.claim == wanted.claim for one in mentions)
