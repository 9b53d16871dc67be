"""What every reply says to the browser: run nothing that is not ours, ask nobody else, tell nobody."""

from __future__ import annotations

from multidict import CIMultiDict

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    # Other sites are told nothing. "no-referrer" would say no more to them, but browsers then send "Origin: null"
    # with our own forms, which could not be told from another site's.
    "Referrer-Policy": "same-origin",
    "Server": "Tocsin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def dress(headers: CIMultiDict[str]) -> None:
    """Add the headers; pages are kept nowhere unless they say themselves how long."""
    headers.update(HEADERS)
    headers.setdefault("Cache-Control", "no-store")
