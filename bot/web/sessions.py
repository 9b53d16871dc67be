"""Who is signed in. A session is a signed cookie, so that one survives a restart; a new token ends them all.

cookie: id.end.signature        form token: another signature of the id, so that it is good for one session only
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.secret import Secret

COOKIE = "tocsin_session"
LIFE = timedelta(days=7)
MOST_ENDED = 1000  # sign-outs remembered; each is forgotten when its session would have ended anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser that is signed in. ``form_token`` proves that a form came from a page of ours."""

    id: str
    until: datetime
    form_token: str = field(repr=False)


class Sessions:
    """Makes and reads sessions of one access token."""

    def __init__(self, token: Secret) -> None:
        self._token = token
        self._key = hmac.digest(token.reveal().encode(), b"tocsin web session", hashlib.sha256)
        self._ended: dict[str, datetime] = {}

    def admits(self, given: str) -> bool:
        """Tell whether this is the access token, in a time that does not tell how much of it was right."""
        return hmac.compare_digest(_digest(given.strip()), _digest(self._token.reveal()))

    def begin(self, now: datetime) -> str:
        """Return the cookie of a new session."""
        body = f"{secrets.token_urlsafe(18)}.{int((now + LIFE).timestamp())}"
        return f"{body}.{self._signature('cookie', body)}"

    def read(self, cookie: str, now: datetime) -> Session | None:
        """Return the session of a cookie, None for one that is forged, over, or signed out."""
        body, _, signature = cookie.rpartition(".")
        if not hmac.compare_digest(_digest(signature), _digest(self._signature("cookie", body))):
            return None
        name, _, until = body.partition(".")
        end = datetime.fromtimestamp(int(until), tz=now.tzinfo)
        if now >= end or name in self._ended:
            return None
        return Session(id=name, until=end, form_token=self._signature("form", name))

    def is_form_of(self, session: Session, given: str) -> bool:
        """Tell whether a form token belongs to a session."""
        return hmac.compare_digest(_digest(given), _digest(session.form_token))

    def end(self, session: Session, now: datetime) -> None:
        """Sign out: the cookie is not taken any more, though it could still be sent."""
        self._ended = {name: until for name, until in self._ended.items() if until > now}
        if len(self._ended) < MOST_ENDED:
            self._ended[session.id] = session.until

    def _signature(self, use: str, body: str) -> str:
        return hmac.digest(self._key, f"{use}:{body}".encode(errors="replace"), hashlib.sha256).hex()


def _digest(text: str) -> bytes:
    """Return something of one length to compare, whatever was typed."""
    return hashlib.sha256(text.encode(errors="replace")).digest()
