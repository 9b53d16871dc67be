"""How fast stored rules are matched: items per second, and ratios within one run.

    python benchmarks/matching.py [--rules 1000,10000,100000] [--items 300] [--json]

The text is made: 60,000 syllable-built words with Zipf frequencies, 80 to 700 of them an item, 8 % from the item's
topic. Rules are boolean queries of 2 to 6 leaves in seven shapes, their words drawn from texts by document frequency,
so that they do fire. Peers, on the same rules and with the same results: every rule tried on every item (plain), and
hyperscan as a prefilter over the leaves where it is installed (it is no dependency: pip install hyperscan).
Times are CPU of this process. Run it on an idle machine; the ratios hold on a busy one too.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import re
import sys
import time
import tracemalloc
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.rulefiles import load_rules, resting_collector
from rules.match import Matcher
from rules.matching.compile import compile_node
from rules.matching.view import ItemView
from rules.model import Item, ItemId
from rules.query.ast import Phrase, Word, walk
from rules.ruleset import RuleSet
from rules.vocabulary import Lexicon

WORDS = 60_000
TOPICS = 300
RULES_PER_FILE = 2000
TOKEN = re.compile(r"[^\W_]+")


class Corpus:
    """Made news: items, and how many of a sample hold each word."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "in", "or")]
        made: dict[str, None] = {}
        while len(made) < WORDS:
            made["".join(self.random.choices(syllables, k=self.random.choice((2, 2, 3, 3, 3, 4))))] = None
        self.words = list(made)
        self.cumulative = list(accumulate(1 / (rank + 2.7) ** 1.07 for rank in range(WORDS)))
        self.topics = [[self.word() for _ in range(40)] for _ in range(TOPICS)]
        self.sample = [self.text() for _ in range(1500)]
        self.frequency = Counter(word for text in self.sample for word in set(TOKEN.findall(text)))

    def word(self) -> str:
        """Draw a word by its frequency."""
        return self.words[bisect(self.cumulative, self.random.random() * self.cumulative[-1])]

    def text(self) -> str:
        """Write one article."""
        topic = self.random.choice(self.topics)
        length = self.random.randint(80, 700)
        words = [self.random.choice(topic) if self.random.random() < 0.08 else self.word() for _ in range(length)]
        sentences = [words[start : start + 18] for start in range(0, length, 18)]
        return " ".join(" ".join(sentence).capitalize() + "." for sentence in sentences)

    def items(self, count: int) -> list[Item]:
        """Return fresh items."""
        day = datetime(2026, 1, 1, tzinfo=UTC)
        return [
            Item(id=ItemId(n), outlet="Made", title="", text=self.text(), url="", published=None, fetched=day)
            for n in range(count)
        ]


class RuleMaker:
    """Draws rules from the corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.random = corpus.random
        self.tokens = [TOKEN.findall(text.lower()) for text in corpus.sample]
        size = len(corpus.sample)
        bands = ((3, size // 40), (size // 200, size // 4))
        self.anchors, self.contexts = (
            [w for w, n in corpus.frequency.items() if low <= n <= high and w.islower()] for low, high in bands
        )
        self.anchor_set, self.context_set = set(self.anchors), set(self.contexts)

    def query(self) -> str:
        """Return one query."""
        tokens = self.random.choice(self.tokens)
        start = self.random.randrange(len(tokens) - 3)
        shape = self.random.random()

        def rare() -> str:
            return self._from(tokens, rare=True)

        def common() -> str:
            return self._from(tokens, rare=False)

        pair, triple = " ".join(tokens[start : start + 2]), " ".join(tokens[start : start + 3])
        if shape < 0.25:
            more = f" OR {rare()}" if self.random.random() < 0.5 else ""
            return f"({rare()} OR {rare()}{more}) AND ({common()} OR {common()[:5]}*)"
        if shape < 0.45:
            return f'"{pair}" AND {common()} NOT {rare()}'
        if shape < 0.60:
            return f'{rare()[:6]}* W/8 {common()} AND ({common()} OR "{pair}")'
        if shape < 0.75:
            return f"{rare()} AND {common()} NOT ({rare()} OR {common()})"
        if shape < 0.85:
            return f'{rare()[:6]}* AND "{triple}"'
        if shape < 0.95:
            return f"{rare()} AND {common()} AND {common()}"
        return f'"{pair}" OR "{triple}"'

    def _from(self, tokens: list[str], *, rare: bool) -> str:
        wanted, all_words = (self.anchor_set, self.anchors) if rare else (self.context_set, self.contexts)
        if self.random.random() < 0.7:
            near = [token for token in tokens if token in wanted]
            if near:
                return str(self.random.choice(near))
        return str(self.random.choice(all_words))

    def documents(self, count: int) -> dict[str, str]:
        """Return rule files with ``count`` rules."""
        files: dict[str, str] = {}
        for first in range(0, count, RULES_PER_FILE):
            lines = ["version: 1", f"topic: made-{first}", f"title: Made {first}", "rules:"]
            for number in range(first, min(first + RULES_PER_FILE, count)):
                lines += [f"  - id: r{number}", f"    title: Rule {number}", f"    match: '{self.query()}'"]
            files[f"made-{first}.yaml"] = "\n".join(lines) + "\n"
        return files


def best_of(repeat: int, action: Callable[[], object]) -> float:
    """Return the least CPU time of some runs, in seconds."""
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        action()
        best = min(best, time.process_time() - start)
    return best


def tokenise(items: list[Item]) -> None:
    """Do what the ratios are taken against: lower case, one regex, one set."""
    for item in items:
        set(TOKEN.findall(item.text.lower()))


class Plain:
    """Every rule on every item: tokenised once, each query a compiled function."""

    def __init__(self, matcher: Matcher, ruleset: RuleSet) -> None:
        self.dictionary = matcher._dictionary  # noqa: SLF001
        self.tests = [
            (rule.id, compile_node(node))
            for rule in ruleset.rules
            if rule.match is not None
            for node in rule.match.by_lang.values()
        ]

    def holding(self, item: Item) -> tuple[str, ...]:
        """Return the ids of the rules that hold."""
        view = ItemView(item, self.dictionary)
        return tuple(rule_id for rule_id, test in self.tests if test(view))


class HyperscanPrefilter:
    """hyperscan finds the leaves, rules with a leaf in the text are tried: the peer of the trade."""

    def __init__(self, plain: Plain, ruleset: RuleSet) -> None:
        import hyperscan

        self.plain = plain
        self.tests = dict(plain.tests)
        leaves: dict[str, list[int]] = {}
        self.ids = [rule.id for rule in ruleset.rules]
        for number, rule in enumerate(ruleset.rules):
            assert rule.match is not None
            for node in walk(next(iter(rule.match.by_lang.values()))):
                for word in node.words if isinstance(node, Phrase) else (node,) if isinstance(node, Word) else ():
                    leaves.setdefault(word.key, []).append(number)
        self.rules_of = list(leaves.values())
        patterns = [rf"\b{leaf[:-1]}" if leaf.endswith("*") else rf"\b{leaf}\b" for leaf in leaves]
        flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH
        self.database = hyperscan.Database()
        self.database.compile(
            expressions=[pattern.encode() for pattern in patterns],
            ids=list(range(len(patterns))),
            elements=len(patterns),
            flags=[flags] * len(patterns),
        )

    def holding(self, item: Item) -> tuple[str, ...]:
        """Return the ids of the rules that hold."""
        met: list[int] = []
        self.database.scan(item.text.encode(), match_event_handler=lambda leaf, *_rest: met.append(leaf))
        candidates = sorted({number for leaf in met for number in self.rules_of[leaf]})
        view = ItemView(item, self.plain.dictionary)
        return tuple(self.ids[number] for number in candidates if self.tests[self.ids[number]](view))


def measure(corpus: Corpus, count: int, items: list[Item], *, with_peers: bool) -> dict[str, object]:
    """Load and match ``count`` rules; times in microseconds per item unless the name says otherwise."""
    documents = RuleMaker(corpus).documents(count)
    lexicon = Lexicon([])
    size = len(corpus.sample)
    frequencies = {word: number / size for word, number in corpus.frequency.items()}
    gc.collect()
    start = time.process_time()
    ruleset = load_rules(documents, lexicon)
    loaded = time.process_time() - start
    with resting_collector():
        matcher = Matcher(ruleset, lexicon, frequencies=frequencies)
    built = time.process_time() - start
    fresh = items[len(items) // 2 :]
    warm = items[: len(items) // 2]
    per_item = 1e6 / len(warm)
    floor = best_of(3, lambda: tokenise(warm)) * per_item
    for item in warm:
        matcher.holding(item)
    first_seen = best_of(1, lambda: [matcher.holding(item) for item in fresh]) * 1e6 / len(fresh)
    fresh_warm = best_of(3, lambda: [matcher.holding(item) for item in fresh]) * 1e6 / len(fresh)
    ours = best_of(3, lambda: [matcher.holding(item) for item in warm]) * per_item
    spans = best_of(1, lambda: [matcher.match(item) for item in warm]) * per_item
    row: dict[str, object] = {
        "rules": count,
        "tokenise_us": round(floor, 1),
        "match_us": round(ours, 1),
        "ratio_to_tokenising": round(ours / floor, 2),
        "items_per_second": round(1e6 / ours),
        "with_spans_us": round(spans, 1),
        "first_seen_to_warm": round(first_seen / fresh_warm, 2),
        "matches_per_item": round(sum(len(matcher.holding(item)) for item in warm) / len(warm), 2),
        "load_seconds": round(loaded, 2),
        "load_and_compile_seconds": round(built, 2),
        "always_run": len(matcher.always),
    }
    if with_peers:
        row.update(peers(matcher, ruleset, warm[:40], ours))
    return row


def peers(matcher: Matcher, ruleset: RuleSet, items: list[Item], ours: float) -> dict[str, object]:
    """Measure the peers on a few items, and check that all agree."""
    per_item = 1e6 / len(items)
    plain = Plain(matcher, ruleset)
    agree = all(plain.holding(item) == matcher.holding(item) for item in items)
    plain_us = best_of(1, lambda: [plain.holding(item) for item in items]) * per_item
    ours = best_of(3, lambda: [matcher.holding(item) for item in items]) * per_item
    found: dict[str, object] = {"plain_us": round(plain_us, 1), "plain_to_ours": round(plain_us / ours, 1)}
    try:
        prefilter = HyperscanPrefilter(plain, ruleset)
    except ImportError:
        found["hyperscan"] = "not installed"
    else:
        agree = agree and all(prefilter.holding(item) == matcher.holding(item) for item in items)
        hyperscan_us = best_of(3, lambda: [prefilter.holding(item) for item in items]) * per_item
        found |= {"hyperscan_us": round(hyperscan_us, 1), "hyperscan_to_ours": round(hyperscan_us / ours, 1)}
    return {**found, "same_results": agree}


def memory(corpus: Corpus, count: int) -> float:
    """Return what a loaded and indexed rule set keeps, in MB."""
    documents = RuleMaker(corpus).documents(count)
    lexicon = Lexicon([])
    load_rules({"warm.yaml": "version: 1\ntopic: t\ntitle: T\nrules: [{id: a, title: A, match: b}]\n"}, lexicon)
    tracemalloc.start()
    ruleset = load_rules(documents, lexicon)
    matcher = Matcher(ruleset, lexicon)
    gc.collect()
    kept, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del matcher
    return round(kept / 1e6, 1)


def hostile(sizes: tuple[int, ...] = (50_000, 100_000, 200_000)) -> Iterator[dict[str, object]]:
    """Texts made to be slow, each twice as long as the one before: time has to grow like the length."""
    document = """version: 1
topic: t
title: T
rules:
  - {id: near, title: A, match: '(aa OR bb OR "aa bb") W/3 (bb OR "bb aa") W/9 (aa OR bb)'}
  - {id: pre, title: A, match: 'aa PRE/1 cc AND (aa W/1000 (bb PRE/5 cc))'}
  - {id: many, title: A, match: 'ATLEAST1000("aa aa" OR aa OR a*)'}
  - {id: sentence, title: A, match: 'aa /s bb /s cc'}
  - {id: pattern, title: A, match: 're:/(a|aa)+$/ OR re:/(.*b){12}c/'}
"""
    lexicon = Lexicon([])
    matcher = Matcher(load_rules({"hostile.yaml": document}, lexicon), lexicon)
    day = datetime(2026, 1, 1, tzinfo=UTC)
    for name, unit in (("aa bb", "aa bb "), ("aa", "aa "), ("aa. ", "aa. Bb. "), ("a", "a"), ("b", "b b b ")):
        times = []
        for size in sizes:
            text = (unit * (size // len(unit) + 1))[:size]
            item = Item(id=ItemId(1), outlet="", title="", text=text, url="", published=None, fetched=day)
            times.append(best_of(3, lambda item=item: matcher.holding(item)))  # type: ignore[misc]
        growth = [round(later / earlier, 2) for earlier, later in pairwise(times)]
        yield {"hostile": name, "seconds": [round(each, 3) for each in times], "growth_per_doubling": growth}


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", default="1000,10000,100000", help="sizes, separated by commas")
    parser.add_argument("--items", type=int, default=400)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()
    corpus = Corpus(options.seed)
    items = corpus.items(options.items)
    sizes = [int(size) for size in options.rules.split(",")]
    rows: list[dict[str, object]] = []
    for size in sizes:
        row = measure(corpus, size, items, with_peers=size <= 10_000)
        if size == 10_000:
            row["kept_mb"] = memory(corpus, size)
        rows.append(row)
    rows += hostile()
    for row in rows:
        print(
            json.dumps(row) if options.json else "\n".join(f"{key:>28}  {value}" for key, value in row.items()) + "\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
