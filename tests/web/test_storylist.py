"""The lists of stories and the sources of articles, on each kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import itempage, storylist
from rules.model import Novelty
from tests.bot.newsdesk import Newsdesk, report
from tests.databases import open_database


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Newsdesk]:
    """A desk with two stories: one that rang twice, and a newer one that did not."""
    with open_database(tmp_path) as db:
        desk = Newsdesk(db)
        desk.subscribe()
        at = desk.clock.now() - timedelta(hours=5)
        await desk.feed(report("1", "Washington will withdraw 5000 troops from Germany.", at=at))
        later = at + timedelta(hours=2)
        await desk.feed(
            report("2", "Washington will withdraw 9000 troops from Germany.", at=later), outlet="Other Post"
        )
        cheese = "A parade of farmers opened the fair; the record wheel weighs 600 kilograms."
        fair = report("3", "", title="The cheese fair of Gouda opens", at=at + timedelta(hours=4))
        await desk.feed(replace(fair, summary=cheese))
        yield desk


async def test_stories_that_rang_come_with_their_newest_alert(desk: Newsdesk) -> None:
    (line,) = await desk.db.read(lambda connection: storylist.told(connection, None, limit=10, skip=0))
    assert (line.items, line.outlets, line.alerts) == (2, 2, 2)
    assert line.kind == Novelty.CHANGED
    assert "9,000" in line.sentence


async def test_stories_that_rang_are_found_by_topic_and_page(desk: Newsdesk) -> None:
    def told(topic: str | None, skip: int) -> tuple[storylist.StoryLine, ...]:
        return desk.db.write(lambda connection: storylist.told(connection, topic, limit=10, skip=skip))

    assert len(told("bases", 0)) == 1
    assert told("bases", 1) == ()
    assert told("another", 0) == ()


async def test_all_stories_stand_by_their_newest_article(desk: Newsdesk) -> None:
    lines = await desk.db.read(lambda connection: storylist.every(connection, limit=10, skip=0))
    assert [line.alerts for line in lines] == [0, 2]
    assert (lines[0].title, lines[0].sentence) == ("The cheese fair of Gouda opens", "")


async def test_what_was_told_stands_by_alert_with_what_was_new(desk: Newsdesk) -> None:
    (line,) = await desk.db.read(lambda connection: storylist.told(connection, None, limit=10, skip=0))
    told = await desk.db.read(lambda connection: storylist.what_was_told(connection, line.id))
    assert [[one.novelty for one in told[key].developments] for key in sorted(told)] == [
        [Novelty.NEW],
        [Novelty.CHANGED],
    ]
    assert {one.topics for one in told.values()} == {("bases",)}


async def test_the_source_of_an_article_is_told_and_none_for_one_that_is_not_there(desk: Newsdesk) -> None:
    (first, *_) = desk.column("item", "id")
    source = await desk.db.read(lambda connection: itempage.source(connection, first))
    assert source is not None
    assert (source.origin, source.chain, source.is_anonymous, source.rewrite_of) == (None, (), False, None)
    assert await desk.db.read(lambda connection: itempage.source(connection, 999)) is None
