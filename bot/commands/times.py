"""Times of day, weekdays and time zones, as people write them."""

from __future__ import annotations

import re
from datetime import time
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.commands.parse import CommandError, echo
from bot.ringing.holding import EVERY_DAY, WEEKDAYS
from bot.store.channels import DAY_NAMES

_DAYS = {name.lower(): number for number, name in enumerate(DAY_NAMES)}
_SPANS = {"daily": EVERY_DAY, "weekdays": WEEKDAYS, "weekend": frozenset({5, 6})}
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


def clock(given: str, option: str) -> time:
    """Read ``08:00``. Raises CommandError."""
    found = _CLOCK.fullmatch(given.strip())
    if found is None:
        raise CommandError(f"{echo(given)} is no time of day for {option}; write it as 08:00.")
    return time(int(found[1]), int(found[2]))


def days(given: str) -> frozenset[int]:
    """Read ``mon-fri``, ``mon,wed``, ``daily``, ``weekdays`` or ``weekend``. Raises CommandError."""
    typed = given.casefold().strip()
    if typed in _SPANS:
        return _SPANS[typed]
    found: set[int] = set()
    for word in re.split(r"[,\s]+", typed):
        first, _, last = word.partition("-")
        if first[:3] not in _DAYS or (last and last[:3] not in _DAYS):
            raise CommandError(f"{echo(given)} are no days; write mon-fri, mon,wed, daily, weekdays or weekend.")
        begin = _DAYS[first[:3]]
        end = _DAYS[last[:3]] if last else begin
        found |= {day % 7 for day in range(begin, end + 1 if end >= begin else end + 8)}
    return frozenset(found)


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def zone_names() -> list[str]:
    """Return the names of all time zones, for suggestions."""
    return [*sorted(name for name in _zones().values() if "/" in name and not name.startswith("Etc/")), "UTC"]


def zone(given: str) -> ZoneInfo:
    """Read a time zone's name, or that of its city. Raises CommandError with the nearest ones."""
    known = _zones()
    typed = given.casefold().replace(" ", "_")
    found = known.get(typed) or next((name for key, name in sorted(known.items()) if key.endswith(f"/{typed}")), None)
    if found is None:
        near = get_close_matches(typed, [*known, *(key.rpartition("/")[2] for key in known)], n=3, cutoff=0.0)
        names = [known.get(one) or next(name for key, name in known.items() if key.endswith(f"/{one}")) for one in near]
        raise CommandError(f"{echo(given)} is no time zone. The nearest are: {', '.join(dict.fromkeys(names))}.")
    return ZoneInfo(found)
