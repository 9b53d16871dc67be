"""Wiring of the intake: feeds ─Poller→ entries ─Reader→ items with claims ─Pipeline→ stories, ledger, alerts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.config import Config, Polling
from bot.feeds.poller import Poller, PollerSettings
from bot.feeds.polling import FeedRow, IngestResult, PollUpdate
from bot.feeds.reading import Reader
from bot.feeds.rhythm import MAX_INTERVAL, MIN_INTERVAL
from bot.fetching import Web
from bot.pipeline import Pipeline
from bot.ports import ArticleReader, Clock, ParsedFeed
from bot.ringing import narrowing
from bot.ringing.gatekeeping import Waits
from bot.ringing.rings import Ringer
from bot.store.db import Database
from bot.window import Window
from rules.extract import Extractor
from rules.extract.language import detect_language
from rules.extract.sentences import find_sentences
from rules.ledger import Policy
from rules.match import Matcher
from rules.stories import StoryWords
from rules.summary import summarise
from rules.text import Span
from rules.vocabulary import Lexicon


def build_pipeline(
    config: Config,
    lexicon: Lexicon,
    matcher: Matcher,
    db: Database,
    clock: Clock,
    *,
    articles: ArticleReader | None,
    waits: Waits,
    admin: Sequence[str],
) -> Pipeline:
    """Build what makes items and alerts of entries.

    ``articles`` reads pages, None where they are not to be fetched; ``admin`` are the lanes that hear of a channel's
    rate cap.
    """

    def sentences(text: str, lang: str) -> Sequence[Span]:
        return find_sentences(text, lexicon, lang)

    reader = Reader(
        Extractor(lexicon), sentences, articles, lexicon.tier, detect=lambda text: detect_language(text, lexicon)
    )
    ringer = Ringer(
        matcher.ruleset.topics,
        lambda text, lang, claims: [one[1:] for one in summarise(text, claims, sentences(text, lang))],
        story_window=timedelta(seconds=config.delivery.story_window),
        tier_of=lexicon.tier,
        policy=Policy(contains=lexicon.contains),
        waits=waits,
        admin=admin,
        narrow=narrowing.reader(lexicon),
    )
    return Pipeline(
        db,
        reader,
        matcher,
        ringer,
        Window(StoryWords.of(lexicon)),
        clock,
        contains=lexicon.contains,
        freshness=timedelta(seconds=config.polling.freshness),
    )


def build_poller(
    polling: Polling, pipeline: Pipeline, db: Database, clock: Clock, web: Web, wake: Callable[[], None]
) -> Poller:
    """Build what polls; ``wake`` is called after every poll, so that what rings goes out at once."""
    settings = PollerSettings(
        workers=polling.workers,
        min_interval=max(polling.every, MIN_INTERVAL),
        max_interval=max(polling.every, MAX_INTERVAL),
    )

    async def ingest(feed: FeedRow, parsed: ParsedFeed, update: PollUpdate) -> IngestResult:
        result = await pipeline.ingest(feed, parsed, update)
        wake()
        return result

    return Poller(db, web.fetcher, web.parser, ingest, clock, settings=settings)
