"""A small vocabulary for tests of rules, instead of the shipped lexicon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FakeEntry:
    name: str
    forms: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


STATES = ("United States", "Germany", "France", "Poland", "China", "Ukraine", "Russia", "Italy", "Japan")
ALIASES = {
    "us": "United States",
    "america": "United States",
    "washington": "United States",
    "beijing": "China",
    "the kremlin": "Russia",
}
GROUPS = {
    "EU members": frozenset({"Germany", "France", "Poland", "Italy"}),
    "P5": frozenset({"China", "France", "Russia"}),
}
INSIDE = {
    "Europe": frozenset({"Germany", "France", "Poland", "Ukraine", "Italy", "Ramstein"}),
    "Germany": frozenset({"Ramstein"}),
}


class FakeVocabulary:
    """Nine states, a few groups, two regions."""

    units = frozenset({"troops", "usd", "eur", "percent", "tank"})
    actors = frozenset({*STATES, "NATO", "European Union", *GROUPS})
    places = frozenset({*STATES, "Europe", "Ramstein"})

    def resolve(self, name: str) -> str | None:
        known = {known.casefold(): known for known in (*self.actors, *self.places)}
        return known.get(name.casefold()) or ALIASES.get(name.casefold())

    def resolve_actor(self, name: str) -> str | None:
        found = self.resolve(name)
        return found if found in self.actors else None

    def resolve_unit(self, name: str) -> str | None:
        return name.casefold() if name.casefold() in self.units else None

    def entry(self, canonical: str) -> FakeEntry | None:
        if canonical not in self.actors | self.places:
            return None
        names = tuple(
            alias.upper() if len(alias) < 3 else alias for alias, name in ALIASES.items() if name == canonical
        )
        return FakeEntry(canonical, {"names": {"en": names}})

    def contains(self, region: str, place: str) -> bool:
        return region == place or place in INSIDE.get(region, frozenset())

    def members(self, group: str) -> frozenset[str]:
        return GROUPS.get(group, frozenset())
