"""Whether counted weapons, goods, staff, prisoners and things that no list knows are a policy figure."""

from __future__ import annotations

from typing import Final

from rules.extract.opennouns import names_people
from rules.extract.surroundings import is_war
from rules.extract.units import PRIVATE
from rules.extract.verdicts import OTHER_BUSINESS, Context, Verdict, no, yes
from rules.model import Action, Confidence

_CLOSE: Final = 4
_STRIKES: Final = frozenset({"kill", "die"})
_MANY: Final = 20
_PLENTY: Final = 100
_SOME: Final = 5
_TRADE: Final = frozenset({"imported", "exported", "produced", "imports", "exports"})
_SENT: Final = frozenset({"send", "deliver", "withdraw", "pledge"})  # rescuers are sent to earthquakes
_AGAINST: Final = frozenset(
    {"sanction", "impose", "freeze", "free", "send", "deliver", "withdraw", "pledge", "move people"}
)


def thing(context: Context) -> Verdict:
    """Judge what counts only with a deed of somebody public."""
    deed = context.deed
    if deed is None:
        return _without_deed(context)
    kind = context.counted.unit.kind
    is_armed = kind == "materiel" and is_war(context.view, strict=True)  # unnamed rebels hand over weapons too
    is_plain = kind == "materiel" and context.is_plain
    if kind != "detained" and not (context.has_public_actor or is_armed or is_plain):
        return no("no public actor in the sentence")
    if kind == "goods" and context.number.is_bare_small:
        return no("a handful of goods")
    if context.topic("company", "sport", "prize") and not _is_own_deed(context):
        return no("business, sport or the like")
    if deed.name not in _SENT and context.topic_anywhere("accident", "crime") and kind != "goods":
        return no("accident or crime")
    if kind == "posts" and context.topic("macro"):
        return no("statistics of the economy")
    is_far = deed.cost > _CLOSE and not context.is_governed
    if kind in ("staff", "posts") and deed.name in ("fire", "request", "wound", "increase") and is_far:
        return _without_deed(context)
    if kind == "goods" and context.word in _TRADE:
        return no("trade statistics")
    return yes(Confidence.MEDIUM, f'{context.counted.unit.name} and "{context.word}"')


def _is_own_deed(context: Context) -> bool:
    """Whether it is surely a public actor who does it, whatever else is told of: "will release 60 million barrels"."""
    deed = context.deed
    return deed is not None and deed.is_before and deed.cost <= _CLOSE and context.is_governed


def _without_deed(context: Context) -> Verdict:
    unit, number = context.counted.unit, context.number
    if context.topic_anywhere(*OTHER_BUSINESS):
        return no("no deed of policy, and other business")
    if unit.kind == "detained":
        return yes(Confidence.LOW, "people held in a conflict", Action.OTHER)
    if context.is_governed and number.high >= _SOME:
        return yes(Confidence.LOW, f"{unit.name} that a public actor does something with", Action.OTHER)
    if context.may_be_governed and number.high > _MANY:
        action = Action.STATION if unit.kind in ("materiel", "staff") else Action.OTHER
        return yes(Confidence.LOW, f"{unit.name} of a public actor", action)
    if unit.kind == "materiel" and number.high >= _PLENTY and context.is_plain:
        return yes(Confidence.LOW, f"so many {unit.name} are nobody's but a state's", Action.STATION)
    return no("no deed of policy")


def open_thing(context: Context) -> Verdict:
    """Judge what no list knows: the object of a public actor's verb, where nothing speaks of other business."""
    deed = context.deed
    if deed is not None and deed.name in _STRIKES:
        return _struck(context)
    is_near = deed is not None and deed.is_before and deed.cost <= _CLOSE
    is_done = is_near and deed is not None and deed.name in _AGAINST and context.has_public_actor
    if not (is_done or context.is_governed or (context.may_be_governed and context.number.high > _MANY)):
        return no("an unknown thing that no public actor does anything with")
    topic = context.topic_anywhere(*OTHER_BUSINESS)
    if topic:
        return no(f"an unknown thing, and {topic}")
    if context.number.is_bare_small and not is_done:
        return no("a handful of unknown things")
    return yes(Confidence.LOW, f"{context.counted.unit.name} that a public actor does something with", Action.OTHER)


def _struck(context: Context) -> Verdict:
    """Judge people whom no list knows and who are killed: "nine pilgrims", "17 patients"."""
    if not (context.counted.unit.kind == PRIVATE or names_people(context.counted.unit.name)):
        return no("an unknown thing that is struck")
    if context.topic_anywhere(*OTHER_BUSINESS) or not is_war(context.view, strict=False):
        return no("no sign of armed force")
    return yes(Confidence.LOW, "victims of armed force")


def private(context: Context) -> Verdict:
    """Judge people who are no business of policy unless a public actor does something to them."""
    if context.deed is not None and context.deed.name in _STRIKES:
        return _struck(context)
    if context.number.is_bare_small or not context.is_governed or context.topic_anywhere(*OTHER_BUSINESS):
        return no("people whom no public actor does anything to")
    if context.counted.first - (context.verb or 0) > _CLOSE:
        return no("the verb is too far off")
    return yes(Confidence.LOW, f"{context.counted.unit.name} whom a public actor does something to", Action.OTHER)
