"""Prints messages; keeps nothing, so an interrupted post is simply printed again."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console, RenderableType
from rich.text import Text

from adapters.console.render import render
from bot.message import Message
from bot.ports import Further, Place, Posted
from rules.sanitise import clean

REMEMBERED = 1000  # parents whose last form is kept, so that an edit can show what differs


class ConsoleMessenger:
    """A Messenger on a terminal. Handles are the delivery keys themselves."""

    platform = "console"

    def __init__(self, console: Console) -> None:
        self._console = console
        self._forms: dict[str, Message] = {}

    async def parts(self, message: Message, *, broadcast: bool = False) -> int:
        """Return 1: a terminal is long enough."""
        return 1

    async def post(
        self,
        place: Place,
        message: Message,
        *,
        key: str,
        thread: str | None = None,
        broadcast: bool = False,
        further: Further | None = None,
    ) -> Posted:
        """Print the message, as a reply where ``thread`` names one."""
        self._head(place, "thread" if thread else "")
        note = "also shown in the channel" if thread and broadcast else ""
        self._print(render(message, is_reply=thread is not None, note=note))
        self._remember(key, message)
        return Posted(message=key, thread=thread or key)

    async def edit(self, place: Place, posted: Posted, message: Message) -> None:
        """Print how the new form of an earlier message differs from the old one."""
        self._head(place, "edited")
        note = "the head of the thread, edited; what is new in it:"
        self._print(render(message, note=note, before=self._forms.get(posted.message)))
        self._remember(posted.message, message)

    async def find(
        self, place: Place, key: str, *, thread: str | None = None, since: datetime, further: Further | None = None
    ) -> Posted | None:
        """Find nothing: what a terminal showed cannot be asked for."""
        return None

    def _head(self, place: Place, what: str) -> None:
        title = Text(clean(f"#{place.channel}" + (f" · {what}" if what else "")))
        self._console.rule(title, style="dim", align="left")

    def _print(self, drawn: RenderableType) -> None:
        self._console.print(drawn)
        self._console.print()

    def _remember(self, key: str, message: Message) -> None:
        self._forms[key] = message
        if len(self._forms) > REMEMBERED:
            self._forms.pop(next(iter(self._forms)))
