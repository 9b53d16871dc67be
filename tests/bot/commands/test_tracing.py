"""``why`` and ``sources``: the way of an alert, of a suppressed article, and of an address nobody has seen."""

from __future__ import annotations

import pytest

from bot.store import lanes
from rules.model import Severity
from tests.bot.commands.newsroom import CHEESE, ELSEWHERE, HERE, LOWER, RANGE, Newsroom, slack_link, words_of

WAY = (
    "fetched",
    "parsed",
    "identity",
    "date",
    "story",
    "rules",
    "claims",
    "ledger",
    "severity",
    "subscription",
    "silence",
    "quiet",
    "rate",
    "delivered",
)


async def rung(room: Newsroom) -> str:
    await room.subscribe()
    url = await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    await room.deliver()
    return url


async def test_why_tells_the_way_of_an_alert_from_the_feed_to_the_message(room: Newsroom) -> None:
    await rung(room)
    said = await room.said("why 1")
    places = [said.index(f"✓ {name}:") for name in WAY]
    assert said.startswith("Why this rang")
    assert places == sorted(places)
    assert "us-withdrawal-figure, topic us-forces-europe, on “withdraw" in said
    assert "✗" not in said


async def test_why_alone_means_the_newest_alert_of_this_channel(room: Newsroom) -> None:
    await rung(room)
    assert "severity: urgent – alert 1" in await room.said("why")
    assert "Nothing has rung in this channel yet" in await room.said("why", place=ELSEWHERE)


async def test_an_alert_is_found_by_the_link_of_its_message(room: Newsroom) -> None:
    await rung(room)
    link = slack_link(str(HERE), "1700000001.000001")
    assert "alert 1: " in await room.said(f"why {link}")
    assert "tells of no alert" in await room.said(f"why {link[:-1]}9")


async def test_a_channel_that_did_not_follow_the_topic_is_told_so(room: Newsroom) -> None:
    await rung(room)
    said = await room.said("why 1", place=ELSEWHERE)
    assert said.startswith("Why it did not ring here")
    assert (
        "✗ subscription: none – this channel did not follow us-forces-europe then; it went to 1 other channel" in said
    )
    assert "delivered" not in said
    assert "C1" not in said


async def test_a_channel_that_wants_more_severity_is_told_so(room: Newsroom) -> None:
    await room.subscribe(severity=Severity.URGENT)
    await room.publish("The Courier", "More US troops", "Washington will deploy 12,000 US troops to Poland, it said.")
    said = await room.said("why 1")
    assert "✗ severity: below severity – the alert is important, the channel wants urgent or more" in said


async def test_a_parked_channel_is_told_so(room: Newsroom) -> None:
    await room.subscribe()
    await room.db.tx(lambda connection: lanes.park(connection, str(HERE), "no_permission", "the bot was removed"))
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    assert "✗ subscription: parked – no_permission: the bot was removed" in await room.said("why 1")


async def test_a_message_that_still_waits_is_no_failure(room: Newsroom) -> None:
    await room.subscribe()
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    said = await room.said("why 1")
    assert "… delivered: a post waits – 0 attempts" in said
    assert said.startswith("Why this rang")


async def test_an_article_without_a_matching_rule_names_the_nearest_rules(room: Newsroom) -> None:
    url = await room.publish("The Courier", "Cheese fair opens", CHEESE)
    said = await room.said(f"why url:{url}")
    assert "✗ rules: none" in said
    assert "The rules that came nearest:" in said
    assert "not “" in said
    assert "/tocsin missed" in said


async def test_a_restated_figure_is_explained_by_the_rules_that_it_failed(room: Newsroom) -> None:
    await rung(room)
    url = await room.publish("The Mirror", "70,000 US troops may leave", RANGE, hours=0.5)
    said = await room.said(f"why {url}")
    assert "✓ rules: the words of us-withdrawal-figure are there" in said
    assert "ledger: restated" in said
    assert "✗ ledger: nothing that rings – nearest is us-withdrawal-figure, not “alert_on:" in said


async def test_an_article_of_a_first_poll_is_told_as_baseline(room: Newsroom) -> None:
    url = await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE, rings=False)
    said = await room.said(f"why url:{url}")
    assert "✗ identity: baseline" in said
    assert "rings nobody" in said


@pytest.mark.parametrize(
    "variant",
    ["http://www.the-courier.example/a/?utm_source=x", "https://the-courier.example/a", "www.the-courier.example/a/"],
    ids=["tracking, www and http", "as it is, without the slash", "without a scheme"],
)
async def test_an_article_is_found_whatever_way_its_address_is_pasted(room: Newsroom, variant: str) -> None:
    await room.publish("The Courier", "Cheese fair opens", CHEESE, url="https://the-courier.example/a/")
    assert "✗ rules: none" in await room.said(f"why url:{variant}")


async def test_an_unknown_article_of_a_polled_site_names_its_feed(room: Newsroom) -> None:
    await room.publish("The Courier", "Cheese fair opens", CHEESE)
    said = await room.said("why url:https://the-courier.example/never")
    assert "✗ fetched: Tocsin has never seen this address" in said
    assert "a feed of this site is polled: https://the-courier.example/feed" in said
    assert "may come with the next poll" in said


async def test_an_unknown_site_gets_the_command_that_looks_for_a_feed(room: Newsroom) -> None:
    said = await room.said("why url:https://example.org/news/withdrawal")
    assert "No feed of this site is polled" in said
    assert "tocsin feeds find https://example.org/news/withdrawal" in said


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("why 999", "There is no alert 999"),
        ("why ²", "is no alert"),
        ("why 99999999999999999999999", "is no alert"),
        ("why url:ftp://example.org/x", "is no web address"),
        ("why url:javascript:alert(1)", "is no web address"),
        ("sources nonsense", "is no alert"),
    ],
)
async def test_a_wrong_alert_or_address_gets_one_clear_sentence(room: Newsroom, typed: str, told: str) -> None:
    assert told in await room.said(typed)


async def test_sources_list_outlets_in_order_with_whom_they_cite(room: Newsroom) -> None:
    await rung(room)
    await room.publish("The Mirror", "70,000 US troops may leave Europe", RANGE, hours=0.5)
    said = await room.said("sources 1")
    courier, mirror = said.index("The Courier"), said.index("The Mirror")
    assert courier < mirror
    assert "cites Welt am Sonntag < NATO sources (unnamed)" in said
    assert "repeats an earlier report" in said
    assert "2 outlets, 1 independent origin (Welt am Sonntag), 1 rewrite" in said


async def test_the_buttons_of_an_alert_answer_alike(room: Newsroom) -> None:
    await rung(room)
    assert (await room.press("why", "1")).message == (await room.ask("why 1")).message
    assert (await room.press("sources", "1")).message == (await room.ask("sources 1")).message
    pressed = await room.press("run", "sources 1")
    assert pressed.message == (await room.ask("sources 1")).message


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 40, "1; drop table item", "²"])
async def test_a_button_with_a_strange_value_is_answered(room: Newsroom, value: str) -> None:
    for action in ("why", "sources"):
        assert words_of((await room.press(action, value)).message)


async def test_reads_are_for_the_one_who_asks_unless_shared(room: Newsroom) -> None:
    await rung(room)
    assert (await room.ask("why 1", role="reader")).ephemeral
    assert not (await room.ask("why 1 share:true", role="reader")).ephemeral


async def test_an_edited_article_says_that_its_stages_are_those_of_the_edit(room: Newsroom) -> None:
    url = await rung(room)
    room.clock.advance(3600)
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", LOWER, url=url, hours=2)
    said = await room.said("why 1")
    assert "The article was edited at 2026-09-01 09:30 UTC" in said
    assert ", on “" not in said
