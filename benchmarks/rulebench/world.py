"""Made news and made rules for the benchmark of matching: Zipf words, rules of 2 to 6 leaves that do fire."""

from __future__ import annotations

import random
import re
from bisect import bisect
from collections import Counter
from datetime import UTC, datetime
from itertools import accumulate

from rules.matching.frequencies import Frequencies
from rules.model import Item, ItemId

WORDS = 60_000
TOPICS = 300
RULES_PER_FILE = 2000
TOKEN = re.compile(r"[^\W_]+")


def item(text: str, number: int = 1) -> Item:
    """Return an item with ``text`` and nothing else."""
    day = datetime(2026, 1, 1, tzinfo=UTC)
    return Item(id=ItemId(number), outlet="Made", title="", text=text, url="", published=None, fetched=day, lang="en")


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
        return [item(self.text(), number) for number in range(count)]

    def frequencies(self) -> Frequencies:
        """Return how common words are in the sample, as an archive would tell."""
        return Frequencies.of(self.sample)


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
