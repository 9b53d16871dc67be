"""Replay a month of news: ``python benchmarks/replay.py [--days 30] [--feeds 300]`` counts alerts a real development.

The news is made, so that the truth is known: events (withdrawals, deployments, pledges, deliveries) that a few origins
report and many outlets rewrite with other words, rounding and hedges; figures that change days later; rivals that
disagree within hours; edited items; background that repeats old totals; and items about other things. Each
item goes the real way: extract, origin, near-copy, story, ledger, four figure rules. Beside it stands a bot that
posts whatever holds the keywords, once an item.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.resources import load_lexicon
from rules.extract import Extractor
from rules.extract.sentences import find_sentences
from rules.ledger import Policy, claim_key, compare_item
from rules.model import Action, Development, Figure, ItemId, Mention, Novelty, StoryId
from rules.origins import Report, decide_origin
from rules.similar import CopyIndex
from rules.stories import StoryDocument, StoryIndex, StoryWords
from rules.vocabulary import Lexicon

START = datetime(2025, 9, 1, 6, tzinfo=UTC)
RINGING = frozenset({Novelty.NEW, Novelty.CHANGED, Novelty.CONTRADICTED, Novelty.CORRECTED})
WIRES = ("Reuters", "AFP", "AP", "dpa", "Bloomberg", "Financial Times", "Der Spiegel", "Le Monde")
DEEDS = {
    "withdraw": (
        "withdraw {n} troops from {place}",
        "pull {n} soldiers out of {place}",
        "pull back {n} soldiers from {place}",
    ),
    "deploy": ("deploy {n} troops to {place}", "send {n} soldiers to {place}"),
    "pledge": ("pledge {n} million euros in aid to {place}", "pledge {n} million euros for {place}"),
    "deliver": ("deliver {n} tanks to {place}", "deliver {n} battle tanks to {place}"),
}
WANTED = frozenset({Action.WITHDRAW, Action.REDUCE, Action.DEPLOY, Action.INCREASE, Action.PLEDGE, Action.DELIVER})
SIZES = {"withdraw": (2_000, 60_000), "deploy": (500, 9_000), "pledge": (50, 950), "deliver": (12, 90)}
KEYWORDS = ("withdraw", "pull", "deploy", "send", "pledge", "deliver")
ACTORS = ("Germany", "France", "Poland", "Italy", "Spain", "Canada", "Norway", "Sweden", "Greece", "Turkey", "Japan")
PLACES = ("Ukraine", "Lithuania", "Romania", "Estonia", "Moldova", "Lebanon", "Kosovo", "Niger", "Iraq", "Somalia")
SYLLABLES = (
    "bar",
    "den",
    "fol",
    "gri",
    "hal",
    "jor",
    "kel",
    "lun",
    "mar",
    "nes",
    "ost",
    "pel",
    "rud",
    "sol",
    "tav",
    "vik",
)
BACKGROUND = (
    "{name}, who speaks for the opposition, asked for a debate on {topic} before the end of the month.",
    "{name} of the institute for {topic} said that the timing had surprised the town of {town}.",
    "Officials in {town} declined to comment on {topic} and pointed to {name}.",
    "The matter of {topic} is on the agenda when {name} visits {town}.",
    "The newspaper of {town} had written about {topic} since spring, quoting {name}.",
    "In {town} families of {topic} workers gathered; {name} spoke to them.",
    "The mayor of {town}, {name}, called {topic} the greater worry.",
)
OTHER_NEWS = (
    "A ferry line opened a new route along the coast of {place}, its owner said.",
    "Voters in {actor} prepare to send a message to the government at local elections.",
    "Farmers in {actor} pull potatoes from wet fields after a week of rain.",
    "The post office of {actor} will deliver parcels on Sundays again.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An item of the made month. ``truth`` names the development that it tells of, None where it tells of none."""

    at: datetime
    outlet: str
    title: str
    text: str
    truth: str | None
    item: int = 0


class Month:
    """Makes the news."""

    def __init__(self, days: int, feeds: int, seed: int) -> None:
        self.chance = random.Random(seed)
        self.days = days
        self.outlets = [f"Courier {number}" for number in range(feeds)]
        self.developments: set[str] = set()
        self.details: dict[str, list[str]] = {}

    def pieces(self) -> list[Piece]:
        """Return every item, edits under the number of the item that they edit, in order of time."""
        made: list[Piece] = []
        pairs = [(kind, actor, place) for kind in DEEDS for actor in ACTORS for place in PLACES]
        self.chance.shuffle(pairs)
        for number in range(self.days * 3):
            made += self._event(number, *pairs[number % len(pairs)])
        for _ in range(self.days * len(self.outlets) // 4):
            made.append(self._other())
        made.sort(key=lambda piece: piece.at)
        return [piece if piece.item else replace(piece, item=place + 1) for place, piece in enumerate(made)]

    def _event(self, number: int, kind: str, actor: str, place: str) -> Iterator[Piece]:
        at = START + timedelta(days=self.chance.uniform(0, self.days - 4))
        low, high = SIZES[kind]
        value = self._rounded(self.chance.randint(low, high))
        origin = self.chance.choice(WIRES)
        fate = self.chance.choice(("changes", "changes", "stays", "disputed", "corrected"))
        yield from self._wave(
            f"{number}.0", kind, actor, place, value, origin, at, is_confirmed=fate in ("changes", "stays")
        )
        if fate == "changes":
            changed = self._rounded(int(value * self.chance.choice((0.5, 0.6, 1.5, 1.8))))
            later = at + timedelta(days=self.chance.uniform(1.6, 3.0))
            who = origin if self.chance.random() < 0.5 else self.chance.choice(WIRES)
            yield from self._wave(f"{number}.1", kind, actor, place, changed, who, later)
        elif fate == "disputed":
            rival = self.chance.choice([wire for wire in WIRES if wire != origin])
            disputed = self._rounded(int(value * 0.4))
            yield from self._wave(f"{number}.2", kind, actor, place, disputed, rival, at + timedelta(hours=9), size=2)
        elif fate == "corrected":
            first = self._piece(
                f"{number}.3", kind, actor, place, value, origin, at + timedelta(hours=5), outlet=origin
            )
            fixed = self._rounded(value * 2)
            edited = self._piece(
                f"{number}.4", kind, actor, place, fixed, origin, at + timedelta(hours=7), outlet=origin
            )
            self.developments.add(f"{number}.4")
            identity = 10_000_000 + number
            yield replace(first, item=identity, truth=f"{number}.0")
            yield replace(edited, item=identity)

    def _wave(
        self,
        truth: str,
        kind: str,
        actor: str,
        place: str,
        value: int,
        origin: str,
        at: datetime,
        size: int | None = None,
        is_confirmed: bool = False,
    ) -> Iterator[Piece]:
        self.developments.add(truth)
        yield self._piece(truth, kind, actor, place, value, origin, at, outlet=origin)
        count = size if size is not None else self.chance.randint(4, 30)
        for _ in range(count):
            later = at + timedelta(hours=self.chance.expovariate(1 / 6) + 0.3)
            yield self._piece(truth, kind, actor, place, value, origin, later, outlet=self.chance.choice(self.outlets))
        if is_confirmed and self.chance.random() < 0.5:
            other = self.chance.choice([wire for wire in WIRES if wire != origin])
            confirmed = at + timedelta(hours=self.chance.uniform(3, 30))
            yield self._piece(truth, kind, actor, place, value, other, confirmed, outlet=other)

    def _piece(
        self, truth: str, kind: str, actor: str, place: str, value: int, origin: str, at: datetime, *, outlet: str
    ) -> Piece:
        chance = self.chance
        hedge = chance.choice(("", "", "about ", "some "))
        deed = chance.choice(DEEDS[kind])
        said = self._loosely(value) if outlet != origin and chance.random() < 0.2 else f"{hedge}{value:,}"
        core = deed.format(n=said, place=place)
        credit = (
            "the defence ministry said"
            if outlet == origin
            else chance.choice((f"{origin} reported", f"according to {origin}"))
        )
        lead = chance.choice((f"{actor} plans to {core}, {credit}.", f"{actor} will {core}, {credit} on {at:%A}."))
        rest = " ".join(chance.sample(self._details(truth + origin), 3))
        title = f"{actor} to {deed.format(n=f'{value:,}', place=place)}"
        return Piece(at=at, outlet=outlet, title=title, text=f"{lead} {rest}", truth=truth)

    def _other(self) -> Piece:
        actor, place = self.chance.choice(ACTORS), self.chance.choice(PLACES)
        line = self.chance.choice(OTHER_NEWS).format(actor=actor, place=place)
        at = START + timedelta(days=self.chance.uniform(0, self.days))
        text = f"{line} {' '.join(self._details(None)[:2])}"
        return Piece(at=at, outlet=self.chance.choice(self.outlets), title=line.split(",")[0], text=text, truth=None)

    def _loosely(self, value: int) -> str:
        """Return a number as desks round it: ``more than 40,000`` for 42,000, ``nearly 40,000`` for 39,000."""
        step = 10 ** (len(str(value)) - 1)
        over, under = value % step, -value % step
        if 0 < over <= step // 4:
            return f"more than {value - over:,}"
        return f"nearly {value + under:,}" if 0 < under <= step // 5 else f"{value:,}"

    def _word(self) -> str:
        return "".join(self.chance.choices(SYLLABLES, k=3))

    def _details(self, key: str | None) -> list[str]:
        """Return what a report says besides; those that rewrite one origin draw on one set."""
        if key is not None and key in self.details:
            return self.details[key]
        found = [
            line.format(
                name=f"{self._word().capitalize()} {self._word().capitalize()}",
                topic=self._word(),
                town=self._word().capitalize(),
            )
            for line in self.chance.sample(BACKGROUND, 5)
        ]
        if key is not None:
            self.details[key] = found
        return found

    def _rounded(self, value: int) -> int:
        step: int = 10 ** max(0, len(str(value)) - 2)
        return max(step, value // step * step)


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
        mentions = [
            Mention(
                claim=figure,
                item=item,
                story=story,
                outlet=piece.outlet,
                origin=origin.name,
                as_of=piece.at,
                url=f"https://{piece.outlet}/{item}",
                passage=next((s.of(piece.text) for s in sentences if s.start <= figure.start < s.end), ""),
            )
            for figure in extraction.figures
        ]
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
