"""An extraction as the JSON object of DESIGN section 6: the keys of ``tocsin extract --jsonl``."""

from __future__ import annotations

from typing import Any

from rules.model import Claim, Extraction, Figure, Position, Provenance


def extraction_record(identity: object, extraction: Extraction) -> dict[str, Any]:
    """Return the answer for one input line; ``identity`` is handed back as it came."""
    return {
        "id": identity,
        "figures": [figure_record(figure) for figure in extraction.figures],
        "positions": [position_record(position) for position in extraction.positions],
        "provenance": provenance_record(extraction.provenance),
    }


def figure_record(figure: Figure) -> dict[str, Any]:
    """Return a figure with the keys of the JSON contract and its quantifier; confidence is part of ``--explain``."""
    return {
        "low": figure.low,
        "high": figure.high,
        "bound": figure.bound.value,
        "unit": figure.unit,
        "actor": figure.actor,
        **_quantifier(figure),
        "action": figure.action.value,
        "place": figure.place,
        "of_total": figure.of_total,
        "status": figure.status.value,
        "source_cited": figure.source_cited,
        "quote": figure.quote,
        "start": figure.start,
        "end": figure.end,
    }


def position_record(position: Position) -> dict[str, Any]:
    """Return a position with the keys of the JSON contract and its quantifier; confidence is part of ``--explain``."""
    return {
        "actor": position.actor,
        **_quantifier(position),
        "actor_affiliation": position.actor_affiliation,
        "stance": position.stance.value,
        "proposition": position.proposition,
        "condition": position.condition,
        "source_cited": position.source_cited,
        "quote": position.quote,
        "start": position.start,
        "end": position.end,
    }


def _quantifier(claim: Claim) -> dict[str, str]:
    return {"quantifier": claim.quantifier} if claim.quantifier else {}


def provenance_record(provenance: Provenance) -> dict[str, Any]:
    """Return the provenance with the keys of DESIGN section 6."""
    return {"chain": list(provenance.chain), "anonymous": provenance.anonymous, "origin": provenance.origin}


def evidence_records(extraction: Extraction) -> list[dict[str, Any]]:
    """Return, claim by claim in the order of the text, the confidence's reason and the words behind every field."""
    return [
        {
            "quote": claim.quote,
            "start": claim.start,
            "end": claim.end,
            "confidence": claim.confidence.value,
            "reason": claim.confidence_reason,
            "evidence": [
                {"field": each.field, "start": each.start, "end": each.end, "reason": each.reason}
                for each in claim.evidence
            ],
        }
        for claim in extraction.claims
    ]
