"""Bytes of a feed to plain values, in a child process. The only module that calls feedparser.

    body -> encoding allowed? -> JSON Feed | feedparser -> (raised: a cleaned copy -> entry by entry) -> entries

feedparser raises on some malformed feeds and would lose the whole feed, and it takes strings for file names and URLs;
so it is given BytesIO only, and nothing that it does can surprise the caller.
"""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import feedparser

from adapters.feeds import dates, encodings
from adapters.feeds.entries import Values, cut_title, entry_values, language, link, shown, string, xml_entry
from adapters.feeds.jsonfeed import RawEntry, looks_like_json, read_json_feed
from adapters.feeds.markup import to_line
from adapters.feeds.slices import cut
from adapters.feeds.walls import page_kind
from rules.sanitise import one_line

feedparser.api.PREFERRED_XML_PARSERS.clear()  # one that nobody has; looking for it takes a third of a short parse
BY_ENTRY_LIMIT = 500  # entries that are parsed one by one after feedparser failed on the whole

_BAD_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,40})|([0-9]{1,40}))[0-9a-fA-F]*;?")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FRAGILE = re.compile(  # elements that feedparser is known to raise on and that we have no use for
    r"</?(?:[\w.-]{1,40}:)?(?:license|width|height|pos|posList|point|line|polygon|box|where|lat|long|chapters?)\b[^<>]{0,4000}>"
)
_FORGIVE = b"&;"  # not well-formed before the root: feedparser turns to its forgiving parser at once
AUTHOR_LIMIT = 1_000  # bytes
_AUTHORS = tuple(
    (f"<{name}".encode(), f"</{name}>".encode())
    for name in ("author", "dc:creator", "managingEditor", "webMaster", "itunes:author", "dc:publisher", "publisher")
)
_DAMAGE_SHARE = (
    0.25  # of the characters beyond ASCII damaged: up to here it is UTF-8 with bad spots, not another encoding
)
_SKIP = re.compile(rb"<skip(Hours|Days)\s*>(.{0,2000}?)</skip(?:Hours|Days)\s*>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(rb"<hour\s*>\s*(\d{1,2})\s*</hour", re.IGNORECASE)
_DAY = re.compile(rb"<day\s*>\s*([a-z]{3,9})\s*</day", re.IGNORECASE)
_DAYS = (b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday")


class NoFeedError(Exception):
    """The body is no feed; ``kind`` is a ParseReason's value."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text


def read_feed(body: bytes, *, url: str, content_type: str) -> Values:
    """Return the feed as JSON values (title, lang, ttl, entries, problems ...). Raises NoFeedError."""
    body = body.lstrip(b" \t\r\n\f\v")
    if not body:
        raise NoFeedError("empty", "the body is empty")
    if body.startswith(b"\x1f\x8b"):
        raise NoFeedError("not_a_feed", "the body is compressed data, not a feed")
    body = encodings.narrowed(body)
    if looks_like_json(body):
        return _read_json(body, url)
    return _read_xml(body, url, encodings.header_charset(content_type))


# -- JSON Feed ---------------------------------------------------------------------------------------------------


def _read_json(body: bytes, url: str) -> Values:
    try:
        feed = read_json_feed(body)
    except ValueError as error:
        raise NoFeedError("not_a_feed", one_line(str(error))) from error
    problems = list(feed.problems)
    entries = [_json_entry(raw, feed.lang, url, problems) for raw in feed.entries]
    return {
        "title": cut_title(to_line(feed.title), []),
        "lang": language(feed.lang),
        "site_url": link(feed.link, url),
        "entries": entries,
        "problems": shown(problems),
    }


def _json_entry(raw: RawEntry, lang: str, url: str, problems: list[str]) -> Values:
    return entry_values(
        replace(raw, lang=raw.lang or lang),
        url=url,
        published=dates.from_iso(raw.published),
        updated=dates.from_iso(raw.updated),
        problems=problems,
    )


# -- RSS and Atom ------------------------------------------------------------------------------------------------


def _read_xml(body: bytes, url: str, charset: str | None) -> Values:
    problems: list[str] = []
    named = encodings.declared(body)
    if named is not None and encodings.allowed(named) is None:
        problems.append(f'the declared encoding "{named}" is not used for feeds and was ignored')
        body = encodings.without_declared(body)
    body = _without_long_authors(_mended_utf8(body, charset, problems), problems)
    found = _parse_somehow(body, charset, problems)
    if not found.version and not found.entries:
        kind, text = page_kind(encodings.decode(body[:100_000], charset))
        raise NoFeedError(kind, text)
    if not found.version:
        problems.append("does not say which format it is in")
    if found.get("bozo"):
        problems.append(f"malformed: {found.get('bozo_exception')}")
    entries = [xml_entry(entry, found.feed, url, problems) for entry in found.entries]
    return {
        "title": cut_title(to_line(string(found.feed, "title")), []),
        "lang": language(string(found.feed, "language")),
        "site_url": link(string(found.feed, "link"), url),
        "ttl": _ttl(string(found.feed, "ttl")),
        **_silence(body),
        "entries": entries,
        "problems": shown(problems),
    }


def _without_long_authors(body: bytes, problems: list[str]) -> bytes:
    """Leave out author elements that hold no name but a text: feedparser takes time with the square of their length."""
    for opening, closing in _AUTHORS:
        if opening not in body:
            continue
        kept: list[bytes] = []
        at = 0
        start = body.find(opening)
        while start != -1:
            end = body.find(closing, start)
            if end == -1:
                break
            if end - start > AUTHOR_LIMIT:
                kept.append(body[at:start])
                at = end + len(closing)
            start = body.find(opening, end)
        if kept:
            problems.append("an author of more than a name's length was left out")
            body = b"".join((*kept, body[at:]))
    return body


def _mended_utf8(body: bytes, charset: str | None, problems: list[str]) -> bytes:
    """Keep a UTF-8 body with a few bad bytes UTF-8: feedparser would read all of it as Windows-1252."""
    named = encodings.declared(body)
    if (charset or (named and encodings.allowed(named)) or "utf-8") != "utf-8" or b"\0" in body[:256]:
        return body
    try:
        body.decode("utf-8")
        return body
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    beyond_ascii = sum(1 for char in text if char > "\x7f")
    if damaged > _DAMAGE_SHARE * beyond_ascii:
        return body
    problems.append(f"{damaged} characters are not the UTF-8 that they should be")
    return text.encode("utf-8")


def _parse_somehow(body: bytes, charset: str | None, problems: list[str]) -> Any:
    """Parse the body, else a cleaned copy of it, else that with the forgiving parser, else each entry alone."""
    try:
        return _parse(body, charset)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - feedparser raises anything
        problems.append(f"the parser failed ({type(error).__name__}); a cleaned copy was read instead")
    cleaned = clean_copy(encodings.decode(body, charset))
    for attempt in (cleaned, _FORGIVE + cleaned):
        try:
            return _parse(attempt, "utf-8")
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - feedparser raises anything
            last = f"{type(error).__name__}: {error}"
    result = _parse_by_entry(cleaned, problems)
    if result is None:
        raise NoFeedError("crashed", f"the parser failed on it three times ({last})")
    return result


def _parse(body: bytes, charset: str | None) -> Any:
    # No address of the feed: feedparser would resolve every element against it, and we resolve the links that we keep.
    headers = {"content-type": f"application/xml; charset={charset}" if charset else "application/xml"}
    # Sanitising and link rewriting are off: we keep plain text only, and they make hostile input slow.
    return feedparser.parse(BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def _parse_by_entry(body: bytes, problems: list[str]) -> Any:
    slices = cut(body)
    if slices is None or len(slices.spans) < 2:
        return None
    whole: Any = None
    lost = max(len(slices.spans) - BY_ENTRY_LIMIT, 0)
    for index in range(min(len(slices.spans), BY_ENTRY_LIMIT)):
        try:
            one = _parse(slices.keeping({index}), "utf-8")
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - feedparser raises anything
            lost += 1
            continue
        if whole is None:
            whole = one
        else:
            whole.entries.extend(one.entries)
    if lost:
        problems.append(f"{lost} of {len(slices.spans)} entries cannot be parsed and were left out")
    return whole


def clean_copy(text: str) -> bytes:
    """Return the feed as UTF-8 without controls, impossible characters and the elements that make feedparser raise."""
    text = _BAD_REFERENCE.sub(_good_reference, _CONTROLS.sub("", text))
    return encodings.without_declared(_FRAGILE.sub("", text).encode("utf-8", "replace"))


def _good_reference(found: re.Match[str]) -> str:
    digits = found.group(1) or found.group(2)
    number = int(digits, 16 if found.group(1) else 10)
    is_character = number in {9, 10, 13} or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or number > 0xFFFF
    return f"&#{number};" if is_character and number <= 0x10FFFF else ""


def _ttl(text: str) -> float | None:
    minutes = text.strip()
    return float(minutes) * 60 if minutes.isascii() and minutes.isdigit() and 0 < len(minutes) < 7 else None


def _silence(body: bytes) -> Values:
    hours: set[int] = set()
    days: set[int] = set()
    for found in _SKIP.finditer(body[:20_000]):
        hours |= {int(hour) % 24 for hour in _HOUR.findall(found.group(2))}
        days |= {_DAYS.index(day.lower()) for day in _DAY.findall(found.group(2)) if day.lower() in _DAYS}
    return {"skip_hours": sorted(hours), "skip_days": sorted(days)}
