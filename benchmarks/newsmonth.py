"""A made month of news whose truth is known: events that a few origins report and many outlets rewrite."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

START = datetime(2025, 9, 1, 6, tzinfo=UTC)
WIRES = ("Reuters", "AFP", "AP", "dpa", "Bloomberg", "Financial Times", "Der Spiegel", "Le Monde")
DEEDS = {
    "withdraw": (
        "withdraw {n} troops from {place}",
        "pull {n} soldiers out of {place}",
        "pull back {n} soldiers from {place}",
        "pull out {n} troops from {place}",
        "bring home {n} soldiers from {place}",
        "recall {n} troops from {place}",
        "remove {n} service members from {place}",
        "cut its forces in {place} by {n} troops",
        "reduce its presence in {place} by {n} soldiers",
    ),
    "deploy": (
        "deploy {n} troops to {place}",
        "send {n} soldiers to {place}",
        "dispatch {n} troops to {place}",
        "commit {n} troops to {place}",
        "contribute {n} soldiers to a mission in {place}",
    ),
    "pledge": (
        "pledge {n} million euros in aid to {place}",
        "pledge {n} million euros for {place}",
        "promise {place} {n} million euros in aid",
        "provide {n} million euros in support for {place}",
        "commit {n} million euros to {place}",
        "grant {place} {n} million euros",
    ),
    "deliver": (
        "deliver {n} tanks to {place}",
        "deliver {n} battle tanks to {place}",
        "supply {n} tanks to {place}",
        "hand over {n} tanks to {place}",
        "donate {n} tanks to {place}",
    ),
}
SIZES = {"withdraw": (2_000, 60_000), "deploy": (500, 9_000), "pledge": (50, 950), "deliver": (12, 90)}
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
        who = chance.choice((actor, actor, f"The government of {actor}"))
        lead = chance.choice((f"{who} plans to {core}, {credit}.", f"{who} will {core}, {credit} on {at:%A}."))
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
