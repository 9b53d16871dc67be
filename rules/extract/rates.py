"""Whether a percentage is a rate or a share that policy sets."""

from __future__ import annotations

from typing import Final

from rules.extract.surroundings import Head, has_rate_before, head_of
from rules.extract.verdicts import Context, Verdict, no, yes
from rules.extract.view import closed_class, ends_phrase
from rules.model import Action, Confidence

_RATE_REACH: Final = 3
_SHARE_REACH: Final = 5
_CLOSE: Final = 4
_OF_RATE: Final = 7  # tokens from a rate's noun to its number: "duties of up to 35 percent"
_LINKS: Final = frozenset({"of", "on", "in", "for"})
_OBJECT: Final = 2  # tokens between a verb and its step, where it has an object: "cut duties by"
_MOVES: Final = frozenset({"reduce", "increase", "impose", "spend", "pledge"})
_JOINS: Final = frozenset({"and", "or", "und", "et", "и", "і", "та"})


def percentage(context: Context) -> Verdict:
    """Judge a percentage: of something that policy sets, or moved by somebody public."""
    head = head_of(context.view, context.counted, "rates")
    if head is not None and head.needs_actor and (not context.has_public_actor or context.topic("macro", "company")):
        head = None
    is_poll = head is not None and not head.is_next and context.topic("poll") is not None
    if head is not None and not is_poll and _is_rate(context, head):
        return yes(Confidence.HIGH, f'a rate of "{head.text}"', head.action)
    is_set = _is_step(context) and has_rate_before(context.view, context.counted)
    if context.topic("sport", "disease") or (context.topic("poll") and not is_set):
        return no("a share, no rate of policy")
    return _going_on(context, head) or _moved(context, head) or no("a percentage of nothing that policy sets")


def _going_on(context: Context, head: Head | None) -> Verdict | None:
    """Accept what goes on about the rate before it in the sentence: "and 40 percent on transshipments"."""
    if not context.follows_accepted or context.breath != 0:
        return None
    if _is_step(context) and context.deed is not None:
        return yes(Confidence.LOW, "it goes on about a rate of policy", context.deed.action)
    before = context.view.words[context.number.first - 1] if context.number.first else ""
    if before in _JOINS:
        return yes(Confidence.LOW, "it goes on about a rate of policy", head.action if head else None)
    return None


def _moved(context: Context, head: Head | None) -> Verdict | None:
    """Accept what a deed sets or moves, and shares of what a public actor has."""
    deed = context.deed if context.deed is not None and context.deed.name in _MOVES else None
    if deed is not None and head is not None and head.action is Action.REDUCE and context.topic("company"):
        return no("a company's own emissions")
    if deed is not None and _is_step(context) and _is_own_verb(context):
        return yes(Confidence.LOW, f'a public actor, and "{context.word}"', deed.action)
    if context.topic("macro"):
        return no("a statistic, no rate of policy")
    if deed is not None and has_rate_before(context.view, context.counted):
        return yes(Confidence.HIGH, f'a rate of policy and "{context.word}"', head.action if head else None)
    if context.topic("company"):
        return no("business")
    is_close = deed is not None and deed.is_before and deed.cost <= _CLOSE and not deed.is_step
    if deed is not None and is_close and context.is_governed:
        action = Action.SPEND if deed.name == "spend" else deed.action
        return yes(Confidence.LOW, f'a public actor, and "{context.word}"', action)
    if _is_share_of_own(context):
        action = context.deed.action if context.deed else Action.OTHER
        return yes(Confidence.LOW, "a share of what a public actor has", action)
    if deed is not None and context.follows_accepted:
        return yes(Confidence.MEDIUM, "it goes on about a rate of policy")
    return None


def _is_step(context: Context) -> bool:
    """Whether the number says by how much, or to what, something is moved."""
    deed = context.deed
    return deed is not None and deed.name in _MOVES and deed.is_step


def _is_rate(context: Context, head: Head) -> bool:
    """Whether the word says what the percentage is of: "25 percent tariff", "enriched to 60 percent"."""
    if not head.is_behind:
        is_named = head.gap <= _OF_RATE and context.view.words[context.number.first - 1] == "of"
        is_budget = head.action is Action.SPEND and head.is_adjacent and _is_of_output(context)
        return (
            is_budget
            or (head.action is Action.OTHER and head.is_adjacent)
            or (is_named and head.action is Action.IMPOSE)
        )
    if _is_apart(context, head):
        return False
    is_of = context.view.words[context.counted.last : context.counted.last + 1] == ["of"]
    return head.gap <= (_SHARE_REACH if is_of else _RATE_REACH)


def _is_of_output(context: Context) -> bool:
    """Whether the share is one of what a state produces, and no deficit: "на оборону 4 процента ВВП"."""
    view, last = context.view, context.counted.last
    output = closed_class(view.document.lexicon, view.document.lang, "output").starting(view.words, last)
    if output is None:
        return False
    macro = (placed for placed in view.marks("alien") if placed.mark.entry.name == "macro")
    return all(last <= placed.first < output[1] for placed in macro)


def _is_apart(context: Context, head: Head) -> bool:
    """Whether the rate's noun stands in another clause than the number: "fell 8.1 percent as tariffs bit"."""
    view = context.view
    return view.document.lang == "en" and any(
        ends_phrase(view, at) for at in range(context.counted.last, head.first) if view.words[at] not in _LINKS
    )


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
