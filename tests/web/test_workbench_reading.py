"""Buttons that change nothing: one newsroom serves all of these tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from adapters.feeds.article import WebArticleReader
from adapters.http import HttpFetcher
from bot.ports import Article
from rules.vocabulary import Lexicon
from tests.bot.commands.newsroom import Newsroom
from tests.web.desk import fill, serving
from tests.web.workbench import LEAVING, RULES, STAYING, Bench, put_into_force, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHANGED = RULES.replace("min_change: 5%", "min_change: 10%")
BAD = RULES.replace("severity: urgent", "severity: urgnt")
FAILING = RULES.replace("low: 20000", "low: 30000")
NARROWER = RULES.replace("place: Europe}\n    min", "place: Europe, low: {gt: 50000}}\n    min")


class Pages:
    """Has one page."""

    async def read(self, url: str) -> Article:
        """Read it."""
        return Article(text=LEAVING, title="Allies told of a withdrawal")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory, lexicon: Lexicon) -> AsyncIterator[tuple[Newsroom, Bench]]:
    room = Newsroom(tmp_path_factory.mktemp("workbench") / "tocsin.db", lexicon)
    put_into_force(room)
    await fill(room)
    async with serving(room) as browser:
        await browser.sign_in()
        yield room, await Bench.open(browser)
    room.db.close()


@pytest.fixture
def bench(shared: tuple[Newsroom, Bench]) -> Bench:
    return shared[1]


@pytest.fixture
def pages(shared: tuple[Newsroom, Bench]) -> Iterator[None]:
    """Let pages be read while a test runs."""
    shared[0].works.articles = Pages()
    yield
    shared[0].works.articles = None


async def test_the_page_opens_with_a_file_of_ones_own(bench: Bench) -> None:
    assert bench.fields["text"] == RULES
    assert "topic: bridges" in text_of((await bench.browser.get("/workbench")).text)


class TestCheck:
    async def test_a_fault_has_its_line_its_code_and_the_nearest_word(self, bench: Bench) -> None:
        told = await bench.ask("check", text=BAD)
        assert 'data-line="8" data-column="15"' in told
        assert "did you mean &#34;urgent&#34;?" in told
        assert "TC104" in told

    async def test_all_faults_are_told_at_once(self, bench: Bench) -> None:
        told = await bench.ask("check", text=BAD.replace("unit: troops", "unnit: troops"))
        assert "2 faults" in told

    async def test_what_is_good_is_said_with_what_would_change(self, bench: Bench) -> None:
        told = await bench.ask("check", text=CHANGED)
        assert "No fault. 1 rule" in told
        assert "min_change: 5% → 10%" in told

    async def test_a_line_for_other_editors_is_not_asked_for(self, bench: Bench) -> None:
        assert "TL111" not in await bench.ask("check")

    async def test_remarks_have_their_line_too(self, bench: Bench) -> None:
        told = await bench.ask("check", text=RULES.replace("owner: security desk\n", ""))
        assert 'data-kind="remark"' in told

    async def test_without_a_script_the_page_comes_back_with_the_text(self, bench: Bench) -> None:
        page = await bench.press("check", text=BAD)
        assert text_of(page.text) == BAD
        assert "TC104" in page.text

    async def test_a_file_that_is_not_there_is_said(self, bench: Bench) -> None:
        assert "There is no rule file pack:nonsense" in await bench.ask("check", file="pack:nonsense")

    async def test_a_rule_that_another_file_has_is_a_fault(self, bench: Bench) -> None:
        told = await bench.ask("check", text=RULES.replace("withdrawal-figure", "bridge-closed"))
        assert "TC305" in told


class TestTry:
    async def test_words_and_figures_are_marked_in_the_text(self, bench: Bench) -> None:
        told = await bench.ask("try", article=LEAVING)
        assert '<sup class="label" id="at-F1">F1</sup>' in told
        assert '<span class="m word">withdraw</span>' in told
        assert '<span class="m figure">20,000 </span><span class="m word figure">troops</span>' in told

    async def test_a_rule_that_rings_says_so_and_shows_why(self, bench: Bench) -> None:
        told = await bench.ask("try", article=LEAVING)
        assert 'data-summary="2 claims read; withdrawal-figure would ring"' in told
        assert "actor: United States" in told

    async def test_a_rule_that_is_silent_names_what_failed_first(self, bench: Bench) -> None:
        told = await bench.ask("try", article=STAYING)
        assert "the text has none of these: withdraw*" in told
        assert told.partition("Other rules")[0].count("this is why it does not ring") == 1

    async def test_a_draft_is_told_as_if_it_were_active(self, bench: Bench) -> None:
        told = await bench.ask(
            "try", article=LEAVING, text=RULES.replace("severity: urgent", "severity: urgent\n    status: draft")
        )
        assert "withdrawal-figure would ring" in told
        assert "draft: told as if it were active" in told

    async def test_what_was_told_before_makes_a_change(self, bench: Bench) -> None:
        earlier = LEAVING.replace("20,000", "50,000")
        told = await bench.ask("try", article=LEAVING, earlier=earlier)
        assert "<td>changed" in told

    async def test_a_page_is_read_by_the_checked_reader(self, bench: Bench, pages: None) -> None:
        told = await bench.ask("try", url="https://news.example/1")
        assert "Allies told of a withdrawal" in told
        assert "withdrawal-figure would ring" in told

    @pytest.mark.parametrize("url", ["http://127.0.0.1:9/secret", "http://[::1]/", "file:///etc/passwd", "nonsense"])
    async def test_an_address_that_is_not_of_the_web_is_refused(
        self, bench: Bench, shared: tuple[Newsroom, Bench], url: str
    ) -> None:
        fetcher = HttpFetcher(user_agent="test")
        reader = WebArticleReader(fetcher)
        shared[0].works.articles = reader
        try:
            told = await bench.ask("try", url=url)
        finally:
            shared[0].works.articles = None
            await reader.close()
            await fetcher.close()
        assert 'class="trouble"' in told
        assert "not on the public internet" in told or "no web address" in told

    async def test_where_no_pages_are_fetched_one_is_told_to_paste(self, bench: Bench) -> None:
        assert "paste the text instead" in await bench.ask("try", url="https://news.example/1")

    async def test_rules_with_faults_leave_the_reading_and_those_in_force(self, bench: Bench) -> None:
        told = await bench.ask("try", article=LEAVING, text=BAD)
        assert "was held against those in force" in told
        assert "at-F1" in told

    async def test_nothing_to_try_is_said(self, bench: Bench) -> None:
        assert "There is no text to try" in await bench.ask("try", article=" ")


class TestTests:
    async def test_each_test_is_told(self, bench: Bench) -> None:
        told = await bench.ask("test")
        assert "2 of 2 tests passed" in told
        assert "a restated total does not ring" in told

    async def test_one_that_fails_says_why(self, bench: Bench) -> None:
        told = await bench.ask("test", text=FAILING)
        assert "1 of 2 tests passed" in told
        assert "expected low 30,000, found 20,000" in told

    async def test_tests_of_other_files_are_not_run(self, bench: Bench) -> None:
        assert "bridge" not in await bench.ask("test")


class TestBacktest:
    async def test_it_counts_and_lists_what_would_have_rung(self, bench: Bench) -> None:
        told = await bench.backtest()
        assert "3 alerts" in told
        assert "Withdrawal may be larger" in told
        assert '<rect x="' in told

    async def test_it_says_how_that_differs(self, bench: Bench) -> None:
        told = await bench.backtest(text=NARROWER)
        assert "<strong>now 3</strong>" in told
        assert "− 2026-08-29" in told

    async def test_a_time_without_articles_is_said(self, bench: Bench) -> None:
        assert "No article came in that time" in await bench.backtest(since="1h")

    async def test_a_time_that_is_none_is_said(self, bench: Bench) -> None:
        assert "is no time for since" in await bench.backtest(since="soon")

    async def test_without_a_script_it_works_too(self, bench: Bench) -> None:
        page = await bench.press("backtest", since="30d")
        assert "3 alerts" in page.text
        assert text_of(page.text) == RULES


async def test_the_text_that_a_new_file_begins_with_is_right(bench: Bench) -> None:
    page = (await bench.browser.get("/workbench?new=1")).text
    told = await bench.ask("check", text=text_of(page), new="1", file="my-topic.yaml", stamp="")
    assert "No fault. 1 rule, 1 remark." in told  # that it is a draft
    assert "TL112" in told
    assert "2 of 2 tests passed" in await bench.ask("test", text=text_of(page), new="1", file="my-topic.yaml", stamp="")
