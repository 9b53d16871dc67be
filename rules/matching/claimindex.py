"""The rules without words, filed by what a claim has to be, so that a claim meets few of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rules.model import Claim, Figure
from rules.ruleset import Rule


class ClaimIndex:
    """Which rules without words may be about a claim. Rules are known by their number in ``rules``."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._by_unit: dict[str, list[int]] = {}
        self._any_figure: list[int] = []
        self._positions: list[int] = []
        for number, rule in enumerate(rules):
            if rule.match is not None:
                continue
            if rule.position is not None:
                self._positions.append(number)
            if rule.figure is not None and not rule.figure.unit:
                self._any_figure.append(number)
            for unit in rule.figure.unit if rule.figure is not None else ():
                self._by_unit.setdefault(unit, []).append(number)

    def for_claims(self, claims: Iterable[Claim]) -> set[int]:
        """Return the numbers of the rules that may be about any of ``claims``."""
        found: set[int] = set()
        for claim in claims:
            if isinstance(claim, Figure):
                found.update(self._any_figure, self._by_unit.get(claim.unit, ()))
            else:
                found.update(self._positions)
        return found
