"""``rules apply`` and ``rules rollback``: rules put into force from the chat, whole or not at all."""

from __future__ import annotations

from bot.commands.attaching import read_rule_file
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError, echo
from bot.commands.replies import done
from bot.commands.rulewords import changed, faults_reply, short, works_of
from bot.inforce import Applied
from bot.message import Line, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.ruleedit import EditError
from bot.rulehistory import UnknownSetError
from bot.ruleworks import RuleWorks
from rules.errors import FaultsError


async def apply(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Check, test, write and bring into force the rule file that came with the command."""
    works = _overseen(desk, caller)
    try:
        file = await read_rule_file(caller, command)
        plan = await works.candidate(file.name, file.text)
        (name,) = plan.edit.write
        if plan.ruleset.hash == works.in_force.ruleset.hash:
            raise CommandError(f"{name} is in force as it is here already; nothing was changed.")
        applied = await works.apply(plan.edit, _author(caller))
    except FaultsError as error:
        return faults_reply("This rule file cannot be used", error.faults)
    except EditError as error:
        raise CommandError(str(error)) from error
    return _done(works, caller, applied, f"changed the rules with {name}")


async def rollback(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Bring an earlier set back."""
    works = _overseen(desk, caller)
    wanted = command.options["set"]
    try:
        entry, plan = await works.restoration(wanted)
        if not plan.edit and plan.ruleset.hash == works.in_force.ruleset.hash:
            raise CommandError(f"The set {entry.short} is in force already; nothing was changed.")
        applied = await works.rollback(entry.hash, _author(caller))
    except FaultsError as error:
        return faults_reply(f"The set {echo(wanted)} cannot be used any more", error.faults)
    except (UnknownSetError, EditError) as error:
        raise CommandError(str(error)) from error
    return _done(works, caller, applied, f"brought back the rules of {entry.at:%Y-%m-%d %H:%M} UTC")


def _overseen(desk: Desk, caller: Caller) -> RuleWorks:
    works = works_of(desk)
    if not works.may_be_changed_from(caller.place):
        raise CommandError(
            "Rules are shared by all workspaces, and this one has no admin channel in tocsin.yaml, so they cannot be "
            "changed from here. The operator can add one under admin_channels."
        )
    return works


def _done(works: RuleWorks, caller: Caller, applied: Applied, what: str) -> Reply:
    line: Line = (Text(f"{what}: "), Strong(str(applied.changes)))
    line = (*line, Text(f" (set {short(applied.before)} → {applied.short})"))
    note: list[Paragraph] = []
    if works.saved:
        note.append(Paragraph((Text(f"What was on disk and in no recorded set is kept in {works.saved}."),)))
    told = f"The set {applied.short} is in force."
    undo = f"rules rollback set:{short(applied.before)}"
    return done(caller, line, told, undo=undo, note=(changed(applied.changes), *note))


def _author(caller: Caller) -> str:
    """Return who is told in the history; a name alone could be of another platform."""
    return f"{caller.user_name} ({caller.place.platform})"
