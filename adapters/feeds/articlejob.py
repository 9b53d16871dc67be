"""The child's job of taking the main text out of an article page."""

from __future__ import annotations

import re
from typing import Any

import trafilatura
from lxml import html as lxml_html

from adapters.feeds import encodings
from adapters.feeds.boilerplate import keep_lines, prune
from adapters.feeds.markup import to_line
from adapters.feeds.walls import is_bot_wall, is_paywalled
from rules.sanitise import clean

WALL_TEXT = 500  # characters; a page with more text than this is no mere challenge
TEASER_TEXT = 2_000  # a page that calls itself paid and has less than this shows its teaser only
LEAST_TEXT = 80
TEXT_LIMIT = 400_000
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}["']?([\w.:-]{2,40})""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?=$|[-_])")


def run(header: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Return ``{"article": {"text", "title", "lang"}}`` or an error with a ParseReason's value."""
    page = _decoded(body, header["content_type"])
    if not page.strip():
        return _error("empty", "the page is empty")
    article = _article(page, header["url"])
    text = article["text"]
    if len(text) < WALL_TEXT and is_bot_wall(page):
        return _error("bot_wall", "a challenge or consent page stands in front of the article")
    if len(text) < TEASER_TEXT and is_paywalled(page):
        return _error("paywall", "the page shows the beginning only; the rest is for subscribers")
    if len(text) < LEAST_TEXT:
        return _error("no_text", "no main text was found on the page")
    return {"article": article}


def _article(page: str, url: str) -> dict[str, Any]:
    tree = _tree(page)
    if tree is None:
        return {"text": "", "title": "", "lang": None}
    title, lang = _title(tree), _lang(tree)
    prune(tree)
    text = trafilatura.extract(
        tree, url=url or None, include_comments=False, include_tables=True, include_images=False, include_links=False
    )
    kept = keep_lines(clean(text or ""), title)
    return {"text": kept[:TEXT_LIMIT], "title": title, "lang": lang}


def _tree(page: str) -> Any:
    try:
        return lxml_html.document_fromstring(_DECLARATION.sub("", page), parser=lxml_html.HTMLParser(huge_tree=False))
    except (ValueError, lxml_html.etree.LxmlError):
        return None


def _title(tree: Any) -> str:
    for path in ('//meta[@property="og:title"]/@content', "//h1", "//title"):
        for found in tree.xpath(path):
            title = to_line(found if isinstance(found, str) else found.text_content())
            if title:
                return title[:500]
    return ""


def _lang(tree: Any) -> str | None:
    found = _LANGUAGE.match(str(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""))
    return found.group(0).lower() if found else None


def _decoded(body: bytes, content_type: str) -> str:
    charset = encodings.header_charset(content_type)
    meta = _META_CHARSET.search(body[:4096])
    if charset is None and meta is not None:
        charset = encodings.allowed(meta.group(1).decode("ascii", "replace"))
    return encodings.decode(body, charset)


def _error(kind: str, text: str) -> dict[str, Any]:
    return {"error": kind, "text": text}
