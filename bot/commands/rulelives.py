"""``rules enable``, ``disable`` and ``reload``: a rule's life changed in its file, and the files taken now."""

from __future__ import annotations

from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError
from bot.commands.replies import answer
from bot.commands.rulechanges import applied_reply, author_of, overseen
from bot.commands.rulewords import faults_reply, known_rule, sentence
from bot.message import Reply
from bot.ports import Caller
from bot.rulebook.edit import Edit, EditError
from bot.rulebook.files import PACK_PREFIX
from bot.rulebook.works import RuleWorks
from rules.errors import FaultsError
from rules.ruleset import Life, Rule
from rules.ruletext import with_life


async def enable(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Let a rule ring."""
    return await _live(desk, caller, command, Life.ACTIVE)


async def disable(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Let a rule ring no more, in any channel; it stays in its file."""
    return await _live(desk, caller, command, Life.DEPRECATED)


async def reload(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Take the files on disk now; they are taken within seconds anyway."""
    works = overseen(desk, caller)
    try:
        plan = await works.candidate()
        if plan.documents == works.in_force.documents:
            return answer(f"The files on disk are in force already (set {works.in_force.short}); nothing was changed.")
        applied = await works.apply(Edit(), author_of(caller))
    except FaultsError as error:
        return faults_reply("The rule files on disk cannot be used", error.faults)
    except EditError as error:
        raise CommandError(sentence(error)) from error
    return applied_reply(works, caller, applied, "took the rule files on disk")


async def _live(desk: Desk, caller: Caller, command: Command, life: Life) -> Reply:
    works = overseen(desk, caller)
    rule = known_rule(works, command.options["rule"])
    name = rule.source.file
    if rule.life is life:
        return answer(f"The rule {rule.id} is {life} already; nothing was changed.")
    if name.startswith(PACK_PREFIX):
        raise CommandError(
            f"{rule.id} belongs to the {name.removeprefix(PACK_PREFIX)} pack, which stays as it ships. In one channel "
            f"it is stopped by: /tocsin snooze {rule.id} target:rule"
        )
    try:
        applied = await works.apply(await _edit(works, rule, life), author_of(caller))
    except FaultsError as error:
        return faults_reply(f"{name} cannot be used any more", error.faults)
    except EditError as error:
        raise CommandError(sentence(error)) from error
    return applied_reply(works, caller, applied, f"set the rule {rule.id} to {life}")


async def _edit(works: RuleWorks, rule: Rule, life: Life) -> Edit:
    """Return the edit of the rule's file, once it is sure that it changes this and nothing else."""
    file = await works.open(rule.source.file)
    if file.on_disk != file.in_force or file.in_force is None:
        raise CommandError(f"{file.name} on disk is not the one in force; look at it first: /tocsin rules diff")
    text = with_life(file.in_force, rule.id, life)
    if text is None:
        raise CommandError(
            f"{rule.id} is not written in a way that can be changed here; write status: {life} in {file.name}."
        )
    plan = await works.candidate(file.name.rpartition("/")[2], text, based_on=file.stamp)
    changed = {one.id: one for one in plan.ruleset.rules}
    if changed[rule.id].life is not life or len(list(plan.changes.lines())) != 1:
        raise CommandError(
            f"More than the life of {rule.id} would change; write status: {life} in {file.name} yourself."
        )
    return plan.edit
