"""A digest comes once for each local day, through restarts, clock jumps and both changes of the clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.message import MessageKind
from bot.ringing.holding import EVERY_DAY, HoldReason
from bot.telling.digest import LISTED, Contents, Entry, Schedule, build, due, next_due, period
from rules.model import Novelty

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
EARLY = datetime(2020, 1, 1, tzinfo=UTC)


def ticks(begin: datetime, days: int, step: timedelta = timedelta(minutes=10)) -> Iterator[datetime]:
    moment = begin
    while moment < begin + timedelta(days=days):
        yield moment
        moment += step


def digests(schedule: Schedule, moments: Iterator[datetime], last: date | None = None) -> list[tuple[date, datetime]]:
    made = []
    for moment in moments:
        day = due(schedule, moment, last=last, since=EARLY)
        if day is not None:
            made.append((day, moment))
            last = day
    return made


@pytest.mark.parametrize(
    ("zone", "sunday"),
    [
        pytest.param(BERLIN, date(2026, 3, 29), id="Berlin loses an hour"),
        pytest.param(BERLIN, date(2026, 10, 25), id="Berlin has an hour twice"),
        pytest.param(NEW_YORK, date(2026, 3, 8), id="New York loses an hour"),
        pytest.param(NEW_YORK, date(2026, 11, 1), id="New York has an hour twice"),
    ],
)
@pytest.mark.parametrize("at", [time(0), time(1, 30), time(2), time(2, 30), time(8)], ids=str)
def test_every_day_around_a_change_of_the_clocks_has_one_digest(zone: ZoneInfo, sunday: date, at: time) -> None:
    begin = datetime.combine(sunday - timedelta(days=2), time(12), tzinfo=zone).astimezone(UTC)
    made = digests(Schedule(zone=zone, at=at, days=EVERY_DAY), ticks(begin, 4), last=sunday - timedelta(days=2))
    assert [day for day, _ in made] == [sunday + timedelta(days=n) for n in range(-1, 3)]
    for day, moment in made:
        assert moment.astimezone(zone).date() == day


@given(
    st.integers(0, 2**32),
    st.lists(st.integers(-100_000, 100_000), min_size=1, max_size=60),
)
def test_no_jump_of_the_clock_makes_two_digests_for_a_day(start: int, jumps: list[int]) -> None:
    """The outbox takes one row for a date; here even the decision repeats none while the clock stays within a day."""
    moment = datetime.fromtimestamp(start, UTC)
    wandering = []
    for jump in jumps:
        moment += timedelta(seconds=jump)
        wandering.append(moment)
    floor = max(wandering) - timedelta(days=1)
    made = [day for day, _ in digests(Schedule(zone=BERLIN, days=EVERY_DAY), iter(m for m in wandering if m > floor))]
    assert len(made) == len(set(made))
    assert made == sorted(made)


def test_a_long_outage_is_caught_up_with_one_digest() -> None:
    schedule = Schedule(zone=BERLIN, days=EVERY_DAY)
    back = datetime(2026, 9, 10, 15, tzinfo=UTC)
    assert digests(schedule, ticks(back, 1), last=date(2026, 9, 1))[0][0] == date(2026, 9, 10)
    assert len(digests(schedule, iter([back] * 5), last=date(2026, 9, 1))) == 1


def test_weekends_have_none_and_monday_reports_from_friday_on() -> None:
    schedule = Schedule(zone=BERLIN)
    friday = datetime(2026, 9, 4, 12, tzinfo=UTC)
    made = digests(schedule, ticks(friday, 4), last=date(2026, 9, 4))
    assert [day for day, _ in made] == [date(2026, 9, 7), date(2026, 9, 8)]
    begin, end = period(schedule, date(2026, 9, 7), date(2026, 9, 4))
    assert end - begin == timedelta(days=3)


def test_a_weekly_digest_comes_on_its_day() -> None:
    schedule = Schedule(zone=BERLIN, days=frozenset({0}))
    made = digests(schedule, ticks(datetime(2026, 9, 1, tzinfo=UTC), 21), last=date(2026, 8, 31))
    assert [day for day, _ in made] == [date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21)]


def test_a_channel_that_has_just_asked_gets_the_next_one_and_not_this_mornings() -> None:
    schedule = Schedule(zone=BERLIN, days=EVERY_DAY)
    asked = datetime(2026, 9, 1, 12, tzinfo=UTC)
    assert due(schedule, asked, last=None, since=asked) is None
    assert due(schedule, asked + timedelta(days=1), last=None, since=asked) == date(2026, 9, 2)


def test_a_digest_made_while_the_clock_was_years_ahead_does_not_stop_the_others() -> None:
    schedule = Schedule(zone=BERLIN, days=EVERY_DAY)
    now = datetime(2026, 9, 1, 12, tzinfo=UTC)
    assert due(schedule, now, last=date(2036, 1, 1), since=EARLY) == date(2026, 9, 1)


def test_the_next_one_is_announced() -> None:
    friday = datetime(2026, 9, 4, 12, tzinfo=UTC)
    assert next_due(Schedule(zone=BERLIN), friday) == datetime(2026, 9, 7, 6, tzinfo=UTC)
    assert next_due(Schedule(zone=BERLIN, days=frozenset()), friday) is None


def entry(sentence: str, **fields: object) -> Entry:
    given_fields: dict[str, object] = {
        "topic": "us-forces-europe",
        "novelty": Novelty.NEW,
        "sentence": sentence,
        "url": "https://example.org/a",
    }
    return Entry(**(given_fields | fields))  # type: ignore[arg-type]


def test_a_digest_says_what_did_not_ring_and_why() -> None:
    contents = Contents(
        day=date(2026, 9, 1),
        entries=[
            entry("Posted already"),
            entry("Held at night", held=HoldReason.QUIET_HELD, topic="nato", novelty=Novelty.CORRECTED),
        ],
        left_out=[(HoldReason.SILENCED, 3)],
    )
    message = build(contents)
    assert message is not None
    assert message.kind is MessageKind.DIGEST
    assert message.fallback == "2 developments; 1 held until now, 3 left out"
    body = str(message.blocks)
    for part in ("corrected: Held at night [held over the quiet hours]", "3 not shown: silenced", "nato"):
        assert part in body


def test_an_empty_digest_is_not_posted_but_one_that_left_all_out_is() -> None:
    assert build(Contents(day=date(2026, 9, 1), entries=[])) is None
    assert build(Contents(day=date(2026, 9, 1), entries=[], left_out=[(HoldReason.RATE_CAP, 40)])) is not None


def test_a_long_digest_is_cut_between_entries_and_counts_the_rest() -> None:
    entries = [entry(f"Development {n}", topic=f"topic {n % 2}") for n in range(40)]
    message = build(Contents(day=date(2026, 9, 1), entries=entries))
    assert message is not None
    body = str(message.blocks)
    assert body.count("Development") == LISTED
    assert "and 15 more" in body
