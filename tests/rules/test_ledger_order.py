from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.ledger import Policy, compare, dedupe, kinship, says_same, states
from rules.model import Action, Mention, Novelty, Stance, Status
from tests.rules.ledger_cases import contains, figure, position, said

POLICY = Policy(contains=contains)

figures = st.builds(
    figure,
    st.sampled_from([900, 12_000, 20_000, 39_800, 40_000, 42_000, 70_000]),
    status=st.sampled_from([Status.EXPECTED, Status.PLANNED, Status.FACT, Status.DENIED]),
    place=st.sampled_from(["Europe", "Germany", "Syria", None]),
    action=st.sampled_from([Action.WITHDRAW, Action.REDUCE]),
    start=st.integers(0, 50),
    voice=st.sampled_from([None, "United States", "Germany", "Reuters"]),
)
positions = st.builds(
    position,
    st.sampled_from(list(Stance)),
    st.sampled_from(["a peacekeeping mission in Ukraine", "peacekeeping forces", "an oil embargo"]),
    condition=st.sampled_from([None, "only with a mandate", "once sanctions end"]),
    voice=st.sampled_from([None, "China", "AFP"]),
)
mentions = st.builds(
    said,
    st.one_of(figures, positions),
    st.integers(0, 80).map(lambda hours: timedelta(hours=hours)),
    st.sampled_from(["Reuters", "AFP", "Welt am Sonntag", None]),
    item=st.integers(1, 6),
    story=st.integers(1, 2),
    outlet=st.sampled_from(["Reuters", "Kyiv Courier", "Quick News"]),
)
ledgers = st.lists(mentions, max_size=10)


@given(ledgers, st.randoms(use_true_random=False))
def test_the_end_state_does_not_depend_on_the_order_of_arrival(known: list[Mention], chance: object) -> None:
    shuffled = known.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert states(shuffled, POLICY) == states(known, POLICY)


@given(mentions, ledgers, st.randoms(use_true_random=False))
def test_a_verdict_does_not_depend_on_the_order_of_what_is_known(
    mention: Mention, known: list[Mention], chance: object
) -> None:
    shuffled = known.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert compare(mention, shuffled, POLICY).novelty is compare(mention, known, POLICY).novelty


@given(mentions, mentions)
def test_kinship_and_sameness_are_symmetric(one: Mention, other: Mention) -> None:
    assert kinship(one, other, contains) is kinship(other, one, contains)
    assert says_same(one, other) == says_same(other, one)


@given(mentions, ledgers)
def test_the_same_word_by_the_same_item_again_rings_nothing(mention: Mention, known: list[Mention]) -> None:
    others = [each for each in known if each.item != mention.item]
    assert compare(mention, (*others, mention), POLICY).novelty is Novelty.RESTATED


@given(ledgers)
def test_an_unknown_origin_is_never_said_to_confirm(known: list[Mention]) -> None:
    for index, mention in enumerate(known):
        development = compare(mention, known[:index], POLICY)
        if mention.voice is None:
            assert development.novelty not in (Novelty.CONFIRMED, Novelty.CONTRADICTED)


@settings(max_examples=50)
@given(ledgers)
def test_every_live_mention_is_kept_in_some_claim(known: list[Mention]) -> None:
    kept = {id(mention) for state in states(known, POLICY) for mention in state.mentions}
    assert len(kept) <= len(known)
    assert sum(len(state.mentions) for state in states(known, POLICY)) >= len({m.item for m in dedupe(known)})


@given(ledgers)
def test_something_always_stands_in_a_claim(known: list[Mention]) -> None:
    for state in states(known, POLICY):
        assert state.standing
        assert state.latest.lead.as_of >= state.history[0].mentions[0].as_of
