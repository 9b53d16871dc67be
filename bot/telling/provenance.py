"""The small print of an alert: who reported it first and whom they cite, how far it went, how far to trust it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from bot.message import Line, Link, Text
from bot.telling.alerts import Alert, StoryItem, Telling, spread_of
from rules.ledger import ClaimState
from rules.model import ItemId, Mention, Novelty
from rules.origins import Credibility, credibility, is_named_in
from rules.text import fold_name
from rules.wording import count

MAX_LINKS = 3
SEPARATOR = Text(" · ")


def origin_line(alert: Alert, telling: Telling | None, among: Collection[ItemId] | None = None) -> Line:
    """Say who reported first what is told, whom they cite, how many origins there are, and how many only repeat it.

    Counted are the reports ``among`` these items, or all of the story; where the story has more, that is said too.
    """
    item = alert.item_of(telling) if telling else _first_attributed(alert)
    if telling and telling.development.novelty is Novelty.WITHDRAWN and telling.claim not in alert.backings:
        return (Text(_origin_words(item, telling)),)  # taken back: nobody stands behind it any more
    return (
        Text(_origin_words(item, telling)),
        *(part for words in _counts(alert, among) for part in (SEPARATOR, words)),
    )


def says_source(alert: Alert, telling: Telling) -> bool:
    """Tell whether the origin's line names whom the claim itself cites."""
    cited = telling.development.mention.claim.source_cited
    return cited is None or cited in _origin_words(alert.item_of(telling), telling)


def credibility_line(alert: Alert, telling: Telling | None) -> Line:
    """Give the grade of what is told, in words and with its reason; nothing where no claim is told."""
    backing = alert.backings.get(telling.claim) if telling else None
    if backing is None:
        return ()
    grade = backing.credibility
    return (Text(f"Credibility {grade} ({grade.words}): {grade.reason}"),)


def grade(state: ClaimState, tier_of: Callable[[str], int | None], *, is_anonymous: bool) -> Credibility:
    """Grade what a claim now says. An actor who is quoted is in no list: the letter is that of who quotes it."""
    found = credibility(state, tier_of, is_anonymous=is_anonymous)
    if not speaks_itself(state.latest.lead):
        return found
    return _through(found, credibility(_as_told_by_outlet(state), tier_of))


def source_links(alert: Alert, linked: Collection[str], among: Collection[ItemId]) -> Line:
    """Link the original first, then the earliest others, one link an outlet, three with those ``linked`` above.

    Only items ``among`` these are linked below: the reader takes them for sources of what is told. Nothing where every
    source is linked above already.
    """
    items = alert.items
    ranked = sorted(items, key=lambda item: (item.is_rewrite, item.outlet != item.origin, item.at))
    seen = {item.outlet for item in items if item.url in linked}
    line: list[Text | Link] = []
    for item in ranked:
        if item.id not in among or not item.url or item.outlet in seen or len(seen) == MAX_LINKS:
            continue
        seen.add(item.outlet)
        line += [SEPARATOR if line else Text("Also: " if linked else "Source: "), Link(item.url, item.outlet)]
    if not line and not linked:
        return (Text("Source: no link given by the feed"),)
    return tuple(line)


def link_of(mention: Mention) -> Link | None:
    """Return the link to where a claim stands, or None where the feed gave none."""
    return Link(mention.url, mention.outlet) if mention.url else None


def reporter(mention: Mention) -> str:
    """Name who reported a claim first: the outlet where its origin is the actor, whom it only quotes."""
    return mention.outlet if speaks_itself(mention) else mention.origin or mention.outlet


def speaks_itself(mention: Mention) -> bool:
    """Tell whether a claim's origin is the one that it is about, or whom its sentence cites, and not an outlet."""
    claim, origin = mention.claim, fold_name(mention.origin or "")
    speakers = {fold_name(name) for name in (claim.actor, claim.source_cited) if name}
    return origin in speakers and origin != fold_name(mention.outlet)


def _first_attributed(alert: Alert) -> StoryItem:
    return next((item for item in alert.items if item.origin or item.chain), alert.item)


def _origin_words(item: StoryItem, telling: Telling | None) -> str:
    mention = telling.development.mention if telling else None
    origin = mention.origin if mention else item.origin
    if not origin:
        return "Origin: not known"
    if mention is not None and speaks_itself(mention):
        unnamed = " (unnamed)" if mention.claim.source_unnamed else ""
        return f"Origin: {mention.outlet}, citing {mention.claim.source_cited or origin}{unnamed}"
    cited, is_unnamed = _cited(item, mention, origin)
    return f"Origin: {origin}" + (f", citing {cited}" if cited else "") + (" (unnamed)" if is_unnamed else "")


def _cited(item: StoryItem, mention: Mention | None, origin: str) -> tuple[str, bool]:
    """Return whom the origin cites for what is told, and whether they are unnamed."""
    hops = [hop for hop in item.chain if hop != origin]
    claim = mention.claim if mention else None
    if claim and claim.source_cited and claim.source_cited not in (origin, *hops):
        return claim.source_cited, claim.source_unnamed
    if (
        mention
        and len(item.chain) == 1
        and not item.anonymous
        and not is_named_in(mention.passage or mention.claim.quote, item.chain[0])
    ):
        return "", False  # somebody whom the article quotes on another matter
    return ", ".join(hops[-2:]), item.anonymous and bool(hops)


def _counts(alert: Alert, among: Collection[ItemId] | None) -> Sequence[Text]:
    counted = [item for item in alert.items if among is None or item.id in among]
    found = spread_of(counted, alert.rang)
    names = f" ({', '.join(found.origins)})" if len(found.origins) > 1 else ""
    words = [count(len(found.origins), "independent origin") + names]
    if found.rewrites:
        words.append(count(found.rewrites, "rewrite"))
    if found.unknown:
        words.append(f"{count(found.unknown, 'report')} of unknown origin")
    if len(counted) < len(alert.items):
        words.append(f"{count(len(alert.items), 'report')} in the story")
    return [Text(each) for each in words]


def _as_told_by_outlet(state: ClaimState) -> ClaimState:
    """Return the state as if who quotes the actor were the source: only an outlet has a letter."""
    latest = state.latest
    lead = replace(latest.lead, origin=latest.lead.outlet)
    return replace(state, standing=(*state.standing[:-1], replace(latest, lead=lead)))


def _through(told: Credibility, outlet: Credibility) -> Credibility:
    """Return the information's grade with the letter of the outlet that quotes the actor, and both reasons."""
    source, _, _ = outlet.reason.partition("; ")
    _, _, information = told.reason.partition("; ")
    reason = "; ".join(part for part in (source, information) if part)
    return replace(told, reliability=outlet.reliability, reason=reason)
