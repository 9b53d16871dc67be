"""The running bot: what is done when, until somebody says stop. Decides nothing else."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from adapters.webserver import WebServer
from bot import heap
from bot.cluster.presence import Presence
from bot.cluster.share import Share, Task
from bot.commands.run import Commands
from bot.delivery.dispatcher import Dispatcher
from bot.errors import ConfigError
from bot.feeds.poller import Poller
from bot.feeds.polling import PollSummary
from bot.feeds.revisiting import Revisiting
from bot.housekeeping import Housekeeping
from bot.listening import listen
from bot.places import PlaceKeeper
from bot.ports import Clock, Gateway
from bot.schedule import Ticker
from bot.store.db import Database
from bot.telling.digesting import Digests
from bot.upkeep import Upkeep
from rules.errors import TocsinError

log = structlog.get_logger("tocsin.app")
RELOAD_SECONDS = 2.0  # how soon a changed rule file is seen
RELOAD_LIMIT = 120.0  # compiling a very large rule set takes its time
NOTICE_SECONDS = 60.0
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
    housekeeping: Housekeeping
    revisiting: Revisiting | None  # None: no pages are fetched
    web: WebServer | None
    needs_web: bool  # so that the bot does not start where it cannot listen
    gateways: Sequence[Gateway]
    platforms: Sequence[str]  # those that messages go to
    places: PlaceKeeper
    presence: Presence | None  # among the processes that share the database; None: it is ours alone
    share: Share  # of the work
    clock: Clock

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
        heap.settle()
        ticker = self._ticker()
        ticker.start()
        tasks: list[asyncio.Task[object]] = [asyncio.create_task(stop.wait())]
        tasks += [asyncio.create_task(_awaited(task)) for task in self.share.tasks]
        if self.gateways:
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

    def _ticker(self) -> Ticker:
        ticker, share = Ticker(self.clock), self.share
        if share.poll is not None:
            ticker.every(TICK_SECONDS, "poll", share.poll)
        ticker.every(RELOAD_SECONDS, "reload", self.upkeep.reload, limit=RELOAD_LIMIT)
        if share.keeps_house:
            ticker.every(DIGEST_SECONDS, "digests", self.digests.tick)
            ticker.every(NOTICE_SECONDS, "feed notices", self.upkeep.tell_of_feeds)
            ticker.every(NOTICE_SECONDS, "silence watch", self.housekeeping.watch)
            ticker.every(NOTICE_SECONDS, "floods", self.housekeeping.mute_floods)
            ticker.every(PRUNE_SECONDS, "pruning", self.housekeeping.prune)
        if self.revisiting is not None and share.revisits:
            ticker.every(REVISIT_SECONDS, "pages", self.revisiting.tick, limit=REVISIT_SECONDS)
        return ticker

    async def _listen(self, server: WebServer) -> None:
        """Serve the web page. What is in its way matters only to those who asked for the page in tocsin.yaml."""
        try:
            await server.start()
        except (OSError, ConfigError) as error:
            await server.close()
            why = error.strerror if isinstance(error, OSError) else str(error)
            if not self.needs_web:
                told = log.warning if self.presence is None else log.info  # of several workers one has it, by design
                told("no web page", address=server.address, reason=why)
            elif isinstance(error, OSError):
                raise TocsinError(f"web.listen in tocsin.yaml: cannot listen there: {why}") from error
            else:
                raise


async def _awaited(task: Task) -> object:
    return await task()
