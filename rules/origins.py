"""Who stands behind a report: its origin, how many independent origins there are, and how far to trust it.

Attribution comes first ("Welt am Sonntag reports, citing ..."), likeness of text second: of 800 pairs of reports on one
event only 45 were copies by their text, so that thirty rewrites of a scoop look like thirty reports unless one
reads whom they name. An origin that nobody knows never counts as independent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rules.ledger import ClaimState
from rules.model import Claim, Figure, ItemId, Provenance, Status
from rules.text import fold_name, outlet_key

_REPORTS_ITSELF = 2  # tiers up to this one are taken to report by themselves where they name nobody


class OriginGround(StrEnum):
    """What an origin rests on."""

    ATTRIBUTED = "attributed"
    COPIED = "copied"
    OWN_REPORT = "own report"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who reported an item first, None when unknown, and why that is believed."""

    name: str | None
    ground: OriginGround
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An item of a story as far as its source goes. ``copy_of`` is an earlier item with much the same text."""

    item: ItemId
    outlet: str
    origin: str | None
    copy_of: ItemId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far a story has gone. ``origins`` are distinct and known; ``rewrites`` repeat one of them or copy a text;
    ``unknown`` are reports that do neither, of whom nobody knows where they have it from.
    """

    origins: tuple[str, ...]
    outlets: int
    rewrites: int
    unknown: int

    def __str__(self) -> str:
        """Write ``1 origin, 23 rewrites``."""
        parts = [_count(len(self.origins), "origin"), _count(self.rewrites, "rewrite")]
        if self.unknown:
            parts.append(f"{self.unknown} of unknown origin")
        return ", ".join(parts)


class Reliability(StrEnum):
    """The Admiralty letter of a source."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credibility:
    """An Admiralty grade: the source A (reliable) to F (cannot be judged), the information 1 to 6 likewise."""

    reliability: Reliability
    information: int
    reason: str

    @property
    def words(self) -> str:
        """Say the grade in the words of the scale: ``usually reliable, possibly true``."""
        return f"{_RELIABILITY[self.reliability]}, {_INFORMATION[self.information]}"

    def __str__(self) -> str:
        """Write ``B3``."""
        return f"{self.reliability}{self.information}"


_RELIABILITY = {
    Reliability.A: "reliable",
    Reliability.B: "usually reliable",
    Reliability.C: "fairly reliable",
    Reliability.D: "not usually reliable",
    Reliability.E: "unreliable",
    Reliability.F: "reliability not known",
}
_INFORMATION = {
    1: "confirmed",
    2: "probably true",
    3: "possibly true",
    4: "contested",
    5: "denied",
    6: "truth not known",
}


def decide_origin(
    outlet: str, provenance: Provenance, *, tier: int | None = None, copied: Report | None = None
) -> Origin:
    """Say who reported an item first. ``copied`` is the earlier report that its text repeats, ``tier`` the outlet's."""
    if (
        provenance.origin is not None
        and not provenance.own_report
        and outlet_key(provenance.origin) != outlet_key(outlet)
    ):
        return Origin(name=provenance.origin, ground=OriginGround.ATTRIBUTED, reason=_chain(outlet, provenance))
    if provenance.own_report and (copied is None or copied.origin is None):
        return Origin(name=outlet, ground=OriginGround.OWN_REPORT, reason=_own_chain(outlet, provenance))
    if copied is not None:
        name = copied.origin
        reason = f"{outlet} repeats the text of {copied.outlet}" + ("" if name else ", whose own source is unknown")
        return Origin(name=name, ground=OriginGround.COPIED, reason=reason)
    if provenance.origin is not None or (tier is not None and tier <= _REPORTS_ITSELF):
        told = "unnamed sources" if provenance.anonymous else "nobody else"
        return Origin(name=outlet, ground=OriginGround.OWN_REPORT, reason=f"{outlet} reports it, naming {told}")
    return Origin(name=None, ground=OriginGround.UNKNOWN, reason=f"{outlet} does not say where it has it from")


def origin_of_claim(
    claim: Claim, passage: str, origin: Origin, outlet: str, provenance: Provenance, *, tier: int | None = None
) -> str | None:
    """Say who reported one claim of an item first; ``origin`` is the item's, ``passage`` the claim's sentence.

    An article that names no other outlet has whom it quotes first for its origin. What it tells besides is its own,
    where it names who answers for it or may be taken to report by itself: else nobody knows where it has it from.
    """
    is_quoted = origin.ground is OriginGround.ATTRIBUTED and provenance.outlet is None
    if not is_quoted or (claim.voice is None and _is_about(claim, passage, origin.name or "")):
        return origin.name
    is_own = claim.voice is not None or (tier is not None and tier <= _REPORTS_ITSELF)
    return outlet if is_own else None


def _is_about(claim: Claim, passage: str, name: str) -> bool:
    """Tell whether a claim or its sentence names somebody."""
    folded = fold_name(name)
    if folded in {fold_name(one) for one in (claim.actor, claim.source_cited) if one}:
        return True
    return is_named_in(passage or claim.quote, name)


def is_named_in(passage: str, name: str) -> bool:
    """Tell whether a sentence names somebody: a person by the last name."""
    last = fold_name(name).rpartition(" ")[2]
    return bool(last) and last in fold_name(passage).split()


def spread(reports: Sequence[Report]) -> Spread:
    """Count origins and rewrites of a story. ``reports`` are in order of time."""
    origins: dict[str, str] = {}
    rewrites = unknown = 0
    for report in reports:
        key = outlet_key(report.origin) if report.origin else None
        if key is not None and key not in origins:
            origins[key] = report.origin or ""
            # The first to quote an origin that is not in the window is a rewrite of it all the same.
            rewrites += key != outlet_key(report.outlet) or report.copy_of is not None
        elif key is not None or report.copy_of is not None:
            rewrites += 1
        else:
            unknown += 1
    outlets = {outlet_key(report.outlet) for report in reports}
    return Spread(origins=tuple(origins.values()), outlets=len(outlets), rewrites=rewrites, unknown=unknown)


def credibility(state: ClaimState, tier_of: Callable[[str], int | None], *, is_anonymous: bool = False) -> Credibility:
    """Grade what a claim now says.

    ``tier_of`` maps an origin's or outlet's name to its tier (1 best), None if unlisted; ``is_anonymous`` tells that
    the innermost source is unnamed.
    """
    lead = state.latest.lead
    source = lead.origin or lead.outlet
    reliability, source_reason = _grade_source(source, tier_of(source), is_known=lead.origin is not None)
    information, reason = _grade_information(state, is_anonymous=is_anonymous)
    told = "; ".join(part for part in (source_reason, reason) if part)
    return Credibility(reliability=reliability, information=information, reason=told)


def _grade_source(source: str, tier: int | None, *, is_known: bool) -> tuple[Reliability, str]:
    if not is_known:
        return Reliability.F, f"where {source} has it from is unknown"
    if tier is None:
        return Reliability.F, f"{source} is in no list of sources"
    grade = {1: Reliability.A, 2: Reliability.B, 3: Reliability.C}.get(tier, Reliability.D)
    return grade, f"{source} is of tier {tier}"


def _grade_information(state: ClaimState, *, is_anonymous: bool) -> tuple[int, str]:
    latest = state.latest
    claim = latest.lead.claim
    if isinstance(claim, Figure) and claim.status is Status.DENIED:
        return 5, "denied"
    if state.is_contested:
        others = sorted({name for value in state.standing[:-1] for name in value.origins})
        return 4, f"contested by {', '.join(others)}"
    if len(latest.origins) >= 2:
        return 1, f"{len(latest.origins)} independent origins"
    if not latest.origins:
        return 6, ""  # that the origin is not known is said already
    if claim.actor and latest.is_said_by(claim.actor):
        return 2, f"{claim.actor} speaks for itself"
    return 3, "a single origin" + (", citing unnamed sources" if is_anonymous else "")


def _own_chain(outlet: str, provenance: Provenance) -> str:
    cited = f", citing {', '.join(provenance.chain)}" if provenance.chain else ""
    return f"{outlet} says so itself{cited}" + (" (unnamed)" if cited and provenance.anonymous else "")


def _chain(outlet: str, provenance: Provenance) -> str:
    named = " citing ".join((outlet, *provenance.chain)) if provenance.chain else f"{outlet} citing {provenance.origin}"
    return named + (" (unnamed)" if provenance.anonymous and provenance.chain else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
