"""``rules hygiene`` from the chat."""

from __future__ import annotations

from bot.ports import Place
from tests.bot.commands.newsroom import Newsroom, caller, words_of


async def test_what_needs_looking_after_is_told_by_kind_with_the_next_step(room: Newsroom) -> None:
    await room.subscribe()
    await room.subscribe(topic="old-topic")
    room.clock.advance(91 * 86400)
    said = await room.said("rules hygiene", role="editor")
    assert "Followed, but gone: 1 – unsubscribe there, or bring the topic or rule back." in said
    assert "• old-topic – slack channel C1 follows this topic, and no rule file has it" in said
    assert "• us-deployment-figure – it has never rung in the 91 days since 2026-09-01" in said
    assert "Forgotten: 1 – read it again: enable it, or delete it.\n• bridge-closed – draft and not changed" in said
    assert "• bridges – no channel follows it; 1 rule" in said
    assert said.index("Followed, but gone") < said.index("Silent: ") < said.index("Followed by nobody")


async def test_a_channel_of_another_workspace_is_not_named(room: Newsroom) -> None:
    await room.subscribe(Place(platform="slack", workspace="T2", channel="C77"), topic="old-topic")
    said = await room.said("hygiene")
    assert "• old-topic – another workspace follows this topic" in said
    assert "C77" not in said


async def test_it_is_for_editors(room: Newsroom) -> None:
    assert "“rules hygiene” is for editors" in words_of(
        (await room.commands.handle(caller("reader"), "rules hygiene")).message
    )
