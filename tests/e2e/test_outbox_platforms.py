"""The outbox over the real Slack and Discord clients against their fakes: every message is there once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.delivery.decisions import Policy
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.model import Op
from bot.message import MessageKind
from bot.ports import Messenger, Posted
from tests.bot.delivery.desk import Desk
from tests.contract.benches import LOST_ANSWERS, NEVER_ACCEPTED, Bench, DiscordBench, SlackBench, open_bench
from tests.databases import open_database
from tests.fakes import slack

QUICK = Policy(gap=0.0, settle=0.05, first_wait=0.05)

# before: the platform refuses or is cut off; after: it has taken the message and only the answer goes wrong.
BEFORE: dict[str, tuple[str, slack.Behaviour]] = {
    "429": ("429 0.1", slack.throttle(1)),
    "500": ("500", slack.http_status(500)),
    "502": ("502", slack.http_status(502)),
    "503": ("503", slack.http_status(503)),
    "504": ("504", slack.http_status(504)),
    "524": ("524", slack.http_status(524)),
    "reset": ("drop", slack.drop()),
}
AFTER: dict[str, tuple[str, slack.Behaviour]] = {
    "500": ("accept 500", slack.accept_then_500()),
    "502": ("accept 502", slack.Behaviour(status=502, body="<html>")),
    "503": ("accept 503", slack.Behaviour(status=503, body="<html>")),
    "504": ("accept 504", slack.Behaviour(status=504, body="<html>")),
    "524": ("accept 524", slack.Behaviour(status=524, body="<html>")),
    "no JSON": ("accept 500", slack.garbage()),
    "reset": ("accept drop", slack.accept_then_drop()),
}
PARENTS = [
    *(pytest.param(BEFORE[name], 0, id=f"the parent, {name} before it is accepted") for name in BEFORE),
    *(pytest.param(AFTER[name], 0, id=f"the parent, {name} after it is accepted") for name in AFTER),
]
REPLIES = [
    pytest.param(BEFORE["503"], 1, id="a reply, 503 before it is accepted"),
    pytest.param(BEFORE["reset"], 1, id="a reply, reset before it is accepted"),
    pytest.param(AFTER["500"], 1, id="a reply, 500 after it is accepted"),
    pytest.param(AFTER["reset"], 1, id="a reply, reset after it is accepted"),
]


@pytest.fixture(params=["discord", "slack"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with open_bench(request.param) as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_database(tmp_path) as db:
        yield Desk(db=db)


def dispatcher(desk: Desk, bench: Bench, messenger: Messenger | None = None) -> Dispatcher:
    return Dispatcher(
        desk.db,
        {bench.place.platform: messenger or bench.messenger},
        SystemClock(),
        policy=QUICK,
        observe=lambda _: None,
    )


def put_story(desk: Desk, bench: Bench) -> int:
    """Enqueue a parent, a detail and an update, dated now as the real clock has it."""
    desk.clock.jump(SystemClock().now() - desk.clock.now())
    lane = str(bench.place)
    thread = desk.open_thread(lane)
    desk.put("the parent", lane=lane, thread=thread)
    desk.put("the detail", Op.REPLY, lane=lane, thread=thread, kind=MessageKind.DETAIL)
    desk.put("the update", Op.REPLY, lane=lane, thread=thread, kind=MessageKind.UPDATE)
    return thread


def check_story(desk: Desk, bench: Bench, thread: int) -> None:
    row = desk.thread(thread)
    root = Posted(message=row.root, thread=row.handle)
    assert ["the parent" in text for text in bench.in_channel()] == [True]
    replies = bench.in_thread(root)
    assert desk.states(str(bench.place)) == ["sent", "sent", "sent"]
    assert ["the detail" in text for text in replies] == [True, False]
    assert ["the update" in text for text in replies] == [False, True]


def fail_posts(bench: Bench, case: tuple[str, slack.Behaviour], *, good_before: int) -> None:
    phrase, behaviour = case
    if isinstance(bench, DiscordBench):
        bench.server.faults.on("create_message", *["ok"] * good_before, phrase)
    elif isinstance(bench, SlackBench):
        bench.server.next("chat.postMessage", *[slack.accept()] * good_before, behaviour)


def posts_asked_for(bench: Bench) -> int:
    if isinstance(bench, DiscordBench):
        return len(bench.server.sent("create_message"))
    assert isinstance(bench, SlackBench)
    return len(bench.server.called("chat.postMessage"))


@pytest.mark.parametrize(("case", "good_before"), [*PARENTS, *REPLIES])
async def test_whatever_goes_wrong_with_one_post_every_message_is_there_once(
    desk: Desk, bench: Bench, case: tuple[str, slack.Behaviour], good_before: int
) -> None:
    thread = put_story(desk, bench)
    fail_posts(bench, case, good_before=good_before)
    await dispatcher(desk, bench).drain()
    check_story(desk, bench, thread)


@pytest.mark.parametrize("trouble", [*LOST_ANSWERS, *NEVER_ACCEPTED])
async def test_a_restart_in_the_middle_of_a_post_finds_out_and_goes_on(desk: Desk, bench: Bench, trouble: str) -> None:
    """The second process remembers nothing, and Discord's own memory of keys is over."""
    thread = put_story(desk, bench)
    bench.trouble_once(trouble)
    await dispatcher(desk, bench).step(str(bench.place))
    assert desk.states(str(bench.place))[0] == "sending"
    await dispatcher(desk, bench, bench.restarted()).drain()
    check_story(desk, bench, thread)


async def test_a_refused_token_is_tried_once_and_all_kept_rows_go_out_with_a_new_one(desk: Desk, bench: Bench) -> None:
    thread = put_story(desk, bench)
    bench.trouble("token refused")
    first = dispatcher(desk, bench)
    await first.drain()
    made = bench.calls()
    await first.drain()
    assert (posts_asked_for(bench), bench.calls()) == (1, made)
    bench.mend()
    await dispatcher(desk, bench, bench.restarted()).drain()
    check_story(desk, bench, thread)


@pytest.mark.parametrize("trouble", ["channel deleted", "permission removed"])
async def test_a_channel_that_is_gone_keeps_its_rows_until_it_is_back(desk: Desk, bench: Bench, trouble: str) -> None:
    thread = put_story(desk, bench)
    bench.trouble(trouble)
    one = dispatcher(desk, bench)
    await one.drain()
    assert desk.states(str(bench.place)) == ["ready", "ready", "ready"]
    bench.mend()
    await one.drain()
    assert bench.in_channel() == []
    assert await one.resume(str(bench.place))
    await one.drain()
    check_story(desk, bench, thread)


async def test_nothing_of_a_story_is_posted_again_after_a_moderator_deleted_its_message(
    desk: Desk, bench: Bench
) -> None:
    thread = put_story(desk, bench)
    await dispatcher(desk, bench).drain()
    row = desk.thread(thread)
    bench.delete(Posted(message=row.root, thread=row.handle))
    lane = str(bench.place)
    desk.put("a second update", Op.REPLY, lane=lane, thread=thread, kind=MessageKind.UPDATE)
    desk.put("its detail", Op.REPLY, lane=lane, thread=thread, kind=MessageKind.DETAIL)
    await dispatcher(desk, bench, bench.restarted()).drain()
    assert desk.thread(thread).state == "gone"
    assert desk.states(lane)[-2:] == ["dropped", "dropped"]
    assert not any("second update" in text or "its detail" in text for text in bench.in_channel())


async def test_the_story_goes_on_in_one_new_thread_when_a_moderator_locked_the_old_one(
    desk: Desk, bench: Bench
) -> None:
    thread = put_story(desk, bench)
    await dispatcher(desk, bench).drain()
    row, lane = desk.thread(thread), str(bench.place)
    if isinstance(bench, DiscordBench):
        bench.server.world.channels[row.handle]["thread_metadata"]["locked"] = True
    elif isinstance(bench, SlackBench):
        bench.server.next("chat.postMessage", slack.error("thread_locked"))
    desk.put("a second update", Op.REPLY, lane=lane, thread=thread, kind=MessageKind.UPDATE)
    desk.put("its detail", Op.REPLY, lane=lane, thread=thread, kind=MessageKind.DETAIL)
    await dispatcher(desk, bench, bench.restarted()).drain()
    new = desk.thread(thread + 1)
    assert new.previous_id == thread
    assert sum("a second update" in text for text in bench.in_channel()) == 1
    assert ["its detail" in text for text in bench.in_thread(Posted(message=new.root, thread=new.handle))] == [True]


async def test_a_thread_that_was_archived_is_opened_again_and_the_story_goes_on_in_it(desk: Desk, bench: Bench) -> None:
    thread = put_story(desk, bench)
    await dispatcher(desk, bench).drain()
    row, lane = desk.thread(thread), str(bench.place)
    if isinstance(bench, DiscordBench):
        bench.server.world.channels[row.handle]["thread_metadata"]["archived"] = True
    desk.put("a second update", Op.REPLY, lane=lane, thread=thread, kind=MessageKind.UPDATE)
    await dispatcher(desk, bench, bench.restarted()).drain()
    replies = bench.in_thread(Posted(message=row.root, thread=row.handle))
    assert sum("a second update" in text for text in replies) == 1
    if isinstance(bench, DiscordBench):
        assert not bench.server.world.channels[row.handle]["thread_metadata"]["archived"]
