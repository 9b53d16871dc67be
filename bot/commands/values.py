"""Values of options: numbers of things, moments, links."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bot import duration
from bot.commands.parse import CommandError, echo

LONGEST = timedelta(days=3650)


def number(value: str, what: str) -> int:
    """Read the number of a thing: ``12`` or ``#12``. Raises CommandError."""
    found = find_number(value)
    if found is None:
        raise CommandError(f"{echo(value)} is no number of {what}; it looks like 12.")
    return found


def find_number(value: str) -> int | None:
    """Return the number that ``12`` or ``#12`` stands for, or None for anything else."""
    digits = value.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        return None
    return int(digits)


def since(value: str, now: datetime) -> datetime:
    """Read ``7d``, ``36h`` or ``2026-09-01`` as a moment in the past. Raises CommandError."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        except ValueError:
            raise CommandError(f"There is no day {echo(value)}; write it as 2026-09-01.") from None
    return now - length(value, "since")


def length(value: str, option: str) -> timedelta:
    """Read ``7d`` or ``36h``. Raises CommandError."""
    try:
        seconds = duration.seconds(value)
    except ValueError:
        raise CommandError(f"{echo(value)} is no time for {option}; write it as 36h or 7d.") from None
    if not 0 < seconds <= LONGEST.total_seconds():
        raise CommandError(f"{option} has to lie between 1s and 3650d, not {echo(value)}.")
    return timedelta(seconds=seconds)
