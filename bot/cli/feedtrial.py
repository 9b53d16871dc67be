"""What the rules would say to a feed's newest entries, against an empty ledger; for ``tocsin feeds test``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from bot import config
from bot.clock import SystemClock
from bot.ports import Entry, ParsedFeed
from bot.resources import load_lexicon
from bot.rulebook.files import read_rule_files
from rules.errors import TocsinError
from rules.extract import Extractor
from rules.load import load
from rules.match import Matcher
from rules.model import Item, ItemId
from rules.reading import MemoryLedger, mentions_of
from rules.wording import count

ENTRIES = 3


def trial_lines(args: argparse.Namespace, feed: ParsedFeed) -> Iterator[str]:
    """Yield, for each of the newest entries, the claims read and the rules that would ring, or why none is tried."""
    path: Path = args.config
    if not path.exists():
        yield f"rules: not tried, there is no {path}; name yours with --config"
        return
    try:
        matcher, extractor, ledger = _tools(path)
    except TocsinError as error:
        yield f"rules: not tried: {error}"
        return
    for entry in feed.entries[:ENTRIES]:
        text = entry.content or entry.summary or entry.title
        extraction = extractor.extract(text, title=entry.title, outlet=feed.title, lang=entry.lang or feed.lang)
        item = _item(entry, feed, text, extraction.lang)
        matches = matcher.match(item, ledger.take(mentions_of(item, extraction)))
        rules = ", ".join(f"{match.rule} ({match.severity})" for match in matches) or "no rule rings"
        claims = f"{count(len(extraction.figures), 'figure')}, {count(len(extraction.positions), 'position')}"
        yield f"rules on {entry.title or entry.url}: {rules}  [{claims}; the entry's own text only]"


def _tools(path: Path) -> tuple[Matcher, Extractor, MemoryLedger]:
    loaded = config.load(path)
    lexicon = load_lexicon([path.parent / name for name in loaded.lexicon])
    ruleset = load(read_rule_files(list(loaded.rules), path.parent), lexicon)
    return Matcher(ruleset, lexicon), Extractor(lexicon), MemoryLedger(lexicon)


def _item(entry: Entry, feed: ParsedFeed, text: str, lang: str) -> Item:
    return Item(
        id=ItemId(0),
        outlet=feed.title,
        title=entry.title,
        text=text,
        url=entry.url,
        published=entry.published,
        fetched=SystemClock().now(),
        lead=entry.summary,
        lang=lang,
    )
