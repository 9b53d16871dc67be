"""What ``to`` of ``subscribe`` names: a topic, one rule of a topic, or an outlet within a topic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches

from bot.commands.desk import Desk
from bot.commands.parse import ECHO, CommandError, echo
from bot.commands.replies import BUTTON_ROOM, RUN, message, run_button, spelled
from bot.commands.terms import Terms
from bot.message import Context, Paragraph, Reply, Strong, Text
from bot.store import search

MOST_BUTTONS = 5
OUTLETS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A topic, or with ``rule`` only that rule of it."""

    topic: str
    rule: str | None = None


def find_aim(desk: Desk, given: str) -> Aim:
    """Return the topic, by id or title, or the rule meant. Raises CommandError with the nearest of both."""
    wanted = given.casefold()
    topic = next((one for one, title in desk.topics.items() if wanted in {one.casefold(), title.casefold()}), None)
    if topic is not None:
        return Aim(topic=topic)
    rule = next((one for one, title in desk.tools.rules.items() if wanted in {one.casefold(), title.casefold()}), None)
    if rule is not None:
        return Aim(topic=desk.tools.rule_topics[rule], rule=rule)
    if not desk.topics:
        raise CommandError(f"There is no topic {echo(given)}: no rule file has one.")
    near = get_close_matches(wanted[:ECHO], [*desk.topics, *desk.tools.rules], n=3, cutoff=0.0)
    raise CommandError(
        f"There is no topic or rule {echo(given)}. The nearest are: {', '.join(near)}. All of them: /tocsin topics"
    )


def aimed(before: Terms, aim: Aim, *, is_new: bool) -> Terms:
    """Return the terms with what is aimed at: a rule is added to those chosen, a topic stands for all of its rules.

    Raises CommandError for a rule of a topic that is followed whole.
    """
    chosen = before.wishes.rules
    if aim.rule is None:
        return replace(before, wishes=replace(before.wishes, rules=()))
    if not is_new and not chosen:
        raise CommandError(
            f"This channel follows all rules of {aim.topic}, {aim.rule} among them. To hear of this rule alone, "
            f"unsubscribe the topic first: /tocsin unsubscribe {aim.topic}"
        )
    return replace(before, wishes=replace(before.wishes, rules=tuple(dict.fromkeys((*chosen, aim.rule)))))


async def find_outlet(desk: Desk, given: str) -> str | None:
    """Return the outlet of this name, unless it is the name of a topic or rule too."""
    wanted = given.casefold()
    if wanted in {name.casefold() for names in (desk.topics, desk.tools.rules) for name in (*names, *names.values())}:
        return None
    known = await desk.db.read(lambda connection: search.outlets(connection, OUTLETS))
    return next((one for one in known if one.casefold() == wanted), None)


def offer_topics(desk: Desk, outlet: str) -> Reply:
    """Say that an outlet is followed within a topic, with a button for each that leads to its preview."""
    narrowed = {topic: spelled("subscribe", {"to": topic, "filter": f'outlet:"{outlet}"'}) for topic in desk.topics}
    words = (
        f"{outlet} is an outlet. What it publishes rings where a topic’s rules find something in it; choose a topic."
    )
    short = [one for one in sorted(narrowed) if len(RUN) + len(narrowed[one]) <= BUTTON_ROOM][:MOST_BUTTONS]
    buttons = [run_button(desk.topics[one], narrowed[one]) for one in short]
    example = next(iter(narrowed.values()), "")
    blocks = (
        Paragraph((Text("Only what "), Strong(outlet), Text(" publishes: choose a topic. Nothing is changed yet."))),
        Context((Text(f"Or type it: /tocsin {example}"),)),
    )
    return Reply(message=message("Subscribe", blocks, words, buttons=buttons))
