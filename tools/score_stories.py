"""Scores stories on the labelled sets beside the checkout: ``python tools/score_stories.py [--json]``.

Runs ``tocsin stories`` over ../shared/dev/stories in file order and scores it with the scorer there (B-cubed);
``sparse`` is the dated set with 60 % of its stories cut to one item, the mean over five draws.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.cli.storylines import answer_lines
from bot.resources import load_lexicon
from rules.stories import StoryWords

ROOT = Path(__file__).resolve().parent.parent
FILES = {"dated": "stories.dev.jsonl", "ecb+": "stories_ecb.dev.jsonl", "meantime": "stories_meantime.dev.jsonl"}
GOALS = {"dated": 0.91, "sparse": 0.91, "ecb+": 0.86, "meantime": 0.65}
SPARSE_DRAWS, CUT = 5, 0.6

Row = dict[str, Any]


def folder() -> Path:
    """Return the folder of the labelled sets."""
    return Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared")) / "dev" / "stories"


def load_scorer(path: Path) -> ModuleType:
    """Import the scorer that lies beside the sets."""
    spec = importlib.util.spec_from_file_location("score_stories_scorer", path)
    if spec is None or spec.loader is None or not path.exists():
        sys.exit(f"{path}: there is no scorer here; set TOCSIN_SHARED")
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    return module


def predict(words: StoryWords, rows: list[Row]) -> dict[Any, Any]:
    """Assign every row with what the command would be given: no label, no source."""
    shown = ("id", "title", "text", "time", "lang")
    lines = [json.dumps({key: row[key] for key in shown if row.get(key) is not None}).encode() for row in rows]
    answers = [json.loads(line) for line, _ in answer_lines(words, lines)]
    return {answer["id"]: answer["story"] for answer in answers}


def sparse(rows: list[Row], seed: int) -> list[Row]:
    """Cut 60 % of the stories to one item each."""
    chance = random.Random(seed)  # noqa: S311  a draw, no secret
    stories = sorted({row["story"] for row in rows})
    kept = {
        story: chance.choice([row["id"] for row in rows if row["story"] == story])
        for story in chance.sample(stories, int(len(stories) * CUT))
    }
    return [row for row in rows if kept.get(row["story"], row["id"]) == row["id"]]


def main() -> int:
    """Print a line a set; return 1 when a set is below its goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    args = parser.parse_args()
    scorer = load_scorer(folder() / "score_stories.py")
    words = StoryWords.of(load_lexicon())
    sets = {
        name: [[json.loads(line) for line in (folder() / file).read_text(encoding="utf-8").splitlines() if line]]
        for name, file in FILES.items()
    }
    sets["sparse"] = [sparse(sets["dated"][0], seed) for seed in range(SPARSE_DRAWS)]
    table = {}
    for name, draws in sets.items():
        scores = [scorer.score({row["id"]: row["story"] for row in rows}, predict(words, rows)) for rows in draws]
        table[name] = {key: sum(score[key] for score in scores) / len(scores) for key in scores[0]}
    if args.json:
        sys.stdout.write(json.dumps(table, indent=1) + "\n")
    else:
        for name, score in table.items():
            sys.stdout.write(f"{scorer.fmt(name, {k: int(v) if k[0] in 'ncms' else v for k, v in score.items()})}\n")
    return 0 if all(table[name]["b3_f1"] >= goal for name, goal in GOALS.items()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
