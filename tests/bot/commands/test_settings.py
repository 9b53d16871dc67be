"""``settings``: the whole of how a channel is rung, shown, changed in one step, taken back, and filled in by a form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.forms import CommandForms
from bot.store import channels, subscriptions
from tests.bot.commands.newsroom import HERE, RANGE, Newsroom, caller, words_of


async def followed(room: Newsroom) -> None:
    await room.subscribe()
    await room.subscribe(topic="un-mandate-peacekeeping")


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("threads:edit", "threads: edit"),
        ("layout:compact", "layout: compact: claims, origin and links"),
        ("severity:important", "severity: from important on"),
        ("mode:digest", "mode: everything waits for the digest"),
        ("cap:7", "cap: 7 posts an hour"),
        ("quiet:22:00-07:00", "quiet: 22:00-07:00 on every day (critical)"),
        ("digest:06:30", "digest: 06:30 on Mon-Fri"),
        ("tz:berlin", "tz: Europe/Berlin"),
        ("mention:S0DESK", "mention: group S0DESK from urgent on"),
    ],
)
async def test_each_setting_is_shown_changed_announced_and_taken_back(room: Newsroom, given: str, line: str) -> None:
    await followed(room)
    before = await room.said("settings")
    reply = await room.ask(f"settings {given}", role="editor")
    assert line in await room.said("settings")
    assert line not in before
    assert reply.announce is not None
    assert "ana changed how this channel is set: " in words_of(reply.announce)
    assert "settings in C1: " in await room.said("audit")
    (undo,) = reply.announce.buttons
    await room.press(undo.action, undo.value, role="editor")
    assert await room.said("settings") == before


async def test_several_settings_are_one_change(room: Newsroom) -> None:
    await followed(room)
    reply = await room.ask("settings mention_from:important mention:S0DESK severity:urgent quiet:21:00-06:00 cap:3")
    assert reply.announce is not None
    said = words_of(reply.announce)
    assert "severity notice → urgent; cap 20 → 3; quiet off → 21:00-06:00; mention none → S0DESK" in said
    assert (await room.said("audit")).count("settings in C1") == 1
    mine = await room.db.read(lambda c: subscriptions.of_channel(c, HERE))
    assert {(one.severity, one.wishes.mention, one.wishes.mention_from) for one in mine} == {
        ("urgent", "S0DESK", "important")
    }


async def test_what_is_told_by_a_setting_is_obeyed(room: Newsroom) -> None:
    await room.subscribe()
    await room.ask("settings mode:digest")
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    assert "digest only" in await room.said("why 1")
    assert (await room.db.read(lambda c: channels.pace_of(c, str(HERE)))).digest_only


async def test_topics_that_differ_are_said_to_and_set_alike(room: Newsroom) -> None:
    await room.subscribe()
    await room.ask("subscribe un-mandate-peacekeeping severity:urgent mention:U0BOSS confirm:true")
    said = await room.said("settings")
    assert "severity: not the same for all topics" in said
    assert "mention: not the same for all topics" in said
    reply = await room.ask("settings severity:important")
    assert reply.announce is not None
    assert reply.announce.buttons == ()  # no word brings a mixture back
    assert "severity: from important on" in await room.said("settings")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("quiet:tonight", "22:00-07:00, or off"),
        ("quiet:25:00-07:00", "no time of day for quiet"),
        ("digest:noon", "no time of day for digest"),
        ("tz:Atlantis", "is no time zone. The nearest are"),
        ("cap:0", "cap has to be a whole number from 1 to 1000"),
        ("mention:everyone", "is no mention"),
        ("mention_from:urgent", "mention_from needs somebody"),
        ("mode:never", "“mode” takes no “never”."),
        ("threads:broadcast cap:20", "set like that already; nothing was changed"),
    ],
)
async def test_a_wrong_value_says_what_is_right_and_changes_nothing(room: Newsroom, given: str, told: str) -> None:
    await room.subscribe()
    before = await room.said("settings")
    assert told in await room.said(f"settings {given}")
    assert await room.said("settings") == before
    assert "settings" not in await room.said("audit")


async def test_what_stands_in_tocsin_yaml_is_not_changed_here(room: Newsroom) -> None:
    await room.subscribe()
    pace = replace(channels.ChannelPace(), cap=5)
    await room.db.tx(lambda c: channels.save_pace(c, str(HERE), pace))
    assert "stands in tocsin.yaml" in await room.said("settings cap:9")
    assert "5 posts an hour" in await room.said("settings")


async def test_the_form_shows_what_is_set_and_sends_only_what_was_changed(room: Newsroom) -> None:
    await followed(room)
    forms = CommandForms(room.commands, room.db)
    form = await forms.open(caller("editor"), "settings")
    assert form is not None
    filled = {field.name: field.value for field in form.fields}
    shown = ("threads", "layout", "severity", "mode", "cap")
    assert [field.name for field in form.fields[:5]] == list(shown)  # Discord shows no more
    assert [filled[name] for name in shown] == ["broadcast", "full", "notice", "realtime", "20"]
    reply = await forms.submit(caller("editor"), "settings", filled | {"cap": "4", "quiet": "23:00-05:00"})
    assert reply.announce is not None
    assert "cap 20 → 4; quiet off → 23:00-05:00" in words_of(reply.announce)
    assert "severity" not in words_of(reply.announce)


async def test_a_reader_changes_nothing(room: Newsroom) -> None:
    await room.subscribe()
    assert "is for editors" in await room.said("settings cap:1", role="reader")
