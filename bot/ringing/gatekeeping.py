"""Asks ``holding`` about one alert and one channel, with what the tables know of the channel and its past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.message import Message, MessageKind, Paragraph, Text
from bot.ringing.holding import Candidate, History, Holding, Pace, RateCap, hold
from bot.store import waiting
from bot.store.channels import ChannelPace
from bot.telling.alerts import Alert
from rules.model import StoryId

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long a story's first message and each update wait for what belongs to them."""

    first: timedelta = timedelta(0)
    update: timedelta = timedelta(0)


def admit(
    connection: Connection, lane: str, alert: Alert, pace: ChannelPace, waits: Waits, now: datetime, *, is_first: bool
) -> Holding:
    """Decide when, or whether, a channel hears of an alert; silences and age were asked before."""
    cap = RateCap(posts=pace.cap)
    history = History(
        posts=waiting.posts(connection, lane, now - cap.window, now),
        last_in_thread=None if is_first else waiting.last_told(connection, lane, StoryId(alert.story)),
    )
    candidate = Candidate(
        severity=alert.severity,
        story=str(alert.story),
        topics=alert.topics,
        rules=alert.rule_titles,
        outlet=alert.item.outlet,
        said_at=now,
        opens_thread=is_first,
    )
    own = Pace(
        group_wait=waits.first,
        update_interval=waits.update,
        cap=cap,
        quiet=pace.quiet,
        digest_only=pace.digest_only,
    )
    return hold(candidate, own, now, history=history)


def cap_notice(lane: str, pace: ChannelPace, rules: Iterable[str]) -> Message:
    """Say that a channel gets no more posts for a while, and which rules were ringing."""
    days = ", ".join(_DAYS[day] for day in sorted(pace.schedule.days))
    sentence = (
        f"{lane} had {pace.cap} posts within an hour. Further alerts wait for its digest"
        f" ({days} {pace.schedule.at:%H:%M} {pace.zone.key}); /tocsin latest lists them now."
    )
    named = f"Rules of the first one held: {', '.join(rules)}"
    return Message(
        kind=MessageKind.NOTICE,
        heading="Rate cap",
        fallback=sentence,
        blocks=(Paragraph((Text(sentence),)), Paragraph((Text(named),))),
    )
