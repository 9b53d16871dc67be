"""``rules tune``: what the readers said becomes a proposal, and a press on Apply a rule."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from bot.store.feedback import Verdict
from bot.store.schema import alert
from rules.match import Matcher
from tests.bot.commands.newsroom import DESK_RULES, Newsroom, words_of
from tests.rules.real import lexicon

RULE = "bridge-closed"
GAMES = (
    "Pensioners of a bridge club in Dover closed their season with a chess evening and gave cups to the youngest.",
    "In Lisbon a tournament of bridge pairs closed on Sunday; a chess grandmaster handed the medals to the winners.",
)
ROADS = (
    "Police closed the harbour bridge to lorries after engineers had found cracks in two of its northern pillars.",
    "A flood tore gravel from the valley railway, and the viaduct, the only bridge to Altdorf, stays closed for weeks.",
)
NEWEST = select(func.max(alert.c.id))
HALL = "A hall in Ghent where people had played bridge and chess for ninety years has closed because its rent doubled."


async def ring(room: Newsroom, texts: tuple[str, ...], verdict: Verdict | None) -> None:
    """Publish articles and let somebody judge their alerts."""
    for text in texts:
        await room.publish("The Courier", text.removesuffix("."), text)
        if verdict is not None:
            number = await room.db.read(
                lambda connection: connection.execute(select(func.max(alert.c.id))).scalar_one()
            )
            await room.ask(f"feedback {number} verdict:{verdict}", role="reader")


async def ready(room: Newsroom) -> None:
    """Let the rule of the desk ring."""
    await room.ask(f"rules enable {RULE}")
    ruleset = room.works.in_force.ruleset
    room.pipeline.use(Matcher(ruleset, lexicon()), ruleset.topics)
    await room.subscribe(topic="bridges")


async def judged(room: Newsroom) -> None:
    await ready(room)
    await ring(room, GAMES, Verdict.NOT_RELEVANT)
    await ring(room, ROADS, Verdict.RELEVANT)


def on_disk(room: Newsroom) -> str:
    return (room.rules / "desk.yaml").read_text(encoding="utf-8")


async def test_a_proposal_is_shown_with_its_proof_and_changes_nothing(room: Newsroom) -> None:
    await judged(room)
    before = on_disk(room)
    reply = await room.ask(f"rules tune {RULE}")
    said = words_of(reply.message)
    assert "2 of 2 alerts called not relevant would not have rung" in said
    assert "2 of 2 called relevant still ring, 2 of 2 tests of the rule pass" in said
    assert "• title:chess – word of headlines, in 2 of 2" in said
    assert [button.label for button in reply.message.buttons] == ["Apply", "Cancel"]
    (file,) = reply.files
    assert b"\n+    unless: title:chess\n" in file.content
    assert on_disk(room) == before


async def test_apply_puts_it_into_force_for_all_to_see_with_the_way_back(room: Newsroom) -> None:
    await judged(room)
    before = on_disk(room)
    apply = (await room.ask(f"rules tune {RULE}")).message.buttons[0]
    assert "That is for admins" in words_of((await room.press(apply.action, apply.value, role="editor")).message)
    reply = await room.press(apply.action, apply.value)
    assert on_disk(room) == before.replace("closed\n    status", "closed\n    unless: title:chess\n    status")
    assert reply.announce is not None
    assert f"ana tuned the rule {RULE}: ~ {RULE}: unless: none → title:chess" in words_of(reply.announce)
    assert "was done, or dropped, already" in words_of((await room.press(apply.action, apply.value)).message)
    assert "unless: none → title:chess" in await room.said("audit")
    (undo,) = reply.announce.buttons
    await room.press(undo.action, undo.value)
    assert on_disk(room) == before


async def test_a_file_that_was_changed_meanwhile_is_not_written_over(room: Newsroom) -> None:
    await judged(room)
    apply = (await room.ask(f"rules tune {RULE}")).message.buttons[0]
    changed = DESK_RULES.replace("A bridge is closed", "A bridge is shut")
    await asyncio.to_thread((room.rules / "desk.yaml").write_text, changed, encoding="utf-8")
    said = words_of((await room.press(apply.action, apply.value)).message)
    assert f"is not any more what it was; ask again: /tocsin rules tune {RULE}" in said
    assert on_disk(room) == changed


async def test_whoever_finds_an_alert_relevant_outweighs_those_who_do_not(room: Newsroom) -> None:
    await judged(room)
    await room.ask("feedback 1 verdict:relevant")
    said = await room.said(f"rules tune {RULE}")
    assert said.endswith("Another story called so is needed.")


async def test_one_example_is_refused(room: Newsroom) -> None:
    await ready(room)
    await ring(room, GAMES[:1], Verdict.NOT_RELEVANT)
    await ring(room, ROADS, Verdict.RELEVANT)
    said = await room.said(f"rules tune {RULE}")
    assert "only one story was called not relevant, and what is learnt from one example fits that one only" in said


async def test_without_a_complaint_there_is_nothing_to_tune(room: Newsroom) -> None:
    assert "none of its alerts was called not relevant" in await room.said("rules tune us-withdrawal-figure")


async def test_what_would_also_fall_silent_is_named(room: Newsroom) -> None:
    await judged(room)
    await ring(room, (HALL,), None)
    said = await room.said(f"rules tune {RULE}")
    assert "Of 1 alert that nobody judged, 1 would not have rung: A hall in Ghent " in said


async def test_only_admins_ask(room: Newsroom) -> None:
    assert "is for admins" in await room.said(f"rules tune {RULE}", role="editor")
