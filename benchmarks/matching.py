"""How fast stored rules are matched: ratios within one run, and which of the goals they meet.

    python benchmarks/matching.py [--rules 1000,10000,100000] [--items 400] [--json]

The text is made (rulebench/world.py): 60,000 syllable-built words with Zipf frequencies, 80 to 700 of them an item.
Rules are boolean queries of 2 to 6 leaves in seven shapes, their words drawn from texts by document frequency, so that
they do fire. Peers (rulebench/peers.py), with the same results: every rule tried on every item (plain), and hyperscan
as a prefilter over the leaves where it is installed (it is no dependency: pip install hyperscan). Hostile texts are in
rulebench/hostile.py. Times are CPU of this process. Run it on an idle machine; the ratios hold on a busy one too.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.rulebench.hostile import doublings
from benchmarks.rulebench.peers import HyperscanPrefilter, Plain
from benchmarks.rulebench.world import TOKEN, Corpus, RuleMaker
from bot.rulebook.files import load_rules, resting_collector
from rules.match import Matcher
from rules.model import Item
from rules.ruleset import RuleSet
from rules.vocabulary import Lexicon

ROUNDS = 5
_SMALL = "version: 1\ntopic: t\ntitle: T\nrules: [{id: a, title: A, match: b}]\n"


class Goal(NamedTuple):
    """One line of the table: what is measured, and the figure it may not pass (a "least" it has to reach)."""

    what: str
    limit: float
    figure: float | None
    unit: str = ""
    is_least: bool = False

    @property
    def verdict(self) -> str:
        """Return ok, missed, or why there is no figure."""
        if self.figure is None:
            return "not measured"
        met = self.figure >= self.limit if self.is_least else self.figure <= self.limit
        return "ok" if met else "missed"

    def row(self) -> str:
        """Return the goal as a row of a Markdown table."""
        figure = "-" if self.figure is None else f"{self.figure:.2f}{self.unit}"
        sign = "at least" if self.is_least else "at most"
        return f"| {self.what} | {sign} {self.limit:g}{self.unit} | {figure} | {self.verdict} |"


def seconds(action: Callable[[], object]) -> float:
    """Return the CPU time of one run."""
    start = time.process_time()
    action()
    return time.process_time() - start


def tokenise(items: list[Item]) -> None:
    """Do what the ratios are taken against: lower case, one regex, one set."""
    for item in items:
        set(TOKEN.findall(item.text.lower()))


def measure(corpus: Corpus, count: int, items: list[Item], *, with_peers: bool) -> dict[str, float | str]:
    """Load and match ``count`` rules; figures are microseconds an item unless the name says otherwise."""
    documents = RuleMaker(corpus).documents(count)
    lexicon = Lexicon([])
    load_rules({"warm.yaml": _SMALL}, lexicon)
    frequencies = corpus.frequencies()
    gc.collect()
    start = time.process_time()
    ruleset = load_rules(documents, lexicon)
    with resting_collector():
        matcher = Matcher(ruleset, lexicon, frequencies=frequencies)
    built = time.process_time() - start
    known, new = items[: len(items) // 2], items[len(items) // 2 :]
    for item in known:
        matcher.holding(item)
    first_seen = seconds(lambda: [matcher.holding(item) for item in new])
    again = min(seconds(lambda: [matcher.holding(item) for item in new]) for _ in range(ROUNDS))
    rounds = [
        (seconds(lambda: tokenise(known)), seconds(lambda: [matcher.holding(item) for item in known]))
        for _ in range(ROUNDS)
    ]
    per_item = 1e6 / len(known)
    row: dict[str, float | str] = {
        "rules": count,
        "tokenise": statistics.median(floor for floor, _ours in rounds) * per_item,
        "match": statistics.median(ours for _floor, ours in rounds) * per_item,
        "ratio_to_tokenising": statistics.median(ours / floor for floor, ours in rounds),
        "with_spans": seconds(lambda: [matcher.match(item) for item in known]) * per_item,
        "first_seen_to_warm": first_seen / again,
        "matches_per_item": sum(len(matcher.holding(item)) for item in known) / len(known),
        "load_and_compile_seconds": built,
        "always_run": len(matcher.always),
    }
    if with_peers:
        row |= peers(matcher, ruleset, known[:40])
    return row


def peers(matcher: Matcher, ruleset: RuleSet, items: list[Item]) -> dict[str, float | str]:
    """Measure the peers on a few items, and check that all agree."""
    plain = Plain(ruleset)
    expected = [matcher.holding(item) for item in items]
    agree = [plain.holding(item) for item in items] == expected
    ours = min(seconds(lambda: [matcher.holding(item) for item in items]) for _ in range(ROUNDS))
    found: dict[str, float | str] = {"plain_to_ours": seconds(lambda: [plain.holding(item) for item in items]) / ours}
    try:
        prefilter = HyperscanPrefilter(plain, ruleset)
    except ImportError:
        found["hyperscan_to_ours"] = "not installed"
    else:
        agree = agree and [prefilter.holding(item) for item in items] == expected
        theirs = min(seconds(lambda: [prefilter.holding(item) for item in items]) for _ in range(2))
        found["hyperscan_to_ours"] = theirs / ours
    return {**found, "same_results": float(agree)}


def memory(corpus: Corpus, count: int) -> float:
    """Return what a loaded and indexed rule set keeps, in MB."""
    documents = RuleMaker(corpus).documents(count)
    lexicon = Lexicon([])
    load_rules({"warm.yaml": _SMALL}, lexicon)
    tracemalloc.start()
    ruleset = load_rules(documents, lexicon)
    matcher = Matcher(ruleset, lexicon)
    gc.collect()
    kept, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del matcher
    return kept / 1e6


def goals(rows: dict[int, dict[str, float | str]], hostile: list[tuple[str, float, float]]) -> Iterator[Goal]:
    """Hold the figures against the goals."""

    def figure(count: int, key: str) -> float | None:
        value = rows.get(count, {}).get(key)
        return value if isinstance(value, float) else None

    for count, limit in ((1000, 2), (10_000, 5), (100_000, 20)):
        yield Goal(f"{count:,} rules, to tokenising alone", limit, figure(count, "ratio_to_tokenising"), "x")
    few, many = figure(1000, "match"), figure(100_000, "match")
    yield Goal("growth from 1,000 to 100,000 rules", 15, many / few if few and many else None, "x")
    ten = 10_000
    yield Goal("10,000 rules: load and compile", 1.5, figure(ten, "load_and_compile_seconds"), " s")
    yield Goal("10,000 rules: memory kept", 60, figure(ten, "kept_mb"), " MB")
    for count in rows:
        yield Goal(f"{count:,} rules: first-seen items, to warm ones", 3, figure(count, "first_seen_to_warm"), "x")
    yield Goal("10,000 rules: hyperscan prefilter, to ours", 5, figure(ten, "hyperscan_to_ours"), "x", is_least=True)
    yield Goal("10,000 rules: every rule on every item, to ours", 3, figure(ten, "plain_to_ours"), "x", is_least=True)
    yield Goal("10,000 rules: same results as both", 1, figure(ten, "same_results"), is_least=True)
    for kind, ratio, _seconds in hostile:
        yield Goal(f"twice the text: {kind}", 2.3, ratio, "x")


def main() -> int:
    """Run, and print the figures and the table of goals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", default="1000,10000,100000", help="sizes, separated by commas")
    parser.add_argument("--items", type=int, default=400)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="the figures, one JSON object a line, without the table")
    options = parser.parse_args()
    hostile = list(doublings())
    corpus = Corpus(options.seed)
    items = corpus.items(options.items)
    rows: dict[int, dict[str, float | str]] = {}
    for size in map(int, options.rules.split(",")):
        rows[size] = measure(corpus, size, items, with_peers=size <= 10_000)
        if size == 10_000:
            rows[size]["kept_mb"] = memory(corpus, size)
    found = list(goals(rows, hostile))
    for row in rows.values():
        shown = {key: round(value, 2) if isinstance(value, float) else value for key, value in row.items()}
        print(json.dumps(shown) if options.json else "\n".join(f"{key:>28}  {shown[key]}" for key in shown) + "\n")
    if options.json:
        print(json.dumps({kind: [round(ratio, 2), round(took, 4)] for kind, ratio, took in hostile}))
    else:
        print("| goal | limit | measured | |\n| --- | --- | --- | --- |")
        print("\n".join(goal.row() for goal in found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
