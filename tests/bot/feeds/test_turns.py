"""Turns of the event loop that nobody fills alone."""

from __future__ import annotations

import asyncio

from bot.feeds.turns import LONGEST, RELEASED, Turns
from tests.fakes.manual_clock import ManualClock

WORK = LONGEST / 2  # seconds of one piece


async def run(pieces: int, *, is_polite: bool) -> list[str]:
    """Do so many pieces of work that are ready at once; returns their order and that of the loop's other turns."""
    clock, said = ManualClock(), list[str]()
    turns = Turns(clock)

    async def work() -> None:
        if is_polite:
            await turns.give_way()
        clock.advance(WORK)
        said.append("work")

    async def others() -> None:
        while len([one for one in said if one == "work"]) < pieces:
            said.append("others")
            await asyncio.sleep(0)

    await asyncio.gather(*(work() for _ in range(pieces)), others())
    return said


async def test_many_that_are_ready_at_once_let_others_in_between() -> None:
    said = await run(60, is_polite=True)
    runs = " ".join(said).split("others")
    assert max(part.count("work") for part in runs) <= RELEASED + 3
    assert said.count("work") == 60


async def test_without_giving_way_the_others_wait_for_all_of_them() -> None:
    assert (await run(60, is_polite=False))[:60] == ["work"] * 60


async def test_few_are_done_in_the_turn_in_which_they_came() -> None:
    assert (await run(2, is_polite=True))[:2] == ["work"] * 2


async def test_who_is_cancelled_while_waiting_keeps_nobody_waiting() -> None:
    clock = ManualClock()
    turns = Turns(clock)

    async def work() -> None:
        await turns.give_way()
        clock.advance(2 * LONGEST)

    tasks = [asyncio.create_task(work()) for _ in range(3 * RELEASED)]
    await asyncio.sleep(0)
    assert [task.done() for task in tasks] == [True] + [False] * (len(tasks) - 1)
    for task in tasks[1::2]:
        task.cancel()
    ended = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
    assert [found is None for found in ended] == [True, False] * (len(tasks) // 2)
