"""Which character encodings a feed may name: those that feeds are written in, and no codec that computes or hides."""

from __future__ import annotations

import codecs
import re

_ALLOWED = re.compile(
    r"utf-(8|16|32)(-(le|be|sig))?|ascii|latin-1|iso8859-\d{1,2}|cp(037|437|500|85[0-8]|86[0-9]|874|932|949|950|1006|1026|1125"
    r"|1140|125[0-8])|koi8-[rtu]|kz1048|mac-(roman|cyrillic|greek|latin2|turkish|iceland)|ptcp154|gb2312|gbk|gb18030|hz"
    r"|big5(hkscs)?|shift_jis(_2004|x0213)?|euc_(jp|kr|jis_2004|jisx0213)|iso2022_(jp|kr)(_\w+)?|johab|tis-620"
)
_DECLARATION = re.compile(rb"""<\?xml[^>]{0,400}?encoding\s{0,20}=\s{0,20}["']([^"'>]{0,100})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^"';,\s]{1,60})""", re.IGNORECASE)
_WIDE_STARTS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_HEAD = 1024  # bytes in which an XML declaration has to stand


def allowed(name: str) -> str | None:
    """Return Python's name of the encoding, or None when it is unknown or not one that feeds are written in."""
    try:
        found = codecs.lookup(name.strip()).name
    except (LookupError, ValueError, UnicodeError):
        return None
    return found if _ALLOWED.fullmatch(found) else None


def header_charset(content_type: str) -> str | None:
    """Return the charset of a Content-Type header if it may be used."""
    found = _CHARSET.search(content_type)
    return allowed(found.group(1)) if found else None


def declared(body: bytes) -> str | None:
    """Return the encoding that the XML declaration names, as written there, or None."""
    found = _DECLARATION.search(body[:_HEAD])
    return found.group(1).decode("ascii", "replace") if found else None


def without_declared(body: bytes) -> bytes:
    """Return the body with the encoding's name taken out of its XML declaration."""
    found = _DECLARATION.search(body[:_HEAD])
    if found is None:
        return body
    start = body.rindex(b"encoding", 0, found.start(1))
    return body[:start] + body[found.end(1) + 1 :]


def narrowed(body: bytes) -> bytes:
    """Return a body in UTF-16 or UTF-32 (by its mark, or by the zeros around its first ``<``) as UTF-8."""
    encoding = _by_mark(body) or next((name for start, name in _WIDE_STARTS if body.startswith(start)), None)
    if encoding is None or encoding == "utf-8-sig":
        return body
    try:
        return without_declared(body.decode(encoding).encode("utf-8"))
    except UnicodeError:
        return body


def decode(body: bytes, charset: str | None) -> str:
    """Return the body as text whatever it holds: by its marks, the named charset, UTF-8, else Windows-1252."""
    named = declared(body)
    for encoding in (_by_mark(body), charset, allowed(named) if named else None, "utf-8"):
        if encoding is None:
            continue
        try:
            return body.decode(encoding)
        except (UnicodeError, LookupError, ValueError):
            continue
    return body.decode("cp1252", "replace")


def _by_mark(body: bytes) -> str | None:
    for mark, encoding in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return encoding
    return None
