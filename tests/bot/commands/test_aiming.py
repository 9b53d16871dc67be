"""What ``subscribe to:`` takes beside a topic: one of its rules, and an outlet within a topic."""

from __future__ import annotations

from sqlalchemy import select

from bot.ringing.routing import RouteReason
from bot.store import subscriptions
from bot.store.schema import route
from tests.bot.commands.newsroom import ELSEWHERE, HERE, RANGE, Newsroom, caller, words_of

TOPIC, RULE = "us-forces-europe", "us-withdrawal-figure"


async def mine(room: Newsroom) -> dict[str, tuple[str, ...]]:
    found = await room.db.read(lambda c: subscriptions.of_channel(c, HERE))
    return {one.topic: one.wishes.rules for one in found}


def another(room: Newsroom) -> str:
    """Return a rule of the topic that does not ring for the article."""
    return next(rule.id for rule in room.ruleset.rules if rule.topic == TOPIC and rule.id != RULE)


async def test_a_rule_is_followed_alone(room: Newsroom) -> None:
    said = await room.said(f"subscribe {RULE}")
    assert f"Subscribe this channel to US forces in Europe? Every severity, only the rule {RULE}." in said
    reply = await room.ask(f"subscribe {RULE} confirm:true")
    assert reply.announce is not None
    assert f"only the rule {RULE}" in words_of(reply.announce)
    assert await mine(room) == {TOPIC: (RULE,)}
    assert f"only {RULE}" in await room.said("list")


async def test_only_the_rules_that_are_followed_ring(room: Newsroom) -> None:
    await room.ask(f"subscribe {another(room)} confirm:true")
    await room.ask(f"subscribe {RULE} confirm:true", place=ELSEWHERE)
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    routes = await room.db.read(lambda c: c.execute(select(route.c.lane, route.c.reason, route.c.detail)).all())
    assert {(lane, reason) for lane, reason, _ in routes} == {
        (str(HERE), RouteReason.FILTERED),
        (str(ELSEWHERE), RouteReason.DELIVERED),
    }
    assert f"the channel follows only the rules {another(room)}" in await room.said("why 1")


async def test_the_preview_counts_the_rule_alone(room: Newsroom) -> None:
    await room.subscribe(ELSEWHERE)
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    assert "1 in 24 h" in await room.said(f"subscribe {RULE}")
    assert "0 in 24 h" in await room.said(f"subscribe {another(room)}")


async def test_further_rules_are_added_and_taken_out_one_by_one(room: Newsroom) -> None:
    await room.ask(f"subscribe {RULE} confirm:true")
    await room.ask(f"subscribe {another(room)} confirm:true")
    assert await mine(room) == {TOPIC: (RULE, another(room))}
    reply = await room.ask(f"unsubscribe {RULE}")
    assert await mine(room) == {TOPIC: (another(room),)}
    assert reply.announce is not None
    assert f"unsubscribed this channel from the rule {RULE} of US forces in Europe" in words_of(reply.announce)
    (undo,) = reply.announce.buttons
    await room.press(undo.action, undo.value)
    assert await mine(room) == {TOPIC: (RULE, another(room))}
    await room.ask(f"unsubscribe {RULE}")
    await room.ask(f"unsubscribe {another(room)}")
    assert await mine(room) == {}


async def test_the_topic_stands_for_all_of_its_rules(room: Newsroom) -> None:
    await room.ask(f"subscribe {RULE} confirm:true")
    await room.ask(f"subscribe {TOPIC} confirm:true")
    assert await mine(room) == {TOPIC: ()}
    assert f"follows all rules of {TOPIC}, {RULE} among them" in await room.said(f"subscribe {RULE} confirm:true")
    assert await mine(room) == {TOPIC: ()}


async def test_an_outlet_is_followed_within_a_topic(room: Newsroom) -> None:
    await room.subscribe(ELSEWHERE)
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    reply = await room.ask('subscribe "the courier"')
    assert "Only what The Courier publishes: choose a topic. Nothing is changed yet." in words_of(reply.message)
    button = next(one for one in reply.message.buttons if one.label == "US forces in Europe")
    preview = await room.press(button.action, button.value)
    assert 'only what fits outlet:"The Courier"' in words_of(preview.message)
    assert "1 in 24 h" in words_of(preview.message)
    other = button.value.replace("Courier", "Herald")
    assert "0 in 24 h" in await room.said(other)


async def test_what_is_neither_names_the_three_nearest_topics_and_rules(room: Newsroom) -> None:
    said = await room.said("subscribe us-withdrawl-figure")
    assert "There is no topic or rule “us-withdrawl-figure”. The nearest are: us-withdrawal-figure, " in said
    assert said.count(", ") >= 2


async def test_topics_rules_and_outlets_are_suggested(room: Newsroom) -> None:
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)

    async def suggested(typed: str) -> list[str]:
        return await room.commands.complete(caller(), "subscribe", "to", typed)

    assert TOPIC in await suggested("us-f")
    assert RULE in await suggested("withdrawal")
    assert "The Courier" in await suggested("cour")
