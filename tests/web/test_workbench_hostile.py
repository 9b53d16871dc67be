"""What nobody would type, and somebody sends: answered in a sentence, while others are served."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from itertools import pairwise

import aiohttp
import pytest
import pytest_asyncio

from bot.rulebook.tested import RuleLoader
from bot.rulebook.works import RuleWorks, Trial, Watch
from bot.web.workbench import progress
from bot.web.workbench.results import Result, said
from rules.errors import TocsinError
from rules.vocabulary import Lexicon
from tests.bot.commands.newsroom import Newsroom
from tests.web.desk import fill, serving
from tests.web.workbench import LEAVING, PART, RULES, Bench, put_into_force, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
LETTERS = "abcdefgh"
BOMB = "a: &a [x, x]\n" + "".join(f"{one}: &{one} [*{below}, *{below}]\n" for below, one in pairwise(LETTERS))
QUERY = "match: '(withdraw* OR \"pull out\") W/15 (troops OR soldiers)'"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory, lexicon: Lexicon) -> AsyncIterator[Newsroom]:
    found = Newsroom(tmp_path_factory.mktemp("hostile") / "tocsin.db", lexicon)
    put_into_force(found)
    await fill(found)
    yield found
    found.db.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(room: Newsroom) -> AsyncIterator[Bench]:
    async with serving(room) as browser:
        await browser.sign_in()
        yield await Bench.open(browser)


def asked(query: str) -> str:
    """Return the rules with another query."""
    return RULES.replace(QUERY, f"match: {json.dumps(query)}")


@pytest.mark.parametrize("action", ["check", "try", "test", "backtest", "compare", "apply", "complete"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BOMB, id="a YAML bomb"),
        pytest.param("[" * 5_000, id="brackets without end"),
        pytest.param("- " * 5_000, id="dashes without end"),
        pytest.param("\x00\x07\x1b[31m\u202e\u200b", id="characters that are no text"),
        pytest.param("!!python/object/apply:os.system ['true']", id="a tag that would run something"),
        pytest.param(asked("(" * 3_000 + "a" + ")" * 3_000), id="a query of parentheses"),
        pytest.param(asked(" OR ".join(["a*"] * 20_000)), id="a query of very many words"),
        pytest.param(asked("re:/(a+)+$/"), id="a pattern that others hang on"),
        pytest.param(RULES.replace("title: W", "title: <script>alert(1)</script> W"), id="markup"),
        pytest.param("", id="nothing"),
        pytest.param("a: \r \u2028 \x85 b", id="line ends that editors do not count"),
    ],
)
async def test_any_rules_are_answered_without_a_traceback(bench: Bench, action: str, text: str) -> None:
    fields = bench.fields | {"text": text, "article": "<script>alert(1)</script> a a a", "line": "0", "column": "1"}
    fields["stamp"] = "not this"  # nothing is to come into force
    answer = await bench.browser.post(f"/workbench/{action}", fields, **PART)
    assert answer.status == 200
    assert "Traceback" not in answer.text
    assert "<script>" not in answer.text
    assert "\u202e" not in answer.text


@pytest.mark.parametrize(
    "article",
    [
        pytest.param("troops " * 100_000, id="a word without end"),
        pytest.param("withdraw 1 troops " * 30_000, id="figures without end"),
        pytest.param("\x00\u202e<img src=x onerror=alert(1)>\u0000" * 20, id="characters that are no text, and markup"),
        pytest.param("a" * 700_000, id="one long word"),
    ],
)
async def test_any_article_is_answered(bench: Bench, article: str) -> None:
    told = await bench.ask("try", article=article)
    assert "Traceback" not in told
    assert "<img" not in told


async def test_what_is_left_out_of_a_long_text_is_said(bench: Bench) -> None:
    told = await bench.ask("try", article=LEAVING + " x" * 60_000)
    assert "Only the first 100,000 characters are read" in told


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
@pytest.mark.parametrize("field", ["text", "article"])
async def test_ten_megabytes_are_refused_in_a_sentence(bench: Bench, field: str) -> None:
    try:
        answer = await bench.browser.post("/workbench/try", bench.fields | {field: "x" * 10_000_000}, **PART)
    except aiohttp.ClientError:
        return  # the server has hung up before everything was sent, as it may
    assert answer.status == 413
    assert "too much for one request" in json.loads(answer.text)["error"]


async def test_others_are_served_while_much_is_worked_on(bench: Bench) -> None:
    """Ask for much at once; the page of another reader has to come in between."""
    article = "Washington will withdraw 20,000 troops from Europe. " * 400
    work = [asyncio.create_task(bench.ask("try", article=article)) for _ in range(3)]
    waits = []
    loop = asyncio.get_running_loop()
    while not all(one.done() for one in work):
        began = loop.time()
        assert (await bench.browser.get("/healthz")).status == 200
        waits.append(loop.time() - began)
        await asyncio.sleep(0)
    await asyncio.gather(*work)
    assert len(waits) > 10
    assert sorted(waits)[len(waits) // 2] < 0.5


class LameWorks(RuleWorks):
    """A workshop whose backtests stop half way, and then fail."""

    async def backtest(self, *_given: object, watch: Watch | None = None, **_named: object) -> Trial:
        """Look at three of ten articles."""
        assert watch is not None
        watch.total, watch.done = 10, 3
        await asyncio.sleep(2 * progress.LOOK)
        raise ZeroDivisionError


async def test_it_is_told_how_far_a_backtest_has_come_and_a_defect_costs_no_text(
    bench: Bench, room: Newsroom, lexicon: Lexicon
) -> None:
    room.commands.tools.works = LameWorks(room.upkeep, RuleLoader(lexicon), room.db, room.clock)
    try:
        first, *_, last = map(json.loads, (await bench.ask("backtest")).splitlines())
        page = await bench.press("backtest", text="mine")
    finally:
        room.commands.tools.works = room.works
    assert first == {"done": 3, "total": 10}
    assert "a defect of Tocsin" in last["html"]
    assert text_of(page.text) == "mine"


class EndlessWorks(RuleWorks):
    """A workshop with an archive that never ends."""

    def __init__(self, room: Newsroom, lexicon: Lexicon) -> None:
        super().__init__(room.upkeep, RuleLoader(lexicon), room.db, room.clock)
        self.begun = asyncio.Event()
        self.ended = asyncio.Event()

    async def backtest(self, *_given: object, watch: Watch | None = None, **_named: object) -> Trial:
        """Go on until somebody says stop."""
        assert watch is not None
        self.begun.set()
        while not watch.is_stopped:  # noqa: ASYNC110  what runs in the thread looks at it in the same way
            await asyncio.sleep(0.01)
        self.ended.set()
        raise TocsinError("stopped")


async def test_a_backtest_stops_when_its_time_is_up() -> None:
    watch = Watch()

    async def work() -> Result:
        while not watch.is_stopped:  # noqa: ASYNC110  what runs in the thread looks at it in the same way
            await asyncio.sleep(0)
        return said("stopped")

    async def is_awaited() -> bool:
        return True

    result = await progress.watched(asyncio.create_task(work()), watch, is_awaited, longest=0.01)
    assert result.data["words"] == "stopped"


@pytest.mark.parametrize("headers", [PART, {}], ids=["with the script", "without"])
async def test_a_backtest_stops_when_the_browser_hangs_up(
    bench: Bench, room: Newsroom, lexicon: Lexicon, headers: dict[str, str]
) -> None:
    works = EndlessWorks(room, lexicon)
    room.commands.tools.works = works
    try:
        asking = asyncio.create_task(bench.browser.post("/workbench/backtest", bench.fields, **headers))
        await asyncio.wait_for(works.begun.wait(), 5)
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asking
        await asyncio.wait_for(works.ended.wait(), 5)
    finally:
        room.commands.tools.works = room.works
