"""The tree that an explanation is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One condition. ``spans`` are offsets into the item's text, ``note`` says what was found (instead)."""

    label: str
    holds: bool
    note: str = ""
    spans: tuple[Span, ...] = ()
    children: tuple[Explanation, ...] = ()

    def failing(self) -> Explanation | None:
        """Return the first condition because of which this one does not hold, as deep as one alone is to blame."""
        if self.holds:
            return None
        failing = [child for child in self.children if not child.holds]
        if len(failing) == 1 or (failing and len(failing) < len(self.children)):
            return failing[0].failing()
        return self

    def lines(self, depth: int = 0) -> Iterator[tuple[int, Explanation]]:
        """Yield every condition with its depth, in reading order."""
        yield depth, self
        for child in self.children:
            yield from child.lines(depth + 1)
