"""What templates need to write things as people read them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlencode

from bot.duration import in_words
from rules.sanitise import clean, names_host, shown_host, web_link
from rules.wording import count


def moment(at: datetime) -> str:
    """Write a moment for people: to the minute, in UTC."""
    return f"{at:%Y-%m-%d %H:%M}"


def day(at: datetime) -> str:
    """Write the day of a moment."""
    return f"{at:%-d %b %Y}"


def machine(at: datetime) -> str:
    """Write a moment for the ``datetime`` of a ``time`` element."""
    return at.strftime("%Y-%m-%dT%H:%MZ")


def shown(value: object) -> object:
    """Take out of a stranger's text what hides or turns round the text beside it; what is marked up is ours."""
    return clean(value) if type(value) is str else value


def safe(url: str) -> str:
    """Return an address that may stand in a link: one of the web. Anything else would be a way to run something."""
    return web_link(url) or ""


def host_beside(url: str, label: str) -> str:
    """Return where a link really leads, for beside a label that does not say it; else nothing."""
    return "" if names_host(label, url) else shown_host(url)


def query(values: Mapping[str, object]) -> str:
    """Write the parameters of an address, those that are empty left out."""
    return urlencode({name: value for name, value in values.items() if value not in {"", None}})


FILTERS: Mapping[str, Callable[..., str]] = {
    "moment": moment,
    "day": day,
    "machine": machine,
    "host_beside": host_beside,
    "safe_url": safe,
    "count": count,
    "in_words": in_words,
}
