"""The workshop for rules of a running bot: looks at candidates, tries them, puts them into force. For chat commands.

Everything heavy runs in a thread; nothing here touches the rules in force but ``apply`` and ``rollback``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.inforce import Applied, Refused
from bot.ports import Clock, Place
from bot.reload import Plan, RuleWatcher
from bot.ruleedit import Edit, placed
from bot.rulefiles import PACK_PREFIX, load_rules
from bot.rulehistory import Entry, FileHistory
from bot.rulerecords import rule_records
from bot.store import archive
from bot.store.db import Database
from bot.testedrules import RuleLoader
from bot.upkeep import Upkeep
from rules.backtest import Backtest, Difference, PastItem, backtest, differences
from rules.changes import changes_between
from rules.lint import lint_rules
from rules.ruleset import RuleSet
from rules.ruletest import TestResult
from rules.scorecard import Score, scorecard

MOST_ITEMS = 10_000  # that a backtest from the chat looks at; the command line knows no such bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A backtest. ``is_cut`` says that older items of the time asked for were left out."""

    result: Backtest
    changes: tuple[Difference, ...]
    is_cut: bool


class RuleWorks:
    """Works on the rules of one bot."""

    def __init__(self, upkeep: Upkeep, loader: RuleLoader, db: Database, clock: Clock) -> None:
        self._upkeep = upkeep
        self._loader = loader
        self._db = db
        self._clock = clock

    @property
    def in_force(self) -> Applied:
        """The set in force."""
        assert self._watcher.applied is not None, "the bot started with rules"
        return self._watcher.applied

    @property
    def refused(self) -> Refused | None:
        """Why the files on disk are not used; None when they are."""
        return self._watcher.refused

    @property
    def failing(self) -> Mapping[str, int]:
        """How many articles each rule failed on."""
        return self._upkeep.failing()

    @property
    def unrecorded(self) -> str:
        """Why the history cannot be written; empty when it can."""
        return self._watcher.unrecorded

    @property
    def history(self) -> FileHistory:
        """The sets of the past."""
        return self._watcher.history

    @property
    def _watcher(self) -> RuleWatcher:
        return self._upkeep.watcher

    def may_be_changed_from(self, place: Place) -> bool:
        """Tell whether rules, which all workspaces share, may be changed from one: that of an admin channel, if any."""
        return self._upkeep.is_overseen_from(place)

    @property
    def saved(self) -> Path | None:
        """Where the last change put files that no recorded set has."""
        return self._watcher.saved

    async def candidate(self, file: str = "", text: str = "") -> Plan:
        """Check a rule file together with the others, or without one the files on disk; run no tests.

        Raises RuleFileError with every fault, EditError where there is no place for the file.
        """
        return await asyncio.to_thread(self._candidate, file, text)

    def _candidate(self, file: str, text: str) -> Plan:
        watcher = self._watcher
        edit = Edit(write={placed(file, watcher.sources, watcher.base): text}) if file else Edit()
        documents = watcher.after(edit)
        ruleset = load_rules(documents, self._loader.lexicon)
        changes = changes_between(self.in_force.ruleset, ruleset)
        return Plan(edit=edit, documents=documents, ruleset=ruleset, changes=changes)

    async def run_tests(self, ruleset: RuleSet, only: str | None = None) -> tuple[TestResult, ...]:
        """Run the tests of a set, or of one of its rules."""
        return await asyncio.to_thread(self._loader.run_tests, ruleset, only)

    async def backtest(self, ruleset: RuleSet, since: datetime, only: str | None = None) -> Trial:
        """Hold rules, or the one called ``only``, against the newest archived items; compare with those in force."""
        past, is_cut = await self._past(since)
        in_force = _only(self.in_force.ruleset, only)
        before, after = await asyncio.to_thread(self._backtests, in_force, _only(ruleset, only), past)
        return Trial(result=after, changes=differences(before, after), is_cut=is_cut)

    def _backtests(self, before: RuleSet, after: RuleSet, past: Sequence[PastItem]) -> tuple[Backtest, Backtest]:
        lexicon = self._loader.lexicon
        result = backtest(after, past, lexicon)
        return (result if before.rules == after.rules else backtest(before, past, lexicon)), result

    async def _past(self, since: datetime) -> tuple[list[PastItem], bool]:
        """Read the items since then; where there are too many, the newest of them."""
        now, start = self._clock.now(), since
        while await self._db.read(partial(archive.count, since=start)) > MOST_ITEMS:
            start += (now - start) / 2
        past: list[PastItem] = []
        after: tuple[datetime, int] | None = None
        while True:
            page = await self._db.read(partial(archive.page, since=start, after=after))
            past += page.items
            after = page.after
            if after is None:
                return past, start != since

    async def scores(self, since: datetime) -> tuple[Score, ...]:
        """Judge every rule in force."""
        now, rules = self._clock.now(), self.in_force.ruleset.rules
        records = await self._db.read(lambda connection: rule_records(connection, self.history, since))
        return scorecard(rules, records, now)

    async def apply(self, edit: Edit, author: str) -> Applied:
        """Put an edit into force. Raises FaultsError, also when tests fail, and EditError; then nothing was changed."""
        return await self._upkeep.change(edit, author)

    async def rollback(self, digest: str, author: str) -> Applied:
        """Bring an earlier set back. Raises UnknownSetError, FaultsError or EditError; then nothing was changed."""
        return await self._upkeep.rollback(digest, author)

    async def restoration(self, digest: str) -> tuple[Entry, Plan]:
        """Return a set of the history, and what going back to it would change. Raises as ``rollback`` does."""
        return await asyncio.to_thread(self._restoration, digest)

    def _restoration(self, digest: str) -> tuple[Entry, Plan]:
        return self.history.find(digest), self._watcher.plan_rollback(digest)

    async def remarks(self, plan: Plan) -> list[str]:
        """Return what lint has to say of the files that a plan would write, or of all where it writes none."""
        return await asyncio.to_thread(self._remarks, plan)

    def _remarks(self, plan: Plan) -> list[str]:
        issues = lint_rules(plan.ruleset, plan.documents, self._loader.lexicon)
        wanted = plan.edit.write or {name: "" for name in plan.documents if not name.startswith(PACK_PREFIX)}
        ours = (issue for issue in issues if issue.file in wanted)
        return [f"{one.file}:{one.line}:{one.column}: {one.rule}: {one.text} [{one.code}]" for one in ours]


def _only(ruleset: RuleSet, rule_id: str | None) -> RuleSet:
    if rule_id is None:
        return ruleset
    rules = tuple(rule for rule in ruleset.rules if rule.id == rule_id)
    return RuleSet(topics=ruleset.topics, rules=rules, hash=ruleset.hash)
