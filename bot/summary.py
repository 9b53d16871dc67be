"""Alerts as messages: pure, and the same for every platform.

A parent shows the present state of the story in at most about twelve lines; an update shows one change; details
(verbatim summary, history, further outlets) go below the parent. Quotes are verbatim or absent: one that is too long
is left to the thread, never cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.alerts import Alert, Excerpt, StoryItem, Telling
from bot.message import (
    Block,
    Bullets,
    Button,
    Context,
    Facts,
    Line,
    Link,
    Message,
    MessageKind,
    Moment,
    Paragraph,
    Quote,
    Strong,
    Struck,
    Text,
)
from rules import wording
from rules.model import Claim, Figure, Mention, Novelty, Position

QUOTE_LIMIT = 240  # code points; DESIGN section 4
MORE_CLAIMS = 4  # further claims that a parent lists in a line each
MAX_LINKS = 3
SEPARATOR = Text(" · ")


def parent(alert: Alert, *, continues: str = "") -> Message:
    """Make the first message of a story's thread, or its present form after an update.

    ``continues`` is the link of an earlier thread about the same story.
    """
    label = wording.novelty_label(alert.kind)
    heading = f"{label} · {alert.severity} · {' + '.join(alert.topics)}"
    blocks: list[Block] = []
    if alert.tellings:
        first, *more = alert.tellings
        blocks += _telling_blocks(first)
        if more:
            blocks.append(Bullets(tuple(_headline(telling) for telling in more[:MORE_CLAIMS])))
        if len(more) > MORE_CLAIMS:
            blocks.append(Context((Text(f"{len(more) - MORE_CLAIMS} more in the thread"),)))
        fallback = _plain(_headline(first))
    else:
        blocks.append(Paragraph((Strong(alert.item.title),)))
        fallback = alert.item.title
    blocks += [Context(_provenance(alert)), Context(_links(alert.items)), Context(_rules(alert))]
    if continues:
        blocks.append(Context((Link(continues, "Earlier thread about this story"),)))
    return Message(
        kind=MessageKind.ALERT,
        heading=heading,
        fallback=f"{label}: {fallback}",
        blocks=tuple(blocks),
        buttons=buttons(alert),
        severity=alert.severity,
    )


def update(alert: Alert) -> Message:
    """Make the reply that tells what is new in a story that already has its thread."""
    label = wording.novelty_label(alert.kind)
    blocks: list[Block] = []
    for number, telling in enumerate(alert.fresh):
        if number == 0:
            blocks += _telling_blocks(telling)
        else:
            blocks.append(Bullets((_headline(telling),)))
        blocks.append(Context((Text(telling.development.reason),)))
    if not alert.fresh:
        blocks.append(Paragraph((Strong(alert.item.title),)))
    blocks.append(Context((Link(alert.item.url, alert.item.outlet) if alert.item.url else Text(alert.item.outlet),)))
    blocks.append(Context(_provenance(alert)))
    is_correction = alert.kind in {Novelty.CORRECTED, Novelty.WITHDRAWN}
    fallback = _plain(_headline(alert.fresh[0])) if alert.fresh else alert.item.title
    return Message(
        kind=MessageKind.CORRECTION if is_correction else MessageKind.UPDATE,
        heading=f"{label} · {alert.severity} · {' + '.join(alert.topics)}",
        fallback=f"{label}: {fallback}",
        blocks=tuple(blocks),
        severity=alert.severity,
    )


def details(alert: Alert) -> tuple[Message, ...]:
    """Make the replies below a new parent: what the article says in its own words, and every further claim."""
    found = []
    if alert.excerpts:
        found.append(_detail(f"In the words of {alert.item.outlet}", tuple(_quote(one) for one in alert.excerpts)))
    further = [telling for telling in alert.tellings[1:] if not _is_quoted(telling, alert)]
    if further:
        blocks: list[Block] = []
        for telling in further:
            blocks.append(Paragraph(_headline(telling)))
            blocks.append(Quote(telling.development.mention.claim.quote, _link_of(telling.development.mention)))
        found.append(_detail("Further claims", tuple(blocks)))
    return tuple(found)


def in_one_line(telling: Telling) -> str:
    """Say a claim with its change in plain text, for lists of alerts."""
    return _plain(_headline(telling))


def buttons(alert: Alert) -> tuple[Button, ...]:
    """Return the buttons of an alert; their values name the alert, so that they work after a restart."""
    value = str(alert.id)
    return (
        Button(action="why", label="Why", value=value),
        Button(action="sources", label="Sources", value=value),
        Button(action="snooze", label="Snooze", value=value),
        Button(action="irrelevant", label="Not relevant", value=value),
    )


def _quote(excerpt: Excerpt) -> Quote:
    return Quote(excerpt.text, Link(excerpt.url, excerpt.outlet) if excerpt.url else None)


def _detail(heading: str, blocks: tuple[Block, ...]) -> Message:
    return Message(kind=MessageKind.DETAIL, heading=heading, fallback=heading, blocks=blocks)


def _telling_blocks(telling: Telling) -> list[Block]:
    mention = telling.development.mention
    blocks: list[Block] = [Paragraph(_headline(telling))]
    quote = _verbatim(mention)
    if quote:
        blocks.append(Quote(quote, _link_of(mention)))
    blocks.append(Facts(_facts(mention)))
    return blocks


def _verbatim(mention: Mention) -> str:
    """Return the sentence that holds the claim, else the claim's own words, else nothing: never a part of them."""
    candidates = (mention.passage, mention.claim.quote)
    return next((words for words in candidates if words and len(words) <= QUOTE_LIMIT), "")


def _headline(telling: Telling) -> Line:
    """Say the claim with its change: ``from -> to``, the old value struck through when it was wrong."""
    development = telling.development
    claim, previous = development.mention.claim, development.previous
    if previous is None or development.novelty in {Novelty.NEW, Novelty.RESTATED}:
        return (Strong(wording.sentence(claim)),)
    before, now = _short(previous.claim), _short(claim)
    about = Text(f" · {_subject(claim)}")
    if development.novelty is Novelty.WITHDRAWN:
        return (Struck(now), Text(" is taken back"), about)
    if development.novelty is Novelty.CORRECTED:
        return (Struck(before), Text(" → "), Strong(now), about)
    if development.novelty is Novelty.CHANGED:
        return (Text(f"{before} → "), Strong(now), about)
    if development.novelty is Novelty.CONTRADICTED:
        return (Strong(now), Text(f" against {before} ({previous.origin or previous.outlet})"), about)
    return (Strong(wording.sentence(claim)), Text(f" – {development.origins} independent origins"))


def _short(claim: Claim) -> str:
    """Say only what can change: the amount with its status, or the stance with its condition."""
    if isinstance(claim, Position):
        return wording.stance(claim) + (f" ({claim.condition})" if claim.condition else "")
    return wording.amount(claim)


def _subject(claim: Claim) -> str:
    if isinstance(claim, Position):
        return f"{wording.holder(claim)}: {claim.proposition}"
    return wording.deed(claim)


def _facts(mention: Mention) -> tuple[tuple[str, Line], ...]:
    claim = mention.claim
    rows: list[tuple[str, Line]]
    if isinstance(claim, Figure):
        whole = wording.total(claim)
        rows = [("Figure", (Text(wording.amount(claim) + (f" {whole}" if whole else "")),))]
        rows.append(("Status", (Text(wording.status(claim)),)))
    else:
        rows = [("Position", (Text(f"{wording.holder(claim)}: {wording.stance(claim)}"),))]
        if claim.condition:
            rows.append(("Condition", (Text(claim.condition),)))
    if claim.source_cited:
        rows.append(("Said by", (Text(claim.source_cited),)))
    rows.append(("As of", (Moment(mention.as_of),)))
    return tuple(rows)


def _provenance(alert: Alert) -> Line:
    """Say who reported it first and whom they cite, how many origins stand behind it, and how many only repeat it."""
    first = next((item for item in alert.items if item.origin or item.chain), alert.item)
    if first.origin:
        cited, is_unnamed = _cited(alert, first)
        words = f"Origin: {first.origin}" + (f", citing {cited}" if cited else "")
        words += " (unnamed)" if is_unnamed else ""
    else:
        words = "Origin: not known"
    counts = [_count(alert.outlets, "outlet"), _count(alert.origins, "origin")]
    if alert.rewrites:
        counts.append(_count(alert.rewrites, "rewrite"))
    return (Text(words), SEPARATOR, Text(", ".join(counts)))


def _cited(alert: Alert, first: StoryItem) -> tuple[str, bool]:
    """Return whom the origin cites for what is told first, and whether they are unnamed."""
    claim = alert.tellings[0].development.mention.claim if alert.tellings else None
    hops = [hop for hop in first.chain if hop != first.origin]
    if claim and claim.source_cited and claim.source_cited not in (first.origin, *hops):
        return claim.source_cited, claim.source_unnamed
    return ", ".join(hops[-2:]), first.anonymous and bool(hops)


def _links(items: Sequence[StoryItem]) -> Line:
    """Link the original first, then the earliest others, one link an outlet."""
    ranked = sorted(items, key=lambda item: (item.is_rewrite, item.outlet != item.origin, item.at))
    line: list[Text | Link] = []
    seen: set[str] = set()
    for item in ranked:
        if not item.url or item.outlet in seen or len(seen) == MAX_LINKS:
            continue
        seen.add(item.outlet)
        line += [SEPARATOR, Link(item.url, item.outlet)] if line else [Link(item.url, item.outlet)]
    return tuple(line) or (Text("no link given by the feed"),)


def _rules(alert: Alert) -> Line:
    return (Text("Rule: " + "; ".join(alert.rule_titles)),)


def _is_quoted(telling: Telling, alert: Alert) -> bool:
    quote = telling.development.mention.claim.quote
    return any(quote in excerpt.text for excerpt in alert.excerpts)


def _link_of(mention: Mention) -> Link | None:
    return Link(mention.url, mention.outlet) if mention.url else None


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _plain(line: Iterable[object]) -> str:
    return "".join(getattr(part, "text", "") for part in line)
