"""How much the stories hang on their parameters: ``python benchmarks/stories_robust.py [--by 10]``.

Each parameter of ``StoryPolicy`` is set so many percent lower and higher, one at a time, and the labelled sets of
``tools/score_stories.py`` are scored anew (B-cubed F1; ``sparse`` by its first draw). The last lines give the range.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.cli.storylines import answer_lines
from bot.resources import load_lexicon
from rules.stories import StoryPolicy, StoryWords, TermWeights
from tools.score_stories import FILES, GOALS, folder, load_scorer, sparse

COUNTS = frozenset({"nearest"})  # a number of members, which has no ten percent
SHOWN = ("id", "title", "text", "time", "lang")
Row = dict[str, Any]


def varied(share: float) -> Iterator[tuple[str, StoryPolicy]]:
    """Yield every policy with one parameter moved by a share of itself, and the parameter's name."""
    usual = StoryPolicy()
    for one in fields(StoryPolicy):
        value = getattr(usual, one.name)
        if isinstance(value, float | timedelta) and one.name not in COUNTS:
            moved: dict[str, Any] = {one.name: value * (1 + share)}
            yield one.name, replace(usual, **moved)
    for one in fields(TermWeights):
        terms = replace(usual.terms, **{one.name: getattr(usual.terms, one.name) * (1 + share)})
        yield f"terms.{one.name}", replace(usual, terms=terms)


def labelled() -> dict[str, list[Row]]:
    """Return the rows of every set."""
    sets = {
        name: [json.loads(line) for line in (folder() / file).read_text(encoding="utf-8").splitlines() if line]
        for name, file in FILES.items()
    }
    return sets | {"sparse": sparse(sets["dated"], 0)}


def main(arguments: Iterable[str] | None = None) -> None:
    """Print a line a parameter and direction, then the range of each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--by", type=float, default=10, help="percent")
    by = parser.parse_args(list(arguments) if arguments is not None else None).by / 100
    if not (folder() / "score_stories.py").exists():
        sys.stdout.write(f"{folder()}: the labelled sets are not here; set TOCSIN_SHARED\n")
        return
    scorer, words, sets = load_scorer(folder() / "score_stories.py"), StoryWords.of(load_lexicon()), labelled()

    def scored(policy: StoryPolicy) -> dict[str, float]:
        found = {}
        for name, rows in sets.items():
            lines = [json.dumps({key: row[key] for key in SHOWN if row.get(key) is not None}).encode() for row in rows]
            answers = [json.loads(line) for line, _ in answer_lines(words, lines, policy=policy)]
            told = {answer["id"]: answer["story"] for answer in answers}
            found[name] = float(scorer.score({row["id"]: row["story"] for row in rows}, told)["b3_f1"])
        return found

    table = {"as it is": scored(StoryPolicy())}
    for share in (-by, by):
        table |= {f"{name} {share:+.0%}": scored(policy) for name, policy in varied(share)}
    sys.stdout.write(f"{'':24}" + "".join(f"{name:>10}" for name in sets) + "\n")
    for label, scores in table.items():
        sys.stdout.write(f"{label:24}" + "".join(f"{scores[name]:10.3f}" for name in sets) + "\n")
    for word, pick in (("lowest", min), ("highest", max)):
        ends = {name: pick(scores[name] for scores in table.values()) for name in sets}
        sys.stdout.write(f"{word:24}" + "".join(f"{ends[name]:10.3f}" for name in sets) + "\n")
    sys.stdout.write(f"{'goal, as it is':24}" + "".join(f"{GOALS[name]:10.2f}" for name in sets) + "\n")


if __name__ == "__main__":
    main()
