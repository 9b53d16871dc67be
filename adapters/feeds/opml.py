"""Lists of feeds as OPML, the format that feed readers exchange (http://opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from bot.errors import ParseError, ParseReason
from rules.sanitise import one_line, web_link

SIZE_LIMIT = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list."""

    url: str
    title: str = ""
    site_url: str = ""
    lang: str | None = None


def read_opml(body: bytes, name: str) -> tuple[tuple[Outline, ...], tuple[str, ...]]:
    """Return the feeds of a list, each once and in order, and what was left out. Raises ParseError for no OPML."""
    from lxml import etree  # four megabytes that the running bot would keep for the rare list

    if len(body) > SIZE_LIMIT:
        raise ParseError(name, ParseReason.NOT_A_FEED, "the list is larger than 5 MiB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(name, ParseReason.NOT_A_FEED, f"it is no XML: {error}") from error
    if root is None or not isinstance(root.tag, str) or root.tag.lower() != "opml":
        raise ParseError(name, ParseReason.NOT_A_FEED, "it is no OPML: the outermost element is not <opml>")
    found: dict[str, Outline] = {}
    problems: list[str] = []
    for element in root.iter("{*}outline"):
        values = {key.lower(): value for key, value in element.attrib.items()}
        if not values.get("xmlurl", "").strip():
            continue  # a folder
        url = web_link(values["xmlurl"])
        title = one_line(values.get("title") or values.get("text") or "")
        if url is None:
            problems.append(f"left out: {one_line(values['xmlurl'])[:100]} is not an http(s) address")
        elif url in found:
            problems.append(f"left out: {url} is listed twice")
        else:
            site = web_link(values.get("htmlurl", "")) or ""
            found[url] = Outline(url=url, title=title, site_url=site, lang=values.get("language"))
    return tuple(found.values()), tuple(problems)


def write_opml(feeds: Iterable[Outline], title: str) -> str:
    """Return the list as OPML 2.0."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{_text(title)}</title></head>",
    ]
    lines.append("  <body>")
    for feed in feeds:
        name = quoteattr(one_line(feed.title) or feed.url)
        language = f" language={quoteattr(feed.lang)}" if feed.lang else ""
        lines.append(f'    <outline type="rss" text={name} title={name} xmlUrl={quoteattr(feed.url)}{language}/>')
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _text(text: str) -> str:
    return quoteattr(one_line(text))[1:-1].replace('"', "&quot;")
