"""Which mentions speak about the same thing: the coarse key of the store and the finer kinship of the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

from rules.ledger.values import agree, is_comparable, is_total_of
from rules.model import Action, Claim, Figure, Mention, Position, Status
from rules.text import fold_name
from rules.wording import actor

Contains = Callable[[str, str], bool]
"""``contains(outer, inner)``: whether the first place holds the second (Europe, Germany)."""

SAME_EVENT = timedelta(days=10)
"""How far apart two stories may mention one deed: as long as a story takes items in."""

_ACTION_CLASS = {
    Action.WITHDRAW: "fewer",
    Action.REDUCE: "fewer",
    Action.DEPLOY: "send",
    Action.INCREASE: "send",
    Action.PLEDGE: "give",
    Action.DELIVER: "give",
    Action.SPEND: "give",
}

_LASTING_ACTIONS = frozenset({Action.WITHDRAW, Action.REDUCE, Action.STATION, Action.IMPOSE})
_INTENTIONS = frozenset({Status.PLANNED, Status.EXPECTED, Status.CONDITIONAL})
_PLAN_ACTIONS = frozenset({Action.DEPLOY, Action.INCREASE, Action.SPEND})

_SAME_PROPOSITION = 0.5
_SAME_PROPOSITION_IN_STORY = 0.34
_NAME_WEIGHT = 0.5  # a shared name alone ("... with Russia") does not make two propositions one
_SAME_WORDS = 0.5
_STEM = 6

_WORD = re.compile(r"[^\W\d_]+")
_STOPWORDS = frozenset(
    {
        *("a", "an", "the", "of", "in", "on", "at", "to", "for", "from", "by", "with", "and", "or", "as", "into"),
        *("over", "under", "not", "no", "it", "its", "it", "their", "his", "her", "our", "this", "that", "these"),
        *("those", "be", "is", "are", "was", "were", "any", "all", "some", "such"),
        *("der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einer", "und", "oder", "im", "zu"),
        *("von", "mit", "für", "auf", "le", "la", "les", "un", "une", "du", "de", "et", "ou", "en", "au", "aux"),
        *("dans", "pour", "sur"),
    }
)


class Kinship(StrEnum):
    """How two mentions relate."""

    SAME = "same"  # two values of one claim, or one value twice
    PART = "part"  # the place of one lies in the place of the other, and the numbers differ
    TOTAL = "total"  # one is the whole that the other is a part of
    NONE = "none"


def claim_key(claim: Claim) -> str:
    """Return the key by which known mentions are fetched for ``compare``.

    ``figure|actor|action class|unit`` or ``position|actor``, folded, with how much of a group the actor is: what most
    of it wants is no word of what some of it want. It is coarse on purpose: every mention
    that ``compare`` could relate has the same key; place, status, story, value and proposition are left to it.
    A figure without an actor is only ever related to others without one.
    """
    if isinstance(claim, Position):
        return f"position|{fold_name(actor(claim))}"
    action = "lose" if claim.suffered else _ACTION_CLASS.get(claim.action, claim.action.value)
    return f"figure|{fold_name(actor(claim) or '?')}|{action}|{fold_name(claim.unit)}"


def kinship(one: Mention, other: Mention, contains: Contains | None = None) -> Kinship:
    """Tell how two mentions relate; symmetric."""
    if claim_key(one.claim) != claim_key(other.claim):
        return Kinship.NONE
    if isinstance(one.claim, Position) and isinstance(other.claim, Position):
        return Kinship.SAME if _same_proposition(one, other) else Kinship.NONE
    if isinstance(one.claim, Figure) and isinstance(other.claim, Figure):
        return _figure_kinship(one, other, one.claim, other.claim, contains)
    return Kinship.NONE


def word_overlap(one: str, other: str) -> float:
    """Return the share of the shorter text's content words (stemmed, names weigh half) that the other has."""
    a, b = _content(one), _content(other)
    least = min(sum(a.values()), sum(b.values()))
    if not least:
        return 0.0
    return sum(min(weight, b[stem]) for stem, weight in a.items() if stem in b) / least


def setting(mention: Mention) -> str:
    """Return the words around a claim: its sentence where that is known, else its quote."""
    return mention.passage or mention.claim.quote


def _same_proposition(one: Mention, other: Mention) -> bool:
    assert isinstance(one.claim, Position)
    assert isinstance(other.claim, Position)
    needed = _SAME_PROPOSITION_IN_STORY if one.story == other.story else _SAME_PROPOSITION
    return word_overlap(one.claim.proposition, other.claim.proposition) >= needed


def _figure_kinship(a: Mention, b: Mention, one: Figure, other: Figure, contains: Contains | None) -> Kinship:
    if is_total_of(one, other) or is_total_of(other, one):
        return Kinship.TOTAL
    same_value = agree(one, other)
    if a.story != b.story and not _spans_stories(one, other) and not (same_value and _near(a, b)):
        return Kinship.NONE
    if Status.DENIED in (one.status, other.status) and not same_value:
        return Kinship.NONE
    if not same_value and not _same_deed(a, b, one, other):
        return Kinship.NONE
    return _by_place(one, other, same_value=same_value, same_story=a.story == b.story, contains=contains)


def _by_place(one: Figure, other: Figure, *, same_value: bool, same_story: bool, contains: Contains | None) -> Kinship:
    if one.place is None or other.place is None:
        known = same_value or same_story or one.place == other.place
        return Kinship.SAME if known else Kinship.NONE
    if fold_name(one.place) == fold_name(other.place):
        return Kinship.SAME
    nested = contains is not None and (contains(one.place, other.place) or contains(other.place, one.place))
    if not nested:
        return Kinship.NONE
    return Kinship.SAME if same_value else Kinship.PART


def _same_deed(a: Mention, b: Mention, one: Figure, other: Figure) -> bool:
    """Tell whether two different numbers can be values of one deed."""
    if not is_comparable(one, other):
        return False
    if Action.OTHER in (one.action, other.action):
        return word_overlap(setting(a), setting(b)) >= _SAME_WORDS
    # Within "give" a pledge of 5 and a delivery of 3 are two deeds; "fewer" and "send" hold synonyms.
    return one.action == other.action or _ACTION_CLASS[one.action] in ("fewer", "send")


def _spans_stories(one: Figure, other: Figure) -> bool:
    """Tell whether the figure is a level or an intention that lives on, not a single deed of one story."""
    if one.action in _LASTING_ACTIONS and other.action in _LASTING_ACTIONS:
        return True
    if one.unit == "percent" and one.action == other.action and one.action is not Action.OTHER:
        return True
    return (
        one.action in _PLAN_ACTIONS
        and other.action in _PLAN_ACTIONS
        and one.status in _INTENTIONS
        and other.place is not None
        and one.place is not None
    )


def _near(a: Mention, b: Mention) -> bool:
    return abs(a.as_of - b.as_of) <= SAME_EVENT


def _content(text: str) -> dict[str, float]:
    words: dict[str, float] = {}
    for word in _WORD.findall(text):
        folded = fold_name(word)
        if folded in _STOPWORDS or len(folded) < 2:
            continue
        weight = _NAME_WEIGHT if word[0].isupper() else 1.0
        words[folded[:_STEM]] = max(weight, words.get(folded[:_STEM], 0.0))
    return words
