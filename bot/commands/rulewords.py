"""How answers about rules are worded: faults, changes, sets."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.desk import Desk
from bot.commands.parse import CommandError
from bot.commands.replies import message
from bot.message import Block, Bullets, Context, Line, Moment, Paragraph, Reply, Strong, Text
from bot.rulebook.inforce import SHORT
from bot.rulebook.works import RuleWorks
from rules.changes import Changes
from rules.errors import Fault, guess
from rules.ruleset import Rule
from rules.sanitise import shorten
from rules.wording import count

FAULTS = 10
CHANGES = 15
LINE = 400  # code points of one line of a list


def works_of(desk: Desk) -> RuleWorks:
    """Return the workshop. Raises CommandError where the running bot has none."""
    if desk.tools.works is None:
        raise CommandError("This Tocsin has no rule files to work on.")
    return desk.tools.works


def known_rule(works: RuleWorks, given: str, rules: Sequence[Rule] | None = None) -> Rule:
    """Return a rule by its id. Raises CommandError with the nearest one."""
    among = works.in_force.ruleset.rules if rules is None else rules
    found = next((rule for rule in among if rule.id.casefold() == given.casefold()), None)
    if found is None:
        near = guess(given, [rule.id for rule in among])
        raise CommandError(f"There is no rule “{shorten(given, 60)}”{near} All of them: /tocsin rules show")
    return found


def faults_reply(what: str, faults: Sequence[Fault]) -> Reply:
    """Say that rules cannot be used, and where they are wrong."""
    words = f"{what}: {count(len(faults), 'fault')}. Nothing was changed."
    lines = [str(fault) for fault in faults]
    shown = message("Rules", (Paragraph((Strong(words),)), listed(lines, FAULTS), _help()), words)
    return Reply(message=shown)


def listed(lines: Sequence[str], most: int) -> Bullets:
    """Make a list of the first lines, and say how many more there are."""
    shown: list[Line] = [(Text(shorten(line, LINE)),) for line in lines[:most]]
    if len(lines) > most:
        shown.append((Text(f"and {len(lines) - most} more"),))
    return Bullets(tuple(shown))


def changed(changes: Changes) -> Block:
    """List what changes, rule by rule."""
    return listed(list(changes.lines()) or ["no rule changes, only comments, order or layout"], CHANGES)


def sentence(error: Exception) -> str:
    """Return what an error says as a sentence of its own; a name in front stays as it is written."""
    words = str(error)
    first = words.partition(" ")[0]
    return words[:1].upper() + words[1:] if first.isalpha() else words


def short(digest: str) -> str:
    """Return a hash as people are shown it."""
    return digest[:SHORT]


def rule_trouble(works: RuleWorks) -> list[Block]:
    """Say what is the matter with the rules: files that are refused, rules that fail; nothing when all is well."""
    blocks: list[Block] = []
    refused = works.refused
    if refused is not None:
        head: Line = (Strong("The rule files cannot be used since "), Moment(refused.since))
        blocks.append(Paragraph((*head, Strong("; the last good set stays in force:"))))
        blocks.append(listed([str(fault) for fault in refused.faults], 5))
    for rule, failures in works.failing.items():
        told = Text(" (a defect of Tocsin's; from the third on it is left out, the others go on).")
        blocks.append(Paragraph((Strong(f"The rule {rule} failed on {count(failures, 'article')}"), told)))
    if works.unrecorded:
        blocks.append(Paragraph((Strong(works.unrecorded),)))
    return blocks


def _help() -> Context:
    return Context((Text("What a code in [brackets] means: docs/codes.md"),))
