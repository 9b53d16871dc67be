"""Lists what the reader gets wrong in our own passages: ``python tools/score_errors.py figures.en --set tune2``.

Only the halves ``tune`` and ``tune2`` can be listed. A half ``held`` tells how well the reader does on sentences that
nobody improved it for, and it would no longer tell once somebody had looked.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.score_claims import Row, agrees, name_key, pairing, plain, same_actor, same_position, same_value, unit_key
from tools.score_extraction import our_reader
from tools.score_sets import TITLES, labelled_sets

LISTED: Final = ("tune", "tune2")
FIELDS: Final = {"bound": plain, "unit": unit_key, "action": plain, "place": name_key, "status": plain}


def figure_errors(labels: list[Row], claims: list[Row]) -> Iterator[str]:
    """Yield a line for every figure that was missed, made up, or read with a wrong field."""
    paired = pairing(labels, claims, same_value)
    met = {label: claim for claim, label in paired.items()}
    for number, label in enumerate(labels):
        if label.get("optional"):
            continue
        if number not in met:
            yield f"missed  {label['quote']!r}: {label['unit']}, {label['actor']}, {label['action']}"
            continue
        claim = claims[met[number]]
        wrong = [field for field, key in FIELDS.items() if not agrees(label, claim, field, key)]
        if not same_actor(label, claim):
            wrong.insert(0, "actor")
        if wrong:
            shown = "; ".join(f"{field} {claim.get(field)}, not {label.get(field)}" for field in wrong)
            yield f"field   {label['quote']!r}: {shown}"
    for number, claim in enumerate(claims):
        if number not in paired:
            yield f"made up {claim['quote']!r}: {claim['low']} {claim['unit']}, {claim['actor']}, {claim['action']}"


def position_errors(labels: list[Row], claims: list[Row]) -> Iterator[str]:
    """Yield a line for every position that was missed or made up."""
    paired = pairing(labels, claims, same_position)
    for number, label in enumerate(labels):
        if number not in paired.values() and not label.get("optional"):
            yield f"missed  {label['actor']}, {label['stance']}: {label['quote']!r}"
    for number, claim in enumerate(claims):
        if number not in paired:
            yield f"made up {claim['actor']}, {claim['stance']}: {claim['quote']!r}"


def provenance_errors(label: Row, read: Row) -> Iterator[str]:
    """Yield a line where the chain, its innermost source or the origin differ; a mere other spelling is listed too."""
    for field in ("chain", "anonymous", "origin"):
        if label[field] != read[field]:
            yield f"field   {field} {read[field]!r}, not {label[field]!r}"


def main(arguments: list[str] | None = None) -> int:
    """Print every passage with an error, and its errors."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", choices=tuple(TITLES), help="which passages")
    parser.add_argument("--set", choices=LISTED, default=LISTED[0], help="of the first own set, or of the second")
    options = parser.parse_args(arguments)
    name = options.name
    read = our_reader()
    labelled = next(entry for entry in labelled_sets([options.set]) if entry.name == name)
    for row in labelled.rows:
        answer = read(row)
        if labelled.kind == "provenance":
            errors = list(provenance_errors(row, answer["provenance"]))
        else:
            lines = figure_errors if labelled.kind == "figures" else position_errors
            errors = list(lines(row[labelled.kind], answer[labelled.kind]))
        if errors:
            sys.stdout.write(f"{row['id']} ({row['family']}) {row['text']}\n")
            sys.stdout.writelines(f"    {line}\n" for line in errors)
    return 0


if __name__ == "__main__":
    sys.exit(main())
