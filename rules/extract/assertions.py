"""Whether what is written like a verb of stance states one: a verb in its clause, and a clause that asserts."""

from __future__ import annotations

from typing import Final

from rules.extract.clauses import Group
from rules.extract.gazetteer import Mark
from rules.extract.reading import Reading
from rules.extract.verbs import clause_before
from rules.extract.wordclasses import (
    ADVERB,
    AUXILIARIES,
    BE,
    BLOC,
    COLLECTIVE,
    COMMA,
    COORDINATORS,
    DETERMINERS,
    DOUBTS,
    HIS,
    ITS,
    MODALS,
    NAMED,
    OUR,
    POSSESSIVE,
    RELATIVES,
    THEIR,
    THEY,
    WE,
)

_INSERTION: Final = 10  # tokens of an insertion between two commas


def is_bare_verb(reading: Reading, index: int, group: Group) -> bool:
    """Tell whether a base form is a verb here: behind "to", an auxiliary, a plural pronoun or a plural noun."""
    if reading.bits[index - 1] & BE or reading.grammar.has("possessing", reading.lowers[index - 1]):
        return False  # "will be back", "has veto power"
    if group.modal or group.governor >= 0 or group.infinitive or (group.negated and group.start < index):
        return True
    before = _before_insertion(reading, group.start - 1)
    if before < 0:
        return False
    if reading.bits[before] & (THEY | WE | RELATIVES):
        return True
    name = reading.name_at.get(before)
    if name is not None:
        first = reading.name_start(before)
        joined = reading.bits[first - 1] & COORDINATORS and reading.bits[first - 2] & NAMED
        return bool(joined or name.role == "people" or name.kind in ("group", "party", "armed_group"))
    return reading.bits[before] & (COLLECTIVE | BLOC) != 0 and reading.lowers[before].endswith("s")


def _before_insertion(reading: Reading, before: int) -> int:
    """Return the token before an insertion that ends at ``before``: "EU states, Malta among them, oppose"."""
    if before < 1 or not reading.bits[before] & COMMA:
        return before
    opened = next((at for at in range(before - 1, max(0, before - _INSERTION), -1) if reading.bits[at] & COMMA), 0)
    return opened - 1 if opened else before


def is_adjectival(reading: Reading, index: int, mark: Mark) -> bool:
    """Tell a participle that is no verb, right behind an article or a possessive: "the approved plan"."""
    if mark.role != "forms" or index == 0:
        return False
    before = index - 1
    if reading.lowers[before] == "-":
        return True  # "U.S.-backed"
    while before > 0 and reading.bits[before] & ADVERB:
        before -= 1
    if reading.bits[before] & NAMED and not reading.bits[before] & POSSESSIVE:
        return False
    return bool(
        reading.bits[before] & POSSESSIVE
        or (reading.bits[before] & (DETERMINERS | HIS | ITS | THEIR | OUR) and not reading.bits[before] & RELATIVES)
    )


def is_counterfactual(reading: Reading, group: Group, index: int) -> bool:
    """Tell what did not happen: "would have approved"."""
    return any(
        reading.bits[at] & MODALS and reading.bits[at + 1] & AUXILIARIES and at + 1 < index
        for at in range(group.start, index)
    )


def is_unstated(reading: Reading, group: Group) -> bool:
    """Tell a clause that states nothing: behind "if" or "whether", or of a claim ("allegations that it backed")."""
    clause = clause_before(reading, group.start)
    boundary = clause.boundary
    if boundary < 0:
        return False
    if reading.bits[boundary] & DOUBTS:
        return "," not in reading.lowers[clause.start : clause.end]
    if reading.bits[boundary] & RELATIVES and reading.grammar.has("denials", reading.lowers[boundary - 1]):
        return True  # "denies that it backs the rebels"
    claims = reading.grammar.head("claim")
    return bool(reading.bits[boundary] & RELATIVES and reading.lowers[boundary - 1] in claims)
