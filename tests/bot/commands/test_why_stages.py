"""``why`` names the first stage at which an article stopped: one case for each stage, each brought about for real."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.commands.stages import STOPPED_AT
from bot.message import Bullets, Strong
from bot.ringing.holding import QuietBehaviour, QuietHours
from bot.ringing.routing import RouteReason
from bot.store import channels, lanes, schema
from bot.store.channels import ChannelPace
from rules.model import Severity
from tests.bot.commands.newsroom import CHEESE, ELSEWHERE, HERE, LOWER, RANGE, Newsroom
from tests.bot.commands.test_tracing import WAY

TITLE = "US may withdraw up to 70,000 troops"
DEPLOY = "Washington will deploy 12,000 US troops to Poland, it said."
Case = Callable[[Newsroom], Awaitable[str]]


async def publish(room: Newsroom, text: str = RANGE, outlet: str = "The Courier", **given: float | bool) -> str:
    return await room.publish(outlet, TITLE, text, **given)  # type: ignore[arg-type]


async def never_seen(room: Newsroom) -> str:
    await publish(room)
    return "https://the-courier.example/never"


async def unreadable(room: Newsroom) -> str:
    await publish(room)
    values = {"failures": 3, "error_code": "not_a_feed", "error_text": "an HTML page"}
    await room.db.tx(lambda connection: connection.execute(update(schema.feed).values(values)))
    return "https://the-courier.example/never"


async def first_poll(room: Newsroom) -> str:
    return await publish(room, rings=False)


async def old(room: Newsroom) -> str:
    return await publish(room, hours=24.0 * 30)


async def other_words(room: Newsroom) -> str:
    return await room.publish("The Courier", "Cheese fair opens", CHEESE)


async def no_claim(room: Newsroom) -> str:
    return await publish(room, CHEESE)  # only the title has the words that the rule looks for


async def restated(room: Newsroom) -> str:
    await publish(room)
    return await publish(room, outlet="The Mirror", hours=0.5)


async def too_mild(room: Newsroom) -> str:
    await room.subscribe(severity=Severity.URGENT)
    return await publish(room, DEPLOY)


async def not_followed(room: Newsroom) -> str:
    await room.subscribe(ELSEWHERE)
    return await publish(room)


async def parked(room: Newsroom) -> str:
    await room.subscribe()
    await room.db.tx(lambda connection: lanes.park(connection, str(HERE), "no_permission", "the bot was removed"))
    return await publish(room)


async def silenced(room: Newsroom) -> str:
    await room.subscribe()
    await room.ask("snooze us-forces-europe for:1h")
    return await publish(room)


async def paced(room: Newsroom, **given: object) -> None:
    await room.subscribe()
    pace = replace(ChannelPace(), **given)  # type: ignore[arg-type]  # the fields of the class
    await room.db.tx(lambda connection: channels.save_pace(connection, str(HERE), pace))


async def quiet(room: Newsroom) -> str:
    whole_day = QuietHours(start=time(0), end=time(0), zone=ZoneInfo("UTC"), behaviour=QuietBehaviour.HOLD)
    await paced(room, quiet=whole_day)
    return await publish(room)


async def digest_only(room: Newsroom) -> str:
    await paced(room, digest_only=True)
    return await publish(room)


async def over_the_cap(room: Newsroom) -> str:
    await paced(room, cap=1)
    await room.publish("The Wire", "Troops for Poland", DEPLOY, hours=3)
    return await publish(room)


async def not_delivered(room: Newsroom) -> str:
    await room.subscribe()
    url = await publish(room)
    values = {"state": "dead", "error": "channel_gone: the channel was deleted"}
    await room.db.tx(lambda connection: connection.execute(update(schema.outbox).values(values)))
    return url


async def thread_deleted(room: Newsroom) -> str:
    await room.subscribe()
    await publish(room)
    await room.db.tx(lambda connection: connection.execute(update(schema.thread).values(state="gone")))
    return await publish(room, LOWER, "The Wire", hours=0.5)


CASES: dict[str, tuple[Case, str]] = {
    "fetched": (never_seen, "✗ fetched: Tocsin has never seen this address"),
    "parsed": (unreadable, "✗ parsed: it cannot be read"),
    "identity": (first_poll, "✗ identity: baseline – the feed's first poll"),
    "date": (old, "✗ date: stale – published 30 d ago; the freshness limit is 4 d"),
    "rules": (other_words, "✗ rules: none – nearest is "),
    "claims": (no_claim, "✗ claims: none that a rule asks for – nearest is us-withdrawal-figure"),
    "ledger": (restated, "✗ ledger: nothing that rings – nearest is "),
    "severity": (too_mild, "✗ severity: below severity – the alert is important, the channel wants urgent or more"),
    "subscription, not followed": (not_followed, "✗ subscription: none – this channel did not follow"),
    "subscription, parked": (parked, "✗ subscription: parked – no_permission"),
    "silence": (silenced, "✗ silence: silenced – silence 1, topic us-forces-europe"),
    "quiet hours": (quiet, "✗ quiet: quiet held – "),
    "quiet, digest only": (digest_only, "✗ quiet: digest only"),
    "rate": (over_the_cap, "✗ rate: rate cap – "),
    "delivered, a dead message": (not_delivered, "✗ delivered: a post is dead – channel_gone"),
    "delivered, a deleted thread": (thread_deleted, "✗ delivered: thread gone – the story's message was deleted"),
}


@pytest.mark.parametrize("stage", CASES)
async def test_the_first_stage_that_stopped_an_article_is_marked_and_is_the_last_one_shown(
    room: Newsroom, stage: str
) -> None:
    bring_about, said = CASES[stage]
    url = await bring_about(room)
    reply = (await room.ask(f"why url:{url}")).message
    assert reply.heading == "Why it did not ring here"
    (steps,) = [block for block in reply.blocks[:2] if isinstance(block, Bullets)]
    (stopped,) = [line for line in steps.lines if any(isinstance(part, Strong) for part in line)]
    words = "".join(getattr(part, "text", "") for part in stopped)
    assert words.startswith(said) or f"✗ {words}".startswith(said)
    passed = ["".join(getattr(part, "text", "") for part in line) for line in steps.lines]
    known = [WAY.index(name) for line in passed if (name := line[2:].partition(":")[0]) in WAY]
    assert known == sorted(known)


def test_every_reason_not_to_post_has_its_stage() -> None:
    assert set(STOPPED_AT) == set(RouteReason) - {RouteReason.DELIVERED}
    assert set(STOPPED_AT.values()) <= set(WAY)


async def test_the_figure_that_rang_is_never_hidden_among_other_claims(room: Newsroom) -> None:
    await room.subscribe()
    others = " ".join(
        f"{name} said that it will send {number},000 soldiers to Lithuania."
        for number, name in enumerate(("France", "Italy", "Spain", "Norway", "Denmark", "Poland", "Greece"), start=2)
    )
    await publish(room, f"{others} {RANGE}")
    said = await room.said("why 1")
    assert "more claim" in said
    assert "ledger: new – first figure of its kind: 40,000–70,000 (Welt am Sonntag)" in said
