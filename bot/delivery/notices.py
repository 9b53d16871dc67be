"""What delivery tells people about itself: pure message builders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.delivery.decisions import Decision, Reason, Verdict
from bot.delivery.model import Delivery
from bot.message import Bullets, Code, Line, Link, Message, MessageKind, Paragraph, Strong, Text

LISTED = 20  # headings in one digest; the rest is counted

_WORDS: dict[Reason, str] = {
    Reason.PARENT_LOST: "the message it belongs to was never posted",
    Reason.NO_ROOT: "there is no message to edit",
    Reason.ROOT_DELETED: "the message it belongs to was deleted in the channel",
    Reason.TOKEN_REFUSED: "the platform refused the bot's token",
    Reason.CHANNEL_GONE: "the channel does not exist any more",
    Reason.NO_PERMISSION: "the bot may not post in the channel",
    Reason.REJECTED: "the platform refused the message",
    Reason.REJECTED_TWICE: "the platform refused the message, as plain text too",
    Reason.EDIT_LIMIT: "the platform allows no more edits of that message",
    Reason.GAVE_UP: "the platform could not be reached for too long",
    Reason.CANNOT_ASK: "the connection broke while posting, and the platform does not say whether it has it",
    Reason.THREAD_LOCKED: "its thread is locked",
    Reason.PART_LOST: "the message is there, but the platform did not take a further part of it",
    Reason.STALE: "too old to ring; it is in the digest",
}


def explain(decision: Decision) -> str:
    """Say in one line why a row ended or waits: the reason in words, then the platform's own detail."""
    words = _WORDS.get(decision.reason, decision.reason.value.replace("_", " "))
    return f"{decision.reason.value}: {words}" + (f" ({decision.detail})" if decision.detail else "")


def notice(delivery: Delivery, decision: Decision) -> Message | None:
    """Return what the operator must be told about a decision, or None when it concerns nobody."""
    if decision.reason is Reason.PARENT_LOST:
        return None  # the end of the parent was told
    match decision.verdict:
        case Verdict.DEAD:
            sentence = f"A message for {delivery.lane} was not delivered: {explain(decision)}."
            step = f"tocsin outbox retry {delivery.key}"
        case Verdict.UNKNOWN:
            sentence = f"A message for {delivery.lane} may or may not have been posted: {explain(decision)}."
            step = f"tocsin outbox retry {delivery.key}"
        case Verdict.PARK:
            sentence = f"{delivery.lane} is parked and its messages are kept: {explain(decision)}."
            step = f"tocsin outbox retry --lane {delivery.lane}"
        case Verdict.PAUSE:
            platform = delivery.place.platform
            sentence = f"Everything for {platform} is paused and kept: {explain(decision)}."
            step = f"tocsin outbox retry --lane {platform}"
        case _:
            return None
    about: Line = (Text("It says: "), Strong(delivery.message.heading))
    next_step: Line = (Text("Once that is mended: "), Code(step))
    blocks = [Paragraph((Text(sentence),)), Paragraph(next_step)]
    if decision.verdict in {Verdict.DEAD, Verdict.UNKNOWN}:
        blocks.insert(1, Paragraph(about))
    return Message(kind=MessageKind.NOTICE, heading="Delivery", fallback=sentence, blocks=tuple(blocks))


def stale_digest(deliveries: Sequence[Delivery], now: datetime) -> Message:
    """Return one message in place of rows that are too old to ring, each with its age."""
    count = len(deliveries)
    sentence = f"{count} {'message' if count == 1 else 'messages'} could not be delivered in time and did not ring."
    lines: list[Line] = [
        (
            Strong(delivery.message.heading),
            Text(f" {delivery.message.fallback} ({_age(now - delivery.created_at)} old)"),
        )
        for delivery in deliveries[:LISTED]
    ]
    if count > LISTED:
        lines.append((Text(f"and {count - LISTED} more; `tocsin outbox list --state dropped` names them"),))
    return Message(
        kind=MessageKind.DIGEST,
        heading="Late: what was held up",
        fallback=sentence,
        blocks=(Paragraph((Text(sentence),)), Bullets(tuple(lines))),
    )


def continued(message: Message, link: str) -> Message:
    """Return the message as the start of a thread that goes on from an older one."""
    pointer = Link(link, "the earlier thread")
    line: Line = (Text("Continues "), pointer) if link else (Text("Continues an earlier thread that is gone."),)
    return Message(
        kind=message.kind,
        heading=message.heading,
        fallback=message.fallback,
        blocks=(*message.blocks, Paragraph(line)),
        buttons=message.buttons,
        severity=message.severity,
        mention=message.mention,
    )


def _age(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return f"{hours // 24} d" if hours >= 48 else f"{hours} h"
