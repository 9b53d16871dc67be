"""What stands around an article on its page and must not be read as part of it."""

from __future__ import annotations

import re
from typing import Any

from lxml.etree import _Element as Element

_DROPPED_TAGS = (
    "nav", "aside", "footer", "form", "figcaption", "button", "select", "dialog", "template", "iframe", "menu",
)  # fmt: skip
_DROPPED_ROLES = frozenset({"navigation", "complementary", "contentinfo", "banner", "search", "dialog", "menu"})
_NAMES = (
    r"related", r"recommend\w*", r"recirc\w*", r"more-(?:stories|news|on|from)\w*", r"also-?read",
    r"read-?(?:also|next|more)", r"teasers?", r"newsletter\w*", r"subscri\w+", r"promo\w*", r"advert\w*", r"ads?",
    r"sponsor\w*", r"outbrain", r"taboola", r"cookie\w*", r"consent\w*", r"gdpr", r"share\w*", r"sharing",
    r"social\w*", r"breadcrumbs?", r"byline\w*", r"authors?", r"caption\w*", r"credits?", r"comments?", r"disqus",
    r"sidebar", r"trending", r"popular", r"most-?read", r"tags", r"tag-?list", r"toolbar", r"pagination", r"pager",
    r"menu", r"nav", r"navbar", r"navigation", r"footer", r"site-?header", r"masthead", r"skip-?link",
)  # fmt: skip
_DROPPED_NAMES = re.compile(rf"(?:^|[\s_-])(?:{'|'.join(_NAMES)})(?=$|[\s_-])", re.IGNORECASE)
_KEPT_TAGS = frozenset({"html", "body", "main", "article"})
_MOST = 0.5  # of the page's paragraph text: what holds so much is the article, whatever it is called


def _lines(*patterns: str) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(patterns)})\\W*", re.IGNORECASE)


_RELATED = _lines(
    r"(read (also|more|next)|also read|see also|related( (stories|articles|news|reading))?)\s*[:|–—-].*",
    r"(more (on this|from|stories)|recommended|watch|listen)\s*[:|–—-].*",
    r"(lesen sie (auch|hier|dazu)|mehr zum thema|auch interessant)\s*[:|–—-].*",
    r"(lire aussi|à lire( aussi)?|lea también|leer también|leggi anche|lees ook)\s*[:|–—-].*",
    r"(czytaj (też|także|również)|читайте (також|также)|дивіться також|смотрите также)\s*[:|–—-].*",
)
_FURNITURE = _lines(
    r"advertisement|advertising|anzeige|werbung|publicité|реклама|sponsored( content)?|promoted",
    r"(sign up|subscribe|register) (to|for) .{0,120}(newsletter|briefing|updates|alerts).{0,60}",
    r"subscribe( now)?|newsletter|print( this page)?|copy link|follow us on .{0,80}",
    r"share( this( (article|story|page))?)?( on .{0,60})?",
    r"((first|last) )?(published|updated|modified|posted)( on| at)?\s*:?\s.{0,50}\d{4}.{0,30}",
    r"(listen to this article|reading time|\d+ min(ute)?s? read)\b.{0,40}",
    r"(©|\(c\)|copyright)\s.{0,120}|.{0,60}all rights reserved.{0,60}",
    r"(comments?|tags?|topics?|themen|keywords?|filed under|categories)\s*:.{0,200}",
)
_CAPTION = _lines(
    r"(file )?(photo|picture|image|foto|bild|photograph|illustration)s?( (credit|by|from|courtesy))?\s*[:/©|].{0,200}",
    r"(фото|ілюстрація|изображение)\s*[:/©|].{0,200}",
    r".{0,200}\((photo|foto|image|picture) (by|credit|courtesy)[^)]{0,120}\)",
    r".{0,200}[/|–-]\s?(getty images|afp|epa|reuters|dpa|ap photo|shutterstock|imago)\b.{0,60}",
)
_BYLINE = re.compile(
    r"(by|von|par|por|di|door|автор:?|text:|author:|reporting by|editing by|writing by)\s+"
    r"[A-ZÀ-ŽА-ЯІЇЄҐ][^.!?:\d]{2,80}"
)
_BYLINE_LINES = 4  # a byline stands at the top
_SENTENCE_END = re.compile(r"""[.!?…]["'”“»)]*$""")


def prune(tree: Element) -> None:
    """Remove navigation, related links, captions, bylines and advertising from a page."""
    most = _MOST * max(_paragraph_text(tree), 1)
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in _KEPT_TAGS:
            continue
        if _is_furniture(element) and _paragraph_text(element) < most:
            element.drop_tree() if hasattr(element, "drop_tree") else _drop(element)


def _is_furniture(element: Element) -> bool:
    if element.tag in _DROPPED_TAGS or element.get("role", "").lower() in _DROPPED_ROLES:
        return True
    if "hidden" in element.attrib or element.get("aria-hidden") == "true":
        return True
    names = f"{element.get('class', '')} {element.get('id', '')} {element.get('itemprop', '')}"
    return bool(names.strip()) and len(names) < 2_000 and bool(_DROPPED_NAMES.search(names))


def _paragraph_text(element: Any) -> int:
    return sum(len("".join(paragraph.itertext())) for paragraph in element.iter("p"))


def _drop(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def keep_lines(text: str, title: str) -> str:
    """Return the lines of an article without leftovers: its own title, bylines, captions, "read also" and the like."""
    kept: list[str] = []
    for number, line in enumerate(part.strip() for part in text.split("\n")):
        plain = line.lstrip("-–•* ")
        if plain and not _is_leftover(plain, number) and plain.casefold() != title.strip().casefold():
            kept.append(line)
    return "\n".join(kept)


def _is_leftover(line: str, number: int) -> bool:
    if _RELATED.fullmatch(line) and len(line) < 250:
        return True
    if _FURNITURE.fullmatch(line):
        return True
    if _SENTENCE_END.search(line) and not line.endswith(")"):
        return False
    return bool(_CAPTION.fullmatch(line)) or (number < _BYLINE_LINES and bool(_BYLINE.fullmatch(_lower_first(line))))


def _lower_first(line: str) -> str:
    word, blank, rest = line.partition(" ")
    return word.lower() + blank + rest
