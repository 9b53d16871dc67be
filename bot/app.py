"""Wiring: takes a checked configuration and builds the running bot from it. Decides nothing else.

feeds ─Poller→ Pipeline ─one transaction→ outbox ─Dispatcher→ console, Slack, Discord; gateways bring commands in.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from rich.console import Console
from sqlalchemy import Connection

from adapters.feeds.article import WebArticleReader
from adapters.feeds.parse import PooledParser
from adapters.feeds.web import WebFeeds
from adapters.http import HttpFetcher
from adapters.webserver import Ask, WebServer
from bot import __version__, narrowing, pacing, pages, platforms, vitals
from bot.clock import SystemClock
from bot.cluster.office import GuardedGateway, office_of
from bot.cluster.presence import Presence
from bot.cluster.share import Role, Share, Task
from bot.commands.desk import Tools
from bot.commands.lending import lend
from bot.commands.run import Commands
from bot.config import Config, find_place
from bot.credentials import Credentials
from bot.delivery.decisions import Policy
from bot.delivery.dispatcher import Dispatcher, log_outcome
from bot.delivery.engine import both
from bot.delivery.latency import Latency
from bot.digesting import Digests
from bot.errors import ConfigError, StoreError
from bot.gatekeeping import Waits
from bot.housekeeping import Housekeeping
from bot.listening import listen
from bot.pages import Page, Vitals
from bot.pipeline import Pipeline
from bot.places import PlaceKeeper
from bot.platforms import Surfaces
from bot.poller import Poller, PollerSettings
from bot.polling import MAX_INTERVAL, MIN_INTERVAL, FeedRow, FeedSpec, IngestResult, PollSummary, PollUpdate
from bot.ports import Clock, FirstTime, Gateway, ParsedFeed, Place
from bot.reading import Reader
from bot.reload import RuleWatcher
from bot.resources import load_lexicon
from bot.revisiting import Revisiting
from bot.ringing import Ringer
from bot.rulehistory import FileHistory, folder_beside
from bot.ruleworks import RuleWorks
from bot.schedule import Ticker
from bot.secret import Secret
from bot.store import address, archive, channels, feeds, handled, search, subscriptions
from bot.store.db import Database
from bot.testedrules import MANY, RuleLoader
from bot.upkeep import Upkeep
from bot.window import Window
from rules.errors import Fault, RuleFileError, TocsinError, guess
from rules.extract import Extractor
from rules.extract.language import detect_language
from rules.extract.sentences import find_sentences
from rules.ledger import Policy as LedgerPolicy
from rules.match import Matcher
from rules.ruleset import RuleSet
from rules.stories import StoryWords
from rules.summary import summarise
from rules.text import Span
from rules.vocabulary import Lexicon

log = structlog.get_logger("tocsin.app")
RELOAD_SECONDS = 2.0  # how soon a changed rule file is seen
SAMPLE_TEXTS = 1_000  # of the archive, to learn which words are rare; counted in a third of a second
RELOAD_LIMIT = 120.0  # compiling a very large rule set takes its time
NOTICE_SECONDS = 60.0
MEMORY_SECONDS = 1.0  # for noting an event: Slack and Discord wait three seconds for a sign of life
REVISIT_SECONDS = 600.0
PRUNE_SECONDS = 6 * 3600.0
DIGEST_SECONDS = 30.0
TICK_SECONDS = 15.0  # how soon a due feed is seen (PROMISES 4e: at most 30 s, so that a sleeping laptop catches up)


@dataclass(slots=True)
class App:
    """The bot, built and opened. ``once`` polls and delivers what is due; ``serve`` goes on until told to stop."""

    db: Database
    poller: Poller
    dispatcher: Dispatcher
    commands: Commands
    upkeep: Upkeep
    digests: Digests
    housekeeping: Housekeeping | None = None
    revisiting: Revisiting | None = None
    web: WebServer | None = None
    gateways: Sequence[Gateway] = ()
    platforms: Sequence[str] = ()  # those that messages go to
    places: PlaceKeeper | None = None
    presence: Presence | None = None  # among the processes that share the database; None: it is ours alone
    share: Share | None = None  # of the work; None: all of it
    clock: Clock = field(default_factory=SystemClock)

    async def once(self) -> PollSummary:
        """Poll everything that is due, deliver what can be delivered, and return what was polled."""
        polled = await self.poller.run_due()
        await self.digests.tick()
        await self.dispatcher.drain()
        return polled

    async def serve(self) -> None:
        """Poll, deliver and answer commands until SIGTERM or SIGINT. Raises DeliveryError for a refused token."""
        if self.web is not None:
            await self._listen(self.web)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        ticker = self._ticker()
        ticker.start()
        tasks: list[asyncio.Task[object]] = [asyncio.create_task(stop.wait())]
        tasks += [asyncio.create_task(_awaited(task)) for task in self._share().tasks]
        if self.gateways and self.places is not None:
            tasks.append(asyncio.create_task(listen(self.gateways, self.platforms, self.places.refused)))
        log.info("running", gateways=[gateway.platform for gateway in self.gateways])
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await ticker.stop()
            if self.web is not None:
                await self.web.close()
            for gateway in self.gateways:
                await gateway.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    def _share(self) -> Share:
        return self.share or Share(poll=self.poller.tick, tasks=(self.dispatcher.run,))

    def _ticker(self) -> Ticker:
        ticker, share = Ticker(self.clock), self._share()
        if share.poll is not None:
            ticker.every(TICK_SECONDS, "poll", share.poll)
        ticker.every(RELOAD_SECONDS, "reload", self.upkeep.reload, limit=RELOAD_LIMIT)
        if share.keeps_house:
            ticker.every(DIGEST_SECONDS, "digests", self.digests.tick)
            ticker.every(NOTICE_SECONDS, "feed notices", self.upkeep.tell_of_feeds)
        if self.housekeeping is not None and share.keeps_house:
            ticker.every(NOTICE_SECONDS, "silence watch", self.housekeeping.watch)
            ticker.every(NOTICE_SECONDS, "floods", self.housekeeping.mute_floods)
            ticker.every(PRUNE_SECONDS, "pruning", self.housekeeping.prune)
        if self.revisiting is not None and share.revisits:
            ticker.every(REVISIT_SECONDS, "pages", self.revisiting.tick, limit=REVISIT_SECONDS)
        for seconds, name, tick in share.ticks:
            ticker.every(seconds, name, tick)
        return ticker

    async def _listen(self, server: WebServer) -> None:
        try:
            await server.start()
        except OSError as error:
            await server.close()
            raise TocsinError(f"web.listen in tocsin.yaml: cannot listen there: {error.strerror or error}") from error


async def _awaited(task: Task) -> object:
    return await task()


def check_topics(config: Config, ruleset: RuleSet, name: str) -> None:
    """Hold the topics that channels name against the rules. Raises ConfigError with every unknown one."""
    faults = topic_faults(config, ruleset, name)
    if faults:
        raise ConfigError(faults)


def topic_faults(config: Config, ruleset: RuleSet, name: str) -> list[Fault]:
    """Return a fault for each topic that a channel of tocsin.yaml names and no rule file has."""
    unknown = [
        (number, place, topic)
        for number, channel in enumerate(config.channels)
        for place, topic in enumerate(channel.topics)
        if topic not in ruleset.topics
    ]
    faults = []
    for number, place, topic in unknown:
        line, column = find_place(name, ("channels", number, "topics", place))
        text = f'no rule file has a topic "{topic}"{guess(topic, ruleset.topics)} ({", ".join(ruleset.topics)})'
        path = f"channels[{number}].topics[{place}]"
        faults.append(Fault(file=name, line=line, column=column, path=path, text=text, code="TC158"))
    return faults


@contextlib.asynccontextmanager
async def opened(
    config: Config,
    base: Path,
    credentials: Credentials,
    *,
    name: str = "tocsin.yaml",
    console: Console | None = None,
    environment: Mapping[str, str] | None = None,
    is_single_run: bool = False,
    roles: Collection[Role] = tuple(Role),
) -> AsyncIterator[App]:
    """Build the bot, give it out, and close everything afterwards. Raises TocsinError when it cannot be built.

    ``is_single_run``: messages do not wait for what may belong to them, since nobody is there to post them later.
    ``roles``: what this process is to do of the work, for those that look.
    """
    clock = SystemClock()
    lexicon = load_lexicon([base / path for path in config.lexicon])
    environment = os.environ if environment is None else environment
    where = address.read(config.database, base, environment)
    db = Database(where)
    loader = RuleLoader(lexicon)
    history = FileHistory(folder_beside(address.anchor(where, base)))

    def load_change(documents: Mapping[str, str]) -> RuleSet:
        """Load a change of the rules; one that the next start would refuse is refused now."""
        ruleset = loader.load_tested(documents)
        if faults := topic_faults(config, ruleset, name):
            raise RuleFileError(faults)
        return ruleset

    watcher = RuleWatcher(config.rules, base, loader.load, history, tested=load_change)
    applied = await asyncio.to_thread(watcher.start, clock.now())
    check_topics(config, applied.ruleset, name)
    db.open()
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(db.close)
        watcher.keep_start()
        await db.tx(lambda connection: _sync(connection, config, clock))
        commands = Commands(db, clock, applied.ruleset.topics)
        admin = [
            Place(platform=one.platform, workspace=one.workspace, channel=one.channel) for one in config.admin_channels
        ]
        presence = Presence(db, clock, roles) if db.is_shared else None
        if presence is not None:
            stack.push_async_callback(presence.leave)
        keeper = PlaceKeeper(db, clock, admin, lambda: commands.tools.wake())
        surfaces = Surfaces(
            commands=commands,
            db=db,
            clock=clock,
            places=keeper,
            first_time=_memory(db, clock),
            console=console,
            alone=partial(_guarded, db, clock, presence),
        )
        built = platforms.build(surfaces, config, credentials, base, stack, environment)
        messengers, gateways = built.messengers, built.gateways
        waits = pacing.waits(config, is_single_run=is_single_run)
        if len(applied.ruleset.rules) >= MANY:
            loader.learn(await db.read(lambda connection: archive.newest_texts(connection, SAMPLE_TEXTS)))
        matcher = loader.matcher(applied.ruleset)
        latency = Latency()
        dispatcher = Dispatcher(
            db,
            messengers,
            clock,
            policy=_policy(config),
            admin_lanes=admin,
            sole_owner=not db.is_shared,
            observe=both(log_outcome, latency.note),
        )
        poller, pipeline, articles = await _intake(
            config, lexicon, matcher, db, clock, stack, waits, admin, dispatcher.wake, commands.tools
        )

        def swap(ruleset: RuleSet) -> None:
            nonlocal matcher
            matcher = loader.matcher(ruleset)
            pipeline.use(matcher, ruleset.topics)
            commands.topics = dict(ruleset.topics)
            lend(commands.tools, ruleset, lexicon)

        lend(commands.tools, applied.ruleset, lexicon, pipeline.regroup)
        commands.tools.wake = dispatcher.wake
        while await db.tx(lambda connection: search.index_of(connection).catch_up(connection)):
            pass  # an archive from before there was an index, taken in by portions
        upkeep = Upkeep(db, clock, watcher, swap, admin, dispatcher.wake, lambda: matcher.failures)
        commands.tools.works = RuleWorks(upkeep, loader, db, clock)
        yield App(
            db=db,
            poller=poller,
            dispatcher=dispatcher,
            commands=commands,
            upkeep=upkeep,
            digests=Digests(db, clock, dispatcher.wake),
            housekeeping=Housekeeping(db, clock, admin, dispatcher.wake),
            revisiting=Revisiting(db, clock, articles, pipeline.take_back, dispatcher.wake) if articles else None,
            web=_web(config, db, upkeep, latency, clock),
            gateways=gateways if Role.DELIVER in roles else (),
            platforms=tuple(messengers),
            places=keeper,
            presence=presence,
            share=_whole(poller, dispatcher, presence),
            clock=clock,
        )


def _whole(poller: Poller, dispatcher: Dispatcher, presence: Presence | None) -> Share:
    tasks = (dispatcher.run,) if presence is None else (dispatcher.run, presence.run)
    return Share(poll=poller.tick, tasks=tasks)


def _guarded(db: Database, clock: Clock, presence: Presence | None, gateway: Gateway, token: Secret) -> Gateway:
    """Let one process at a time run a gateway, where several have its token."""
    if presence is None:
        return gateway
    return GuardedGateway(gateway, office_of(gateway.platform, token), db, clock, presence.key)


def _web(config: Config, db: Database, upkeep: Upkeep, latency: Latency, clock: Clock) -> WebServer | None:
    if not config.web.enabled:
        return None

    def page(write: Callable[[Vitals], Page]) -> Ask:
        async def answer() -> Page:
            now, watcher, failing = clock.now(), upkeep.watcher, upkeep.failing()
            found = await db.read(lambda connection: vitals.collect(connection, watcher, failing, now))
            return write(replace(found, latency=latency.histogram()))

        return answer

    host, port = config.web.address
    found = {"/healthz": page(pages.health), "/readyz": page(pages.ready), "/metrics": page(pages.metrics)}
    return WebServer(found, host=host, port=port)


def _policy(config: Config) -> Policy:
    return Policy(gap=config.delivery.pace, gaps={"console": 0.0})


def _sync(connection: Connection, config: Config, clock: Clock) -> None:
    """Bring the feeds and subscriptions of tocsin.yaml into the database."""
    now = clock.now()
    specs = [
        FeedSpec(
            url=feed.url,
            outlet=feed.outlet,
            lang=feed.lang,
            tier=feed.tier,
            min_interval=feed.every,
            max_interval=feed.every,
        )
        for feed in config.feeds
    ]
    feeds.sync(connection, specs, now)
    listed = set()
    for channel in config.channels:
        place = Place(platform=channel.platform, workspace=channel.workspace, channel=channel.channel)
        for topic in channel.topics:
            listed.add((str(place), topic))
            subscriptions.subscribe(
                connection,
                place,
                topic,
                severity=channel.severity,
                threads=channel.threads,
                by="tocsin.yaml",
                at=now,
                configured=True,
            )
    subscriptions.drop_unlisted(connection, listed, now)
    paces = pacing.paces(config)
    channels.forget_paces(connection, paces)
    for lane, pace in paces.items():
        channels.save_pace(connection, lane, pace)


async def _intake(
    config: Config,
    lexicon: Lexicon,
    matcher: Matcher,
    db: Database,
    clock: Clock,
    stack: contextlib.AsyncExitStack,
    waits: Waits,
    admin: Sequence[Place],
    wake: Callable[[], None],
    tools: Tools,
) -> tuple[Poller, Pipeline, WebArticleReader | None]:
    polling = config.polling
    contact = f"; +{polling.contact}" if polling.contact else ""
    fetcher = HttpFetcher(
        user_agent=f"Tocsin/{__version__} (policy alerts{contact})",
        timeout=polling.timeout,
        max_bytes=polling.max_body,
        allow_private=polling.allow_private,
    )
    stack.push_async_callback(fetcher.close)
    parser = PooledParser(workers=polling.parsers)
    stack.push_async_callback(parser.close)
    tools.feeds = WebFeeds(fetcher, parser)
    articles = WebArticleReader(fetcher, pace=polling.page_pace) if polling.articles else None
    if articles is not None:
        stack.push_async_callback(articles.close)
    words = StoryWords.of(lexicon)

    def sentences(text: str, lang: str) -> Sequence[Span]:
        return find_sentences(text, lexicon, lang)

    pipeline = Pipeline(
        db,
        Reader(
            Extractor(lexicon), sentences, articles, lexicon.tier, detect=lambda text: detect_language(text, lexicon)
        ),
        matcher,
        Ringer(
            matcher.ruleset.topics,
            lambda text, lang, claims: [one[1:] for one in summarise(text, claims, sentences(text, lang))],
            story_window=timedelta(seconds=config.delivery.story_window),
            tier_of=lexicon.tier,
            policy=LedgerPolicy(contains=lexicon.contains),
            waits=waits,
            admin=[str(place) for place in admin],
            narrow=narrowing.reader(lexicon),
        ),
        Window(words),
        clock,
        contains=lexicon.contains,
        freshness=timedelta(seconds=polling.freshness),
    )
    await db.tx(pipeline.load_index)
    settings = PollerSettings(
        workers=polling.workers,
        min_interval=max(polling.every, MIN_INTERVAL),
        max_interval=max(polling.every, MAX_INTERVAL),
    )

    async def ingest(feed: FeedRow, parsed: ParsedFeed, update: PollUpdate) -> IngestResult:
        result = await pipeline.ingest(feed, parsed, update)
        wake()  # what rings goes out now, not at the dispatcher's next look
        return result

    poller = Poller(db, fetcher, parser, ingest, clock, settings=settings)
    stack.push_async_callback(poller.close)
    return poller, pipeline, articles


def _memory(db: Database, clock: Clock) -> FirstTime:
    """Remember events across restarts; where the database is slow, people are answered all the same."""

    async def first_time(key: str) -> bool:
        try:
            async with asyncio.timeout(MEMORY_SECONDS):
                return await db.tx(lambda connection: handled.add(connection, key, clock.now()))
        except (TimeoutError, StoreError):
            return True

    return first_time
