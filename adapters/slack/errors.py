"""What an answer of Slack, or the lack of one, means for a delivery.

Error codes: docs.slack.dev method pages (chat.postMessage, chat.update, conversations.replies, files.*). A code that
is not in the table was answered with ``ok: false``, so nothing was posted, and counts as REJECTED.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import DeliveryError, DeliveryReason

DEFAULT_RETRY_AFTER = 30.0  # seconds, when Slack throttles without saying for how long

_CODES: dict[DeliveryReason, str] = {
    DeliveryReason.THROTTLED: "ratelimited rate_limited message_limit_exceeded",
    DeliveryReason.TOKEN_REFUSED: (
        "invalid_auth not_authed account_inactive token_revoked token_expired invalid_token not_allowed_token_type"
        " org_login_required app_uninstalled team_not_found"
    ),
    DeliveryReason.CHANNEL_GONE: (
        "channel_not_found is_archived channel_is_archived channel_type_not_supported"
        " method_not_supported_for_channel_type"
    ),
    DeliveryReason.NO_PERMISSION: (
        "not_in_channel missing_scope no_permission restricted_action restricted_action_read_only_channel"
        " restricted_action_thread_only_channel restricted_action_non_threadable_channel access_denied accesslimited"
        " ekm_access_denied team_access_not_granted user_is_restricted cannot_post_to_channel as_user_not_supported"
        " not_allowed file_uploads_disabled file_uploads_except_images_disabled enterprise_is_restricted"
        " posting_to_general_channel_denied posting_to_channel_denied cant_update_message cant_delete_message"
    ),
    DeliveryReason.THREAD_DELETED: "thread_not_found message_not_found invalid_thread_ts",
    DeliveryReason.THREAD_LOCKED: "cannot_reply_to_message restricted_action_thread_locked thread_locked",
    DeliveryReason.EDIT_LIMIT: "edit_window_closed",
    DeliveryReason.AMBIGUOUS: "internal_error fatal_error service_unavailable unknown_error",
    DeliveryReason.UNAVAILABLE: "team_added_to_org request_timeout migration_in_progress",
}
REASONS: dict[str, DeliveryReason] = {code: reason for reason, codes in _CODES.items() for code in codes.split()}

NOT_IN_CHANNEL = "not_in_channel"

_ADVICE: dict[str, str] = {
    "channel_not_found": "the channel does not exist or is private; invite the app with /invite @Tocsin",
    "not_in_channel": "the app is not in the channel; invite it with /invite @Tocsin",
    "is_archived": "the channel is archived; unarchive it or unsubscribe it",
    "restricted_action": "a workspace setting forbids posting here; ask a workspace admin",
    "restricted_action_read_only_channel": "only some people may post in this channel; allow the app in its settings",
    "message_not_found": "the message was deleted",
    "thread_not_found": "the thread's first message was deleted",
    "account_inactive": "the app was removed from the workspace; install it again, set the new token",
    "token_revoked": "the token was revoked; install the app again, set the new token",
    "token_expired": "the token has expired; install the app again, set the new token",
}


CALL_FAILURES = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, ValueError, AttributeError)
"""What a call of the SDK raises when the network or the answer is at fault."""


class Effect(StrEnum):
    """What a call whose answer was lost may have done."""

    POST = "post"  # made a message that a second call would make again
    HARMLESS = "harmless"  # nothing, or the same as a second call


def delivery_error(where: str, error: Exception, effect: Effect) -> DeliveryError:
    """Turn what a call raised into the DeliveryError that tells the outbox what to do."""
    reason, detail, retry_after = _judge(error)
    if reason is DeliveryReason.AMBIGUOUS and effect is Effect.HARMLESS:
        reason = DeliveryReason.UNAVAILABLE
    return DeliveryError(where, reason, detail, retry_after, code=_code(error))


def _code(error: Exception) -> str:
    return str(_parts(error.response)[2].get("error") or "") if isinstance(error, SlackApiError) else ""


def _judge(error: Exception) -> tuple[DeliveryReason, str, float | None]:
    if isinstance(error, SlackApiError):
        return _judge_answer(error)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return DeliveryReason.UNAVAILABLE, "Slack cannot be reached; will try again", None
    if isinstance(error, TimeoutError):
        return DeliveryReason.AMBIGUOUS, "Slack did not answer in time", None
    if isinstance(error, aiohttp.ClientError | OSError | SlackClientError):
        return DeliveryReason.AMBIGUOUS, f"the connection to Slack broke off ({type(error).__name__})", None
    return DeliveryReason.AMBIGUOUS, f"an unreadable answer from Slack ({type(error).__name__})", None


def _judge_answer(error: SlackApiError) -> tuple[DeliveryReason, str, float | None]:
    status, headers, data = _parts(error.response)
    code = str(data.get("error") or "")
    if status == 429 or REASONS.get(code) is DeliveryReason.THROTTLED:
        wait = _seconds(headers.get("Retry-After"))
        return DeliveryReason.THROTTLED, f"Slack asks to wait {wait:g} s", wait
    if code:
        reason = REASONS.get(code, DeliveryReason.REJECTED)
        return reason, sentence(code, data), None
    if status == 401:
        return DeliveryReason.TOKEN_REFUSED, sentence("invalid_auth", data), None
    if 400 <= status < 500:
        return (
            DeliveryReason.UNAVAILABLE,
            f"something before Slack answered with HTTP {status}; check slack.api_url",
            None,
        )
    return DeliveryReason.AMBIGUOUS, f"Slack answered with HTTP {status} and no reason", None


def _parts(response: Any) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Return status, headers and body of the SDK's answer, which may also be aiohttp's when the body was no JSON."""
    status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
    data = getattr(response, "data", None)
    return status, getattr(response, "headers", None) or {}, data if isinstance(data, dict) else {}


def sentence(code: str, data: dict[str, Any]) -> str:
    """Return what Slack's error code means and what to do, with the code in it."""
    if code == "missing_scope":
        return f"the app lacks the scope {data.get('needed', '?')}; add it, reinstall the app [missing_scope]"
    if REASONS.get(code) is DeliveryReason.TOKEN_REFUSED:
        return f"{_ADVICE.get(code, 'Slack refuses the token; set a valid one')} and start Tocsin again [{code}]"
    messages = (data.get("response_metadata") or {}).get("messages") or ()
    detail = f": {'; '.join(map(str, messages))}" if messages else ""
    return f"{_ADVICE.get(code, 'Slack refused the call')}{detail} [{code}]"


def _seconds(value: str | None) -> float:
    try:
        seconds = float(value) if value else DEFAULT_RETRY_AFTER
    except ValueError:
        return DEFAULT_RETRY_AFTER
    return seconds if 0 <= seconds < float("inf") else DEFAULT_RETRY_AFTER
