"""Wall-clock times of a place as instants, also on the two days a year when the clocks change. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return when ``at`` happens on ``day`` in ``zone``, in UTC.

    A time that happens twice means the first; a time that is skipped means the first instant that exists after it.
    """
    wanted = datetime.combine(day, at)
    found = wanted.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wanted:
        return found
    early, late = found - timedelta(hours=25), found  # Samoa once skipped a whole day, nobody more
    while late - early > timedelta(seconds=1):  # the clocks change between the two
        middle = early + (late - early) / 2
        if middle.astimezone(zone).replace(tzinfo=None) < wanted:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the date on the calendars of ``zone``."""
    return moment.astimezone(zone).date()
