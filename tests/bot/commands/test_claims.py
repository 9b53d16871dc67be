"""``figures`` and ``positions``: the present value, who said so first, and what was said before."""

from __future__ import annotations

import pytest

from tests.bot.commands.newsroom import CHEESE, LOWER, RANGE, RIVAL, Newsroom, caller

MANDATE = (
    "China is ready to join a peacekeeping mission in Ukraine, but only if the troops are deployed on the basis of a "
    "United Nations mandate, EU diplomats told Welt am Sonntag."
)


async def moved(room: Newsroom) -> None:
    await room.subscribe()
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE, hours=30)
    await room.publish("The Wire", "US may withdraw up to 30,000 troops", LOWER, hours=2)


async def test_a_figure_shows_its_value_first_origin_and_the_value_before(room: Newsroom) -> None:
    await moved(room)
    said = await room.said("figures")
    assert "20,000–30,000 troops · United States, withdraw from Europe (expected) · as of 2026-09-01 06:30" in said
    assert "first by Welt am Sonntag, 1 origin · was 40,000–70,000 troops on 2026-08-31 · The Wire <https://" in said
    assert "1 claim" in said


@pytest.mark.parametrize(
    "typed",
    [
        "figures US",
        "figures Washington",
        "figures actor:Pentagon",
        'figures "united states" unit:troop',
        "figures place:Europe",
    ],
)
async def test_other_names_of_the_actor_unit_or_place_are_understood(room: Newsroom, typed: str) -> None:
    await moved(room)
    assert "20,000–30,000 troops" in await room.said(typed)


async def test_an_actor_without_figures_gets_the_nearest_ones(room: Newsroom) -> None:
    await moved(room)
    assert "No figure of “Gondor” is known in that time. The nearest are: United States." in await room.said(
        "figures Gondor"
    )


@pytest.mark.parametrize(
    "typed", ["figures unit:usd", "figures place:Japan", "figures contested:true", "figures since:1h"]
)
async def test_what_fits_nothing_says_what_to_try(room: Newsroom, typed: str) -> None:
    await moved(room)
    assert "Nothing in the ledger fits that" in await room.said(typed)


async def test_a_topic_narrows_to_what_rang_under_it(room: Newsroom) -> None:
    await moved(room)
    await room.publish(
        "The Courier", "France pledges", "France will deliver 30 tanks to Ukraine, Paris said on Monday."
    )
    everything = await room.said("figures")
    assert "30 tanks" in everything
    narrowed = await room.said("figures topic:us-forces-europe")
    assert "20,000–30,000 troops" in narrowed
    assert "tanks" not in narrowed


async def test_origins_that_disagree_stand_side_by_side(room: Newsroom) -> None:
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE, hours=3)
    await room.publish("The Wire", "US to withdraw 90,000 troops from Europe", RIVAL, hours=2)
    said = await room.said("figures contested:true")
    assert "contested: 40,000–70,000 troops (Welt am Sonntag) against 90,000 troops (Reuters)" in said


async def test_a_position_is_told_with_condition_quote_and_origin(room: Newsroom) -> None:
    await room.publish("The Courier", "China ready for peacekeeping", MANDATE)
    said = await room.said("positions China")
    assert said.startswith("Positions\nChina: on a condition (")
    assert "first by Welt am Sonntag, 1 origin" in said
    assert "“China is ready to join a peacekeeping mission in Ukraine, but only if" in said


async def test_positions_of_somebody_unknown_name_the_nearest(room: Newsroom) -> None:
    await room.publish("The Courier", "China ready for peacekeeping", MANDATE)
    assert "The nearest are: China" in await room.said("positions Chinna")


async def test_an_empty_ledger_is_said_to_be_empty(room: Newsroom) -> None:
    await room.publish("The Courier", "Cheese fair opens", CHEESE)
    assert "No position was told by anybody yet" in await room.said("positions Italy")
    assert "Nothing in the ledger fits that" in await room.said("figures")


async def test_many_claims_come_in_pages_with_buttons_that_turn_them(room: Newsroom) -> None:
    kinds = ["tanks", "missiles", "helicopters", "drones", "rifles", "trucks", "howitzers", "aircraft"]
    for number, kind in enumerate(kinds, start=20):
        text = f"Germany will deliver {number} {kind} to Ukraine, the defence ministry in Berlin said on Monday."
        await room.publish("The Courier", f"Berlin sends {kind}", text, hours=number)
    first = await room.ask("figures Germany")
    (older,) = first.message.buttons
    assert (older.label, older.value) == ("Older", "figures actor:Germany page:2")
    second = await room.press(older.action, older.value)
    assert [button.label for button in second.message.buttons] == ["Newer"]
    assert "page 2 of 2" in await room.said(older.value)
    assert "so no page 9" in await room.said("figures Germany page:9")


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "0d", "9999999999999d", "-1d"])
async def test_a_wrong_since_gets_the_form(room: Newsroom, since: str) -> None:
    said = await room.said(f"figures since:{since}")
    assert "since" in said or "There is no day" in said
    assert "Nothing in the ledger" not in said


async def test_actors_are_suggested_by_their_canonical_names(room: Newsroom) -> None:
    await moved(room)
    assert await room.commands.complete(caller(), "figures", "actor", "unit") == ["United States"]
