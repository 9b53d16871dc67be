"""What went wrong at Discord -> why a delivery failed: one table, and the record of attempts behind it.

discord.py hides its own retries, so the last exception alone does not tell whether an earlier try may have been
accepted. ``Attempts`` keeps what each HTTP request of one operation ended with.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import aiohttp
import discord

from bot.errors import DeliveryError, DeliveryReason

CLOUDFLARE_PAUSE = 600.0  # seconds; a ban page names no end, and asking sooner prolongs it
REFUSED_SENTENCE = "Discord refuses the bot token; put a valid one into TOCSIN_DISCORD_TOKEN and start Tocsin again"

EDIT_LIMIT_CODE = 30046

# JSON error codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
CODES: dict[int, DeliveryReason] = {
    10003: DeliveryReason.CHANNEL_GONE,  # unknown channel
    10004: DeliveryReason.CHANNEL_GONE,  # unknown guild
    10008: DeliveryReason.THREAD_DELETED,  # unknown message: the root was deleted
    20009: DeliveryReason.REJECTED,  # explicit content
    20016: DeliveryReason.THROTTLED,  # slow mode
    20022: DeliveryReason.THROTTLED,  # announcement limit
    20028: DeliveryReason.THROTTLED,  # channel write limit
    EDIT_LIMIT_CODE: DeliveryReason.EDIT_LIMIT,  # too many edits of a message older than an hour
    40001: DeliveryReason.TOKEN_REFUSED,  # unauthorised
    40002: DeliveryReason.TOKEN_REFUSED,  # account to be verified
    40005: DeliveryReason.REJECTED,  # too large
    40062: DeliveryReason.THROTTLED,  # resource rate limited
    40067: DeliveryReason.REJECTED,  # the forum wants a tag
    40333: DeliveryReason.UNAVAILABLE,  # blocked by the edge
    50001: DeliveryReason.NO_PERMISSION,  # missing access
    50006: DeliveryReason.REJECTED,  # empty message
    50007: DeliveryReason.NO_PERMISSION,  # no direct messages to this user
    50008: DeliveryReason.CHANNEL_GONE,  # not a text channel
    50013: DeliveryReason.NO_PERMISSION,  # missing permissions
    50014: DeliveryReason.TOKEN_REFUSED,  # invalid token
    50024: DeliveryReason.CHANNEL_GONE,  # not possible on this kind of channel
    50035: DeliveryReason.REJECTED,  # invalid form body
    50083: DeliveryReason.THREAD_LOCKED,  # archived, and unarchiving did not help
    130000: DeliveryReason.UNAVAILABLE,  # overloaded
    160005: DeliveryReason.THREAD_LOCKED,  # locked
    160006: DeliveryReason.THREAD_LOCKED,  # too many active threads
    160007: DeliveryReason.THREAD_LOCKED,  # too many active announcement threads
    200000: DeliveryReason.REJECTED,  # AutoMod
    200001: DeliveryReason.REJECTED,  # AutoMod (title)
    240000: DeliveryReason.REJECTED,  # harmful link
}

STATUSES: dict[int, DeliveryReason] = {
    400: DeliveryReason.REJECTED,
    401: DeliveryReason.TOKEN_REFUSED,
    403: DeliveryReason.NO_PERMISSION,
    404: DeliveryReason.CHANNEL_GONE,
    405: DeliveryReason.REJECTED,
    413: DeliveryReason.REJECTED,
    429: DeliveryReason.THROTTLED,
    503: DeliveryReason.UNAVAILABLE,  # the one server error that discord.py does not repeat; the edge took nothing
}

_NEXT_STEPS: dict[DeliveryReason, str] = {
    DeliveryReason.NO_PERMISSION: "give Tocsin's role View Channel, Send Messages, Create Public Threads, Send "
    "Messages in Threads, Embed Links, Attach Files and Read Message History there",
    DeliveryReason.CHANNEL_GONE: "the channel or server was deleted, or Tocsin was removed from it",
    DeliveryReason.THREAD_LOCKED: "the thread is locked, or there are too many; let Tocsin manage threads there",
    DeliveryReason.THREAD_DELETED: "the message, or the thread below it, was deleted",
    DeliveryReason.TOKEN_REFUSED: REFUSED_SENTENCE,
}


class EditLimitReachedError(Exception):
    """Discord takes no more edits of this old message (30046); raised before discord.py would wait and try again."""


@dataclass(slots=True)
class Attempt:
    """One HTTP request. ``status`` is None while nothing has come back; ``unsent`` when no connection was made."""

    status: int | None = None
    code: int = 0
    retry_after: float | None = None
    unsent: bool = False

    @property
    def may_have_been_accepted(self) -> bool:
        """Tell whether Discord may have acted on this request although no success was seen."""
        if self.unsent:
            return False
        return self.status is None or (self.status >= 500 and self.status not in STATUSES)


@dataclass(slots=True)
class Attempts:
    """The requests of one operation, in order."""

    made: list[Attempt] = field(default_factory=list)

    @property
    def last(self) -> Attempt:
        """The newest one, or a blank one when nothing was sent."""
        return self.made[-1] if self.made else Attempt(unsent=True)

    @property
    def any_accepted(self) -> bool:
        """Tell whether any of them may have been accepted."""
        return any(attempt.may_have_been_accepted for attempt in self.made)


def translate(channel: str, error: BaseException, attempts: Attempts, *, repeatable: bool) -> DeliveryError:
    """Turn any failure of a call into a DeliveryError. ``repeatable`` operations (reads, edits) are never ambiguous."""
    reason, detail, retry_after = _judge(error, attempts)
    unclear = {DeliveryReason.UNAVAILABLE, DeliveryReason.THROTTLED}
    if reason in unclear and attempts.any_accepted:
        reason = DeliveryReason.AMBIGUOUS
    if reason is DeliveryReason.AMBIGUOUS and repeatable:
        reason = DeliveryReason.UNAVAILABLE
    return DeliveryError(channel, reason, detail, retry_after, code=_code(error))


def _code(error: BaseException) -> str:
    if isinstance(error, EditLimitReachedError):
        return str(EDIT_LIMIT_CODE)
    return str(error.code) if isinstance(error, discord.HTTPException) and error.code else ""


def _judge(error: BaseException, attempts: Attempts) -> tuple[DeliveryReason, str, float | None]:
    match error:
        case EditLimitReachedError():
            return DeliveryReason.EDIT_LIMIT, "Discord takes no more edits of this old message (30046)", None
        case discord.RateLimited(retry_after=seconds):
            return DeliveryReason.THROTTLED, f"Discord asks to wait {seconds:.0f} s", seconds
        case discord.LoginFailure():
            return DeliveryReason.TOKEN_REFUSED, REFUSED_SENTENCE, None
        case discord.HTTPException():
            return _judge_answer(error, attempts)
        case aiohttp.ClientConnectorError():
            return DeliveryReason.UNAVAILABLE, f"Discord cannot be reached ({type(error).__name__})", None
        case TimeoutError() if attempts.last.status == 429:
            return DeliveryReason.THROTTLED, "Discord asks to wait", attempts.last.retry_after
        case TimeoutError():
            return _unfinished(attempts, "Discord did not answer in time")
        case aiohttp.ClientError() | OSError():
            return _unfinished(attempts, f"the connection to Discord broke ({type(error).__name__})")
        case KeyError() if attempts.last.status == 429:  # discord.py, on a 429 that names no time
            return DeliveryReason.THROTTLED, "Discord asks to wait", attempts.last.retry_after
        case _:
            return _unfinished(attempts, f"discord.py failed: {type(error).__name__}: {error}")


def _unfinished(attempts: Attempts, detail: str) -> tuple[DeliveryReason, str, None]:
    """Judge an operation that ended without an answer: ambiguous only when something was under way or accepted."""
    if attempts.any_accepted or attempts.last.status in (200, 201, 204):
        return DeliveryReason.AMBIGUOUS, detail, None
    return DeliveryReason.UNAVAILABLE, detail, None


def _judge_answer(error: discord.HTTPException, attempts: Attempts) -> tuple[DeliveryReason, str, float | None]:
    reason = CODES.get(error.code) or STATUSES.get(error.status)
    if reason is None:
        reason = DeliveryReason.AMBIGUOUS if error.status >= 500 else DeliveryReason.REJECTED
    said = f"Discord answered {error.status}" + (f" (error {error.code})" if error.code else "")
    if reason is DeliveryReason.REJECTED and isinstance(error.text, str):
        said = f"{said}: {error.text[:200]}"
    step = _NEXT_STEPS.get(reason)
    retry_after = None
    if reason is DeliveryReason.THROTTLED:
        retry_after = attempts.last.retry_after or (CLOUDFLARE_PAUSE if error.status == 429 else None)
    return reason, f"{said}; {step}" if step else said, retry_after


def code_of(failure: DeliveryError) -> int:
    """Return Discord's JSON error code of a failure, or 0."""
    return int(failure.code or 0)
