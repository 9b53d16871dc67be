"""The live connection to Discord: discord.py's gateway under a supervisor of our own.

    log in (once) | register /tocsin (once) | connect | interactions -> Answers     (from the top when it breaks)

discord.py resumes lost connections by itself, but its loop dies when the very first connection is refused and when
it cannot read an event; the supervisor starts it again, slower each time, on the same client, so that posting goes
on meanwhile. Intents: guilds only; commands and presses need none at all.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any

import discord
from discord import app_commands

from adapters.discord import lines
from adapters.discord.answers import FAILED, OUTDATED, Answers, Complete
from adapters.discord.client import DiscordAccount
from adapters.discord.commands import ROOT, Interaction, build_group, check_payload
from adapters.discord.guilds import postable, watch
from adapters.discord.menus import EXPLAINED_BY, explain_menu
from bot.commands.spec import COMMANDS, CommandSpec
from bot.errors import DeliveryError, DeliveryReason
from bot.ports import ButtonHandler, CommandHandler, FirstTime, Forms, Grants, PlaceChange, PlaceHandler

PATIENCE = 3.0  # seconds that running answers get when closing
GOODBYE = 2.0  # seconds for the websocket's closing handshake
BAD_TOKEN = 4004
FINAL_CODES = (4010, 4011, 4012, 4013, 4014)  # Discord will say the same to every further attempt

_log = logging.getLogger(__name__)


class DiscordGateway:
    """Implements bot.ports.Gateway over a shared account.

    ``reconnects`` counts how often the supervisor had to start the connection anew.
    """

    platform = "discord"

    def __init__(
        self,
        account: DiscordAccount,
        *,
        on_command: CommandHandler,
        on_button: ButtonHandler,
        complete: Complete,
        first_time: FirstTime | None = None,
        forms: Forms | None = None,
        grants: Mapping[str, Grants] | None = None,
        on_places: PlaceHandler | None = None,
        commands: Iterable[CommandSpec] = COMMANDS,
        first_pause: float = 1.0,
        longest_pause: float = 60.0,
        down_limit: float = 90.0,
        patience: float = PATIENCE,
    ) -> None:
        """Take times in seconds.

        ``first_pause`` before a new attempt doubles up to ``longest_pause``; a line that is down for ``down_limit`` is
        started anew; answers under way get ``patience`` when closing.
        """
        self.reconnects = 0
        self._account = account
        self._answers = Answers(
            account,
            on_command=on_command,
            on_button=on_button,
            complete=complete,
            first_time=first_time,
            forms=forms,
            grants=grants,
        )
        self._forms = forms
        self._on_places = on_places
        self._commands = tuple(commands)
        self._pauses = (first_pause, longest_pause)
        self._down_limit = down_limit
        self._patience = patience
        self._client: discord.Client | None = None
        self._unregistered: app_commands.CommandTree[discord.Client] | None = None
        self._stood = False
        self._closing = asyncio.Event()

    @property
    def lost_answers(self) -> int:
        """How many answers Discord did not take."""
        return self._answers.lost_answers

    async def is_connected(self) -> bool:
        """Tell whether commands would arrive now."""
        return lines.are_ready(self._client)

    async def run(self) -> None:
        """Connect and serve until cancelled or closed.

        Raises DeliveryError: TOKEN_REFUSED when the token is refused, REJECTED when Discord will not have this client.
        """
        pause, longest = self._pauses
        while not self._closing.is_set():
            self._stood = False
            wait = 0.0
            try:
                await self._serve()
            except DeliveryError as failure:
                if failure.reason in (DeliveryReason.TOKEN_REFUSED, DeliveryReason.REJECTED):
                    raise
                _log.warning(
                    "discord connection failed", extra={"reason": failure.reason.value, "detail": failure.detail}
                )
                wait = failure.retry_after or 0.0
            except Exception:  # noqa: BLE001 - discord.py's loop dies of AttributeError and of whatever its parsers raise
                _log.exception("discord connection broke")
            if self._stood:
                pause = self._pauses[0]
            if await self._waited_for_closing(max(pause, wait)):
                return
            self.reconnects += 1
            pause = min(pause * 2, longest)

    async def close(self) -> None:
        """Disconnect within seconds; the account stays usable for posting."""
        self._closing.set()
        await self._answers.close(self._patience)
        await self._hang_up()

    async def _serve(self) -> None:
        client = await self._account.client()
        if client is not self._client:
            self._client, self._unregistered = client, self._prepare(client)
        if self._unregistered is not None:
            await self._register(self._unregistered)
            self._unregistered = None
        await self._account.use_own_gateway(client)
        connecting = asyncio.create_task(client.connect())
        closing = asyncio.create_task(self._closing.wait())
        try:
            await self._watch(connecting, closing)
            if connecting.done():
                _raise_end(self._account, connecting)
        finally:
            closing.cancel()
            await _ended(connecting)
            await self._hang_up()

    async def _watch(self, connecting: asyncio.Task[Any], closing: asyncio.Task[Any]) -> None:
        """Wait for either to end, or for the line to be down too long: discord.py's own pauses grow to 17 minutes."""
        now = asyncio.get_running_loop().time
        up_at = now()
        while not connecting.done() and not closing.done():
            await asyncio.wait({connecting, closing}, timeout=self._down_limit / 4, return_when=asyncio.FIRST_COMPLETED)
            if lines.is_any_open(self._client):
                up_at = now()
            elif now() - up_at > self._down_limit:
                _log.warning("discord connection stayed down, starting anew", extra={"seconds": self._down_limit})
                return

    def _prepare(self, client: discord.Client) -> app_commands.CommandTree[discord.Client]:
        """Hang commands and listeners into a new client; it takes them only once."""
        tree = _Tree(client, self._answers)
        asks = self._forms.asks if self._forms is not None else None
        tree.add_command(build_group(self._commands, self._answers.command, self._answers.suggest, asks))
        if any(spec.name == EXPLAINED_BY for spec in self._commands):
            tree.add_command(explain_menu(self._answers.command))
        for command in tree.get_commands():
            check_payload(command.to_dict(tree))

        async def on_interaction(interaction: Interaction) -> None:
            await self._answers.receive(interaction)

        async def on_ready() -> None:
            self._stood = True
            _log.info("discord connected", extra={"guilds": len(client.guilds)})
            if self._on_places is not None:
                await self._on_places(postable(client.guilds), PlaceChange.BACK, "Tocsin is connected and may post")

        client.event(on_interaction)
        client.event(on_ready)
        if self._on_places is not None:
            watch(client, self._on_places)
        return tree

    async def _register(self, tree: app_commands.CommandTree[discord.Client]) -> None:
        """Put the commands up. A refusal of them leaves posting and buttons working, so it is reported and no more."""
        try:
            await self._account.call(self.platform, lambda _: tree.sync(), repeatable=True)
        except DeliveryError as failure:
            if failure.reason not in (DeliveryReason.NO_PERMISSION, DeliveryReason.REJECTED):
                raise
            _log.error(
                "discord refuses the commands; invite Tocsin again with the scope applications.commands",
                extra={"detail": failure.detail},
            )

    async def _hang_up(self) -> None:
        for close in lines.goodbyes(self._client):
            try:
                async with asyncio.timeout(GOODBYE):
                    await close()
            except (TimeoutError, OSError, RuntimeError) as error:
                _log.info("discord connection did not close cleanly", extra={"error": type(error).__name__})

    async def _waited_for_closing(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return False
        return True


class _Tree(app_commands.CommandTree[discord.Client]):
    """Answers also what it cannot run: a client may show commands of an older version for a while."""

    def __init__(self, client: discord.Client, answers: Answers) -> None:
        super().__init__(client)
        self._answers = answers

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            await self._answers.fail(interaction, OUTDATED)
            return
        _log.error("a command failed", exc_info=error, extra={"command": ROOT})
        await self._answers.fail(interaction, FAILED)


async def _ended(task: asyncio.Task[Any]) -> None:
    """Cancel until it has ended: Python 3.11's ``asyncio.wait_for``, in discord.py's loop, may swallow one of them."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.2)
    await asyncio.gather(task, return_exceptions=True)


def _raise_end(account: DiscordAccount, connecting: asyncio.Task[Any]) -> None:
    """Raise what ended the connection, as a DeliveryError where the end is final."""
    try:
        connecting.result()
    except discord.ConnectionClosed as end:
        if end.code == BAD_TOKEN:
            raise account.refuse() from end
        if end.code in FINAL_CODES:
            raise _unwelcome(end.code) from end
        raise
    except discord.PrivilegedIntentsRequired as end:
        raise _unwelcome(4014) from end


def _unwelcome(code: int) -> DeliveryError:
    detail = f"Discord closed the connection for good (code {code}); this is a fault of Tocsin, please report it"
    return DeliveryError("discord", DeliveryReason.REJECTED, detail)
