"""What extraction costs, beside tokenising the same text: ``python benchmarks/extraction.py``.

Each measure is the least CPU time of interleaved rounds in one process, so that other load touches all alike. There
are three articles: one that is nothing but policy, an ordinary one, and one that claims nothing. The goals: everything
that is read out of an article (figures, positions, provenance) costs at most 5 times tokenising it with the standard
library's ``re``; sentences and names cost at most half of a blank spaCy pipeline with an entity ruler over the same
names (where spaCy is installed: it is no dependency); doubling hostile text takes at most 2.3 times the time; importing
the extractor with its lexicon takes at most 100 ms and 40 MB more than a bare interpreter, with byte code at hand as
after an installation.
Exits with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.resources import load_lexicon
from rules.extract import Extractor
from rules.extract.attribution import Attributions
from rules.extract.figures import find_figures

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = {
    "policy": ROOT / "seeds" / "un-mandate-and-us-withdrawal.txt",
    "ordinary": ROOT / "benchmarks" / "articles" / "ordinary.txt",
    "no claims": ROOT / "benchmarks" / "articles" / "quiet.txt",
}
TOKEN = re.compile(r"\w+|[^\w\s]")
ROUNDS = 30
MOST_ALL, MOST_OF_SPACY, MOST_GROWTH, MOST_MS, MOST_MB = 5.0, 0.5, 2.3, 100.0, 40.0
NOISE = 0.002  # seconds; what takes no more is not compared
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
    "blanks": " " * 999 + "1",
    "number words": "twenty-five thousand ",
    "titles": "President John Smith ",
    "speech": "Lavrov said that he supports talks if ",
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


def articles(extractor: Extractor, spacy: Callable[[str], object] | None) -> Iterator[bool]:
    """Compare the stages with tokenising each article; yield whether each goal is met."""
    for name, path in ARTICLES.items():
        text = path.read_text(encoding="utf-8")
        found = extractor.extract(text, lang="en")
        words = f"{len(text.split())} words, {len(found.figures)} figures, {len(found.positions)} positions"
        print(f"{name}: {words}")
        best = least(runs(extractor, spacy, text))
        base = best["tokenise (re, with offsets)"]
        for what, seconds in best.items():
            print(f"  {what:36s} {seconds * 1e6:8.0f} us  {seconds / base:6.2f} x")
        everything = best["everything"] / base
        yield told("everything", everything, MOST_ALL, "x tokenising")
        if spacy is not None:
            yield told(
                "sentences and names", best["sentences, names, cues"] / best["blank spaCy"], MOST_OF_SPACY, "of spaCy"
            )


def runs(extractor: Extractor, spacy: Callable[[str], object] | None, text: str) -> dict[str, Callable[[], object]]:
    """Return what is measured on a text."""
    measured: dict[str, Callable[[], object]] = {
        "tokenise (re, with offsets)": lambda: [(each[0], each.start(), each.end()) for each in TOKEN.finditer(text)],
        "sentences, names, cues": lambda: extractor.document(text, lang="en"),
        "... and figures": partial(figures_of, extractor, text),
        "everything": lambda: extractor.extract(text, lang="en"),
    }
    if spacy is not None:
        measured["blank spaCy"] = partial(spacy, text)
    return measured


def told(what: str, value: float, most: float, unit: str) -> bool:
    """Print one goal and whether it is met."""
    print(f"  {'ok' if value <= most else 'MISSED':8s} {what}: {value:.2f} {unit}, goal {most:g}")
    return value <= most


def spacy_pipeline(extractor: Extractor) -> Callable[[str], object] | None:
    """Return a blank pipeline with the lexicon's English names as patterns, or None where spaCy is not installed."""
    try:
        import spacy
    except ImportError:
        print("spaCy is not installed here: not compared")
        return None
    pipeline: Any = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    ruler = pipeline.add_pipe("entity_ruler")
    forms = {form.text for form in extractor.lexicon.forms("en", "names")}
    ruler.add_patterns([{"label": "NAME", "pattern": form} for form in sorted(forms)])
    return lambda text: pipeline(text)


def figures_of(extractor: Extractor, text: str) -> None:
    """Read a text's figures."""
    document = extractor.document(text, lang="en")
    find_figures(document, extractor.lexicon, Attributions(document))
    document.forget()


def growth(extractor: Extractor) -> bool:
    """Double hostile texts; tell whether the time at most doubles too."""
    is_linear = True
    print("hostile text, everything read, 20 kB -> 40 kB")
    for name, unit in HOSTILE.items():
        texts = {size: (unit * (size // len(unit) + 1))[:size] for size in (20_000, 40_000)}
        measured = {str(size): partial(extractor.extract, text, lang="en") for size, text in texts.items()}
        small, large = least(measured, rounds=4).values()
        is_met = large <= MOST_GROWTH * small + NOISE
        is_linear &= is_met
        print(f"  {'ok' if is_met else 'MISSED':8s} {name:14s} {small * 1e3:8.1f} ms -> {large * 1e3:8.1f} ms")
    return is_linear


def start() -> bool:
    """Import the extractor and load its lexicon in fresh interpreters; tell whether time and memory fit."""
    code = (
        "import time; begin = time.process_time(); {}; end = time.process_time(); "
        "print(end - begin, open('/proc/self/status').read().split('VmRSS:')[1].split()[0])"
    )
    load = "from bot.resources import load_lexicon; from rules.extract import Extractor; Extractor(load_lexicon())"
    print("start")
    with tempfile.TemporaryDirectory() as cache:
        run_python(code.format(load), cache)  # writes the byte code
        measured = [[run_python(code.format(what), cache) for _ in range(7)] for what in ("pass", load)]
    (base_time, base_memory), (all_time, all_memory) = (min(each) for each in measured)
    is_fast = told("import and lexicon", (all_time - base_time) * 1e3, MOST_MS, "ms")
    return told("import and lexicon", (all_memory - base_memory) / 1024, MOST_MB, "MB") and is_fast


def run_python(code: str, cache: str) -> tuple[float, float]:
    """Run code in a fresh interpreter and return the two numbers that it prints."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPYCACHEPREFIX": cache}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    seconds, kilobytes = done.stdout.split()
    return float(seconds), float(kilobytes)


def main() -> int:
    """Measure all, print all, and say how many goals were missed."""
    argparse.ArgumentParser(description="what extraction costs").parse_args()
    extractor = Extractor(load_lexicon())
    met = [*articles(extractor, spacy_pipeline(extractor)), growth(extractor), start()]
    missed = met.count(False)
    print("all goals met" if not missed else f"{missed} of {len(met)} goals missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
