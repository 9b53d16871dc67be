"""What the application relies on in every messenger, held against each of them."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import DeliveryError, DeliveryReason
from bot.message import Message, MessageKind, Paragraph, Strong, Text
from bot.ports import Further, Posted
from tests.contract.benches import LOST_ANSWERS, NEVER_ACCEPTED, TROUBLES, Bench, open_bench
from tests.fakes.discord import TOKEN as DISCORD_TOKEN
from tests.fakes.slack import BOT_TOKEN as SLACK_TOKEN
from tests.fakes.whole import post_whole


@pytest.fixture(params=["fake", "discord", "slack"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with open_bench(request.param) as made:
        yield made


def say(words: str, kind: MessageKind = MessageKind.ALERT) -> Message:
    return Message(kind=kind, heading="NEW", fallback=words, blocks=(Paragraph((Text("Now: "), Strong(words))),))


def since() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


async def test_a_post_stands_in_the_channel_and_names_the_thread_of_its_replies(bench: Bench) -> None:
    posted = await bench.messenger.post(bench.place, say("twelve frigates"), key="k1")
    (text,) = bench.in_channel()
    assert "twelve frigates" in text
    assert posted.thread
    assert posted.link.startswith("http")


async def test_a_reply_stands_in_the_thread_only(bench: Bench) -> None:
    root = await bench.messenger.post(bench.place, say("twelve frigates"), key="k1")
    reply = await bench.messenger.post(bench.place, say("the history"), key="k2", thread=root.thread)
    (text,) = bench.in_thread(root)
    assert "the history" in text
    assert len(bench.in_channel()) == 1
    assert reply.thread == root.thread


async def test_replies_keep_their_order(bench: Bench) -> None:
    root = await bench.messenger.post(bench.place, say("root"), key="k0")
    for number in range(1, 4):
        await bench.messenger.post(bench.place, say(f"reply {number}"), key=f"k{number}", thread=root.thread)
    texts = bench.in_thread(root)
    assert all(f"reply {number}" in text for number, text in enumerate(texts, start=1))
    assert len(texts) == 3


async def test_a_broadcast_reply_is_seen_in_thread_and_channel(bench: Bench) -> None:
    root = await bench.messenger.post(bench.place, say("twelve frigates"), key="k1")
    reply = say("fifteen frigates")
    await post_whole(bench.messenger, bench.place, reply, key="k2", thread=root.thread, broadcast=True)
    assert ["fifteen frigates" in text for text in bench.in_thread(root)] == [True]
    assert ["fifteen frigates" in text for text in bench.in_channel()] == [False, True]


async def test_every_part_of_a_long_message_is_there_once_in_order_and_found_by_its_key(bench: Bench) -> None:
    marks = [f"number{n:02} " for n in range(6)]
    long = replace(say("long"), blocks=tuple(Paragraph((Text(mark + "frigate " * 300),)) for mark in marks))
    if await bench.messenger.parts(long) == 1:
        pytest.skip("one post holds any message here")
    root = await post_whole(bench.messenger, bench.place, long, key="k1")
    shown = "".join((*bench.in_channel(), *bench.in_thread(root)))
    assert [shown.count(mark) for mark in marks] == [1] * 6
    assert sorted(marks, key=shown.index) == marks
    further = Further(part=1, first=root.message)
    found = [
        await bench.messenger.find(bench.place, key, thread=root.thread, since=since(), further=further)
        for key in ("k1-1", "k1-99")
    ]
    assert [one is not None for one in found] == [True, False]


async def test_an_edit_replaces_the_text(bench: Bench) -> None:
    root = await bench.messenger.post(bench.place, say("twelve frigates"), key="k1")
    await bench.messenger.edit(bench.place, root, say("fifteen frigates"))
    (text,) = bench.in_channel()
    assert "fifteen frigates" in text
    assert "twelve" not in text


async def test_a_reply_can_be_edited(bench: Bench) -> None:
    root = await bench.messenger.post(bench.place, say("root"), key="k1")
    reply = await bench.messenger.post(bench.place, say("twelve frigates"), key="k2", thread=root.thread)
    await bench.messenger.edit(bench.place, reply, say("fifteen frigates"))
    (text,) = bench.in_thread(root)
    assert "fifteen frigates" in text


async def test_a_restarted_process_finds_root_and_reply_by_their_keys(bench: Bench) -> None:
    root = await bench.messenger.post(bench.place, say("root"), key="k1")
    reply = await bench.messenger.post(bench.place, say("reply"), key="k2", thread=root.thread)
    again = bench.restarted()
    assert await again.find(bench.place, "k1", since=since()) == root
    found = await again.find(bench.place, "k2", thread=root.thread, since=since())
    assert found is not None
    assert (found.message, found.thread) == (reply.message, reply.thread)


async def test_a_key_that_was_never_posted_is_not_found(bench: Bench) -> None:
    root = await bench.messenger.post(bench.place, say("root"), key="k1")
    assert await bench.messenger.find(bench.place, "k", since=since()) is None
    assert await bench.messenger.find(bench.place, "k1", thread=root.thread, since=since()) is None


@pytest.mark.parametrize("trouble", LOST_ANSWERS)
@pytest.mark.parametrize("is_reply", [False, True], ids=["root", "reply"])
async def test_an_accepted_post_whose_answer_is_lost_is_found_and_is_one(
    bench: Bench, trouble: str, is_reply: bool
) -> None:
    root = await bench.messenger.post(bench.place, say("root"), key="k0")
    thread = root.thread if is_reply else None
    await bench.messenger.post(bench.place, say("an earlier reply"), key="k0a", thread=root.thread)
    bench.trouble_once(trouble)
    with pytest.raises(DeliveryError) as failure:
        await bench.messenger.post(bench.place, say("twelve frigates"), key="k1", thread=thread)
    assert failure.value.reason is DeliveryReason.AMBIGUOUS
    again = bench.restarted()
    found = await again.find(bench.place, "k1", thread=thread, since=since())
    assert found is not None
    seen = bench.in_thread(root) if is_reply else bench.in_channel()
    assert sum("twelve frigates" in text for text in seen) == 1
    await again.edit(bench.place, found, say("fifteen frigates"))
    seen = bench.in_thread(root) if is_reply else bench.in_channel()
    assert "fifteen frigates" in seen[-1]


@pytest.mark.parametrize("trouble", NEVER_ACCEPTED)
async def test_a_post_that_never_arrived_is_not_found_and_may_be_sent_again(bench: Bench, trouble: str) -> None:
    bench.trouble_once(trouble)
    with pytest.raises(DeliveryError):
        await bench.messenger.post(bench.place, say("twelve frigates"), key="k1")
    again = bench.restarted()
    assert await again.find(bench.place, "k1", since=since()) is None
    await again.post(bench.place, say("twelve frigates"), key="k1")
    assert len(bench.in_channel()) == 1


@pytest.mark.parametrize(("trouble", "reason"), TROUBLES.items(), ids=list(TROUBLES))
async def test_each_trouble_has_its_reason_and_passes(bench: Bench, trouble: str, reason: DeliveryReason) -> None:
    bench.trouble(trouble)
    with pytest.raises(DeliveryError) as failure:
        await bench.messenger.post(bench.place, say("twelve frigates"), key="k1")
    assert failure.value.reason is reason
    assert bench.in_channel() == []
    bench.mend()
    await bench.restarted().post(bench.place, say("twelve frigates"), key="k1")
    assert len(bench.in_channel()) == 1


async def test_a_long_wait_is_handed_on_exactly(bench: Bench) -> None:
    bench.trouble("asks to wait long")
    with pytest.raises(DeliveryError) as failure:
        await bench.messenger.post(bench.place, say("twelve frigates"), key="k1")
    assert failure.value.retry_after == pytest.approx(900, abs=1)


async def test_after_a_refused_token_nothing_more_is_sent(bench: Bench) -> None:
    root = await bench.messenger.post(bench.place, say("root"), key="k0")
    bench.trouble("token refused")
    before = bench.calls()
    for attempt in range(3):
        with pytest.raises(DeliveryError) as failure:
            await bench.messenger.post(bench.place, say("more"), key=f"k{attempt + 1}")
        assert failure.value.reason is DeliveryReason.TOKEN_REFUSED
    with pytest.raises(DeliveryError):
        await bench.messenger.edit(bench.place, root, say("more"))
    with pytest.raises(DeliveryError):
        await bench.messenger.find(bench.place, "k9", since=since())
    assert bench.calls() == before + 1


async def test_a_reply_to_a_deleted_root_says_so_and_stands_nowhere(bench: Bench) -> None:
    root = await bench.messenger.post(bench.place, say("root"), key="k0")
    bench.delete(root)
    with pytest.raises(DeliveryError) as failure:
        await bench.messenger.post(bench.place, say("reply"), key="k1", thread=root.thread)
    assert failure.value.reason is DeliveryReason.THREAD_DELETED
    assert bench.in_channel() == []
    assert bench.in_thread(root) == []


async def test_an_edit_of_a_deleted_message_says_so(bench: Bench) -> None:
    root = await bench.messenger.post(bench.place, say("root"), key="k0")
    bench.delete(root)
    with pytest.raises(DeliveryError) as failure:
        await bench.messenger.edit(bench.place, root, say("more"))
    assert failure.value.reason is DeliveryReason.THREAD_DELETED


@pytest.mark.parametrize("trouble", [*TROUBLES, *LOST_ANSWERS, *NEVER_ACCEPTED])
async def test_nothing_but_delivery_errors_comes_out_and_no_token_in_them(bench: Bench, trouble: str) -> None:
    root = await bench.messenger.post(bench.place, say("root"), key="k0")
    bench.trouble(trouble)
    for act in (_post, _edit, _find):
        with pytest.raises(DeliveryError) as failure:
            await act(bench, root)
        shown = "".join(traceback.format_exception(failure.value))
        assert DISCORD_TOKEN not in shown
        assert SLACK_TOKEN not in shown


async def _post(bench: Bench, _: Posted) -> None:
    await bench.messenger.post(bench.place, say("more"), key="k1")


async def _edit(bench: Bench, root: Posted) -> None:
    await bench.messenger.edit(bench.place, root, say("more"))


async def _find(bench: Bench, _: Posted) -> None:
    await bench.messenger.find(bench.place, "k9", since=since())
