"""``unsubscribe``: a topic, or one of the rules that were chosen of it; for ten minutes it can be had back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.commands import terms
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError, echo
from bot.commands.replies import message
from bot.commands.subscribing import notice
from bot.commands.taking import UNDO
from bot.message import Block, Button, Context, Line, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.store import offers, subscriptions
from bot.store.offers import UNDO_WITHIN, OfferKind
from bot.store.subscriptions import Subscription
from rules.errors import guess


async def unsubscribe(desk: Desk, caller: Caller, command: Command) -> Reply:
    """End a subscription of the channel, or take a rule out of it."""
    given = command.options["from"]
    known = await desk.db.read(lambda connection: subscriptions.of_channel(connection, caller.place))
    one = _followed(desk, known, given)
    rule = next((each for each in one.wishes.rules if each.casefold() == given.casefold()), None)
    offer = await _ended(desk, caller, one, rule)
    title = desk.topics.get(one.topic, one.topic)
    title = title if rule is None else f"the rule {rule} of {title}"
    told = f"This channel no longer follows {title}."
    blocks: list[Block] = [Paragraph((Text(told),))]
    if one.configured:
        blocks.append(
            Context((Text("It stands in tocsin.yaml: unless it is taken out there, it is back at a restart."),))
        )
    line: Line = (Text(f"{caller.user_name} unsubscribed this channel from "), Strong(title))
    undo = Button(action=UNDO, label="Undo (10 min)", value=str(offer))
    return Reply(
        message=message("Unsubscribed", blocks, told),
        announce=notice(line, f"{caller.user_name} unsubscribed this channel from {title}", (undo,)),
    )


def _followed(desk: Desk, known: Sequence[Subscription], given: str) -> Subscription:
    """Return the subscription to a topic, by id or title, or to one of its rules. Raises CommandError."""
    wanted = given.casefold()
    for one in known:
        names = (one.topic, desk.topics.get(one.topic, ""), *one.wishes.rules)
        if wanted in {name.casefold() for name in names}:
            return one
    known_names = [*(one.topic for one in known), *(rule for one in known for rule in one.wishes.rules)]
    has = f"It follows {', '.join(known_names)}" if known_names else "It follows nothing"
    raise CommandError(f"This channel does not follow {echo(given)}{guess(given, known_names) or '.'} {has}.")


async def _ended(desk: Desk, caller: Caller, one: Subscription, rule: str | None) -> int:
    """End it, or take the rule out, and return the number of the offer that brings it back as it was."""
    now, by = desk.clock.now(), caller.user_name
    left = tuple(each for each in one.wishes.rules if each != rule)

    def work(connection: Connection) -> int:
        if rule is not None and left:
            rest = replace(one.wishes, rules=left)
            subscriptions.subscribe(
                connection, one.place, one.topic, severity=one.severity, threads=None, by=by, at=now, wishes=rest
            )
        else:
            subscriptions.unsubscribe(connection, one.place, one.topic, by=by, at=now)
        return offers.make(
            connection,
            OfferKind.RESUBSCRIBE,
            lane=str(caller.place),
            user=caller.user,
            body=terms.of_subscription(one).to_body(),
            now=now,
            within=UNDO_WITHIN,
        )

    return await desk.db.tx(work)
