"""From a feed's entry to an item with its claims: choose the text, then extract. Nothing is stored here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import structlog

from bot.errors import FetchError, ParseError
from bot.feeds.identity import Identified
from bot.feeds.polling import FeedRow
from bot.ports import ArticleReader
from bot.secret import without_secrets
from bot.store.items import Stage
from rules.model import Claim, Extraction, Item, ItemId, Provenance
from rules.text import Span
from rules.wording import count

log = structlog.get_logger("tocsin.reading")
LONGEST = 100_000  # code points of a text that are read; ten times a long article
SURE = 400  # code points of a text from which its own language counts more than what its feed says
FULL_TEXT = 800  # code points from which an entry's own content counts as the whole article


class TextFrom(StrEnum):
    """Where an item's text was taken from, best first."""

    ARTICLE = "article"
    CONTENT = "content"
    SUMMARY = "summary"
    TITLE = "title"


FindSentences = Callable[[str, str], Sequence[Span]]
"""Takes a text and its language; returns the spans of its sentences in order."""


class Extracts(Protocol):
    """Reads claims out of a text."""

    def extract(self, text: str, *, title: str = "", outlet: str = "", lang: str | None = None) -> Extraction:
        """Return every claim with the provenance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An entry made ready to be stored. The item's id is not yet its own."""

    identified: Identified
    item: Item
    text_from: TextFrom
    extraction: Extraction
    sentences: tuple[Span, ...]
    trace: tuple[Stage, ...]

    def passage(self, claim: Claim) -> str:
        """Return the sentence that holds a claim, or an empty string where it runs over several."""
        for start, end in self.sentences:
            if start <= claim.start and claim.end <= end:
                return self.item.text[start:end]
        return ""


class Reader:
    """Reads entries with one extractor; ``articles`` is None where pages are not to be fetched.

    ``tier_of`` says how much weight a listed outlet has, for feeds that do not say it themselves. ``detect`` names the
    language of a text; without it, what the feed says of its language is believed.
    """

    def __init__(
        self,
        extractor: Extracts,
        find_sentences: FindSentences,
        articles: ArticleReader | None,
        tier_of: Callable[[str], int | None] = lambda _outlet: None,
        *,
        detect: Callable[[str], str] | None = None,
    ) -> None:
        self._detect = detect
        self._one_thread = asyncio.Lock()  # several would only take the interpreter from each other and the writer
        self._extractor = extractor
        self._tier_of = tier_of
        self._find_sentences = find_sentences
        self._articles = articles

    async def read(self, feed: FeedRow, identified: Identified, *, now: datetime, with_article: bool) -> Reading:
        """Choose the entry's text and extract from it. A page that cannot be had is recorded, never raised."""
        (reading,) = await self.read_all(feed, [identified], now=now, with_article=with_article)
        return reading

    async def read_all(
        self, feed: FeedRow, entries: Sequence[Identified], *, now: datetime, with_article: bool
    ) -> list[Reading]:
        """Do the same for entries of one poll: page after page, then all texts in one thread."""
        texts = [await self._text(one, with_article=with_article) for one in entries]

        def extracted() -> list[Reading]:
            return [self._reading(feed, one, text, now) for one, text in zip(entries, texts, strict=True)]

        if not entries:
            return []
        async with self._one_thread:
            return await asyncio.to_thread(extracted)

    def _reading(
        self, feed: FeedRow, identified: Identified, chosen: tuple[str, TextFrom, str], now: datetime
    ) -> Reading:
        entry = identified.entry
        whole, text_from, why = chosen
        text = whole[:LONGEST]
        outlet = feed.name
        lang, why_lang = self._language(text, feed.lang or entry.lang)
        extraction, failed = self._extract(text, title=entry.title, outlet=outlet, lang=lang)
        item = Item(
            id=ItemId(0),
            outlet=outlet,
            title=entry.title or text[:120],
            text=text,
            url=identified.url,
            published=entry.published,
            fetched=now,
            lead=entry.summary,
            lang=extraction.lang,
            tier=feed.tier if feed.tier is not None else self._tier_of(outlet),
        )
        found = f"{count(len(extraction.figures), 'figure')}, {count(len(extraction.positions), 'position')}"
        trace = (
            stage("fetched", "ok", f"from {without_secrets(feed.url)}"),
            stage("identity", identified.verdict.value, identified.identity),
            stage("text", text_from.value, why + _cut(len(whole))),
            stage("extracted", "ok" if extraction.claims else "none", failed or found + why_lang),
        )
        return Reading(
            identified=identified,
            item=item,
            text_from=text_from,
            extraction=extraction,
            sentences=tuple(self._find_sentences(text, extraction.lang)),
            trace=trace,
        )

    def _extract(self, text: str, *, title: str, outlet: str, lang: str | None) -> tuple[Extraction, str]:
        """Return what a text says, and why that is nothing where reading it failed: its feed must not wait for it."""
        try:
            return self._extractor.extract(text, title=title, outlet=outlet, lang=lang), ""
        except Exception as error:
            log.exception("extraction failed", outlet=outlet, title=title)
            nothing = Extraction(lang=lang or "", figures=(), positions=(), provenance=Provenance())
            return nothing, f"reading it failed ({type(error).__name__}: {error}); it is searchable, without figures"

    def _language(self, text: str, said: str | None) -> tuple[str | None, str]:
        """Return the language to read a text in, and why it is not the one that its feed names.

        A feed that names one language and carries articles in another is common. The text is believed where it is
        long enough to tell and both of its halves tell the same.
        """
        if said is None or self._detect is None or len(text) < SURE:
            return said, ""
        half = min(len(text), 4 * SURE) // 2
        found = self._detect(text[:half])
        if found == said.partition("-")[0].lower() or found != self._detect(text[half : 2 * half]):
            return said, ""
        return found, f"; read as {found}: the text is not in {said}, which its feed names"

    async def _text(self, identified: Identified, *, with_article: bool) -> tuple[str, TextFrom, str]:
        entry = identified.entry
        if len(entry.content) >= FULL_TEXT:
            return entry.content, TextFrom.CONTENT, "the feed carries the whole text"
        own = max(entry.content, entry.summary, key=len)
        own_from = TextFrom.CONTENT if own == entry.content and own else TextFrom.SUMMARY
        if self._articles is None or not with_article or not identified.url:
            why = "no link" if not identified.url else "pages are not fetched for this entry"
        else:
            try:
                article = await self._articles.read(identified.url)
            except (FetchError, ParseError) as error:
                why = f"the page could not be used ({error.reason}: {error.detail})"
            else:
                if len(article.text) > len(own):
                    return article.text, TextFrom.ARTICLE, "the page's main text"
                why = "the page holds no more than the feed"
        if own:
            return own, own_from, why
        return entry.title, TextFrom.TITLE, f"{why}; the entry has no text of its own"


def _cut(length: int) -> str:
    return f"; only the first {LONGEST:,} of {length:,} characters are read" if length > LONGEST else ""


def stage(name: str, outcome: str, reason: str) -> Stage:
    """Make one stage of an item's way, as `why` shows it."""
    return {"stage": name, "outcome": outcome, "reason": reason}
