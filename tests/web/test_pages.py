"""What the pages say, over the real pipeline."""

from __future__ import annotations

import html
import re
from functools import partial

import pytest

from bot.store import stories
from tests.bot.commands.newsroom import CHEESE, DESK_RULES, ELSEWHERE, LOWER, Newsroom
from tests.web.desk import Browser

LIBRARY = pytest.mark.asyncio(loop_scope="session")  # what only reads shares one server


def words(page: str) -> str:
    """Return the text of a page as a reader sees it."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


@LIBRARY
async def test_status_tells_of_feeds_alerts_and_rules(reader: Browser) -> None:
    page = words((await reader.get("/")).text)
    assert "6 feeds, those in need first" in page
    assert "40,000–70,000 troops → 20,000–30,000 troops" in page
    assert "US forces in Europe" in page
    assert "us-withdrawal-figure" in page
    assert "0 messages waiting" in page
    assert "Nothing: no channel stands still" in page


async def test_status_says_what_is_held_back_and_why(editor: Browser, room: Newsroom) -> None:
    await room.ask("quiet start:08:00 end:20:00 behaviour:hold")
    await room.publish(
        "Made-up Late News", "The withdrawal again", LOWER.replace("20,000 to 30,000", "15,000"), hours=1
    )
    page = words((await editor.get("/")).text)
    held = page[page.index("What is held back") : page.index("Next poll")]
    assert "slack:T1:C1" in held
    assert "quiet held" in held
    assert "15,000" in held


async def test_status_shows_files_that_are_refused(editor: Browser, room: Newsroom) -> None:
    (room.rules / "desk.yaml").write_text(DESK_RULES.replace("match: bridge AND", "match: bridge AND AND"), "utf-8")
    for _ in range(2):  # a file is read once it has stopped changing
        room.clock.advance(5)
        await room.upkeep.reload()
    page = words((await editor.get("/")).text)
    assert "The rule files cannot be used since" in page
    assert "desk.yaml" in page


@LIBRARY
async def test_stories_are_listed_newest_alert_first_and_lead_to_their_thread(reader: Browser) -> None:
    page = (await reader.get("/stories")).text
    assert re.findall(r'href="/stories/(\d+)"', page) == ["2", "1"]
    assert "5 articles by 5 outlets" in words(page)


async def test_stories_that_did_not_ring_are_shown_where_they_are_asked_for(editor: Browser, room: Newsroom) -> None:
    await room.publish("Made-up Dairy News", "Record wheel at the fair", CHEESE)
    assert "Record wheel" not in (await editor.get("/stories")).text
    assert "Record wheel" in (await editor.get("/stories?scope=all")).text


@LIBRARY
async def test_stories_can_be_narrowed_to_a_topic(reader: Browser) -> None:
    page = (await reader.get("/stories?topic=un-mandate-peacekeeping")).text
    assert re.findall(r'href="/stories/(\d+)"', page) == ["2"]


async def test_long_lists_have_pages(editor: Browser, room: Newsroom) -> None:
    for number in range(30):
        at = room.ago(number)
        await room.db.tx(partial(stories.open_story, title=f"Tale {number}", at=at))
    first = (await editor.get("/stories?scope=all")).text
    assert 'href="/stories?scope=all&amp;page=2"' in first
    second = (await editor.get("/stories?scope=all&page=2")).text
    assert "Tale 0<" in first
    assert "Tale 29<" in second
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second


@LIBRARY
async def test_a_story_shows_its_thread_with_quotations_its_origins_and_its_articles(reader: Browser) -> None:
    page = (await reader.get("/stories/1")).text
    said = words(page)
    assert "NATO sources now expect Washington to withdraw 20,000 to 30,000 troops from Europe" in said
    assert "was 40,000–70,000 on 29 Aug (Welt am Sonntag), now 20,000–30,000" in said
    assert "Welt am Sonntag citing NATO sources (unnamed)" in said
    assert "1 rewrite without news" in said
    assert 'href="https://made-up-wire.example/' in page
    assert page.count('rel="noreferrer noopener"') >= 5


async def test_a_merged_story_leads_to_the_one_that_took_it_in(editor: Browser, room: Newsroom) -> None:
    await room.ask("merge 2 into:1")
    answer = await editor.get("/stories/2")
    assert (answer.status, answer.headers["Location"]) == (303, "/stories/1")


@LIBRARY
async def test_an_alert_leads_to_its_article(reader: Browser) -> None:
    answer = await reader.get("/alerts/2")
    assert (answer.status, answer.headers["Location"]) == (303, "/items/2?alert=2")


@LIBRARY
async def test_figures_show_contested_values_side_by_side_with_their_chart(reader: Browser) -> None:
    page = (await reader.get("/figures")).text
    said = words(page)
    assert "90,000 troops against 55,000 troops" in said
    assert "Contested: origins disagree" in said
    assert page.count("<rect ") == 4
    assert re.search(r'<svg [^>]*role="img" aria-labelledby="(\S+) (\S+)"', page)
    for told in ("Washington is expected to withdraw", "first reported by Reuters, citing diplomats (unnamed)"):
        assert told in said
    assert "<mark>55,000 troops</mark>" in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        pytest.param("actor=Washington", "1 figure", id="an actor by another name"),
        pytest.param("actor=Norway", "0 figures", id="an actor who has none"),
        pytest.param("topic=us-forces-europe", "1 figure", id="a topic"),
        pytest.param("topic=bridges&actor=Washington", "0 figures", id="a topic without any"),
        pytest.param("contested=true", "1 figure", id="contested ones"),
        pytest.param("since=7d", "1 figure", id="a week"),
        pytest.param("since=1h", "0 figures", id="an hour"),
    ],
)
@LIBRARY
async def test_figures_can_be_narrowed(reader: Browser, query: str, count: str) -> None:
    answer = await reader.get(f"/figures?{query}")
    if answer.status == 400:
        assert "bridges" in answer.text  # a draft's topic is none yet
    else:
        assert count in words(answer.text)


@LIBRARY
async def test_positions_stand_side_by_side_with_stance_date_and_source(reader: Browser) -> None:
    page = (await reader.get("/positions")).text
    said = words(page)
    matrix = page[page.index('class="matrix"') : page.index("</table>")]
    assert all(name in matrix for name in ("China", "Italy", "EU members"))
    assert "on a condition" in matrix
    assert "1 Sep 2026" in matrix
    assert "Italy, however, has been energetically pushing for this" in said
    assert "first reported by Welt am Sonntag" in said
    for target in re.findall(r'href="#(claim-\d+)"', matrix):
        assert f'id="{target}"' in page


@LIBRARY
async def test_positions_of_one_actor(reader: Browser) -> None:
    said = words((await reader.get("/positions?actor=Beijing")).text)
    assert "China: on a condition" in said
    assert "Italy: in favour" not in said


async def test_a_changed_position_keeps_what_it_was(editor: Browser, room: Newsroom) -> None:
    for hours, verb in ((40, "supports"), (2, "opposes")):
        text = f"Finland {verb} the deployment of peacekeepers in Ukraine, its foreign ministry said on Monday."
        await room.publish("Made-up Times", f"Finland {verb} it", text, hours=hours)
    page = (await editor.get("/positions?actor=Finland")).text
    said = words(page)
    assert "Finland: against" in said
    assert "<del>in favour</del>" in page
    assert "Finland supports the deployment" in said


@LIBRARY
async def test_search_finds_by_the_grammar_of_the_chat(reader: Browser) -> None:
    found = words((await reader.get("/search?q=withdraw*+-cheese+%22NATO+sources%22")).text)
    assert "4 articles" in found
    assert "NATO sources expect Washington to withdraw" in found
    none = words((await reader.get("/search?q=volcano")).text)
    assert "Nothing in the archive fits that" in none


@LIBRARY
async def test_search_can_be_narrowed_by_time_outlet_topic_and_kind(reader: Browser) -> None:
    asked = "/search?q=troops&since=3d&source=Made-up+Wire&topic=us-forces-europe&kind=changed"
    page = (await reader.get(asked)).text
    assert re.findall(r'href="/items/(\d+)"', page) == ["2"]


@LIBRARY
async def test_an_article_shows_what_was_read_out_of_it_and_where(reader: Browser) -> None:
    page = (await reader.get("/items/5")).text
    said = words(page)
    assert '<mark class="figure">40,000 to 70,000 of a total of up to 100,000 troops</mark>' in page
    assert "EU members, against" in said
    assert "Welt am Sonntag < EU diplomats" in said
    assert "Why this rang" in said
    assert "In channel slack:T1:C1" in said
    assert "✓ delivered" in said
    for target in re.findall(r'href="#(at-\d+|claim-\d+)"', page):
        assert f'id="{target}"' in page


async def test_an_article_that_did_not_ring_says_where_it_stopped(editor: Browser, room: Newsroom) -> None:
    await room.publish("Made-up Dairy News", "Record wheel at the fair", CHEESE)
    said = words((await editor.get("/items/7")).text)
    assert "Why it did not ring" in said
    assert "✗ rules: none" in said


async def test_the_way_of_an_alert_is_told_for_each_channel(editor: Browser, room: Newsroom) -> None:
    await room.subscribe(place=ELSEWHERE)
    await room.ask("snooze us-forces-europe for:1h", place=ELSEWHERE)
    await room.publish(
        "Made-up Late News", "The withdrawal again", LOWER.replace("20,000 to 30,000", "15,000"), hours=1
    )
    await room.deliver()
    here = words((await editor.get("/items/7?channel=slack:T1:C1")).text)
    there = words((await editor.get("/items/7?channel=slack:T1:C2")).text)
    assert "✗ silence" not in here
    assert "✗ silence" in there


async def test_an_empty_archive_says_what_comes_next(stranger: Browser) -> None:
    await stranger.sign_in()
    assert "Add one with: tocsin feeds add" in words((await stranger.get("/")).text)
    for path in ("/stories?scope=all", "/figures", "/positions"):
        assert "Feeds are polled every few minutes" in words((await stranger.get(path)).text)
