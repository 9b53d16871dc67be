"""Compares extracted claims with labelled ones: figures, positions and provenance, over many passages.

The measures are those of the labelling guidelines: a claim counts when every field of the level agrees with the label
or with one of its ``_alt`` values; optional labels are neither asked for nor counted against; one prediction meets one
label.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Row = dict[str, Any]
Agrees = Callable[[Row, Row], bool]

SAME_UNIT: Final = {
    "soldier": "troops",
    "peacekeeper": "troops",
    "personnel": "troops",
    "marine": "troops",
    "people": "person",
    "missile": "rocket",
    "plane": "aircraft",
    "jet": "aircraft",
    "warplane": "aircraft",
    "tonne": "ton",
    "detainee": "prisoner",
    "captive": "prisoner",
    "asylum seeker": "refugee",
    "immigrant": "migrant",
    "fighter": "militant",
    "insurgent": "militant",
    "rebel": "militant",
    "fatality": "death",
    "truck": "vehicle",
    "ship": "warship",
    "boat": "warship",
    "frigate": "warship",
    "officer": "police",
    "policeman": "police",
}
SAME_NAME: Final = {
    "european union": "eu",
    "e.u.": "eu",
    "united nations": "un",
    "u.n.": "un",
    "democratic republic of the congo": "dr congo",
    "czech republic": "czechia",
    "palestinian authority": "palestine",
    "kyiv": "ukraine",
}
UNNAMED: Final = re.compile(
    r"\b(sources?|officials?|diplomats?|people|persons?|someone|insiders?|aides?|teller|strategists|lobbyist"
    r"|spokes(?:woman|person)|residents|doctors|migrants|politicians|anonymous)\b"
)
QUOTE_OVERLAP, CONDITION_OVERLAP = 0.3, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many claims were found, how many were reported wrongly, how many were missed."""

    found: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the reported claims that are right."""
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 0.0

    @property
    def recall(self) -> float:
        """Share of the labelled claims that were reported."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.found / (2 * self.found + self.wrong + self.missed) if self.found else 0.0

    def __add__(self, other: Tally) -> Tally:
        """Add two tallies up."""
        return Tally(found=self.found + other.found, wrong=self.wrong + other.wrong, missed=self.missed + other.missed)


def name_key(name: object) -> str | None:
    """Return a name without case, article and genitive, or None for no name."""
    if name is None:
        return None
    bare = re.sub(r"\s+", " ", str(name)).strip().casefold().removeprefix("the ")
    bare = re.sub(r"['’]s$", "", bare)
    return SAME_NAME.get(bare, bare) or None


def unit_key(unit: object) -> str | None:
    """Return a unit in the singular, with the guidelines' synonyms made one."""
    if unit is None:
        return None
    bare = re.sub(r"[\s_-]+", " ", str(unit)).strip().casefold()
    if bare not in {"troops", *SAME_UNIT} and len(bare) > 3:
        bare = bare.rstrip("s")
    return SAME_UNIT.get(bare, bare)


def plain(value: object) -> object:
    """Return the value of a closed field as it stands, without case."""
    return str(value).casefold() if value else None


def agrees(label: Row, claim: Row, field: str, key: Callable[[object], object] = plain) -> bool:
    """Tell whether a field has the labelled value or one of its alternatives."""
    return key(claim.get(field)) in [key(value) for value in (label.get(field), *label.get(f"{field}_alt", ()))]


def same_actor(label: Row, claim: Row) -> bool:
    """Tell whether the actors agree: by name, by affiliation, or by surname alone."""
    accepted = [name_key(value) for value in (label.get("actor"), *label.get("actor_alt", ()))]
    if label.get("actor_affiliation"):
        accepted.append(name_key(label["actor_affiliation"]))
    actor = name_key(claim.get("actor"))
    if actor in accepted:
        return True
    return bool(actor and " " not in actor and any(name and name.split()[-1] == actor for name in accepted))


def same_value(label: Row, claim: Row) -> bool:
    """Tell whether both ends of the amount are the same number."""
    for end in ("low", "high"):
        ours, theirs = claim.get(end), label[end]
        if ours is None or abs(ours - theirs) > 1e-6 * max(1.0, abs(ours), abs(theirs)):
            return False
    return True


def same_figure(label: Row, claim: Row) -> bool:
    """Tell whether value, bound and unit agree."""
    return same_value(label, claim) and agrees(label, claim, "bound") and agrees(label, claim, "unit", unit_key)


def overlap(one: str | None, other: str | None) -> float:
    """Return the Dice coefficient of two texts' words."""
    left, right = (Counter(re.findall(r"\w+", (text or "").casefold())) for text in (one, other))
    words = left.total() + right.total()
    return 2 * (left & right).total() / words if words else 0.0


def same_quote(label: Row, claim: Row) -> bool:
    """Tell whether the quotes lie over one another."""
    return overlap(label["quote"], claim.get("quote")) >= QUOTE_OVERLAP


def same_position(label: Row, claim: Row) -> bool:
    """Tell whether quote, actor and stance agree."""
    return same_quote(label, claim) and same_actor(label, claim) and agrees(label, claim, "stance")


FIGURE_LEVELS: Final[Mapping[str, Agrees]] = {
    "value": same_value,
    "value, bound, unit": same_figure,
    "... and actor": lambda label, claim: same_figure(label, claim) and same_actor(label, claim),
    "... and all fields": lambda label, claim: (
        same_figure(label, claim)
        and same_actor(label, claim)
        and agrees(label, claim, "action")
        and agrees(label, claim, "place", name_key)
        and agrees(label, claim, "status")
    ),
}
POSITION_LEVELS: Final[Mapping[str, Agrees]] = {"quote": same_quote, "actor and stance": same_position}


def pairing(labels: Sequence[Row], claims: Sequence[Row], agree: Agrees) -> dict[int, int]:
    """Pair as many claims with labels as possible, each once: claim index -> label index."""
    holder: dict[int, int] = {}

    def place(label: int, tried: set[int]) -> bool:
        for claim in range(len(claims)):
            if claim in tried or not agree(labels[label], claims[claim]):
                continue
            tried.add(claim)
            if claim not in holder or place(holder[claim], tried):
                holder[claim] = label
                return True
        return False

    for label in range(len(labels)):
        place(label, set())
    return holder


def tally(labels: Sequence[Row], claims: Sequence[Row], agree: Agrees, loose: Agrees) -> Tally:
    """Count one passage; ``loose`` decides which further claims an optional label excuses."""
    required = [label for label in labels if not label.get("optional")]
    paired = pairing(required, claims, agree)
    rest = [claim for number, claim in enumerate(claims) if number not in paired]
    excused = len(pairing([label for label in labels if label.get("optional")], rest, loose))
    return Tally(found=len(paired), wrong=len(rest) - excused, missed=len(required) - len(paired))


def source_key(source: object, aliases: Mapping[str, str]) -> str | None:
    """Return an attributed source without case, quotation marks and article; every unnamed one is the same."""
    bare = name_key(re.sub(r"[\"'„“”«»‘’]", "", str(source))) if source is not None else None
    if bare is None:
        return None
    bare = re.sub(r"^(die|der|das|le|la|el) ", "", bare)
    bare = aliases.get(bare, bare)
    bare = aliases.get(re.sub(r" (newspaper|news agency|agency)$", "", bare), bare)
    return "(unnamed)" if UNNAMED.search(bare) else bare
