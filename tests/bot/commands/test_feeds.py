"""Feeds from the chat: looked at by admins, asked for before they are added, imported after a look."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.commands.feedspecs import FEEDS
from bot.feeds.polling import FeedSpec, FeedState
from bot.store import feeds
from bot.store.schema import audit
from tests.bot.commands.newsroom import CHEESE, Newsroom, attached, caller, words_of

HERALD = "https://herald.example/feed"


async def addresses(room: Newsroom) -> list[str]:
    return [row.url for row in await room.db.read(feeds.list_feeds)]


async def test_a_feed_is_asked_for_and_then_added(room: Newsroom) -> None:
    room.web.put(HERALD, "The Herald")
    reply = await room.ask(f'feeds add {HERALD} outlet:"The Herald" lang:en tier:2')
    assert reply.announce is not None
    assert "ana added the feed The Herald (feed 1)" in words_of(reply.announce)
    (row,) = await room.db.read(feeds.list_feeds)
    assert (row.url, row.outlet, row.lang, row.tier) == (HERALD, "The Herald", "en", 2)
    assert "is in the list already" in await room.said(f"feeds add {HERALD}")
    (note,) = await room.db.read(lambda c: c.execute(select(audit)).all())
    assert (note.what, note.old, note.new) == ("feeds add", None, f"1 {HERALD}")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        pytest.param("https://nobody.example", "is no feed, and no feed was found", id="a page without a feed"),
        pytest.param("https://private.example", "it is a private address", id="a private address"),
    ],
)
async def test_what_is_no_feed_is_not_added(room: Newsroom, url: str, sentence: str) -> None:
    assert sentence in await room.said(f"feeds add {url}")
    assert await addresses(room) == []


async def test_a_page_with_several_feeds_asks_which(room: Newsroom) -> None:
    room.web.put("https://courier.example", "World", "Sports")
    assert "Which one?" in await room.said("feeds add https://courier.example")
    found = await room.said("feeds find https://courier.example")
    assert "World · 1 entry · https://courier.example/World" in found
    assert await addresses(room) == []


async def test_a_trial_shows_fields_dates_and_the_newest_entries(room: Newsroom) -> None:
    room.web.put(HERALD, "The Herald")
    said = await room.said(f"feeds test {HERALD}")
    for part in ("Address: https://herald.example/feed", "Language: en", "1 dated", "Bridge closed", "It is shut."):
        assert part in said
    assert await addresses(room) == []


async def test_a_feed_is_paused_and_resumed_by_number_address_or_name(room: Newsroom) -> None:
    await room.publish("The Courier", "Cheese fair opens", CHEESE)
    reply = await room.ask("feeds pause courier")
    assert reply.announce is not None
    assert "ana paused the feed The Courier" in words_of(reply.announce)
    assert "is paused already" in await room.said("feeds pause 1")
    assert "paused" in await room.said("feeds health")
    (undo,) = reply.announce.buttons
    await room.press(undo.action, undo.value)
    (row,) = await room.db.read(feeds.list_feeds)
    assert row.state is FeedState.ACTIVE
    assert "There is no feed “mirror”" in await room.said("feeds pause mirror")
    changes = await room.db.read(lambda c: c.execute(select(audit.c.old, audit.c.new)).all())
    assert ("The Courier: active", "The Courier: paused") in [tuple(one) for one in changes]


async def test_the_list_has_pages_and_is_narrowed_by_words(room: Newsroom) -> None:
    for number in range(12):
        await room.publish(f"Outlet {number}", "Cheese fair opens", CHEESE)
    first = await room.ask("feeds list")
    assert "12 feeds, page 1 of 2" in words_of(first.message)
    assert "Outlet 7" in await room.said('feeds list "outlet 7"')
    assert "No feed has these words" in await room.said("feeds list mirror")
    assert "no page 3" in await room.said("feeds list page:3")


async def test_a_list_is_looked_at_and_imported_by_a_button(room: Newsroom) -> None:
    await room.publish("The Courier", "Cheese fair opens", CHEESE)
    known = (await addresses(room))[0]
    file = attached("feeds.opml", f"{known}\n{HERALD}\nftp://old.example\n")
    reply = await room.ask("feeds import", files=[file])
    said = words_of(reply.message)
    assert "feeds.opml: 1 new feed, 1 known already, 1 entry left out. Nothing is changed yet." in said
    assert await addresses(room) == [known]
    take, cancel = reply.message.buttons
    assert (take.label, cancel.label) == ("Add 1 feed", "Cancel")
    assert "for admins" in words_of((await room.press(take.action, take.value, role="editor")).message)
    done = await room.press(take.action, take.value)
    assert done.announce is not None
    assert "ana added 1 feed of feeds.opml" in words_of(done.announce)
    assert HERALD in await addresses(room)


@pytest.mark.parametrize(
    ("content", "size", "sentence"),
    [
        pytest.param("no list", None, "it is no OPML", id="no list"),
        pytest.param("", None, "is empty", id="an empty file"),
        pytest.param("x", 6 << 20, "an OPML file has at most 5,242,880", id="a file that is too large"),
    ],
)
async def test_what_is_no_list_is_refused(room: Newsroom, content: str, size: int | None, sentence: str) -> None:
    assert sentence in await room.said("feeds import", files=[attached("feeds.opml", content, size)])
    assert "needs an OPML file" in await room.said("feeds import")


async def test_the_export_is_a_file_for_the_one_who_asks(room: Newsroom) -> None:
    assert "There is no feed yet" in await room.said("feeds export")
    await room.publish("The Courier", "Cheese fair opens", CHEESE)
    reply = await room.ask("feeds export")
    (file,) = reply.files
    assert (file.name, reply.ephemeral) == ("tocsin-feeds.opml", True)
    assert file.content.decode() == "https://the-courier.example/feed"


@pytest.mark.parametrize("spec", FEEDS, ids=[spec.name for spec in FEEDS])
async def test_feeds_are_for_admins(room: Newsroom, spec: object) -> None:
    name = getattr(spec, "name", "")
    example = getattr(spec, "examples", ("",))[0]
    assert f"“{name}” is for admins; you are a editor here" in words_of(
        (await room.commands.handle(caller("editor"), example)).message
    )


async def test_without_the_web_the_command_line_is_named(room: Newsroom) -> None:
    room.commands.tools.feeds = None
    assert "use the command line: tocsin feeds" in await room.said(f"feeds find {HERALD}")


async def test_feeds_are_suggested_by_any_part_of_their_name_and_no_secret_is_shown(room: Newsroom) -> None:
    await room.publish("The Courier", "Cheese fair opens", CHEESE)
    await room.publish("Élan", "Cheese fair opens", CHEESE)
    spec = FeedSpec(url="https://ana:secret@herald.example/feed")
    await room.db.tx(lambda connection: feeds.add(connection, spec, now=room.clock.now()))

    async def suggested(typed: str) -> list[str]:
        return await room.commands.complete(caller(), "feeds pause", "feed", typed)

    assert await suggested("COUR") == ["The Courier"]
    assert await suggested("Él") == ["Élan"]
    assert await suggested("100%_") == []
    assert "secret" not in str(await suggested("herald"))
    assert len(await suggested("")) == 3
