"""What is not posted at once, and why: silences, freshness, digest mode, quiet hours, pace and rate caps. Pure.

    hold(alert, channel's settings, silences, history, now) -> Holding

asks in this order: silenced -> too old -> digest only -> quiet hours -> rate cap -> group wait or update interval.
A rule's cooldown comes before all of them: bot.ringing.rings asks the archive for it.
Whatever does not go out at once keeps its reason, is counted, and is named in the channel's next digest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.localtime import instant_of, local_day
from rules.model import Severity

WEEKDAYS = frozenset({0, 1, 2, 3, 4})
EVERY_DAY = frozenset(range(7))
DAY = timedelta(days=1)


class HoldReason(StrEnum):
    """Why an alert goes out now, later, in the digest, or not at all."""

    NOW = "now"
    GROUP_WAIT = "group_wait"  # a moment's wait, so that what belongs together comes together
    UPDATE_INTERVAL = "update_interval"
    SILENCED = "silenced"
    TOO_OLD = "too_old"
    COOLDOWN = "cooldown"  # the rule rang a short while ago and asks for silence after that
    DIGEST_ONLY = "digest_only"
    QUIET_HELD = "quiet_held"
    QUIET_DROPPED = "quiet_dropped"
    RATE_CAP = "rate_cap"
    BELOW_MINIMUM = "below_minimum"  # of less severity than the channel's digest lists


class Fate(StrEnum):
    """What happens to an alert."""

    POST = "post"  # at ``not_before``, where that is set
    DIGEST = "digest"
    LEAVE_OUT = "leave_out"  # counted in the digest, not listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The decision with its reason; ``detail`` is one line for ``why`` and for the digest."""

    fate: Fate
    reason: HoldReason
    not_before: datetime | None = None
    detail: str = ""


class QuietBehaviour(StrEnum):
    """What quiet hours do with an alert."""

    HOLD = "hold"  # all of it waits for the digest at their end
    DROP = "drop"  # all of it is left out and counted
    CRITICAL = "critical"  # urgent alerts ring, the rest waits for the digest at their end


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """A daily window of the channel's local time; ``end`` before ``start`` runs over midnight.

    ``days`` are the weekdays on which a window begins, Monday is 0. The same ``start`` and ``end``: a whole day.
    """

    start: time
    end: time
    zone: ZoneInfo
    days: frozenset[int] = EVERY_DAY
    behaviour: QuietBehaviour = QuietBehaviour.CRITICAL


class SilenceTarget(StrEnum):
    """What a silence stops."""

    STORY = "story"
    RULE = "rule"
    TOPIC = "topic"
    OUTLET = "outlet"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A temporary, explained stop. ``until`` None: until a change; a changed figure or position then rings."""

    target: SilenceTarget
    value: str
    since: datetime
    until: datetime | None
    by: str
    reason: str = ""

    @property
    def ends_by_change(self) -> bool:
        """Whether something new, rather than a moment, ends it."""
        return self.until is None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCap:
    """At most so many posts in any window of so long."""

    posts: int = 20
    window: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a channel wants to be rung; FIELD section 9 has where the defaults come from."""

    group_wait: timedelta = timedelta(seconds=60)
    update_interval: timedelta = timedelta(minutes=5)
    freshness: timedelta = timedelta(hours=96)
    cap: RateCap = RateCap()
    quiet: QuietHours | None = None
    digest_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An alert about to be posted, as far as holding needs it. ``is_change``: it changes what the story said."""

    severity: Severity
    story: str
    topics: tuple[str, ...]
    rules: tuple[str, ...]
    outlet: str
    said_at: datetime  # when its item was published
    is_change: bool = True
    opens_thread: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a channel got before: moments of its posts within the cap's window, and the last one in this thread."""

    posts: Sequence[datetime] = ()
    last_in_thread: datetime | None = None


def hold(
    candidate: Candidate, pace: Pace, now: datetime, *, silences: Iterable[Silence] = (), history: History | None = None
) -> Holding:
    """Decide when, or whether, a channel hears of an alert."""
    past = history or History()
    silence = find_silence(candidate, silences, now)
    if silence is not None:
        return Holding(fate=Fate.LEAVE_OUT, reason=HoldReason.SILENCED, detail=_silenced(silence))
    if now - candidate.said_at > pace.freshness:
        return Holding(fate=Fate.DIGEST, reason=HoldReason.TOO_OLD, detail=f"published {candidate.said_at:%Y-%m-%d}")
    if pace.digest_only:
        return Holding(fate=Fate.DIGEST, reason=HoldReason.DIGEST_ONLY)
    quiet = _quiet(candidate, pace.quiet, now)
    if quiet is not None:
        return quiet
    if not has_room(past.posts, pace.cap, now):
        detail = f"{pace.cap.posts} posts in {pace.cap.window.total_seconds() / 60:g} minutes"
        return Holding(fate=Fate.DIGEST, reason=HoldReason.RATE_CAP, detail=detail)
    return _paced(candidate, pace, past, now)


def quiet_until(quiet: QuietHours, now: datetime) -> datetime | None:
    """Return when the quiet hours that hold at ``now`` end; None outside of them."""
    today = local_day(now, quiet.zone)
    for first_day in (today - DAY, today):
        if first_day.weekday() in quiet.days:
            begin, end = _window(quiet, first_day)
            if begin <= now < end:
                return end
    return None


def find_silence(candidate: Candidate, silences: Iterable[Silence], now: datetime) -> Silence | None:
    """Return the silence that stops the alert; where several do, the one that lasts longest."""
    active = [one for one in silences if _covers(one, candidate) and _is_active(one, candidate, now)]
    return max(active, key=lambda one: (one.until is None, one.until or now), default=None)


def has_room(posts: Iterable[datetime], cap: RateCap, now: datetime) -> bool:
    """Tell whether one more post stays within the cap; posts from a clock's future count as just made."""
    return sum(now - moment < cap.window for moment in posts) < cap.posts


def count_reasons(holdings: Iterable[Holding]) -> tuple[tuple[HoldReason, int], ...]:
    """Count what did not go out at once, most frequent first."""
    counted = Counter(one.reason for one in holdings if one.fate is not Fate.POST)
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def _quiet(candidate: Candidate, quiet: QuietHours | None, now: datetime) -> Holding | None:
    until = None if quiet is None else quiet_until(quiet, now)
    if quiet is None or until is None:
        return None
    if quiet.behaviour is QuietBehaviour.CRITICAL and candidate.severity is Severity.URGENT:
        return None
    detail = f"quiet hours until {until.astimezone(quiet.zone):%H:%M}"
    if quiet.behaviour is QuietBehaviour.DROP:
        return Holding(fate=Fate.LEAVE_OUT, reason=HoldReason.QUIET_DROPPED, detail=detail)
    return Holding(fate=Fate.DIGEST, reason=HoldReason.QUIET_HELD, not_before=until, detail=detail)


def _paced(candidate: Candidate, pace: Pace, past: History, now: datetime) -> Holding:
    wait_until, reason = now + pace.group_wait, HoldReason.GROUP_WAIT
    if not candidate.opens_thread:
        last = past.last_in_thread or now
        wait_until, reason = min(last, now) + pace.update_interval, HoldReason.UPDATE_INTERVAL
    if wait_until <= now:
        return Holding(fate=Fate.POST, reason=HoldReason.NOW)
    return Holding(fate=Fate.POST, reason=reason, not_before=wait_until)


def _window(quiet: QuietHours, first_day: date) -> tuple[datetime, datetime]:
    last_day = first_day if quiet.start < quiet.end else first_day + DAY
    return instant_of(first_day, quiet.start, quiet.zone), instant_of(last_day, quiet.end, quiet.zone)


def _covers(silence: Silence, candidate: Candidate) -> bool:
    match silence.target:
        case SilenceTarget.ALL:
            return True
        case SilenceTarget.STORY:
            return silence.value == candidate.story
        case SilenceTarget.OUTLET:
            return silence.value == candidate.outlet
        case SilenceTarget.TOPIC:
            return set(candidate.topics) == {silence.value}
        case SilenceTarget.RULE:
            return set(candidate.rules) == {silence.value}


def _is_active(silence: Silence, candidate: Candidate, now: datetime) -> bool:
    if silence.until is None:
        return not candidate.is_change
    return silence.since <= now < silence.until


def _silenced(silence: Silence) -> str:
    end = "until it changes" if silence.until is None else f"until {silence.until:%Y-%m-%d %H:%M} UTC"
    return f"{silence.target} silenced by {silence.by} {end}" + (f": {silence.reason}" if silence.reason else "")
