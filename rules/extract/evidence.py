"""Why each field of a figure has its value: the words that were read and what read them, for ``extract --explain``."""

from __future__ import annotations

from collections.abc import Iterator

from rules.extract.deeds import Deed
from rules.extract.doers import Actor
from rules.extract.numbers import Number
from rules.extract.places import Place
from rules.extract.status import Reading
from rules.extract.units import Counted
from rules.extract.view import SentenceView
from rules.model import Bound, Evidence


def evidence_of(
    view: SentenceView,
    number: Number,
    counted: Counted,
    deed: Deed | None,
    actor: Actor | None,
    place: Place | None,
    reading: Reading,
    total: Number | None,
) -> tuple[Evidence, ...]:
    """Return the evidence of every field that some words of the text gave."""
    return tuple(_each(view, number, counted, deed, actor, place, reading, total))


def _each(
    view: SentenceView,
    number: Number,
    counted: Counted,
    deed: Deed | None,
    actor: Actor | None,
    place: Place | None,
    reading: Reading,
    total: Number | None,
) -> Iterator[Evidence]:
    bound = "" if number.bound is Bound.EXACT else f", bound {number.bound.value}"
    yield _evidence(view, "value", number.first, number.last, f"numbers: {number.low:g} to {number.high:g}{bound}")
    yield _evidence(view, "unit", counted.noun, counted.noun + 1, f"units: {counted.unit.name} ({counted.unit.kind})")
    if deed is not None:
        yield _evidence(view, "action", deed.mark.first, deed.mark.last, f'deeds: "{deed.name}"')
    if actor is not None:
        yield Evidence(field="actor", start=actor.start, end=actor.end, reason=f"{actor.name}: {actor.reason}")
    if place is not None:
        yield Evidence(field="place", start=place.start, end=place.end, reason=f"{place.name}: {place.reason}")
    if reading.cue is not None:
        yield _evidence(view, "status", reading.cue.first, reading.cue.last, f"status: {reading.status.value}")
    if total is not None:
        yield _evidence(view, "of_total", total.first, total.last, f"the whole: {total.high:g}")


def _evidence(view: SentenceView, field: str, first: int, last: int, reason: str) -> Evidence:
    start, end = view.starts[first], view.end(last - 1)
    return Evidence(field=field, start=start, end=end, reason=reason)
