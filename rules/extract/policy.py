"""Whether a counted number is a policy figure at all, and how sure that is. Precision before recall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rules.extract.deeds import Deed
from rules.extract.numbers import Number
from rules.extract.units import Counted
from rules.extract.view import PlacedMark, SentenceView
from rules.model import Action, Bound, Confidence


class Verdict(NamedTuple):
    """Whether it counts, how sure, why; and the action that its noun implies where no deed is named."""

    accepted: bool
    confidence: Confidence
    reason: str
    action: Action | None = None


class Context(NamedTuple):
    """What a verdict looks at."""

    view: SentenceView
    number: Number
    counted: Counted
    deed: Deed | None
    has_public_actor: bool
    follows_accepted: bool


_NEAR: Final = 12
_HEAD_REACH: Final = 5
_RATE_REACH: Final = 3
_CLOSE: Final = 4
_SMALL_MONEY: Final = 1000
_TAKEN: Final = frozenset({"abducted", "kidnapped", "captured", "abduct", "kidnap", "abducting", "kidnapping"})
_SMALL: Final = 20
_MANY: Final = 100
_ANAPHORA: Final = frozenset({"the", "these", "those", "both", "all", "his", "her", "their", "die", "les", "ces"})


def judge(context: Context) -> Verdict:
    """Decide whether the counted number is a policy figure."""
    kind = context.counted.unit.kind
    return _JUDGES[kind](context) if kind in _JUDGES else _no("nothing that policy counts")


def _troops(context: Context) -> Verdict:
    deed = context.deed
    if _alien(context, ("accident", "sport"), anywhere=True) and (
        deed is None or deed.name in ("kill", "die", "station", "wound")
    ):
        return _no("an accident, not a deed of anybody's")
    if _is_anaphoric(context) and (deed is None or deed.name in ("station", "take part", "wound", "increase")):
        return _no("it only takes up people mentioned before")
    if deed is None:
        if context.counted.unit.harm:
            return _people(context)
        if context.number.is_bare_small:
            return _no("a handful of soldiers without any deed")
        return _yes(Confidence.MEDIUM, "troops without a deed", Action.DEPLOY)
    return _yes(Confidence.HIGH, f'troops and "{_word(context)}"')


def _police(context: Context) -> Verdict:
    deed = context.deed
    if deed is None or deed.name not in ("send", "kill", "die", "withdraw", "increase", "reduce", "deliver"):
        return _no("police without a deed of policy")
    if deed.name in ("kill", "die") and not _is_war(context, strict=True):
        return _no("police killed, but not in a war")
    if _alien(context, ("accident", "crime", "sport"), anywhere=True):
        return _no("crime or accident")
    return _yes(Confidence.MEDIUM, f'police and "{_word(context)}"')


def _people(context: Context) -> Verdict:
    deed = context.deed
    if _alien(context, ("accident", "sport", "poll"), anywhere=True):
        return _no("accident, poll or sport")
    harm = context.counted.unit.harm
    if (deed is not None and deed.name in ("kill", "die", "wound")) or harm:
        is_taken = _word(context) in _TAKEN
        if deed is not None and deed.name == "wound" and not (harm or is_taken) and not _is_war(context, strict=True):
            return _no("struck, but not by armed force")
        if deed is not None and _word(context) in ("arrested", "jailed", "imprisoned", "arrest"):
            return _no("arrests")
        if not _is_war(context, strict=False):
            return _no("no sign of armed force")
        return _yes(
            Confidence.HIGH if deed else Confidence.MEDIUM,
            "victims of armed force",
            Action.KILL if harm == "kill" else None,
        )
    if deed is not None and deed.name in ("move people", "free", "take in"):
        if _alien(context, ("disease", "crime"), anywhere=True):
            return _no("disease or crime")
        if context.has_public_actor or _is_war(context, strict=False):
            return _yes(Confidence.MEDIUM, f'people and "{_word(context)}"')
    return _no("people without a deed of policy or war")


def _fighters(context: Context) -> Verdict:
    if context.deed is None:
        if context.number.high < _MANY:
            return _no("fighters without a deed")
        return _yes(Confidence.MEDIUM, "fighters without a deed", Action.DEPLOY)
    if _is_anaphoric(context) and context.deed.name == "station":
        return _no("it only takes up people mentioned before")
    return _yes(Confidence.HIGH, f'fighters and "{_word(context)}"')


def _displaced(context: Context) -> Verdict:
    if _alien(context, ("disease", "accident", "sport"), anywhere=True):
        return _no("disease or accident")
    if context.deed is not None:
        return _yes(Confidence.HIGH, f'displaced people and "{_word(context)}"')
    if context.number.bound is Bound.AT_MOST and context.has_public_actor:
        return _yes(Confidence.LOW, "an upper limit for people on the move")
    return _no("people on the move without a deed of policy")


def _needs_deed(context: Context) -> Verdict:
    deed = context.deed
    if deed is None:
        return _no("no deed of policy")
    kind = context.counted.unit.kind
    is_armed = kind == "materiel" and _is_war(context, strict=True)  # unnamed rebels fire and hand over weapons too
    if kind in ("staff", "posts", "goods", "materiel") and not (context.has_public_actor or is_armed):
        return _no("no public actor in the sentence")
    if context.counted.unit.kind == "goods" and context.number.is_bare_small:
        return _no("a handful of goods")
    if _alien(context, ("company", "sport", "prize"), anywhere=False):
        return _no("business, sport or the like")
    is_sent = deed.name in ("send", "deliver", "withdraw", "pledge")  # rescuers are sent to earthquakes
    if not is_sent and _alien(context, ("accident", "crime"), anywhere=True) and context.counted.unit.kind != "goods":
        return _no("accident or crime")
    if context.counted.unit.kind == "posts" and _alien(context, ("macro",), anywhere=False):
        return _no("statistics of the economy")
    if (
        context.counted.unit.kind in ("staff", "posts")
        and deed.name in ("fire", "request", "wound", "increase")
        and deed.cost > 4
    ):
        return _no("the deed is too far off")
    if context.counted.unit.kind == "goods" and _word(context) in (
        "imported",
        "exported",
        "produced",
        "imports",
        "exports",
    ):
        return _no("trade statistics")
    return _yes(Confidence.MEDIUM, f'{context.counted.unit.name} and "{_word(context)}"')


def _money(context: Context) -> Verdict:
    head = _head(context, "purse")
    deed = context.deed
    if (
        deed is not None
        and deed.name == "impose"
        and deed.is_before
        and deed.cost <= _CLOSE
        and context.has_public_actor
    ):
        return _yes(Confidence.HIGH, f'money and "{_word(context)}" by a public actor', Action.IMPOSE)
    alien = _alien(context, ("company", "prize", "campaign", "sport", "court", "crime"), anywhere=False)
    if alien:
        return _no(f"{alien}, not public money")
    if _alien(context, ("macro",), anywhere=False) and not (head and head.is_adjacent):
        return _no("realised statistics, not a decision on money")
    if context.number.high < _SMALL_MONEY and not (head and head.is_adjacent):
        return _no("a price or a purse of somebody's own")
    if head is not None:
        if (head.is_adjacent and not head.needs_actor) or context.has_public_actor:
            sure = Confidence.HIGH if head.is_adjacent else Confidence.MEDIUM
            return _yes(sure, f'money and "{head.text}"', head.action)
        if deed is not None and deed.name in ("reduce", "increase", "spend", "request", "impose"):
            return _yes(Confidence.MEDIUM, f'"{head.text}" and "{_word(context)}"', head.action)
    if deed is not None and context.has_public_actor and deed.name not in ("fire", "free"):
        return _yes(Confidence.MEDIUM, f'money and "{_word(context)}" by a public actor')
    if context.follows_accepted:
        return _yes(Confidence.LOW, "it goes on about public money")
    return _no("money without public purpose or actor")


def _percent(context: Context) -> Verdict:
    head = _head(context, "rates")
    deed = context.deed
    if head is not None and head.is_behind and head.gap <= _RATE_REACH:
        return _yes(Confidence.HIGH, f'a rate of "{head.text}"', head.action)
    moved = deed is not None and deed.name in ("reduce", "increase", "impose", "spend", "pledge")
    if _alien(context, ("macro", "poll", "sport", "disease"), anywhere=False):
        return _no("a share or statistic, no rate of policy")
    if moved and _left_head(context):
        return _yes(Confidence.HIGH, f'a rate of policy and "{_word(context)}"', head.action if head else None)
    if _alien(context, ("company",), anywhere=False):
        return _no("business")
    if moved and context.follows_accepted:
        return _yes(Confidence.MEDIUM, "it goes on about a rate of policy")
    return _no("a percentage of nothing that policy sets")


_JUDGES: Final = {
    "troops": _troops,
    "police": _police,
    "people": _people,
    "nationals": _people,
    "fighters": _fighters,
    "displaced": _displaced,
    "detained": _needs_deed,
    "staff": _needs_deed,
    "materiel": _needs_deed,
    "goods": _needs_deed,
    "posts": _needs_deed,
    "money": _money,
    "percent": _percent,
}


def _yes(confidence: Confidence, reason: str, action: Action | None = None) -> Verdict:
    return Verdict(True, confidence, reason, action)


def _no(reason: str) -> Verdict:
    return Verdict(False, Confidence.LOW, reason)


def _word(context: Context) -> str:
    deed = context.deed
    return view_text(context.view, deed.mark.first, deed.mark.last) if deed else ""


def view_text(view: SentenceView, first: int, last: int) -> str:
    """Return the words of the tokens in lower case."""
    return " ".join(view.words[first:last])


def _alien(context: Context, topics: Sequence[str], *, anywhere: bool) -> str | None:
    """Return the topic of a word that takes the number out of policy, within reach or anywhere in the sentence."""
    view, counted = context.view, context.counted
    for placed in view.marks("alien"):
        topic = placed.mark.entry.name
        if topic not in topics:
            continue
        if anywhere or _distance(view, counted, placed.first, placed.last) <= _NEAR:
            return topic
    return None


def _distance(view: SentenceView, counted: Counted, first: int, last: int) -> int:
    if first >= counted.last:
        return (first - counted.last) + 6 * view.crossings(counted.last, first)
    if last <= counted.first:
        return (counted.first - last) + 6 * view.crossings(last, counted.first)
    return 0


class _Head(NamedTuple):
    """The purpose word nearest to a number: what it implies, how far it is, and on which side."""

    action: Action
    gap: int
    is_behind: bool
    text: str
    needs_actor: bool

    @property
    def is_adjacent(self) -> bool:
        return self.gap <= _HEAD_REACH


def _head(context: Context, table: str) -> _Head | None:
    """Return the purpose word nearest to the number, words of alien compounds ("budget deficit") left out."""
    view, counted = context.view, context.counted
    alien = [(placed.first, placed.last) for placed in view.marks("alien")]
    best: _Head | None = None
    marks = view.marks(table)
    for index, placed in enumerate(marks):
        if any(first <= placed.first and placed.last <= last for first, last in alien):
            continue
        is_behind = placed.first >= counted.last
        gap = _distance(view, counted, placed.first, placed.last) + (0 if is_behind else 2)
        if is_behind:  # the last noun of a compound is its head: "aid bill"
            for following in marks[index + 1 :]:
                if following.first == placed.last:
                    placed = following
        if best is None or gap < best.gap:
            action = Action(placed.mark.entry.text("action") or "other")
            needs_actor = bool(placed.mark.entry.text("needs_actor"))
            best = _Head(action, gap, is_behind, view_text(view, placed.first, placed.last), needs_actor)
    return best if best is not None and best.gap <= _NEAR else None


def draft_of(view: SentenceView, counted: Counted) -> PlacedMark | None:
    """Return the bill, plan or package that the money stands in, where it is one right at the number."""
    for placed in view.marks("purse"):
        if placed.mark.entry.text("status") and _distance(view, counted, placed.first, placed.last) <= _HEAD_REACH:
            return placed
    return None


def _left_head(context: Context) -> bool:
    first, _ = context.view.clause(context.counted.first)
    return any(first <= placed.first < context.counted.first for placed in context.view.marks("rates"))


def _is_war(context: Context, *, strict: bool) -> bool:
    """Whether deaths are a matter of armed force: by words of war in the sentence, else by what the text is about."""
    view, document = context.view, context.view.document
    here = {placed.mark.entry.name for placed in view.marks("war")}
    if "armed force" in here:
        return True
    topics = document.derive("topics", lambda: {mark.entry.name for mark in document.marks("alien")})
    if strict or topics & _NO_WAR:
        return False
    wars = document.derive("wars", lambda: {mark.entry.name for mark in document.marks("war")})
    return "violence" in here or "armed force" in wars


_NO_WAR: Final = frozenset({"accident", "disease", "crime"})


def _is_anaphoric(context: Context) -> bool:
    number = context.number
    before = context.view.words[number.first - 1] if number.first else ""
    return before in _ANAPHORA and number.high <= _SMALL
