"""An extraction written for people: each claim with its quote, and on request the words behind every field."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Claim, Extraction, Figure
from rules.wording import actor, count, holder, span, total


def explain_lines(text: str, extraction: Extraction, *, evidence: bool) -> Iterator[str]:
    """Yield the lines to print; ``text`` is the text that the extraction was read from."""
    found = f"{count(len(extraction.figures), 'figure')}, {count(len(extraction.positions), 'position')}"
    yield f"language {extraction.lang}, {found}"
    for claim in extraction.claims:
        yield ""
        yield figure_line(claim) if isinstance(claim, Figure) else _position_line(claim)
        yield f'  "{" ".join(claim.quote.split())}" ({claim.start}-{claim.end})'
        if claim.source_cited:
            yield f"  source cited: {claim.source_cited}"
        if evidence:
            yield f"  confidence {claim.confidence.value}: {claim.confidence_reason}"
            for each in claim.evidence:
                yield f'  {each.field:12s} "{" ".join(text[each.start : each.end].split())}"  {each.reason}'
    provenance = extraction.provenance
    yield ""
    chain = " < ".join(provenance.chain) or "none named"
    unnamed = ", unnamed sources" if provenance.anonymous else ""
    origin = "the outlet itself" if provenance.own_report else provenance.origin or "unknown"
    yield f"provenance: {chain}; origin {origin}{unnamed}"


def figure_line(figure: Figure) -> str:
    """Return a figure in one line: value, unit, whose, what, where, how real."""
    value = " ".join(part for part in (span(figure.low, figure.high), total(figure), figure.unit) if part)
    place = f", {figure.place}" if figure.place else ""
    return (
        f"FIGURE {value} ({figure.bound.value}): {actor(figure) or 'nobody named'}, "
        f"{figure.action.value}{place}, {figure.status.value}"
    )


def _position_line(claim: Claim) -> str:
    assert not isinstance(claim, Figure)
    condition = f", if: {claim.condition}" if claim.condition else ""
    return f"POSITION {holder(claim)}: {claim.stance.value} {claim.proposition}{condition}"
