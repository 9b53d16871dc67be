"""What rules need from outside, as small interfaces of their own; ``rules.vocabulary`` has the real ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class NamedThing(Protocol):
    """An entry of the lexicon, as far as its names go."""

    @property
    def name(self) -> str:
        """The canonical name."""

    @property
    def forms(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Role ("names", "adjectives", ...) to language to surface forms."""


class Vocabulary(Protocol):
    """What rules need to know of names; ``rules.vocabulary.Lexicon`` is the real one."""

    def resolve(self, name: str) -> str | None:
        """Return the canonical name of anything known by ``name``, or None."""

    def resolve_actor(self, name: str) -> str | None:
        """Return the canonical actor that ``name`` stands for (a capital is its government), or None."""

    def resolve_unit(self, name: str) -> str | None:
        """Return the canonical unit that ``name`` counts ("dollars" is usd), or None."""

    def entry(self, canonical: str) -> NamedThing | None:
        """Return the entry of a canonical name, or None."""

    def contains(self, region: str, place: str) -> bool:
        """Tell whether ``place`` lies in ``region``; every place contains itself."""

    def members(self, group: str) -> frozenset[str]:
        """Return the members of a group of states; empty where there is no such group."""

    @property
    def units(self) -> frozenset[str]:
        """All canonical units."""

    @property
    def actors(self) -> frozenset[str]:
        """All canonical actors."""

    @property
    def places(self) -> frozenset[str]:
        """All canonical places."""
