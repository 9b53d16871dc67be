"""Numbers whose noun stands elsewhere: "Turkey, 500", "25 others wounded", "the number of soldiers to 360"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rules.extract.numbers import Number
from rules.extract.units import MONEY, NEVER, PERCENT, Counted, Unit, UnitTables
from rules.extract.view import PlacedName, SentenceView, closed_class, ends_phrase
from rules.extract.wordclasses import VERBAL
from rules.extract.wordtable import WordTable, table_of
from rules.vocabulary import Lexicon


class Earlier(NamedTuple):
    """The figure before: what it counted, its number, its sentence, and the tokens of its phrase."""

    view: SentenceView
    number: Number
    unit: Unit
    last: int


_MONEY_MAGNITUDE: Final = 1_000_000
_REACH_BACK: Final = 16
_SOLDIERS: Final = Unit("troops", "troops", None)
_MANY: Final = 100
_NEAR: Final = 9
_SCORE: Final = 12  # "France 3, Spain 2" may be the score of a match
_OPENING: Final = frozenset(",;:—–-")


def find_elliptic(view: SentenceView, number: Number, tables: UnitTables, earlier: Earlier | None) -> Counted | None:
    """Return what a number without a noun of its own counts, or None where the text leaves it open."""
    return _counted_before(view, number, tables) or _formation(view, number, tables) or _taken_up(view, number, earlier)


def find_total(view: SentenceView, number: Number, numbers: Sequence[Number]) -> tuple[Number, bool] | None:
    """Return the whole that the number is a part of, and whether that whole is said only for the part's sake.

    "40,000 to 70,000 of a total of up to 100,000 troops" names 100,000 for nothing else; "200 of the 900 soldiers" may
    well be about the 900 too.
    """
    following = next((other for other in numbers if other.first >= number.last), None)
    if following is None or following.first - number.last > _TOTAL_GAP:
        return None
    between = view.words[number.last : following.first]
    opening = closed_class(view.document.lexicon, view.document.lang, "total")
    found = opening.starting(between, 0)
    if found is None or any(word in _STOPS for word in between):
        return None
    lexicon, lang = view.document.lexicon, view.document.lang
    counting, owners = count_nouns(lexicon, lang), closed_class(lexicon, lang, "whose")
    is_owned = following.unit is None and any(word in owners for word in between)  # "120 of its 360 soldiers"
    is_only_a_whole = is_owned or found[1] > 1 or any(counting.starting(between, at) for at in range(len(between)))
    return following, is_only_a_whole


_TOTAL_GAP = 7
_STOPS = frozenset(",;:.()")


def is_partition(view: SentenceView, number: Number) -> bool:
    """Whether the number is a part of the number before: "three of whom", "of which two billion"."""
    parts = closed_class(view.document.lexicon, view.document.lang, "partition")
    if parts.starting(view.words, number.last):
        return True
    at = number.first
    return bool(parts.ending(view.words, at) or (at and parts.ending(view.words, at - 1)))


def _counted_before(view: SentenceView, number: Number, tables: UnitTables) -> Counted | None:
    """Read "increasing the number of Danish soldiers in Afghanistan to 360"."""
    lexicon, lang = view.document.lexicon, view.document.lang
    reaching = closed_class(lexicon, lang, "reaching")
    is_reached = (
        closed_class(lexicon, lang, "step").ending(view.words, number.first)
        or reaching.ending(view.words, number.first)
        or (number.first < number.value_at and reaching.starting(view.words, number.first))
    )
    if not number.first or not is_reached or (number.is_word and number.high < _MANY):
        return None
    counting = count_nouns(view.document.lexicon, view.document.lang)
    begin = max(0, number.first - _REACH_BACK)
    for at in range(number.first - 2, begin - 1, -1):
        if view.crossings(at, number.first) > 1:
            return None
        found = tables.units.starting(view.words, at)
        if found is None or found[0].kind == NEVER:
            continue
        counts = found[0].harm is not None or any(
            counting.starting(view.words, index) for index in range(max(0, at - 6), at + 3)
        )
        return Counted(found[0], number.first, number.last, at) if counts else None
    return None


def _formation(view: SentenceView, number: Number, tables: UnitTables) -> Counted | None:
    """Read "a brigade of about 4,500" and "bringing the army to 1.5 million": soldiers, though no word says so."""
    lexicon, lang, at = view.document.lexicon, view.document.lang, number.first
    is_strong = view.words[number.last : number.last + 1] == ["strong"]
    if not at or not (is_strong or _is_alone(view, number)) or number.high <= _SCORE or number.unit or number.role:
        return None
    formations = closed_class(lexicon, lang, "formation")
    if is_strong and any(
        formations.starting(view.words, index) or _armed(view, index, tables) for index in range(len(view.words))
    ):
        return Counted(_SOLDIERS, number.first, number.last + 1, number.last)
    of = closed_class(lexicon, lang, "partitive").ending(view.words, at)
    if of is not None:
        named = formations.ending(view.words, of[1])
        return Counted(_SOLDIERS, number.first, number.last, named[1]) if named else None
    step = closed_class(lexicon, lang, "step").ending(view.words, at) or closed_class(lexicon, lang, "reaching").ending(
        view.words, at
    )
    if step is None or number.high < _MANY:
        return None
    for index in range(step[1] - 1, max(-1, step[1] - _NEAR), -1):
        unit = _SOLDIERS if formations.starting(view.words, index) else _armed(view, index, tables)
        if unit is not None:
            return Counted(unit, number.first, number.last, index)
    return None


def _armed(view: SentenceView, index: int, tables: UnitTables) -> Unit | None:
    """Return what soldiers or fighters are counted as, if the token names some: "the rebels, who number 2,000"."""
    found = tables.units.starting(view.words, index)
    return found[0] if found and found[0].kind in ("troops", "fighters") else None


def _taken_up(view: SentenceView, number: Number, earlier: Earlier | None) -> Counted | None:
    """Take the noun of the figure before, in this sentence or the one before it."""
    if earlier is None or (earlier.view is view and number.first < earlier.last):
        return None
    counted = Counted(earlier.unit, number.first, number.last, number.last - 1, taken_up=True)
    if earlier.unit.kind == MONEY:
        is_large = number.high >= _MONEY_MAGNITUDE and earlier.number.high >= _MONEY_MAGNITUDE
        return counted if is_large and (earlier.view is view or _is_alone(view, number)) else None
    if earlier.unit.kind == PERCENT:
        return counted if earlier.view is view and _is_former(view, number, earlier) else None
    if is_partition(view, number) or _says_more(view, number):
        return counted
    return counted if _is_alone(view, number) and _stands_for_noun(view, number, earlier) else None


def _is_former(view: SentenceView, number: Number, earlier: Earlier) -> bool:
    """Read "to 46.5 percent from 40"."""
    return number.first - earlier.last <= _NEAR and view.words[number.first - 1 : number.first] == ["from"]


def _says_more(view: SentenceView, number: Number) -> bool:
    more = closed_class(view.document.lexicon, view.document.lang, "more")
    return more.starting(view.words, number.last) is not None


def _is_alone(view: SentenceView, number: Number) -> bool:
    """Whether no noun follows that the number could count."""
    behind = view.words[number.last] if number.last < len(view.words) else "."
    return not behind[0].isalnum() or ends_phrase(view, number.last) or _verb_at(view, number.last)


def _verb_at(view: SentenceView, at: int) -> bool:
    return bool(view.tokens.bits[at] & VERBAL) or any(
        placed.first == at and placed.mark.entry.text("word") != "noun" for placed in view.marks("deeds")
    )


def _stands_for_noun(view: SentenceView, number: Number, earlier: Earlier) -> bool:
    """Read "Turkey, 500", "Eritrea sent 2,000", "gave him 25,000", "only 500 have come", "down from 4,100"."""
    if number.role == "new":
        return True
    lexicon, lang = view.document.lexicon, view.document.lang
    at = before_fillers(view, number.first)
    if any(placed.last == at for placed in view.marks("deeds")):
        return True
    if owner_before(view, number.first) or _of_count(view, at):
        return True
    if number.is_bare_small and not number.is_word and earlier.view is not view:
        return False
    if at < number.first and view.words[at - 1 : at] == ["with"]:
        return True  # "with another 13 to follow"
    if closed_class(lexicon, lang, "former").ending(view.words, at):
        return view.words[at - 2 : at] in (["up", "from"], ["down", "from"])
    if number.first < number.value_at and closed_class(lexicon, lang, "reaching").starting(view.words, number.first):
        return True
    if at < number.first and view.words[number.last : number.last + 1] in ([], ["."], [";"]):
        return True  # "geliefert sind bisher sechs", "this year just 5,000"
    if not number.is_bare_small and at and view.words[at - 1] in closed_class(lexicon, lang, "being"):
        return True
    opens = (
        at == 0
        or view.words[at - 1] in _OPENING
        or closed_class(lexicon, lang, "opens a clause").ending(view.words, at)
    )
    return bool(opens and number.last < len(view.words) and _verb_at(view, number.last))


def _of_count(view: SentenceView, at: int) -> bool:
    """Read "below its quota of 1.28 million"."""
    lexicon, lang = view.document.lexicon, view.document.lang
    of = closed_class(lexicon, lang, "partitive").ending(view.words, at)
    return of is not None and count_nouns(lexicon, lang).ending(view.words, of[1]) is not None


def before_fillers(view: SentenceView, first: int) -> int:
    """Return the token behind what "only", "a further" and the like before a number depend on."""
    fillers = closed_class(view.document.lexicon, view.document.lang, "filler")
    while first:
        found = fillers.ending(view.words, first)
        if found is None:
            break
        first = found[1]
    return first


def owner_before(view: SentenceView, first: int) -> PlacedName | None:
    """Return the state or body whose share in a list a number is: "Turkey, 500", "Sweden a further 110"."""
    at = before_fillers(view, first)
    while at and view.words[at - 1] in (",", ":", "-", "–", "—", "with", "and", "another"):
        at -= 1
    return next((placed for placed in view.names if placed.last == at and placed.name.kind != "person"), None)


def count_nouns(lexicon: Lexicon, lang: str) -> WordTable[str]:
    """Return the nouns that count what stands behind them, built once per lexicon."""
    return lexicon.derive(
        ("count nouns", lang), lambda lex: table_of(lex, "count_nouns", lang, lambda entry: entry.name)
    )
