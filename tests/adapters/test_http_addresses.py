"""Private addresses are refused at connect time, however they are written or reached."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from ipaddress import ip_address

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from adapters.addresses import AddressPolicy
from adapters.http import HttpFetcher
from bot.errors import FetchError, FetchReason
from tests.fakes.feedserver import FeedServer, Ok, Redirect

LOOPBACK_FORMS = [
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "localhost",
    "LOCALHOST.",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "127.1",
    "0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "a@127.0.0.1",
    "example.org@127.0.0.1",
    "127.0.0.1.",
]
REFUSED = {
    "10.0.0.1": "private",
    "172.16.5.4": "private",
    "192.168.1.1": "private",
    "100.64.0.1": "carrier-grade NAT",
    "169.254.169.254": "link-local",
    "0.0.0.0": "unspecified",
    "224.0.0.1": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "reserved",
    "192.0.0.8": "protocol assignments",
    "198.18.0.1": "private",
    "203.0.113.7": "private",
    "::1": "loopback",
    "::": "unspecified",
    "fe80::1%eth0": "link-local",
    "fec0::1": "site-local",
    "fc00::1": "private",
    "ff02::1": "multicast",
    "5f00::1": "segment routing",
    "2001:db8::1": "private",
    "::ffff:10.0.0.1": "private",
    "::10.0.0.1": "private",
    "64:ff9b::a00:1": "private",
    "64:ff9b:1::1": "local NAT64",
    "2002:a00:1::1": "private",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe": "private",
    "not an address": "unreadable",
}


class FixedResolver(AbstractResolver):
    """Gives each look-up the next of the answers; the last one stays."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        running.at("/feed", Ok(b"<rss/>"))
        yield running


async def refusal(fetcher: HttpFetcher, url: str) -> FetchReason:
    try:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(url)
    finally:
        await fetcher.close()
    return caught.value.reason


@pytest.mark.parametrize("host", LOOPBACK_FORMS)
async def test_no_spelling_of_loopback_gets_through(server: FeedServer, host: str) -> None:
    fetcher = HttpFetcher(user_agent="t", timeout=2)
    reason = await refusal(fetcher, server.url("/feed", host))
    assert reason in {FetchReason.REFUSED_ADDRESS, FetchReason.BAD_URL, FetchReason.UNREACHABLE}
    assert server.asked == []


@pytest.mark.parametrize("host", [form for form in LOOPBACK_FORMS if form != "127.0.0.1"])
async def test_no_redirect_leads_to_loopback(server: FeedServer, host: str) -> None:
    # the door is a name that the admin allowed, so that the first hop passes
    door = server.at("/door", Redirect(server.url("/feed", host), 302)).replace("127.0.0.1", "door.example")
    fetcher = HttpFetcher(
        user_agent="t", timeout=2, allow_private=["door.example"], resolver=FixedResolver(["127.0.0.1"])
    )
    reason = await refusal(fetcher, door)
    assert reason in {FetchReason.REFUSED_ADDRESS, FetchReason.BAD_URL, FetchReason.UNREACHABLE}
    assert server.count()["/feed"] == 0


async def test_a_name_that_is_rebound_to_loopback_is_refused(server: FeedServer) -> None:
    resolver = FixedResolver(["127.0.0.1"])
    fetcher = HttpFetcher(user_agent="t", timeout=2, resolver=resolver)
    assert await refusal(fetcher, server.url("/feed", "rebound.example")) is FetchReason.REFUSED_ADDRESS
    assert server.asked == []


async def test_one_private_address_among_several_is_never_dialled(server: FeedServer) -> None:
    fetcher = HttpFetcher(user_agent="t", timeout=2, resolver=FixedResolver(["127.0.0.1", "10.0.0.1"]))
    assert await refusal(fetcher, server.url("/feed", "two.example")) is FetchReason.REFUSED_ADDRESS
    assert server.asked == []


@pytest.mark.parametrize("allowed", ["127.0.0.1", "127.0.0.0/8", "Intranet.Example."], ids=lambda text: text)
async def test_what_the_admin_allowed_is_fetched(server: FeedServer, allowed: str) -> None:
    fetcher = HttpFetcher(user_agent="t", timeout=2, allow_private=[allowed], resolver=FixedResolver(["127.0.0.1"]))
    host = "intranet.example" if "Intranet" in allowed else "127.0.0.1"
    assert (await fetcher.fetch(server.url("/feed", host))).body == b"<rss/>"
    await fetcher.close()


async def test_the_environment_cannot_route_around_the_check(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url(""))
    fetcher = HttpFetcher(user_agent="t", timeout=2, resolver=FixedResolver(["10.0.0.1"]))
    assert await refusal(fetcher, "http://example.org/feed") is FetchReason.REFUSED_ADDRESS
    assert server.asked == []


@pytest.mark.parametrize(("address", "kind"), REFUSED.items(), ids=list(REFUSED))
def test_the_kind_of_a_refused_address_is_named(address: str, kind: str) -> None:
    assert AddressPolicy().refusal(address) == kind


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_pass(address: str) -> None:
    assert AddressPolicy().refusal(address) is None


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_all_ipv6_wrappings(address: object) -> None:
    inner = ip_address(str(address))
    number = int(inner)
    policy = AddressPolicy()
    verdict = policy.refusal(str(inner))
    for wrapped in (f"::ffff:{inner}", f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}",
                    f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1"):  # fmt: skip
        assert policy.refusal(wrapped) == verdict
