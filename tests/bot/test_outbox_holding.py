"""When a channel is not rung at once: each reason by itself, their order, and local time on odd days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.localtime import instant_of
from bot.ringing.holding import (
    WEEKDAYS,
    Candidate,
    Fate,
    History,
    Holding,
    HoldReason,
    Pace,
    QuietBehaviour,
    QuietHours,
    RateCap,
    Silence,
    SilenceTarget,
    count_reasons,
    find_silence,
    has_room,
    hold,
    quiet_until,
)
from rules.model import Severity

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)  # a Tuesday, 10:30 in Berlin
PACE = Pace()
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def candidate(**fields: object) -> Candidate:
    given_fields: dict[str, object] = {
        "severity": Severity.IMPORTANT,
        "story": "7",
        "topics": ("us-forces-europe",),
        "rules": ("withdrawal",),
        "outlet": "Example",
        "said_at": NOW - MINUTE,
    }
    return Candidate(**(given_fields | fields))  # type: ignore[arg-type]


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def test_the_first_alert_of_a_story_waits_for_what_belongs_to_it() -> None:
    decided = hold(candidate(), PACE, NOW)
    assert (decided.fate, decided.reason, decided.not_before) == (Fate.POST, HoldReason.GROUP_WAIT, NOW + MINUTE)


@pytest.mark.parametrize(
    ("last", "reason", "not_before"),
    [
        pytest.param(NOW - 6 * MINUTE, HoldReason.NOW, None, id="after the interval at once"),
        pytest.param(NOW - 2 * MINUTE, HoldReason.UPDATE_INTERVAL, NOW + 3 * MINUTE, id="within it at its end"),
        pytest.param(
            NOW + HOUR, HoldReason.UPDATE_INTERVAL, NOW + 5 * MINUTE, id="a clock set back waits one interval"
        ),
    ],
)
def test_updates_of_a_story_keep_their_interval(
    last: datetime, reason: HoldReason, not_before: datetime | None
) -> None:
    decided = hold(candidate(opens_thread=False), PACE, NOW, history=History(last_in_thread=last))
    assert (decided.fate, decided.reason, decided.not_before) == (Fate.POST, reason, not_before)


def test_old_news_goes_into_the_digest_and_not_into_the_channel() -> None:
    decided = hold(candidate(said_at=NOW - timedelta(hours=97)), PACE, NOW)
    assert (decided.fate, decided.reason) == (Fate.DIGEST, HoldReason.TOO_OLD)


def test_a_channel_can_ask_for_the_digest_only() -> None:
    decided = hold(candidate(severity=Severity.URGENT), replace(PACE, digest_only=True), NOW)
    assert (decided.fate, decided.reason) == (Fate.DIGEST, HoldReason.DIGEST_ONLY)


NIGHT = QuietHours(start=time(22), end=time(7), zone=BERLIN)


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        pytest.param("2026-09-01T21:59:59", None, id="just before"),
        pytest.param("2026-09-01T22:00", "2026-09-02T07:00", id="from the first second"),
        pytest.param("2026-09-02T03:00", "2026-09-02T07:00", id="over midnight"),
        pytest.param("2026-09-02T07:00", None, id="not at the end"),
        pytest.param("2026-03-29T03:30", "2026-03-29T07:00", id="in the night that loses an hour"),
        pytest.param("2026-10-25T02:30", "2026-10-25T07:00", id="in the night that has an hour twice"),
    ],
)
def test_quiet_hours_hold_from_their_start_to_their_end(moment: str, end: str | None) -> None:
    assert quiet_until(NIGHT, at(moment)) == (None if end is None else at(end))


def test_quiet_hours_of_weekdays_belong_to_the_evening_on_which_they_begin() -> None:
    weekdays = replace(NIGHT, days=WEEKDAYS)
    assert quiet_until(weekdays, at("2026-09-05T03:00")) is not None  # the night from Friday to Saturday
    assert quiet_until(weekdays, at("2026-09-05T23:00")) is None
    assert quiet_until(weekdays, at("2026-09-07T03:00")) is None  # it began on a Sunday


def test_the_same_start_and_end_is_a_whole_day() -> None:
    saturday = QuietHours(start=time(0), end=time(0), zone=BERLIN, days=frozenset({5}))
    assert quiet_until(saturday, at("2026-09-05T12:00")) == at("2026-09-06T00:00")
    assert quiet_until(saturday, at("2026-09-06T00:00")) is None


@pytest.mark.parametrize(
    ("behaviour", "severity", "fate", "reason"),
    [
        (QuietBehaviour.HOLD, Severity.URGENT, Fate.DIGEST, HoldReason.QUIET_HELD),
        (QuietBehaviour.DROP, Severity.URGENT, Fate.LEAVE_OUT, HoldReason.QUIET_DROPPED),
        (QuietBehaviour.CRITICAL, Severity.URGENT, Fate.POST, HoldReason.GROUP_WAIT),
        (QuietBehaviour.CRITICAL, Severity.IMPORTANT, Fate.DIGEST, HoldReason.QUIET_HELD),
    ],
    ids=["hold holds all", "drop leaves all out", "critical lets urgent ring", "critical holds the rest"],
)
def test_quiet_hours_do_what_they_are_called(
    behaviour: QuietBehaviour, severity: Severity, fate: Fate, reason: HoldReason
) -> None:
    night = at("2026-09-01T23:00")
    pace = replace(PACE, quiet=replace(NIGHT, behaviour=behaviour))
    decided = hold(candidate(severity=severity, said_at=night), pace, night)
    assert (decided.fate, decided.reason) == (fate, reason)
    if reason is HoldReason.QUIET_HELD:
        assert decided.not_before == at("2026-09-02T07:00")
        assert decided.detail == "quiet hours until 07:00"


def silence(target: SilenceTarget, value: str, **fields: object) -> Silence:
    given_fields: dict[str, object] = {
        "target": target,
        "value": value,
        "since": NOW - HOUR,
        "until": NOW + HOUR,
        "by": "ada",
        "reason": "known",
    }
    return Silence(**(given_fields | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("target", "value", "stops"),
    [
        (SilenceTarget.STORY, "7", True),
        (SilenceTarget.STORY, "8", False),
        (SilenceTarget.RULE, "withdrawal", True),
        (SilenceTarget.TOPIC, "us-forces-europe", True),
        (SilenceTarget.OUTLET, "Example", True),
        (SilenceTarget.OUTLET, "Another", False),
        (SilenceTarget.ALL, "", True),
    ],
)
def test_a_silence_stops_what_it_names(target: SilenceTarget, value: str, stops: bool) -> None:
    found = find_silence(candidate(), [silence(target, value)], NOW)
    assert (found is not None) == stops


@pytest.mark.parametrize("target", [SilenceTarget.TOPIC, SilenceTarget.RULE], ids=str)
def test_what_rings_for_another_reason_too_is_not_silenced(target: SilenceTarget) -> None:
    both = candidate(topics=("us-forces-europe", "nato"), rules=("withdrawal", "summit"))
    value = "nato" if target is SilenceTarget.TOPIC else "summit"
    assert find_silence(both, [silence(target, value)], NOW) is None


def test_a_silence_holds_from_its_start_to_its_end() -> None:
    one = silence(SilenceTarget.ALL, "")
    moments = [NOW - 2 * HOUR, NOW - HOUR, NOW, NOW + HOUR]
    assert [find_silence(candidate(), [one], moment) is not None for moment in moments] == [False, True, True, False]


def test_a_silence_until_a_change_lets_the_change_ring() -> None:
    one = silence(SilenceTarget.STORY, "7", until=None)
    assert one.ends_by_change
    assert find_silence(candidate(is_change=False), [one], NOW) is one
    assert find_silence(candidate(is_change=True), [one], NOW) is None


def test_a_silenced_alert_says_who_silenced_it_until_when_and_why() -> None:
    decided = hold(candidate(severity=Severity.URGENT), PACE, NOW, silences=[silence(SilenceTarget.STORY, "7")])
    assert decided.fate is Fate.LEAVE_OUT
    assert decided.detail == "story silenced by ada until 2026-09-01 09:30 UTC: known"


def test_the_cap_sends_what_is_too_much_into_the_digest() -> None:
    posts = [NOW - n * MINUTE for n in range(20)]
    decided = hold(candidate(), PACE, NOW, history=History(posts=posts))
    assert (decided.fate, decided.reason, decided.detail) == (
        Fate.DIGEST,
        HoldReason.RATE_CAP,
        "20 posts in 60 minutes",
    )
    assert hold(candidate(), PACE, NOW, history=History(posts=posts[1:])).fate is Fate.POST


@given(st.lists(st.integers(0, 7200), max_size=60), st.integers(1, 30))
def test_a_flood_never_gets_more_posts_into_a_window_than_the_cap(seconds: list[int], limit: int) -> None:
    cap = RateCap(posts=limit)
    posts: list[datetime] = []
    for offset in sorted(seconds):
        moment = NOW + timedelta(seconds=offset)
        if has_room(posts, cap, moment):
            posts.append(moment)
    for moment in posts:
        assert sum(timedelta(0) <= moment - other < cap.window for other in posts) <= limit


def test_what_did_not_go_out_is_counted_by_reason() -> None:
    held = Holding(fate=Fate.DIGEST, reason=HoldReason.RATE_CAP)
    out = Holding(fate=Fate.LEAVE_OUT, reason=HoldReason.SILENCED)
    posted = Holding(fate=Fate.POST, reason=HoldReason.NOW)
    assert count_reasons([out, held, posted, held]) == ((HoldReason.RATE_CAP, 2), (HoldReason.SILENCED, 1))


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        pytest.param(date(2026, 7, 1), BERLIN, "2026-07-01T00:30", id="an ordinary day"),
        pytest.param(date(2026, 3, 29), BERLIN, "2026-03-29T01:00", id="a skipped time is the first instant after it"),
        pytest.param(date(2026, 10, 25), BERLIN, "2026-10-25T00:30", id="a doubled time is the first of the two"),
        pytest.param(date(2026, 3, 8), NEW_YORK, "2026-03-08T07:00", id="skipped in New York"),
        pytest.param(date(2026, 11, 1), NEW_YORK, "2026-11-01T07:30", id="once in New York, after the doubled hour"),
        pytest.param(date(2011, 12, 30), ZoneInfo("Pacific/Apia"), "2011-12-30T10:00", id="a day that Samoa skipped"),
    ],
)
def test_half_past_two_happens_once_on_every_day(day: date, zone: ZoneInfo, expected: str) -> None:
    assert instant_of(day, time(2, 30), zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)
