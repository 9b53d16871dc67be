"""Wiring: takes a checked configuration and builds the running bot from it. Decides nothing else.

feeds ─Poller→ Pipeline ─one transaction→ outbox ─Dispatcher→ console, Slack, Discord; gateways bring commands in.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.webserver import Ask, WebServer, routes
from bot import pages, platforms, vitals
from bot.clock import SystemClock
from bot.cluster.presence import Presence
from bot.cluster.share import Role, Share
from bot.commands.desk import Desk
from bot.commands.run import Commands
from bot.config import Config
from bot.configured import check_topics, sync, topic_faults
from bot.credentials import Credentials
from bot.delivering import Delivering, delivering
from bot.delivery.latency import Latency
from bot.feeds.poller import Poller
from bot.feeds.revisiting import Revisiting
from bot.fetching import Web, open_web
from bot.housekeeping import Housekeeping
from bot.intake import build_pipeline, build_poller
from bot.pages import Page, Vitals
from bot.places import PlaceKeeper
from bot.platforms import Surfaces
from bot.ports import Clock
from bot.resources import load_lexicon
from bot.ringing import pacing
from bot.rulebook.history import FileHistory, folder_beside
from bot.rulebook.inuse import RulesInUse
from bot.rulebook.reload import RuleWatcher
from bot.rulebook.tested import MANY, RuleLoader
from bot.rulebook.works import RuleWorks
from bot.serving import App
from bot.store import address, archive, search
from bot.store.address import Address
from bot.store.db import Database
from bot.telling.digesting import Digests
from bot.upkeep import Upkeep
from rules.errors import RuleFileError
from rules.ruleset import RuleSet
from rules.vocabulary import Lexicon

if TYPE_CHECKING:
    from aiohttp.web import Application
    from rich.console import Console

SAMPLE_TEXTS = 1_000  # of the archive, to learn which words are rare; counted in a third of a second


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
    begun: Delivering | None = None,
) -> AsyncIterator[App]:
    """Build the bot, give it out, and close everything afterwards. Raises TocsinError when it cannot be built.

    ``begun``: what delivers already, to build the rest around; its owner closes it.
    ``is_single_run``: messages do not wait for what may belong to them, since nobody is there to post them later.
    ``roles``: what this process is to do of the work, for those that look.
    """
    clock = SystemClock()
    where = address.read(config.database, base, os.environ if environment is None else environment)
    rules = await _rules(config, base, where, clock, name)
    async with contextlib.AsyncExitStack() as stack:
        posting = begun
        if posting is None:
            made = delivering(config, base, credentials, where, environment=environment, console=console)
            posting = await stack.enter_async_context(made)
        db, dispatcher = posting.db, posting.dispatcher
        rules.watcher.keep_start()
        await _prepare(db, config, clock, rules)
        presence = Presence(db, clock, roles) if db.is_shared else None
        if presence is not None:
            stack.push_async_callback(presence.leave)
        admin = [one.place for one in config.admin_channels]
        commands = Commands(db, clock, rules.ruleset.topics)
        keeper = PlaceKeeper(db, clock, admin, lambda: commands.tools.wake())
        surfaces = Surfaces(commands=commands, db=db, clock=clock, places=keeper, presence=presence)
        gateways = platforms.build(surfaces, posting.senders, config, credentials)
        wake = commands.tools.wake = dispatcher.wake
        web = open_web(config.polling, stack)
        commands.tools.feeds = web.feeds
        matcher = rules.loader.matcher(rules.ruleset)
        waits = pacing.waits(config, is_single_run=is_single_run)
        lanes = [str(place) for place in admin]
        pipeline = build_pipeline(
            config, rules.lexicon, matcher, db, clock, articles=web.articles, waits=waits, admin=lanes
        )
        await db.tx(pipeline.load_index)
        poller = build_poller(config.polling, pipeline, db, clock, web, wake)
        stack.push_async_callback(poller.close)
        in_use = RulesInUse(matcher, rules.loader, rules.lexicon, pipeline, commands)
        upkeep = Upkeep(db, clock, rules.watcher, in_use.swap, admin, wake, in_use.failing)
        commands.tools.works = RuleWorks(upkeep, rules.loader, db, clock, web.articles)
        monitors = _monitors(db, upkeep, posting.latency, poller, web, clock)
        web_server = _web(config, credentials, monitors, commands.desk, address.anchor(where, base))
        tasks = (posting.run,) if presence is None else (posting.run, presence.run)
        yield App(
            db=db,
            poller=poller,
            dispatcher=dispatcher,
            commands=commands,
            upkeep=upkeep,
            digests=Digests(db, clock, wake),
            housekeeping=Housekeeping(db, clock, admin, wake),
            revisiting=Revisiting(db, clock, web.articles, pipeline.take_back, wake) if web.articles else None,
            web=web_server,
            needs_web="web" in config.model_fields_set,
            gateways=gateways if Role.DELIVER in roles else (),
            platforms=tuple(posting.senders.messengers),
            places=keeper,
            presence=presence,
            share=Share(poll=poller.tick, tasks=tasks),
            clock=clock,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """The rules as the bot starts with them, and what looks after their files."""

    lexicon: Lexicon
    loader: RuleLoader
    watcher: RuleWatcher
    ruleset: RuleSet


async def _rules(config: Config, base: Path, where: Address, clock: Clock, name: str) -> _Rules:
    """Load the rules. Raises TocsinError with every fault, and where a channel follows what no rule has."""
    lexicon = load_lexicon([base / path for path in config.lexicon])
    loader = RuleLoader(lexicon)
    history = FileHistory(folder_beside(address.anchor(where, base)))
    watcher = RuleWatcher(config.rules, base, loader.load, history, tested=_load_change(loader, config, name))
    ruleset = (await asyncio.to_thread(watcher.start, clock.now())).ruleset
    check_topics(config, ruleset, name)
    return _Rules(lexicon=lexicon, loader=loader, watcher=watcher, ruleset=ruleset)


def _load_change(loader: RuleLoader, config: Config, name: str) -> Callable[[Mapping[str, str]], RuleSet]:
    """Return what loads a change of the rules: one that the next start would refuse is refused now."""

    def load(documents: Mapping[str, str]) -> RuleSet:
        ruleset = loader.load_tested(documents)
        if faults := topic_faults(config, ruleset, name):
            raise RuleFileError(faults)
        return ruleset

    return load


async def _prepare(db: Database, config: Config, clock: Clock, rules: _Rules) -> None:
    """Bring the database up to what the files say, and learn from it what a large rule set wants to know."""
    await db.tx(lambda connection: sync(connection, config, clock.now()))
    while await db.tx(lambda connection: search.index_of(connection).catch_up(connection)):
        pass  # an archive from before there was an index, taken in by portions
    if len(rules.ruleset.rules) >= MANY:
        rules.loader.learn(await db.read(lambda connection: archive.newest_texts(connection, SAMPLE_TEXTS)))


def _web(
    config: Config, credentials: Credentials, monitors: Mapping[str, Ask], desk: Desk, database: Path
) -> WebServer | None:
    """Return the server of the web page, of which nothing is loaded before it starts."""
    if not config.web.enabled:
        return None

    def build() -> Application:
        from bot.web.door import open_door
        from bot.web.site import Site

        return Site(desk, open_door(config.web, credentials.web, database)).application(routes(monitors))

    host, port = config.web.address
    return WebServer(build, host=host, port=port)


def _monitors(
    db: Database, upkeep: Upkeep, latency: Latency, poller: Poller, web: Web, clock: Clock
) -> Mapping[str, Ask]:
    """Return what monitors ask, by address."""

    def page(write: Callable[[Vitals], Page]) -> Ask:
        async def answer() -> Page:
            now, watcher, failing = clock.now(), upkeep.watcher, upkeep.failing()
            found = await db.read(lambda connection: vitals.collect(connection, watcher, failing, now))
            polled = poller.summary
            counted = replace(
                found,
                latency=latency.histogram(),
                polls={reason.value: count for reason, count in polled.counts.items()},
                entries=polled.items.counts,
                parsers_killed=web.parser.killed,
            )
            return write(counted)

        return answer

    return {"/healthz": page(pages.health), "/readyz": page(pages.ready), "/metrics": page(pages.metrics)}
