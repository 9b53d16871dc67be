"""A page that its publisher took down takes back what it said; one that cannot be told says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import FetchError, FetchReason
from bot.feeds.revisiting import LADDER, Revisiting
from bot.store.db import Database
from tests.bot.newsdesk import Newsdesk, report
from tests.databases import open_database

HOUR = 3600.0


class Web:
    """Pages by their state: there, gone, or silent."""

    def __init__(self) -> None:
        self.state = "there"
        self.asked: list[str] = []

    async def is_gone(self, url: str) -> bool:
        self.asked.append(url)
        if self.state == "silent":
            raise FetchError(url, FetchReason.TIMEOUT, "no answer")
        return self.state == "gone"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


@pytest.fixture
async def desk(db: Database) -> Newsdesk:
    desk = Newsdesk(db)
    desk.subscribe()
    await desk.feed(report("1", "Washington will withdraw 5000 troops from Germany."))
    return desk


def revisits(desk: Newsdesk, web: Web) -> Revisiting:
    return Revisiting(desk.db, desk.clock, web, desk.pipeline.take_back, lambda: None)


async def test_a_page_missing_for_an_hour_is_taken_back_and_the_channel_hears(desk: Newsdesk) -> None:
    web = Web()
    web.state = "gone"
    pages = revisits(desk, web)
    assert await pages.tick() == 0
    assert web.asked == [], "the first look is an hour after the alert"
    desk.clock.advance(HOUR)
    assert await pages.tick() == 0, "one look is not enough: pages move"
    desk.clock.advance(HOUR)
    assert await pages.tick() == 1
    assert desk.column("development", "novelty") == ["new", "withdrawn"]
    assert desk.column("mention", "live") == [False]
    assert "its page is gone" in desk.stages()["ledger"]
    assert any("WITHDRAWN" in sent.heading for sent in desk.sent())
    desk.clock.advance(30 * HOUR)
    assert await pages.tick() == 0
    assert len(web.asked) == 2, "what is taken back is not looked at again"


async def test_a_page_that_comes_back_says_what_it_said(desk: Newsdesk) -> None:
    web = Web()
    web.state = "gone"
    pages = revisits(desk, web)
    desk.clock.advance(HOUR)
    await pages.tick()
    web.state = "there"
    desk.clock.advance(HOUR)
    await pages.tick()
    web.state = "gone"
    desk.clock.advance(5 * HOUR)
    assert await pages.tick() == 0, "missing anew: it has to be missing for an hour again"
    assert desk.column("development", "novelty") == ["new"]


async def test_silence_is_no_answer(desk: Newsdesk) -> None:
    web = Web()
    web.state = "silent"
    pages = revisits(desk, web)
    for step in LADDER:
        desk.clock.advance(step.total_seconds())
        assert await pages.tick() == 0
    assert desk.column("development", "novelty") == ["new"]


async def test_a_page_is_looked_at_five_times_and_no_more(desk: Newsdesk) -> None:
    web = Web()
    pages = revisits(desk, web)
    for _ in range(24 * 9):
        desk.clock.advance(HOUR)
        await pages.tick()
    assert len(web.asked) == len(LADDER)


async def test_what_never_rang_is_not_looked_at(desk: Newsdesk) -> None:
    web = Web()
    await desk.feed(report("2", "Nobody leaves.", title="A choir sings in Sommerlund"), outlet="Other Times")
    desk.clock.advance(HOUR)
    await revisits(desk, web).tick()
    assert web.asked == ["https://outlet.example/1"]
