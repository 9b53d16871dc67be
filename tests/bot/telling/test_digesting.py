"""The tick for digests: once for each local day, whatever the clock, a restart or a crash does; silent when empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.ringing.holding import EVERY_DAY, HoldReason, QuietBehaviour, QuietHours
from bot.store import channels, held, lanes, subscriptions
from bot.store import schema as tables
from bot.store.channels import ChannelPace
from bot.store.db import Database
from bot.telling.digest import Entry, Schedule
from bot.telling.digesting import Digests
from rules.model import Novelty
from tests.bot.newsdesk import DESK, Newsdesk, report
from tests.databases import open_database
from tests.fakes.manual_clock import ManualClock

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LANE = str(DESK)
LEAVING = "Washington will withdraw 5000 troops from Germany."


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


class Clerk:
    """A channel with a digest, its ticks, and alerts that are held without the way that leads to them."""

    def __init__(self, db: Database, start: datetime, pace: ChannelPace) -> None:
        self.desk = Newsdesk(db)
        self.clock = ManualClock(start)
        self.desk.subscribe()
        self.db = db
        self.pace = pace
        self.wakes = 0

    async def hold(self, sentence: str, reason: HoldReason = HoldReason.DIGEST_ONLY, *, is_listed: bool = True) -> None:
        if not self.desk.column("alert", "id"):
            await self.desk.feed(report("seed", LEAVING))
            self.desk.deliver()
            self.db.write(lambda c: channels.save_pace(c, LANE, self.pace))
        entry = Entry(topic="Bases", novelty=Novelty.NEW, sentence=sentence, url="https://outlet.example", held=reason)
        now = self.clock.now()
        self.db.write(lambda c: held.add(c, LANE, 1, entry, is_listed=is_listed, at=now))

    async def tick(self) -> int:
        """Tick as a process that has just started would: nothing is remembered."""
        return await Digests(self.db, self.clock, self._wake).tick()

    async def run_until(self, end: datetime, step: timedelta) -> None:
        while self.clock.now() < end:
            self.clock.advance(step.total_seconds())
            await self.tick()

    def digests(self) -> list[str]:
        return [row.text for row in self.desk.sent() if row.heading.startswith("Digest")]

    def _wake(self) -> None:
        self.wakes += 1


def berlin(day: int, at: str, month: int = 9) -> datetime:
    hours, minutes = at.split(":")
    return datetime(2026, month, day, int(hours), int(minutes), tzinfo=BERLIN).astimezone(UTC)


DAILY = ChannelPace(schedule=Schedule(zone=BERLIN, at=time(8), days=EVERY_DAY), digest_only=True)


class TestDaily:
    async def test_it_comes_at_its_local_time_with_what_was_held_before(self, db: Database) -> None:
        clerk = Clerk(db, berlin(1, "7:00"), DAILY)
        await clerk.hold("five battalions leave")
        clerk.clock.advance(3599)
        assert await clerk.tick() == 0
        clerk.clock.advance(1)
        assert await clerk.tick() == 1
        assert clerk.wakes == 1
        (told,) = clerk.digests()
        assert told.startswith("Digest, Tue 01 Sep 2026")
        assert "new: five battalions leave" in told

    async def test_what_is_held_after_its_time_waits_for_the_next_one(self, db: Database) -> None:
        clerk = Clerk(db, berlin(1, "8:30"), DAILY)
        await clerk.hold("five battalions leave")
        assert await clerk.tick() == 0
        clerk.clock.advance(23.5 * 3600)
        assert await clerk.tick() == 1

    async def test_where_nothing_was_held_nothing_is_said(self, db: Database) -> None:
        clerk = Clerk(db, berlin(1, "7:00"), DAILY)
        await clerk.run_until(berlin(4, "9:00"), timedelta(hours=1))
        assert clerk.digests() == []
        assert clerk.wakes == 0

    async def test_what_is_left_out_is_counted_by_reason(self, db: Database) -> None:
        clerk = Clerk(db, berlin(1, "7:00"), DAILY)
        await clerk.hold("five battalions leave", HoldReason.RATE_CAP)
        for _ in range(2):
            await clerk.hold("", HoldReason.SILENCED, is_listed=False)
        await clerk.hold("", HoldReason.QUIET_DROPPED, is_listed=False)
        clerk.clock.advance(3600)
        await clerk.tick()
        (told,) = clerk.digests()
        assert "1 development; 1 held until now, 3 left out" in told
        assert "held by the channel's rate cap" in told
        assert "2 not shown: silenced" in told
        assert "1 not shown: left out in the quiet hours" in told

    async def test_only_the_chosen_weekdays_have_one(self, db: Database) -> None:
        monday_to_friday = replace(DAILY, schedule=Schedule(zone=BERLIN))
        clerk = Clerk(db, berlin(5, "7:00"), monday_to_friday)  # a Saturday
        await clerk.hold("five battalions leave")
        await clerk.run_until(berlin(8, "7:00"), timedelta(minutes=30))
        (told,) = clerk.digests()
        assert told.startswith("Digest, Mon 07 Sep 2026")


class TestOnce:
    @pytest.mark.parametrize(
        ("zone", "first", "at"),
        [
            (BERLIN, date(2026, 3, 28), time(2, 30)),
            (BERLIN, date(2026, 10, 24), time(2, 30)),
            (NEW_YORK, date(2026, 3, 7), time(2, 30)),
            (NEW_YORK, date(2026, 10, 31), time(1, 30)),
            (NEW_YORK, date(2026, 10, 31), time(8, 0)),
        ],
        ids=["Berlin skips it", "Berlin has it twice", "New York skips it", "New York has it twice", "an hour later"],
    )
    async def test_each_local_day_has_one_where_the_clocks_change(
        self, db: Database, zone: ZoneInfo, first: date, at: time
    ) -> None:
        start = datetime.combine(first, time(0, 0), zone).astimezone(UTC)
        clerk = Clerk(db, start, replace(DAILY, schedule=Schedule(zone=zone, at=at, days=EVERY_DAY)))
        for number in range(3 * 48 - 4):  # nearly three days; each tick is a restart
            await clerk.hold(f"number {number}")
            clerk.clock.advance(1800)
            await clerk.tick()
        days = [f"Digest, {first + timedelta(days=number):%a %d %b %Y}" for number in range(3)]
        assert [told.splitlines()[0] for told in clerk.digests()] == days

    async def test_an_outage_of_a_week_is_caught_up_in_one(self, db: Database) -> None:
        clerk = Clerk(db, berlin(1, "7:00"), DAILY)
        await clerk.hold("five battalions leave")
        clerk.clock.advance(7 * 86400)
        for _ in range(3):
            await clerk.tick()
        (told,) = clerk.digests()
        assert told.startswith("Digest, Mon 07 Sep 2026")

    @pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=-1), timedelta(hours=1)])
    async def test_a_clock_that_jumps_makes_no_second_one(self, db: Database, jump: timedelta) -> None:
        clerk = Clerk(db, berlin(2, "7:30"), DAILY)
        await clerk.hold("five battalions leave")
        clerk.clock.advance(1800)
        await clerk.tick()
        clerk.clock.jump(jump)
        await clerk.hold("six battalions leave")
        await clerk.run_until(berlin(2, "23:00"), timedelta(minutes=10))
        assert [told.splitlines()[0] for told in clerk.digests()].count("Digest, Wed 02 Sep 2026") == 1

    async def test_a_crash_before_the_commit_leaves_it_for_the_next_tick(self, db: Database) -> None:
        clerk = Clerk(db, berlin(1, "7:00"), DAILY)
        await clerk.hold("five battalions leave")
        clerk.clock.advance(3600)
        with clerk.desk.broken_at("outbox"), pytest.raises(OSError, match="No space"):
            await clerk.tick()
        assert clerk.desk.column("held", "told_at") == [None]
        assert await clerk.tick() == 1


class TestQuietHours:
    QUIET = QuietHours(start=time(22), end=time(7), zone=BERLIN, behaviour=QuietBehaviour.HOLD)

    async def test_what_was_held_comes_when_they_end_and_not_again_in_the_daily_one(self, db: Database) -> None:
        clerk = Clerk(db, berlin(1, "21:00"), replace(DAILY, quiet=self.QUIET, digest_only=False))
        clerk.clock.advance(7200)
        await clerk.hold("five battalions leave", HoldReason.QUIET_HELD)
        await clerk.run_until(berlin(2, "6:59"), timedelta(minutes=1))
        assert clerk.digests() == []
        await clerk.run_until(berlin(2, "9:00"), timedelta(minutes=1))
        (told,) = clerk.digests()
        assert "five battalions leave [held over the quiet hours]" in told
        (made,) = [made.astimezone(BERLIN) for made in clerk.desk.db.write(_made_at)]
        assert f"{made:%d %H:%M}" == "02 07:00"

    async def test_a_daily_digest_waits_for_their_end(self, db: Database) -> None:
        late = replace(self.QUIET, end=time(9))
        clerk = Clerk(db, berlin(2, "7:00"), replace(DAILY, quiet=late))
        await clerk.hold("five battalions leave")
        await clerk.run_until(berlin(2, "8:59"), timedelta(minutes=1))
        assert clerk.digests() == []
        await clerk.run_until(berlin(2, "9:01"), timedelta(minutes=1))
        assert len(clerk.digests()) == 1


class TestChannels:
    async def test_a_parked_channel_keeps_what_it_is_owed(self, db: Database) -> None:
        clerk = Clerk(db, berlin(1, "7:00"), DAILY)
        await clerk.hold("five battalions leave")
        db.write(lambda c: lanes.park(c, LANE, "channel_gone", "archived"))
        clerk.clock.advance(3600)
        assert await clerk.tick() == 0
        db.write(lambda c: lanes.unpark(c, LANE))
        assert await clerk.tick() == 1

    async def test_a_channel_that_unsubscribed_gets_none(self, db: Database) -> None:
        clerk = Clerk(db, berlin(1, "7:00"), DAILY)
        await clerk.hold("five battalions leave")
        db.write(lambda c: subscriptions.unsubscribe(c, DESK, "bases", by="ana", at=clerk.clock.now()))
        clerk.clock.advance(3600)
        assert await clerk.tick() == 0
        assert clerk.digests() == []
        assert await clerk.tick() == 0


def _made_at(connection: object) -> list[datetime]:
    rows = connection.execute(tables.digest.select()).all()  # type: ignore[attr-defined] # a Connection
    return [row.made_at for row in rows]
