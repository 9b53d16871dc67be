"""The labelled sets: which there are, where they lie, and what each system says about their passages.

``dev`` is the reference data beside the checkout, with which the reader was written; ``tune`` and ``held`` are the two
halves of our own passages in tests/rules/extract/gold (see its README), ``tune2`` and ``held2`` those of a second set
that was written later: nobody looks into a half ``held``.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Final

from tools.score_claims import (
    CONDITION_OVERLAP,
    FIGURE_LEVELS,
    POSITION_LEVELS,
    Agrees,
    Row,
    Tally,
    overlap,
    pairing,
    same_quote,
    same_value,
    source_key,
    tally,
)

ROOT: Final = Path(__file__).resolve().parent.parent
OWN: Final = ROOT / "tests" / "rules" / "extract" / "gold"
SECOND: Final = OWN / "second"
HALVES: Final = ("tune", "held")
SECOND_HALVES: Final = ("tune2", "held2")
PARTS: Final = ("dev", *HALVES, *SECOND_HALVES)
DEV_FILES: Final = {
    "figures.en": "gold/figures.dev.jsonl",
    "figures.multi": "gold/figures.multi.dev.jsonl",
    "positions.en": "gold/positions.dev.jsonl",
    "positions.multi": "gold/positions.multi.dev.jsonl",
    "provenance": "stories/provenance.dev.jsonl",
}
TITLES: Final = {
    "figures.en": "figures, English",
    "figures.multi": "figures, de/fr/uk/ru",
    "positions.en": "positions, English",
    "positions.multi": "positions, de/fr/uk/ru",
    "provenance": "provenance",
}
NOTHING: Final = Tally(found=0, wrong=0, missed=0)
REDRAWS: Final = 2000
SMALLEST_FAMILY: Final = 5  # labelled claims; fewer say nothing about a family

Read = Callable[[Row], Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """Passages of one kind in one part, with their labels."""

    name: str  # as in TITLES
    part: str  # as in PARTS
    rows: tuple[Row, ...]

    @property
    def kind(self) -> str:
        """What is labelled: figures, positions or provenance."""
        return self.name.partition(".")[0]


def half(passage: str) -> str:
    """Return the half to which an own passage belongs, by its id alone."""
    return "tune" if int(hashlib.sha256(passage.encode()).hexdigest()[:8], 16) % 2 == 0 else "held"


def load_rows(path: Path) -> tuple[Row, ...]:
    """Read one object a line."""
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def shared_folder() -> Path:
    """Return the folder of the reference data."""
    return Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared")) / "dev"


def passages_of(name: str, part: str) -> Path:
    """Return the file of one kind of passages in one part."""
    if part == "dev":
        return shared_folder() / DEV_FILES[name]
    if part in SECOND_HALVES:
        return SECOND / f"{name}.{part.removesuffix('2')}.jsonl"
    return OWN / f"{name}.{part}.jsonl"


def labelled_sets(parts: Iterable[str] = PARTS) -> list[LabelledSet]:
    """Load the sets of the parts asked for; a dev set that is not on this machine is left out."""
    sets = []
    for name in TITLES:
        for part in parts:
            path = passages_of(name, part)
            if part != "dev" or path.exists():
                sets.append(LabelledSet(name=name, part=part, rows=load_rows(path)))
    return sets


def aliases() -> Mapping[str, str]:
    """Return other spellings of one source in our own passages."""
    spellings: dict[str, str] = {}
    for folder in (OWN, SECOND):
        spellings |= json.loads((folder / "provenance.aliases.json").read_text(encoding="utf-8"))
    return spellings


def levels(kind: str) -> Mapping[str, Agrees]:
    """Return the levels at which claims of a kind are compared."""
    return FIGURE_LEVELS if kind == "figures" else POSITION_LEVELS


def score(kind: str, rows: Sequence[Row], claims: Mapping[str, Sequence[Row]]) -> dict[str, Tally]:
    """Return the tally of every level over all passages; ``claims`` is by passage id."""
    loose = same_value if kind == "figures" else same_quote
    return {
        level: sum(
            (tally(row[kind], claims[row["id"]], agree, loose) for row in rows), Tally(found=0, wrong=0, missed=0)
        )
        for level, agree in levels(kind).items()
    }


def interval(kind: str, level: str, rows: Sequence[Row], claims: Mapping[str, Sequence[Row]]) -> tuple[float, float]:
    """Return the bounds between which 95 of 100 redraws of the passages have their F1 (bootstrap, always the same)."""
    loose = same_value if kind == "figures" else same_quote
    counts = [tally(row[kind], claims[row["id"]], levels(kind)[level], loose) for row in rows]
    chance = random.Random(len(rows))  # noqa: S311  a draw, no secret
    found = sorted(sum(chance.choices(counts, k=len(counts)), NOTHING).f1 for _ in range(REDRAWS))
    return found[REDRAWS // 40], found[-1 - REDRAWS // 40]


def false_alarms(kind: str, rows: Sequence[Row], claims: Mapping[str, Sequence[Row]]) -> tuple[int, int]:
    """Return how many passages that require nothing got a claim, and how many such passages there are."""
    loose = same_value if kind == "figures" else same_quote
    empty = [row for row in rows if all(label.get("optional") for label in row[kind])]
    fired = sum(len(claims[row["id"]]) > len(pairing(row[kind], claims[row["id"]], loose)) for row in empty)
    return fired, len(empty)


def conditions(rows: Sequence[Row], claims: Mapping[str, Sequence[Row]]) -> tuple[int, int]:
    """Return how many conditions were found, and how many are labelled."""
    labelled = found = 0
    for row in rows:
        wanted = [label for label in row["positions"] if label["condition"] and not label.get("optional")]
        labelled += len(wanted)
        found += len(pairing(wanted, claims[row["id"]], _same_condition))
    return found, labelled


def _same_condition(label: Row, claim: Row) -> bool:
    return same_quote(label, claim) and overlap(label["condition"], claim.get("condition")) >= CONDITION_OVERLAP


def families(
    kind: str, level: str, rows: Sequence[Row], claims: Mapping[str, Sequence[Row]]
) -> list[tuple[str, int, float]]:
    """Return (family, labelled claims, F1) for every family with enough claims, worst first."""
    found = []
    for family in dict.fromkeys(row["family"] for row in rows):
        part = [row for row in rows if row["family"] == family]
        labelled = sum(not label.get("optional") for row in part for label in row[kind])
        if labelled >= SMALLEST_FAMILY:
            found.append((family, labelled, score(kind, part, claims)[level].f1))
    return sorted(found, key=lambda entry: entry[2])


def score_provenance(rows: Sequence[Row], read: Mapping[str, Row]) -> dict[str, float]:
    """Return origin accuracy, chain F1 (sources as a set, over all passages) and F1 of "the innermost is unnamed"."""
    names = aliases()
    right, chain, unnamed = [], NOTHING, NOTHING
    for row in rows:
        ours = read[row["id"]]
        right.append(source_key(ours["origin"], names) == source_key(row["origin"], names))
        wanted, given = ({source_key(hop, names) for hop in entry["chain"]} for entry in (row, ours))
        chain += Tally(found=len(wanted & given), wrong=len(given - wanted), missed=len(wanted - given))
        unnamed += Tally(
            found=row["anonymous"] and ours["anonymous"],
            wrong=ours["anonymous"] and not row["anonymous"],
            missed=row["anonymous"] and not ours["anonymous"],
        )
    return {"origin right": mean(right), "chain F1": chain.f1, "unnamed F1": unnamed.f1}
