"""How failures of REST calls become reasons, discord.py's own hidden retries included."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import discord
import discord.http
import pytest

from adapters.discord.client import DiscordAccount
from adapters.discord.errors import CODES, EDIT_LIMIT_CODE, STATUSES, code_of
from adapters.discord.messenger import DiscordMessenger
from bot.errors import DeliveryError, DeliveryReason
from bot.secret import Secret
from tests.adapters.discord.desk import Desk
from tests.adapters.discord.samples import alert, update
from tests.fakes.discord import TOKEN

KEY = "d-000001"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let discord.py's waits between its retries pass at once; returns what it would have waited."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        if seconds > 0:
            waits.append(seconds)
        await asyncio.sleep(0)

    quick = SimpleNamespace(**{**vars(asyncio), "sleep": sleep})
    monkeypatch.setattr(discord.http, "asyncio", quick)
    return waits


@pytest.mark.parametrize("code", sorted(set(CODES) - {EDIT_LIMIT_CODE}))
async def test_each_error_code_has_its_reason(desk: Desk, code: int) -> None:
    desk.server.faults.on("create_message", f"error {code}")
    with pytest.raises(DeliveryError) as failure:
        await desk.messenger.post(desk.place, alert(), key=KEY)
    assert failure.value.reason is CODES[code]
    assert code_of(failure.value) == code
    assert str(code) in str(failure.value)


@pytest.mark.parametrize("status", sorted(set(STATUSES) - {429}))
async def test_each_status_has_its_reason(desk: Desk, status: int) -> None:
    desk.server.faults.on("create_message", str(status))
    with pytest.raises(DeliveryError) as failure:
        await desk.messenger.post(desk.place, alert(), key=KEY)
    assert failure.value.reason is STATUSES[status]


@pytest.mark.parametrize("phrase", ["500", "502", "504", "524", "accept 500", "accept 502 x2", "accept 504 x4"])
async def test_server_errors_that_pass_leave_one_message(desk: Desk, hurried: list[float], phrase: str) -> None:
    desk.server.faults.on("create_message", phrase)
    await desk.messenger.post(desk.place, alert(), key=KEY)
    assert len(desk.server.messages(desk.channel["id"])) == 1
    assert hurried[0] == 1.0


@pytest.mark.parametrize("phrase", ["accept 500", "500"])
async def test_server_errors_that_last_are_ambiguous(desk: Desk, hurried: list[float], phrase: str) -> None:
    desk.server.faults.always("create_message", phrase)
    with pytest.raises(DeliveryError) as failure:
        await desk.messenger.post(desk.place, alert(), key=KEY)
    assert failure.value.reason is DeliveryReason.AMBIGUOUS
    assert len(desk.server.sent("create_message")) == 5
    assert len(desk.server.messages(desk.channel["id"])) == (phrase == "accept 500")
    assert len(hurried) == 5


async def test_an_unavailable_after_an_unclear_try_is_ambiguous(desk: Desk, hurried: list[float]) -> None:
    desk.server.faults.on("create_message", "accept 500", "503")
    with pytest.raises(DeliveryError) as failure:
        await desk.messenger.post(desk.place, alert(), key=KEY)
    assert failure.value.reason is DeliveryReason.AMBIGUOUS
    assert hurried == [1.0]


async def test_a_503_alone_was_surely_not_accepted(desk: Desk) -> None:
    desk.server.faults.on("create_message", "503")
    with pytest.raises(DeliveryError) as failure:
        await desk.messenger.post(desk.place, alert(), key=KEY)
    assert failure.value.reason is DeliveryReason.UNAVAILABLE


@pytest.mark.parametrize("phrase", ["drop", "accept drop"])
async def test_a_cut_connection_is_never_sent_again_blindly(desk: Desk, phrase: str) -> None:
    desk.server.faults.on("create_message", phrase)
    with pytest.raises(DeliveryError) as failure:
        await desk.messenger.post(desk.place, alert(), key=KEY)
    assert failure.value.reason is DeliveryReason.AMBIGUOUS
    assert len(desk.server.sent("create_message")) == 1
    await desk.messenger.post(desk.place, alert(), key=KEY)
    assert len(desk.server.messages(desk.channel["id"])) == 1


@pytest.mark.parametrize("when", ["", "accept "], ids=["before", "after"])
@pytest.mark.parametrize("what", ["429 0.1", "500", "502", "503", "504", "524", "drop", "hang"])
async def test_whatever_happens_once_there_is_one_message(
    desk: Desk, hurried: list[float], what: str, when: str
) -> None:
    desk.server.faults.on("create_message", f"{when}{what}")
    messenger = DiscordMessenger(desk.another_account(timeout=0.3) if what == "hang" else desk.account)
    since = datetime.now(UTC) - timedelta(minutes=1)
    try:
        await messenger.post(desk.place, alert(), key=KEY)
    except DeliveryError:
        if await messenger.find(desk.place, KEY, since=since) is None:
            await messenger.post(desk.place, alert(), key=KEY)
    assert len(desk.server.messages(desk.channel["id"])) == 1
    await messenger.close()


async def test_a_short_wait_is_kept_exactly_and_hidden(desk: Desk, hurried: list[float]) -> None:
    desk.server.faults.on("create_message", "429 0.7", "429 2 global")
    await desk.messenger.post(desk.place, alert(), key=KEY)
    assert hurried == [0.7, 2.0]
    assert len(desk.server.messages(desk.channel["id"])) == 1


@pytest.mark.parametrize(
    ("phrase", "retry_after"),
    [
        pytest.param("429 60", 60, id="a minute"),
        pytest.param("429 172800", 172800, id="two days"),
        pytest.param("429 bare", None, id="no time named"),
        pytest.param("429 cloudflare", 600, id="a ban page"),
    ],
)
async def test_a_long_wait_is_handed_on_at_once(desk: Desk, phrase: str, retry_after: float | None) -> None:
    desk.server.faults.on("create_message", phrase)
    with pytest.raises(DeliveryError) as failure:
        await desk.messenger.post(desk.place, alert(), key=KEY)
    assert failure.value.reason is DeliveryReason.THROTTLED
    assert failure.value.retry_after == retry_after
    assert len(desk.server.sent("create_message")) == 1


async def test_a_throttled_channel_does_not_hold_up_another(desk: Desk) -> None:
    other = desk.server.world.add_channel(desk.guild["id"], "other")
    desk.server.faults.on("create_message", "429 20")
    slow = asyncio.create_task(desk.messenger.post(desk.place, alert(), key=KEY))
    await desk.server.arrived("create_message")
    await asyncio.wait_for(desk.messenger.post(desk.at(other), alert(), key="d-2"), 5)
    assert not slow.done()
    slow.cancel()


@pytest.mark.parametrize("phrase", ["error 30046", "error 30046 x5"])
async def test_too_many_edits_of_an_old_message_is_said_at_once(desk: Desk, phrase: str) -> None:
    root = await desk.messenger.post(desk.place, alert(), key=KEY)
    desk.server.faults.on("update_message", phrase)
    with pytest.raises(DeliveryError) as failure:
        await desk.messenger.edit(desk.place, root, update())
    assert failure.value.reason is DeliveryReason.EDIT_LIMIT
    assert len(desk.server.sent("update_message")) == 1


async def test_an_edit_is_never_ambiguous(desk: Desk) -> None:
    root = await desk.messenger.post(desk.place, alert(), key=KEY)
    desk.server.faults.on("update_message", "accept drop")
    with pytest.raises(DeliveryError) as failure:
        await desk.messenger.edit(desk.place, root, update())
    assert failure.value.reason is DeliveryReason.UNAVAILABLE


async def test_nobody_at_the_other_end_is_unavailable() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    account = DiscordAccount(Secret(TOKEN), api_url=f"http://127.0.0.1:{port}")
    with pytest.raises(DeliveryError) as failure:
        await account.client()
    assert failure.value.reason is DeliveryReason.UNAVAILABLE
    assert "cannot be reached" in failure.value.detail


async def test_a_login_that_failed_once_may_succeed_later(desk: Desk) -> None:
    desk.server.faults.on("get_my_user", "503", "drop x2", "429 cloudflare")
    for reason in (DeliveryReason.UNAVAILABLE, DeliveryReason.UNAVAILABLE, DeliveryReason.THROTTLED):
        with pytest.raises(DeliveryError) as failure:
            await desk.messenger.post(desk.place, alert(), key=KEY)
        assert failure.value.reason is reason
    await desk.messenger.post(desk.place, alert(), key=KEY)
    assert len(desk.server.messages(desk.channel["id"])) == 1


async def test_one_login_serves_many_callers_at_once(desk: Desk) -> None:
    await asyncio.gather(*(desk.messenger.post(desk.place, alert(), key=f"d-{number}") for number in range(5)))
    assert len(desk.server.sent("get_my_user")) == 1
    assert len(desk.server.sent("get_channel")) <= 5
    assert len(desk.server.messages(desk.channel["id"])) == 5


async def test_a_closed_account_logs_in_again_when_used(desk: Desk) -> None:
    await desk.messenger.post(desk.place, alert(), key=KEY)
    await desk.account.close()
    await desk.messenger.post(desk.place, update(), key="d-2")
    assert len(desk.server.sent("get_my_user")) == 2


async def test_posts_send_no_message_to_nobody_and_keep_no_button_in_memory(desk: Desk) -> None:
    await desk.messenger.post(desk.place, alert(), key=KEY)
    client: Any = await desk.account.client()
    assert client.persistent_views == []
    assert client.allowed_mentions.to_dict() == {"parse": []}


async def test_the_api_address_may_carry_its_own_path(desk: Desk) -> None:
    account = DiscordAccount(Secret(TOKEN), api_url=f"{desk.server.api_url}/api/v10/")
    await DiscordMessenger(account).post(desk.place, alert(), key=KEY)
    await account.close()
    assert len(desk.server.messages(desk.channel["id"])) == 1
