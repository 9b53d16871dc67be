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
    FILTERED = "filtered"  # the subscription's own query does not fit the item, or it follows other rules
    PARKED = "parked"
    SILENCED = "silenced"
    NO_SUBSCRIBER = "no_subscriber"
    THREAD_GONE = "thread_gone"  # somebody deleted the story's message in the channel
    # In the digest instead; the values are those of bot.ringing.holding.HoldReason:
    TOO_OLD = "too_old"
    COOLDOWN = "cooldown"
    DIGEST_ONLY = "digest_only"
    QUIET_HELD = "quiet_held"
    RATE_CAP = "rate_cap"
    QUIET_DROPPED = "quiet_dropped"  # the digest only counts it


Stop = Callable[[Place, Sequence[Match]], str | None]
"""Takes a channel and the matches that it would hear; returns why it does not want to, or None."""

Fits = Callable[[str], bool]
"""Takes a subscription's query; tells whether the item fits it."""


class Mode(StrEnum):
    """When a channel hears of a topic."""

    REALTIME = "realtime"
    DIGEST = "digest"  # in the next digest only
    BOTH = "both"  # at once, and in the digest again


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a channel wants to hear of a topic, beside severity and threads.

    ``mention`` is a role, group or user by the platform's id, mentioned from the severity ``mention_from`` on;
    ``filter`` is a query that an item has to fit; ``rules`` are those of the topic that ring, none named: all.
    """

    mode: Mode = Mode.REALTIME
    mention: str | None = None
    mention_from: Severity = Severity.URGENT
    filter: str | None = None
    rules: tuple[str, ...] = ()


PLAIN = Wishes()


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
    def wishes(self) -> Wishes:
        """What else the channel wants."""

    @property
    def state(self) -> str:
        """``active`` or ``parked``."""

    @property
    def state_reason(self) -> str:
        """Why the channel is parked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The decision for one channel. ``topics`` are those it hears of, ``floor`` its least severity.

    ``mention`` is who is to be mentioned, if anybody.
    """

    place: Place
    reason: RouteReason
    detail: str
    topics: tuple[str, ...] = ()
    floor: Severity = Severity.NOTICE
    threads: str = "broadcast"
    mode: Mode = Mode.REALTIME
    mention: str | None = None


def route(
    matches: Sequence[Match],
    subscriptions: Iterable[Subscribed],
    stop: Stop | None = None,
    fits: Fits = lambda _query: True,
) -> tuple[Route, ...]:
    """Decide for every subscribed channel, in the order given; one decision a channel. ``stop`` knows its silences."""
    rang = _strongest(matches)
    by_place: dict[Place, list[Subscribed]] = {}
    for subscription in subscriptions:
        if subscription.topic in rang:
            by_place.setdefault(subscription.place, []).append(subscription)
    routes: list[Route] = []
    for place, wanted in by_place.items():
        own = _followed(wanted, matches)
        found = _decide(place, wanted, rang if own is matches else _strongest(own), fits)
        routes.append(found if stop is None else _unless_stopped(found, own, stop))
    return tuple(routes)


def _strongest(matches: Sequence[Match]) -> dict[str, Severity]:
    """Map each topic to the highest severity with which it rang."""
    found: dict[str, Severity] = {}
    for match in matches:
        known = found.get(match.topic)
        if known is None or match.severity.rank > known.rank:
            found[match.topic] = match.severity
    return found


def _followed(subscribed: Sequence[Subscribed], matches: Sequence[Match]) -> Sequence[Match]:
    """Leave out the matches of rules that a channel does not follow, where it chose some of a topic."""
    chosen = {one.topic: one.wishes.rules for one in subscribed if one.wishes.rules}
    if not chosen:
        return matches
    return [one for one in matches if one.rule in chosen.get(one.topic, (one.rule,))]


def _unless_stopped(found: Route, matches: Sequence[Match], stop: Stop) -> Route:
    if found.reason is not RouteReason.DELIVERED:
        return found
    why = stop(found.place, [one for one in matches if one.topic in found.topics and _is_loud(one, found.floor)])
    return found if why is None else Route(place=found.place, reason=RouteReason.SILENCED, detail=why)


def _is_loud(match: Match, floor: Severity) -> bool:
    return match.severity.rank >= floor.rank


def _decide(place: Place, subscribed: Sequence[Subscribed], strongest: dict[str, Severity], fits: Fits) -> Route:
    first = subscribed[0]
    if first.state != "active":
        return Route(place=place, reason=RouteReason.PARKED, detail=first.state_reason or "the channel is parked")
    followed = [one for one in subscribed if one.topic in strongest]
    if not followed:
        rules = ", ".join(rule for one in subscribed for rule in one.wishes.rules)
        return Route(place=place, reason=RouteReason.FILTERED, detail=f"the channel follows only the rules {rules}")
    heard = [one for one in followed if strongest[one.topic].rank >= one.severity.rank]
    if not heard:
        found = max((strongest[one.topic] for one in followed), key=lambda severity: severity.rank)
        wanted = min((one.severity for one in followed), key=lambda severity: severity.rank)
        detail = f"the alert is {found}, the channel wants {wanted} or more"
        return Route(place=place, reason=RouteReason.BELOW_SEVERITY, detail=detail)
    asked = heard
    heard = [one for one in asked if one.wishes.filter is None or fits(one.wishes.filter)]
    if not heard:
        detail = f"the channel's own filter does not fit: {asked[0].wishes.filter}"
        return Route(place=place, reason=RouteReason.FILTERED, detail=detail)
    return Route(
        place=place,
        reason=RouteReason.DELIVERED,
        detail=", ".join(one.topic for one in heard),
        topics=tuple(one.topic for one in heard),
        floor=min((one.severity for one in heard), key=lambda severity: severity.rank),
        threads=first.threads,
        mode=_mode(heard),
        mention=_mention(heard, strongest),
    )


def _mode(heard: Sequence[Subscribed]) -> Mode:
    """Return how a channel hears of several topics at once: as soon as one of them wants, and in the digest as well."""
    modes = {one.wishes.mode for one in heard}
    if modes == {Mode.DIGEST}:
        return Mode.DIGEST
    return Mode.REALTIME if modes == {Mode.REALTIME} else Mode.BOTH


def _mention(heard: Sequence[Subscribed], strongest: dict[str, Severity]) -> str | None:
    for one in heard:
        wishes = one.wishes
        if wishes.mention is not None and strongest[one.topic].rank >= wishes.mention_from.rank:
            return wishes.mention
    return None
