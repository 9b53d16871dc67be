"""What somebody wants to decide, or will not do, where the deed's verb may close its clause: "will ... beitreten"."""

from __future__ import annotations

import re
from typing import Final

from rules.extract.complements import Complement
from rules.extract.holder import Holder
from rules.extract.reach import reach
from rules.extract.reading import Reading
from rules.extract.wordclasses import CAPITAL, NAMED, NEGATIONS, PUNCTUATION

_BODIES: Final = ("organisation", "group")
_SHORTEST_REFUSAL: Final = 3  # tokens: its object, "nicht", and the verb
_PARTICIPLE: Final = re.compile(r"\w*ge\w{2,}(?:t|en)")


def decision(reading: Reading, holders: tuple[Holder, ...], after: int, end: int, frame: str) -> Complement | None:
    """Return the deed behind a modal that ends before ``after``, in a clause that ends at ``end``, or None.

    ``to_decide`` fits verbs of decision; ``refused`` any verb that is negated.
    """
    if reading.grammar.lang == "de":
        verb = _closing_infinitive(reading, after, end)
        first = max([after, *(holder.end for holder in holders if after <= holder.start <= after + 1)])
        stop = verb + 1
    else:
        verb = first = after
        stop = min(end, reach(reading, after, clause=True))
    if verb in reading.stances and verb > after:
        return None  # "will dem Vertrag nicht zustimmen": that verb says more
    negations = sum(reading.bits[at] & NEGATIONS != 0 for at in range(first, stop))
    if frame == "refused":
        return Complement(first, stop, frame) if negations == 1 and stop - first >= _SHORTEST_REFUSAL else None
    is_decision = not negations and reading.grammar.has("decisions", reading.lowers[verb])
    return Complement(first, stop, frame) if is_decision else None


def is_participle(reading: Reading, at: int) -> bool:
    """Tell a German participle: it closes a clause and is no part of what the clause is about."""
    if reading.grammar.lang != "de" or reading.bits[at] & (NAMED | CAPITAL):
        return False
    return _PARTICIPLE.fullmatch(reading.lowers[at]) is not None


def _closing_infinitive(reading: Reading, after: int, end: int) -> int:
    """Return the infinitive that closes a German clause, or ``after - 1`` where none does."""
    verb = end - 1
    while verb > after and reading.bits[verb] & PUNCTUATION:
        verb -= 1
    is_infinitive = reading.lowers[verb].endswith("n") and not reading.bits[verb] & (NAMED | CAPITAL)
    return verb if is_infinitive and not is_participle(reading, verb) else after - 1


def names_body(reading: Reading, about: Complement) -> bool:
    """Tell whether a decision names whom somebody may belong to: "der Nato beitreten"."""
    return any(reading.bits[at] & NAMED and reading.name_at[at].kind in _BODIES for at in range(about.start, about.end))
