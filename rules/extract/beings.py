"""Whether counted soldiers, police, people, fighters and refugees are a policy figure."""

from __future__ import annotations

from typing import Final

from rules.extract.surroundings import is_war
from rules.extract.verdicts import Context, Verdict, no, yes
from rules.model import Action, Bound, Confidence

_MANY: Final = 100
_FEW: Final = 20
_TAKEN: Final = frozenset({"abducted", "kidnapped", "captured", "abduct", "kidnap", "abducting", "kidnapping"})
_ARRESTS: Final = frozenset({"arrested", "jailed", "imprisoned", "arrest"})
_MOVED: Final = frozenset({"move people", "free", "take in", "leave", "sanction", "surrender"})
_POWERS: Final = frozenset({"state", "armed_group"})
_NEXT_TO: Final = 2  # tokens between who killed and the verb: "has", "on Monday"
_OF_POLICE: Final = frozenset({"send", "kill", "die", "withdraw", "increase", "reduce", "deliver", "free", "request"})


def troops(context: Context) -> Verdict:
    """Judge soldiers: they count unless something speaks against it."""
    deed = context.deed
    if context.topic_anywhere("accident", "sport") and (
        deed is None or deed.name in ("kill", "die", "station", "wound")
    ):
        return no("an accident, not a deed of anybody's")
    if context.is_anaphoric and (deed is None or deed.name in ("station", "take part", "wound", "increase")):
        return no("it only takes up people mentioned before")
    if deed is None:
        if context.counted.unit.harm:
            return people(context)
        if context.number.is_bare_small:
            return no("a handful of soldiers without any deed")
        return yes(Confidence.MEDIUM, "troops without a deed", Action.DEPLOY)
    return yes(Confidence.HIGH, f'troops and "{context.word}"')


def police(context: Context) -> Verdict:
    """Judge police officers: sent, cut, freed, or killed in a war."""
    deed = context.deed
    is_posted = deed is not None and deed.name == "station" and context.is_governed and context.number.high > _FEW
    if deed is None or not (deed.name in _OF_POLICE or is_posted):
        return no("police without a deed of policy")
    if deed.name in ("kill", "die") and not is_war(context.view, strict=True):
        return no("police killed, but not in a war")
    if context.topic_anywhere("accident", "crime", "sport"):
        return no("crime or accident")
    return yes(Confidence.MEDIUM, f'police and "{context.word}"')


def people(context: Context) -> Verdict:
    """Judge people: victims of armed force, or moved, freed and taken in by somebody public."""
    deed = context.deed
    if context.topic_anywhere("accident", "sport", "poll"):
        return no("accident, poll or sport")
    if context.counted.unit.harm or (deed is not None and deed.name in ("kill", "die", "wound")):
        return _victims(context)
    if deed is not None and (deed.name in _MOVED or (deed.name == "hold people" and deed.is_before)):
        if context.topic_anywhere("disease", "crime"):
            return no("disease or crime")
        if context.has_public_actor or is_war(context.view, strict=False):
            return yes(Confidence.MEDIUM, f'people and "{context.word}"')
    return _in_care(context)


def _in_care(context: Context) -> Verdict:
    """Judge people that a public actor sends, houses, pays or asks for, whatever the verb."""
    if context.number.high <= _FEW or context.topic_anywhere(
        "disease", "crime", "macro", "prize", "company", "campaign"
    ):
        return no("people without a deed of policy or war")
    if not context.is_governed:
        return no("people whom no public actor does anything with")
    return yes(Confidence.LOW, "people whom a public actor does something with", Action.OTHER)


def _victims(context: Context) -> Verdict:
    deed, harm = context.deed, context.counted.unit.harm
    is_struck = deed is not None and deed.name == "wound" and not harm and context.word not in _TAKEN
    if is_struck and not is_war(context.view, strict=True):
        return no("struck, but not by armed force")
    if context.word in _ARRESTS:
        return no("arrests")
    if not (is_war(context.view, strict=False) or _is_killed_by_a_power(context)):
        return no("no sign of armed force")
    sure = Confidence.HIGH if deed else Confidence.MEDIUM
    return yes(sure, "victims of armed force", Action.KILL if harm == "kill" else None)


def _is_killed_by_a_power(context: Context) -> bool:
    """Tell whether a state or an armed group itself is who killed them: "Israel killed 12 people on Monday"."""
    deed = context.deed
    if deed is None or deed.name != "kill" or not deed.is_before or deed.mark.mark.entry.text("word") == "noun":
        return False
    if context.topic_anywhere("accident", "crime", "disease"):
        return False
    return any(
        placed.name.kind in _POWERS and placed.name.role == "names" and 0 <= deed.mark.first - placed.last <= _NEXT_TO
        for placed in context.view.names
    )


def fighters(context: Context) -> Verdict:
    """Judge irregular fighters, whose numbers alone are told only when there are many."""
    if context.deed is None:
        if context.number.high < _MANY:
            return no("fighters without a deed")
        return yes(Confidence.MEDIUM, "fighters without a deed", Action.DEPLOY)
    if context.is_anaphoric and context.deed.name == "station":
        return no("it only takes up people mentioned before")
    return yes(Confidence.HIGH, f'fighters and "{context.word}"')


def displaced(context: Context) -> Verdict:
    """Judge people on the move: with a deed, under a limit, or as the object of a public actor."""
    if context.topic_anywhere("disease", "accident", "sport"):
        return no("disease or accident")
    if context.deed is not None:
        return yes(Confidence.HIGH, f'displaced people and "{context.word}"')
    if context.number.bound is Bound.AT_MOST and context.has_public_actor:
        return yes(Confidence.LOW, "an upper limit for people on the move")
    if context.is_governed:
        return yes(Confidence.LOW, "people on the move that a public actor does something with")
    return no("people on the move without a deed of policy")
