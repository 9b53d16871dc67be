"""Texts made to be slow to match, at doubling lengths: time has to grow like the length."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

from benchmarks.rulebench.world import item
from bot.rulebook.files import load_rules
from rules.match import Matcher
from rules.model import Item
from rules.vocabulary import Lexicon

SIZES = (24_000, 48_000, 96_000)  # characters; below the words that are looked at, so that each doubling counts
ROUNDS = 5
_LEAST = 0.004  # seconds; what is quicker is repeated until it takes as long, or the clock is what is measured

RULES = """version: 1
topic: t
title: T
rules:
  - {id: near, title: A, match: '(aa OR bb OR "aa bb") W/3 (bb OR "bb aa") W/9 (aa OR bb)'}
  - {id: pre, title: A, match: 'aa PRE/1 bb AND (aa W/1000 (bb PRE/5 zz OR a*))'}
  - {id: many, title: A, match: 'ATLEAST1000("aa aa" OR bb OR a*)'}
  - {id: sentence, title: A, match: 'aa /s bb /s (cc OR a*)'}
  - {id: capitals, title: A, match: 'ALLCAPS(aa) W/5 ALLCAPS(bb OR a*)'}
  - {id: pattern, title: A, match: 're:/(a|aa)+$/ OR re:/(.*b){12}c/'}
"""
KINDS = {
    "two words, over and over": "aa bb ",
    "one word": "aa ",
    "one word in capitals": "AA ",
    "short sentences": "aa. Bb. ",
    "lines of one word": "aa\n",
    "a word without an end": "a",
    "single letters": "b a ",
    "accents": "\u00e4a bb ",
    "two alphabets": "aa \u043c\u0438\u0440 ",
    "script without blanks": "\u4e2d\u56fd",
    "letters and ideographs": "\u4e2daa",
    "stacked combining marks": "a\u0301\u0323",
    "invisible joiners": "a\u200b",
    "abbreviations": "A. B. ",
    "signs only": ".!? ",
    "quotes and stops": "\"'. ",
}


def texts(size: int) -> Iterator[tuple[str, str]]:
    """Yield the kinds of hostile text, each about ``size`` characters and ending as it began."""
    for kind, unit in KINDS.items():
        yield kind, unit * (size // len(unit))
    yield "words that never come back", " ".join(f"a{number:07x}" for number in range(size // 9))


def doublings(sizes: tuple[int, ...] = SIZES, rounds: int = ROUNDS) -> Iterator[tuple[str, float, float]]:
    """Yield each kind of text, how much dearer its worst doubling is (median of rounds), and its seconds in the end."""
    lexicon = Lexicon([])
    matcher = Matcher(load_rules({"hostile.yaml": RULES}, lexicon), lexicon)
    made = [[(kind, item(text)) for kind, text in texts(size)] for size in sizes]
    for rows in zip(*made, strict=True):
        items = [each for _kind, each in rows]
        repeat = _repeats(matcher.match, items[0])
        times = [[_seconds(matcher.match, each, repeat) for each in items] for _ in range(rounds)]
        ratios = [[later / earlier for earlier, later in pairwise(row)] for row in times]
        worst = max(statistics.median(column) for column in zip(*ratios, strict=True))
        yield rows[0][0], worst, statistics.median(row[-1] for row in times)


def _seconds(action: Callable[[Item], object], what: Item, repeat: int) -> float:
    start = time.process_time()
    for _ in range(repeat):
        action(what)
    return (time.process_time() - start) / repeat


def _repeats(action: Callable[[Item], object], what: Item) -> int:
    action(what)
    return max(1, round(_LEAST / max(_seconds(action, what, 1), 1e-6)))
