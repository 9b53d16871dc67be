"""Whether a counted number is a policy figure at all, and how sure that is. Precision before recall."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from rules.extract import beings, things
from rules.extract.surroundings import Head, has_rate_before, head_of
from rules.extract.units import MONEY, OPEN, PERCENT, PRIVATE
from rules.extract.verdicts import Context, Verdict, no, yes
from rules.extract.view import closed_class
from rules.model import Action, Confidence

_RATE_REACH: Final = 3
_SHARE_REACH: Final = 5
_CLOSE: Final = 4
_OWN: Final = 8
_OBJECT: Final = 2  # tokens between a verb and its step, where it has an object: "cut duties by"
_SMALL_MONEY: Final = 1000
_MUCH_MONEY: Final = 1_000_000
_MOVES: Final = frozenset({"reduce", "increase", "impose", "spend", "pledge"})
_PAYS: Final = frozenset({"freeze", "free", "impose", "spend", "pledge", "request", "send", "deliver"})
_PRICES: Final = frozenset({"at", "for", "worth", "costing"})


def judge(context: Context) -> Verdict:
    """Decide whether the counted number is a policy figure."""
    kind = context.counted.unit.kind
    return _JUDGES[kind](context) if kind in _JUDGES else no("nothing that policy counts")


def _money(context: Context) -> Verdict:
    head = head_of(context.view, context.counted, "purse")
    deed = context.deed
    is_near = deed is not None and deed.is_before and deed.cost <= _CLOSE
    if is_near and deed is not None and deed.name == "impose" and context.has_public_actor:
        return yes(Confidence.HIGH, f'money and "{context.word}" by a public actor', Action.IMPOSE)
    is_own = deed is not None and deed.is_before and deed.cost <= _OWN and deed.name in _PAYS and context.is_governed
    if not is_own and (refused := _other_money(context, head)):
        return no(refused)
    if head is not None and (found := _purse(context, head)):
        return found
    if deed is not None and context.has_public_actor and deed.name not in ("fire", "free"):
        return yes(Confidence.MEDIUM, f'money and "{context.word}" by a public actor')
    if context.follows_accepted:
        return yes(Confidence.LOW, "it goes on about public money")
    before = context.view.words[context.number.first - 1] if context.number.first else ""
    if context.breath == 0 and before in _PRICES:
        return yes(Confidence.LOW, "the price of the figure before", Action.SPEND)
    if context.is_governed or (context.may_be_governed and context.number.high >= _MUCH_MONEY):
        return yes(Confidence.LOW, "money that a public actor does something with", Action.SPEND)
    return no("money without public purpose or actor")


def _other_money(context: Context, head: Head | None) -> str:
    """Return why the money is none of policy's, or an empty text."""
    is_named = head is not None and head.is_adjacent
    is_public = is_named and head is not None and not head.needs_actor and context.has_public_actor
    alien = context.topic("company", "prize", "campaign", "sport", "court", "crime")
    goes_on = context.follows_accepted and context.breath == 0
    if alien and not ((is_public or goes_on) and alien == "company"):
        return f"{alien}, not public money"
    if context.topic("macro") and not is_named:
        return "realised statistics, not a decision on money"
    if context.number.high < _SMALL_MONEY and not is_named:
        return "a price or a purse of somebody's own"
    return ""


def _purse(context: Context, head: Head) -> Verdict | None:
    deed = context.deed
    if (head.is_adjacent and not head.needs_actor) or context.has_public_actor:
        sure = Confidence.HIGH if head.is_adjacent else Confidence.MEDIUM
        return yes(sure, f'money and "{head.text}"', head.action)
    if deed is not None and deed.name in ("reduce", "increase", "spend", "request", "impose"):
        return yes(Confidence.MEDIUM, f'"{head.text}" and "{context.word}"', head.action)
    if head.is_adjacent and context.breath is not None:
        return yes(Confidence.LOW, f'it goes on about a "{head.text}"', head.action)
    return None


def _percent(context: Context) -> Verdict:
    head = head_of(context.view, context.counted, "rates")
    deed = context.deed
    if head is not None and head.needs_actor and (not context.has_public_actor or context.topic("macro", "company")):
        head = None
    if head is not None and _is_rate(context, head):
        return yes(Confidence.HIGH, f'a rate of "{head.text}"', head.action)
    is_moved = deed is not None and deed.name in _MOVES
    is_set = is_moved and deed is not None and deed.is_step and has_rate_before(context.view, context.counted)
    if context.topic("sport", "disease") or (context.topic("poll") and not is_set):
        return no("a share, no rate of policy")
    if is_moved and deed is not None and deed.is_step and _is_own_verb(context):
        return yes(Confidence.LOW, f'a public actor, and "{context.word}"', deed.action)
    if is_moved and deed is not None and deed.is_step and context.follows_accepted and context.breath == 0:
        return yes(Confidence.LOW, "it goes on about a rate of policy", deed.action)
    if context.topic("macro"):
        return no("a statistic, no rate of policy")
    if is_moved and has_rate_before(context.view, context.counted):
        return yes(Confidence.HIGH, f'a rate of policy and "{context.word}"', head.action if head else None)
    if context.topic("company"):
        return no("business")
    is_close = deed is not None and deed.is_before and deed.cost <= _CLOSE and not deed.is_step
    if is_moved and is_close and deed is not None and context.is_governed:
        action = Action.SPEND if deed.name == "spend" else deed.action
        return yes(Confidence.LOW, f'a public actor, and "{context.word}"', action)
    if _is_share_of_own(context):
        return yes(Confidence.LOW, "a share of what a public actor has", deed.action if deed else Action.OTHER)
    if is_moved and context.follows_accepted:
        return yes(Confidence.MEDIUM, "it goes on about a rate of policy")
    return no("a percentage of nothing that policy sets")


def _is_rate(context: Context, head: Head) -> bool:
    """Whether the word says what the percentage is of: "25 percent tariff", "enriched to 60 percent"."""
    if not head.is_behind:
        return head.action is Action.OTHER and head.is_adjacent
    is_of = context.view.words[context.counted.last : context.counted.last + 1] == ["of"]
    return head.gap <= (_SHARE_REACH if is_of else _RATE_REACH)


def _is_share_of_own(context: Context) -> bool:
    """Whether a public actor does something with a share of what it has: "ship out 98 percent of its stockpile"."""
    view, last = context.view, context.counted.last
    owners = closed_class(view.document.lexicon, view.document.lang, "whose")
    return (
        view.words[last : last + 1] == ["of"]
        and any(w in owners for w in view.words[last + 1 : last + 2])
        and (context.is_governed)
    )


def _is_own_verb(context: Context) -> bool:
    """Whether the deed is what a public actor does to something: "Egypt cut its subsidy bill", not "output fell"."""
    deed, number = context.deed, context.number
    return deed is not None and context.verb == deed.mark.first and number.first - deed.mark.last >= _OBJECT


_JUDGES: Final[Mapping[str, Callable[[Context], Verdict]]] = {
    "troops": beings.troops,
    "police": beings.police,
    "people": beings.people,
    "nationals": beings.people,
    "fighters": beings.fighters,
    "displaced": beings.displaced,
    "detained": things.thing,
    "staff": things.thing,
    "materiel": things.thing,
    "goods": things.thing,
    "posts": things.thing,
    OPEN: things.open_thing,
    PRIVATE: things.private,
    MONEY: _money,
    PERCENT: _percent,
}
