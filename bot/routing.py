"""Which channels hear of an alert, and for each that does not, the named reason. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.ports import Place
from rules.model import Match, Severity


class RouteReason(StrEnum):
    """Why an alert went to a channel, or did not."""

    DELIVERED = "delivered"
    BELOW_SEVERITY = "below_severity"
    PARKED = "parked"
    SILENCED = "silenced"
    NO_SUBSCRIBER = "no_subscriber"
    THREAD_GONE = "thread_gone"  # somebody deleted the story's message in the channel
    # In the digest instead; the values are those of bot.holding.HoldReason:
    TOO_OLD = "too_old"
    DIGEST_ONLY = "digest_only"
    QUIET_HELD = "quiet_held"
    RATE_CAP = "rate_cap"
    QUIET_DROPPED = "quiet_dropped"  # the digest only counts it


Stop = Callable[[Place, Sequence[Match]], str | None]
"""Takes a channel and the matches that it would hear; returns why it does not want to, or None."""


class Subscribed(Protocol):
    """What routing needs of a subscription."""

    @property
    def place(self) -> Place:
        """The channel."""

    @property
    def topic(self) -> str:
        """The topic's id."""

    @property
    def severity(self) -> Severity:
        """The least severity that the channel wants to hear."""

    @property
    def threads(self) -> str:
        """The channel's way to show updates."""

    @property
    def state(self) -> str:
        """``active`` or ``parked``."""

    @property
    def state_reason(self) -> str:
        """Why the channel is parked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The decision for one channel. ``topics`` are those it hears of, ``floor`` its least severity."""

    place: Place
    reason: RouteReason
    detail: str
    topics: tuple[str, ...] = ()
    floor: Severity = Severity.NOTICE
    threads: str = "broadcast"


def route(matches: Sequence[Match], subscriptions: Iterable[Subscribed], stop: Stop | None = None) -> tuple[Route, ...]:
    """Decide for every subscribed channel, in the order given; one decision a channel. ``stop`` knows its silences."""
    strongest: dict[str, Severity] = {}
    for match in matches:
        known = strongest.get(match.topic)
        if known is None or match.severity.rank > known.rank:
            strongest[match.topic] = match.severity
    by_place: dict[Place, list[Subscribed]] = {}
    for subscription in subscriptions:
        if subscription.topic in strongest:
            by_place.setdefault(subscription.place, []).append(subscription)
    routes = (_decide(place, wanted, strongest) for place, wanted in by_place.items())
    return tuple(one if stop is None else _unless_stopped(one, matches, stop) for one in routes)


def _unless_stopped(found: Route, matches: Sequence[Match], stop: Stop) -> Route:
    if found.reason is not RouteReason.DELIVERED:
        return found
    heard = [match for match in matches if match.topic in found.topics and match.severity.rank >= found.floor.rank]
    why = stop(found.place, heard)
    return found if why is None else Route(place=found.place, reason=RouteReason.SILENCED, detail=why)


def _decide(place: Place, subscribed: Sequence[Subscribed], strongest: dict[str, Severity]) -> Route:
    first = subscribed[0]
    if first.state != "active":
        return Route(place=place, reason=RouteReason.PARKED, detail=first.state_reason or "the channel is parked")
    heard = [one for one in subscribed if strongest[one.topic].rank >= one.severity.rank]
    if not heard:
        found = max((strongest[one.topic] for one in subscribed), key=lambda severity: severity.rank)
        wanted = min((one.severity for one in subscribed), key=lambda severity: severity.rank)
        detail = f"the alert is {found}, the channel wants {wanted} or more"
        return Route(place=place, reason=RouteReason.BELOW_SEVERITY, detail=detail)
    return Route(
        place=place,
        reason=RouteReason.DELIVERED,
        detail=", ".join(one.topic for one in heard),
        topics=tuple(one.topic for one in heard),
        floor=min((one.severity for one in heard), key=lambda severity: severity.rank),
        threads=first.threads,
    )
