"""``rules show``, ``rules history`` and ``rules diff``: what is in force, what was, and what would be."""

from __future__ import annotations

import asyncio

from bot.commands.attaching import is_given, read_rule_file
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError
from bot.commands.replies import message, page_buttons, run_button, spelled
from bot.commands.rulewords import changed, faults_reply, known_rule, rule_trouble, sentence, short, works_of
from bot.commands.spec import Role
from bot.message import Block, Button, Code, Context, Facts, Line, Moment, Paragraph, Reply, Strong, Text
from bot.message import Bullets as List
from bot.ports import Caller
from bot.rulebook.edit import EditError
from bot.rulebook.history import Entry, UnknownSetError
from bot.rulebook.works import RuleWorks
from rules.changes import changes_between
from rules.describe import described
from rules.errors import FaultsError
from rules.ruleset import Life, Rule, RuleSet
from rules.wording import count

PAGE = 5
SHOWN = 4  # changes of one set in the list of sets
WHOLE = 300  # code points of a value in a difference that was asked for


async def show(desk: Desk, caller: Caller, command: Command) -> Reply:
    """List the rules in force, or tell of one all that it sets."""
    works = works_of(desk)
    wanted = command.options.get("rule")
    return _one(works, known_rule(works, wanted)) if wanted else _all(works)


def _all(works: RuleWorks) -> Reply:
    applied = works.in_force
    ruleset = applied.ruleset
    lines = [_topic_line(ruleset, topic) for topic in ruleset.topics]
    since: Line = (Text("in force since "), Moment(applied.at), Text(f", set {applied.short}"))
    blocks: list[Block] = [List(tuple(lines)), Context(since)]
    return Reply(message=message("Rules in force", [*rule_trouble(works), *blocks], count(len(ruleset.rules), "rule")))


def _topic_line(ruleset: RuleSet, topic: str) -> Line:
    rules = [rule for rule in ruleset.rules if rule.topic == topic]
    names = ", ".join(rule.id + ("" if rule.life is Life.ACTIVE else f" ({rule.life})") for rule in rules)
    return (Strong(ruleset.topics[topic]), Text(f" ({topic}): {names or 'no rules'}"))


def _one(works: RuleWorks, rule: Rule) -> Reply:
    facts: list[tuple[str, Line]] = [(key, (Text(value),)) for key, value in described(rule)]
    tests = ", ".join(test.name for test in rule.tests) or "none"
    facts.append(("tests", (Text(f"{len(rule.tests)}: {tests}" if rule.tests else tests),)))
    where = f"{rule.source.file}, line {rule.source.line}"
    blocks = (Paragraph((Strong(rule.title),)), Facts(tuple(facts)), Context((Text(where),)))
    buttons = (
        run_button("Backtest", f"rules backtest rule:{rule.id}"),
        run_button("Test", f"rules test rule:{rule.id}"),
    )
    fitting = tuple(button for button in buttons if len(button.action) + len(button.value) <= 90)
    return Reply(message=message(f"Rule {rule.id}", blocks, rule.title, buttons=fitting))


async def history(desk: Desk, caller: Caller, command: Command) -> Reply:
    """List the sets that were in force, newest first; admins get a button for the way back."""
    works = works_of(desk)
    entries = await asyncio.to_thread(lambda: list(works.history.entries()))
    page = int(command.options.get("page", "1"))
    shown = entries[(page - 1) * PAGE : page * PAGE]
    if not shown:
        raise CommandError("No rule set is recorded that far back." if entries else "No rule set is recorded yet.")
    in_force = works.in_force.ruleset.hash
    lines = [_entry_line(entry, is_in_force=entry.hash == in_force) for entry in shown]
    back = next((entry for entry in entries if entry.hash != in_force), None)
    buttons: list[Button] = []
    if back is not None and page == 1 and Role(caller.role).allows(Role.ADMIN):
        buttons.append(run_button(f"Back to {back.short}", f"rules rollback set:{back.short}"))
    again = spelled("rules history", command.options, without=("page",))
    buttons += page_buttons(again, page, has_more=page * PAGE < len(entries))
    blocks = [*rule_trouble(works), List(tuple(lines)), Context((Text(f"{count(len(entries), 'set')}, page {page}"),))]
    return Reply(message=message("Rule sets", blocks, count(len(entries), "rule set"), buttons=buttons))


def _entry_line(entry: Entry, *, is_in_force: bool) -> Line:
    told = list(entry.changes[:SHOWN])
    if len(entry.changes) > SHOWN:
        told.append(f"and {len(entry.changes) - SHOWN} more")
    mark: Line = (Strong(" in force since "),) if is_in_force else (Text(" of "),)
    words = f" by {entry.author or 'unknown'}: {'; '.join(told) or 'no rule changed'}"
    return (Code(entry.short), *mark, Moment(entry.at), Text(words))


async def diff(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Show what would change with a file, with an earlier set, or with the files on disk; change nothing."""
    works = works_of(desk)
    earlier = command.options.get("set")
    if earlier and is_given(caller, command):
        raise CommandError("Give a file or a set, not both.")
    try:
        if earlier:
            entry, plan = await works.restoration(earlier)
            what = f"back to the set {entry.short}"
        elif is_given(caller, command):
            file = await read_rule_file(caller, command)
            plan = await works.candidate(file.name, file.text)
            what = f"with {next(iter(plan.edit.write))}"
        else:
            plan, what = await works.candidate(), "with the files on disk"
    except FaultsError as error:
        return faults_reply("These rules cannot be used", error.faults)
    except (UnknownSetError, EditError) as error:
        raise CommandError(sentence(error)) from error
    in_force = works.in_force.ruleset
    if plan.ruleset.hash == in_force.hash:
        return Reply(message=message("Rules", (Paragraph((Text(f"Nothing differs {what}."),)),), "Nothing differs."))
    changes = changes_between(in_force, plan.ruleset, longest=WHOLE)
    head: Line = (Strong(f"What changes {what}"), Text(f" (set {short(in_force.hash)} → {short(plan.ruleset.hash)}):"))
    note = Context((Text("Nothing was changed. How much it would ring: /tocsin rules backtest"),))
    return Reply(message=message("Rules", (Paragraph(head), changed(changes), note), f"What changes {what}"))
