"""The tree that an explanation is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

Span = tuple[int, int]


class Needs(StrEnum):
    """How a condition follows from those below it."""

    ALL = "all"
    ANY = "any"
    CLOSEST = "closest"  # any, and where none holds the one that comes closest is to be looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One condition. ``spans`` are offsets into the item's text, ``note`` says what was found (instead)."""

    label: str
    holds: bool
    note: str = ""
    spans: tuple[Span, ...] = ()
    needs: Needs = Needs.ALL
    children: tuple[Explanation, ...] = ()

    def failing(self) -> Explanation | None:
        """Return the first condition, as deep as one alone is to blame, because of which this one does not hold."""
        return self.blamed()[-1] if not self.holds else None

    def blamed(self) -> tuple[Explanation, ...]:
        """Return the way from this condition to the one to blame, both included; nothing where it holds."""
        if self.holds:
            return ()
        failing = [child for child in self.children if not child.holds]
        if not failing or (self.needs is Needs.ANY and len(failing) > 1):
            return (self,)
        first = min(failing, key=_misses) if self.needs is Needs.CLOSEST else failing[0]
        return (self, *first.blamed())

    def lines(self, depth: int = 0) -> Iterator[tuple[int, Explanation]]:
        """Yield every condition with its depth, in reading order."""
        yield depth, self
        for child in self.children:
            yield from child.lines(depth + 1)


def _misses(condition: Explanation) -> int:
    return sum(not each.holds for each in condition.children)
