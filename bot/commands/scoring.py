"""``rules scorecard``: what each rule is worth, and what to do about it."""

from __future__ import annotations

from bot.commands import values
from bot.commands.desk import Desk
from bot.commands.parse import Command
from bot.commands.replies import message
from bot.commands.rulewords import works_of
from bot.message import Bullets, Context, Line, Moment, Reply, Strong, Text
from bot.ports import Caller
from rules.scorecard import Score, Verdict, votes_told
from rules.wording import count

DEFAULT_SPAN = "30d"
RULES = 20


async def scorecard(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Show one line a rule, those to act on first."""
    span = command.options.get("since", DEFAULT_SPAN)
    scores = await works_of(desk).scores(values.since(span, desk.clock.now()))
    lines = [_line(score) for score in scores[:RULES]]
    if len(scores) > RULES:
        lines.append((Text(f"and {len(scores) - RULES} more; all of them: tocsin rules scorecard"),))
    small = f"Alerts and votes of {span}. A vote is the button Not relevant, or /tocsin feedback."
    if any(score.verdict is Verdict.TUNE for score in scores):
        small += " What would help: /tocsin rules tune with the rule."
    return Reply(
        message=message("Scorecard", (Bullets(tuple(lines)), Context((Text(small),))), count(len(scores), "rule"))
    )


def _line(score: Score) -> Line:
    record = score.record
    head: Line = (Strong(f"{score.verdict}: {score.rule}"), Text(f" – {score.reason}"))
    if record.last_rang is None:
        return head
    told = f"; {count(record.alerts, 'alert')}, last rang "
    votes = "".join(f", {told}" for told in votes_told(record))
    return (*head, Text(told), Moment(record.last_rang), *((Text(votes),) if votes else ()))
