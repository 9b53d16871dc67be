"""How a channel is set, read and changed as a whole: threads, rhythm, and what all of its topics share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.ports import Place
from bot.ringing.routing import Wishes
from bot.store import audits, channels, subscriptions
from bot.store.channels import ChannelPace
from bot.store.schema import channel, subscription
from bot.store.subscriptions import Subscription
from rules.model import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """A channel's settings. ``state`` is active, or parked for ``reason``; ``follows`` are its subscriptions."""

    threads: str
    state: str
    reason: str
    pace: ChannelPace
    follows: tuple[Subscription, ...]

    @property
    def severities(self) -> frozenset[Severity]:
        """The least severities of its topics."""
        return frozenset(one.severity for one in self.follows)

    @property
    def mentions(self) -> frozenset[tuple[str | None, Severity]]:
        """Whom its topics mention, and from which severity on."""
        return frozenset((one.wishes.mention, one.wishes.mention_from) for one in self.follows)


def find(connection: Connection, place: Place) -> ChannelSettings | None:
    """Return how a channel is set; None where it has never been subscribed to anything."""
    lane = str(place)
    row = connection.execute(select(channel).where(channel.c.lane == lane)).first()
    if row is None:
        return None
    return ChannelSettings(
        threads=row.threads,
        state=row.state,
        reason=row.state_reason or "",
        pace=channels.pace_of(connection, lane),
        follows=subscriptions.of_channel(connection, place),
    )


def save(
    connection: Connection,
    place: Place,
    before: ChannelSettings,
    after: ChannelSettings,
    *,
    told: tuple[str, str],
    by: str,
    at: datetime,
) -> None:
    """Bring settings into force, with one row in the audit: ``told`` is what changed, before and after, in words."""
    lane = str(place)
    if before.threads != after.threads:
        connection.execute(update(channel).where(channel.c.lane == lane).values(threads=after.threads))
    if before.pace != after.pace:
        channels.save_pace(connection, lane, after.pace, by=by)
    for old, new in zip(before.follows, after.follows, strict=True):
        if old != new:
            values = {"severity": new.severity.value, **_mention(new.wishes)}
            wanted = update(subscription).where(subscription.c.lane == lane, subscription.c.topic == new.topic)
            connection.execute(wanted.values(values))
    audits.note(connection, lane, by, "settings", *told, at)


def _mention(wishes: Wishes) -> dict[str, str | None]:
    return {"mention": wishes.mention, "mention_from": wishes.mention_from.value if wishes.mention else None}
