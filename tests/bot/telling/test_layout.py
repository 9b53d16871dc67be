"""Compact cards: a channel that asked for them gets the claims, the origin and the links, in every message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import check
from bot.ports import Place
from bot.ringing.pacing import paces
from bot.store import channels
from bot.store.channels import ChannelPace
from bot.store.db import Database
from bot.telling.layout import Layout
from tests.bot.newsdesk import DESK, Newsdesk, report
from tests.bot.telling.test_thread_modes import KINDS, LEAVING, STAYS, Event
from tests.databases import open_database

GRADE, RULE = "Credibility ", "Rule: "


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


def compact(desk: Newsdesk, place: Place = DESK) -> None:
    desk.db.write(
        lambda connection: channels.save_pace(connection, str(place), ChannelPace(layout=Layout.COMPACT), by="ana")
    )


async def test_a_compact_card_has_what_is_new_the_origin_and_the_link_and_nothing_else(db: Database) -> None:
    desk = Newsdesk(db)
    desk.subscribe()
    compact(desk)
    await desk.feed(report("1", f"{LEAVING} {STAYS}"))
    head, *below = desk.sent()
    assert "5,000 troops from Germany" in head.text
    assert "Origin: Fenn Gazette" in head
    assert "Source: Example Times" in head
    assert not any(words in head for words in ("As of", GRADE, RULE, "“"))
    assert any(LEAVING in one.text for one in below), "the quotation stands in the thread"


async def test_channels_side_by_side_keep_their_own_layout(db: Database) -> None:
    desk, other = Newsdesk(db), Place(platform="console", workspace="", channel="other")
    desk.subscribe()
    desk.subscribe(place=other)
    compact(desk, other)
    await desk.feed(report("1", LEAVING))
    assert GRADE in desk.sent()[0]
    assert GRADE not in desk.sent(str(other))[0]


@pytest.mark.parametrize("mode", ["broadcast", "channel", "edit"])
@pytest.mark.parametrize("event", [event for event, _, _ in KINDS.values()], ids=list(KINDS))
async def test_updates_and_edits_are_compact_too(db: Database, event: Event, mode: str) -> None:
    desk = Newsdesk(db)
    desk.subscribe(threads=mode)
    compact(desk)
    await desk.feed(report("1", f"{LEAVING} {STAYS}"))
    desk.deliver()
    await event(desk)
    cards = [row for row in desk.sent() if row.heading.split(" · ")[0].isupper()]
    assert cards
    assert not any(words in card for card in cards for words in (GRADE, RULE, "As of"))


def test_a_channel_of_the_configuration_may_be_compact() -> None:
    text = """version: 1
channels:
  - {platform: console, channel: desk, topics: [bases], layout: compact}
  - {platform: console, channel: hall, topics: [bases]}
"""
    found = paces(check(text.encode(), "tocsin.yaml"))
    assert [pace.layout for pace in found.values()] == [Layout.COMPACT, Layout.FULL]
