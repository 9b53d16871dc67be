"""The root of every error that Tocsin raises on purpose.

TocsinError                 one clear sentence for a person; never shown with a traceback
+-- FaultsError             a file of the user's has faults; carries all of them
+-- RuleFileError       a rule file
+-- LexiconError        a lexicon file
(bot.errors continues the tree: ConfigError, FetchError, ParseError, StoreError, DeliveryError)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class TocsinError(Exception):
    """A problem that the user can do something about."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One thing wrong in one place of a file that a person wrote.

    ``line`` and ``column`` count from 1; 0 means that the place is the file as a whole.
    ``path`` is the way through the document (``rules[1].figure.unit``), empty for the document itself.
    """

    file: str
    line: int = 0
    column: int = 0
    path: str = ""
    text: str
    code: str

    def __str__(self) -> str:
        """Render as ``file:line:col: path: text [code]``, the form that editors and CI can follow."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return ": ".join(part for part in (place, self.path, f"{self.text} [{self.code}]") if part)


class FaultsError(TocsinError):
    """A file has one or more faults; ``faults`` holds every one of them, in file order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class RuleFileError(FaultsError):
    """One or more rule files cannot be used."""


class LexiconError(FaultsError):
    """One or more lexicon files cannot be used."""


def guess(wrong: str, allowed: Iterable[str]) -> str:
    """Return ``; did you mean "x"?`` for the nearest allowed word, or an empty string."""
    by_folded = {word.casefold(): word for word in allowed}
    near = get_close_matches(wrong.casefold(), list(by_folded), n=1, cutoff=0.6)
    return f'; did you mean "{by_folded[near[0]]}"?' if near else ""
