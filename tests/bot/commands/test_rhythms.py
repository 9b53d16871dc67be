"""When a channel is told and when it is left alone: set from the chat, kept over restarts, undone by a button."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from bot.store import channels, held
from bot.store.channels import ChannelPace
from bot.store.schema import audit, outbox
from rules.model import Severity
from tests.bot.commands.newsroom import HERE, RANGE, Newsroom, words_of

TOPIC = "us-forces-europe"


async def pace(room: Newsroom) -> ChannelPace:
    return await room.db.read(lambda c: channels.pace_of(c, str(HERE)))


@pytest.fixture
async def followed(room: Newsroom) -> Newsroom:
    await room.subscribe()
    return room


async def test_a_change_tells_only_what_is_another_now(followed: Newsroom) -> None:
    await followed.ask("digest schedule:07:30")
    reply = await followed.ask("quiet start:22:00 end:07:00")
    assert reply.announce is not None
    said = words_of(reply.announce)
    assert "ana changed when this channel rings: as usual → quiet 22:00–07:00 UTC on every day (critical)" in said
    assert "07:30" not in said


async def test_the_digest_is_set_announced_audited_and_undone(followed: Newsroom) -> None:
    reply = await followed.ask("digest schedule:07:30 tz:berlin days:mon,wed min:important", role="editor")
    assert reply.announce is not None
    assert "ana changed when this channel rings: as usual → digest at 07:30 Europe/Berlin on Mon, Wed" in words_of(
        reply.announce
    )
    assert "the next one 20" in words_of(reply.message)
    found = await pace(followed)
    assert (found.schedule.at.hour, sorted(found.schedule.days), found.least) == (7, [0, 2], Severity.IMPORTANT)
    (row,) = await followed.db.read(lambda c: c.execute(select(audit).where(audit.c.what == "digest")).all())
    assert row.new == "digest at 07:30 Europe/Berlin on Mon, Wed, from important on"
    (undo,) = reply.announce.buttons
    await followed.press(undo.action, undo.value)
    assert await pace(followed) == ChannelPace()


async def test_what_a_command_set_stays_when_the_file_says_nothing(followed: Newsroom) -> None:
    await followed.ask("quiet start:22:00 end:07:00 tz:Europe/Berlin")

    def restart(connection: Connection) -> None:
        channels.forget_paces(connection, ())
        channels.save_pace(connection, str(HERE), ChannelPace())

    await followed.db.tx(restart)
    assert (await pace(followed)).quiet is not None


async def test_what_stands_in_the_file_is_changed_there(followed: Newsroom) -> None:
    await followed.db.tx(lambda c: channels.save_pace(c, str(HERE), ChannelPace(cap=3)))
    assert "stands in tocsin.yaml" in await followed.said("digest schedule:09:00")
    assert (await pace(followed)).cap == 3


async def test_quiet_hours_tell_when_they_begin_and_end(followed: Newsroom) -> None:
    assert "No quiet hours" in await followed.said("quiet")
    said = await followed.said("quiet start:22:00 end:07:00 tz:UTC behaviour:hold")
    assert "everything waits for their end" in said
    assert "next from 2026-09-01 22:00" in said
    followed.clock.jump(timedelta(hours=14))
    assert "now, until 2026-09-02 07:00" in await followed.said("quiet")
    assert "It rings at any hour" in await followed.said("quiet off")
    assert (await pace(followed)).quiet is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        pytest.param("quiet start:22:00", "Quiet hours need start and end", id="no end"),
        pytest.param("quiet start:25:00 end:07:00", "no time of day for start", id="an hour that is none"),
        pytest.param("digest schedule:soon", "no time of day for schedule", id="a word for a time"),
        pytest.param("digest days:mon-noday", "are no days", id="a day that is none"),
        pytest.param("digest tz:Europe/Berln", "The nearest are: Europe/Berlin", id="a misspelt zone"),
        pytest.param("digest min:loud", "“min” takes no “loud”.", id="a severity that is none"),
    ],
)
async def test_what_cannot_be_meant_is_refused_in_a_sentence(followed: Newsroom, typed: str, sentence: str) -> None:
    assert sentence in await followed.said(typed)
    assert await pace(followed) == ChannelPace()


@pytest.mark.parametrize(
    ("days", "expected"),
    [("daily", 7), ("weekdays", 5), ("weekend", 2), ("fri-mon", 4), ("Monday, wed", 2), ("sat", 1)],
)
async def test_days_are_read_as_people_write_them(followed: Newsroom, days: str, expected: int) -> None:
    await followed.ask(f'digest days:"{days}"')
    assert len((await pace(followed)).schedule.days) == expected


async def test_a_channel_without_subscriptions_has_no_rhythm(room: Newsroom) -> None:
    for typed in ("digest", "digest now", "quiet start:22:00 end:07:00"):
        assert "follows nothing yet" in await room.said(typed)


async def test_the_digest_shows_what_waits_and_goes_out_now(followed: Newsroom) -> None:
    assert "Nothing waits" in await followed.said("digest now")
    await followed.ask(f"subscribe {TOPIC} mode:digest confirm:true")
    await followed.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    waiting = await followed.said("digest")
    assert "So far it would say:" in waiting
    assert "40,000–70,000" in waiting
    sent = await followed.ask("digest now")
    assert sent.announce is not None
    assert "asked for the digest ahead of its time: 1 alert" in words_of(sent.announce)
    (body,) = await followed.db.read(lambda c: c.execute(select(outbox.c.body)).scalars().all())
    assert body["kind"] == "digest"
    assert await followed.db.read(lambda c: held.untold(c, str(HERE))) == ()


async def test_what_is_below_the_least_severity_is_counted_not_listed(followed: Newsroom) -> None:
    await followed.ask(f"subscribe {TOPIC} mode:digest confirm:true")
    await followed.ask("digest min:urgent")
    await followed.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    listed = await followed.said("digest")
    severity = await followed.db.read(lambda c: held.untold(c, str(HERE))[0].severity)
    hidden = severity is not Severity.URGENT
    assert ("1 not shown: below the least severity of this digest" in listed) is hidden
