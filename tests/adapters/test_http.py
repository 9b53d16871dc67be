"""Fetching: conditions, redirects, limits, and a reason for every way it can go wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.http import MAX_HOPS, HttpFetcher
from bot.errors import FetchError, FetchReason
from bot.ports import Validators
from tests.fakes.feedserver import (
    MIB,
    Behaviour,
    Drip,
    Endless,
    FeedServer,
    GzipBomb,
    Ok,
    Raw,
    Redirect,
    Silent,
    Status,
)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        yield running


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpFetcher]:
    made = HttpFetcher(user_agent="Tocsin-test", timeout=1.0, max_bytes=MIB, allow_private=["127.0.0.1"])
    yield made
    await made.close()


async def reason_of(fetcher: HttpFetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url)
    return caught.value


async def test_a_body_comes_with_its_validators_and_lower_case_headers(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    url = server.at("/feed", Ok(b"<rss/>", etag='"v1"', last_modified="Mon, 03 Aug 2026 10:00:00 GMT"))
    fetched = await fetcher.fetch(url)
    assert (fetched.status, fetched.body, fetched.url, fetched.permanent_url) == (200, b"<rss/>", url, None)
    assert fetched.validators == Validators(etag='"v1"', last_modified="Mon, 03 Aug 2026 10:00:00 GMT")
    assert fetched.headers["content-type"] == "application/rss+xml"
    assert server.asked[0].headers["user-agent"] == "Tocsin-test"


@pytest.mark.parametrize(
    "validators",
    [Validators(etag='"v1"'), Validators(last_modified="Mon, 03 Aug 2026 10:00:00 GMT")],
    ids=["by etag", "by date"],
)
async def test_what_has_not_changed_is_not_sent_again(
    server: FeedServer, fetcher: HttpFetcher, validators: Validators
) -> None:
    url = server.at("/feed", Ok(b"<rss/>", etag='"v1"', last_modified="Mon, 03 Aug 2026 10:00:00 GMT"))
    fetched = await fetcher.fetch(url, validators)
    assert (fetched.status, fetched.body) == (304, b"")


async def test_a_304_that_nobody_asked_for_is_an_error(server: FeedServer, fetcher: HttpFetcher) -> None:
    error = await reason_of(fetcher, server.at("/feed", Status(304)))
    assert (error.reason, error.status) == (FetchReason.HTTP_ERROR, 304)


@pytest.mark.parametrize(
    ("first", "second", "is_kept"),
    [(301, 308, True), (301, 302, False), (307, 301, False), (303, 303, False)],
    ids=["permanent hops only", "permanent then temporary", "temporary then permanent", "temporary only"],
)
async def test_a_redirect_is_permanent_only_when_every_hop_is(
    server: FeedServer, fetcher: HttpFetcher, first: int, second: int, is_kept: bool
) -> None:
    url = server.at("/old", Redirect("/middle", first))
    server.at("/middle", Redirect(server.url("/new"), second))
    server.at("/new", Ok(b"<rss/>"))
    fetched = await fetcher.fetch(url)
    assert fetched.url == server.url("/new")
    assert fetched.permanent_url == (server.url("/new") if is_kept else None)


async def test_a_redirect_loop_ends_after_five_hops(server: FeedServer, fetcher: HttpFetcher) -> None:
    error = await reason_of(fetcher, server.at("/loop", Redirect("/loop")))
    assert error.reason is FetchReason.TOO_MANY_REDIRECTS
    assert len(server.asked) == MAX_HOPS + 1


@pytest.mark.parametrize(
    ("behaviour", "reason", "retry_after"),
    [
        pytest.param(Status(410), FetchReason.GONE, None, id="410 is gone for good"),
        pytest.param(Status(404), FetchReason.HTTP_ERROR, None, id="404"),
        pytest.param(Status(500), FetchReason.HTTP_ERROR, None, id="500"),
        pytest.param(Status(204), FetchReason.HTTP_ERROR, None, id="204 is no feed"),
        pytest.param(Status(429, {"Retry-After": "90"}), FetchReason.THROTTLED, 90.0, id="429 with seconds"),
        pytest.param(Status(429), FetchReason.THROTTLED, None, id="429 without a time"),
        pytest.param(
            Status(
                503,
                {"Retry-After": "Mon, 03 Aug 2026 10:02:00 GMT", "Date": "Mon, 03 Aug 2026 10:00:00 GMT"},
            ),
            FetchReason.THROTTLED,
            120.0,
            id="503 with a date, by the server's own clock",
        ),
        pytest.param(Status(503, {"Retry-After": "soon"}), FetchReason.HTTP_ERROR, None, id="503 with nonsense"),
        pytest.param(Status(503), FetchReason.HTTP_ERROR, None, id="503 alone is an error"),
        pytest.param(Status(403, {"cf-mitigated": "challenge"}), FetchReason.BOT_WALL, None, id="a challenge"),
        pytest.param(Redirect("file:///etc/passwd"), FetchReason.BAD_URL, None, id="redirect to a file"),
        pytest.param(Redirect("gopher://x/"), FetchReason.BAD_URL, None, id="redirect to gopher"),
        pytest.param(Redirect("http://[::1/"), FetchReason.BAD_URL, None, id="redirect to a broken address"),
        pytest.param(Ok(b"x" * (MIB + 1)), FetchReason.TOO_LARGE, None, id="declared too large"),
        pytest.param(GzipBomb(64 * MIB), FetchReason.TOO_LARGE, None, id="gzip bomb"),
        pytest.param(Endless(), FetchReason.TOO_LARGE, None, id="endless body"),
        pytest.param(Drip(b"x" * 1000, every=0.02), FetchReason.TIMEOUT, None, id="a byte at a time"),
        pytest.param(Silent(), FetchReason.TIMEOUT, None, id="never answers"),
        pytest.param(Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nshort"), FetchReason.UNREACHABLE, None,
                     id="lying length"),
        pytest.param(Raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!"),
                     FetchReason.UNREACHABLE, None, id="damaged compression"),
        pytest.param(Raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 20_000 + b"\r\n\r\n"), FetchReason.HTTP_ERROR, None,
                     id="huge header"),
        pytest.param(Raw(b"SSH-2.0-OpenSSH_9.2\r\n"), FetchReason.HTTP_ERROR, None, id="another protocol"),
        pytest.param(Raw(b""), FetchReason.UNREACHABLE, None, id="hangs up"),
    ],
)  # fmt: skip
async def test_every_failure_has_its_reason(
    server: FeedServer, fetcher: HttpFetcher, behaviour: Behaviour, reason: FetchReason, retry_after: float | None
) -> None:
    error = await reason_of(fetcher, server.at("/feed", behaviour))
    assert (error.reason, error.retry_after) == (reason, retry_after)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/feed",
        "javascript:alert(1)",
        "feed.xml",
        "",
        "http://",
        "http://[1:2/",
        "http://example.org:99999/",
        "http:///feed",
        "http://exa mple.org/\x00",
        "http://" + "a" * 300 + ".org/",
    ],
)
async def test_what_is_no_web_address_is_refused_without_a_request(fetcher: HttpFetcher, url: str) -> None:
    assert (await reason_of(fetcher, url)).reason is FetchReason.BAD_URL


async def test_a_dead_port_is_unreachable(fetcher: HttpFetcher) -> None:
    assert (await reason_of(fetcher, "http://127.0.0.1:1/feed")).reason is FetchReason.UNREACHABLE


async def test_a_plain_server_behind_https_is_a_tls_failure(server: FeedServer, fetcher: HttpFetcher) -> None:
    url = server.at("/feed", Ok(b"")).replace("http://", "https://")
    assert (await reason_of(fetcher, url)).reason is FetchReason.TLS


async def test_passwords_in_an_address_do_not_reach_the_message(server: FeedServer, fetcher: HttpFetcher) -> None:
    url = server.at("/feed", Status(500)).replace("http://", "http://ana:hunter2@") + "?api_key=canary"
    message = str(await reason_of(fetcher, url))
    assert "hunter2" not in message
    assert "canary" not in message
    assert "/feed" in message


async def test_one_host_gets_one_request_at_a_time(server: FeedServer, fetcher: HttpFetcher) -> None:
    import asyncio

    urls = [server.at(f"/{n}", Ok(b"x", delay=0.02)) for n in range(5)]
    await asyncio.gather(*(fetcher.fetch(url) for url in urls))
    assert server.most_at_once == 1
