"""``tocsin rules history | rollback``: which rule sets were in force, and the way back to one."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import sys
from collections.abc import Iterable
from datetime import datetime

from bot.cli.ruleload import UsageError, configuration, history_of, lexicon_of, say_faults
from bot.cli.saying import printer, say, say_json
from bot.clock import SystemClock
from bot.rulebook.history import Entry, FileHistory, UnknownSetError
from bot.rulebook.inforce import SHORT
from bot.rulebook.reload import Plan, RuleWatcher
from bot.rulebook.tested import RuleLoader
from rules.errors import FaultsError

_SHOWN = 10  # changes of one set that a list shows


def history(args: argparse.Namespace) -> int:
    """List what is kept, newest first; with a hash, show the lines by which that set differs from the one before."""
    kept = history_of(args)
    try:
        if args.set:
            return _show_difference(kept, kept.find(args.set))
    except UnknownSetError as error:
        raise UsageError(str(error)) from None
    entries = list(kept.entries())
    for entry in entries:
        if args.json:
            record = {"hash": entry.hash, "at": entry.at.isoformat(), "author": entry.author, "changes": entry.changes}
            say_json(record)
        else:
            _show(entry)
    if args.json:
        return 0
    if not entries:
        say("No rule set has been recorded yet; `tocsin run` records each one that comes into force.")
        return 0
    say("")
    say("Newest first. What one changed: tocsin rules history HASH. Back to one: tocsin rules rollback HASH")
    _show_refusal(kept)
    return 0


def _show(entry: Entry) -> None:
    style = printer(sys.stdout)
    say(f"{style(entry.short, 'strong')}  {_when(entry.at)}  {entry.author or 'author unknown'}")
    for change in entry.changes[:_SHOWN] or ("no rule changed",):
        say(f"    {change}")
    if len(entry.changes) > _SHOWN:
        say(f"    and {len(entry.changes) - _SHOWN} more")


def _show_difference(kept: FileHistory, entry: Entry) -> int:
    style = printer(sys.stdout)
    styles = {"+": "good", "-": "bad", "@": "dim"}
    _show(entry)
    for line in kept.difference(entry):
        say(style(line, styles[line[0]]) if line[:1] in styles else line)
    return 0


def _show_refusal(kept: FileHistory) -> None:
    refused = kept.refusal()
    if refused is not None:
        say(printer(sys.stdout)(f"The files have not been usable since {_when(refused.since)}:", "bad"))
        say_faults(refused.faults, as_json=False)


def rollback(args: argparse.Namespace) -> int:
    """Bring the files of an earlier set back, all or none; 1 when it cannot be used any more."""
    now, kept, loaded = SystemClock().now(), history_of(args), configuration(args)
    loader = RuleLoader(lexicon_of(args, loaded))
    watcher = RuleWatcher(loaded.rules, args.config.parent, loader.load, kept, tested=loader.load_tested)
    watcher.resume(now)
    try:
        entry = watcher.history.find(args.set)
        plan = watcher.plan_rollback(args.set)
    except UnknownSetError as error:
        raise UsageError(str(error)) from None
    except FaultsError as error:
        say_faults(error.faults, as_json=False)
        say(f"The rule set {args.set} cannot be used any more; nothing was changed.")
        return 1
    if not plan.edit and watcher.applied is not None and plan.ruleset.hash == watcher.applied.ruleset.hash:
        say(f"The rule set {entry.short} is in force already; nothing was changed.")
        return 0
    _show_plan(entry, plan)
    if not (args.yes or _agrees()):
        say("Nothing was changed.")
        return 1
    applied = watcher.rollback(args.set, SystemClock().now(), _author())
    say(printer(sys.stdout)(f"The rule set {applied.short} is back.", "good"))
    say("A running Tocsin takes it up within seconds; a stopped one when it starts.")
    if watcher.saved is not None:
        say(f"What was in the files and in no recorded set is kept in {watcher.saved}")
    return 0


def _show_plan(entry: Entry, plan: Plan) -> None:
    say(f"Back to the rule set {entry.short} of {_when(entry.at)} ({entry.author or 'author unknown'}):")
    _listed("    ", plan.changes.lines() if plan.changes else ["no rule changes"])
    _listed("    write ", plan.edit.write)
    _listed("    delete ", plan.edit.delete)
    if plan.ruleset.hash != entry.hash:
        say(f"The packs of this Tocsin are not those of then, so the set is called {plan.ruleset.hash[:SHORT]}.")


def _listed(prefix: str, lines: Iterable[str]) -> None:
    listed = list(lines)
    for line in listed[:_SHOWN]:
        say(f"{prefix}{line}")
    if len(listed) > _SHOWN:
        say(f"    and {len(listed) - _SHOWN} more")


def _agrees() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("nobody can be asked here; add --yes to go on without a question")
    sys.stdout.write("Go on? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _author() -> str:
    """Return who is at the keyboard, as far as the system says."""
    with contextlib.suppress(OSError, KeyError):
        return os.environ.get("SUDO_USER") or getpass.getuser()
    return ""


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
