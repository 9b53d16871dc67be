"""When a feed is polled next, and what a poll leaves behind."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds import afterpoll, polling, rhythm
from bot.feeds.polling import FeedRow, FeedState, PollReason, PollUpdate, QuietPoll
from bot.feeds.rhythm import Hints
from bot.ports import Validators

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
ROW = FeedRow(id=7, url="https://gov.example/feed", added_at=NOW, next_due=NOW)
HOUR = 3600.0


def minutes(due: datetime) -> float:
    return (due - NOW).total_seconds() / 60


@pytest.mark.parametrize(
    ("gap", "interval"),
    [
        pytest.param(None, 600.0, id="nothing known: ten minutes"),
        pytest.param(60.0, 300.0, id="a wire: not below the least"),
        pytest.param(1800.0, 900.0, id="half the usual gap"),
        pytest.param(86_400.0, 3600.0, id="a quiet office: not above the greatest"),
    ],
)
def test_the_interval_follows_the_feeds_own_rhythm(gap: float | None, interval: float) -> None:
    assert rhythm.adaptive_interval(gap, 300.0, 3600.0) == interval


def test_the_usual_gap_is_the_median_of_the_newest_dates() -> None:
    dates = [NOW - timedelta(hours=hours) for hours in (0, 1, 2, 3, 500)]
    assert rhythm.usual_gap(dates) == HOUR
    assert rhythm.usual_gap(reversed(dates)) == HOUR
    assert rhythm.usual_gap([NOW, NOW, NOW - timedelta(hours=1)]) is None


@pytest.mark.parametrize(
    ("hints", "least"),
    [
        pytest.param(Hints(), 10, id="nothing said"),
        pytest.param(Hints(max_age=1800), 30, id="the server's freshness"),
        pytest.param(Hints(ttl=2700), 45, id="the feed's ttl"),
        pytest.param(Hints(max_age=60, ttl=120), 10, id="shorter wishes do not hurry us"),
        pytest.param(Hints(ttl=86_400), 60, id="wishes end at the greatest interval"),
    ],
)
def test_wishes_lengthen_the_wait_within_bounds(hints: Hints, least: float) -> None:
    due = rhythm.next_poll(NOW, 600.0, hints, greatest=3600.0, key=7)
    assert least <= minutes(due) <= least * 1.1


def test_silent_hours_and_days_are_skipped() -> None:
    hints = Hints(skip_hours=frozenset(range(8, 12)), skip_days=frozenset({1}))  # NOW is a Tuesday
    due = rhythm.next_poll(NOW, 600.0, hints, greatest=3600.0, key=7)
    assert due.date() == NOW.date() + timedelta(days=1)
    assert due.hour not in hints.skip_hours


def test_a_feed_that_forbids_all_hours_is_polled_anyway() -> None:
    hints = Hints(skip_hours=frozenset(range(24)))
    assert minutes(rhythm.next_poll(NOW, 600.0, hints, greatest=3600.0, key=7)) <= 11


@given(st.integers(1, 10_000))
def test_backoff_grows_to_a_day_and_never_ends(failures: int) -> None:
    wait = minutes(rhythm.backoff(NOW, failures, key=7))
    assert min(5 * 2 ** min(failures - 1, 20), 1440) <= wait <= 1440 * 1.1


def test_feeds_added_together_drift_apart() -> None:
    assert len({rhythm.backoff(NOW, 3, key=key) for key in range(50)}) > 40


def test_success_heals_and_failure_counts() -> None:
    failed = afterpoll.failed(ROW, PollReason.FETCH_FAILED, now=NOW, code="timeout", text="no answer")
    again = afterpoll.failed(failed, PollReason.PARSE_FAILED, now=NOW + timedelta(hours=1), code="empty", text="empty")
    assert (again.failures, again.failing_since, again.error_code) == (2, NOW, "empty")
    healed = afterpoll.succeeded(again, now=NOW, hints=Hints(), interval_bounds=(300.0, 3600.0))
    assert (healed.failures, healed.failing_since, healed.error_code, healed.ok_at) == (0, None, None, NOW)


def test_gone_stops_and_throttling_is_no_failure() -> None:
    gone = afterpoll.failed(ROW, PollReason.GONE, now=NOW, code="gone", text="410")
    assert gone.state is FeedState.GONE
    throttled = afterpoll.failed(ROW, PollReason.THROTTLED, now=NOW, code="throttled", text="429", wait=7200)
    assert (throttled.failures, throttled.state) == (0, FeedState.ACTIVE)
    assert 120 <= minutes(throttled.next_due) <= 132


def test_retry_after_lengthens_a_backoff_to_a_day_at_most() -> None:
    for wait, least in ((7200.0, 120), (10 * 86_400.0, 1440)):
        row = afterpoll.failed(ROW, PollReason.FETCH_FAILED, now=NOW, code="http_error", text="500", wait=wait)
        assert least <= minutes(row.next_due) <= least * 1.1


@pytest.mark.parametrize(
    ("at", "is_full"),
    [
        (None, True),
        (NOW - timedelta(hours=17), False),
        (NOW - timedelta(hours=24), True),
        (NOW + timedelta(minutes=5), False),
        (NOW + timedelta(days=400), True),
    ],
    ids=["never read", "read today", "read yesterday", "a clock a little ahead", "a clock that was set back"],
)
def test_everything_is_read_in_full_once_a_day(at: datetime | None, is_full: bool) -> None:
    assert afterpoll.needs_full(replace(ROW, full_parse_at=at), NOW) is is_full


def test_full_reads_of_feeds_added_together_drift_apart() -> None:
    then = NOW - timedelta(hours=21)
    rows = [replace(ROW, id=number, full_parse_at=then) for number in range(200)]
    assert 50 < sum(afterpoll.needs_full(row, NOW) for row in rows) < 150


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=900"}, 900.0),
        ({"cache-control": 'MAX-AGE="60"'}, 60.0),
        ({"cache-control": "no-cache, max-age=900"}, None),
        ({"cache-control": "max-age=soon"}, None),
        ({"cache-control": "max-age=-5"}, None),
        ({"cache-control": "max-age=" + "9" * 400}, None),
        ({"expires": "Tue, 01 Sep 2026 09:00:00 GMT"}, 1800.0),
        ({"expires": "Tue, 01 Sep 2026 08:00:00 GMT"}, None),
        ({"expires": "0"}, None),
        ({"expires": "Tue, 99 Foo 99999 09:00:00 +99999"}, None),
        ({}, None),
    ],
)
def test_freshness_is_read_from_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert rhythm.cache_lifetime(headers, NOW) == seconds


@given(st.text(max_size=60))
def test_no_header_makes_reading_fail(value: str) -> None:
    for headers in ({"cache-control": value, "expires": value}, {"cache-control": f"max-age={value}"}):
        seconds = rhythm.cache_lifetime(headers, NOW)
        assert seconds is None or 0 <= seconds < math.inf


@pytest.mark.parametrize(
    ("gap", "days", "is_stale"),
    [(None, 4, False), (None, 6, True), (86_400.0 * 7, 20, False), (86_400.0 * 7, 22, True)],
    ids=["four days", "six days", "a weekly after twenty days", "a weekly after three weeks"],
)
def test_a_feed_is_stale_by_its_own_rhythm(gap: float | None, days: int, is_stale: bool) -> None:
    row = replace(ROW, baselined=True, gap=gap, item_at=NOW - timedelta(days=days))
    assert polling.is_stale(row, NOW) is is_stale


def test_bounds_come_from_the_feed_then_from_the_poller() -> None:
    assert afterpoll.bounds(ROW) == (300.0, 3600.0)
    assert afterpoll.bounds(replace(ROW, min_interval=60.0, max_interval=60.0)) == (60.0, 60.0)
    assert afterpoll.bounds(replace(ROW, min_interval=7200.0)) == (7200.0, 7200.0)


def test_dates_in_the_future_are_not_the_newest() -> None:
    dates = [NOW + timedelta(days=1), None, NOW - timedelta(days=1)]
    assert afterpoll.newest_date(dates, now=NOW) == NOW - timedelta(days=1)


UNCHANGED: dict[str, Any] = {"now": NOW, "hints": Hints(), "interval_bounds": (300.0, 3600.0)}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"failures": 1, "failing_since": NOW, "error_code": "timeout"}, id="it failed"),
        pytest.param({"error_code": "throttled", "error_text": "429"}, id="its host had asked for patience"),
        pytest.param({"interval": 300.0}, id="its interval is another one now"),
        pytest.param({"validators": Validators(etag='"old"')}, id="the server gave it another ETag"),
    ],
)
def test_an_unchanged_feed_is_saved_with_its_health_where(changes: dict[str, Any]) -> None:
    healthy: dict[str, Any] = {"interval": 600.0, "validators": Validators(etag='"1"')}
    row = replace(ROW, **(healthy | changes))
    poll = afterpoll.unchanged(row, PollReason.NOT_MODIFIED, validators=Validators(etag='"1"'), **UNCHANGED)
    assert isinstance(poll, PollUpdate)
    assert (poll.row.failures, poll.row.error_code, poll.row.interval) == (0, None, 600.0)
    assert poll.row.validators.etag == '"1"'


def test_an_unchanged_healthy_feed_is_only_due_later() -> None:
    row = replace(ROW, validators=Validators(etag='"1"'), interval=600.0)
    poll = afterpoll.unchanged(row, PollReason.SAME_BODY, validators=row.validators, **UNCHANGED)
    assert isinstance(poll, QuietPoll)
    whole = afterpoll.succeeded(row, **UNCHANGED)
    assert (poll.feed, poll.at, poll.next_due) == (whole.id, whole.ok_at, whole.next_due)


@given(st.frozensets(st.binary(min_size=8, max_size=8)))
def test_hashes_of_entries_are_kept_whatever_their_order(seen: frozenset[bytes]) -> None:
    assert polling.unpacked(polling.packed(seen)) == seen
    assert polling.packed(sorted(seen, reverse=True)) == polling.packed(seen)
