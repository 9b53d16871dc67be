"""An item on which Tocsin itself fails: kept and named, and nobody else waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.feeds.reading import Reader
from bot.pipeline import Pipeline
from bot.store.db import Database
from bot.window import Window
from rules.match import Matcher
from rules.model import Extraction
from rules.stories import StoryDecision, StoryDocument
from tests.bot.newsdesk import Newsdesk, SmallExtractor, report, sentences
from tests.databases import open_database
from tests.rules.fakes import FakeVocabulary
from tests.rules.story_cases import words

LEAVING = "Washington will withdraw 5000 troops from Germany."
MORE = "Washington will withdraw 8000 troops from Germany."
POISON = "Poisonous"


class TouchyWindow(Window):
    """Fails on one title, as a mistake in the assignment of stories would."""

    def assign(self, document: StoryDocument) -> StoryDecision:
        if POISON in document.title:
            raise ZeroDivisionError("no words left")
        return super().assign(document)


class TouchyExtractor(SmallExtractor):
    """Fails on one title, as a mistake in the extraction would."""

    def extract(self, text: str, *, title: str = "", outlet: str = "", lang: str | None = None) -> Extraction:
        if POISON in title:
            raise RecursionError("too deep")
        return super().extract(text, title=title, outlet=outlet, lang=lang)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


def desk_with(db: Database, *, extractor: SmallExtractor, window: Window) -> Newsdesk:
    desk = Newsdesk(db)
    vocabulary = FakeVocabulary()
    desk.pipeline = Pipeline(
        db,
        Reader(extractor, sentences, desk.pages),
        Matcher(desk.ruleset, vocabulary),
        desk.ringer,
        window,
        desk.clock,
        contains=vocabulary.contains,
        freshness=timedelta(hours=96),
    )
    desk.subscribe()
    return desk


@pytest.fixture
def touchy(db: Database) -> Newsdesk:
    return desk_with(db, extractor=SmallExtractor(), window=TouchyWindow(words()))


async def test_the_other_entries_of_its_poll_ring_and_the_feed_goes_on(touchy: Newsdesk) -> None:
    result = await touchy.feed(report("1", MORE, title=f"{POISON} report"), report("2", LEAVING))
    assert (result.new, result.alerts) == (2, 1)
    assert [row.op for row in touchy.sent()] == ["post", "reply"]
    assert touchy.row().validators.etag is not None


async def test_it_is_kept_with_the_reason_and_not_tried_at_every_poll(touchy: Newsdesk) -> None:
    await touchy.feed(report("1", MORE, title=f"{POISON} report"))
    assert touchy.stages()["held"].startswith("failed: ZeroDivisionError: no words left")
    assert touchy.column("item", "story_id") == [None]
    again = await touchy.feed(report("1", MORE, title=f"{POISON} report"))
    assert (again.new, again.unchanged) == (0, 1)


async def test_an_edit_of_it_is_tried_again_and_rings(touchy: Newsdesk) -> None:
    await touchy.feed(report("1", MORE, title=f"{POISON} report"))
    result = await touchy.feed(report("1", MORE, title="A harmless report"))
    assert (result.edited, result.alerts) == (1, 1)
    assert touchy.column("item", "story_id") == [1]


async def test_what_failed_attracts_no_later_item(touchy: Newsdesk) -> None:
    await touchy.feed(report("1", LEAVING, title=f"{POISON} report"))
    await touchy.feed(report("2", LEAVING))
    assert touchy.stages()["story"].startswith("new: story 1")


async def test_a_text_that_cannot_be_read_is_stored_without_claims(db: Database) -> None:
    desk = desk_with(db, extractor=TouchyExtractor(), window=Window(words()))
    result = await desk.feed(report("1", MORE, title=f"{POISON} report"), report("2", LEAVING))
    assert (result.new, desk.count("item")) == (2, 2)
    assert any("reading it failed (RecursionError: too deep)" in desk.stages(at)["extracted"] for at in (0, 1))
    assert desk.sent()
