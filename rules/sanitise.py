"""Text and links from strangers, made safe to show: what a reader sees is what is there.

``clean`` removes what hides, reorders or breaks text (controls, bidirectional overrides, zero-width and other
invisible characters, lone surrogates) and keeps every visible character as it was, so that a quote stays
verbatim. It is not an escape: each renderer still escapes what its platform takes for markup.

``web_link`` lets only http and https through; ``shown_host`` names where such a link really leads.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from urllib.parse import quote, urlsplit, urlunsplit

MARKS_PER_BASE = 8  # living scripts stack up to four or five marks; more is there to smear neighbouring lines

_BREAKS = re.compile("\r\n?|[\u0085\u2028\u2029]")
_SPACES = re.compile("[\t\v\f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile(
    "["
    "\u0000-\u0009\u000b-\u001f\u007f-\u009f"  # C0 but the line feed, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"  # soft hyphen, grapheme joiner, Arabic mark, Hangul and Khmer fillers
    "\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"  # Mongolian selectors, zero-width space, marks, embeddings
    "\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0"  # word joiner, isolates, fillers, selectors 1-14, byte order mark
    "\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff"  # noncharacters, interlinear annotation
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical format controls
    "\U000e0000-\U000e0fff"  # tags and supplementary selectors: can carry whole hidden sentences
    "]"
)
_JOINERS = frozenset("\u200c\u200d")
_JOINING_SCRIPTS = re.compile("[\u0600-\u08ff\u0900-\u109f\u1780-\u18af\ua840-\uabff\ufb50-\ufdcf\ufe70-\ufefc]")
_EMOJI = re.compile("[\u00a9\u00ae\u203c-\u3299\ufe0f\U0001f000-\U0001faff]")
_IDLE_SELECTOR = re.compile("(?<![0-9#*\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff])[\ufe0e\ufe0f]+")
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_MARK_RUN = re.compile(f"({_MARKS}{{{MARKS_PER_BASE}}}){_MARKS}+")
_PLAIN = re.compile(r"[\n -~]*")
_LINE_END = re.compile("\n")
_SENTENCE_END = re.compile(r"""[.!?\u2026]["'\u201d\u201c\u00bb)]?\s(?=\S)""")
_BLANK = re.compile(r"(?<!\d)\s|\s(?!\d)")
_QUOTATION = re.compile('[\u201c\u201e\u00ab][^\u201c\u201d\u201e\u00ab\u00bb]*[\u201d\u201c\u00bb]|"[^"]*"')

_URL_BAD = re.compile(r"[\s\\\x00-\x20\x7f]")
_URL_SAFE = "/:@!$&'*+,;=~%-._?"
_URL_LIMIT = 3000  # characters; Slack's limit for a link, and longer ones are of no use to a reader
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?")
_HOST_LIMIT = 254
_DOTTED_WORD = re.compile(r"[\w.-]+")
_TOP_LABEL = re.compile(r"[a-z]{2,}|xn--[a-z0-9-]+")
_DEVIATIONS = frozenset("\u00df\u03c2")  # sharp s, final sigma: the idna codec folds them, browsers do not


def clean(text: str) -> str:
    r"""Return ``text`` without what hides or misleads; line breaks become ``\n``, other blanks a space.

    Zero-width joiners stay where writing needs them (Arabic, Indic, emoji). ``clean(clean(x)) == clean(x)``, and the
    result can always be encoded as UTF-8.
    """
    if _PLAIN.fullmatch(text):
        return text
    text = _SURROGATES.sub("\ufffd", _mend_surrogate_pairs(text))
    text = _SPACES.sub(" ", _BREAKS.sub("\n", text))
    text = _drop_idle_joiners(_INVISIBLE.sub("", text))
    text = _IDLE_SELECTOR.sub("", text)
    return _MARK_RUN.sub(r"\1", text)


def one_line(text: str) -> str:
    """Return ``clean(text)`` with every run of blanks and line breaks as one space, and none at the ends."""
    return " ".join(clean(text).split())


def shorten(text: str, limit: int) -> str:
    """Return ``text`` cut to ``limit`` code points with an ellipsis, never between a letter and its marks.

    Prefers the end of a word, and never cuts inside a number. For labels and cells; quotes and figures are moved
    whole instead.
    """
    if len(text) <= limit:
        return text
    end = max(limit - 1, 0)
    while end > 0 and not _may_cut(text, end):
        end -= 1
    blank = text.rfind(" ", end * 2 // 3, end + 1)
    return text[: blank if blank > 0 else end].rstrip() + "\u2026"


def split_text(text: str, limit: int) -> list[str]:
    """Cut ``text`` into pieces of at most ``limit`` code points that join to ``text`` again; nothing is left out.

    Cuts after a line, else after a sentence, else at a blank, else between letters, but never inside a number
    (``1 500 000``) and, except in one far longer than ``limit``, never inside double quotation marks.
    """
    pieces: list[str] = []
    while len(text) > limit:
        end = _best_cut(text, limit)
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text] if text or not pieces else pieces


def _best_cut(text: str, limit: int) -> int:
    head = text[: limit + 1]
    quoted = [(found.start(), found.end()) for found in _QUOTATION.finditer(text, 0, 2 * limit)]
    for breaks in (_LINE_END, _SENTENCE_END, _BLANK):
        ends = [found.end() for found in breaks.finditer(head) if limit // 4 < found.end() <= limit]
        free = [end for end in ends if not any(start < end < stop for start, stop in quoted)]
        if free:
            return free[-1]
    ends = [found.end() for found in _BLANK.finditer(head) if 0 < found.end() <= limit]
    if ends:
        return ends[-1]
    hard = limit
    while hard > 1 and not _may_cut(text, hard):
        hard -= 1
    return hard if hard > 1 else limit


def web_link(url: str) -> str | None:
    """Return ``url`` as a normal http(s) address that can stand in any markup, or None when it must not be a link.

    User names, backslashes, blanks and odd hosts are refused: they exist to make a link read as another one.
    """
    url = url.strip()
    if not url or len(url) > _URL_LIMIT or _URL_BAD.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host or "@" in parts.netloc:
        return None
    ascii_host = _ascii_host(host)
    if ascii_host is None:
        return None
    netloc = ascii_host if port is None else f"{ascii_host}:{port}"
    try:
        path, query, fragment = (quote(part, safe=_URL_SAFE) for part in (parts.path, parts.query, parts.fragment))
    except UnicodeEncodeError:
        return None
    result = urlunsplit((parts.scheme.lower(), netloc, path, query, fragment))
    return result if len(result) <= _URL_LIMIT else None


def shown_host(url: str) -> str:
    """Return the host of a ``web_link`` as it is to be shown: ASCII (``xn--``), without ``www.`` and the final dot."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    return host.removeprefix("www.")


def names_host(label: str, url: str) -> bool:
    """Tell whether ``label`` already shows the reader the domain that ``url`` leads to, and no other one."""
    host = shown_host(url)
    named = [domain for word in _DOTTED_WORD.findall(label) if (domain := _as_domain(word))]
    return bool(named) and all(_is_domain_of(name.removeprefix("www."), host) for name in named)


def _as_domain(word: str) -> str | None:
    """Return ``word`` as an ASCII domain if it reads like one (``U.S.`` and ``4.5`` do not)."""
    word = word.strip(".-")
    if "." not in word:
        return None
    domain = _ascii_host(word) or word
    return domain if _TOP_LABEL.fullmatch(domain.rpartition(".")[2]) else None


def _is_domain_of(name: str, host: str) -> bool:
    """Tell whether ``name`` is ``host`` or a parent of it that one owner holds (so not ``co.uk``)."""
    if name == host:
        return True
    labels = name.split(".")
    is_public_suffix = len(labels) < 2 or (len(labels) == 2 and len(labels[0]) <= 3 and len(labels[1]) == 2)
    return host.endswith("." + name) and not is_public_suffix


def _ascii_host(host: str) -> str | None:
    if ":" in host:  # an IPv6 literal; urlsplit has checked its form
        return f"[{host}]"
    try:
        labels = [_ascii_label(label) for label in host.lower().split(".")]
    except UnicodeError:
        return None
    ascii_host = ".".join(labels)
    return ascii_host if len(ascii_host) <= _HOST_LIMIT and _HOST.fullmatch(ascii_host) else None


def _ascii_label(label: str) -> str:
    if _DEVIATIONS.intersection(label):
        return "xn--" + unicodedata.normalize("NFC", label).encode("punycode").decode("ascii")
    return label.encode("idna").decode("ascii").lower()


def _mend_surrogate_pairs(text: str) -> str:
    """Join high and low surrogates that stand together (a feed's ``&#xD83D;&#xDE00;``) to the character meant."""
    if not _SURROGATES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _drop_idle_joiners(text: str) -> str:
    if not _JOINERS.intersection(text):
        return text
    kept: list[str] = []
    for char, after in pairwise([*text, ""]):
        if char not in _JOINERS or (kept and _needs_joiner(kept[-1], char, after)):
            kept.append(char)
    return "".join(kept)


def _needs_joiner(before: str, joiner: str, after: str) -> bool:
    if _JOINING_SCRIPTS.match(before) and _JOINING_SCRIPTS.match(after):
        return True
    return joiner == "\u200d" and bool(_EMOJI.match(before) and _EMOJI.match(after))


def _may_cut(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if unicodedata.category(after).startswith("M") or after in _JOINERS or before in _JOINERS:
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U0001f1e6" <= after <= "\U0001f1ff":  # skin tones, flag halves
        return False
    number = "0123456789.,"
    return not (before in number and after in number)
