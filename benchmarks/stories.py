"""Stories and near-copies over a full window: ``python benchmarks/stories.py [--items 300000]``.

Texts are made of syllables with Zipf frequencies, three reports a story; most of the window is filled with the
vectors of such texts, half of their terms replaced. Times are CPU time; "x tokenising" divides by
one ``re.findall`` over the same texts, so that machines can be compared. Memory is resident memory.
"""

from __future__ import annotations

import argparse
import gc
import random
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.resources import load_lexicon
from rules.model import ItemId, StoryId
from rules.similar import Copy, CopyIndex, Sketch
from rules.stories import StoryDocument, StoryIndex, StoryWords
from rules.stories.shelf import Marks, Vector

START = datetime(2025, 9, 1, tzinfo=UTC)
CHANCE = random.Random(7)
SYLLABLES = [a + b for a in "bcdfghklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er")]
VOCABULARY = ["".join(CHANCE.choices(SYLLABLES, k=CHANCE.randint(2, 4))) for _ in range(60_000)]
WEIGHTS = list(accumulate(1 / (rank + 2.7) ** 1.07 for rank in range(len(VOCABULARY))))
WORD = re.compile(r"[^\W_]+")


def prose(count: int, about: list[str]) -> str:
    """Make running words, a tenth of them about the event."""
    words = CHANCE.choices(VOCABULARY, cum_weights=WEIGHTS, k=count)
    return " ".join(CHANCE.choice(about) if CHANCE.random() < 0.1 else word for word in words)


def documents(count: int) -> list[StoryDocument]:
    """Three reports an event, spread over ten days."""
    made = []
    for number in range(count):
        if number % 3 == 0:
            about = [word.capitalize() for word in CHANCE.choices(VOCABULARY, k=12)]
        made.append(
            StoryDocument(
                item=ItemId(number),
                title=" ".join(CHANCE.choices(about, k=5) + CHANCE.choices(VOCABULARY, cum_weights=WEIGHTS, k=4)),
                text=prose(300, about),
                time=START + timedelta(days=10 * number / count),
                lang="en",
            )
        )
    return made


def rewritten(text: str) -> str:
    """Drop 6 % of the words, replace 4 %, cut the last tenth."""
    kept = [word for word in text.split() if CHANCE.random() > 0.06]
    changed = [CHANCE.choice(VOCABULARY) if CHANCE.random() < 0.04 else word for word in kept]
    return " ".join(changed[: len(changed) * 9 // 10])


def tokenised(texts: Iterable[str]) -> None:
    """Do what everything is measured against."""
    for text in texts:
        WORD.findall(text.lower())


def timed(act: Callable[[], object], rounds: int = 3) -> float:
    """Return the CPU seconds of the quickest of some runs."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        act()
        best = min(best, time.process_time() - start)
    return best


def resident() -> float:
    """Return resident memory in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


class FilledStories(StoryIndex):
    """Takes vectors as well as documents: texts for 300,000 items would take an hour."""

    def fill(self, pool: list[tuple[Vector, int]], items: int) -> None:
        """Add vectors like those of the pool, with every second term replaced."""
        for number in range(len(self), items):
            vector, hour = pool[number % len(pool)]
            other = (number // len(pool)) * 0x9E3779B1 & 0xFFFFFFFF
            keys = tuple(key ^ other if place % 2 else key for place, key in enumerate(vector.keys))
            self._shelf.put(ItemId(number), StoryId(number // 3), hour, vector._replace(keys=keys), Marks())

    def vectors(self, made: list[StoryDocument]) -> Iterator[tuple[Vector, int]]:
        """Take documents in; yield what became of each."""
        for document in made:
            prepared = self._prepare(document)
            yield prepared.vector, prepared.hour
            self.add(document, StoryId(0))


class FilledCopies(CopyIndex):
    """Gives a text without words the sketch of a long one, by chance."""

    def _sketch(self, text: str) -> Sketch:
        return super()._sketch(text) if text else Sketch(sorted(CHANCE.getrandbits(29) for _ in range(24)), 8)


def measure_stories(items: int, made: list[StoryDocument], fresh: list[StoryDocument]) -> StoryIndex:
    """Print the rate of assignment, the memory of the window, and whether its size changes decisions."""
    words = StoryWords.of(load_lexicon())
    pool = list(FilledStories(words).vectors(made))
    before = resident()
    index = FilledStories(words)
    for document in made:
        index.add(document, StoryId(document.item // 3))
    index.fill(pool, items)
    print(f"stories: {len(index):,} items take {resident() - before:.0f} MB (goal 100)")
    alone = StoryIndex(words)
    for document in made:
        alone.add(document, StoryId(document.item // 3))
    expected = [take(alone, document) for document in fresh]
    chunks = [fresh[start : start + 500] for start in range(0, len(fresh), 500)]
    found: list[StoryId | None] = []
    rates, floors = [], []
    for chunk in chunks:
        start = time.process_time()
        found += [take(index, document) for document in chunk]
        rates.append(len(chunk) / (time.process_time() - start))
        floors.append(timed(partial(tokenised, [each.text[:1_700] for each in chunk])))
    rate, floor = median(rates), median(floors) / 500
    print(
        f"stories: {rate:,.0f} items per CPU second, assigned and taken in (goal 600),"
        f" {1 / rate / floor:.1f}x tokenising"
    )
    same = sum(one == other for one, other in zip(expected, found, strict=True))
    print(f"stories: {same / len(fresh):.1%} decided as in a window of {len(made):,}")
    return index


def take(index: StoryIndex, document: StoryDocument) -> StoryId | None:
    """Assign a document and take it in; return the story that it joined."""
    decision = index.assign(document)
    index.add(document, decision.story if decision.story is not None else StoryId(10_000_000 + document.item))
    return decision.story


def looked_up(index: CopyIndex, texts: list[str]) -> list[Copy | None]:
    """Return what each text was rewritten from."""
    return [index.find(text) for text in texts]


def measure_copies(items: int, made: list[StoryDocument], fresh: list[StoryDocument]) -> None:
    """Print cost, memory and recall of near-copies."""
    index = FilledCopies()
    before = resident()
    for number in range(len(made), items):
        index.add(ItemId(number), "")
    for document in made:
        index.add(document.item, document.text)
    print(f"copies:  {len(index):,} items take {resident() - before:.0f} MB (goal 60)")
    copies = [rewritten(document.text) for document in made[: len(fresh)]]
    found = looked_up(index, copies)
    right = sum(copy is not None and copy.item == made[place].item for place, copy in enumerate(found))
    false = sum(index.find(document.text) is not None for document in fresh)
    print(f"copies:  recall {right / len(copies):.1%} (goal 98 %), false {false / len(fresh):.2%} (goal 0.1 %)")
    for name, texts in (("unrelated", [document.text for document in fresh]), ("rewrites", copies)):
        seconds, tokenising = [], []
        for _ in range(7):  # in turns, so that a busy machine slows both
            seconds.append(timed(partial(looked_up, index, texts), rounds=1))
            tokenising.append(timed(partial(tokenised, texts), rounds=1))
        cost, floor = median(seconds), median(tokenising)
        print(f"copies:  {cost / len(texts) * 1e6:.0f} us a check of {name} (goal 100), {cost / floor:.1f}x tokenising")


def main(arguments: Iterable[str] | None = None) -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=300_000, help="size of the window")
    parser.add_argument("--texts", type=int, default=6_000, help="how many of them are made as texts")
    args = parser.parse_args(list(arguments) if arguments is not None else None)
    made = documents(min(args.texts, args.items))
    fresh = [replace(document, item=ItemId(5_000_000 + document.item)) for document in documents(1_500)]
    kept = measure_stories(args.items, made, fresh)
    measure_copies(args.items, made, fresh)
    del kept  # only now: memory that one index frees would hide what the other takes


if __name__ == "__main__":
    main()
