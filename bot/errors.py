"""What can go wrong in the application, as a tree.

TocsinError (rules.errors)
+-- ConfigError        tocsin.yaml or the environment; carries its Faults
+-- FetchError         a feed or page could not be had; ``reason`` says why, ``retry_after`` in seconds
+-- ParseError         the bytes are no feed, or the parser gave up
+-- StoreError         the database is missing, locked by another process, corrupt or full
+-- DeliveryError      a platform refused or lost a message; ``reason`` decides what happens next
"""

from __future__ import annotations

from enum import StrEnum

from rules.errors import FaultsError, TocsinError


class ConfigError(FaultsError):
    """The configuration has faults."""


class FetchReason(StrEnum):
    """Why a fetch gave no usable body."""

    REFUSED_ADDRESS = "refused_address"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    TOO_LARGE = "too_large"
    HTTP_ERROR = "http_error"
    GONE = "gone"
    THROTTLED = "throttled"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_URL = "bad_url"
    ROBOTS = "robots"
    BOT_WALL = "bot_wall"  # a challenge page stands in front


class FetchError(TocsinError):
    """A URL could not be fetched."""

    def __init__(
        self,
        url: str,
        reason: FetchReason,
        detail: str,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(f"{url}: {detail}")
        self.url = url
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
        self.status = status  # the HTTP status, where there was an answer


class ParseReason(StrEnum):
    """Why bytes did not become items."""

    NOT_A_FEED = "not_a_feed"
    EMPTY = "empty"
    HTML_PAGE = "html_page"
    TOO_SLOW = "too_slow"
    CRASHED = "crashed"
    BAD_ENCODING = "bad_encoding"
    BOT_WALL = "bot_wall"  # a challenge or consent page instead of the content
    PAYWALL = "paywall"
    NO_TEXT = "no_text"  # a page without a main text


class ParseError(TocsinError):
    """A body is no feed that we can read."""

    def __init__(self, url: str, reason: ParseReason, detail: str) -> None:
        super().__init__(f"{url}: {detail}")
        self.url = url
        self.reason = reason
        self.detail = detail


class StoreError(TocsinError):
    """The database cannot be used."""


class DeliveryReason(StrEnum):
    """Why a platform did not take a message: a closed set that decides retry, park, stop or ask."""

    THROTTLED = "throttled"  # wait retry_after, not an attempt
    UNAVAILABLE = "unavailable"  # surely not accepted: back off and retry
    AMBIGUOUS = "ambiguous"  # may have been accepted: ask the platform before any resend
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - not a password; pauses the whole platform
    CHANNEL_GONE = "channel_gone"  # park the subscription
    NO_PERMISSION = "no_permission"  # park the subscription, tell the admin
    THREAD_GONE = "thread_gone"  # it takes no messages, and the platform does not say why
    THREAD_LOCKED = (
        "thread_locked"  # or archived for good, or one thread too many: the parent is there and can be edited
    )
    THREAD_DELETED = "thread_deleted"  # the thread, or the message that it hangs on
    REJECTED = "rejected"  # payload refused: try once as plain text, then dead-letter
    EDIT_LIMIT = "edit_limit"  # too many edits of an old message: post instead


class DeliveryError(TocsinError):
    """A platform did not take a message. ``code`` is the platform's own error code, empty where it gave none."""

    def __init__(
        self, channel: str, reason: DeliveryReason, detail: str, retry_after: float | None = None, *, code: str = ""
    ) -> None:
        super().__init__(f"{channel}: {detail}")
        self.channel = channel
        self.code = code
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
