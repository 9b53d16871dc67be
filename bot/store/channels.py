"""How each channel wants to be rung: its time zone, quiet hours, digest and cap, kept with the channel's row."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from bot.digest import Schedule
from bot.holding import QuietBehaviour, QuietHours, RateCap
from bot.store.schema import channel

UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPace:
    """A channel's own settings. The zone of the schedule is the channel's, and that of its quiet hours too."""

    schedule: Schedule = field(default_factory=lambda: Schedule(zone=UTC_ZONE))
    quiet: QuietHours | None = None
    digest_only: bool = False
    cap: int = RateCap().posts  # posts an hour

    @property
    def zone(self) -> ZoneInfo:
        """The channel's time zone."""
        return self.schedule.zone


def save_pace(connection: Connection, lane: str, pace: ChannelPace) -> None:
    """Set how a channel wants to be rung; a channel that is not known yet stays unknown."""
    body = None if pace == ChannelPace() else _encode(pace)
    connection.execute(update(channel).where(channel.c.lane == lane).values(pace=body))


def pace_of(connection: Connection, lane: str) -> ChannelPace:
    """Return how a channel wants to be rung; the defaults where nothing was set."""
    return _decode(connection.execute(select(channel.c.pace).where(channel.c.lane == lane)).scalar())


def forget_paces(connection: Connection, but: Collection[str]) -> None:
    """Give every channel but these the defaults again: their settings no longer stand in tocsin.yaml."""
    set_ones = connection.execute(select(channel.c.lane).where(channel.c.pace.is_not(None))).scalars().all()
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
        cap=body["cap"],
    )
