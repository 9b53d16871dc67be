"""What comes in, answered: each command and press is acknowledged at once, handled once, and shown by an edit.

    interaction -> seen before? -> deferred (3 s are all there is) -> handler -> edit of the deferred answer
                -> further pages as follow-ups -> one visible line, if any

The edit is used because it may be repeated; a follow-up repeated by discord.py after a server error would double.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import aiohttp
import discord

from adapters.charts import with_pictures
from adapters.discord.attachments import attached_of, uploaded
from adapters.discord.callers import caller_of
from adapters.discord.client import DiscordAccount
from adapters.discord.commands import Interaction, words
from adapters.discord.modals import command_of, files_of, form_modal, values_of
from adapters.discord.prospects import directs, looks
from adapters.discord.recent import Recent
from adapters.discord.render import Rendered, parse_custom_id, render_all
from adapters.discord.sending import arguments, attachment, replacement, sent_once
from bot.errors import DeliveryError, DeliveryReason
from bot.message import File, Message, MessageKind, Reply
from bot.ports import ButtonHandler, Caller, CommandHandler, FirstTime, Forms, Grants

REMEMBERED = 10_000  # interactions whose repetition is noticed
SUGGESTION_PATIENCE = 2.5  # seconds; after 3 Discord shows an error
FORM_PATIENCE = 1.0  # seconds for what a form is filled in with; the modal has to be shown within three
FORM_ACTION = "form"  # of a button whose value is a command to be filled in
RUN_ACTION = "run"
SHARE = "share"  # the option that makes an answer visible to all

Complete = Callable[[Caller, str, str, str], Awaitable[list[str]]]
"""Takes the caller, command, option and what is typed so far; returns values to choose from, best first."""

_FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, KeyError, DeliveryError)
_log = logging.getLogger(__name__)


def _plain(text: str) -> Reply:
    return Reply(message=Message(kind=MessageKind.REPLY, heading="", fallback=text))


FAILED = _plain("That did not work: a fault in Tocsin. The operator's log has the details.")
OUTDATED = _plain("Discord showed you an old list of commands. Reload Discord (Ctrl+R) and try again.")
POSTED = _plain("The answer is in the channel.")


class Answers:
    """Calls the handlers and shows their replies. ``lost_answers`` counts those that Discord did not take."""

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
    ) -> None:
        self._first_time = first_time
        self._forms = forms
        self._grants = grants or {}
        self.lost_answers = 0
        self._account = account
        self._on_command = on_command
        self._on_button = on_button
        self._complete = complete
        self._seen: Recent[int, bool] = Recent(REMEMBERED)
        self._running: set[asyncio.Task[object]] = set()

    async def command(
        self,
        interaction: Interaction,
        name: str,
        given: Mapping[str, str],
        files: Sequence[discord.Attachment] = (),
    ) -> None:
        """Run a command and show its reply."""
        is_public = given.get(SHARE, "").casefold() == "true"
        attached = tuple(attached_of(file) for file in files)

        line = words(name, given)

        async def run(caller: Caller) -> Reply:
            return await self._on_command(replace(caller, files=attached), line)

        asks = self._forms is not None and not attached and self._forms.asks(line)
        await self._answer(interaction, is_public, run, form=line if asks else "")

    async def receive(self, interaction: Interaction) -> None:
        """Run what a button or a form of ours stands for; those of others are none of ours."""
        data: Mapping[str, Any] = dict(interaction.data or {})
        custom_id = str(data.get("custom_id", ""))
        if interaction.type is discord.InteractionType.component:
            await self._press(interaction, custom_id)
        elif interaction.type is discord.InteractionType.modal_submit:
            await self._submit(interaction, custom_id, data)

    async def _press(self, interaction: Interaction, custom_id: str) -> None:
        button = parse_custom_id(custom_id)
        if button is None:
            return
        action, value = button
        form = value if action == FORM_ACTION else ""
        taken = RUN_ACTION if form else action
        await self._answer(interaction, False, lambda caller: self._on_button(caller, taken, value), form=form)

    async def _submit(self, interaction: Interaction, custom_id: str, data: Mapping[str, Any]) -> None:
        command, forms = command_of(custom_id), self._forms
        if command is not None and forms is not None:
            given = values_of(data)
            files = tuple(uploaded(each, interaction.client) for each in files_of(data))

            async def run(caller: Caller) -> Reply:
                return await forms.submit(replace(caller, files=files), command, given)

            await self._answer(interaction, False, run)

    async def suggest(self, interaction: Interaction, command: str, option: str, partial: str) -> list[str]:
        """Return suggestions; none rather than late ones."""
        try:
            async with asyncio.timeout(SUGGESTION_PATIENCE):
                return await self._complete(self._caller(interaction), command, option, partial)
        except Exception:  # noqa: BLE001 - suggestions are a convenience; a fault in them is logged, not shown
            _log.exception("suggestions failed", extra={"command": command, "option": option})
            return []

    def _caller(self, interaction: Interaction) -> Caller:
        caller = caller_of(interaction, self._grants)
        look_at = looks(interaction, self._grants.get(caller.place.workspace))
        return replace(caller, look_at=look_at, direct=directs(interaction))

    async def _is_new(self, number: int) -> bool:
        """Tell whether an interaction was not handled before, by this process or an earlier one."""
        if not self._seen.add(number, True):
            return False
        return self._first_time is None or await self._first_time(f"discord:{number}")

    async def fail(self, interaction: Interaction, reply: Reply) -> None:
        """Show an answer that no handler gave."""

        async def given(_: Caller) -> Reply:
            return reply

        await self._answer(interaction, False, given)

    async def close(self, patience: float) -> None:
        """Let running answers end for ``patience`` seconds, then cancel them."""
        others = self._running - {asyncio.current_task()}
        if not others:
            return
        _, late = await asyncio.wait(others, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _answer(
        self, interaction: Interaction, is_public: bool, run: Callable[[Caller], Awaitable[Reply]], *, form: str = ""
    ) -> None:
        if not await self._is_new(interaction.id):
            return
        with self._counted():
            if form and await self._opened(interaction, form):
                return
            if not await self._shown(interaction.response.defer(ephemeral=not is_public, thinking=True)):
                return
            try:
                reply = await run(self._caller(interaction))
            except Exception:  # noqa: BLE001 - a fault of ours: the user is told, the log has it
                _log.exception("a command failed", extra={"interaction": interaction.id})
                reply = FAILED
            await self._shown(self._show(interaction, reply, is_public))

    async def _opened(self, interaction: Interaction, line: str) -> bool:
        """Answer with a form, which Discord takes as the first answer only; False leaves the interaction unanswered."""
        if self._forms is None:
            return False
        try:
            async with asyncio.timeout(FORM_PATIENCE):
                form = await self._forms.open(self._caller(interaction), line)
        except Exception:  # noqa: BLE001 - the command itself says what is wrong
            _log.exception("a form failed", extra={"interaction": interaction.id})
            return False
        return form is not None and await self._shown(interaction.response.send_modal(form_modal(form)))

    async def _show(self, interaction: Interaction, reply: Reply, is_public: bool) -> None:
        """Show a reply where it belongs. What was deferred for one pair of eyes cannot become public by an edit."""
        pages = list(await asyncio.to_thread(lambda: render_all(with_pictures(reply.message))))
        if reply.ephemeral or is_public:
            await _edit(interaction, pages.pop(0), reply.message, reply.files)
        else:
            await _edit(interaction, render_all(POSTED.message)[0], POSTED.message)
        for page in pages:
            await interaction.followup.send(**arguments(page), ephemeral=reply.ephemeral and not is_public)
        if reply.announce is not None:
            await self._announce(interaction, reply.announce)

    async def _announce(self, interaction: Interaction, message: Message) -> None:
        """Post the visible line: as an own message, which a nonce keeps single, else as a follow-up."""
        page = render_all(message)[0]
        channel = interaction.channel_id
        allowed = interaction.app_permissions
        is_thread = isinstance(interaction.channel, discord.Thread)
        if channel is None or not (allowed.send_messages_in_threads if is_thread else allowed.send_messages):
            await interaction.followup.send(**arguments(page))
            return
        target = interaction.client.get_partial_messageable(channel, guild_id=interaction.guild_id)
        given = arguments(page)

        async def send() -> None:
            await self._account.call(f"discord:{channel}", lambda _: target.send(**given, nonce=f"i{interaction.id}"))

        try:
            await sent_once(send)
        except DeliveryError as failure:
            if failure.reason is not DeliveryReason.NO_PERMISSION:
                raise
            await interaction.followup.send(**given)

    async def _shown(self, answer: Awaitable[object]) -> bool:
        """Await something that Discord may refuse; tell whether it did not."""
        try:
            await answer
        except _FAILURES as error:
            self.lost_answers += 1
            _log.warning("answer lost", extra={"error": f"{type(error).__name__}: {error}"})
            return False
        return True

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            yield
        finally:
            self._running.discard(task)


async def _edit(interaction: Interaction, page: Rendered, message: Message, files: Sequence[File] = ()) -> None:
    """Put the answer, with its files, into the deferred message; if Discord refuses its form, as plain text."""
    given = replacement(page)
    given["attachments"] += [attachment(file) for file in files]
    try:
        await interaction.edit_original_response(**given)
    except discord.HTTPException as error:
        if error.status != 400:
            raise
        _log.error("answer refused by Discord, shown as plain text", extra={"error": error.text})
        plain = Message(kind=message.kind, heading=message.heading, fallback=message.fallback)
        await interaction.edit_original_response(**replacement(render_all(plain)[0]))
