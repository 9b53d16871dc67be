"""Whether a request was meant for us, and whether a page of ours sent it. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit


def host_of(netloc: str) -> str:
    """Return the host of a ``Host`` header, without its port and in lower case; empty for none that is one."""
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""


def is_ours(netloc: str, hosts: Collection[str]) -> bool:
    """Tell whether a ``Host`` header names us: this machine itself, or one of the hosts that the operator named.

    Any other name may be another site's, which lets it stand for our address to read our pages (DNS rebinding).
    """
    host = host_of(netloc)
    return host == "localhost" or _is_loopback(host) or host in hosts


def is_same_site(own: str, origin: str | None, fetch_site: str | None) -> bool:
    """Tell whether a page of ours sent a request, by what the browser says of it; ``own`` is the ``Host`` header.

    Neither header means no browser that we serve, or one made to be silent: refused.
    """
    if fetch_site is not None and fetch_site != "same-origin":
        return False
    if origin is None:
        return fetch_site is not None
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc.lower() == own.lower()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
