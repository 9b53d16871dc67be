"""What a check found: how it is, in one sentence, and what to do about it, in one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"  # works, but somebody should know
    FAIL = "fail"  # something does not work


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One result. ``fix`` is empty only where all is well."""

    area: str
    level: Level
    text: str
    fix: str = ""

    def record(self) -> dict[str, str]:
        """Return it for ``--json``."""
        return {"area": self.area, "level": self.level.value, "text": self.text, "fix": self.fix}


def ok(area: str, text: str) -> Finding:
    """Say that something is well."""
    return Finding(area=area, level=Level.OK, text=text)


def warn(area: str, text: str, fix: str) -> Finding:
    """Say that something works, but not as it should."""
    return Finding(area=area, level=Level.WARN, text=text, fix=fix)


def fail(area: str, text: str, fix: str) -> Finding:
    """Say that something does not work."""
    return Finding(area=area, level=Level.FAIL, text=text, fix=fix)


def worst(findings: Iterable[Finding]) -> Level:
    """Return the worst level of all."""
    order = list(Level)
    return max((finding.level for finding in findings), key=order.index, default=Level.OK)
