"""Scores the extractor on the labelled passages: ``python tools/score_extraction.py [figures] [--by-family]``.

Runs the scorers of ../shared/dev/gold as they are and prints their tables; nothing of the passages is printed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.resources import load_lexicon  # noqa: E402  the checkout is not installed
from rules.extract import Extractor  # noqa: E402
from rules.extract.record import extraction_record  # noqa: E402

SETS = {
    "figures": ("figures.dev.jsonl", "figures.multi.dev.jsonl"),
    "positions": ("positions.dev.jsonl", "positions.multi.dev.jsonl"),
}


def gold_folder() -> Path:
    """Return the folder of the labelled passages."""
    return Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared")) / "dev" / "gold"


def load_scorer(folder: Path) -> ModuleType:
    """Import the scorer that lies beside the passages."""
    spec = importlib.util.spec_from_file_location("gold_score", folder / "score.py")
    if spec is None or spec.loader is None:
        sys.exit(f"{folder}: there is no scorer here; set TOCSIN_SHARED")
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    return module


def predictions(extractor: Extractor, passages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Extract every passage with the language that it is labelled with."""
    return [
        extraction_record(passage["id"], extractor.extract(passage["text"], lang=passage["lang"]))
        for passage in passages
    ]


def main() -> int:
    """Print one table per set, and per language or family where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("kind", nargs="?", choices=tuple(SETS), help="only this kind of claim")
    parser.add_argument("--by-family", action="store_true", help="also one line per source family")
    options = parser.parse_args()
    folder = gold_folder()
    if not folder.is_dir():
        sys.stderr.write(f"{folder}: the labelled passages are not here; set TOCSIN_SHARED\n")
        return 1
    scorer, extractor = load_scorer(folder), Extractor(load_lexicon())
    for kind in [options.kind] if options.kind else SETS:
        for file in SETS[kind]:
            gold = scorer.load(folder / file)
            report(scorer, extractor, kind, file, gold, by_family=options.by_family)
    return 0


def report(
    scorer: ModuleType, extractor: Extractor, kind: str, file: str, gold: list[dict[str, Any]], *, by_family: bool
) -> None:
    """Print the scorer's table of one set, and one line per group of passages."""
    predicted = {record["id"]: record for record in predictions(extractor, gold)}
    print(f"\n{file} ({len(gold)} passages)")  # noqa: T201
    scorer.show(scorer.score(kind, gold, list(predicted.values())))
    keys = [("lang", passage["lang"]) for passage in gold] + [("family", passage["family"]) for passage in gold]
    for key, value in dict.fromkeys(keys):
        if (key == "family" and not by_family) or (key == "lang" and "multi" not in file):
            continue
        part = [passage for passage in gold if passage[key] == value]
        levels = scorer.score(kind, part, [predicted[passage["id"]] for passage in part])
        shown = {name: level["f1"] for name, level in levels.items() if "f1" in level}
        print(f"  {value[:34]:34s} n={len(part):3d} {json.dumps(shown)}")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
