"""Events over a real websocket: the App Home, channels that come and go, the app removed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from bot.message import Bullets, Button, Code, Message, MessageKind, Paragraph, Text
from bot.ports import Caller, Home, HomeChannel, Place, PlaceChange
from tests.adapters.slack.desk import Desk, make_gateway, running
from tests.fakes.slack import CHANNEL, PLACE, WORKSPACE, FakeSlack, error
from tests.fakes.slack.workspace import BOT_USER

HOSTILE = "<!channel> *bold* <https://evil.example|nato.example> :fire:"


class Pages:
    """The application's page; remembers for whom it was drawn."""

    def __init__(self, lines: int = 1) -> None:
        self.drawn: list[tuple[Caller, frozenset[str]]] = []
        self.lines = lines

    async def page(self, caller: Caller, channels: Collection[str]) -> Home:
        self.drawn.append((caller, frozenset(channels)))
        followed = [
            HomeChannel(
                place=Place(platform="slack", workspace=WORKSPACE, channel=one),
                lines=tuple((Code(f"topic-{number}"), Text(f" {HOSTILE}")) for number in range(self.lines)),
            )
            for one in sorted(channels)
        ]
        return Home(health=message("All is well"), channels=tuple(followed), alerts=message(HOSTILE, self.lines))


def message(text: str, lines: int = 1) -> Message:
    return Message(
        kind=MessageKind.REPLY,
        heading="",
        fallback=text,
        blocks=(Paragraph((Text(text),)), Bullets(tuple((Text(text),) for _ in range(lines)))),
        buttons=(Button(action="why", label="Why", value="1"),),
    )


def elements(value: Any, kind: str) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        own = [value] if value.get("type") == kind else []
        return own + [found for inner in value.values() for found in elements(inner, kind)]
    return [found for inner in value for found in elements(inner, kind)] if isinstance(value, list) else []


async def open_home(server: FakeSlack, desk: Desk, pages: Pages, tab: str = "home") -> None:
    async with running(make_gateway(server, desk, home=pages.page)):
        await server.acked(await server.send("events_api", server.event("app_home_opened", user="U0ANA", tab=tab)))
        if tab == "home":
            await server.wait_for(lambda: server.workspace.homes)


async def test_the_home_shows_health_own_channels_and_what_rang(server: FakeSlack, desk: Desk) -> None:
    server.channel(CHANNEL).members.add("U0ANA")
    server.add_channel("C0OTHER", members={"U0BEN"})
    server.add_channel("G0SECRET", members={"U0ANA"}, is_private=True, is_member=False)
    pages = Pages()
    await open_home(server, desk, pages)
    ((caller, channels),) = pages.drawn
    assert (caller.user, caller.place.workspace, caller.place.channel) == ("U0ANA", WORKSPACE, "")
    assert channels == {CHANNEL}
    view = server.workspace.homes["U0ANA"]
    heads = [block["text"]["text"] for block in view["blocks"] if block["type"] == "header"]
    assert heads == ["How Tocsin is", "Your channels", "What rang last"]
    assert [one["channel_id"] for one in elements(view, "channel")] == [CHANNEL]
    assert elements(view, "actions") == []


async def test_text_in_the_home_is_never_markup(server: FakeSlack, desk: Desk) -> None:
    server.channel(CHANNEL).members.add("U0ANA")
    await open_home(server, desk, Pages())
    view = server.workspace.homes["U0ANA"]
    assert elements(view, "mrkdwn") == elements(view, "link") == elements(view, "broadcast") == []
    assert any(HOSTILE in one["text"] for one in elements(view, "text"))


async def test_a_home_longer_than_slack_takes_says_what_is_left_out(server: FakeSlack, desk: Desk) -> None:
    for number in range(120):
        server.add_channel(f"C{number:03d}", members={"U0ANA"})
    await open_home(server, desk, Pages(lines=3))
    blocks = server.workspace.homes["U0ANA"]["blocks"]
    assert len(blocks) == 100
    assert "blocks are left out" in blocks[-1]["elements"][0]["text"]


async def test_without_the_word_of_slack_no_channel_is_shown(server: FakeSlack, desk: Desk) -> None:
    server.channel(CHANNEL).members.add("U0ANA")
    server.always("users.conversations", error("missing_scope"))
    pages = Pages()
    await open_home(server, desk, pages)
    assert pages.drawn[0][1] == frozenset()


async def test_the_other_tab_draws_nothing(server: FakeSlack, desk: Desk) -> None:
    pages = Pages()
    await open_home(server, desk, pages, tab="messages")
    assert pages.drawn == []


@pytest.mark.parametrize(
    ("kind", "inner", "change"),
    [
        ("channel_archive", {"channel": CHANNEL, "user": "U0BEN"}, PlaceChange.GONE),
        ("channel_deleted", {"channel": CHANNEL}, PlaceChange.GONE),
        ("group_left", {"channel": CHANNEL}, PlaceChange.GONE),
        ("channel_unarchive", {"channel": CHANNEL, "user": "U0BEN"}, PlaceChange.BACK),
        ("member_joined_channel", {"channel": CHANNEL, "user": BOT_USER, "team": WORKSPACE}, PlaceChange.BACK),
    ],
)
async def test_a_channel_that_comes_or_goes_is_told_once(
    server: FakeSlack, desk: Desk, kind: str, inner: dict[str, Any], change: PlaceChange
) -> None:
    async with running(make_gateway(server, desk)):
        told = server.event(kind, **inner)
        for attempt in range(2):
            await server.acked(await server.send("events_api", told, attempt=attempt))
    ((places, found, detail),) = desk.moved
    assert (places, found) == ((PLACE,), change)
    assert detail


async def test_that_somebody_else_joined_is_no_news(server: FakeSlack, desk: Desk) -> None:
    async with running(make_gateway(server, desk)):
        joined = server.event("member_joined_channel", channel=CHANNEL, user="U0BEN", team=WORKSPACE)
        await server.acked(await server.send("events_api", joined))
    assert desk.moved == []


async def test_an_event_is_handled_once_across_restarts(server: FakeSlack, desk: Desk) -> None:
    seen: set[str] = set()

    async def first_time(key: str) -> bool:
        is_new = key not in seen
        seen.add(key)
        return is_new

    told = server.event("channel_archive", channel=CHANNEL, user="U0BEN")
    for _ in range(2):
        async with running(make_gateway(server, desk, first_time=first_time)):
            await server.acked(await server.send("events_api", told))
    assert len(desk.moved) == 1
