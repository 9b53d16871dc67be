"""Claims as a CSV file: one row for each value that a claim ever had, with the words it was read from. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from rules import wording
from rules.ledger import ClaimState, Value
from rules.model import Figure

HEADER = (
    "kind",
    "actor",
    "action",
    "place",
    "unit",
    "low",
    "high",
    "bound",
    "of_total",
    "stance",
    "proposition",
    "condition",
    "status",
    "as_of",
    "standing",
    "origins",
    "first_reported_by",
    "source_cited",
    "outlet",
    "url",
    "quote",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run; text from feeds is never a formula


def claims_csv(states: Iterable[ClaimState]) -> bytes:
    """Return the file, in UTF-8 with the mark that spreadsheets look for; newest value of each claim last."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(HEADER)
    for state in states:
        writer.writerows(_rows(state))
    return target.getvalue().encode("utf-8-sig")


def _rows(state: ClaimState) -> Iterator[list[str]]:
    for value in state.history:
        standing = "contested" if state.is_contested else "yes"
        yield [_inert(cell) for cell in _cells(value, standing if value in state.standing else "no")]


def _cells(value: Value, standing: str) -> list[str]:
    lead = value.lead
    claim = lead.claim
    told = [
        lead.as_of.isoformat(timespec="minutes"),
        standing,
        str(len(value.origins)),
        value.origins[0] if value.origins else lead.outlet,
        claim.source_cited or "",
        lead.outlet,
        lead.url,
        claim.quote,
    ]
    if isinstance(claim, Figure):
        numbers = [_number(claim.low), _number(claim.high), str(claim.bound), _number(claim.of_total)]
        own = [
            wording.actor(claim),
            "lose" if claim.suffered else str(claim.action),
            claim.place or "",
            claim.unit,
            *numbers,
            "",
            "",
            "",
            str(claim.status),
        ]
        return ["figure", *own, *told]
    own = [wording.holder(claim), *[""] * 7, str(claim.stance), claim.proposition, claim.condition or "", ""]
    return ["position", *own, *told]


def _number(value: float | None) -> str:
    """Write a number without an exponent: 1500000000, 2.5."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdigit()
