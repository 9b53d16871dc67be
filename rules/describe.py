"""Rules in words: each key that a rule sets, with its value on one line. For lists, and for what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime, timedelta

from rules.ruleset import Change, FigureClause, PositionClause, Range, Rule, TextQuery, Volume

_NOTHING = "none"
_TOLD_ELSEWHERE = {"id", "title", "source", "tests"}
_KEYS = {"life": "status"}


def described(rule: Rule) -> Iterator[tuple[str, str]]:
    """Yield key and value of everything that a rule sets to something else than the default, and its severity."""
    for each in fields(Rule):
        value = getattr(rule, each.name)
        is_set = value != each.default or each.name == "severity"
        if is_set and each.name not in _TOLD_ELSEWHERE:
            yield key_of(each.name), written(value)


def key_of(name: str) -> str:
    """Return the key that people write for an attribute of a rule."""
    return _KEYS.get(name, name)


def written(value: object) -> str:
    """Write the value of a key on one line; a clause part by part."""
    match value:
        case FigureClause() | PositionClause():
            return "; ".join(f"{name}: {written(part)}" for name, part in parts_of(value) if part)
        case TextQuery():
            return value.source
        case Volume():
            bounds = (("at least", value.at_least), ("at most", value.at_most))
            return ", ".join(f"{word} {bound}" for word, bound in bounds if bound is not None)
        case timedelta():
            return _span(value)
        case datetime():
            return f"{value:%Y-%m-%d}"
        case tuple():
            return ", ".join(map(str, value)) or _NOTHING
        case frozenset():
            return ", ".join(sorted(map(str, value))) or _NOTHING
        case Range() | Change() | str() | int() | float():
            return str(value) or _NOTHING
        case _:
            return _NOTHING


def parts_of(clause: FigureClause | PositionClause) -> Iterator[tuple[str, object]]:
    """Yield the keys of a clause with their values."""
    yield from ((each.name, getattr(clause, each.name)) for each in fields(clause))


def _span(value: timedelta) -> str:
    minutes = round(value.total_seconds() / 60)
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes and minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"
