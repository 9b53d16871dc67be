"""One entry or name of a feed, as its parser gives it, to plain JSON values: text without markup, links checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from adapters.feeds import dates
from adapters.feeds.jsonfeed import RawEntry
from adapters.feeds.markup import to_line, to_text
from rules.sanitise import one_line, shorten, web_link

TITLE_LIMIT = 1_000  # characters; a longer title is cut, and that is told as a problem
TEXT_LIMIT = 400_000
PROBLEM_LIMIT = 300
PROBLEMS_SHOWN = 20
# An address that rules.sanitise.web_link would return unchanged; checking that costs a tenth of asking it.
_NORMAL_LINK = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,20}(?:/[A-Za-z0-9_/.~=&+,;:!$'*?@-]{0,1000})?"
)
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?=$|[-_])")

Values = dict[str, Any]


def xml_entry(entry: Any, feed: Any, url: str, problems: list[str]) -> Values:
    """Return feedparser's ``entry`` of ``feed`` as the fields of bot.ports.Entry."""
    content = max((string(part, "value") for part in entry.get("content") or () if part), key=len, default="")
    raw = RawEntry(
        guid=string(entry, "id"),
        link=string(entry, "link") or _alternate(entry),
        title=string(entry, "title"),
        summary=string(entry, "summary"),
        content=content,
        published=string(entry, "published"),
        updated=string(entry, "updated"),
        lang=_entry_language(entry) or string(feed, "language"),
    )
    return entry_values(
        raw,
        url=url,
        published=dates.usable(dict.get(entry, "published_parsed"), raw.published),
        updated=dates.usable(dict.get(entry, "updated_parsed"), raw.updated),
        problems=problems,
    )


def _alternate(entry: Any) -> str:
    links = [link for link in entry.get("links") or () if string(link, "rel") in {"alternate", ""}]
    return string(links[0], "href") if links else ""


def _entry_language(entry: Any) -> str:
    details = (*(entry.get("content") or ()), entry.get("summary_detail"), entry.get("title_detail"))
    return next((found for detail in details if detail and (found := string(detail, "language"))), "")


def entry_values(
    raw: RawEntry, *, url: str, published: datetime | None, updated: datetime | None, problems: list[str]
) -> Values:
    """Return an entry as the fields of bot.ports.Entry; adds to ``problems`` what was cut or not believed."""
    summary, content = _cut_text(to_text(raw.summary), problems), _cut_text(to_text(raw.content), problems)
    date_text = raw.published or raw.updated
    if date_text and published is None and updated is None:
        problems.append(f'a date was not believed: "{shorten(one_line(date_text), 60)}"')
    date = published or updated
    return {
        "guid": one_line(shorten(raw.guid, 2_000)),
        "url": link(raw.link, url) or link(raw.guid, ""),
        "title": cut_title(to_line(raw.title), problems),
        "summary": "" if summary == content else summary,
        "content": content,
        "published": date.isoformat() if date else None,
        "updated": updated.isoformat() if updated else None,
        "date_text": one_line(shorten(date_text, 200)),
        "lang": language(raw.lang),
    }


def string(mapping: Mapping[str, Any], key: str) -> str:
    """Return a field of feedparser's dictionaries, or ""; past their own look-up, which warns and guesses."""
    value = dict.get(mapping, key) if isinstance(mapping, dict) else None
    if value is None and key == "link" and isinstance(mapping, dict):
        value = mapping.get(key)
    return value if isinstance(value, str) else ""


def link(target: str, base: str) -> str:
    """Return an absolute http(s) address, or ""."""
    target = target.strip()
    if not target or _NORMAL_LINK.fullmatch(target):
        return target
    try:
        return web_link(urljoin(base, target)) or ""
    except ValueError:
        return ""


def language(text: str) -> str | None:
    """Return the language of a tag (``de-AT`` -> ``de``), or None."""
    found = _LANGUAGE.match(text.strip())
    return found.group(0).lower() if found else None


def cut_title(title: str, problems: list[str]) -> str:
    """Return the title, shortened where it is absurdly long."""
    if len(title) > TITLE_LIMIT:
        problems.append(f"a title of {len(title):,} characters was cut")
    return shorten(title, TITLE_LIMIT)


def _cut_text(text: str, problems: list[str]) -> str:
    if len(text) > TEXT_LIMIT:
        problems.append(f"a text of {len(text):,} characters was cut")
    return text[:TEXT_LIMIT]


def shown(problems: list[str]) -> list[str]:
    """Return the problems as short lines, each once."""
    return list(dict.fromkeys(shorten(one_line(problem), PROBLEM_LIMIT) for problem in problems))[:PROBLEMS_SHOWN]
