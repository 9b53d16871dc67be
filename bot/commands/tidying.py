"""``rules hygiene``: what needs looking after among the rules, each with what it is seen by and the next step."""

from __future__ import annotations

from functools import partial

from bot.commands import values
from bot.commands.desk import Desk
from bot.commands.parse import Command
from bot.commands.replies import answer, message
from bot.commands.rulewords import works_of
from bot.commands.scoring import DEFAULT_SPAN
from bot.message import Block, Bullets, Context, Line, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.rulebook.hygiene import estate
from rules.hygiene import Finding, Kind, by_kind, hygiene
from rules.wording import count

SHOWN = 5  # findings of a kind


async def tidy(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Show what there is to do, by kind, the most urgent first."""
    works, now = works_of(desk), desk.clock.now()
    span = command.options.get("since", DEFAULT_SPAN)
    gather = partial(
        estate,
        ruleset=works.in_force.ruleset,
        history=works.history,
        since=values.since(span, now),
        now=now,
        period=span,
        workspace=(caller.place.platform, caller.place.workspace),
    )
    found = await works.heavy(hygiene, await desk.db.read(gather))
    rules = count(len(works.in_force.ruleset.rules), "rule")
    if not found:
        return answer(f"Nothing to look after among {rules}.")
    blocks: list[Block] = []
    for kind, findings in by_kind(found).items():
        blocks += _kind_blocks(kind, findings)
    blocks.append(Context((Text(f"{rules}; volumes of {span}. All of it: tocsin rules hygiene"),)))
    words = f"{count(len(found), 'finding')} among {rules}"
    return Reply(message=message("Rules to look after", blocks, words))


def _kind_blocks(kind: Kind, findings: list[Finding]) -> list[Block]:
    lines: list[Line] = [(Strong(one.rule or one.topic), Text(f" – {one.evidence}")) for one in findings[:SHOWN]]
    if len(findings) > SHOWN:
        rest = ", ".join(one.rule or one.topic for one in findings[SHOWN : 3 * SHOWN])
        more = len(findings) - 3 * SHOWN
        lines.append((Text(f"also {rest}" + (f" and {more} more" if more > 0 else "")),))
    head: Line = (Strong(f"{kind.capitalize()}: {len(findings)}"), Text(f" – {findings[0].next_step}."))
    return [Paragraph(head), Bullets(tuple(lines))]
