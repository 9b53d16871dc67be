"""The ledger: what was already known of each figure and position, and what of an item is therefore news.

    mentions of an item ─compare_item(known)→ developments     all mentions ─states→ where each claim stands

Pure: the store hands in the known mentions that share a ``claim_key``, and keeps the new ones, all of them.
"""

from rules.ledger.claims import ClaimState, Policy, Value, dedupe, is_denial, says_same
from rules.ledger.fold import states
from rules.ledger.identity import Contains, Kinship, claim_key, kinship
from rules.ledger.verdict import compare, compare_item, withdraw
from rules.ledger.wording import format_day, from_to, who
from rules.wording import brief as display_claim

__all__ = [
    "ClaimState",
    "Contains",
    "Kinship",
    "Policy",
    "Value",
    "claim_key",
    "compare",
    "compare_item",
    "dedupe",
    "display_claim",
    "format_day",
    "from_to",
    "is_denial",
    "kinship",
    "says_same",
    "states",
    "who",
    "withdraw",
]
