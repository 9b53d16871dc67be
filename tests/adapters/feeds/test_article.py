"""Article pages to their main text, politely."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.feeds.article import WebArticleReader
from adapters.http import HttpFetcher
from bot.errors import FetchError, FetchReason, ParseError, ParseReason
from tests.fakes.feedserver import FeedServer, Ok, Redirect, Status

PARAGRAPHS = (
    "The ministry of transport will buy 140 electric trains by 2031, the minister told parliament on Thursday.",
    "The order is worth 2.4 billion euros, of which the European Investment Bank lends half, according to the budget.",
    "Opposition members asked why no other bidder was heard. The minister said that two had withdrawn in March.",
    "A first train is to run between the capital and the port before the end of next year, officials said.",
)
PAGE = """<!doctype html><html lang="en-GB"><head><title>Trains | Example Times</title>
<meta property="og:title" content="Ministry buys 140 trains"></head><body>
<header class="site-header"><nav><a href="/">Home</a> <a href="/w">World: 9,000 protest</a></nav></header>
<main class="layout has-sidebar"><article>
<h1>Ministry buys 140 trains</h1><p class="byline">By Ana Sample</p>
<figure><img src="t.jpg"><figcaption>A train with 300 seats. Photo: Example Agency</figcaption></figure>
<div class="story-body">{body}
<p>Read also: Navy orders 12 frigates</p><p>Advertisement</p></div>
<div class="related-stories"><h3>More news</h3><ul><li><a href="/1">Steelworks cuts 5,000 jobs</a></li></ul></div>
</article></main>
<aside class="sidebar"><p>Most read: the mayor resigns after 11 years in office, a spokesman said on Monday.</p></aside>
<div id="cookie-consent"><p>We and our 843 partners store cookies on your device to show you advertisements.</p></div>
<footer><p>© 2026 Example Times. All rights reserved. Call 555 0100.</p></footer></body></html>"""


def page(*paragraphs: str, extra: str = "") -> bytes:
    return PAGE.format(body=extra + "".join(f"<p>{text}</p>" for text in paragraphs)).encode()


def html(body: bytes) -> Ok:
    return Ok(body, content_type="text/html; charset=utf-8")


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        running.at("/robots.txt", Status(404))
        yield running


@pytest.fixture
async def reader() -> AsyncIterator[WebArticleReader]:
    fetcher = HttpFetcher(user_agent="Tocsin/1", timeout=2, allow_private=["127.0.0.1"])
    made = WebArticleReader(fetcher, pace=0.0, timeout=20)
    yield made
    await made.close()
    await fetcher.close()


async def test_only_the_article_is_left_of_a_page(server: FeedServer, reader: WebArticleReader) -> None:
    article = await reader.read(server.at("/a", html(page(*PARAGRAPHS))))
    assert article.text.split("\n") == list(PARAGRAPHS)
    assert (article.title, article.lang) == ("Ministry buys 140 trains", "en")


async def test_the_text_survives_a_wrapper_with_a_telltale_name(server: FeedServer, reader: WebArticleReader) -> None:
    body = page(*PARAGRAPHS).replace(b'class="story-body"', b'class="story-body with-comments share-target"')
    assert (await reader.read(server.at("/a", html(body)))).text.split("\n") == list(PARAGRAPHS)


async def test_other_encodings_are_read_as_the_page_says(server: FeedServer, reader: WebArticleReader) -> None:
    text = "Міністерство транспорту придбає 140 електропоїздів до 2031 року, заявив міністр у парламенті в четвер. " * 3
    body = page(text).decode().replace("<head>", '<head><meta charset="windows-1251">').replace("©", "(c)")
    article = await reader.read(server.at("/a", Ok(body.encode("windows-1251"), content_type="text/html")))
    assert article.text == text.strip()


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        pytest.param(html(b"<html><title>Just a moment...</title><body><p>Checking your browser</p></body></html>"),
                     ParseReason.BOT_WALL, id="a challenge"),
        pytest.param(html(b"<html><body><p>Before you continue to Example, please agree.</p></body></html>"),
                     ParseReason.BOT_WALL, id="a consent page"),
        pytest.param(html(page(PARAGRAPHS[0], extra='<script>{"isAccessibleForFree": false}</script>')),
                     ParseReason.PAYWALL, id="a teaser by its own mark"),
        pytest.param(html(page(PARAGRAPHS[0], "Already a subscriber? Log in.")), ParseReason.PAYWALL, id="a teaser"),
        pytest.param(html(b"<html><body><nav><a href='/'>Home</a></nav></body></html>"), ParseReason.NO_TEXT,
                     id="a page of links"),
        pytest.param(html(b""), ParseReason.EMPTY, id="an empty page"),
        pytest.param(Ok(b"%PDF-1.7", content_type="application/pdf"), ParseReason.NO_TEXT, id="a PDF"),
    ],
)  # fmt: skip
async def test_what_is_no_article_is_named(
    server: FeedServer, reader: WebArticleReader, behaviour: Ok, reason: ParseReason
) -> None:
    with pytest.raises(ParseError) as caught:
        await reader.read(server.at("/a", behaviour))
    assert caught.value.reason is reason


async def test_a_long_text_is_read_although_the_page_speaks_of_subscribers(
    server: FeedServer, reader: WebArticleReader
) -> None:
    texts = [f"{text} (Part {n}.)" for n in range(8) for text in PARAGRAPHS]
    body = page(*texts, extra="<p class='note'>Already a subscriber?</p>")
    assert len((await reader.read(server.at("/a", html(body)))).text) > 2_000


async def test_robots_is_asked_once_and_obeyed(server: FeedServer, reader: WebArticleReader) -> None:
    server.at("/robots.txt", Ok(b"User-agent: tocsin\nDisallow: /private", content_type="text/plain"))
    await reader.read(server.at("/a", html(page(*PARAGRAPHS))))
    with pytest.raises(FetchError) as caught:
        await reader.read(server.at("/private/a", html(page(*PARAGRAPHS))))
    assert caught.value.reason is FetchReason.ROBOTS
    assert server.count() == {"/robots.txt": 1, "/a": 1}


@pytest.mark.parametrize(("status", "is_allowed"), [(404, True), (403, True), (500, False), (503, False)])
async def test_a_robots_file_that_cannot_be_had(
    server: FeedServer, reader: WebArticleReader, status: int, is_allowed: bool
) -> None:
    server.at("/robots.txt", Status(status))
    url = server.at("/a", html(page(*PARAGRAPHS)))
    if is_allowed:
        assert (await reader.read(url)).text
    else:
        with pytest.raises(FetchError, match="robots"):
            await reader.read(url)
        assert server.count()["/a"] == 0


async def test_an_article_is_fetched_once_for_all_feeds_that_link_to_it(
    server: FeedServer, reader: WebArticleReader
) -> None:
    url = server.at("/a", html(page(*PARAGRAPHS)))
    assert await reader.read(url) == await reader.read(url)
    assert server.count()["/a"] == 1


async def test_a_host_that_throttles_is_left_alone(server: FeedServer, reader: WebArticleReader) -> None:
    server.at("/a", Status(429, {"Retry-After": "600"}))
    url = server.at("/b", html(page(*PARAGRAPHS)))
    for address in (server.url("/a"), url):
        with pytest.raises(FetchError) as caught:
            await reader.read(address)
        assert caught.value.reason is FetchReason.THROTTLED
    assert server.count()["/b"] == 0


async def test_pages_of_one_host_are_paced(server: FeedServer) -> None:
    fetcher = HttpFetcher(user_agent="Tocsin/1", timeout=2, allow_private=["127.0.0.1"])
    reader = WebArticleReader(fetcher, pace=0.2, timeout=20)
    urls = [server.at(f"/{n}", html(page(*PARAGRAPHS))) for n in range(4)]
    started = asyncio.get_running_loop().time()
    await asyncio.gather(*(reader.read(url) for url in urls))
    assert asyncio.get_running_loop().time() - started >= 0.6
    await reader.close()
    await fetcher.close()


async def test_private_addresses_are_refused_for_articles_too(server: FeedServer) -> None:
    fetcher = HttpFetcher(user_agent="Tocsin/1", timeout=2)
    reader = WebArticleReader(fetcher)
    with pytest.raises(FetchError) as caught:
        await reader.read(server.at("/a", Redirect("/b")))
    assert caught.value.reason is FetchReason.REFUSED_ADDRESS
    await reader.close()
    await fetcher.close()


@pytest.mark.parametrize("status", [404, 410])
async def test_a_page_that_is_not_there_is_gone(server: FeedServer, reader: WebArticleReader, status: int) -> None:
    assert await reader.is_gone(server.at("/a", Status(status)))
    assert not await reader.is_gone(server.at("/b", html(page(*PARAGRAPHS))))


async def test_an_error_or_a_refusal_does_not_say_that_a_page_is_gone(
    server: FeedServer, reader: WebArticleReader
) -> None:
    with pytest.raises(FetchError, match="503"):
        await reader.is_gone(server.at("/a", Status(503)))
    server.at("/robots.txt", Ok(b"User-agent: *\nDisallow: /private/", content_type="text/plain"))
    fetcher = HttpFetcher(user_agent="Tocsin/1", timeout=2, allow_private=["127.0.0.1"])
    other = WebArticleReader(fetcher, pace=0.0)
    try:
        with pytest.raises(FetchError) as raised:
            await other.is_gone(server.at("/private/a", Status(404)))
        assert raised.value.reason is FetchReason.ROBOTS
    finally:
        await other.close()
        await fetcher.close()
