"""What comes in: ``/tocsin`` and button presses, each acknowledged at once, handled once and answered.

    payload -> ack -> seen before? -> who asks -> handler -> answer at the response_url -> one visible line, if any

Bolt gives every payload an own task; the work after the ack runs in tasks of ours, so that closing can wait for them.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from adapters.slack.client import webhook_client
from adapters.slack.errors import CALL_FAILURES
from adapters.slack.limits import Json
from adapters.slack.render import ACTION_PREFIX, Part, action_of, render
from adapters.slack.roles import RoleOf
from bot.message import Message, MessageKind, Paragraph, Reply, Text
from bot.ports import ButtonHandler, Caller, CommandHandler, FirstTime, Place

REMEMBERED = 10_000  # payloads whose repetition is noticed
RESPONSES = 5  # uses of one response_url; it lives for 30 minutes
_STRAIGHT = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"'})

logger = logging.getLogger(__name__)

_FAILED = Reply(
    message=Message(
        kind=MessageKind.REPLY,
        heading="",
        fallback="That did not work: a fault in Tocsin.",
        blocks=(Paragraph((Text("That did not work: a fault in Tocsin. The operator's log has the details."),)),),
    )
)


class Seen:
    """The payloads already handled, newest kept."""

    def __init__(self, capacity: int = REMEMBERED) -> None:
        self._capacity = capacity
        self._keys: dict[str, None] = {}

    def add(self, key: str) -> bool:
        """Remember ``key`` and tell whether it was new."""
        if not key:
            return True
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > self._capacity:
            del self._keys[next(iter(self._keys))]
        return True


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
        proxy: str | None = None,
        first_time: FirstTime | None = None,
    ) -> None:
        self.lost_answers = 0
        self._on_command = on_command
        self._on_button = on_button
        self._role_of = role_of
        self._proxy = proxy
        self._seen = Seen()
        self._first_time = first_time
        self._tasks: set[asyncio.Task[None]] = set()

    def register(self, app: AsyncApp, command: str) -> None:
        """Hang the listeners into the app."""
        app.command(command)(self._command)
        app.action(re.compile("^" + re.escape(ACTION_PREFIX)))(self._button)

    async def close(self, patience: float) -> None:
        """Let running answers end for ``patience`` seconds, then cancel them."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _command(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        if await self._is_new(str(body.get("trigger_id") or "")):
            self._start(self._run_command(body))

    async def _button(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        pressed = (body.get("actions") or [{}])[0]
        name = f"{body.get('trigger_id')}/{pressed.get('action_id')}/{pressed.get('action_ts')}"
        if await self._is_new(name):
            self._start(self._run_button(body, pressed))

    async def _is_new(self, key: str) -> bool:
        """Tell whether a payload was not handled before, by this process or an earlier one."""
        if not self._seen.add(key):
            return False
        return not key or self._first_time is None or await self._first_time(f"slack:{key}")

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_command(self, body: Json) -> None:
        place = Place(platform="slack", workspace=str(body.get("team_id")), channel=str(body.get("channel_id")))
        caller = await self._caller(place, str(body.get("user_id")), str(body.get("user_name") or ""))
        words = str(body.get("text") or "").translate(_STRAIGHT).strip()
        reply = await self._safely(lambda: self._on_command(caller, words))
        await self._answer(str(body.get("response_url") or ""), reply, thread=None)

    async def _run_button(self, body: Json, pressed: Json) -> None:
        action = action_of(str(pressed.get("action_id") or ""))
        if action is None:
            return
        user, channel, team = body.get("user") or {}, body.get("channel") or {}, body.get("team") or {}
        place = Place(
            platform="slack",
            workspace=str(team.get("id") or user.get("team_id") or ""),
            channel=str(channel.get("id") or ""),
        )
        caller = await self._caller(place, str(user.get("id")), str(user.get("name") or user.get("username") or ""))
        value = str(pressed.get("value") or "")
        reply = await self._safely(lambda: self._on_button(caller, action, value))
        thread = (body.get("message") or {}).get("thread_ts")
        is_root = thread == (body.get("message") or {}).get("ts")
        await self._answer(str(body.get("response_url") or ""), reply, thread=None if is_root else thread)

    async def _caller(self, place: Place, user: str, name: str) -> Caller:
        role = await self._role_of(place, user)
        return Caller(place=place, user=user, user_name=name or user, role=role.value)

    async def _safely(self, run: Callable[[], Awaitable[Reply]]) -> Reply:
        try:
            return await run()
        except Exception:
            logger.exception("slack handler failed")
            return _FAILED

    async def _answer(self, url: str, reply: Reply, *, thread: str | None) -> None:
        """Answer within the five uses of the response_url: the reply, its further parts, and the visible line last."""
        rendered = render(reply.message)
        room = RESPONSES - 1 - (reply.announce is not None)
        parts = [rendered.main, *rendered.overflow[:room]]
        left_out = len(rendered.overflow) - room
        if left_out > 0:
            logger.warning("slack answer shortened: %d parts left out", left_out)
            parts[-1] = _with_note(parts[-1], f"{left_out} further parts are left out; ask for less.")
        visibility = "ephemeral" if reply.ephemeral else "in_channel"
        for part in parts:
            await self._respond(url, part, visibility, thread)
        if reply.announce is not None:
            await self._respond(url, render(reply.announce).main, "in_channel", thread)

    async def _respond(self, url: str, part: Part, visibility: str, thread: str | None) -> None:
        body: Json = {"response_type": visibility, "replace_original": False, "text": part.text}
        body |= {"unfurl_links": False, "unfurl_media": False}
        if part.blocks:
            body["blocks"] = list(part.blocks)
        if thread is not None:
            body["thread_ts"] = thread
        try:
            answer = await webhook_client(url, proxy=self._proxy).send_dict(body)
        except CALL_FAILURES as error:
            self.lost_answers += 1
            logger.warning("slack answer lost: %s", type(error).__name__)
            return
        if answer.status_code != 200:
            self.lost_answers += 1
            logger.warning("slack answer refused: HTTP %s %s", answer.status_code, answer.body[:100])


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        logger.exception("slack payload not handled")


def _with_note(part: Part, note: str) -> Part:
    block: Json = {"type": "context", "elements": [{"type": "plain_text", "text": note}]}
    return Part(text=part.text, blocks=(*part.blocks[:49], block))
