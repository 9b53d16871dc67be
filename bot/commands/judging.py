"""``feedback`` and ``missed``: what people think of what rang, and of what did not."""

from __future__ import annotations

from datetime import timedelta

from bot.commands.desk import Desk
from bot.commands.links import address, find_alert
from bot.commands.parse import Command, CommandError, echo
from bot.commands.replies import answer, message, run_button
from bot.commands.stages import steps, stopped_at
from bot.commands.tracing import why_article
from bot.commands.values import number
from bot.feeds.identity import canonical_url
from bot.message import Block, Bullets, Context, Line, Link, Moment, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.store import feedback, judged, tracing
from bot.store.feedback import RuleCount, Verdict
from rules.wording import count

PERIOD = timedelta(days=30)
MISSED_SHOWN = 5
VERDICTS = tuple(verdict.value for verdict in Verdict)
_WORDS = {
    Verdict.RELEVANT: "relevant",
    Verdict.NOT_RELEVANT: "not relevant",
    Verdict.DUPLICATE: "duplicate",
    Verdict.WRONG_FIGURE: "wrong figure",
    Verdict.WRONG_SOURCE: "wrong source",
}


async def judge(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Keep a verdict on an alert; without one, show what was said of each rule's alerts."""
    if "verdict" not in command.options:
        return await _overview(desk, caller, command)
    alert = await find_alert(desk, caller, command.options.get("alert"))
    return await _record(desk, caller, alert, Verdict(command.options["verdict"]))


async def irrelevant_pressed(desk: Desk, caller: Caller, value: str) -> Reply:
    """Answer the button Not relevant: keep it, and ask what exactly is wrong."""
    alert = number(value, "an alert")
    if await desk.db.read(lambda connection: tracing.item_of_alert(connection, alert)) is None:
        raise CommandError(f"Alert {alert} is not known any more.")
    return await _record(desk, caller, alert, Verdict.NOT_RELEVANT)


async def missed(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Keep an article that should have rung, with the stage that stopped it; and show that."""
    url = address(command.options["url"])
    shown = await why_article(desk, caller, url)
    found = await desk.db.read(lambda connection: tracing.items_at(connection, url))
    stage = "never seen"
    if found:
        trace = await desk.db.read(lambda connection: tracing.trace(connection, found[0]))
        stop = stopped_at(steps(trace, str(caller.place)))
        if stop is None:
            raise CommandError(f"{echo(url)} did ring here: /tocsin why {trace.alert.id if trace.alert else url}")
        stage = f"{stop.name}: {stop.outcome}"
    case = await desk.db.tx(
        lambda connection: feedback.report_missed(
            connection,
            url=canonical_url(url),
            item_id=found[0] if found else None,
            stage=stage,
            note=command.options.get("note", ""),
            lane=str(caller.place),
            user=caller.user_name,
            at=desk.clock.now(),
        )
    )
    kept = f"Kept as case {case}: it ended at “{stage}”. Those who write the rules see it in /tocsin feedback."
    told = message(
        shown.message.heading, (Paragraph((Strong(kept),)), *shown.message.blocks), kept, buttons=shown.message.buttons
    )
    return Reply(message=told)


async def _record(desk: Desk, caller: Caller, alert: int, verdict: Verdict) -> Reply:
    now, lane = desk.clock.now(), str(caller.place)
    await desk.db.tx(lambda connection: feedback.record(connection, alert, lane, caller.user, verdict, now))
    counts = await desk.db.read(lambda connection: feedback.of_alert(connection, alert))
    thanks = f"Thanks: alert {alert} is kept as {_WORDS[verdict]}. So far: {_counted(counts)}."
    others = [one for one in Verdict if one is not verdict]
    buttons = [run_button(_WORDS[one].capitalize(), f"feedback alert:{alert} verdict:{one}") for one in others]
    small = "Pressing another one replaces your word; each person has one for each alert."
    blocks = (Paragraph((Text(thanks),)), Context((Text(small),)))
    return Reply(message=message("Feedback", blocks, thanks, buttons=buttons))


async def _overview(desk: Desk, caller: Caller, command: Command) -> Reply:
    if "alert" in command.options:
        raise CommandError(f"Say what you think of it with verdict: ({', '.join(VERDICTS)})")
    since = desk.clock.now() - PERIOD
    rules = await desk.db.read(lambda connection: feedback.by_rule(connection, since))
    reported = await desk.db.read(lambda connection: feedback.count_missed(connection, since))
    if not rules and not reported:
        return answer("Nobody has judged an alert in the last 30 days. The button Not relevant stands below each.")
    workspace = f"{caller.place.platform}:{caller.place.workspace}"
    cases = await desk.db.read(lambda connection: judged.missed_cases(connection, workspace, since, MISSED_SHOWN))
    blocks: list[Block] = [Bullets(tuple(map(_rule_line, rules)))] if rules else []
    if cases:
        blocks += [Paragraph((Strong("Missed here, the newest first:"),)), Bullets(tuple(map(_case_line, cases)))]
    blocks.append(Context((Text(f"{count(reported, 'article')} reported as missed"),)))
    return Reply(message=message("Feedback of 30 days", blocks, "Feedback of 30 days"))


def _case_line(one: judged.MissedCase) -> Line:
    note = f" – {one.note}" if one.note else ""
    return (Moment(one.at), Text(" "), Link(one.url, one.title or one.url), Text(f"{note} · ended at “{one.stage}”"))


def _rule_line(one: RuleCount) -> Line:
    return (Strong(one.title), Text(f" ({one.rule}): {_counted(one.counts)}"))


def _counted(counts: tuple[tuple[Verdict, int], ...]) -> str:
    return ", ".join(f"{number} {_WORDS[verdict]}" for verdict, number in counts) or "nothing yet"
