"""From the numbers of a sentence to candidates: what each counts, the deed it measures, and whether it is policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from rules.extract.attribution import Attributions
from rules.extract.deeds import Deed, find_deeds
from rules.extract.doers import Actor
from rules.extract.ellipsis import Earlier, find_elliptic, find_total, is_partition
from rules.extract.mentions import actor_words, is_actor, stands_free
from rules.extract.numbers import Number
from rules.extract.places import Place
from rules.extract.policy import judge
from rules.extract.senses import in_context
from rules.extract.units import Counted, UnitTables, find_unit, unit_tables
from rules.extract.verdicts import Context, Verdict
from rules.extract.victims import find_victims
from rules.extract.view import PlacedName, SentenceView, closed_class
from rules.extract.wordclasses import BE, COORDINATORS, DETERMINERS
from rules.model import Action, Bound, Confidence

_OTHER_BUSINESS: Final = ("macro", "poll", "sport", "accident", "disease", "company")
_CAP: Final = 7  # tokens from "limit" to what it is limited to
_PAIR: Final = 4  # tokens between the halves of a pair
_BREATH: Final = 1  # sentences
_LOOKED_BACK: Final = 5  # names that "he" or "it" may stand for
MOST_NUMBERS: Final = 60  # of one sentence; what has more is a table, of which only the first are read


@dataclass(slots=True, kw_only=True)
class Candidate:
    """A counted number on its way to a figure."""

    view: SentenceView
    number: Number
    counted: Counted
    deed: Deed | None
    verdict: Verdict
    actor: Actor | None = None
    place: Place | None = None
    action: Action = Action.OTHER
    of_total: Number | None = None


class Candidates:
    """Reads the candidates of one sentence; ``last`` is the figure before, which ellipsis and lists refer to.

    Whoever is counted among the ``sources`` of what the sentence says is no candidate: "two officials said".
    """

    def __init__(
        self, view: SentenceView, numbers: Iterable[Number], last: Candidate | None, sources: Attributions
    ) -> None:
        self._view = view
        self._sources = sources
        self._units = unit_tables(view.document.lexicon, view.document.lang)
        self._last = last
        self._numbers = _paired(view, [_after_particles(view, number) for number in numbers])
        self._values = tuple(number.value_at for number in self._numbers)
        self._names = view.names  # those that are part of a number included
        for number in self._numbers:
            view.without_names(number.first, number.last)

    def __iter__(self) -> Iterator[Candidate]:
        wholes: set[int] = set()
        for index, number in enumerate(self._numbers):
            if number.value_at in wholes:
                continue
            total = find_total(self._view, number, self._numbers[index + 1 : index + 2])
            counted = self._counted(index, total[0] if total else None)
            if counted is None:
                continue
            if total is not None and total[1]:
                wholes.add(total[0].value_at)
            candidate = self._judged(number, counted)
            if candidate is not None and not _is_source(self._view, number, counted, self._sources):
                candidate.of_total = total[0] if total else None
                self._last = candidate
                yield candidate

    @cached_property
    def _is_public(self) -> bool:
        return _has_public_actor(self._view, self._names)

    def _counted(self, index: int, total: Number | None) -> Counted | None:
        view, number = self._view, self._numbers[index]
        counted = (
            find_victims(view, number, self._earlier())
            or find_unit(view, number, self._units)
            or find_elliptic(view, number, self._units, self._earlier())
        )
        if counted is None and number.role == "prior" and index + 1 < len(self._numbers):
            new = find_unit(view, self._numbers[index + 1], self._units)  # "from 1,100 to 400 soldiers"
            counted = Counted(new.unit, number.first, number.last, new.noun) if new else None
        return _counted_with_total(view, number, counted, total, self._units) if total else counted

    def _judged(self, number: Number, counted: Counted) -> Candidate | None:
        view, last = self._view, self._last
        if last is not None and _is_former(view, number, last):
            number = number._replace(role="prior")
        counted = in_context(view, counted, self._is_public, lambda sense: self._deed_of(number, sense))
        deeds = find_deeds(view, number, counted, self._values)
        deed = deeds[0] if deeds else None
        is_part = (
            last is not None and last.view is view and counted.first == number.first and is_partition(view, number)
        )
        if deed is None and last is not None and is_part:
            deed = last.deed
        follows = last is not None and last.counted.unit.kind == counted.unit.kind
        context = Context(view, number, counted, deed, self._is_public, follows, self._breath())
        verdict = judge(context)
        if not verdict.accepted and number.role == "prior":
            verdict = self._of_new(context)
        if not verdict.accepted and counted.taken_up and not context.topic_anywhere(*_OTHER_BUSINESS):
            verdict = Verdict(
                True, Confidence.LOW, f"it goes on about {counted.unit.name}", deed.action if deed else None
            )
        if not verdict.accepted:
            return None
        if number.bound is Bound.EXACT and _is_capped(view, number):
            number = number._replace(bound=Bound.AT_MOST)
        elif number.bound is Bound.AT_MOST and _is_new_state(view, number, deed):
            number = number._replace(bound=Bound.EXACT)
        return Candidate(view=view, number=number, counted=counted, deed=deed, verdict=verdict)

    def _deed_of(self, number: Number, counted: Counted) -> str:
        deeds = find_deeds(self._view, number, counted, self._values)
        return deeds[0].name if deeds else ""

    def _of_new(self, context: Context) -> Verdict:
        """Judge a former state by the state that it became: "de 25 à 50 % les droits de douane"."""
        index = self._numbers.index(context.number) + 1
        counted = self._counted(index, None) if index < len(self._numbers) else None
        if counted is None:
            return Verdict(False, Confidence.LOW, "what it became is unknown")
        deeds = find_deeds(self._view, self._numbers[index], counted, self._values)
        return judge(context._replace(number=self._numbers[index], counted=counted, deed=deeds[0] if deeds else None))

    def _breath(self) -> int | None:
        """Return how many sentences before the last figure stands, or None where it is too far off to go on from."""
        if self._last is None:
            return None
        document = self._view.document
        gap = document.sentence_at(self._view.span.start) - document.sentence_at(self._last.view.span.start)
        return gap if gap <= _BREATH else None

    def _earlier(self) -> Earlier | None:
        last = self._last
        if last is None or self._breath() is None:
            return None
        return Earlier(last.view, last.number, last.counted.unit, last.counted.last)


def _paired(view: SentenceView, numbers: list[Number]) -> tuple[Number, ...]:
    """Tell former and new state where a noun parts them: "shrink from 18,500 personnel to 12,000"."""
    for index in range(len(numbers) - 1):
        one, two = numbers[index], numbers[index + 1]
        openers = view.words[max(0, one.first - 1) : one.first], view.words[two.first - 1 : two.first]
        is_pair = openers == (["from"], ["to"]) and 0 < two.first - 1 - one.last <= _PAIR
        if is_pair and not one.role and not two.role and not view.crossings(one.last, two.first):
            numbers[index], numbers[index + 1] = one._replace(role="prior"), two._replace(role="new")
    return tuple(numbers)


def _after_particles(view: SentenceView, number: Number) -> Number:
    """Give a verb its particle back: in "handed over 7,000 weapons" nothing is said to be over 7,000."""
    for placed in view.marks("deeds"):
        if placed.first < number.first < placed.last == number.value_at:
            return number._replace(first=placed.last, bound=Bound.EXACT if not number.is_range else number.bound)
    return number


def _is_former(view: SentenceView, number: Number, last: Candidate) -> bool:
    """Whether the number is what something was before: "to 46.5 percent from 40", "2.5 percent, up from 2.3"."""
    if last.view is not view or view.words[number.first - 1 : number.first] != ["from"] or number.role:
        return False
    steps = closed_class(view.document.lexicon, view.document.lang, "step")
    is_change = steps.ending(view.words, last.number.first) is not None
    return is_change or view.words[number.first - 2] in ("up", "down")


def _is_new_state(view: SentenceView, number: Number, deed: Deed | None) -> bool:
    """Whether "до" says what something was changed to, and no limit: "скоротить контингент до 200"."""
    is_change = deed is not None and deed.is_before and deed.name in ("reduce", "increase")
    return is_change and view.words[number.first] == "до" and number.value_at - number.first == 1


def _is_source(view: SentenceView, number: Number, counted: Counted, sources: Attributions) -> bool:
    """Whether those counted say it, alone or beside another: "two officials", "a minister and two officials"."""
    if counted.noun < number.last or counted.taken_up:
        return False
    if sources.source_begins(view.starts[number.first], view.end(counted.last - 1)):
        return True
    before = number.first - 1
    return before > 0 and bool(view.tokens.bits[before] & COORDINATORS) and sources.source_ends(view.end(before - 1))


def _is_capped(view: SentenceView, number: Number) -> bool:
    """Whether the number is what something is capped at: "limit arrivals to 40,000"."""
    lexicon, lang = view.document.lexicon, view.document.lang
    caps, bits = closed_class(lexicon, lang, "caps"), view.tokens.bits
    if number.first and bits[number.first - 1] & BE and caps.ending(view.words, number.first - 1):
        return True  # "the mission's ceiling is 3,500 soldiers"
    step = closed_class(lexicon, lang, "step").ending(view.words, number.first)
    if step is None:
        return False
    return any(
        caps.starting(view.words, at)
        and not (at and bits[at - 1] & DETERMINERS)
        and not view.crossings(at, number.first)
        for at in range(max(0, step[1] - _CAP), step[1])
    )


def _counted_with_total(
    view: SentenceView, number: Number, counted: Counted | None, total: Number, tables: UnitTables
) -> Counted | None:
    """Return what a part counts: its own noun, else the noun of its whole, in a phrase that holds both."""
    whole = find_unit(view, total, tables)
    if whole is None or (counted is not None and counted.unit.kind != whole.unit.kind):
        return counted
    return Counted(whole.unit, number.first, whole.last, whole.noun)


def _has_public_actor(view: SentenceView, names: Iterable[PlacedName]) -> bool:
    """Whether a public actor does something in the sentence: by name, as a body of the state, or by a pronoun."""
    if view.marks("bodies"):
        return True
    words = actor_words(view.document.lexicon, view.document.lang)
    if any(is_actor(placed.name) and stands_free(view, placed, words) for placed in names):
        return True
    if words.pronouns.isdisjoint(view.words):
        return False
    return any(is_actor(name) for name in islice(view.document.names_before(view.span.start), _LOOKED_BACK))
