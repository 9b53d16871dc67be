"""``rules apply`` and ``rules rollback``: rules put into force from the chat, whole or not at all."""

from __future__ import annotations

from bot.commands.attaching import read_rule_file
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError, echo
from bot.commands.replies import done
from bot.commands.rulewords import changed, faults_reply, sentence, short, works_of
from bot.message import Line, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.rulebook.edit import EditError
from bot.rulebook.history import UnknownSetError
from bot.rulebook.inforce import Applied
from bot.rulebook.works import RuleWorks
from rules.errors import FaultsError


async def apply(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Check, test, write and bring into force the rule file that came with the command."""
    works = overseen(desk, caller)
    try:
        file = await read_rule_file(caller, command)
        plan = await works.candidate(file.name, file.text)
        (name,) = plan.edit.write
        if plan.ruleset.hash == works.in_force.ruleset.hash:
            raise CommandError(f"{name} is in force as it is here already; nothing was changed.")
        applied = await works.apply(plan.edit, author_of(caller))
    except FaultsError as error:
        return faults_reply("This rule file cannot be used", error.faults)
    except EditError as error:
        raise CommandError(sentence(error)) from error
    return applied_reply(works, caller, applied, f"changed the rules with {name}")


async def rollback(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Bring an earlier set back."""
    works = overseen(desk, caller)
    wanted = command.options["set"]
    try:
        entry, plan = await works.restoration(wanted)
        if not plan.edit and plan.ruleset.hash == works.in_force.ruleset.hash:
            raise CommandError(f"The set {entry.short} is in force already; nothing was changed.")
        applied = await works.rollback(entry.hash, author_of(caller))
    except FaultsError as error:
        return faults_reply(f"The set {echo(wanted)} cannot be used any more", error.faults)
    except (UnknownSetError, EditError) as error:
        raise CommandError(sentence(error)) from error
    return applied_reply(works, caller, applied, f"brought back the rules of {entry.at:%Y-%m-%d %H:%M} UTC")


def overseen(desk: Desk, caller: Caller) -> RuleWorks:
    """Return the workshop. Raises CommandError in a workspace from which rules may not be changed."""
    works = works_of(desk)
    if not works.may_be_changed_from(caller.place):
        raise CommandError(
            "Rules are shared by all workspaces, and this one has no admin channel in tocsin.yaml, so they cannot be "
            "changed from here. The operator can add one under admin_channels."
        )
    return works


def applied_reply(works: RuleWorks, caller: Caller, applied: Applied, what: str) -> Reply:
    """Say what changed, with the way back."""
    line: Line = (Text(f"{what}: "), Strong(str(applied.changes)))
    line = (*line, Text(f" (set {short(applied.before)} → {applied.short})"))
    note: list[Paragraph] = []
    if works.saved:
        note.append(Paragraph((Text(f"What was on disk and in no recorded set is kept in {works.saved}."),)))
    told = f"The set {applied.short} is in force."
    undo = f"rules rollback set:{short(applied.before)}"
    return done(caller, line, told, undo=undo, note=(changed(applied.changes), *note))


def author_of(caller: Caller) -> str:
    """Return who is told in the history; a name alone could be of another platform."""
    return f"{caller.user_name} ({caller.place.platform})"
