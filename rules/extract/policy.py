"""Whether a counted number is a policy figure at all, and how sure that is. Precision before recall."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from rules.extract import beings, things
from rules.extract.rates import percentage
from rules.extract.surroundings import Head, head_of, measures_business
from rules.extract.units import MONEY, OPEN, PERCENT, PRIVATE
from rules.extract.verdicts import Context, Verdict, no, yes
from rules.model import Action, Confidence

_CLOSE: Final = 4
_OWN: Final = 8
_SMALL_MONEY: Final = 1000
_MUCH_MONEY: Final = 1_000_000
_PAYS: Final = frozenset({"freeze", "free", "impose", "spend", "pledge", "request", "send", "deliver"})
_NO_PAYMENT: Final = frozenset({"fire", "free", "bear"})
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
    if deed is not None and context.has_public_actor and deed.name not in _NO_PAYMENT:
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
    deed = context.deed
    if deed is not None and deed.is_step and measures_business(context.view, deed.mark.last, context.number.first):
        return "a company's own business"
    is_named = head is not None and head.is_adjacent
    is_public = is_named and head is not None and not head.needs_actor and context.has_public_actor
    alien = context.topic("company", "prize", "campaign", "sport", "court", "crime")
    goes_on = context.follows_accepted and context.breath == 0
    if alien and not ((is_public or goes_on) and alien == "company"):
        return f"{alien}, not public money"
    is_changed = head is not None and not head.needs_actor and _is_step(context)  # "the price cap ... to $45"
    if context.topic("macro") and not (is_named or is_changed):
        return "realised statistics, not a decision on money"
    if context.number.high < _SMALL_MONEY and not (is_named or is_changed):
        return "a price or a purse of somebody's own"
    return ""


def _is_step(context: Context) -> bool:
    """Whether a public actor changes something by, from or to the number."""
    is_step = context.number.role != "" or (context.deed is not None and context.deed.is_step)
    return is_step and context.has_public_actor


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
    PERCENT: percentage,
}
