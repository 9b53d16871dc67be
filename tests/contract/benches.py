"""One bench per messenger: the messenger, the server behind it, and how that server is told to misbehave.

``TROUBLES`` are the words of the contract; each bench says what they are on its platform.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from adapters.discord.client import DiscordAccount
from adapters.discord.messenger import DiscordMessenger
from adapters.slack.messenger import SlackMessenger
from bot.errors import DeliveryReason
from bot.ports import Messenger, Place, Posted
from bot.secret import Secret
from tests.fakes import slack
from tests.fakes.discord import TOKEN, FakeDiscord, fake_discord
from tests.fakes.messenger import Failure, FakeMessenger, FakePlatform

TROUBLES: dict[str, DeliveryReason] = {
    "asks to wait long": DeliveryReason.THROTTLED,
    "token refused": DeliveryReason.TOKEN_REFUSED,
    "channel deleted": DeliveryReason.CHANNEL_GONE,
    "permission removed": DeliveryReason.NO_PERMISSION,
    "payload refused": DeliveryReason.REJECTED,
}
"""Trouble that every platform reports in so many words -> the reason that the outbox must see."""

PATIENT, IMPATIENT = 10.0, 0.2  # seconds for one call; the second where silence is the trouble

LOST_ANSWERS = ("accepted, then cut", "accepted, then silence")
NEVER_ACCEPTED = ("cut before", "silence")


FAKE_FAILURES = {
    "asks to wait long": Failure(reason=DeliveryReason.THROTTLED, retry_after=900.0),
    "token refused": Failure(reason=DeliveryReason.TOKEN_REFUSED),
    "channel deleted": Failure(reason=DeliveryReason.CHANNEL_GONE),
    "permission removed": Failure(reason=DeliveryReason.NO_PERMISSION),
    "payload refused": Failure(reason=DeliveryReason.REJECTED),
    "accepted, then cut": Failure(reason=DeliveryReason.AMBIGUOUS, is_accepted=True),
    "accepted, then silence": Failure(reason=DeliveryReason.AMBIGUOUS, is_accepted=True),
    "cut before": Failure(reason=DeliveryReason.AMBIGUOUS),
    "silence": Failure(reason=DeliveryReason.AMBIGUOUS),
}


DISCORD_FAULTS = {
    "asks to wait long": "429 900",
    "token refused": "401",
    "channel deleted": "error 10003",
    "permission removed": "error 50013",
    "payload refused": "error 50035",
    "accepted, then cut": "accept drop",
    "accepted, then silence": "accept hang",
    "cut before": "drop",
    "silence": "hang",
}


class Bench(Protocol):
    """What a contract test works with."""

    messenger: Messenger
    place: Place

    def trouble(self, name: str) -> None:
        """Let every following call end like this, until ``mend``."""

    def trouble_once(self, name: str) -> None:
        """Let only the next post end like this."""

    def mend(self) -> None:
        """Let everything work again."""

    def calls(self) -> int:
        """Count the requests that reached the platform."""

    def restarted(self) -> Messenger:
        """Return a messenger as a restarted process has it: nothing remembered."""

    def in_channel(self) -> list[str]:
        """Return the text of what is seen in the channel, oldest first."""

    def in_thread(self, root: Posted) -> list[str]:
        """Return the text of the replies of a thread, oldest first."""

    def delete(self, root: Posted) -> None:
        """Delete a root as a moderator would."""


class FakeBench:
    """The messenger in memory."""

    def __init__(self) -> None:
        self.state = FakePlatform()
        self.messenger: Messenger = FakeMessenger(self.state)
        self.place = Place(platform="fake", workspace="w", channel="c")

    def trouble(self, name: str) -> None:
        self.state.fail_always(FAKE_FAILURES[name])

    def trouble_once(self, name: str) -> None:
        self.state.fail_next(FAKE_FAILURES[name])

    def mend(self) -> None:
        self.state.fail_always(None)

    def calls(self) -> int:
        return len(self.state.calls)

    def restarted(self) -> Messenger:
        return FakeMessenger(self.state)

    def in_channel(self) -> list[str]:
        return [each.message.fallback for each in self.state.in_channel(self.place)]

    def in_thread(self, root: Posted) -> list[str]:
        return [each.message.fallback for each in self.state.in_thread(root.message)]

    def delete(self, root: Posted) -> None:
        self.state.delete(root)


class DiscordBench:
    """The real discord.py client against the fake Discord."""

    _OPERATIONS = ("create_message", "update_message", "list_messages", "get_message", "create_thread_from_message")

    def __init__(self, server: FakeDiscord) -> None:
        self.server = server
        self.accounts: list[DiscordAccount] = []
        guild = server.world.add_guild()
        self.channel = server.world.add_channel(guild["id"], "alerts")
        self.place = Place(platform="discord", workspace=guild["id"], channel=self.channel["id"])
        self.messenger = self._made(PATIENT)

    def trouble(self, name: str) -> None:
        self._expect(name)
        for operation in self._OPERATIONS:
            self.server.faults.always(operation, DISCORD_FAULTS[name])

    def trouble_once(self, name: str) -> None:
        self._expect(name)
        self.server.faults.on("create_message", DISCORD_FAULTS[name])

    def mend(self) -> None:
        self.server.faults.clear()

    def calls(self) -> int:
        return len(self.server.requests)

    def restarted(self) -> Messenger:
        self.server.forget_nonces()
        return self._made(PATIENT)

    def in_channel(self) -> list[str]:
        return [_discord_text(each) for each in self.server.messages(self.place.channel)]

    def in_thread(self, root: Posted) -> list[str]:
        return [_discord_text(each) for each in self.server.messages(root.message)]

    def delete(self, root: Posted) -> None:
        self.server.delete_message(self.place.channel, root.message)

    def _expect(self, name: str) -> None:
        if name.endswith("silence"):
            self.messenger = self._made(IMPATIENT)

    def _made(self, timeout: float) -> Messenger:
        self.accounts.append(DiscordAccount(Secret(TOKEN), api_url=self.server.api_url, call_timeout=timeout))
        return DiscordMessenger(self.accounts[-1])


def _discord_text(message: dict[str, object]) -> str:
    embeds = message["embeds"]
    assert isinstance(embeds, list)
    return "\n".join([str(message["content"]), *(f"{each.get('title')}\n{each.get('description')}" for each in embeds)])


class SlackBench:
    """The real Slack client against the fake Slack."""

    _METHODS = ("chat.postMessage", "chat.update", "conversations.history", "conversations.replies", "auth.test")

    def __init__(self, server: slack.FakeSlack) -> None:
        self.server = server
        self.place = slack.PLACE
        self.made: list[SlackMessenger] = []
        self.messenger = self._made(PATIENT)

    def _behaviour(self, name: str) -> slack.Behaviour:
        return {
            "asks to wait long": slack.throttle(900),
            "token refused": slack.error("invalid_auth"),
            "channel deleted": slack.error("channel_not_found"),
            "permission removed": slack.error("not_in_channel"),
            "payload refused": slack.error("invalid_blocks"),
            "accepted, then cut": slack.accept_then_drop(),
            "accepted, then silence": slack.accept_then_hang(),
            "cut before": slack.drop(),
            "silence": slack.hang(),
        }[name]

    def trouble(self, name: str) -> None:
        self._expect(name)
        for method in self._METHODS:
            self.server.always(method, self._behaviour(name))

    def trouble_once(self, name: str) -> None:
        self._expect(name)
        self.server.next("chat.postMessage", self._behaviour(name))

    def mend(self) -> None:
        for method in self._METHODS:
            self.server.always(method, slack.accept())

    def calls(self) -> int:
        return len(self.server.calls)

    def restarted(self) -> Messenger:
        return self._made(PATIENT)

    def in_channel(self) -> list[str]:
        shown = [each for each in self.server.messages() if "thread_ts" not in each or each["thread_ts"] == each["ts"]]
        return [str(each) for each in shown] + [str(each) for each in self._broadcasts()]

    def in_thread(self, root: Posted) -> list[str]:
        return [str(each) for each in self.server.messages(thread=root.message)]

    def delete(self, root: Posted) -> None:
        self.server.delete_message(self.place.channel, root.message)

    def _expect(self, name: str) -> None:
        if name.endswith("silence"):
            self.messenger = self._made(IMPATIENT)

    def _made(self, timeout: float) -> Messenger:
        self.made.append(slack.make_messenger(self.server, timeout=timeout))
        return self.made[-1]

    def _broadcasts(self) -> list[object]:
        bodies = [body for body in self.server.called("chat.postMessage") if body.get("reply_broadcast")]
        return list(bodies)


@asynccontextmanager
async def fake_bench() -> AsyncIterator[Bench]:
    yield FakeBench()


@asynccontextmanager
async def discord_bench() -> AsyncIterator[Bench]:
    async with fake_discord() as server:
        bench = DiscordBench(server)
        yield bench
        for account in bench.accounts:
            await account.close()
        assert server.violations == []


@asynccontextmanager
async def slack_bench() -> AsyncIterator[Bench]:
    async with slack.fake_slack() as server:
        bench = SlackBench(server)
        yield bench
        for messenger in bench.made:
            await messenger.close()


def open_bench(name: str) -> AbstractAsyncContextManager[Bench]:
    """Return the bench of a platform: fake, discord or slack."""
    return {"fake": fake_bench, "discord": discord_bench, "slack": slack_bench}[name]()
