"""Prints messages; keeps nothing, so an interrupted post is simply printed again."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console

from adapters.console.render import render
from bot.message import Message
from bot.ports import Place, Posted


class ConsoleMessenger:
    """A Messenger on a terminal. Handles are the delivery keys themselves."""

    platform = "console"

    def __init__(self, console: Console) -> None:
        self._console = console

    async def post(
        self, place: Place, message: Message, *, key: str, thread: str | None = None, broadcast: bool = False
    ) -> Posted:
        """Print the message, as a reply where ``thread`` names one."""
        if thread is None:
            self._console.rule(f"#{place.channel}", style="dim", align="left")
        note = "also shown in the channel" if thread and broadcast else ""
        self._console.print(render(message, is_reply=thread is not None, note=note))
        self._console.print()
        return Posted(message=key, thread=thread or key)

    async def edit(self, place: Place, posted: Posted, message: Message) -> None:
        """Print the new form of an earlier message."""
        self._console.rule(f"#{place.channel}", style="dim", align="left")
        self._console.print(render(message, note="the message above, edited"))
        self._console.print()

    async def find(self, place: Place, key: str, *, thread: str | None = None, since: datetime) -> Posted | None:
        """Find nothing: what a terminal showed cannot be asked for."""
        return None
