"""Who holds a stance: a person, a state, a body, or a group as the text words it."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.names import Name
from rules.model import Confidence

_ACTING: Final = frozenset(
    {"state", "territory", "organisation", "institution", "armed_group", "party", "group", "region"}
)


class Holder(NamedTuple):
    """Who holds a stance. ``start:end`` are token indexes of the words that name the holder.

    ``quantifier`` says how much of a group ("most"), or is empty.
    """

    name: str
    affiliation: str | None
    kind: str
    start: int
    end: int
    confidence: Confidence = Confidence.HIGH
    reason: str = "named in the lexicon"
    quantifier: str = ""


def holder_of(name: Name, start: int, end: int, reason: str = "named in the lexicon") -> Holder | None:
    """Return the holder a name stands for, or None for places that do not act."""
    if name.kind == "person":
        confidence = Confidence.MEDIUM if name.role == "titled" else Confidence.HIGH
        reason = "introduced by a title" if name.role == "titled" else reason
        return Holder(name.canonical, name.affiliation, "person", start, end, confidence, reason)
    if name.kind == "city":
        return (
            Holder(name.actor, None, "state", start, end, Confidence.HIGH, reason)
            if name.actor != name.canonical
            else None
        )
    if name.kind == "state" and name.role == "people" and name.canonical != "Palestine":
        return None  # "Americans are split": a public, not a state
    if name.kind in _ACTING:
        affiliation = name.affiliation if name.kind in ("party", "institution") else None
        return Holder(name.canonical, affiliation, name.kind, start, end, Confidence.HIGH, reason)
    return None
