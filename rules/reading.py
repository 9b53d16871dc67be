"""From an item to what is new in it, as rule tests, ``explain`` and backtests read items: the ledger in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from rules.ledger import Policy, claim_key, compare_item
from rules.model import Development, Extraction, Item, Mention, StoryId
from rules.ports import Vocabulary

Compare = Callable[[Sequence[Mention], Sequence[Mention]], Sequence[Development]]
"""An item's mentions and the known ones (of whatever claim) to developments."""

_STORY = StoryId(1)


def mentions_of(item: Item, extraction: Extraction, story: StoryId = _STORY) -> list[Mention]:
    """Return the mentions of an item's claims, as the ledger takes them."""
    provenance = extraction.provenance
    origin = (None if provenance.own_report else provenance.origin) or item.outlet or None
    return [
        Mention(
            claim=claim, item=item.id, story=story, outlet=item.outlet, origin=origin, as_of=item.time, url=item.url
        )
        for claim in extraction.claims
    ]


def ledger_compare(vocabulary: Vocabulary) -> Compare:
    """Return the real ledger's comparison, with the vocabulary's places."""
    policy = Policy(contains=vocabulary.contains)

    def compare(mentions: Sequence[Mention], known: Sequence[Mention]) -> Sequence[Development]:
        keys = {claim_key(mention.claim) for mention in mentions}
        return compare_item(mentions, [mention for mention in known if claim_key(mention.claim) in keys], policy)

    return compare


class MemoryLedger:
    """Keeps mentions by claim key and compares items with them, one after the other."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._policy = Policy(contains=vocabulary.contains)
        self._known: dict[str, list[Mention]] = defaultdict(list)

    def take(self, mentions: Sequence[Mention]) -> tuple[Development, ...]:
        """Return what is new, and remember it."""
        keys = {claim_key(mention.claim) for mention in mentions}
        known = [mention for key in keys for mention in self._known[key]]
        developments = compare_item(mentions, known, self._policy)
        for mention in mentions:
            self._known[claim_key(mention.claim)].append(mention)
        return developments
