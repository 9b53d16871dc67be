"""The sentence that says why a claim is new, changed or known: what `why` prints and the alert's first line."""

from __future__ import annotations

from datetime import datetime

from rules.ledger.claims import ClaimState, Value
from rules.ledger.judge import Ground, Judgement
from rules.model import Figure, Mention
from rules.wording import brief, status

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def explain(mention: Mention, judgement: Judgement, state: ClaimState) -> str:
    """Say in one sentence what the verdict rests on."""
    old, value = judgement.against.lead, brief(mention.claim)
    match judgement.ground:
        case Ground.FURTHER_ORIGIN:
            count = len(judgement.against.origins) + 1
            return f"{value} also from {who(mention)}: {count} independent origins, with {_names(judgement.against)}"
        case Ground.SAME_ORIGIN | Ground.UNKNOWN_ORIGIN | Ground.FIRST_NAMED_ORIGIN:
            return f"{brief(old.claim)} is known since {_when(old, mention)}{_small_print(judgement.ground)}"
        case Ground.OVERTAKEN:
            now = state.latest.lead
            return f"repeats {value} of {_when(old, mention)}; {brief(now.claim)} stands since then, of " + (
                _when(now, mention)
            )
        case Ground.OLD_NEWS:
            day = format_day(mention.as_of, old.as_of)
            return f"speaks for {day}; {brief(old.claim)} of {_when(old, mention)} is newer"
        case Ground.LOOSER_WORDING:
            return f"a rewrite without the condition; {brief(old.claim)} stands since {_when(old, mention)}"
        case Ground.DENIED:
            if who(mention) == who(old):
                return f"{who(mention)} denies {brief(old.claim)} of {format_day(old.as_of, mention.as_of)}"
            return f"{brief(old.claim)} of {_when(old, mention)} is denied ({who(mention)})"
        case Ground.RIVAL:
            return (
                f"{who(mention)} says {_full(mention, old)}, {who(old)} says {_full(old, mention)}"
                f" ({format_day(old.as_of, mention.as_of)})"
            )
        case _:
            return from_to(old, mention)


def from_to(old: Mention, new: Mention) -> str:
    """Write ``was 20,000 on 3 Sep (Reuters), now 40,000-70,000``; statuses are named where they differ."""
    day = format_day(old.as_of, new.as_of)
    return f"was {_full(old, new)} on {day} ({who(old)}), now {_full(new, old)}"


def first_report(mention: Mention) -> str:
    """Say that nothing of the kind was known."""
    kind = "figure" if isinstance(mention.claim, Figure) else "position"
    return f"first {kind} of its kind: {brief(mention.claim)} ({who(mention)})"


def who(mention: Mention) -> str:
    """Name who answers for a mention, or else its outlet."""
    return mention.voice or mention.outlet


def format_day(day: datetime, beside: datetime) -> str:
    """Write ``3 Sep``, with the year where it is another than that of the moment beside it."""
    text = f"{day.day} {_MONTHS[day.month - 1]}"
    return text if day.year == beside.year else f"{text} {day.year}"


def _when(mention: Mention, beside: Mention) -> str:
    return f"{format_day(mention.as_of, beside.as_of)} ({who(mention)})"


def _full(mention: Mention, beside: Mention) -> str:
    text = brief(mention.claim)
    a, b = mention.claim, beside.claim
    if isinstance(a, Figure) and isinstance(b, Figure) and a.status is not b.status:
        return f"{text} ({status(a)})"
    return text


def _names(value: Value) -> str:
    shown, more = value.origins[:3], len(value.origins) - 3
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _small_print(ground: Ground) -> str:
    if ground is Ground.UNKNOWN_ORIGIN:
        return "; an unknown origin does not confirm it"
    return "" if ground is Ground.SAME_ORIGIN else "; the first origin that is named"
