"""Replay a month of news: ``python benchmarks/replay.py [--days 30] [--feeds 300]`` counts alerts a real development.

The news is made, so that the truth is known: events (withdrawals, deployments, pledges, deliveries) that a few origins
report and many outlets rewrite with other words, rounding and hedges; figures that change days later; rivals that
disagree within hours; edited items; background that repeats old totals; and items about other things. Each
item goes the real way: extract, origin, near-copy, story, ledger, four figure rules. Beside it stands a bot that
posts whatever holds the keywords, once an item.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.newsmonth import ACTORS, WIRES, Month, Piece
from bot.resources import load_lexicon
from rules.extract import Extractor
from rules.extract.sentences import find_sentences
from rules.ledger import Policy, claim_key, compare_item
from rules.model import Action, Development, Figure, ItemId, Mention, Novelty, StoryId
from rules.origins import Report, decide_origin, origin_of_claim
from rules.similar import CopyIndex
from rules.stories import StoryDocument, StoryIndex, StoryWords
from rules.vocabulary import Lexicon

RINGING = frozenset({Novelty.NEW, Novelty.CHANGED, Novelty.CONTRADICTED, Novelty.CORRECTED})
WANTED = frozenset({Action.WITHDRAW, Action.REDUCE, Action.DEPLOY, Action.INCREASE, Action.PLEDGE, Action.DELIVER})
KEYWORDS = (
    *("withdraw", "pull", "recall", "remove", "reduce", "deploy", "send", "dispatch", "commit", "contribute"),
    *("pledge", "promise", "provide", "grant", "deliver", "supply", "donate", "bring home", "cut", "hand over"),
)


class Replay:
    """The way of an item, without feeds, database and channels."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.extractor = Extractor(lexicon)
        self.index = StoryIndex(StoryWords.of(lexicon))
        self.copies = CopyIndex()
        self.policy = Policy(contains=lexicon.contains)
        self.known: dict[str, list[Mention]] = {}
        self.reports: dict[ItemId, Report] = {}
        self.stories: dict[int, StoryId] = {}
        self.opened = 0

    def take(self, piece: Piece) -> list[Development]:
        """Return the developments of an item that a figure rule rings for."""
        item = ItemId(piece.item)
        extraction = self.extractor.extract(piece.text, title=piece.title, outlet=piece.outlet, lang="en")
        copy = self.copies.find(piece.text)
        tier = 1 if piece.outlet in WIRES else 3
        earlier = self.reports.get(copy.item) if copy is not None and copy.item != item else None
        origin = decide_origin(piece.outlet, extraction.provenance, tier=tier, copied=earlier)
        self.copies.add(item, piece.text)
        self.reports[item] = Report(item=item, outlet=piece.outlet, origin=origin.name)
        story = self._story(piece, item)
        sentences = find_sentences(piece.text, self.lexicon, "en")
        mentions = []
        for figure in extraction.figures:
            passage = next((s.of(piece.text) for s in sentences if s.start <= figure.start < s.end), "")
            own = origin_of_claim(figure, passage, origin, piece.outlet, extraction.provenance, tier=tier)
            url = f"https://{piece.outlet}/{item}"
            mentions.append(
                Mention(
                    claim=figure,
                    item=item,
                    story=story,
                    outlet=piece.outlet,
                    origin=own,
                    as_of=piece.at,
                    url=url,
                    passage=passage,
                )
            )
        keys = {claim_key(mention.claim) for mention in mentions}
        known = [mention for key in keys for mention in self.known.get(key, ())]
        found = compare_item(mentions, known, self.policy)
        for key in keys:
            self.known[key] = [
                replace(each, live=False) if each.item == item else each for each in self.known.get(key, ())
            ]
        for mention in mentions:
            self.known.setdefault(claim_key(mention.claim), []).append(mention)
        return [each for each in found if each.novelty in RINGING and _is_wanted(each)]

    def _story(self, piece: Piece, item: ItemId) -> StoryId:
        document = StoryDocument(item=item, title=piece.title, text=piece.text, time=piece.at, lang="en")
        if piece.item in self.stories:
            return self.stories[piece.item]
        decision = self.index.assign(document)
        if decision.story is None:
            self.opened += 1
        story = decision.story if decision.story is not None else StoryId(self.opened)
        self.index.add(document, story)
        self.stories[piece.item] = story
        return story


def _is_wanted(development: Development) -> bool:
    claim = development.mention.claim
    return isinstance(claim, Figure) and claim.actor in ACTORS and claim.action in WANTED


def main(arguments: Iterable[str] | None = None) -> int:
    """Replay and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print the first N wrong or missed alerts")
    args = parser.parse_args(list(arguments) if arguments is not None else None)
    month = Month(args.days, args.feeds, args.seed)
    pieces = month.pieces()
    replay = Replay(load_lexicon())
    alerts: Counter[str | None] = Counter()
    keyword: Counter[str | None] = Counter()
    shown = 0
    start = time.process_time()
    for piece in pieces:
        found = replay.take(piece)
        if found:
            alerts[piece.truth] += 1
            if (piece.truth is None or alerts[piece.truth] > 1) and shown < args.show:
                shown += 1
                print(f"again {piece.truth}: {piece.outlet}: {found[0].novelty}: {found[0].reason}")
        if any(word in piece.text.lower() for word in KEYWORDS):
            keyword[piece.truth] += 1
    seconds = time.process_time() - start
    missed = sorted(truth for truth in month.developments if not alerts[truth])
    for truth in missed[: args.show]:
        first = next(piece for piece in pieces if piece.truth == truth)
        print(f"missed {truth}: {first.outlet}: {first.text[:140]}")
    total = len(month.developments)
    rate, plain = sum(alerts.values()) / total, sum(keyword.values()) / total
    print(f"{len(pieces):,} items at {len(pieces) / seconds:,.0f} a CPU second, {replay.opened:,} stories")
    print(f"{total} developments, {len(missed) / total:.1%} missed (goal 2 %)")
    print(f"Tocsin:      {rate:.2f} alerts a development (goal 0.95-1.05), {alerts[None]:,} alerts about nothing")
    print(f"keyword bot: {plain:.2f} alerts a development, {keyword[None]:,} alerts about nothing")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
