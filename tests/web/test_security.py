"""Who is let in, what is taken from whom, and what leaves: over a real connection."""

from __future__ import annotations

import asyncio
import io

import pytest

from bot.web.headers import HEADERS
from bot.web.limits import GUESSES, PAGES
from bot.web.site import MOST_SENT
from tests.bot.commands.newsroom import Newsroom
from tests.web.desk import COOKIE_NAME, TOKEN, Browser, serving

LIBRARY = pytest.mark.asyncio(loop_scope="session")  # what only reads shares one server
PAGES_THERE = ["/", "/stories", "/stories/1", "/figures", "/positions", "/search?q=troops", "/items/1", "/alerts/1"]


@pytest.mark.parametrize("path", PAGES_THERE)
async def test_nobody_reads_without_the_token(stranger: Browser, path: str) -> None:
    page = await stranger.get(path)
    assert page.status == 303
    assert page.headers["Location"].startswith("/sign-in")


async def test_a_program_is_told_that_it_is_signed_out(stranger: Browser) -> None:
    answer = await stranger.get("/figures", Accept="application/json")
    assert answer.status == 401
    assert "signed out" in answer.text


async def test_the_token_lets_in_and_leads_to_where_one_wanted_to_go(stranger: Browser) -> None:
    asked = await stranger.get("/figures?actor=NATO")
    form = await stranger.get(asked.headers["Location"])
    assert 'value="/figures?actor=NATO"' in form.text
    entered = await stranger.post("/sign-in", {"token": TOKEN, "to": "/figures?actor=NATO"})
    assert (entered.status, entered.headers["Location"]) == (303, "/figures?actor=NATO")
    assert (await stranger.get("/figures")).status == 200


async def test_the_cookie_is_not_the_token_and_scripts_cannot_read_it(stranger: Browser) -> None:
    cookie = (await stranger.sign_in()).headers["Set-Cookie"]
    assert TOKEN not in cookie
    assert all(word in cookie for word in (COOKIE_NAME, "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="))


async def test_a_wrong_token_is_refused_without_being_repeated(stranger: Browser) -> None:
    answer = await stranger.sign_in("<b>wrong</b>")
    assert answer.status == 403
    assert "not the access token" in answer.text
    assert "wrong</b>" not in answer.text
    assert "Set-Cookie" not in answer.headers


async def test_guessing_is_slowed_down_and_the_right_token_has_to_wait_too(room: Newsroom) -> None:
    async with serving(room) as browser:
        for _ in range(int(GUESSES.burst)):
            assert (await browser.sign_in("wrong")).status == 403
        refused = await browser.sign_in()
        assert refused.status == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 1 / GUESSES.per_second + 1
        room.clock.advance(1 / GUESSES.per_second + 1)
        assert (await browser.sign_in()).status == 303


async def test_an_address_that_asks_too_much_has_to_wait(room: Newsroom) -> None:
    async with serving(room) as browser:
        answers = [await browser.get("/static/tocsin.svg") for _ in range(int(PAGES.burst) + 1)]
        assert [one.status for one in answers[-2:]] == [200, 429]
        assert answers[-1].headers["Retry-After"] == "1"
        assert (await browser.get("/healthz")).status == 200  # a monitor is never locked out
        room.clock.advance(1)
        assert (await browser.get("/static/tocsin.svg")).status == 200


@LIBRARY
@pytest.mark.parametrize("path", ["/", "/sign-in", "/static/tocsin.css"])
async def test_another_name_is_not_answered(reader: Browser, path: str) -> None:
    answer = await reader.get(path, Host="rebound.example")
    assert answer.status == 421
    assert "Made-up" not in answer.text


async def test_the_name_that_the_operator_gave_is_answered(room: Newsroom) -> None:
    async with serving(room, hosts=["tocsin.example.org"]) as browser:
        assert (await browser.get("/sign-in", Host="tocsin.example.org")).status == 200


@LIBRARY
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, id="another site"),
        pytest.param({"Origin": "null", "Sec-Fetch-Site": ""}, id="a page that hides where it is from"),
        pytest.param({"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"}, id="another local program"),
        pytest.param({"Origin": "", "Sec-Fetch-Site": ""}, id="nothing said"),
    ],
)
async def test_a_form_of_another_page_changes_nothing(reader: Browser, headers: dict[str, str]) -> None:
    form = {"form_token": await reader.form_token(), "token": TOKEN}
    for path in ("/sign-out", "/sign-in"):
        assert (await reader.post(path, form, **headers)).status == 403
    assert (await reader.get("/")).status == 200


@LIBRARY
@pytest.mark.parametrize("given", ["", "0" * 64, "é"])
async def test_a_form_without_the_token_of_its_session_changes_nothing(reader: Browser, given: str) -> None:
    assert (await reader.post("/sign-out", {"form_token": given})).status == 403
    assert (await reader.get("/")).status == 200


async def test_signing_out_ends_the_session_even_for_a_copy_of_its_cookie(room: Newsroom) -> None:
    async with serving(room) as browser:
        copied = (await browser.sign_in()).headers["Set-Cookie"].partition(";")[0]
        assert (await browser.post("/sign-out", {"form_token": await browser.form_token()})).status == 303
        assert (await browser.get("/", Cookie=copied)).status == 303


@LIBRARY
@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/static/tocsin.css", "/healthz", "/nothing", "/items/99", "/search?q=-", "/sign-out"]
)
async def test_every_reply_carries_the_headers(reader: Browser, path: str) -> None:
    answer = await reader.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "aiohttp" not in answer.headers["Server"]


@LIBRARY
@pytest.mark.parametrize("path", PAGES_THERE)
async def test_no_page_needs_what_the_policy_forbids(reader: Browser, path: str) -> None:
    page = await reader.get(path)
    if page.status == 303:
        page = await reader.get(page.headers["Location"])
    assert page.status == 200
    assert "<script" not in page.text
    assert " style=" not in page.text
    assert " onclick" not in page.text


@LIBRARY
@pytest.mark.parametrize("path", ["/", "/stories/1", "/search?q=troops", "/items/6"])
async def test_what_a_feed_says_is_text(reader: Browser, path: str) -> None:
    page = (await reader.get(path)).text
    assert "<script>" not in page
    assert "\u202e" not in page
    if path != "/":
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@LIBRARY
async def test_what_a_reader_types_is_text(reader: Browser) -> None:
    for path in ("/search?q=%22%3E%3Cscript%3E", "/figures?actor=%22%3E%3Cscript%3E", "/stories?topic=%3Cscript%3E"):
        page = await reader.get(path)
        assert page.status in {200, 400}
        assert "<script>" not in page.text


@LIBRARY
@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/nothing", 404, id="no such page"),
        pytest.param("/stories/999", 404, id="no such story"),
        pytest.param("/items/999", 404, id="no such article"),
        pytest.param("/alerts/999", 404, id="no such alert"),
        pytest.param("/stories/" + "9" * 500, 404, id="a number that no database holds"),
        pytest.param("/items/-1", 404, id="a number below one"),
        pytest.param("/items/abc", 404, id="no number"),
        pytest.param("/stories?page=99", 404, id="past the last page"),
        pytest.param("/figures?topic=nonsense", 400, id="no such topic"),
        pytest.param("/figures?since=yesterday", 400, id="no such time"),
        pytest.param("/search?q=%2D", 400, id="a query that asks for nothing"),
        pytest.param("/search?q=a&since=1d&until=9d", 400, id="a time that ends before it begins"),
        pytest.param("/static/..%2f..%2fsite.py", 404, id="a file that is none of ours"),
        pytest.param("/static/site.py", 404, id="a file that is no static one"),
    ],
)
async def test_a_mistake_is_answered_with_a_sentence(reader: Browser, path: str, status: int) -> None:
    answer = await reader.get(path)
    assert answer.status == status
    assert "Traceback" not in answer.text
    assert "<h1>" in answer.text


async def test_a_defect_is_told_without_its_insides(editor: Browser, room: Newsroom) -> None:
    room.commands.tools.works = None
    room.commands.desk.topics = None  # type: ignore[assignment]  # what nobody foresaw
    answer = await editor.get("/")
    assert answer.status == 500
    assert "defect" in answer.text
    assert "Traceback" not in answer.text
    assert "NoneType" not in answer.text


@LIBRARY
async def test_too_much_is_not_taken(reader: Browser) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": reader.base}
    body = io.BytesIO(b"form_token=" + b"x" * MOST_SENT)
    async with reader.client.post(f"{reader.base}/sign-out", data=body, headers=kind) as answer:
        assert answer.status == 413
        assert "megabyte" in await answer.text()


@LIBRARY
async def test_a_request_that_no_page_takes_is_refused(reader: Browser) -> None:
    answer = await reader.post("/figures", {"form_token": await reader.form_token()})
    assert answer.status == 405


@LIBRARY
async def test_pages_are_kept_nowhere_and_static_files_for_good(reader: Browser) -> None:
    assert (await reader.get("/figures")).headers["Cache-Control"] == "no-store"
    assert "immutable" in (await reader.get("/static/tocsin.css")).headers["Cache-Control"]


async def test_monitors_need_no_token_and_no_name(stranger: Browser) -> None:
    answer = await stranger.get("/healthz", Host="tocsin.monitoring.svc")
    assert (answer.status, answer.text) == (200, "ok")


@LIBRARY
async def test_many_readers_at_once_are_answered(reader: Browser) -> None:
    pages = await asyncio.gather(*(reader.get("/figures") for _ in range(20)))
    assert {page.status for page in pages} == {200}
