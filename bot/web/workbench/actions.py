"""What the buttons of the workbench do: each takes a draft and returns a result. Knows nothing of forms and pages.

Raises FaultsError for a draft that cannot be used, and other TocsinErrors; whoever calls says so beside the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.commands import values
from bot.commands.parse import CommandError
from bot.rulebook.edit import StaleEditError
from bot.rulebook.history import difference
from bot.rulebook.inforce import SHORT
from bot.rulebook.reload import Plan
from bot.rulebook.works import OpenFile, RuleWorks, Watch
from bot.web.workbench.draft import Draft
from bot.web.workbench.results import Result, faulty, said, spots
from bot.web.workbench.trying import Tried, try_text
from bot.web.workbench.volumes import days_of, volumes
from rules.changes import changes_between
from rules.errors import FaultsError
from rules.lint.checks import NoSchemaComment
from rules.ruleset import GivenText
from rules.ruletest import TestResult
from rules.sanitise import web_link
from rules.wording import count

AUTHOR = "an admin (web page)"
MOST_LINES = 2_000  # of a difference that are shown
DRY = "Nothing was changed."


async def open_file(works: RuleWorks, draft: Draft) -> OpenFile | None:
    """Return the file that a draft is of; None for a new one. Raises CommandError for one that is not there."""
    name = draft.named()
    if name in works.files:
        return await works.open(name)
    if not draft.is_new:
        raise CommandError(f"There is no rule file {name[:100]} any more; copy your text into a new file.")
    return None


async def plan_of(works: RuleWorks, draft: Draft, *, guarded: bool = False) -> Plan:
    """Check a draft together with the other files. Raises FaultsError, EditError and CommandError.

    With ``guarded``, applying the plan is refused where the file was changed since the draft was begun.
    """
    opened = await open_file(works, draft)
    text = draft.text
    if opened is not None and "\r\n" in (opened.on_disk or ""):
        text = text.replace("\n", "\r\n")
    return await works.candidate(draft.named(), text, based_on=draft.stamp if guarded else None)


async def check(works: RuleWorks, draft: Draft) -> Result:
    """Say whether a draft can be used: every fault with its place, else what lint remarks, and what would change."""
    try:
        plan = await plan_of(works, draft)
    except FaultsError as error:
        return faulty(error.faults, draft.file, draft.text, after="")
    name = next(iter(plan.edit.write))
    issues = [issue for issue in await works.issues(plan) if issue.code != NoSchemaComment.code]
    rules = sum(rule.source.file == name for rule in plan.ruleset.rules)
    words = f"No fault. {count(rules, 'rule')}"
    words += f", {count(len(issues), 'remark')}." if issues else "."
    data = {
        "words": words,
        "remarks": spots(issues, name, draft.text),
        "changes": list(changes_between(works.in_force.ruleset, plan.ruleset).lines()),
        "is_same": plan.ruleset.hash == works.in_force.ruleset.hash,
    }
    return Result(template="workbench/checked.html", data=data, summary=words)


async def attempt(works: RuleWorks, draft: Draft) -> Result:
    """Try the rules on a text: what is read out of it, and why each rule rings or does not."""
    sample = draft.sample
    if draft.url and not sample.text.strip():
        sample = await _fetched(works, draft)
    if not sample.text.strip():
        raise CommandError("There is no text to try; paste an article, or give the address of one.")
    trouble: Result | None = None
    try:
        plan = await plan_of(works, draft)
        ruleset, file = plan.ruleset, next(iter(plan.edit.write))
    except FaultsError as error:
        trouble = faulty(error.faults, draft.file, draft.text)
        ruleset, file = works.in_force.ruleset, draft.file
    tried = await works.heavy(try_text, works, ruleset, file, sample, draft.earlier)
    return Result(
        template="workbench/tried.html",
        data={"tried": tried, "trouble": trouble, "from_url": draft.url if not draft.sample.text.strip() else ""},
        summary=_told(tried),
    )


async def _fetched(works: RuleWorks, draft: Draft) -> GivenText:
    """Read the page that a draft names, as articles are read. Raises CommandError, FetchError and ParseError."""
    if works.articles is None:
        raise CommandError("This Tocsin fetches no pages (polling.articles in tocsin.yaml); paste the text instead.")
    if not web_link(draft.url):
        raise CommandError("That is no web address; write it with https://, or paste the text.")
    article = await works.articles.read(draft.url)
    return replace(draft.sample, text=article.text, title=draft.sample.title or article.title)


def _told(tried: Tried) -> str:
    ringing = [one.rule for one in tried.ours if one.rings]
    claims = f"{count(len(tried.reads), 'claim')} read"
    if not tried.ours:
        return f"{claims}; {count(len(tried.ringing), 'rule')} in force would ring"
    return f"{claims}; {', '.join(ringing) + ' would ring' if ringing else 'no rule of this file rings'}"


async def test(works: RuleWorks, draft: Draft) -> Result:
    """Run the tests that are written in the draft."""
    plan = await plan_of(works, draft)
    name = next(iter(plan.edit.write))
    ours = tuple(rule for rule in plan.ruleset.rules if rule.source.file == name)
    results = await works.run_tests(plan.ruleset, file=name)
    failed = sum(not one.passed for one in results)
    passed = len(results) - failed
    words = f"{passed} of {count(len(results), 'test')} passed" if results else "There are no tests"
    by_rule = [(rule.id, [one for one in results if one.rule == rule.id]) for rule in ours]
    return Result(
        template="workbench/tested.html",
        data={"words": words, "by_rule": by_rule, "failed": failed, "file": name},
        summary=f"{words}{_first(results)}",
        is_bad=bool(failed),
    )


def _first(results: Sequence[TestResult]) -> str:
    failed = next((one for one in results if not one.passed), None)
    return f"; the first that fails: {failed.name}" if failed is not None else ""


async def backtest(works: RuleWorks, draft: Draft, now: datetime, watch: Watch) -> Result:
    """Hold the draft's rules against the archive; ``watch`` may stop it, and then tells what was found until then."""
    since = values.since(draft.since, now)
    plan = await plan_of(works, draft)
    name = next(iter(plan.edit.write))
    trial = await works.backtest(plan.ruleset, since, watch=watch, file=name)
    if not trial.result.items:
        return said("No article came in that time; look further back.", is_bad=False)
    found, days = volumes(trial), days_of(trial)
    total = sum(one.total for one in found)
    words = f"{count(total, 'alert')} in {count(days, 'day')}, {total / days * 7:.1f} a week"
    data = {"words": words, "trial": trial, "volumes": found, "days": days}
    return Result(template="workbench/backtested.html", data=data, summary=words)


async def compare(works: RuleWorks, draft: Draft) -> Result:
    """Show what would change against what is in force, line by line and rule by rule; change nothing."""
    plan = await plan_of(works, draft)
    opened = await open_file(works, draft)
    name, text = next(iter(plan.edit.write.items()))
    in_force = works.in_force.documents.get(name)
    if in_force == text:
        return said(f"{name} is in force as it stands here: nothing differs.", is_bad=False)
    before = {name: in_force} if in_force is not None else {}
    lines = list(difference(before, {name: text}))
    words = f"{count(_changed(lines), 'line')} of {name} would change"
    data = {
        "words": words,
        "name": name,
        "lines": lines[:MOST_LINES],
        "more": max(len(lines) - MOST_LINES, 0),
        "changes": list(changes_between(works.in_force.ruleset, plan.ruleset, longest=300).lines()),
        "is_pack": draft.is_pack,
        "is_stale": opened is not None and not draft.is_pack and opened.stamp != draft.stamp,
        "then": works.in_force.short,
        "next": plan.ruleset.hash[:SHORT],
    }
    return Result(template="workbench/compared.html", data=data, summary=words)


def _changed(lines: Sequence[str]) -> int:
    return sum(line.startswith(("+", "-")) for line in lines[2:])  # behind the two that name the file


async def apply(works: RuleWorks, draft: Draft) -> Result:
    """Put a draft into force: whole, or not at all."""
    try:
        plan = await plan_of(works, draft, guarded=True)
        name = next(iter(plan.edit.write))
        if plan.ruleset.hash == works.in_force.ruleset.hash:
            return said(f"{name} is in force as it stands here already; nothing was changed.", is_bad=False)
        applied = await works.apply(plan.edit, AUTHOR)
    except StaleEditError as error:
        return await _stale(works, draft, error)
    opened = await works.open(name)
    words = f"The set {applied.short} is in force: {applied.changes}."
    data = {"words": words, "applied": applied, "before": applied.before[:SHORT], "saved": works.saved}
    return Result(template="workbench/applied.html", data=data, summary=words, stamp=opened.stamp, file=opened.name)


async def _stale(works: RuleWorks, draft: Draft, error: StaleEditError) -> Result:
    """Show both versions: somebody else changed the file since the draft was begun."""
    opened = await works.open(error.name)
    theirs = opened.on_disk or ""
    lines = list(difference({error.name: theirs}, {error.name: draft.text}))[2:]  # without the names of the two
    data = {
        "words": str(error),
        "theirs": theirs,
        "stamp": opened.stamp,
        "lines": lines[:MOST_LINES],
        "more": max(len(lines) - MOST_LINES, 0),
    }
    return Result(template="workbench/stale.html", data=data, summary=f"{error}. {DRY}", is_bad=True)


async def rollback(works: RuleWorks, digest: str) -> Result:
    """Bring an earlier set back: whole, or not at all."""
    try:
        entry, plan = await works.restoration(digest)
        if not plan.edit and plan.ruleset.hash == works.in_force.ruleset.hash:
            return said(f"The set {entry.short} is in force already; nothing was changed.", is_bad=False)
        applied = await works.rollback(entry.hash, AUTHOR)
    except FaultsError as error:
        return faulty(error.faults, "", "")
    words = f"The rules of {entry.at:%Y-%m-%d %H:%M} UTC are back, as the set {applied.short}: {applied.changes}."
    data = {"words": words, "applied": applied, "before": applied.before[:SHORT], "saved": works.saved}
    return Result(template="workbench/applied.html", data=data, summary=words)
