"""What makes a feed entry the same item as before: pure decisions over entries and the known items of a feed.

An item keeps its identity through edits, new dates, new ids, reordering, tracking parameters and a move from
http to https. Its key is the guid, else the canonical link, else a hash of title and date. An entry whose key is
unknown may still be an old item under a new id: the link gives it away, else title and text do.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import SplitResult, urlsplit, urlunsplit

from bot.ports import Entry

FUTURE_SLACK = timedelta(minutes=10)  # clocks of publishers differ by this much without being wrong
FLOOD_LEAST = 5  # fewer entries than this are no flood
FLOOD_SHARE = 0.8  # of the feed's entries new at once, and of those this share with old dates
TELLING_TEXT = 80  # characters of text from which equal title and text mean the same item
CACHE = 2_048  # addresses: an entry's is asked for several times while its feed is looked at

# Parameters that say how a reader came, not what is read. Sources: the publishers' own documentation of
# campaign tags (Google, Meta, Microsoft, HubSpot, Mailchimp, Marketo, AT Internet, Webtrekk, BBC, Guardian, NYT).
# fmt: off
_TRACKING = frozenset((
    "fbclid", "gclid", "gclsrc", "gbraid", "wbraid", "dclid", "msclkid", "yclid", "ysclid", "twclid", "igshid",
    "igsh", "ttclid", "li_fat_id", "mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "__hstc", "__hssc", "__hsfp",
    "hsctatracking", "vero_id", "vero_conv", "oly_enc_id", "oly_anon_id", "s_cid", "s_kwcid", "xtor", "at_medium",
    "at_campaign", "at_custom1", "at_custom2", "at_custom3", "at_custom4", "at_link_id", "at_link_type",
    "at_link_origin", "at_format", "at_ptr_name", "at_bbc_team", "at_recipient_id", "at_recipient_list",
    "ns_mchannel", "ns_source", "ns_campaign", "ns_linkname", "ns_fee", "cmp", "cmpid", "wt_mc", "wt_zmc",
    "wt.mc_id", "wt.tsrc", "ocid", "icid", "ncid", "smid", "smtyp", "srnd", "ftag", "guccounter", "guce_referrer",
    "guce_referrer_sig", "soc_src", "soc_trk", "taid", "echobox", "__twitter_impression", "rss_id", "spm",
    "partner_source", "pk_campaign", "pk_kwd", "mtm_campaign", "mtm_source", "mtm_medium", "mtm_keyword",
    "piwik_campaign", "amp_js_v", "usqp", "traffic_source",
))
# fmt: on
_TRACKING_PREFIXES = ("utm_", "utm-", "hsa_", "stm_", "itm_")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Verdict(StrEnum):
    """What an entry is to the items that are known already."""

    NEW = "new"
    UNCHANGED = "unchanged"
    REDATED = "redated"  # the same text under another date
    EDITED = "edited"  # the same item with other words
    DUPLICATE = "duplicate"  # stands twice in the same body


class BatchVerdict(StrEnum):
    """Whether a batch of entries may ring."""

    NORMAL = "normal"
    FLOOD_OF_OLD = "flood_of_old"  # nearly all are new and nearly all have dates from before: ids were changed


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """What is needed of a stored item to recognise it."""

    id: int
    identity: str
    url: str
    title: str
    content_hash: bytes
    published: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """An entry with its stable key. ``known`` is the id of the stored item that it is, None when NEW or DUPLICATE.

    ``identity`` of a known item is the stored one, also when the feed has changed the guid since.
    """

    entry: Entry
    identity: str
    url: str  # canonical; empty when the entry has no usable link
    content_hash: bytes
    verdict: Verdict
    known: int | None = None


@lru_cache(maxsize=CACHE)
def canonical_url(url: str) -> str:
    """Return an http(s) ``url`` without tracking parameters, default port and idle parts; "" for anything else."""
    parts = _split(url)
    if parts is None:
        return ""
    host = (parts.hostname or "").rstrip(".")
    netloc = f"[{host}]" if ":" in host else host
    if parts.port is not None and parts.port != _DEFAULT_PORTS[parts.scheme]:
        netloc = f"{netloc}:{parts.port}"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    fragment = "" if "=" in parts.fragment or parts.fragment.startswith(":~:") else parts.fragment
    return urlunsplit((parts.scheme, netloc, parts.path or "/", query, fragment)).strip()


@lru_cache(maxsize=CACHE)
def url_key(url: str) -> str:
    """Return what two addresses of one page have in common: no scheme, no ``www.``, no final slash; "" if unusable."""
    canonical = canonical_url(url)
    if not canonical:
        return ""
    rest = canonical.partition("://")[2].removeprefix("www.")
    return rest.rstrip("/") if "?" not in rest and "#" not in rest else rest


def identity_of(entry: Entry) -> str:
    """Return the key of an entry: guid (an address as guid loses its scheme), else link, else title and date."""
    guid = entry.guid.strip()
    if guid:
        return url_key(guid) or guid
    key = url_key(entry.url)
    if key:
        return key
    stamp = entry.date_text.strip() or (entry.published.isoformat() if entry.published else "")
    material = "\n".join((_plain(entry.title), stamp)) if stamp else "\n".join(map(_plain, _words(entry)))
    return "hash:" + blake2b(material.encode("utf-8", "replace"), digest_size=16).hexdigest()


def content_hash(entry: Entry) -> bytes:
    """Return 16 bytes that change when the entry's words change, and not with its dates, links or blanks."""
    material = "\n".join(map(_plain, _words(entry)))
    return blake2b(material.encode("utf-8", "replace"), digest_size=16).digest()


def identify(entries: Sequence[Entry], known: Iterable[KnownItem]) -> tuple[Identified, ...]:
    """Tell for each entry, in the given order, which known item it is or that it is new.

    The result for an entry does not depend on the order of the others, except that the second of two equal ones is
    the DUPLICATE.
    """
    catalogue = _Catalogue(tuple(known))
    keys = _unique_keys(entries, catalogue)
    busy_links = {key for key, count in Counter(url_key(entry.url) for entry in entries).items() if count > 1}
    taken: set[str] = set()
    result: list[Identified] = []
    for entry, key in zip(entries, keys, strict=True):
        identified = _identify_one(entry, key, catalogue, busy_links)
        if identified.identity in taken:
            identified = replace(identified, verdict=Verdict.DUPLICATE, known=None)
        taken.add(identified.identity)
        result.append(identified)
    return tuple(result)


def judge_batch(entries: Sequence[Identified], *, total: int, newest_known: datetime | None) -> BatchVerdict:
    """Tell a feed whose ids were all changed from one that has much news: by the dates of what looks new.

    ``total`` counts the entries in the body, ``newest_known`` is the date of the newest item known before.
    """
    new = [item for item in entries if item.verdict is Verdict.NEW]
    if newest_known is None or len(new) < FLOOD_LEAST or len(new) <= FLOOD_SHARE * total:
        return BatchVerdict.NORMAL
    old = sum(1 for item in new if item.entry.published is not None and item.entry.published <= newest_known)
    return BatchVerdict.FLOOD_OF_OLD if old >= FLOOD_SHARE * len(new) else BatchVerdict.NORMAL


def with_usable_dates(entry: Entry, now: datetime) -> Entry:
    """Return the entry without dates that lie in the future: it then counts as published when it was fetched."""
    published = entry.published if entry.published and entry.published <= now + FUTURE_SLACK else None
    updated = entry.updated if entry.updated and entry.updated <= now + FUTURE_SLACK else None
    if published == entry.published and updated == entry.updated:
        return entry
    return replace(entry, published=published, updated=updated)


class _Catalogue:
    """The known items by everything that they can be recognised by."""

    def __init__(self, known: tuple[KnownItem, ...]) -> None:
        self.by_identity = {item.identity: item for item in known}
        self.by_words = {(item.content_hash, _plain(item.title)): item for item in known}
        self.qualified = {item.identity.partition("\n")[0] for item in known if "\n" in item.identity}
        links = [(url_key(item.url), item) for item in known if item.url]
        counts = Counter(key for key, _ in links)
        self.by_link = {key: item for key, item in links if key and counts[key] == 1}


def _unique_keys(entries: Sequence[Entry], catalogue: _Catalogue) -> list[str]:
    """Return each entry's key; a guid that stands for several links is told apart by the link."""
    plain = [identity_of(entry) for entry in entries]
    links: dict[str, set[str]] = {}
    for entry, key in zip(entries, plain, strict=True):
        links.setdefault(key, set()).add(url_key(entry.url))
    ambiguous = {key for key, found in links.items() if len(found) > 1} | catalogue.qualified
    return [
        f"{key}\n{url_key(entry.url)}" if key in ambiguous else key for entry, key in zip(entries, plain, strict=True)
    ]


def _identify_one(entry: Entry, key: str, catalogue: _Catalogue, busy_links: set[str]) -> Identified:
    words = content_hash(entry)
    item = _recognise(entry, key, words, catalogue, busy_links)
    verdict = Verdict.NEW if item is None else _compare(entry, words, item)
    return Identified(
        entry=entry,
        identity=key if item is None else item.identity,
        url=canonical_url(entry.url),
        content_hash=words,
        verdict=verdict,
        known=None if item is None else item.id,
    )


def _recognise(entry: Entry, key: str, words: bytes, catalogue: _Catalogue, busy_links: set[str]) -> KnownItem | None:
    found = catalogue.by_identity.get(key)
    if found is not None:
        return found
    link = url_key(entry.url)
    if link and link not in busy_links and "/" in link and link in catalogue.by_link:
        return catalogue.by_link[link]
    twin = catalogue.by_words.get((words, _plain(entry.title)))
    if twin is None:
        return None
    same_date = entry.published is not None and entry.published == twin.published
    return twin if same_date or len(max(entry.content, entry.summary, key=len)) >= TELLING_TEXT else None


def _compare(entry: Entry, words: bytes, item: KnownItem) -> Verdict:
    if words != item.content_hash:
        return Verdict.EDITED
    is_redated = entry.published is not None and entry.published != item.published
    return Verdict.REDATED if is_redated else Verdict.UNCHANGED


def _words(entry: Entry) -> tuple[str, str, str]:
    return entry.title, entry.summary, entry.content


def _plain(text: str) -> str:
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def _is_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    return parts
