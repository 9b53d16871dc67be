"""What became of a set of rule files: it came into force, or it was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rules.changes import Changes
from rules.errors import Fault
from rules.ruleset import RuleSet

SHORT = 12  # characters of a hash that people are shown; any beginning that names one set is understood


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A rule set that came into force: enough to show it, and to bring it back."""

    ruleset: RuleSet
    documents: Mapping[str, str] = field(repr=False)
    at: datetime
    author: str  # who changed it, as far as is known: a command's caller, else the owner of the newest file
    changes: Changes
    before: str = ""  # hash of the set that was in force until then; empty at a start

    @property
    def short(self) -> str:
        """The hash as people are shown it."""
        return self.ruleset.hash[:SHORT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Files that cannot be used. ``since`` is when it began; the set in force stays."""

    faults: tuple[Fault, ...]
    since: datetime
    author: str

    def sentence(self) -> str:
        """Say it for the admin channel."""
        first = self.faults[0]
        more = f" and {len(self.faults) - 1} more" if len(self.faults) > 1 else ""
        return f"The rules were changed but cannot be used, so the last good ones stay in force: {first}{more}"


Outcome = Applied | Refused | None
"""What a look at the files led to: None when nothing is to be told."""
