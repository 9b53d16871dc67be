"""Alerts as messages: pure, and the same for every platform.

A parent shows the present state of the story in at most about twelve lines; an update shows one change; details
(verbatim summary, further claims) go below the parent. Quotes are verbatim or absent: one that is too long is left to
the thread, never cut. No line says what another line of the same message says.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    Text,
)
from bot.telling import provenance
from bot.telling.alerts import Alert, Excerpt, Telling
from bot.telling.headline import bullet, headline, in_one_line
from bot.telling.layout import Layout
from rules import wording
from rules.ledger import is_denial
from rules.model import Development, Figure, Mention, Novelty
from rules.wording import count

__all__ = ["MORE_CLAIMS", "QUOTE_LIMIT", "buttons", "details", "in_one_line", "parent", "tells_as_much", "update"]

QUOTE_LIMIT = 240  # code points; DESIGN section 4
MORE_CLAIMS = 4  # further claims that a message lists in a line each

_STEPS = frozenset({Novelty.CHANGED, Novelty.CONTRADICTED, Novelty.CORRECTED})
_EXPLAINED = frozenset({Novelty.WITHDRAWN, Novelty.CONFIRMED})  # the headline does not say why


def parent(alert: Alert, *, continues: str = "", related: str = "") -> Message:
    """Make the first message of a story's thread, or its present form after an update.

    ``continues`` is the link of an earlier thread about the same story, ``related`` of one about a story near to it.
    """
    alert = alert.as_it_stands()
    blocks = _body(alert, alert.tellings)
    if alert.layout is Layout.FULL:
        blocks.append(Context((Text("Rule: " + "; ".join(alert.rule_titles)),)))
    if continues:
        blocks.append(Context((Link(continues, "Earlier thread about this story"),)))
    elif related:
        blocks.append(Context((Link(related, "Thread about a related story"),)))
    return _message(alert, MessageKind.ALERT, alert.tellings, blocks, buttons(alert))


def update(alert: Alert) -> Message:
    """Make the reply that tells what is new in a story that already has its thread."""
    is_correction = alert.kind in {Novelty.CORRECTED, Novelty.WITHDRAWN}
    kind = MessageKind.CORRECTION if is_correction else MessageKind.UPDATE
    return _message(alert, kind, alert.fresh, _body(alert, alert.fresh))


def tells_as_much(head: Message | None, other: Message) -> bool:
    """Tell whether two heads say the same of the story's claims, whatever their small print counts."""
    return head is not None and _claims_of(head) == _claims_of(other)


def details(alert: Alert) -> tuple[Message, ...]:
    """Make the replies below a new parent: what the article says in its own words, and every further claim."""
    found = []
    if alert.excerpts:
        found.append(_detail(f"In the words of {alert.item.outlet}", tuple(_quote(one) for one in alert.excerpts)))
    further = [telling for telling in alert.tellings[1:] if not _is_quoted(telling, alert)]
    if further:
        blocks: list[Block] = []
        for telling in further:
            mention = telling.development.mention
            blocks.append(Paragraph(headline(telling)))
            blocks.append(Quote(mention.claim.quote, provenance.link_of(mention)))
        found.append(_detail("Further claims", tuple(blocks)))
    return tuple(found)


def buttons(alert: Alert) -> tuple[Button, ...]:
    """Return the buttons of an alert; their values name the alert, so that they work after a restart."""
    value = str(alert.id)
    return (
        Button(action="why", label="Why", value=value),
        Button(action="sources", label="Sources", value=value),
        Button(action="snooze", label="Snooze", value=value),
        Button(action="irrelevant", label="Not relevant", value=value),
        Button(action="follow", label="Follow", value=value),
    )


def _message(
    alert: Alert,
    kind: MessageKind,
    told: Sequence[Telling],
    blocks: Sequence[Block],
    pressed: tuple[Button, ...] = (),
) -> Message:
    label = wording.novelty_label(_kind(alert, told))
    severity = max([alert.severity, *(one.severity for one in told[:1])], key=lambda one: one.rank)
    sentence = in_one_line(told[0]) if told else alert.item.title
    return Message(
        kind=kind,
        heading=f"{label} · {severity} · {' + '.join(alert.topics)}",
        fallback=f"{label}: {sentence}",
        blocks=tuple(blocks),
        buttons=pressed,
        severity=severity,
    )


def _kind(alert: Alert, told: Sequence[Telling]) -> Novelty:
    """Return the kind of what a message tells first: its heading is about its first line."""
    return told[0].development.novelty if told else alert.kind


def _body(alert: Alert, told: Sequence[Telling]) -> list[Block]:
    """Return what is told first with its quote and facts, the other claims in a line each, then the small print.

    The small print is about what is told first: it counts and links the items that carry that value. A compact card
    has no quotation, no facts and no grade.
    """
    first = told[0] if told else None
    carriers = alert.carriers(first)
    blocks: list[Block] = [Paragraph((Strong(alert.item.title),))] if first is None else _first(alert, first)
    linked = _links_in(blocks)
    more = told[1 : 1 + MORE_CLAIMS]
    if more:
        blocks.append(Bullets(tuple(_further(telling, _kind(alert, told), linked) for telling in more)))
    left = len(told) - 1 - len(more)
    if left > 0:
        blocks.append(Context((Text(f"{count(left, 'more claim')}: /tocsin story full:true"),)))
    small_print = (
        provenance.origin_line(alert, first, carriers),
        provenance.credibility_line(alert, first) if alert.layout is Layout.FULL else (),
        provenance.source_links(alert, linked, carriers),
    )
    return blocks + [Context(line) for line in small_print if line]


def _first(alert: Alert, telling: Telling) -> list[Block]:
    development = telling.development
    blocks: list[Block] = [Paragraph(headline(telling))]
    if alert.layout is Layout.COMPACT:
        return blocks
    quote = _verbatim(development.mention)
    if quote:
        blocks.append(Quote(quote, provenance.link_of(development.mention)))
    has_past = development.previous is not None or telling.earlier  # of its kin, or steps that nobody was shown
    if development.novelty is Novelty.CORRECTED:
        blocks.append(Context((Text(f"{development.mention.outlet} changed its own report."),)))
    if (development.novelty in _EXPLAINED and not _is_denied(development)) or (
        development.novelty is Novelty.NEW and has_past
    ):
        blocks.append(Context((Text(development.reason),)))
    blocks.append(Facts(_facts(alert, telling)))
    return blocks


def _links_in(blocks: Sequence[Block]) -> set[str]:
    """Return the addresses that quotations and facts link already."""
    quoted = {block.link.url for block in blocks if isinstance(block, Quote) and block.link}
    rows = [line for block in blocks if isinstance(block, Facts) for _, line in block.rows]
    return quoted | {part.url for line in rows for part in line if isinstance(part, Link)}


def _further(telling: Telling, kind: Novelty, linked: set[str]) -> Line:
    """Say a further claim in one line, with its source where that is another than the quotation's."""
    line = bullet(telling, kind)
    link = provenance.link_of(telling.development.mention)
    if link is None or link.url in linked or not linked:
        return line
    linked.add(link.url)
    return (*line, provenance.SEPARATOR, link)


def _claims_of(head: Message) -> list[Block]:
    return [block for block in head.blocks if isinstance(block, Paragraph | Bullets)]


def _verbatim(mention: Mention) -> str:
    """Return the sentence that holds the claim, else the claim's own words, else nothing: never a part of them."""
    candidates = (mention.passage, mention.claim.quote)
    return next((words for words in candidates if words and len(words) <= QUOTE_LIMIT), "")


def _facts(alert: Alert, telling: Telling) -> tuple[tuple[str, Line], ...]:
    """Return what neither the headline nor the origin's line says."""
    development = telling.development
    mention, before = development.mention, development.previous
    is_edit = development.novelty is Novelty.CORRECTED and telling.at is not None
    rows: list[tuple[str, Line]] = [("As of", (Moment(telling.at if is_edit and telling.at else mention.as_of),))]
    if before is not None and (development.novelty in _STEPS or _is_denied(development)):
        label = "Against" if development.novelty is Novelty.CONTRADICTED else "Before"
        rows.append((label, (Moment(before.as_of), *_elsewhere(before, mention))))
    whole = _known_whole(alert, telling)
    if whole:
        rows.append(("Total", whole))
    if mention.claim.source_cited and not provenance.says_source(alert, telling):
        rows.append(("Said by", (Text(mention.claim.source_cited),)))
    return tuple(rows)


def _is_denied(development: Development) -> bool:
    return development.novelty is Novelty.WITHDRAWN and is_denial(development.mention)


def _known_whole(alert: Alert, telling: Telling) -> Line:
    """Return the whole that an earlier report gave, where neither value of the headline has it."""
    backing = alert.backings.get(telling.claim)
    whole = None if backing is None else backing.whole
    if whole is None or not isinstance(whole.claim, Figure):
        return ()
    before = telling.development.previous
    shown = [telling.development.mention.claim] + ([before.claim] if before else [])
    if any(isinstance(claim, Figure) and claim.of_total is not None for claim in shown):
        return ()
    return (Text(wording.whole(whole.claim) or ""), *_elsewhere(whole, telling.development.mention))


def _elsewhere(mention: Mention, told: Mention) -> Line:
    """Name where a mention stands, unless it is where the told one does."""
    if mention.url == told.url and mention.outlet == told.outlet:
        return ()
    return (Text(", "), provenance.link_of(mention) or Text(mention.outlet))


def _quote(excerpt: Excerpt) -> Quote:
    return Quote(excerpt.text, Link(excerpt.url, excerpt.outlet) if excerpt.url else None)


def _detail(heading: str, blocks: tuple[Block, ...]) -> Message:
    return Message(kind=MessageKind.DETAIL, heading=heading, fallback=heading, blocks=blocks)


def _is_quoted(telling: Telling, alert: Alert) -> bool:
    quote = telling.development.mention.claim.quote
    return any(quote in excerpt.text for excerpt in alert.excerpts)
