"""How each channel wants to be rung: time zone, quiet hours, digest, cap and layout, kept with the channel's row."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, insert, select, update

from bot.ringing.holding import QuietBehaviour, QuietHours, RateCap
from bot.store import driver
from bot.store.schema import audit, channel
from bot.telling.digest import Schedule
from bot.telling.layout import Layout
from rules.model import Severity

UTC_ZONE = ZoneInfo("UTC")
_PACE = select(channel.c.pace).where(channel.c.lane == driver.given(channel.c.lane))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPace:
    """A channel's own settings. The zone of the schedule is the channel's, and that of its quiet hours too."""

    schedule: Schedule = field(default_factory=lambda: Schedule(zone=UTC_ZONE))
    quiet: QuietHours | None = None
    digest_only: bool = False
    least: Severity = Severity.NOTICE  # what is weaker is only counted in the digest
    cap: int = RateCap().posts  # posts an hour
    layout: Layout = Layout.FULL

    @property
    def zone(self) -> ZoneInfo:
        """The channel's time zone."""
        return self.schedule.zone

    @property
    def words(self) -> str:
        """What differs from the defaults, in words; empty where nothing does."""
        usual = ChannelPace()
        told: list[str] = []
        if self.schedule != usual.schedule or self.least != usual.least or self.digest_only:
            weak = f", from {self.least} on" if self.least != usual.least else ""
            only = "only in the digest, " if self.digest_only else "digest "
            told.append(f"{only}at {self.schedule.at:%H:%M} {self.zone.key} on {day_words(self.schedule.days)}{weak}")
        if self.quiet is not None:
            hours = f"{self.quiet.start:%H:%M}–{self.quiet.end:%H:%M} {self.quiet.zone.key}"
            told.append(f"quiet {hours} on {day_words(self.quiet.days)} ({self.quiet.behaviour})")
        told += [f"at most {self.cap} posts an hour"] if self.cap != usual.cap else []
        told += [f"{self.layout} cards"] if self.layout != usual.layout else []
        return "; ".join(told)


DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day_words(days: Collection[int]) -> str:
    """Write weekdays: ``every day``, ``Mon-Fri``, ``Mon, Wed``."""
    if set(days) == set(range(7)):
        return "every day"
    if set(days) == set(range(5)):
        return "Mon-Fri"
    return ", ".join(DAY_NAMES[day] for day in sorted(days))


def save_pace(connection: Connection, lane: str, pace: ChannelPace, *, by: str | None = None) -> None:
    """Set how a channel wants to be rung; a channel that is not known yet stays unknown.

    ``by`` is who said so by a command; None is tocsin.yaml. Where that sets nothing, what was said by a command stays.
    """
    wanted = update(channel).where(channel.c.lane == lane)
    if by is None and pace == ChannelPace():
        connection.execute(wanted.where(channel.c.pace_by.is_(None)).values(pace=None))
        return
    body = None if pace == ChannelPace() else _encode(pace)
    connection.execute(wanted.values(pace=body, pace_by=by))


def change_pace(connection: Connection, lane: str, pace: ChannelPace, what: str, by: str, at: datetime) -> ChannelPace:
    """Set a channel's rhythm by a command, with a row in the audit; return how it was."""
    before = pace_of(connection, lane)
    save_pace(connection, lane, pace, by=by)
    connection.execute(
        insert(audit).values(
            at=at, lane=lane, user=by, what=what, old=before.words or "as usual", new=pace.words or "as usual"
        )
    )
    return before


def is_configured(connection: Connection, lane: str) -> bool:
    """Tell whether a channel's rhythm stands in tocsin.yaml."""
    found = select(channel.c.lane).where(
        channel.c.lane == lane, channel.c.pace.is_not(None), channel.c.pace_by.is_(None)
    )
    return connection.execute(found).first() is not None


def pace_of(connection: Connection, lane: str) -> ChannelPace:
    """Return how a channel wants to be rung; the defaults where nothing was set."""
    found = driver.first(connection, _PACE, lane=lane)
    return _decode(None if found is None else found.pace)


def forget_paces(connection: Connection, but: Collection[str]) -> None:
    """Give every channel but these the defaults again: their settings no longer stand in tocsin.yaml."""
    from_file = and_(channel.c.pace.is_not(None), channel.c.pace_by.is_(None))
    set_ones = connection.execute(select(channel.c.lane).where(from_file)).scalars().all()
    gone = [lane for lane in set_ones if lane not in but]
    connection.execute(update(channel).where(channel.c.lane.in_(gone)).values(pace=None))


def _encode(pace: ChannelPace) -> dict[str, Any]:
    quiet = pace.quiet
    return {
        "timezone": pace.zone.key,
        "digest": {
            "at": pace.schedule.at.isoformat(),
            "days": sorted(pace.schedule.days),
            "only": pace.digest_only,
            "least": pace.least.value,
        },
        "quiet": None
        if quiet is None
        else {
            "start": quiet.start.isoformat(),
            "end": quiet.end.isoformat(),
            "days": sorted(quiet.days),
            "behaviour": quiet.behaviour.value,
        },
        "cap": pace.cap,
        "layout": pace.layout.value,
    }


def _decode(body: dict[str, Any] | None) -> ChannelPace:
    if body is None:
        return ChannelPace()
    zone, digest, quiet = ZoneInfo(body["timezone"]), body["digest"], body["quiet"]
    return ChannelPace(
        schedule=Schedule(zone=zone, at=time.fromisoformat(digest["at"]), days=frozenset(digest["days"])),
        quiet=None
        if quiet is None
        else QuietHours(
            start=time.fromisoformat(quiet["start"]),
            end=time.fromisoformat(quiet["end"]),
            zone=zone,
            days=frozenset(quiet["days"]),
            behaviour=QuietBehaviour(quiet["behaviour"]),
        ),
        digest_only=digest["only"],
        least=Severity(digest.get("least", Severity.NOTICE)),
        cap=body["cap"],
        layout=Layout(body.get("layout", Layout.FULL)),
    )
