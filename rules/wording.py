"""Claims in words: short, exact phrases that every platform shows alike."""

from __future__ import annotations

from rules.model import Action, Bound, Claim, Figure, Novelty, Number, Position, Stance, Status, display_number
from rules.unitwords import plural

_BOUND = {
    Bound.EXACT: "{}",
    Bound.ABOUT: "about {}",
    Bound.AT_LEAST: "at least {}",
    Bound.AT_MOST: "up to {}",
    Bound.RANGE: "{}",
}

# Present tense, as a headline has it; the place follows with its own preposition.
_ACTION = {
    Action.WITHDRAW: ("withdraw", "from"),
    Action.DEPLOY: ("deploy", "to"),
    Action.STATION: ("keep", "in"),
    Action.REDUCE: ("reduce by", "in"),
    Action.INCREASE: ("increase by", "in"),
    Action.PLEDGE: ("pledge", "for"),
    Action.DELIVER: ("deliver", "to"),
    Action.SPEND: ("spend", "on"),
    Action.IMPOSE: ("impose", "on"),
    Action.REQUEST: ("request", "for"),
    Action.KILL: ("kill", "in"),
    Action.OTHER: ("", "in"),
}

_STATUS = {
    Status.FACT: "reported as fact",
    Status.PLANNED: "planned",
    Status.EXPECTED: "expected",
    Status.CLAIMED: "claimed",
    Status.DENIED: "denied",
    Status.CONDITIONAL: "conditional",
}

# A proposition may be a noun phrase or a verb phrase, so the stance stands before a colon rather than in a sentence.
_STANCE = {
    Stance.SUPPORT: "in favour",
    Stance.CONDITIONAL: "on a condition",
    Stance.OPPOSE: "against",
    Stance.UNDECIDED: "undecided",
}

_LABEL = {
    Novelty.NEW: "NEW",
    Novelty.CHANGED: "UPDATE",
    Novelty.CONFIRMED: "CONFIRMED",
    Novelty.CONTRADICTED: "CONTRADICTED",
    Novelty.CORRECTED: "CORRECTION",
    Novelty.WITHDRAWN: "WITHDRAWN",
    Novelty.RESTATED: "RESTATED",
}

_CURRENCIES = {"usd": "US$", "eur": "€", "gbp": "£"}
_ISO_MONEY = frozenset({"uah", "rub", "pln", "jpy", "cny", "chf", "sek", "nok", "dkk", "cad", "aud", "inr", "try"})
_INVARIANT_UNITS = {"troops", "personnel", "aircraft", "percent"}


def novelty_label(novelty: Novelty) -> str:
    """Return the word in capitals that opens an alert."""
    return _LABEL[novelty]


def count(number: int, noun: str, nouns: str = "") -> str:
    """Write ``1 origin``, ``1,200 origins``; ``nouns`` is for a plural of another form."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def number(value: Number) -> str:
    """Write a value for reading: ``40,000``, and from a million on ``1.5 billion``."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size and (value / size) == round(value / size, 3):
            return f"{display_number(round(value / size, 3))} {word}"
    return display_number(value)


def span(low: Number, high: Number) -> str:
    """Write a range with an en dash, as ranges are set, and one number as it is: ``40,000–70,000``, ``5,000``."""
    return "–".join(dict.fromkeys((number(low), number(high))))


def amount(figure: Figure) -> str:
    """Return value, bound and unit: ``40,000–70,000 troops``, ``up to US$1.5 billion``, ``about 5 percent``."""
    is_single = figure.low == figure.high == 1
    return f"{_bounded(figure)} {_unit(figure, is_single=is_single)}".rstrip()


def measure(figure: Figure) -> str:
    """Return the amount with the whole that it is a part of: ``40,000–70,000 of up to 100,000 troops``."""
    whole = total(figure)
    if whole is None:
        return amount(figure)
    if figure.unit == "percent":
        return f"{amount(figure)} {whole}"
    return f"{_bounded(figure)} {whole} {_unit(figure)}".rstrip()


def bare(figure: Figure) -> str:
    """Return value and bound without the unit, for sentences that name it elsewhere: ``about 5,000``, ``12%``."""
    text = span(figure.low, figure.high) + ("%" if figure.unit == "percent" else "")
    return _BOUND[figure.bound].format(text)


def quantity(bound: Bound, low: Number, high: Number) -> str:
    """Write a bare number with its bound: ``at least 20``."""
    return _BOUND[bound].format(span(low, high))


def value(claim: Claim) -> str:
    """Return only what can change: the amount and its whole, or the stance with its condition."""
    if isinstance(claim, Figure):
        return measure(claim)
    return stance(claim) + (f" ({claim.condition})" if claim.condition else "")


def brief(claim: Claim) -> str:
    """Return what a claim holds in the fewest words, for sentences about it: ``40,000–70,000``, ``against``."""
    if isinstance(claim, Figure):
        return bare(claim)
    return stance(claim) + (f' ("{claim.condition}")' if claim.condition else "")


def _bounded(figure: Figure) -> str:
    return _BOUND[figure.bound].format(_CURRENCIES.get(figure.unit, "") + span(figure.low, figure.high))


def _unit(figure: Figure, *, is_single: bool = False) -> str:
    """Return the unit as it follows a number; nothing where a currency's sign stands before it."""
    unit = figure.unit
    if unit in _CURRENCIES:
        return ""
    if unit in _ISO_MONEY:
        return unit.upper()
    if unit in _INVARIANT_UNITS or is_single or not unit:
        return unit
    return plural(unit)


def whole(figure: Figure) -> str | None:
    """Return the whole that the figure is a part of, with its unit: ``up to 100,000 troops``, or None."""
    if figure.of_total is None:
        return None
    unit = "" if figure.unit == "percent" else _unit(figure)
    return f"{_whole(figure, figure.of_total)} {unit}".rstrip()


def total(figure: Figure) -> str | None:
    """Return the whole as it stands behind its part: ``of up to 100,000``, or None."""
    return None if figure.of_total is None else f"of {_whole(figure, figure.of_total)}"


def _whole(figure: Figure, size: Number) -> str:
    bound = figure.of_total_bound or Bound.EXACT
    return _BOUND[bound].format(_CURRENCIES.get(figure.unit, "") + number(size))


def status(figure: Figure) -> str:
    """Return how real the figure is, in words."""
    return _STATUS[figure.status]


def actor(claim: Claim) -> str:
    """Return whose claim it is, and how much of a group: ``most EU members``, ``Italy``; may be empty."""
    return f"{claim.quantifier} {claim.actor or ''}".strip()


def holder(position: Position) -> str:
    """Return who holds the position, with the affiliation of a person."""
    who = actor(position)
    return f"{who} ({position.actor_affiliation})" if position.actor_affiliation else who


def stance(position: Position) -> str:
    """Return where the holder stands: ``in favour``, ``against``, ``on a condition``, ``undecided``."""
    return _STANCE[position.stance]


def topic(figure: Figure) -> str:
    """Return what a figure measures, without the number: ``United States, withdraw from Europe``; may be empty."""
    verb, preposition = _verb(figure)
    where = f"{preposition} {figure.place}" if figure.place else ""
    what = " ".join(part for part in (verb, where) if part)
    return ", ".join(part for part in (actor(figure), what) if part)


def _verb(figure: Figure) -> tuple[str, str]:
    # "Russia: kill 600 troops" would tell the opposite of 600 Russian soldiers killed.
    return ("lose", "in") if figure.suffered else _ACTION[figure.action]


def deed(figure: Figure) -> str:
    """Return what a figure measures and how real it is: ``United States, withdraw from Europe (expected)``."""
    whose = topic(figure)
    return f"{whose} ({status(figure)})" if whose else status(figure)


def sentence(claim: Claim) -> str:
    """Return the whole claim in one line of plain text."""
    if isinstance(claim, Position):
        condition = f" – {claim.condition}" if claim.condition else ""
        return f"{holder(claim)}, {stance(claim)}: {claim.proposition}{condition}"
    verb, preposition = _verb(claim)
    words = (
        f"{actor(claim)}:" if claim.actor else "",
        verb,
        measure(claim),
        f"{preposition} {claim.place}" if claim.place else "",
        f"({status(claim)})",
    )
    return " ".join(word for word in words if word)
