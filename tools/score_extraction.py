"""Scores the reader on every labelled set, with its peers beside it: ``python tools/score_extraction.py [KIND]``.

Prints, per kind of claim, the reference passages (dev, if they lie beside the checkout) and both halves of our own
two sets (tune, held; tune2, held2); then the peers on the same English figures; then the source families. Nothing of a
passage is printed. docs/quality.md says what the columns mean.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from statistics import mean
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.resources import load_lexicon
from rules.extract import Extractor
from rules.extract.record import extraction_record
from tools import score_sets as sets
from tools.score_claims import Row, Tally
from tools.score_page import Measures, Table, write
from tools.score_peers import PACKAGES, peers
from tools.score_sets import PARTS, TITLES, LabelledSet, Read

OURS: Final = "Tocsin"
KINDS: Final = ("figures", "positions", "provenance")
MAIN_LEVEL: Final = {"figures": "value, bound, unit", "positions": "actor and stance"}
READING: Final = "Reading (precision recall F1)"
BESIDE_PEERS: Final = ("value", "value, bound, unit", "by chance", "false alarms")
WIDTH: Final = 22  # of a column
CHANCE: Final = "by chance"  # where F1 at the main level would lie with as many other passages
Answers = dict[str, Row]  # by passage id


def our_reader() -> Read:
    """Return the reader as the product runs it."""
    return reader(Extractor(load_lexicon()))


def reader(extractor: Extractor) -> Read:
    """Let an extractor read a passage, with the language that the passage is labelled with."""

    def read(row: Row) -> Row:
        publisher = row.get("source", "").partition(":")[2] if "chain" in row else ""  # no source of its own text
        extraction = extractor.extract(row["text"], title=row.get("title") or "", outlet=publisher, lang=row["lang"])
        return extraction_record(row["id"], extraction)

    return read


def read_all(labelled: LabelledSet, read: Read) -> Answers:
    """Let one system read every passage of a set."""
    return {row["id"]: read(row) for row in labelled.rows}


def measure(labelled: LabelledSet, answers: Answers) -> Measures:
    """Return what is reported of one system on one set, in the order in which it is printed."""
    if labelled.kind == "provenance":
        found = sets.score_provenance(labelled.rows, {key: answer["provenance"] for key, answer in answers.items()})
        return {name: f"{value:.2f}" for name, value in found.items()}
    claims = {key: answer[labelled.kind] for key, answer in answers.items()}
    shown = {name: triple(tally) for name, tally in sets.score(labelled.kind, labelled.rows, claims).items()}
    level = MAIN_LEVEL[labelled.kind]
    low, high = sets.interval(labelled.kind, level, labelled.rows, claims)
    shown[CHANCE] = f"F1 {low:.2f} to {high:.2f}"
    fired, empty = sets.false_alarms(labelled.kind, labelled.rows, claims)
    shown["false alarms"] = f"{fired} of {empty}"
    if labelled.kind == "positions":
        found_conditions, conditional = sets.conditions(labelled.rows, claims)
        shown["conditions found"] = f"{found_conditions} of {conditional}"
    return shown


def triple(tally: Tally) -> str:
    """Show precision, recall and F1."""
    return f"{tally.precision:.2f} {tally.recall:.2f} {tally.f1:.2f}"


def measure_families(labelled: LabelledSet, answers: Answers) -> Measures:
    """Return mean and least F1 over the source families, and which family is the worst."""
    claims = {key: answer[labelled.kind] for key, answer in answers.items()}
    entries = sets.families(labelled.kind, MAIN_LEVEL[labelled.kind], labelled.rows, claims)
    if not entries:
        return {}
    return {
        "families": str(len(entries)),
        "mean F1": f"{mean(f1 for _, _, f1 in entries):.2f}",
        "least F1": f"{entries[0][2]:.2f}",
        "in": f"{entries[0][0].partition(' (')[0]}, {entries[0][1]} claims",
    }


def all_tables(kinds: Collection[str] = KINDS, rivals: Mapping[str, Read] | None = None) -> dict[str, Table]:
    """Measure every set of these kinds; the outer key is the heading of a table. ``rivals``: the peers, if not all."""
    ours, rivals = our_reader(), peers() if rivals is None else rivals
    results: Table = {}
    beside: Table = {}
    kin: Table = {}
    for labelled in sets.labelled_sets():
        if labelled.kind not in kinds:
            continue
        title, part = TITLES[labelled.name], labelled.part
        answers = read_all(labelled, ours)
        results.setdefault(title, {})[part] = measure(labelled, answers)
        if labelled.kind != "provenance":
            kin.setdefault(title, {})[part] = measure_families(labelled, answers)
        if labelled.name == "figures.en":
            read = {OURS: answers, **{name: read_all(labelled, rival) for name, rival in rivals.items()}}
            for name, theirs in read.items():
                shown = measure(labelled, theirs)
                beside.setdefault(name, {})[part] = {key: shown[key] for key in BESIDE_PEERS}
    return {
        READING: results,
        "English figures beside peers (precision recall F1)": beside,
        f"By source family (F1 of each with {sets.SMALLEST_FAMILY} claims or more)": kin,
    }


def show(tables: dict[str, Table]) -> None:
    """Print the tables, one column for each part that is here."""
    here = [part for part in PARTS if any(part in row for row in tables[READING].values())]
    for heading, table in tables.items():
        if not table:
            continue
        say(f"\n{heading}")
        say(f"  {'':26s}{'':20s}" + "".join(f"{part:>{WIDTH}s}" for part in here))
        for title, columns in table.items():
            names = dict.fromkeys(name for part in here for name in columns.get(part, {}))
            for number, name in enumerate(names):
                cells = "".join(f"{columns.get(part, {}).get(name, '-'):>{WIDTH}s}" for part in here)
                say(f"  {title if number == 0 else '':26s}{name:20s}{cells}")


def say(line: str) -> None:
    """Write one line to standard output."""
    sys.stdout.write(f"{line}\n")


def absent() -> list[str]:
    """Return what cannot be measured on this machine, a sentence each."""
    sentences = []
    if all(labelled.part != "dev" for labelled in sets.labelled_sets(["dev"])):
        sentences.append(f"{sets.shared_folder()}: the dev passages are not here; set TOCSIN_SHARED")
    lacking = sorted(PACKAGES.keys() - peers().keys())
    if lacking:
        packages = " ".join(PACKAGES[name] for name in lacking)
        sentences.append(f"{' and '.join(lacking)}: not installed; pip install {packages}")
    return sentences


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return 1 where a page was to be written and something cannot be measured here."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kind", nargs="?", choices=KINDS, help="only this kind of claim, and no peers: fast")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="also write the tables between the marks of a page")
    options = parser.parse_args(arguments)
    if options.write and options.kind:
        parser.error("a page holds every kind; leave the kind out")
    if options.kind:
        show(all_tables([options.kind], {}))
        return 0
    lacking = absent()
    sys.stderr.writelines(f"{sentence}\n" for sentence in lacking)
    if options.write and lacking:
        return 1
    tables = all_tables()
    if options.write:
        write(options.write, tables)
    if options.json:
        say(json.dumps(tables, ensure_ascii=False, indent=1))
    else:
        show(tables)
    return 0


if __name__ == "__main__":
    sys.exit(main())
