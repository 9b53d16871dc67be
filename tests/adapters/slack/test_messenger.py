"""Posting, editing and finding against the fake Slack, on good days and bad ones."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from adapters.slack.client import TIMEOUT
from adapters.slack.errors import REASONS
from adapters.slack.messenger import LINK_SECONDS, SlackMessenger
from bot.delivery.decisions import Policy
from bot.errors import DeliveryError, DeliveryReason
from bot.message import Button, Image, Message, MessageKind, Paragraph, Text
from bot.ports import Further, Posted
from bot.secret import Secret
from rules.model import Severity
from tests.fakes.slack import (
    BOT_TOKEN,
    CHANNEL,
    PLACE,
    Behaviour,
    FakeSlack,
    accept,
    accept_then_500,
    accept_then_drop,
    accept_then_hang,
    drop,
    error,
    fake_slack,
    garbage,
    hang,
    http_status,
    make_messenger,
    throttle,
)
from tests.fakes.whole import post_whole

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


class ManualClock:
    """A clock that only the test moves; ``sleep`` moves it too."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def alert(text: str = "Two brigades leave Bavaria.", **extra: Any) -> Message:
    message = Message(
        kind=MessageKind.ALERT,
        heading="NEW - urgent - Bases in Germany",
        fallback=text,
        blocks=(Paragraph((Text(text),)),),
        buttons=(Button(action="why", label="Why", value="delivery-1"),),
        severity=Severity.URGENT,
    )
    return replace(message, **extra)


def long_message(paragraphs: int) -> Message:
    return alert(blocks=tuple(Paragraph((Text(f"{number}: " + "word " * 500),)) for number in range(paragraphs)))


@pytest.fixture
async def server() -> AsyncIterator[FakeSlack]:
    async with fake_slack() as running:
        yield running


@pytest.fixture
async def messenger(server: FakeSlack) -> AsyncIterator[SlackMessenger]:
    made = make_messenger(server)
    yield made
    await made.close()


async def reason_of(call: Callable[[], Awaitable[object]]) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await call()
    return caught.value


async def test_a_post_returns_its_handle_and_link(server: FakeSlack, messenger: SlackMessenger) -> None:
    posted = await messenger.post(PLACE, alert(), key="d1")
    (stored,) = server.messages()
    assert posted.message == posted.thread == stored["ts"]
    assert posted.link.startswith("https://work.slack.com/archives/C0GENERAL/p")
    assert stored["text"] == "Two brigades leave Bavaria."


async def test_a_post_carries_its_key_and_asks_for_no_preview(server: FakeSlack, messenger: SlackMessenger) -> None:
    await messenger.post(PLACE, alert(), key="d1")
    (body,) = server.called("chat.postMessage")
    assert body["metadata"] == {"event_type": "tocsin_delivery", "event_payload": {"delivery_id": "d1"}}
    assert body["unfurl_links"] is False
    assert body["unfurl_media"] is False
    assert body["parse"] == "none"
    assert body["link_names"] is False


async def test_a_reply_goes_into_the_thread(server: FakeSlack, messenger: SlackMessenger) -> None:
    root = await messenger.post(PLACE, alert(), key="d1")
    reply = await messenger.post(PLACE, alert("And a third."), key="d2", thread=root.thread)
    assert reply.thread == root.message
    assert [message["text"] for message in server.messages(thread=root.message)] == ["And a third."]
    assert "reply_broadcast" not in server.called("chat.postMessage")[1]


async def test_a_broadcast_reply_shows_in_the_channel_too(server: FakeSlack, messenger: SlackMessenger) -> None:
    root = await messenger.post(PLACE, alert(), key="d1")
    await messenger.post(PLACE, alert(), key="d2", thread=root.thread, broadcast=True)
    assert server.messages(thread=root.message)[0]["subtype"] == "thread_broadcast"


async def test_a_root_is_never_a_broadcast(server: FakeSlack, messenger: SlackMessenger) -> None:
    await messenger.post(PLACE, alert(), key="d1", broadcast=True)
    assert "reply_broadcast" not in server.called("chat.postMessage")[0]


async def test_an_edit_replaces_text_and_blocks_and_keeps_the_key(server: FakeSlack, messenger: SlackMessenger) -> None:
    posted = await messenger.post(PLACE, alert(), key="d1")
    await messenger.edit(PLACE, posted, alert("Three brigades leave Bavaria."))
    (stored,) = server.messages()
    assert stored["text"] == "Three brigades leave Bavaria."
    assert "Three brigades" in str(stored["blocks"])
    found = await messenger.find(PLACE, "d1", since=datetime.now(UTC))
    assert found is not None


async def test_an_edit_that_does_not_fit_says_so(server: FakeSlack, messenger: SlackMessenger) -> None:
    posted = await messenger.post(PLACE, alert(), key="d1")
    await messenger.edit(PLACE, posted, long_message(6))
    assert "Shortened: 3 more blocks." in str(server.messages()[0]["blocks"])
    assert len(server.messages(thread=posted.message)) == 0


@pytest.mark.parametrize(
    ("behaviour", "stored"),
    [
        pytest.param(accept_then_drop(), 1, id="taken and the connection closed"),
        pytest.param(accept_then_500(), 1, id="taken and answered 500"),
        pytest.param(accept_then_hang(), 1, id="taken and never answered"),
        pytest.param(garbage(), 1, id="taken and answered with rubbish"),
        pytest.param(drop(), 0, id="not taken and the connection closed"),
        pytest.param(hang(), 0, id="not taken and never answered"),
        pytest.param(http_status(502), 0, id="a gateway's 502"),
        pytest.param(error("internal_error", status=500), 0, id="Slack's own 500"),
        pytest.param(error("fatal_error"), 0, id="fatal_error"),
    ],
)
async def test_a_lost_answer_is_ambiguous_and_never_sent_again(
    server: FakeSlack, behaviour: Behaviour, stored: int
) -> None:
    messenger = make_messenger(server, timeout=0.3)
    server.next("chat.postMessage", behaviour)
    failure = await reason_of(lambda: messenger.post(PLACE, alert(), key="d1"))
    assert failure.reason is DeliveryReason.AMBIGUOUS
    assert len(server.called("chat.postMessage")) == 1
    assert len(server.messages()) == stored
    found = await messenger.find(PLACE, "d1", since=datetime.now(UTC))
    assert (found is not None) is bool(stored)
    await messenger.close()


async def test_a_refused_connection_is_surely_not_a_post() -> None:
    async with fake_slack() as server:
        messenger = make_messenger(server)
    failure = await reason_of(lambda: messenger.post(PLACE, alert(), key="d1"))
    assert failure.reason is DeliveryReason.UNAVAILABLE
    await messenger.close()


@pytest.mark.parametrize(
    ("behaviour", "wait"),
    [
        pytest.param(throttle(0.5), 0.5, id="half a second"),
        pytest.param(throttle(60), 60.0, id="a minute"),
        pytest.param(throttle(172_800), 172_800.0, id="two days"),
        pytest.param(throttle(None), 30.0, id="no time given"),
        pytest.param(throttle("soon"), 30.0, id="a time that is none"),
        pytest.param(throttle("-5"), 30.0, id="a time in the past"),
        pytest.param(http_status(429), 30.0, id="a page instead of an answer"),
        pytest.param(error("ratelimited"), 30.0, id="only the code"),
    ],
)
async def test_throttled(server: FakeSlack, messenger: SlackMessenger, behaviour: Behaviour, wait: float) -> None:
    server.next("chat.postMessage", behaviour)
    failure = await reason_of(lambda: messenger.post(PLACE, alert(), key="d1"))
    assert (failure.reason, failure.retry_after) == (DeliveryReason.THROTTLED, wait)
    assert len(server.called("chat.postMessage")) == 1


@pytest.mark.parametrize(
    "code", sorted(code for code, reason in REASONS.items() if reason is not DeliveryReason.THROTTLED)
)
async def test_each_error_code_has_its_reason_and_is_named(
    server: FakeSlack, messenger: SlackMessenger, code: str
) -> None:
    server.next("chat.postMessage", error(code))
    failure = await reason_of(lambda: messenger.post(PLACE, alert(), key="d1"))
    assert failure.reason is REASONS[code]
    assert code in str(failure)
    assert str(PLACE) in str(failure)
    assert len(server.called("chat.postMessage")) == 1


async def test_an_unknown_code_is_a_rejection(server: FakeSlack, messenger: SlackMessenger) -> None:
    server.next("chat.postMessage", error("something_new"))
    failure = await reason_of(lambda: messenger.post(PLACE, alert(), key="d1"))
    assert failure.reason is DeliveryReason.REJECTED


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        pytest.param("gone", DeliveryReason.CHANNEL_GONE, id="deleted channel"),
        pytest.param("archived", DeliveryReason.CHANNEL_GONE, id="archived channel"),
        pytest.param("private", DeliveryReason.CHANNEL_GONE, id="a private channel without the app"),
        pytest.param("left", DeliveryReason.NO_PERMISSION, id="a channel that takes members only"),
    ],
)
async def test_a_channel_that_takes_no_posts(
    server: FakeSlack, messenger: SlackMessenger, state: str, reason: DeliveryReason
) -> None:
    channel = server.channel(CHANNEL)
    channel.is_archived, channel.is_private = state == "archived", state == "private"
    channel.is_member, channel.takes_strangers = state not in {"left", "private"}, state != "left"
    if state == "gone":
        server.remove_channel(CHANNEL)
    assert (await reason_of(lambda: messenger.post(PLACE, alert(), key="d1"))).reason is reason


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(error("invalid_auth"), id="invalid_auth"),
        pytest.param(error("token_revoked"), id="token_revoked"),
        pytest.param(error("account_inactive"), id="account_inactive"),
        pytest.param(http_status(401), id="a bare 401"),
    ],
)
async def test_a_refused_token_makes_one_call_and_then_rests(server: FakeSlack, behaviour: Behaviour) -> None:
    clock = ManualClock()
    messenger = make_messenger(server, clock=clock)
    server.next("chat.postMessage", behaviour)
    for key in ("d1", "d2", "d3"):
        failure = await reason_of(partial(messenger.post, PLACE, alert(), key=key))
        assert failure.reason is DeliveryReason.TOKEN_REFUSED
    assert len(server.calls) == 1
    clock.seconds += 31
    await messenger.post(PLACE, alert(), key="d1")
    assert len(server.messages()) == 1
    await messenger.close()


async def test_a_missing_scope_is_named(server: FakeSlack, messenger: SlackMessenger) -> None:
    server.next(
        "conversations.history", Behaviour(body='{"ok": false, "error": "missing_scope", "needed": "channels:history"}')
    )
    failure = await reason_of(lambda: messenger.find(PLACE, "d1", since=datetime.now(UTC)))
    assert failure.reason is DeliveryReason.NO_PERMISSION
    assert "channels:history" in failure.detail


async def test_a_reply_to_a_deleted_root_is_taken_back(server: FakeSlack, messenger: SlackMessenger) -> None:
    root = await messenger.post(PLACE, alert(), key="d1")
    server.delete_message(CHANNEL, root.message)
    failure = await reason_of(lambda: messenger.post(PLACE, alert(), key="d2", thread=root.thread))
    assert failure.reason is DeliveryReason.THREAD_DELETED
    assert server.messages() == []


async def test_an_edit_of_a_deleted_message_says_that_it_is_gone(server: FakeSlack, messenger: SlackMessenger) -> None:
    root = await messenger.post(PLACE, alert(), key="d1")
    server.delete_message(CHANNEL, root.message)
    assert (await reason_of(lambda: messenger.edit(PLACE, root, alert()))).reason is DeliveryReason.THREAD_DELETED


@pytest.mark.parametrize(
    "behaviour", [accept_then_drop(), accept_then_500(), drop()], ids=["dropped", "500", "not taken"]
)
async def test_an_edit_may_simply_be_tried_again(
    server: FakeSlack, messenger: SlackMessenger, behaviour: Behaviour
) -> None:
    root = await messenger.post(PLACE, alert(), key="d1")
    server.next("chat.update", behaviour)
    assert (await reason_of(lambda: messenger.edit(PLACE, root, alert()))).reason is DeliveryReason.UNAVAILABLE


async def test_find_sees_only_the_own_message_with_the_key(server: FakeSlack, messenger: SlackMessenger) -> None:
    root = await messenger.post(PLACE, alert(), key="d1")
    reply = await messenger.post(PLACE, alert(), key="d2", thread=root.thread)
    server.channel(CHANNEL).messages["1.0"] = {
        "ts": "9999999999.000000",
        "bot_id": "B0OTHER",
        "metadata": {"event_type": "tocsin_delivery", "event_payload": {"delivery_id": "d3"}},
    }
    now = datetime.now(UTC)
    assert await messenger.find(PLACE, "d1", since=now) == root
    assert await messenger.find(PLACE, "d2", since=now) is None
    assert await messenger.find(PLACE, "d2", thread=root.thread, since=now) == reply
    assert await messenger.find(PLACE, "d3", since=now) is None
    assert await messenger.find(PLACE, "d1", since=now + timedelta(hours=1)) is None


async def test_find_reads_every_page(server: FakeSlack, messenger: SlackMessenger) -> None:
    first = await messenger.post(PLACE, alert(), key="d0")
    for number in range(1, 8):
        await messenger.post(PLACE, alert(), key=f"d{number}")
    server.workspace.page_size = 3
    assert await messenger.find(PLACE, "d0", since=datetime.now(UTC)) == first
    assert len(server.called("conversations.history")) == 3


async def test_find_joins_a_public_channel_to_read_it(server: FakeSlack, messenger: SlackMessenger) -> None:
    server.channel(CHANNEL).is_member = False
    server.next("chat.postMessage", accept_then_drop())
    await reason_of(lambda: messenger.post(PLACE, alert(), key="d1"))
    assert await messenger.find(PLACE, "d1", since=datetime.now(UTC)) is not None
    assert len(server.called("conversations.join")) == 1


async def test_find_in_a_channel_that_cannot_be_joined(server: FakeSlack, messenger: SlackMessenger) -> None:
    server.channel(CHANNEL).is_member = False
    server.next("conversations.join", error("missing_scope"))
    failure = await reason_of(lambda: messenger.find(PLACE, "d1", since=datetime.now(UTC)))
    assert failure.reason is DeliveryReason.NO_PERMISSION


async def test_find_in_a_deleted_thread(server: FakeSlack, messenger: SlackMessenger) -> None:
    failure = await reason_of(lambda: messenger.find(PLACE, "d1", thread="1.000001", since=datetime.now(UTC)))
    assert failure.reason is DeliveryReason.THREAD_DELETED


async def test_what_does_not_fit_follows_in_the_thread(server: FakeSlack, messenger: SlackMessenger) -> None:
    root = await post_whole(messenger, PLACE, long_message(12), key="d1")
    replies = server.messages(thread=root.message)
    shown = str(server.messages()[0]["blocks"]) + "".join(str(reply["blocks"]) for reply in replies)
    assert all(f"{number}: word" in shown for number in range(12))
    assert f"Continues in the thread ({len(replies)} more posts)." in shown
    assert await messenger.find(PLACE, "d1", since=datetime.now(UTC)) == root
    assert await messenger.find(PLACE, "d1", thread=root.thread, since=datetime.now(UTC)) is None


async def test_a_part_that_is_throttled_says_so_and_is_posted_later(
    server: FakeSlack, messenger: SlackMessenger
) -> None:
    root = await messenger.post(PLACE, long_message(6), key="d1")
    part = Further(part=1, first=root.message)
    server.next("chat.postMessage", throttle(3))

    async def post() -> Posted:
        return await messenger.post(PLACE, long_message(6), key="d1-1", thread=root.thread, further=part)

    assert (await reason_of(post)).retry_after == 3
    await post()
    assert len(server.messages(thread=root.message)) == 1


@pytest.mark.parametrize("lost", [accept_then_drop(), accept_then_500()], ids=["dropped", "500"])
async def test_a_part_whose_answer_was_lost_is_found_in_the_thread(
    server: FakeSlack, messenger: SlackMessenger, lost: Behaviour
) -> None:
    root = await messenger.post(PLACE, long_message(6), key="d1")
    part = Further(part=1, first=root.message)
    server.next("chat.postMessage", lost)
    await reason_of(lambda: messenger.post(PLACE, long_message(6), key="d1-1", thread=root.thread, further=part))
    found = await messenger.find(PLACE, "d1-1", thread=root.thread, since=datetime.now(UTC), further=part)
    assert found is not None
    assert len(server.messages(thread=root.message)) == 1


async def test_a_part_that_the_message_does_not_have_is_refused(messenger: SlackMessenger) -> None:
    root = await messenger.post(PLACE, alert(), key="d1")
    part = Further(part=1, first=root.message)
    failure = await reason_of(lambda: messenger.post(PLACE, alert(), key="x", thread=root.thread, further=part))
    assert failure.reason is DeliveryReason.REJECTED


async def test_a_picture_is_found_by_the_name_of_its_file(server: FakeSlack, messenger: SlackMessenger) -> None:
    root = await post_whole(messenger, PLACE, alert(blocks=(Image(png=PNG, alt="Troops"),)), key="d1")
    part = Further(part=1, first=root.message)
    found = await messenger.find(PLACE, "d1-1", thread=root.thread, since=datetime.now(UTC), further=part)
    assert found is not None


async def test_an_image_is_uploaded_into_the_thread(server: FakeSlack, messenger: SlackMessenger) -> None:
    root = await post_whole(messenger, PLACE, alert(blocks=(Image(png=PNG, alt="Troops by month"),)), key="d1")
    assert list(server.uploads.values()) == [PNG]
    (body,) = server.called("files.completeUploadExternal")
    assert (body["channel_id"], body["thread_ts"]) == (CHANNEL, root.message)
    assert server.called("files.getUploadURLExternal")[0]["alt_txt"] == "Troops by month"
    assert len(server.messages(thread=root.message)) == 1


async def test_an_image_reaches_a_public_channel_without_an_invitation(
    server: FakeSlack, messenger: SlackMessenger
) -> None:
    server.channel(CHANNEL).is_member = False
    root = await post_whole(messenger, PLACE, alert(blocks=(Image(png=PNG, alt="Troops by month"),)), key="d1")
    assert len(server.messages(thread=root.message)) == 1
    assert messenger.lost_pictures == 0


async def test_an_image_that_cannot_be_uploaded_is_told_in_words(server: FakeSlack, messenger: SlackMessenger) -> None:
    server.next("files.getUploadURLExternal", error("file_uploads_disabled"))
    root = await post_whole(messenger, PLACE, alert(blocks=(Image(png=PNG, alt="Troops by month"),)), key="d1")
    assert "Troops by month" in str(server.messages(thread=root.message)[0]["blocks"])
    assert messenger.lost_pictures == 1


async def test_a_missing_permalink_does_not_fail_the_post(server: FakeSlack, messenger: SlackMessenger) -> None:
    server.next("chat.getPermalink", error("internal_error"))
    assert (await messenger.post(PLACE, alert(), key="d1")).link == ""


async def test_the_proxy_of_the_environment_is_not_used(server: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    messenger = make_messenger(server)
    await messenger.post(PLACE, alert(), key="d1")
    assert len(server.messages()) == 1
    await messenger.close()


async def test_the_token_goes_into_the_header_and_nowhere_else(server: FakeSlack, messenger: SlackMessenger) -> None:
    server.next("chat.postMessage", accept(), error("invalid_auth"))
    await messenger.post(PLACE, alert(), key="d1")
    failure = await reason_of(lambda: messenger.post(PLACE, alert(), key="d2"))
    assert server.calls[0].token == BOT_TOKEN
    assert BOT_TOKEN not in f"{failure} {failure.__cause__} {messenger!r} {Secret(BOT_TOKEN)!r}"


def test_a_post_and_what_follows_fit_into_the_patience_of_the_outbox() -> None:
    assert Policy().call_timeout > TIMEOUT + LINK_SECONDS
