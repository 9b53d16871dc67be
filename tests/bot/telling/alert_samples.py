"""Alerts of an invented story, as every platform's messages are made from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.message import Message
from bot.telling import summary
from bot.telling.alerts import Alert, Backing, Excerpt, StoryItem, Telling
from bot.telling.history import past
from bot.telling.layout import Layout
from rules.ledger import states
from rules.model import (
    Claim,
    Development,
    Figure,
    ItemId,
    Mention,
    Novelty,
    Position,
    Severity,
    Stance,
    Status,
    StoryId,
)
from rules.origins import Credibility, Reliability
from tests.rules.builders import figure, position

AT = datetime(2026, 3, 9, 14, 30, tzinfo=UTC)
GAZETTE = StoryItem(
    id=ItemId(1),
    outlet="Fenn Gazette",
    url="https://gazette.example/bases",
    title="Ministry plans to empty the Grauwacke garrison",
    at=AT,
    origin="Fenn Gazette",
    chain=("Fenn Gazette", "two officials"),
    anonymous=True,
)
HERALD = StoryItem(
    id=ItemId(2),
    outlet="Hill Herald",
    url="https://herald.example/1",
    title="Garrison to go",
    at=AT + timedelta(hours=2),
    origin="Fenn Gazette",
    chain=("Fenn Gazette",),
    is_rewrite=True,
)
RIVAL = StoryItem(
    id=ItemId(3),
    outlet="Coast Post",
    url="https://post.example/7",
    title="Garrison leaves, two ministers say",
    at=AT + timedelta(hours=5),
    origin="Coast Post",
)
REASONS = {
    Novelty.WITHDRAWN: "Fenn Gazette reported 7,000–9,500 on 9 Mar; the edited text no longer says it",
    Novelty.CONFIRMED: "7,000–9,500 also from Coast Post: 2 independent origins, with Fenn Gazette",
}
LEAVES = figure(
    low=7000,
    high=9500,
    of_total=35000,
    place="Germany",
    source_cited="two officials",
    quote="withdraw between 7,000 and 9,500 of its 35,000 troops from Germany",
)
PASSAGE = (
    "The ministry wants to withdraw between 7,000 and 9,500 of its 35,000 troops from Germany, two officials said."
)
STANCE = position(
    actor="Oda Brandvik",
    actor_affiliation="France",
    stance=Stance.CONDITIONAL,
    proposition="a buffer in the Fennmark hills",
    condition="if both sides ask for it",
    quote="we would agree to a buffer in the Fennmark hills if both sides ask for it",
)


def telling(
    claim: Claim,
    novelty: Novelty = Novelty.NEW,
    *,
    before: Claim | None = None,
    claim_id: int = 1,
    alert: int = 1,
    origins: int = 1,
    passage: str = "",
    severity: Severity = Severity.URGENT,
) -> Telling:
    """Return a telling of a claim in the Gazette; what was known before stood in the Herald."""

    def mention(of: Claim, item: StoryItem, *, days_ago: int = 0) -> Mention:
        return Mention(
            claim=of,
            item=item.id,
            story=StoryId(1),
            outlet=item.outlet,
            origin=item.origin,
            as_of=item.at - timedelta(days=days_ago),
            url=item.url,
            passage=passage if of is claim else "",
        )

    is_edit = novelty is Novelty.CORRECTED
    known = None
    if before is not None:
        known = mention(before, GAZETTE) if is_edit else mention(before, HERALD, days_ago=2)
    found = Development(
        mention=mention(claim, GAZETTE),
        novelty=novelty,
        reason=REASONS.get(novelty, "first figure of its kind"),
        previous=known,
        origins=origins,
    )
    return Telling(
        development=found,
        claim=claim_id,
        alert=alert,
        rule_title="Troops leave",
        topic="bases",
        severity=severity,
        at=AT + timedelta(hours=3) if is_edit else None,
    )


def alert(*tellings: Telling, **changes: object) -> Alert:
    """Return an alert that tells these claims, all of them new."""
    made = Alert(
        id=41,
        story=1,
        story_title="Garrison",
        severity=Severity.URGENT,
        topics=("Bases abroad",),
        rule_titles=("Troops leave",),
        tellings=tellings,
        fresh=tellings,
        items=(GAZETTE,),
        item=GAZETTE,
        backings={1: SINGLE},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


SINGLE = Backing(
    credibility=Credibility(
        reliability=Reliability.B,
        information=3,
        reason="Fenn Gazette is of tier 2; a single origin, citing unnamed sources",
    ),
    reports=frozenset({GAZETTE.id}),
)
CHANGED: Figure = replace(LEAVES, low=12000, high=12000, of_total=None, quote="withdraw 12,000 troops from Germany")
LATER: Figure = replace(CHANGED, low=3000, high=3000, quote="withdraw 3,000 troops from Germany")
ORDERED: Figure = replace(LEAVES, status=Status.PLANNED, quote="will withdraw between 7,000 and 9,500 of its troops")
AGAINST: Position = replace(STANCE, stance=Stance.OPPOSE, condition=None, quote="we are against a buffer")
NEW = alert(
    telling(LEAVES, passage=PASSAGE),
    telling(STANCE, claim_id=2),
    excerpts=(Excerpt(text=PASSAGE, outlet=GAZETTE.outlet, url=GAZETTE.url),),
)
DENIED: Figure = replace(
    LEAVES,
    status=Status.DENIED,
    of_total=None,
    source_cited="the ministry",
    quote="it will not withdraw 7,000 to 9,500",
)
DENIAL = telling(DENIED, Novelty.WITHDRAWN, before=LEAVES).development
REFUTED = replace(
    SINGLE, credibility=replace(SINGLE.credibility, information=5, reason="Fenn Gazette is of tier 2; denied")
)
CORRECTED = alert(telling(CHANGED, Novelty.CORRECTED, before=LEAVES))
TOTAL = replace(SINGLE, whole=telling(LEAVES).development.mention)


def values() -> Message:
    """Return the history of a figure with three values, its chart not drawn."""
    mentions = [
        replace(telling(claim).development.mention, as_of=AT + timedelta(days=3 * number), item=ItemId(number + 1))
        for number, claim in enumerate((LEAVES, CHANGED, LATER))
    ]
    (state,) = states(mentions)
    found = past(state)
    assert found is not None
    return found


def step(claim: Claim, novelty: Novelty, before: Claim, **changes: object) -> Message:
    """Return the update that tells one change; another outlet rewrote the first report."""
    return summary.update(alert(telling(claim, novelty, before=before), **({"items": (GAZETTE, HERALD)} | changes)))


THREADS: dict[str, tuple[Message, ...]] = {
    "new": (summary.parent(NEW), *summary.details(NEW)),
    "compact": (summary.parent(replace(NEW, layout=Layout.COMPACT)),),
    "changed": (step(CHANGED, Novelty.CHANGED, LEAVES),),
    "ordered": (step(ORDERED, Novelty.CHANGED, LEAVES),),
    "corrected": (step(CHANGED, Novelty.CORRECTED, LEAVES),),
    "corrected-parent": (summary.parent(CORRECTED),),
    "contradicted": (step(CHANGED, Novelty.CONTRADICTED, LEAVES),),
    "confirmed": (
        summary.update(
            alert(
                telling(LEAVES, Novelty.CONFIRMED, before=LEAVES, origins=2),
                items=(GAZETTE, RIVAL),
                backings={1: replace(SINGLE, reports=frozenset({GAZETTE.id, RIVAL.id}))},
            )
        ),
    ),
    "withdrawn": (step(LEAVES, Novelty.WITHDRAWN, LEAVES),),
    "denied": (step(DENIED, Novelty.WITHDRAWN, LEAVES, backings={1: REFUTED}),),
    "denied-parent": (summary.parent(alert(telling(LEAVES), fates={1: DENIAL}, backings={1: REFUTED})),),
    "stance": (step(AGAINST, Novelty.CHANGED, STANCE, backings={}),),
    "total": (step(LATER, Novelty.CHANGED, CHANGED, backings={1: TOTAL}),),
    "keyword": (summary.parent(alert(rule_titles=("Talks about bases",))),),
    "continued": (summary.parent(NEW, continues="https://chat.example/thread/7"),),
    "history": (values(),),
}
