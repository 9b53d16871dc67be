"""Which text of an entry is read, and what is said of the choice."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.errors import FetchError, FetchReason
from bot.feeds.identity import Identified, Verdict
from bot.feeds.polling import FeedRow
from bot.feeds.reading import FULL_TEXT, LONGEST, Reader, Reading, TextFrom
from bot.ports import Article, Entry
from rules.model import Extraction, Provenance
from rules.text import Span

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
FEED = FeedRow(id=1, url="https://example.org/feed", added_at=NOW, next_due=NOW, outlet="The Example")
URL = "https://example.org/a"


class NoClaims:
    """An extractor that finds nothing; it remembers how much it was given."""

    def __init__(self) -> None:
        self.length = 0

    def extract(self, text: str, *, title: str = "", outlet: str = "", lang: str | None = None) -> Extraction:
        self.length = len(text)
        return Extraction(lang=lang or "en", figures=(), positions=(), provenance=Provenance())


class Pages:
    """An ArticleReader with one page, or one failure."""

    def __init__(self, text: str | None) -> None:
        self.text = text
        self.asked: list[str] = []

    async def read(self, url: str) -> Article:
        self.asked.append(url)
        if self.text is None:
            raise FetchError(url, FetchReason.TIMEOUT, "no answer in 15 s")
        return Article(text=self.text)


async def read(pages: Pages | None, *, summary: str = "", content: str = "", with_article: bool = True) -> Reading:
    entry = Entry(guid="g", url=URL, title="A title", summary=summary, content=content, published=NOW)
    one = Identified(entry=entry, identity="g", url=URL, content_hash=b"", verdict=Verdict.NEW)
    reader = Reader(NoClaims(), lambda text, _lang: (Span(0, len(text)),), pages)
    return await reader.read(FEED, one, now=NOW, with_article=with_article)


def why(reading: Reading) -> str:
    (stage,) = (one for one in reading.trace if one["stage"] == "text")
    return stage["reason"]


async def test_a_summary_is_replaced_by_the_pages_text() -> None:
    pages = Pages("The whole article, which says a good deal more.")
    reading = await read(pages, summary="A summary.")
    assert (reading.text_from, reading.item.text) == (TextFrom.ARTICLE, pages.text)
    assert reading.item.lead == "A summary."


async def test_a_feed_with_the_whole_text_spares_the_page() -> None:
    pages = Pages("never read")
    reading = await read(pages, content="word " * (FULL_TEXT // 4))
    assert reading.text_from is TextFrom.CONTENT
    assert pages.asked == []


async def test_a_page_that_cannot_be_had_leaves_the_summary_and_is_recorded() -> None:
    reading = await read(Pages(None), summary="A summary.")
    assert (reading.text_from, reading.item.text) == (TextFrom.SUMMARY, "A summary.")
    assert "timeout: no answer in 15 s" in why(reading)


async def test_a_page_with_less_than_the_feed_is_not_taken() -> None:
    reading = await read(Pages("Log in."), summary="A summary that says more.")
    assert reading.item.text == "A summary that says more."


async def test_an_entry_without_text_is_read_by_its_title() -> None:
    reading = await read(None)
    assert (reading.text_from, reading.item.text) == (TextFrom.TITLE, "A title")


@pytest.mark.parametrize("length", [LONGEST, LONGEST + 5], ids=["all of it", "the start of it"])
async def test_a_text_beyond_all_measure_is_cut_and_says_so(length: int) -> None:
    reading = await read(Pages("x" * length), summary="A summary.")
    assert len(reading.item.text) == LONGEST
    assert ("only the first 100,000 of 100,005 characters" in why(reading)) is (length > LONGEST)


def seems(text: str) -> str:
    return "de" if "und" in text.split() else "en"


GERMAN = "Der Rat und das Parlament sind sich einig und stimmen zu. " * 40
ENGLISH = "The council and the parliament agree with each other. " * 40


@pytest.mark.parametrize(
    ("text", "said", "read_as"),
    [
        pytest.param(GERMAN, "en", "de", id="a German article in an English feed is read as German"),
        pytest.param(GERMAN, "de-AT", "de-AT", id="a feed that is right is believed"),
        pytest.param(GERMAN, None, "en", id="a feed that says nothing leaves it to the extractor"),
        pytest.param(GERMAN[:300], "en", "en", id="a short text is not believed"),
        pytest.param(ENGLISH[:800] + GERMAN[:900], "fr", "fr", id="a text in two languages is not believed"),
    ],
)
async def test_a_texts_own_language_outranks_what_its_feed_says(text: str, said: str | None, read_as: str) -> None:
    entry = Entry(guid="g", url=URL, title="A title", summary="", content=text, published=NOW)
    one = Identified(entry=entry, identity="g", url=URL, content_hash=b"", verdict=Verdict.NEW)
    reader = Reader(NoClaims(), lambda text, _lang: (Span(0, len(text)),), None, detect=seems)
    reading = await reader.read(replace(FEED, lang=said), one, now=NOW, with_article=False)
    assert reading.item.lang == read_as
    (stage,) = (one for one in reading.trace if one["stage"] == "extracted")
    assert ("read as" in stage["reason"]) == (said is not None and read_as != said)


class OneAtATime(NoClaims):
    """An extractor that notices when two texts are read at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self._free = threading.Lock()
        self.collisions = 0

    def extract(self, text: str, *, title: str = "", outlet: str = "", lang: str | None = None) -> Extraction:
        if not self._free.acquire(blocking=False):
            self.collisions += 1
            return super().extract(text)
        try:
            threading.Event().wait(0.02)  # lets the other threads run
            return super().extract(text)
        finally:
            self._free.release()


async def test_texts_of_several_polls_are_read_one_after_another() -> None:
    extractor = OneAtATime()
    reader = Reader(extractor, lambda text, _lang: (Span(0, len(text)),), None)
    entry = Entry(guid="g", url=URL, title="A title", summary="A summary.", content="", published=NOW)
    one = Identified(entry=entry, identity="g", url=URL, content_hash=b"", verdict=Verdict.NEW)
    await asyncio.gather(*(reader.read(FEED, one, now=NOW, with_article=False) for _ in range(4)))
    assert extractor.collisions == 0
