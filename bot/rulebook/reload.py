"""Hot reload of rule files: all or nothing, once the files are quiet, and never without saying so.

    stamp of the files ─decide→ wait until quiet ─read, load, test→ applied  (recorded, with author and diff)
                                                                 └→ refused  (the last good set stays; told once)

``RuleWatcher.poll(now)`` is called on every tick and touches the disk only to look at file stamps until they change.
``change`` and ``rollback`` write the files themselves, for commands; they hold the same lock as ``poll``.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from bot.rulebook.edit import Edit, EditError, EditLog, edited, is_of, restoring
from bot.rulebook.files import PACK_PREFIX, find_rule_files, read_found, read_rule_files
from bot.rulebook.history import FileHistory
from bot.rulebook.inforce import Applied, Outcome, Refused
from bot.rulebook.stamps import Decision, Stamp, Stamps, decide
from rules.changes import Changes, changes_between
from rules.errors import Fault, FaultsError, TocsinError
from rules.ruleset import RuleSet

log = structlog.get_logger("tocsin.reload")
Load = Callable[[Mapping[str, str]], RuleSet]
"""Texts to a checked rule set. Raises FaultsError; may run the rules' own tests and raise their failures too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Rule files that could come into force: what would be written, and what that changes."""

    edit: Edit
    documents: Mapping[str, str]
    ruleset: RuleSet
    changes: Changes


class RuleWatcher:
    """Holds the rule set in force. ``refused`` is set while the files on disk cannot be used.

    ``unrecorded`` says why the history could not be written, empty when it could: the rules go on without it.
    ``saved`` is where the last ``change`` or ``rollback`` put files that no set of the history has, None where nowhere.
    """

    def __init__(
        self, sources: Sequence[str], base: Path, load: Load, history: FileHistory, *, tested: Load | None = None
    ) -> None:
        """Load with ``load`` at a start, where old rules are better than none; what changes later, with ``tested``."""
        self.sources = tuple(sources)
        self.base = base
        self.history = history
        self.applied: Applied | None = None
        self.refused: Refused | None = None
        self.unrecorded = ""
        self.saved: Path | None = None
        self._load = load
        self._tested = tested or load
        self._edits = EditLog(history.folder, base)
        self._stamps = Stamps(self.sources, base)
        self._lock = threading.Lock()
        self._handled: Stamp = {}
        self._seen: Stamp = {}
        self._seen_at: datetime | None = None

    def start(self, now: datetime) -> Applied:
        """Load for the first time; ``keep_start`` records it, once all else is well.

        Raises FaultsError: without any rules there is nothing to serve.
        """
        self._edits.finish()
        self._handled = self._seen = self._stamps.stamp()
        self._seen_at = now
        documents = read_rule_files(self.sources, self.base)
        ruleset = self._load(documents)
        if next((entry.hash for entry in self.history.entries()), ruleset.hash) != ruleset.hash:
            self.resume(now)  # changed while nothing ran: the history is to say what
        return self._take(ruleset, documents, now, self._stamps.author())

    def keep_start(self) -> None:
        """Record the set of the start."""
        assert self.applied is not None, "call start first"
        self._keep(self.applied)

    def resume(self, now: datetime) -> None:
        """Take the newest recorded set for the one in force: for commands beside the running bot.

        Without a usable record nothing is in force.
        """
        newest = next(self.history.entries(), None)
        if newest is not None:
            with contextlib.suppress(TocsinError):
                documents = self.history.documents(newest)
                self._take(self._load(documents), documents, now, newest.author)

    def poll(self, now: datetime) -> Outcome:
        """Look at the files; return what is to be told, at most once for each state of the files."""
        with self._lock:
            try:
                self._edits.finish()
            except EditError as error:
                return self._refuse([self._fault(str(error), "TC324")], now, "")
            current = self._stamps.stamp()
            if self._seen_at is None or current != self._seen:
                self._seen, self._seen_at = current, now
            if decide(now, current, self._handled, self._seen, self._seen_at) is not Decision.LOAD:
                return None
            self._handled = current
            return self._reload(now)

    def after(self, edit: Edit) -> dict[str, str]:
        """Return the rule files as they would be read after an edit. Raises FaultsError for those that stay."""
        stay = {name: path for name, path in self._files().items() if name not in edit.names}
        after = edited(read_found(stay), edit, self.sources)
        bare = [source for source in self.sources if not any(is_of(name, source) for name in after)]
        read_rule_files(bare, self.base)  # says which source is not there, or empty
        return after

    def plan_rollback(self, digest: str) -> Plan:
        """Check an earlier set by today's standards.

        Raises UnknownSetError, EditError where tocsin.yaml names other files by now, and FaultsError.
        """
        then = self.history.documents(self.history.find(digest))
        edit = restoring(then, self._files(), self.sources)
        packs = [source for source in self.sources if source.startswith(PACK_PREFIX)]
        ours = {name: text for name, text in then.items() if not name.startswith(PACK_PREFIX)}
        return self._plan(edit, edited({**read_rule_files(packs), **ours}, Edit(), self.sources))

    def change(self, edit: Edit, now: datetime, author: str) -> Applied:
        """Write rule files and bring them into force: all of it, or nothing.

        Raises FaultsError for rules that cannot be used, EditError for files that cannot be written.
        """
        with self._lock:
            self._edits.finish()
            return self._carry_out(self._plan(edit, self.after(edit)), now, author)

    def rollback(self, digest: str, now: datetime, author: str) -> Applied:
        """Write the files of an earlier set and bring it into force: all of it, or nothing.

        Raises what ``plan_rollback`` raises, and EditError for files that cannot be written.
        """
        with self._lock:
            self._edits.finish()
            return self._carry_out(self.plan_rollback(digest), now, author)

    def _plan(self, edit: Edit, documents: Mapping[str, str]) -> Plan:
        ruleset = self._tested(documents)
        before = self.applied.ruleset if self.applied is not None else None
        return Plan(edit=edit, documents=documents, ruleset=ruleset, changes=changes_between(before, ruleset))

    def _carry_out(self, plan: Plan, now: datetime, author: str) -> Applied:
        replaced = {name: path for name, path in self._files().items() if name in plan.edit.names}
        try:
            self.saved = self.history.keep_unrecorded(replaced, now)
        except OSError as error:
            raise EditError(f"{error.filename} cannot be written: {error.strerror}; nothing was changed") from error
        self._edits.carry_out(plan.edit)
        self._seen = self._handled = self._stamps.stamp()
        self._seen_at = now
        applied = self._take(plan.ruleset, plan.documents, now, author)
        self._keep(applied)
        return applied

    def _reload(self, now: datetime) -> Outcome:
        author = self._stamps.author()
        try:
            documents = read_rule_files(self.sources, self.base)
            if self.applied is not None and documents == self.applied.documents:
                self.refused = None
                self._note(None)
                return None
            applied = self._take(self._tested(documents), documents, now, author)
        except FaultsError as error:
            return self._refuse(error.faults, now, author)
        except Exception as error:  # noqa: BLE001 - a defect of ours must not take the rules in force down
            text = f"loading failed with {type(error).__name__}: {error}; please report this"
            return self._refuse([self._fault(text, "TC399")], now, author)
        self._keep(applied)
        return applied

    def _fault(self, text: str, code: str) -> Fault:
        return Fault(file=", ".join(self.sources), text=text, code=code)

    def _refuse(self, faults: Sequence[Fault], now: datetime, author: str) -> Refused | None:
        before = self.refused
        since = before.since if before is not None else now
        self.refused = Refused(faults=tuple(faults), since=since, author=author)
        if before is not None and before.faults == self.refused.faults:
            return None
        self._note(self.refused)
        return self.refused

    def _take(self, ruleset: RuleSet, documents: Mapping[str, str], now: datetime, author: str) -> Applied:
        before = self.applied.ruleset if self.applied is not None else None
        self.applied = Applied(
            ruleset=ruleset,
            documents=dict(documents),
            at=now,
            author=author,
            changes=changes_between(before, ruleset),
            before=before.hash if before is not None else "",
        )
        self.refused = None
        return self.applied

    def _keep(self, applied: Applied) -> None:
        try:
            self.history.record(applied)
            self.unrecorded = ""
        except OSError as error:  # a full disk must not keep good rules out of force
            self.unrecorded = f"the history of rules cannot be written: {error.filename}: {error.strerror}"
            log.warning("rule set not recorded", error=self.unrecorded)
        self._note(None)

    def _note(self, refused: Refused | None) -> None:
        try:
            self.history.note_refusal(refused)
        except OSError as error:
            log.warning("refusal not noted", error=str(error))

    def _files(self) -> dict[str, Path]:
        return find_rule_files(self.sources, self.base)
