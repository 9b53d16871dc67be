"""When a digest is due and what it says: one for each period, however often the process or the clock stumbles. Pure.

A digest is known by its channel and local date; the outbox takes one row for that key. ``due`` therefore has to be
right only about the date: it never returns a date that is not after the last one done, and after an outage it
returns the newest date only, so that catching up is one digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.localtime import instant_of, local_day
from bot.message import Bullets, Context, Line, Link, Message, MessageKind, Paragraph, Strong, Text
from bot.ringing.holding import DAY, WEEKDAYS, HoldReason
from rules.model import Novelty

LISTED = 25  # entries in one digest; the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """At ``at`` local time on ``days`` (Monday is 0); one day for a weekly digest."""

    zone: ZoneInfo
    at: time = time(8, 0)
    days: frozenset[int] = WEEKDAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One development that the digest tells of; ``held`` is None where it was posted already."""

    topic: str
    novelty: Novelty
    sentence: str
    url: str
    held: HoldReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a digest is made of. ``left_out`` counts what it does not list, by reason."""

    day: date
    entries: Sequence[Entry]
    left_out: Sequence[tuple[HoldReason, int]] = ()


def due(schedule: Schedule, now: datetime, *, last: date | None, since: datetime) -> date | None:
    """Return the local date whose digest is to be made now, or None.

    ``last`` is the date of the last digest made, ``since`` when the channel began to want digests.
    """
    today = local_day(now, schedule.zone)
    if last is not None and last > today + DAY:  # made while the clock was wrong; the outbox's key still guards
        last = None
    for back in range(8):  # a weekly digest lies at most seven days back
        day = today - back * DAY
        moment = instant_of(day, schedule.at, schedule.zone)
        if day.weekday() in schedule.days and moment <= now:
            is_new = last is None or day > last
            return day if is_new and moment > since else None
    return None


def next_due(schedule: Schedule, now: datetime) -> datetime | None:
    """Return when the next digest will be due, in UTC; None when no weekday is chosen."""
    today = local_day(now, schedule.zone)
    moments = (
        instant_of(today + ahead * DAY, schedule.at, schedule.zone)
        for ahead in range(9)
        if (today + ahead * DAY).weekday() in schedule.days
    )
    return next((moment for moment in moments if moment > now), None)


def period(schedule: Schedule, day: date, last: date | None) -> tuple[datetime, datetime]:
    """Return from when to when the digest of ``day`` reports: from the last one on, else one day back."""
    end = instant_of(day, schedule.at, schedule.zone)
    begin = end - timedelta(days=1) if last is None else instant_of(last, schedule.at, schedule.zone)
    return begin, end


def build(contents: Contents) -> Message | None:
    """Return the digest, grouped by topic and kind, saying what did not ring and why; None when there is nothing."""
    if not contents.entries and not contents.left_out:
        return None
    count = len(contents.entries)
    sentence = f"{count} {'development' if count == 1 else 'developments'}" + _not_rung(contents)
    blocks: list[Paragraph | Bullets | Context] = []
    shown = 0
    for topic in dict.fromkeys(entry.topic for entry in contents.entries):
        entries = [entry for entry in contents.entries if entry.topic == topic][: max(0, LISTED - shown)]
        shown += len(entries)
        if entries:
            blocks.append(Paragraph((Strong(topic),)))
            blocks.append(Bullets(tuple(_line(entry) for entry in sorted(entries, key=_order))))
    if count > shown:
        blocks.append(Paragraph((Text(f"and {count - shown} more; `/tocsin latest` lists them"),)))
    for reason, number in contents.left_out:
        blocks.append(Context((Text(f"{number} not shown: {_WORDS[reason]}"),)))
    return Message(
        kind=MessageKind.DIGEST,
        heading=f"Digest, {contents.day:%a %d %b %Y}",
        fallback=sentence,
        blocks=(Paragraph((Text(sentence),)), *blocks),
    )


_WORDS: dict[HoldReason, str] = {
    HoldReason.SILENCED: "silenced",
    HoldReason.TOO_OLD: "too old when it came",
    HoldReason.COOLDOWN: "within the cooldown of its rule",
    HoldReason.DIGEST_ONLY: "this channel hears of it in the digest only",
    HoldReason.QUIET_HELD: "held over the quiet hours",
    HoldReason.QUIET_DROPPED: "left out in the quiet hours",
    HoldReason.RATE_CAP: "held by the channel's rate cap",
    HoldReason.GROUP_WAIT: "waiting for what belongs to it",
    HoldReason.UPDATE_INTERVAL: "waiting for the next update",
    HoldReason.NOW: "posted",
    HoldReason.BELOW_MINIMUM: "below the least severity of this digest",
}


def _not_rung(contents: Contents) -> str:
    held = sum(entry.held is not None for entry in contents.entries)
    left_out = sum(number for _, number in contents.left_out)
    parts = [f"{held} held until now" if held else "", f"{left_out} left out" if left_out else ""]
    said = ", ".join(part for part in parts if part)
    return f"; {said}" if said else ""


def _line(entry: Entry) -> Line:
    why = f" [{_WORDS[entry.held]}]" if entry.held is not None else ""
    line: Line = (Text(f"{entry.novelty}: {entry.sentence}{why}"),)
    return (*line, Text(" "), Link(entry.url, "source")) if entry.url else line


def _order(entry: Entry) -> int:
    return list(Novelty).index(entry.novelty)
