"""What extraction costs, beside tokenising the same text: ``python benchmarks/extraction.py [--spacy]``.

Each measure is the least CPU time of interleaved rounds in one process, so that other load touches all alike. Goals:
text features (sentences, names, cues, figures) at most 5 times tokenising with the standard library's ``re``; doubling
hostile text at most 2.3 times the time; importing the extractor with its lexicon at most 100 ms and 40 MB over a bare
interpreter. ``--spacy`` adds a blank spaCy pipeline with an entity ruler over the same names, where spaCy is installed.
Exits with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import gc
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.resources import load_lexicon  # noqa: E402  the checkout is not installed
from rules.extract import Extractor  # noqa: E402
from rules.extract.attribution import Attributions  # noqa: E402
from rules.extract.figures import find_figures  # noqa: E402

ARTICLE = ROOT / "seeds" / "un-mandate-and-us-withdrawal.txt"
TOKEN = re.compile(r"\w+|[^\w\s]")
ROUNDS = 30
MOST_FEATURES, MOST_GROWTH, MOST_MS, MOST_MB = 5.0, 2.3, 100.0, 40.0
HOSTILE = {
    "numbers": "1 ",
    "ranges": "1-",
    "money": "$5 billion ",
    "troops": "5,000 troops to Iraq and ",
    "gaps": "Turkey, 500; ",
    "quotes": '"“„',
    "stops": ". ",
    "names": "U.S. ",
    "no blanks": "a",
    "number words": "twenty-five thousand ",
    "titles": "President John Smith ",
}


def least(measured: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the least CPU seconds of each, measured in turn."""
    best = dict.fromkeys(measured, float("inf"))
    gc.collect()
    gc.disable()  # as timeit does
    for _ in range(rounds):
        for name, run in measured.items():
            start = time.process_time()
            run()
            best[name] = min(best[name], time.process_time() - start)
    gc.enable()
    return best


def article(extractor: Extractor, *, with_spacy: bool) -> bool:
    """Compare the stages with tokenising one real article; tell whether the goal is met."""
    text = ARTICLE.read_text(encoding="utf-8")
    measured: dict[str, Callable[[], object]] = {
        "tokenise (re)": lambda: [(found[0], found.start(), found.end()) for found in TOKEN.finditer(text)],
        "document (sentences, names, cues)": lambda: extractor.document(text, lang="en"),
        "document + figures": partial(figures_of, extractor, text),
        "everything (positions, provenance too)": lambda: extractor.extract(text, lang="en"),
    }
    if with_spacy:
        measured["blank spaCy + entity ruler"] = spacy_run(extractor, text)
    best = least(measured)
    base = best["tokenise (re)"]
    print(f"{len(text.split())} words of {ARTICLE.name}")
    for name, seconds in best.items():
        print(f"  {name:40s} {seconds * 1e6:8.0f} us  {seconds / base:6.2f} x")
    return best["document + figures"] / base <= MOST_FEATURES


def spacy_run(extractor: Extractor, text: str) -> Callable[[], object]:
    """Return a run of a blank pipeline with the lexicon's English names as patterns."""
    import spacy

    pipeline: Any = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    ruler = pipeline.add_pipe("entity_ruler")
    forms = {form.text for form in extractor.lexicon.forms("en", "names")}
    ruler.add_patterns([{"label": "NAME", "pattern": form} for form in sorted(forms)])
    return lambda: pipeline(text)


def figures_of(extractor: Extractor, text: str) -> object:
    """Read a text's figures."""
    document = extractor.document(text, lang="en")
    return find_figures(document, extractor.lexicon, Attributions(document))


def growth(extractor: Extractor) -> bool:
    """Double hostile texts; tell whether the time at most doubles too."""
    is_linear = True
    for name, unit in HOSTILE.items():
        texts = {str(size): (unit * (size // len(unit) + 1))[:size] for size in (20_000, 40_000)}
        runs = {size: partial(figures_of, extractor, text) for size, text in texts.items()}
        small, large = least(runs, rounds=4).values()
        is_linear &= large <= MOST_GROWTH * small + 0.002  # what takes a millisecond is all noise
        print(f"  {name:14s} {small * 1e3:8.1f} ms -> {large * 1e3:8.1f} ms")
    return is_linear


def start() -> bool:
    """Import the extractor and load its lexicon in fresh interpreters; tell whether time and memory fit."""
    code = (
        "import time; begin = time.process_time(); {}; end = time.process_time(); "
        "print(end - begin, open('/proc/self/status').read().split('VmRSS:')[1].split()[0])"
    )
    load = "from bot.resources import load_lexicon; from rules.extract import Extractor; Extractor(load_lexicon())"
    runs = [[run_python(code.format(what)) for _ in range(5)] for what in ("pass", load)]
    (base_time, base_memory), (all_time, all_memory) = (min(each) for each in runs)
    milliseconds, megabytes = (all_time - base_time) * 1e3, (all_memory - base_memory) / 1024
    print(f"  import and lexicon: {milliseconds:.0f} ms, {megabytes:.1f} MB")
    return milliseconds <= MOST_MS and megabytes <= MOST_MB


def run_python(code: str) -> tuple[float, float]:
    """Run code in a fresh interpreter and return the two numbers that it prints."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, kilobytes = done.stdout.split()
    return float(seconds), float(kilobytes)


def main() -> int:
    """Measure all, print all, and say what was missed."""
    parser = argparse.ArgumentParser(description="what extraction costs")
    parser.add_argument("--spacy", action="store_true", help="compare with a blank spaCy pipeline and an entity ruler")
    options = parser.parse_args()
    extractor = Extractor(load_lexicon())
    goals = {"article": article(extractor, with_spacy=options.spacy), "growth": growth(extractor), "start": start()}
    missed = [name for name, is_met in goals.items() if not is_met]
    print("all goals met" if not missed else f"missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
