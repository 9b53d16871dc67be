"""The messages that admins get about rules and feeds."""

from __future__ import annotations

from bot.message import Block, Bullets, Code, Context, Line, Message, MessageKind, Paragraph, Text
from bot.rulebook.inforce import Applied, Refused

SHOWN = 8  # faults or changes that a message lists


def applied_notice(applied: Applied) -> Message:
    """Say that other rules are in force, what changed, and how to go back."""
    by = f" by {applied.author}" if applied.author else ""
    text = f"Rules changed{by}: {applied.changes}"
    back: Line = (Text(f"rule set {applied.short}"),)
    if applied.before:
        back += (Text(", back to the one before: "), Code(f"/tocsin rules rollback {applied.before[:12]}"))
    return _notice(text, Paragraph((Text(f"Rules changed{by}:"),)), Bullets(_listed(changed(applied))), Context(back))


def refused_notice(refused: Refused) -> Message:
    """Say that the files cannot be used, with the places of the faults."""
    sentence = refused.sentence()
    faults = [str(fault) for fault in refused.faults]
    head = "The rules were changed but cannot be used, so the last good ones stay in force:"
    return _notice(sentence, Paragraph((Text(head),)), Bullets(_listed(faults)))


def failing_notice(rule: str) -> Message:
    """Say that a rule cannot be matched."""
    text = (
        f"The rule {rule} failed on an article: a fault of Tocsin's, please report it. "
        "A rule that goes on failing is left out; the other rules are not touched."
    )
    return _notice(text, Paragraph((Text(text),)))


def feed_notice(text: str) -> Message:
    """Say what is the matter with a feed."""
    return _notice(text, Paragraph((Text(text),)))


def changed(applied: Applied) -> list[str]:
    """Return what changed, a line a rule."""
    return list(applied.changes.lines()) or ["no rule changed, only comments, order or layout"]


def _listed(lines: list[str]) -> tuple[Line, ...]:
    shown: list[Line] = [(Text(line),) for line in lines[:SHOWN]]
    if len(lines) > SHOWN:
        shown.append((Text(f"and {len(lines) - SHOWN} more"),))
    return tuple(shown)


def _notice(text: str, *blocks: Block) -> Message:
    return Message(kind=MessageKind.NOTICE, heading="Tocsin", fallback=text, blocks=blocks)
