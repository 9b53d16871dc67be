"""Dates of feed entries, believed only where they make sense.

feedparser turns month 13 into January of the next year and a zone of +9999 into another day without a word, so the
original text is looked at too.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from time import struct_time

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST_YEAR = 2100  # dates in the future are the caller's matter, who has a clock; these are no dates at all
_ISO = re.compile(r"(\d{4,20})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}))?")
_ZONE = re.compile(r"[+-](\d{2}):?(\d{2})\s*$")
_TEXT_LIMIT = 100


def usable(parsed: struct_time | tuple[int, ...] | None, text: str) -> datetime | None:
    """Return feedparser's reading (UTC) as a datetime, or None when it or its text is absurd."""
    if parsed is None or _is_absurd(text):
        return None
    try:
        year, month, day, hour, minute, second = parsed[:6]
        date = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, OverflowError, TypeError):
        return None
    return date if date >= EARLIEST and date.year < LATEST_YEAR else None


def from_iso(text: str) -> datetime | None:
    """Read an RFC 3339 date as JSON Feed has it; without a zone it counts as UTC."""
    if _is_absurd(text):
        return None
    try:
        date = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    date = date.replace(tzinfo=UTC) if date.tzinfo is None else date
    try:
        date = date.astimezone(UTC)
    except OverflowError:
        return None
    return date if date >= EARLIEST and date.year < LATEST_YEAR else None


def _is_absurd(text: str) -> bool:
    text = text.strip()
    if len(text) > _TEXT_LIMIT:
        return True
    zone = _ZONE.search(text)
    if zone is not None and (int(zone.group(1)) > 14 or int(zone.group(2)) > 59) and ":" in text[: zone.start()]:
        return True
    iso = _ISO.match(text)
    if iso is None:
        return False
    year, month, day, hour, minute = (int(part) if part else 0 for part in iso.groups())
    return not (1 <= month <= 12 and 1 <= day <= 31 and hour <= 24 and minute <= 59 and year < 10_000)
