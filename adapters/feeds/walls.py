"""Pages that stand where content should be: login forms, challenges for browsers, consent and pay walls."""

from __future__ import annotations

import re

_BOT = re.compile(
    r"""just\ a\ moment\.\.\. | cf-chl | challenge-platform | cdn-cgi/challenge | ddos-guard | datadome | px-captcha
    | perimeterx | _incapsula_resource | imperva | g-recaptcha | h-captcha | pardon\ our\ interruption
    | attention\ required!\ \|\ cloudflare | enable\ javascript\ and\ cookies\ to\ continue
    | checking\ (if\ the\ site\ connection\ is\ secure|your\ browser) | are\ you\ (a\ )?(human|robot)
    | unusual\ traffic\ from\ your | access\ denied.{0,200}(reference|akamai) | request\ unsuccessful""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_CONSENT = re.compile(
    r"""before\ you\ continue\ to | consent\.(google|yahoo|youtube) | guce\. | cookiewall | privacy-wall
    | accept\ (all\ )?cookies\ to\ continue""",
    re.IGNORECASE | re.VERBOSE,
)
_LOGIN = re.compile(r"""<input[^>]{0,300}type\s{0,5}=\s{0,5}["']?password""", re.IGNORECASE)
_PAY = re.compile(
    r"""["']?isAccessibleForFree["']?\s{0,5}:\s{0,5}["']?false | content_tier["'][^>]{0,60}content=["'](locked|metered)
    | class=["'][^"']{0,200}\bpaywall\b | subscribe\ (now\ )?to\ (continue|read|keep\ reading)
    | to\ continue\ reading,?\ (please\ )?(subscribe|sign\ in|log\ in) | already\ a\ subscriber\?
    | this\ article\ is\ for\ subscribers | jetzt\ weiterlesen\ mit | nur\ für\ abonnenten | réservé\ aux\ abonnés
    | exclusivo\ para\ suscriptores | riservato\ agli\ abbonati | лише\ для\ передплатників""",
    re.IGNORECASE | re.VERBOSE,
)
_HTML = re.compile(r"<!doctype\s{1,10}html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,200})", re.IGNORECASE)
_LOOKED_AT = 100_000  # characters


def is_bot_wall(page: str) -> bool:
    """Tell whether the page asks the visitor to prove to be a person or to agree to something first."""
    head = page[:_LOOKED_AT]
    return bool(_BOT.search(head) or _CONSENT.search(head))


def is_paywalled(page: str) -> bool:
    """Tell whether the page says that its text is for subscribers."""
    return bool(_PAY.search(page))


def page_kind(text: str) -> tuple[str, str]:
    """Say what a body that is no feed is instead: the value of a ParseReason, and a sentence."""
    head = text[:_LOOKED_AT]
    if "<opml" in head[:2000].lower():
        return "not_a_feed", 'the body is an OPML list of feeds; use "tocsin feeds import"'
    if not _HTML.search(head):
        return "not_a_feed", "the body is neither RSS, Atom nor JSON Feed"
    title = _TITLE.search(head)
    named = f' titled "{" ".join(title.group(1).split())}"' if title else ""
    if is_bot_wall(head):
        return "bot_wall", f"the body is a challenge or consent page{named}, not a feed"
    if _LOGIN.search(head):
        return "html_page", f"the body is a login page{named}, not a feed"
    return "html_page", f"the body is a web page{named}, not a feed"
