"""The workshop for rules of a running bot: looks at candidates, tries them, puts them into force. For chat and web.

Everything heavy runs in a thread, two at a time; nothing here touches the rules in force but ``apply``, ``rollback``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from bot.ports import ArticleReader, Clock, Place
from bot.rulebook.backtests import Trial, Watch, compare
from bot.rulebook.edit import Edit, EditError, placed, stamp_of
from bot.rulebook.files import PACK_PREFIX, find_rule_files, load_rules, read_found
from bot.rulebook.history import Entry, FileHistory
from bot.rulebook.inforce import Applied, Refused
from bot.rulebook.records import rule_records
from bot.rulebook.reload import Plan, RuleWatcher
from bot.rulebook.tested import RuleLoader
from bot.store import archive
from bot.store.db import Database
from bot.upkeep import Upkeep
from rules.backtest import PastItem
from rules.changes import changes_between
from rules.errors import FaultsError, guess
from rules.lint import Issue, lint_rules
from rules.ruleset import RuleSet
from rules.ruletest import TestResult
from rules.scorecard import Score, scorecard
from rules.vocabulary import Lexicon

__all__ = ["OpenFile", "RuleWorks", "Trial", "Watch"]

MOST_ITEMS = 10_000  # that a backtest from the chat looks at; the command line knows no such bound
AT_ONCE = 2  # pieces of heavy work; what comes meanwhile waits for its turn

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A rule file taken up for a change. ``stamp`` is that of the file on disk, empty where there is none."""

    name: str
    in_force: str | None  # its text in the set in force; None where that has no such file
    on_disk: str | None  # None where there is no such file, or it is no text
    stamp: str

    @property
    def is_pack(self) -> bool:
        """Whether it ships with Tocsin and stays as it is."""
        return self.name.startswith(PACK_PREFIX)


class RuleWorks:
    """Works on the rules of one bot."""

    def __init__(
        self,
        upkeep: Upkeep,
        loader: RuleLoader,
        db: Database,
        clock: Clock,
        articles: ArticleReader | None = None,
    ) -> None:
        """``articles`` reads pages to try rules on; None where pages are not to be fetched."""
        self.articles = articles
        self._upkeep = upkeep
        self._loader = loader
        self._db = db
        self._clock = clock
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def heavy(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something that takes its time in a thread, when it is its turn."""
        async with self._turns:
            return await asyncio.to_thread(work, *args, **kwargs)

    @property
    def lexicon(self) -> Lexicon:
        """The names and words that rules are read with."""
        return self._loader.lexicon

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

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the rule files, in force or on disk."""
        on_disk = find_rule_files(self._watcher.sources, self._watcher.base)
        return tuple(dict.fromkeys((*self.in_force.documents, *on_disk)))

    async def open(self, name: str) -> OpenFile:
        """Take up a rule file. Raises EditError where there is none of that name."""
        return await asyncio.to_thread(self._open, name)

    def _open(self, name: str) -> OpenFile:
        path = find_rule_files(self._watcher.sources, self._watcher.base).get(name)
        in_force = self.in_force.documents.get(name)
        if path is None and in_force is None:
            raise EditError(f"there is no rule file {name[:100]}{guess(name[:100], self.files)}")
        stamp = stamp_of(path) if path is not None else ""
        try:
            on_disk = read_found({name: path})[name] if path is not None else None
        except FaultsError:
            on_disk = None
        return OpenFile(name=name, in_force=in_force, on_disk=on_disk, stamp=stamp)

    async def candidate(self, file: str = "", text: str = "", *, based_on: str | None = None) -> Plan:
        """Check a rule file together with the others, or without one the files on disk; run no tests.

        With ``based_on``, the stamp that the file was taken up with, ``apply`` refuses the plan where somebody else
        changed the file since then. Raises RuleFileError with every fault, EditError where there is no place for it.
        """
        plan = await self.heavy(self._candidate, file, text)
        if based_on is None:
            return plan
        return replace(plan, edit=replace(plan.edit, based_on=dict.fromkeys(plan.edit.write, based_on)))

    def _candidate(self, file: str, text: str) -> Plan:
        watcher = self._watcher
        edit = Edit(write={placed(file, watcher.sources, watcher.base): text}) if file else Edit()
        documents = watcher.after(edit)
        ruleset = load_rules(documents, self._loader.lexicon)
        changes = changes_between(self.in_force.ruleset, ruleset)
        return Plan(edit=edit, documents=documents, ruleset=ruleset, changes=changes)

    async def run_tests(
        self, ruleset: RuleSet, only: str | None = None, *, file: str | None = None
    ) -> tuple[TestResult, ...]:
        """Run the tests of a set, of the rule called ``only``, or of the rules of a ``file``."""
        return await self.heavy(self._loader.run_tests, _only(ruleset, None, file), only)

    async def backtest(
        self,
        ruleset: RuleSet,
        since: datetime,
        only: str | None = None,
        watch: Watch | None = None,
        *,
        file: str | None = None,
    ) -> Trial:
        """Hold rules, or the one called ``only``, or those of a ``file``, against the newest archived items.

        They are compared with those in force. Where ``watch`` stops it, it says what was found until then.
        """
        past, is_cut = await self._past(since)
        before, after = (_only(one, only, file) for one in (self.in_force.ruleset, ruleset))
        trial = await self.heavy(compare, before, after, past, self.lexicon, watch or Watch())
        return replace(trial, is_cut=is_cut)

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
        return await self.heavy(self._restoration, digest)

    def _restoration(self, digest: str) -> tuple[Entry, Plan]:
        return self.history.find(digest), self._watcher.plan_rollback(digest)

    async def remarks(self, plan: Plan) -> list[str]:
        """Return what lint has to say of the files that a plan would write, or of all where it writes none."""
        issues = await self.issues(plan)
        return [f"{one.file}:{one.line}:{one.column}: {one.rule}: {one.text} [{one.code}]" for one in issues]

    async def issues(self, plan: Plan) -> list[Issue]:
        """Return the same, each with its place."""
        return await self.heavy(self._issues, plan)

    def _issues(self, plan: Plan) -> list[Issue]:
        issues = lint_rules(plan.ruleset, plan.documents, self._loader.lexicon)
        wanted = plan.edit.write or {name: "" for name in plan.documents if not name.startswith(PACK_PREFIX)}
        return [issue for issue in issues if issue.file in wanted]


def _only(ruleset: RuleSet, rule_id: str | None, file: str | None) -> RuleSet:
    if rule_id is None and file is None:
        return ruleset
    rules = tuple(rule for rule in ruleset.rules if rule_id in {None, rule.id} and file in {None, rule.source.file})
    return RuleSet(topics=ruleset.topics, rules=rules, hash=ruleset.hash)
