"""What comes in: commands, presses, shortcuts, forms and events, each acknowledged at once and handled once.

    payload -> ack -> seen before? -> who asks -> form, or handler -> answer (adapters.slack.answering)

Bolt gives every payload an own task; the work after the ack runs in tasks of ours, so that closing can wait for them.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.answering import Sink, UrlSink, ViewSink, called, plain_message, with_note
from adapters.slack.limits import Json
from adapters.slack.modals import FORM_PREFIX, command_of, files_of, form_view, values_of, waiting_view
from adapters.slack.once import Once
from adapters.slack.payload import Actor, Origin, of_command, of_interaction, words_about
from adapters.slack.personal import directs, hand_over, looks
from adapters.slack.render import ACTION_PREFIX, action_of
from adapters.slack.roles import RoleOf
from adapters.slack.uploads import finds
from bot.errors import DeliveryError
from bot.message import Reply
from bot.ports import ButtonHandler, Caller, CommandHandler, FirstTime, Forms

EXPLAIN_MESSAGE, EXPLAIN_ANY = (
    "tocsin_explain",
    "tocsin_explain_any",
)  # callback ids of the shortcuts, as in the manifest
EXPLAIN_FORM = "why"
FORM_ACTION = "form"  # of a button whose value is a command to be filled in
RUN_ACTION = "run"
_STRAIGHT = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"'})
_FAILED = Reply(message=plain_message("That did not work: a fault in Tocsin. The operator's log has the details."))

logger = logging.getLogger(__name__)


class Listener:
    """Turns Slack's payloads into calls of the handlers and their replies into answers.

    ``lost_answers`` counts answers that Slack did not take.
    """

    def __init__(
        self,
        *,
        on_command: CommandHandler,
        on_button: ButtonHandler,
        role_of: RoleOf,
        forms: Forms | None = None,
        proxy: str | None = None,
        first_time: FirstTime | None = None,
    ) -> None:
        self.lost_answers = 0
        self._on_command = on_command
        self._on_button = on_button
        self._role_of = role_of
        self._forms = forms
        self._proxy = proxy
        self.once = Once(first_time)
        self._tasks: set[asyncio.Task[None]] = set()

    def register(self, app: AsyncApp, command: str) -> None:
        """Hang the listeners into the app."""
        app.command(command)(self._command)
        app.action(re.compile("^" + re.escape(ACTION_PREFIX)))(self._button)
        app.message_shortcut(EXPLAIN_MESSAGE)(self._explain)
        app.global_shortcut(EXPLAIN_ANY)(self._explain_any)
        app.view_submission(re.compile("^" + re.escape(FORM_PREFIX)))(self._submission)

    async def close(self, patience: float) -> None:
        """Let running answers end for ``patience`` seconds, then cancel them."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do work after its payload was acknowledged."""
        task = asyncio.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def caller(self, actor: Actor, origin: Origin, client: AsyncWebClient | None = None) -> Caller:
        """Return who asks, with the role that they have in that place now, and what ``client`` can look up for them."""
        place = origin.place
        role = await self._role_of(place, actor.user)
        return Caller(
            place=place,
            user=actor.user,
            user_name=actor.name or actor.user,
            role=role.value,
            look_at=looks(client, self._role_of, place, actor.user) if client is not None and place.channel else None,
            direct=directs(client, place, actor.user) if client is not None else None,
            find_file=finds(client, actor.user, place.channel) if client is not None else None,
        )

    # payloads

    async def _command(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        if await self.once.is_new(str(body.get("trigger_id") or "")):
            actor, origin = of_command(body)
            words = str(body.get("text") or "").translate(_STRAIGHT).strip()
            self.start(self._run(client, body, actor, origin, words))

    async def _button(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        pressed = (body.get("actions") or [{}])[0]
        action = action_of(str(pressed.get("action_id") or ""))
        name = f"{body.get('trigger_id')}/{pressed.get('action_id')}/{pressed.get('action_ts')}"
        if action is not None and await self.once.is_new(name):
            self.start(self._press(client, body, action, str(pressed.get("value") or "")))

    async def _explain(self, ack: AsyncAck, body: Json, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        if await self.once.is_new(str(body.get("trigger_id") or "")):
            actor, origin = of_interaction(body)
            self.start(self._run(client, body, actor, origin, words_about(body, context.bot_id or "")))

    async def _explain_any(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        if await self.once.is_new(str(body.get("trigger_id") or "")):
            actor, origin = of_interaction(body)
            self.start(self._offer(client, body, actor, origin, EXPLAIN_FORM))

    async def _submission(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Close the modal when there is an address to answer at; else the answer comes into the modal."""
        view = body.get("view") or {}
        actor, origin = of_interaction(body)
        if origin.url:
            await ack()
        else:
            await ack(response_action="update", view=waiting_view(origin))
        command = command_of(view)
        if command is not None and await self.once.is_new(f"{view.get('id')}/{body.get('trigger_id')}"):
            self.start(self._submit(client, view, actor, origin, command))

    # work

    async def _run(self, client: AsyncWebClient, body: Json, actor: Actor, origin: Origin, words: str) -> None:
        caller = await self.caller(actor, origin, client)
        if (
            self._forms is not None
            and self._forms.asks(words)
            and await self._open(client, body, caller, origin, words)
        ):
            return
        await self._show(client, actor, origin, lambda: self._on_command(caller, words))

    async def _press(self, client: AsyncWebClient, body: Json, action: str, value: str) -> None:
        actor, origin = of_interaction(body)
        caller = await self.caller(actor, origin, client)
        if action == FORM_ACTION:
            if await self._open(client, body, caller, origin, value):
                return
            action = RUN_ACTION
        view = str((body.get("view") or {}).get("id") or "")
        await self._show(client, actor, origin, lambda: self._on_button(caller, action, value), view=view)

    async def _offer(self, client: AsyncWebClient, body: Json, actor: Actor, origin: Origin, words: str) -> None:
        await self._open(client, body, await self.caller(actor, origin), origin, words)

    async def _submit(self, client: AsyncWebClient, view: Json, actor: Actor, origin: Origin, command: str) -> None:
        forms = self._forms
        if forms is None:
            return
        caller = await self.caller(actor, origin, client)
        shown_in = str(view.get("id") or "")

        async def submit() -> Reply:
            try:
                files = tuple([await finds(client, actor.user, origin.channel)(each) for each in files_of(view)])
            except DeliveryError as failure:
                return Reply(message=plain_message(f"The file cannot be read: {failure.detail}."))
            return await forms.submit(replace(caller, files=files), command, values_of(view))

        await self._show(client, actor, origin, submit, view=shown_in)

    async def _open(self, client: AsyncWebClient, body: Json, caller: Caller, origin: Origin, words: str) -> bool:
        """Open a form; False when there is none for this caller, or Slack does not open it any more."""
        if self._forms is None:
            return False
        form = await self._forms.open(caller, words)
        if form is None:
            return False
        opening = {"trigger_id": str(body.get("trigger_id")), "view": form_view(form, origin)}
        failure = await called(client, "views.open", opening)
        if failure:
            logger.warning("slack form not opened: %s", failure)
        return not failure

    async def _show(
        self,
        client: AsyncWebClient,
        actor: Actor,
        origin: Origin,
        run: Callable[[], Awaitable[Reply]],
        *,
        view: str = "",
    ) -> None:
        try:
            reply = await run()
        except Exception:
            logger.exception("slack handler failed")
            reply = _FAILED
        sink: Sink = ViewSink(client, view, origin, self._lost)
        if origin.url or not view:
            sink = UrlSink(origin, self._lost, proxy=self._proxy, client=client if view else None, user=actor.user)
        note = await hand_over(client, actor.user, origin.channel, reply)
        await sink.show(with_note(reply, note) if note else reply)

    def _lost(self) -> None:
        self.lost_answers += 1


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        logger.exception("slack payload not handled")
