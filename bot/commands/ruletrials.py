"""``rules validate``, ``rules test`` and ``rules backtest``: rules tried, with nothing changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.commands import values
from bot.commands.attaching import is_given, read_rule_file
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError
from bot.commands.replies import message
from bot.commands.rulewords import changed, faults_reply, known_rule, listed, sentence, works_of
from bot.message import Block, Bullets, Context, Line, Moment, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.rulebook.edit import EditError
from bot.rulebook.reload import Plan
from bot.rulebook.works import RuleWorks, Trial
from rules.backtest import Difference, RuleVolume
from rules.errors import FaultsError
from rules.ruleset import RuleSet
from rules.ruletest import TestResult
from rules.wording import count

DEFAULT_SPAN = "30d"
FAILED, REMARKS, RULES, RINGS = 12, 8, 12, 3
WEEK = 7  # days
_UNCHANGED = "Nothing was changed."


async def validate(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Say whether a file, or those on disk, can be used: faults, failing tests, then what lint remarks."""
    works = works_of(desk)
    try:
        plan = await _plan(works, caller, command)
    except FaultsError as error:
        return faults_reply("This cannot be used", error.faults)
    name = _name(plan)
    results = await works.run_tests(plan.ruleset)
    failed = [one for one in results if not one.passed and one.name != "(no tests)"]
    if failed:
        lines = [f"{one.file}:{one.line}: {one.rule}: the test “{one.name}” fails: {one.problems[0]}" for one in failed]
        words = f"{name} can be read, but {count(len(failed), 'test')} of its own fail, so it cannot be applied."
        return Reply(message=message("Rules", (Paragraph((Strong(words),)), listed(lines, FAILED)), words))
    rules, tests = count(len(plan.ruleset.rules), "rule"), count(len(results), "test")
    words = f"{name} can be used: {rules} in all, {tests} passed."
    blocks: list[Block] = [Paragraph((Strong(words),)), Paragraph((Text("Against the rules in force:"),))]
    blocks.append(changed(plan.changes))
    remarks = await works.remarks(plan)
    if remarks:
        blocks += [Paragraph((Text(f"Allowed, but to be thought about ({len(remarks)}):"),)), listed(remarks, REMARKS)]
    blocks.append(Context((Text(f"{_UNCHANGED} Put it into force: /tocsin rules apply"),)))
    return Reply(message=message("Rules", blocks, words))


async def test(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Run the tests of a file or of the rules in force."""
    works = works_of(desk)
    ruleset, only = await _chosen(works, caller, command)
    if not isinstance(ruleset, RuleSet):
        return ruleset
    results = await works.run_tests(ruleset, only)
    if not results:
        raise CommandError("There are no tests; a rule without tests is a guess. docs/rules.md shows how to write one.")
    failed = [one for one in results if not one.passed]
    words = f"{len(results) - len(failed)} of {count(len(results), 'test')} passed."
    blocks: list[Block] = [Paragraph((Strong(words),))]
    if failed:
        lines = [f"{one.rule}, “{one.name}” ({one.file}:{one.line}): {'; '.join(one.problems)}" for one in failed]
        blocks.append(listed(lines, FAILED))
    else:
        blocks.append(listed([one.name for one in results] if only else _by_rule(results), RULES))
    return Reply(message=message("Tests", blocks, words))


def _by_rule(results: Sequence[TestResult]) -> list[str]:
    counts = Counter(one.rule for one in results)
    return [f"{rule}: {count(number, 'test')}" for rule, number in counts.items()]


async def backtest(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Hold rules against past articles, and say how that differs from the rules in force."""
    works = works_of(desk)
    ruleset, only = await _chosen(works, caller, command)
    if not isinstance(ruleset, RuleSet):
        return ruleset
    since = values.since(command.options.get("since", DEFAULT_SPAN), desk.clock.now())
    trial = await works.backtest(ruleset, since, only)
    if trial.result.first is None or trial.result.last is None:
        raise CommandError("No article came in that time; look further back with since:90d")
    days = (trial.result.last.date() - trial.result.first.date()).days + 1
    lines = _volumes(trial, days)
    total = sum(one.total for one in trial.result.volumes)
    words = f"{count(total, 'alert')} in {count(days, 'day')}{_a_week(total, days)}."
    return Reply(
        message=message("Backtest", (Paragraph((Strong(words),)), Bullets(tuple(lines)), _basis(trial)), words)
    )


def _basis(trial: Trial) -> Context:
    assert trial.result.first is not None
    assert trial.result.last is not None
    span: Line = (Moment(trial.result.first), Text(" to "), Moment(trial.result.last))
    cut = " (the newest of the time asked for; tocsin rules backtest knows no bound)" if trial.is_cut else ""
    return Context((Text(f"{count(trial.result.items, 'article')}, "), *span, Text(f"{cut}. {_UNCHANGED}")))


def _volumes(trial: Trial, days: int) -> list[Line]:
    """Return the rules that would ring, those that differ first, then the names of the silent ones."""
    by_rule = {change.rule: change for change in trial.changes}
    every = sorted(trial.result.volumes, key=lambda one: (one.rule not in by_rule, -one.total, one.rule))
    ringing = [one for one in every if one.total or one.held or one.problems or one.rule in by_rule]
    lines = [line for one in ringing[:RULES] for line in _volume_lines(one, days, by_rule.get(one.rule))]
    if len(ringing) > RULES:
        lines.append((Text(f"and {len(ringing) - RULES} more rules"),))
    lines += [_gone_line(change) for change in trial.changes if change.rule not in {one.rule for one in every}]
    silent = [one.rule for one in every if one not in ringing]
    if silent:
        more = f" and {len(silent) - RULES} more" if len(silent) > RULES else ""
        lines.append((Text(f"silent: {', '.join(silent[:RULES])}{more}"),))
    return lines


def _a_week(total: int, days: int) -> str:
    """Say how much that is a week; of less than one, nothing is said."""
    return f", {total / days * 7:.1f} a week" if days >= WEEK else ""


def _volume_lines(one: RuleVolume, days: int, change: Difference | None) -> list[Line]:
    words = f": {count(one.total, 'alert')}{_a_week(one.total, days)}"
    words += f", {one.held} held back" if one.held else ""
    words += f"; now {change.before}" if change is not None else ""
    lines: list[Line] = [(Strong(one.rule), Text(words))]
    if change is not None:
        lines += [(Text(f"  + {ring.title}"),) for ring in change.gained[:RINGS]]
        lines += [(Text(f"  − {ring.title}"),) for ring in change.lost[:RINGS]]
        more = len(change.gained[RINGS:]) + len(change.lost[RINGS:])
        lines += [(Text(f"  and {more} more"),)] if more else []
    return lines + [(Text(f"  {problem}"),) for problem in one.problems]


def _gone_line(change: Difference) -> Line:
    return (Strong(change.rule), Text(f": not there any more; now {count(change.before, 'alert')}"))


async def _chosen(works: RuleWorks, caller: Caller, command: Command) -> tuple[RuleSet | Reply, str | None]:
    """Return the rules that are meant, of a file or in force, and the one rule of them that is."""
    ruleset = works.in_force.ruleset
    if is_given(caller, command):
        try:
            ruleset = (await _plan(works, caller, command)).ruleset
        except FaultsError as error:
            return faults_reply("This cannot be used", error.faults), None
    wanted = command.options.get("rule")
    return ruleset, known_rule(works, wanted, ruleset.rules).id if wanted else None


async def _plan(works: RuleWorks, caller: Caller, command: Command) -> Plan:
    try:
        if not is_given(caller, command):
            return await works.candidate()
        file = await read_rule_file(caller, command)
        return await works.candidate(file.name, file.text)
    except EditError as error:
        raise CommandError(sentence(error)) from error


def _name(plan: Plan) -> str:
    return next(iter(plan.edit.write), "What is on disk")
