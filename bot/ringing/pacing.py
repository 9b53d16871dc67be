"""What ``tocsin.yaml`` says about when channels are rung, in the shapes that delivery takes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.config import Channel, Config, Day
from bot.ringing.holding import QuietHours
from bot.store import channels
from bot.store.channels import ChannelPace
from bot.telling.digest import Schedule

if TYPE_CHECKING:
    from bot.ringing.gatekeeping import Waits

_DAYS: dict[Day, int] = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_KEYS = {"timezone", "quiet", "digest", "cap", "layout"}


def waits(config: Config, *, is_single_run: bool) -> Waits:
    """Return how long messages wait for what belongs to them; not at all where nobody would be there to post them."""
    from bot.ringing.gatekeeping import Waits  # it knows alerts, which a start that only delivers need not load

    if is_single_run:
        return Waits()
    delivery = config.delivery
    return Waits(first=timedelta(seconds=delivery.group_wait), update=timedelta(seconds=delivery.update_interval))


def paces(config: Config) -> dict[str, ChannelPace]:
    """Return each listed channel's settings by lane; of several entries for one channel the last that sets any."""
    found: dict[str, ChannelPace] = {}
    for channel in config.channels:
        lane = str(channel.place)
        if lane not in found or channel.model_fields_set & _KEYS:
            found[lane] = _pace(channel)
    return found


def save(connection: Connection, config: Config) -> None:
    """Bring the settings of the listed channels into the database; others have the defaults, or what was commanded."""
    found = paces(config)
    channels.forget_paces(connection, found)
    for lane, pace in found.items():
        channels.save_pace(connection, lane, pace)


def _pace(channel: Channel) -> ChannelPace:
    quiet, digest = channel.quiet, channel.digest
    hours = None
    if quiet.start is not None and quiet.end is not None:
        hours = QuietHours(
            start=quiet.start,
            end=quiet.end,
            zone=channel.timezone,
            days=frozenset(_DAYS[day] for day in quiet.days),
            behaviour=quiet.behaviour,
        )
    days = frozenset(_DAYS[day] for day in digest.days)
    return ChannelPace(
        schedule=Schedule(zone=channel.timezone, at=digest.at, days=days),
        quiet=hours,
        digest_only=digest.only,
        cap=channel.cap,
        layout=channel.layout,
    )
