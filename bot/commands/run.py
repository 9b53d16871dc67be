"""Runs commands and answers buttons. Reads answer the one who asked; changes leave one visible line: who did what.

words ─parse→ Command ─role→ run ─→ Reply            a button's action ─→ press ─→ Reply
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import replace

import structlog

from bot.commands import (
    channel,
    claims,
    drilling,
    exporting,
    feedlists,
    feedwork,
    following,
    importing,
    judging,
    operating,
    orientation,
    regrouping,
    rhythms,
    rulebook,
    rulechanges,
    rulelives,
    ruletrials,
    scoring,
    searching,
    settings,
    silencing,
    story,
    subscribing,
    taking,
    tidying,
    tracing,
    tuning,
    unsubscribing,
)
from bot.commands.complete import complete
from bot.commands.desk import Desk, Press, Run, Tools
from bot.commands.parse import CommandError, parse
from bot.commands.replies import RUN, answer
from bot.commands.spec import CommandSpec, Role
from bot.commands.taking import CHANGE, DROP, TAKE, UNDO, Take
from bot.message import Reply
from bot.ports import Caller, Clock
from bot.store.db import Database
from bot.store.offers import OfferKind
from rules.errors import TocsinError
from rules.sanitise import one_line, shorten

log = structlog.get_logger("tocsin.commands")

RUNS: Mapping[str, Run] = {
    "help": orientation.show_help,
    "topics": orientation.topics,
    "subscribe": subscribing.subscribe,
    "unsubscribe": unsubscribing.unsubscribe,
    "list": channel.list_subscriptions,
    "latest": channel.latest,
    "why": tracing.why,
    "sources": tracing.sources,
    "figures": claims.figures,
    "positions": claims.positions,
    "story": story.story,
    "search": searching.find,
    "snooze": silencing.snooze,
    "unsnooze": silencing.unsnooze,
    "silences": silencing.list_silences,
    "feedback": judging.judge,
    "missed": judging.missed,
    "merge": regrouping.merge,
    "split": regrouping.split,
    "follow": following.follow,
    "unfollow": following.unfollow,
    "digest": rhythms.digest,
    "quiet": rhythms.quiet,
    "settings": settings.settings,
    "test": drilling.drill,
    "status": operating.status,
    "audit": operating.audit,
    "export": exporting.export,
    "import": importing.import_archive,
    "feeds list": feedwork.list_feeds,
    "feeds health": feedwork.health,
    "feeds find": feedwork.find,
    "feeds test": feedwork.test,
    "feeds add": feedwork.add,
    "feeds pause": feedwork.pause,
    "feeds resume": feedwork.resume,
    "feeds import": feedlists.import_list,
    "feeds export": feedlists.export,
    "rules show": rulebook.show,
    "rules history": rulebook.history,
    "rules scorecard": scoring.scorecard,
    "rules hygiene": tidying.tidy,
    "rules tune": tuning.tune,
    "rules validate": ruletrials.validate,
    "rules test": ruletrials.test,
    "rules backtest": ruletrials.backtest,
    "rules diff": rulebook.diff,
    "rules apply": rulechanges.apply,
    "rules enable": rulelives.enable,
    "rules disable": rulelives.disable,
    "rules reload": rulelives.reload,
    "rules rollback": rulechanges.rollback,
}

TAKES: Mapping[OfferKind, Take] = {
    OfferKind.SUBSCRIBE: subscribing.take,
    OfferKind.RESUBSCRIBE: subscribing.take,
    OfferKind.IMPORT: feedlists.take_import,
    OfferKind.ARCHIVE: importing.take_archive,
    OfferKind.TUNE: tuning.take,
}
PRESSES: Mapping[str, Press] = {
    "why": tracing.why_pressed,
    "sources": tracing.sources_pressed,
    "snooze": silencing.snooze_pressed,
    "irrelevant": judging.irrelevant_pressed,
    "follow": following.follow_pressed,
    TAKE: taking.take_pressed(TAKES),
    UNDO: taking.take_pressed(TAKES),
    CHANGE: subscribing.change_pressed,
    DROP: taking.drop_pressed,
}


class Commands:
    """Runs commands against the store. ``topics`` maps ids to titles; it and ``tools`` may be swapped on reload."""

    def __init__(self, db: Database, clock: Clock, topics: Mapping[str, str], tools: Tools | None = None) -> None:
        self._desk = Desk(db, clock, dict(topics), tools or Tools())

    @property
    def topics(self) -> dict[str, str]:
        """The topics that channels may follow, id to title."""
        return self._desk.topics

    @topics.setter
    def topics(self, topics: Mapping[str, str]) -> None:
        self._desk.topics = dict(topics)

    @property
    def desk(self) -> Desk:
        """What every command works with, always as it is now."""
        return self._desk

    @property
    def tools(self) -> Tools:
        """What the running bot lends."""
        return self._desk.tools

    async def handle(self, caller: Caller, text: str) -> Reply:
        """Answer a command. A user's mistake and a failing store both end in one clear sentence."""
        return await _safely(self._handle(caller, text), text)

    async def press(self, caller: Caller, action: str, value: str) -> Reply:
        """Answer a button. ``run`` buttons hold a whole command, whose role is checked as if it were typed."""
        if action == RUN:
            return await self.handle(caller, value)
        press = PRESSES.get(action)
        if press is None:
            known = shorten(one_line(action), 40)
            return answer(f"The button “{known}” does nothing in this version; nothing was changed.")
        return await _safely(press(self._desk, caller, value), f"[{action}] {value}")

    async def complete(self, caller: Caller, command: str, option: str, partial: str) -> list[str]:
        """Suggest values for an option, those that contain what was typed."""
        return await complete(self._desk, caller, command, option, partial)

    async def _handle(self, caller: Caller, text: str) -> Reply:
        command = parse(text)
        check_role(caller, command.spec)
        reply = await RUNS[command.spec.name](self._desk, caller, command)
        return replace(reply, ephemeral=False) if command.options.get("share") == "true" else reply


def check_role(caller: Caller, spec: CommandSpec) -> None:
    """Raise CommandError when the caller may not run a command."""
    if not Role(caller.role).allows(spec.role):
        raise CommandError(
            f"“{spec.name}” is for {spec.role}s; you are a {caller.role} here. Ask someone who may manage this channel."
        )


async def _safely(work: Awaitable[Reply], asked: str) -> Reply:
    try:
        return await work
    except CommandError as error:
        return answer(str(error))
    except TocsinError as error:
        log.warning("command failed", command=asked[:80], error=str(error))
        return answer(f"That did not work: {error}")
