"""Caps, quiet hours, digest-only channels, late items and deleted messages: what does not ring leaves its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.ports import Entry, Place
from bot.ringing.holding import QuietBehaviour, QuietHours
from bot.ringing.rings import Ringer
from bot.store import channels, outbox
from bot.store import schema as tables
from bot.store.channels import ChannelPace
from bot.store.db import Database
from bot.telling.digest import Schedule
from tests.bot.newsdesk import DESK, Newsdesk, report
from tests.databases import open_database

LEAVING = "Washington will withdraw 5000 troops from Germany."
MORE_LEAVE = "Washington will withdraw 8000 troops from Germany."
ADMIN = Place(platform="console", workspace="", channel="admin")
UTC_ZONE = ZoneInfo("UTC")
# The clock of these tests starts on Tuesday, 1 September 2026, at 08:30 UTC.
QUIET = QuietHours(start=time(8), end=time(9), zone=UTC_ZONE)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


@pytest.fixture
def desk(db: Database) -> Newsdesk:
    return Newsdesk(db)


def set_pace(desk: Newsdesk, **given: object) -> None:
    pace = replace(ChannelPace(), **given)  # type: ignore[arg-type] # the fields of the class
    desk.db.write(lambda c: channels.save_pace(c, str(DESK), pace))


def summits(count: int) -> list[Entry]:
    """Return entries that have nothing in common but the word that a rule waits for."""
    syllables = ["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu"]
    names = ["".join(parts) for parts in product(syllables, repeat=3)]
    return [_summit(number, names[number * 12 : number * 12 + 12]) for number in range(count)]


def _summit(number: int, names: list[str]) -> Entry:
    text = " ".join([*names[:6], "summit", *names[6:]]) + "."
    link = f"https://outlet.example/s{number}"
    return Entry(guid=link, url=link, title=f"{names[0]} {names[1]} summit", summary=text, content="", published=None)


class TestCap:
    async def test_a_flood_gets_as_many_posts_as_the_cap_and_the_rest_is_kept_for_the_digest(
        self, desk: Newsdesk
    ) -> None:
        desk.subscribe()
        set_pace(desk, cap=20)
        result = await desk.feed(*summits(40))
        assert result.alerts == 40
        posts = [row for row in desk.sent() if row.op == "post"]
        assert len([row for row in posts if row.heading != "Rate cap"]) == 20
        assert desk.column("route", "reason") == ["delivered"] * 20 + ["rate_cap"] * 20
        assert desk.column("held", "reason") == ["rate_cap"] * 20
        assert set(desk.column("held", "listed")) == {True}
        assert desk.column("route", "detail")[-1] == "bases; 20 posts in 60 minutes"

    async def test_the_channel_and_the_admins_are_told_once_an_hour(self, db: Database) -> None:
        desk = Newsdesk(db)
        desk.ringer = desk.pipeline._ringer = Ringer(
            desk.ruleset.topics, lambda *_: (), story_window=timedelta(days=7), admin=[str(ADMIN)]
        )
        desk.subscribe()
        set_pace(desk, cap=2)
        await desk.feed(*summits(6))
        (own,) = [row for row in desk.sent() if row.heading == "Rate cap"]
        (told,) = desk.sent(str(ADMIN))
        assert own.text == told.text
        assert "console::desk had 2 posts within an hour" in told
        assert "Talks about bases" in told

    async def test_an_hour_later_there_is_room_again(self, desk: Newsdesk) -> None:
        desk.subscribe()
        set_pace(desk, cap=2)
        flood = summits(5)
        await desk.feed(*flood[:3])
        desk.db.write(lambda c: c.execute(update(tables.outbox).values(state="sent", sent_at=desk.clock.now())))
        desk.clock.advance(3599)
        await desk.feed(flood[3], outlet="Fenn Herald")
        desk.clock.advance(1)
        await desk.feed(flood[4], outlet="Third Post")
        assert desk.column("route", "reason") == ["delivered", "delivered", "rate_cap", "rate_cap", "delivered"]

    async def test_what_still_waits_counts_however_long_it_waits(self, desk: Newsdesk) -> None:
        desk.subscribe()
        set_pace(desk, cap=1)
        first, second = summits(2)
        await desk.feed(first)
        desk.clock.advance(7200)  # the platform is down
        await desk.feed(second, outlet="Fenn Herald")
        assert desk.column("route", "reason") == ["delivered", "rate_cap"]


class TestQuietHours:
    @pytest.mark.parametrize(
        ("behaviour", "urgent", "notice"),
        [
            (QuietBehaviour.CRITICAL, "delivered", "quiet_held"),
            (QuietBehaviour.HOLD, "quiet_held", "quiet_held"),
            (QuietBehaviour.DROP, "quiet_dropped", "quiet_dropped"),
        ],
    )
    async def test_each_behaviour_has_its_reason(
        self, desk: Newsdesk, behaviour: QuietBehaviour, urgent: str, notice: str
    ) -> None:
        desk.subscribe()
        set_pace(desk, quiet=replace(QUIET, behaviour=behaviour))
        await desk.feed(report("1", LEAVING))
        await desk.feed(*summits(1), outlet="Fenn Herald")
        assert desk.column("route", "reason") == [urgent, notice]
        assert desk.column("route", "detail")[-1] == "bases; quiet hours until 09:00"
        assert desk.column("held", "listed")[-1:] == [behaviour is not QuietBehaviour.DROP]

    async def test_outside_of_them_all_rings(self, desk: Newsdesk) -> None:
        desk.subscribe()
        set_pace(desk, quiet=QUIET)
        desk.clock.advance(1800)
        await desk.feed(*summits(1))
        assert desk.column("route", "reason") == ["delivered"]

    async def test_they_are_read_on_the_channels_own_clock(self, desk: Newsdesk) -> None:
        desk.subscribe()
        zone = ZoneInfo("America/New_York")  # there it is 04:30
        set_pace(desk, schedule=Schedule(zone=zone), quiet=replace(QUIET, zone=zone))
        await desk.feed(*summits(1))
        assert desk.column("route", "reason") == ["delivered"]

    async def test_the_next_message_of_a_story_that_was_held_shows_all_of_it(self, desk: Newsdesk) -> None:
        desk.subscribe()
        set_pace(desk, quiet=replace(QUIET, behaviour=QuietBehaviour.HOLD))
        await desk.feed(report("1", LEAVING))
        assert desk.sent() == []
        desk.clock.advance(3600)
        await desk.feed(report("2", MORE_LEAVE))
        parent = desk.sent()[0]
        assert parent.op == "post"
        assert "withdraw 8,000 troops" in parent
        assert "was 5,000 on 1 Sep (Example Times), now 8,000" in parent


class TestDigestOnly:
    async def test_nothing_rings_and_all_of_it_is_kept(self, desk: Newsdesk) -> None:
        desk.subscribe()
        set_pace(desk, digest_only=True)
        await desk.feed(report("1", LEAVING))
        assert desk.sent() == []
        assert desk.column("route", "reason") == ["digest_only"]
        assert desk.column("held", "topic") == ["Bases abroad"]
        assert desk.column("held", "sentence") == ["United States: withdraw 5,000 troops from Germany (planned)"]
        assert desk.column("held", "url") == ["https://outlet.example/1"]


class TestLateItems:
    OLD = datetime(2026, 8, 27, 8, 30, tzinfo=UTC)  # five days before the clock's start

    async def test_a_late_item_comes_in_the_digest_with_its_age(self, desk: Newsdesk) -> None:
        desk.subscribe()
        result = await desk.feed(report("1", LEAVING, at=self.OLD))
        assert result.alerts == 0
        assert desk.sent() == []
        assert desk.column("route", "reason") == ["too_old"]
        (sentence,) = desk.column("held", "sentence")
        assert sentence.endswith("(published 5 d ago; the freshness limit is 4 d)")
        assert desk.stages()["held"].startswith("stale: ")
        assert desk.stages()["routed"].startswith("too_old: console::desk")

    async def test_without_a_channel_that_wants_it_nothing_is_stored(self, desk: Newsdesk) -> None:
        desk.subscribe(severity="urgent")
        await desk.feed(replace(summits(1)[0], published=self.OLD))
        assert (desk.count("alert"), desk.count("held"), desk.count("route")) == (0, 0, 0)

    async def test_a_late_item_does_not_use_up_the_ring_of_its_story(self, desk: Newsdesk) -> None:
        desk.subscribe()
        await desk.feed(report("1", "A summit was called.", at=self.OLD))
        await desk.feed(report("2", "The summit is near."), outlet="Fenn Herald")
        assert desk.column("route", "reason") == ["too_old", "delivered"]

    async def test_a_baseline_is_in_no_digest(self, desk: Newsdesk) -> None:
        desk.subscribe()
        await desk.feed(report("1", LEAVING), rings=False)
        assert desk.count("held") == 0


class TestDeletedMessage:
    async def delete_parent(self, desk: Newsdesk) -> None:
        desk.subscribe()
        await desk.feed(report("1", LEAVING))
        desk.deliver()
        (key,) = desk.column("thread", "id")
        desk.db.write(lambda c: outbox.mark_thread_gone(c, key))
        desk.clock.advance(3600)

    async def test_a_story_whose_message_was_deleted_is_not_told_there_again(self, desk: Newsdesk) -> None:
        await self.delete_parent(desk)
        before = len(desk.sent())
        await desk.feed(report("2", MORE_LEAVE))
        assert len(desk.sent()) == before
        assert desk.column("route", "reason") == ["delivered", "thread_gone"]
        assert "subscribe again" in desk.column("route", "detail")[-1]
        assert desk.stages()["routed"].startswith("thread_gone")

    async def test_who_subscribes_again_hears_of_it_in_a_new_thread(self, desk: Newsdesk) -> None:
        await self.delete_parent(desk)
        desk.subscribe()
        await desk.feed(report("2", MORE_LEAVE))
        parent = [row for row in desk.sent() if row.op == "post"][-1]
        assert parent.thread == 2
        assert "Earlier thread" not in parent

    async def test_a_thread_that_was_continued_elsewhere_goes_on_there(self, desk: Newsdesk) -> None:
        desk.subscribe()
        await desk.feed(report("1", LEAVING))
        desk.deliver()
        (key,) = desk.column("thread", "id")
        desk.db.write(lambda c: outbox.continue_thread(c, key, desk.clock.now()))
        await desk.feed(report("2", MORE_LEAVE))
        assert desk.column("route", "reason") == ["delivered", "delivered"]
        assert desk.sent()[-1].thread == 2


class TestSettings:
    def test_every_setting_comes_back_from_the_database_as_it_was(self, desk: Newsdesk) -> None:
        desk.subscribe()
        zone = ZoneInfo("Europe/Berlin")
        pace = ChannelPace(
            schedule=Schedule(zone=zone, at=time(7, 30), days=frozenset({0, 6})),
            quiet=QuietHours(
                start=time(22), end=time(6, 15), zone=zone, days=frozenset({4}), behaviour=QuietBehaviour.DROP
            ),
            digest_only=True,
            cap=7,
        )
        desk.db.write(lambda c: channels.save_pace(c, str(DESK), pace))
        assert desk.db.write(lambda c: channels.pace_of(c, str(DESK))) == pace
        desk.db.write(lambda c: channels.forget_paces(c, [str(DESK)]))
        assert desk.db.write(lambda c: channels.pace_of(c, str(DESK))) == pace
        desk.db.write(lambda c: channels.forget_paces(c, []))
        assert desk.db.write(lambda c: channels.pace_of(c, str(DESK))) == ChannelPace()
