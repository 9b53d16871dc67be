"""A claim with what happened to it in one line: ``40,000–70,000 troops → 20,000–30,000 troops · ...``. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.message import Inline, Line, Strong, Struck, Text
from bot.telling.alerts import Telling
from rules import wording
from rules.ledger import is_denial, who
from rules.model import Claim, Development, Figure, Novelty, Position


def headline(telling: Telling) -> Line:
    """Say what is new: ``from → to``, the old value struck through where it was wrong."""
    development = telling.development
    claim, previous = development.mention.claim, development.previous
    if previous is None or development.novelty in {Novelty.NEW, Novelty.RESTATED}:
        return (Strong(wording.sentence(claim)),)
    if development.novelty is Novelty.CONFIRMED:
        return (Strong(wording.sentence(claim)), Text(f" · {development.origins} independent origins"))
    if development.novelty is Novelty.WITHDRAWN:
        return (Struck(wording.value(previous.claim)), Text(_end(development)), *_subject(previous.claim))
    before, now, subject = _step(previous.claim, claim)
    if development.novelty is Novelty.CONTRADICTED:
        return (Strong(now), Text(f" against {before} ({who(previous)})"), *subject)
    if development.novelty is Novelty.CORRECTED:
        return (Struck(before), Text(" → "), Strong(now), *subject)
    return (Text(f"{before} → "), Strong(now), *subject)


def bullet(telling: Telling, kind: Novelty) -> Line:
    """Say a further claim in a quieter line: only a changed value stands out. ``kind`` is that of the message."""
    development = telling.development
    is_change = development.previous is not None and development.novelty not in {Novelty.NEW, Novelty.CONFIRMED}
    line = headline(telling) if is_change else tuple(_quiet(part) for part in headline(telling))
    if development.novelty is kind:
        return line
    return (Text(f"{wording.novelty_label(development.novelty).capitalize()}: "), *line)


def in_one_line(telling: Telling) -> str:
    """Say a claim with its change in plain text, for lists of alerts and for screen readers."""
    return plain(headline(telling))


def plain(line: Iterable[Inline]) -> str:
    """Return a line's words without links and moments."""
    return "".join(getattr(part, "text", "") for part in line)


def _quiet(part: Inline) -> Inline:
    return Text(part.text) if isinstance(part, Strong) else part


def _end(development: Development) -> str:
    """Say how a value ended: `` is denied (Pentagon, 24 Nov)``, or that who reported it says it no longer."""
    mention = development.mention
    if not is_denial(mention):
        return " is taken back"
    return f" is denied ({mention.claim.source_cited or who(mention)}, {mention.as_of:%-d %b})"


def _step(old: Claim, new: Claim) -> tuple[str, str, Line]:
    """Return both values and what they are of. Where the status moved, each value has its own."""
    before, now = wording.value(old), wording.value(new)
    if isinstance(old, Figure) and isinstance(new, Figure) and old.status is not new.status:
        topic = wording.topic(new)
        about: Line = (Text(f" · {topic}"),) if topic else ()
        return f"{before} ({wording.status(old)})", f"{now} ({wording.status(new)})", about
    return before, now, _subject(new)


def _subject(claim: Claim) -> Line:
    if isinstance(claim, Position):
        return (Text(f" · {wording.holder(claim)}: {claim.proposition}"),)
    return (Text(f" · {wording.deed(claim)}"),)
