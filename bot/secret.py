"""Strings that do not show themselves, and addresses without the secrets in them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

_TELLTALE = ("token", "key", "secret", "passw", "auth", "sig", "session", "credential")


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A token or password: prints as ``<secret>`` everywhere; ``reveal()`` is the only way to its value."""

    _value: str

    def reveal(self) -> str:
        """Return the secret itself. Call it only at the edge that sends it."""
        return self._value

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)


def without_secrets(url: str) -> str:
    """Return ``url`` for logs and messages: no user name or password, and ``***`` for values of secret parameters."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    if "@" not in parts.netloc and not parts.query:
        return url
    pairs = [pair.partition("=") for pair in parts.query.split("&")]
    query = "&".join(f"{name}=***" if is_secret(name) and value else name + sign + value for name, sign, value in pairs)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, parts.fragment))


def is_secret(name: str) -> bool:
    """Tell whether a parameter of this name usually carries a secret."""
    return any(word in name.lower() for word in _TELLTALE)
