"""What the fake can be told to do with the next call of a method: a small language for faults."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """Whether the call takes effect, and what becomes of its answer."""

    takes_effect: bool = True
    status: int = 200
    code: str | None = None
    retry_after: str | None = None
    body: str | None = None
    cuts_connection: bool = False
    hangs: bool = False


def accept() -> Behaviour:
    """Do as Slack does on a good day."""
    return Behaviour()


def accept_then_drop() -> Behaviour:
    """Take the call, then close the connection without an answer."""
    return Behaviour(cuts_connection=True)


def accept_then_500() -> Behaviour:
    """Take the call, then answer with an empty HTTP 500."""
    return Behaviour(status=500, body="")


def accept_then_hang() -> Behaviour:
    """Take the call and never answer."""
    return Behaviour(hangs=True)


def drop() -> Behaviour:
    """Close the connection without taking the call."""
    return Behaviour(takes_effect=False, cuts_connection=True)


def hang() -> Behaviour:
    """Neither take the call nor answer."""
    return Behaviour(takes_effect=False, hangs=True)


def throttle(seconds: str | float | None) -> Behaviour:
    """Answer 429; None sends no Retry-After."""
    text = None if seconds is None else str(seconds)
    return Behaviour(takes_effect=False, status=429, code="ratelimited", retry_after=text)


def error(code: str, *, status: int = 200) -> Behaviour:
    """Answer ``ok: false`` with Slack's error code (invalid_auth, channel_not_found, is_archived, ...)."""
    return Behaviour(takes_effect=False, code=code, status=status)


def http_status(status: int, body: str = "<html>no</html>") -> Behaviour:
    """Answer with a bare HTTP status, as a proxy in between would."""
    return Behaviour(takes_effect=False, status=status, body=body)


def garbage() -> Behaviour:
    """Take the call and answer with something that is no JSON."""
    return Behaviour(body='{"ok": tru')
