"""What an action of the workbench came to, in the shape that its template draws. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rules.errors import Fault
from rules.lint import Issue
from rules.sanitise import clean
from rules.wording import count

KEPT = "Nothing was changed; the text stays as you wrote it."
_LINE = 160  # characters of a faulty line that are shown
_SHOWN = 50  # faults; the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """``template`` draws it with ``data``. ``stamp`` is that of the file as it is now, where an action changed it."""

    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    summary: str = ""  # one sentence, read out by screen readers
    is_bad: bool = False
    stamp: str | None = None
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A fault or remark. ``line`` is 0 where it is about the whole; ``before`` and ``after`` are parts of the line."""

    file: str
    line: int
    column: int
    path: str
    text: str
    code: str
    is_here: bool
    before: str = ""
    after: str = ""


def said(words: str, *, is_bad: bool = True) -> Result:
    """Return one sentence as a result."""
    return Result(template="workbench/said.html", data={"words": words}, summary=words, is_bad=is_bad)


def spots(found: Iterable[Fault | Issue], file: str, text: str) -> list[Spot]:
    """Return faults and remarks with the lines that they are in, those of the file at hand first."""
    lines = text.split("\n")
    return sorted((_spot(one, file, lines) for one in found), key=lambda spot: (not spot.is_here, spot.line))


def _spot(one: Fault | Issue, file: str, lines: Sequence[str]) -> Spot:
    is_here = one.file == file
    line = lines[one.line - 1] if is_here and 0 < one.line <= len(lines) else ""
    start = max(one.column - 1 - _LINE // 2, 0)
    shown = line[start : start + _LINE]
    return Spot(
        file=one.file,
        line=one.line,
        column=one.column,
        path=one.path if isinstance(one, Fault) else one.rule,
        text=one.text,
        code=one.code,
        is_here=is_here,
        before=clean(shown[: one.column - 1 - start]),
        after=clean(shown[one.column - 1 - start :]),
    )


def faulty(faults: Sequence[Fault], file: str, text: str, after: str = KEPT) -> Result:
    """Say why a draft cannot be used; ``after`` is added, where something else was asked for."""
    found = spots(faults, file, text)
    ours = [spot for spot in found if spot.is_here]
    where = f", {'the first ' if len(faults) > 1 else ''}in line {ours[0].line}" if ours and ours[0].line else ""
    summary = f"{count(len(faults), 'fault')}{where}"
    return Result(
        template="workbench/faults.html",
        data={"faults": found[:_SHOWN], "more": max(len(found) - _SHOWN, 0), "words": summary, "after": after},
        summary=f"{summary}: {found[0].text}",
        is_bad=True,
    )
