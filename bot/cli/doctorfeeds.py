"""Asks the feeds that no poll has read yet, so that a wrong address is known before the first run."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.checkup.findings import Finding, fail, ok, warn
from bot.cli.feedweb import reaching
from bot.config import Config, Polling
from bot.errors import FetchError, FetchReason, ParseError
from bot.fetching import Web
from bot.secret import without_secrets
from bot.store import feeds
from bot.store.address import Address
from bot.store.guest import visit
from rules.errors import TocsinError
from rules.wording import count

MOST_ASKED = 12  # what is to be added by the hundred is for `tocsin feeds check`
SECONDS = 10.0  # for all of them


def unread(config: Config, database: Address) -> list[str]:
    """Return the addresses of tocsin.yaml that no poll has read yet, as far as the database can be asked."""
    try:
        read = {row.url for row in visit(database, feeds.list_feeds) if row.polled_at and not row.failures}
    except TocsinError:
        read = set()  # there is none yet, or it is no good, which another check says
    return [feed.url for feed in config.feeds if feed.url not in read]


async def check(urls: Sequence[str], polling: Polling) -> tuple[Finding, ...]:
    """Ask up to ``MOST_ASKED`` feeds at the same time, without storing anything."""
    if not urls:
        return ()
    asked = urls[:MOST_ASKED]
    async with reaching(polling) as web:
        answers = await asyncio.gather(*(_ask(web, url) for url in asked))
    faults = [answer for answer in answers if answer is not None]
    if len(faults) == len(asked) > 1 and {one.reason for one in faults} == {FetchReason.UNREACHABLE}:
        fix = "is this machine online? tocsin feeds check asks them again"
        return (warn("feeds", f"none of {count(len(asked), 'feed')} can be reached", fix),)
    left = len(urls) - len(asked)
    more = f"; {left} more were not asked: tocsin feeds check" if left else ""
    good = len(asked) - len(faults)
    well = (ok("feeds", f"{count(good, 'feed')} asked, {'all answer' if good > 1 else 'it answers'}{more}"),)
    return (*map(_finding, faults), *(well if good else ()))


async def _ask(web: Web, url: str) -> FetchError | ParseError | None:
    try:
        async with asyncio.timeout(SECONDS):
            await web.read(url)
    except (FetchError, ParseError) as error:
        return error
    except TimeoutError:
        return FetchError(url, FetchReason.TIMEOUT, f"no answer within {SECONDS:.0f} s")
    return None


def _finding(error: FetchError | ParseError) -> Finding:
    text = f"{without_secrets(error.url)} cannot be polled: {error.detail}"
    if error.reason is FetchReason.REFUSED_ADDRESS:
        return fail("feeds", text, "if it is yours, write its host into polling.allow_private in tocsin.yaml")
    return warn("feeds", text, "tocsin feeds test URL shows more, tocsin feeds find PAGE finds another address")
