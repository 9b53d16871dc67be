from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rules.model import ItemId, StoryId
from rules.stories import StoryIndex, StoryKind
from rules.stories.postings import Buckets, Rarity
from tests.rules.story_cases import assign_all, document, words

BRIDGE = (
    "Lawmakers in Ruritania approve 450 million euro for the Karlsbrook bridge",
    (
        "The parliament of Ruritania voted on Tuesday to spend 450 million euro on a new rail bridge over"
        " the Karlsbrook,"
        " Transport Minister Ilse Vandermoor said. The old bridge was closed in March after engineers found cracks."
    ),
)
BRIDGE_AGAIN = (
    "Ruritania's parliament backs new Karlsbrook rail bridge",
    (
        "Deputies gave the green light for a 450 million euro crossing of the Karlsbrook. The vote is a"
        " relief, Vandermoor said,"
        " for commuters, who have used buses since cracks closed the old bridge."
    ),
)
OPERA = (
    "City opera names Tomasz Okonski as its next music director",
    "The conductor Tomasz Okonski will lead the opera from next autumn. He follows Berta Lindqvist, who retires.",
)


@pytest.fixture
def index() -> StoryIndex:
    return StoryIndex(words())


class TestDecisions:
    def test_a_second_report_joins_the_story_of_the_first(self, index: StoryIndex) -> None:
        first, second = assign_all(index, [document(1, *BRIDGE, day=2), document(2, *BRIDGE_AGAIN, day=2)])
        assert first.kind is StoryKind.NEW
        assert (second.kind, second.story, second.related) == (StoryKind.JOIN, StoryId(1), None)

    def test_the_reason_names_what_is_shared_in_the_words_of_the_item(self, index: StoryIndex) -> None:
        second = assign_all(index, [document(1, *BRIDGE, day=2), document(2, *BRIDGE_AGAIN, day=4)])[1]
        assert {"Karlsbrook", "Vandermoor"} <= set(second.names)
        assert second.numbers[0] == "450 million"
        assert second.days == 2
        assert second.nearest == (ItemId(1),)
        assert second.reason.startswith("same story (0.")
        assert "Karlsbrook" in second.reason
        assert second.reason.endswith("2 days apart")

    def test_another_event_opens_a_story_of_its_own(self, index: StoryIndex) -> None:
        other = assign_all(index, [document(1, *BRIDGE, day=2), document(2, *OPERA, day=2)])[1]
        assert (other.kind, other.story) == (StoryKind.NEW, None)
        assert "a story of its own" in other.reason

    def test_a_near_miss_is_linked_as_related(self, index: StoryIndex) -> None:
        near = (
            "Ruritania's rail operator loses passengers to buses",
            (
                "Fewer people take the train in Ruritania, a survey of the operator Railway Union finds. Long"
                " detours since"
                " the Karlsbrook bridge closed are one reason; higher fares on the coast and strikes in spring are"
                " others."
            ),
        )
        decision = assign_all(index, [document(1, *BRIDGE, day=2), document(2, *near, day=4)])[1]
        assert (decision.kind, decision.story, decision.related) == (StoryKind.RELATED, None, StoryId(1))
        assert "related" in decision.reason

    def test_assign_alone_changes_nothing(self, index: StoryIndex) -> None:
        index.assign(document(1, *BRIDGE, day=2))
        assert len(index) == 0
        assert index.assign(document(2, *BRIDGE_AGAIN, day=2)).kind is StoryKind.NEW

    def test_an_empty_item_is_new_and_harms_nobody(self, index: StoryIndex) -> None:
        decisions = assign_all(index, [document(1, "", "", day=2), document(2, "", "", day=2)])
        assert [decision.kind for decision in decisions] == [StoryKind.NEW, StoryKind.NEW]


class TestTime:
    def test_the_window_of_ten_days_closes_a_story(self, index: StoryIndex) -> None:
        decisions = assign_all(index, [document(1, *BRIDGE, day=2), document(2, *BRIDGE_AGAIN, day=13)])
        assert decisions[1].kind is StoryKind.NEW

    def test_likeness_fades_with_the_days_between(self, index: StoryIndex) -> None:
        index.add(document(1, *BRIDGE, day=2), StoryId(1))
        soon, late = (index.assign(document(2, *BRIDGE_AGAIN, day=day)) for day in (3, 9))
        assert soon.score > late.score

    def test_an_item_that_arrives_late_still_finds_its_story(self, index: StoryIndex) -> None:
        decisions = assign_all(index, [document(1, *BRIDGE, day=3), document(2, *BRIDGE_AGAIN, day=2)])
        assert decisions[1].kind is StoryKind.JOIN

    def test_undated_items_are_joined_without_decay(self, index: StoryIndex) -> None:
        decisions = assign_all(index, [document(1, *BRIDGE), document(2, *BRIDGE_AGAIN)])
        assert decisions[1].kind is StoryKind.JOIN
        assert decisions[1].reason.endswith("undated")

    def test_the_dateline_of_a_text_stands_in_for_a_missing_date(self, index: StoryIndex) -> None:
        title, text = BRIDGE_AGAIN
        old = document(1, BRIDGE[0], "March 3, 2024 " + BRIDGE[1])
        decisions = assign_all(index, [old, document(2, title, "3. September 2025 " + text, lang=None)])
        assert decisions[1].kind is StoryKind.NEW

    def test_expired_items_are_forgotten_and_their_place_is_used_again(self, index: StoryIndex) -> None:
        assign_all(index, [document(1, *BRIDGE, day=2), document(2, *OPERA, day=6), document(3, *OPERA)])
        assert index.expire(datetime(2025, 9, 5, tzinfo=UTC)) == 1
        assert len(index) == 2
        assert index.assign(document(4, *BRIDGE_AGAIN, day=3)).kind is StoryKind.NEW


class TestVetoes:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            pytest.param("mission EUTM Mali", "mission EUNAVFOR Atalanta", id="another mission"),
            pytest.param("sanctions under resolution 2713", "sanctions under resolution 2745", id="another resolution"),
        ],
    )
    def test_a_template_about_another_thing_is_another_story(self, index: StoryIndex, one: str, other: str) -> None:
        title, text = (
            "Council extends {}",
            "The Council decided on Monday to extend {} for one year, until 30 November.",
        )
        decisions = assign_all(
            index,
            [
                document(1, title.format(one), text.format(one), day=2),
                document(2, title.format(other), text.format(other), day=2),
            ],
        )
        assert decisions[1].kind is StoryKind.NEW

    def test_titles_about_different_countries_weigh_against_joining(self, index: StoryIndex) -> None:
        def about(item: int, country: str) -> float:
            return index.assign(
                document(item, f"EU prolongs sanctions against {country}", "Listed persons stay barred.", day=2)
            ).score

        index.add(
            document(1, "EU prolongs sanctions against Belarus", "Listed persons stay barred.", day=2), StoryId(1)
        )
        assert about(3, "Iran") < 0.8 * about(2, "Belarus")


class TestLanguages:
    ENGLISH = (
        "Germany to send 5,000 troops to Lithuania",
        (
            "Defence Minister Boris Pistorius signed the agreement in Vilnius on Monday. The brigade will be"
            " deployed by 2027."
        ),
    )

    @pytest.mark.parametrize(
        ("lang", "title", "text"),
        [
            pytest.param(
                "de",
                "Deutschland entsendet 5.000 Soldaten nach Litauen",
                "Verteidigungsminister Boris Pistorius unterzeichnete am Montag in Vilnius das Abkommen. Die Brigade"
                " soll"
                " bis 2027 stationiert werden.",
                id="German",
            ),
            pytest.param(
                "fr",
                "L'Allemagne va envoyer 5 000 soldats en Lituanie",
                "Le ministre de la Défense Boris Pistorius a signé lundi l'accord à Vilnius. La brigade sera déployée"
                " d'ici 2027.",
                id="French",
            ),
            pytest.param(
                "uk",
                "Німеччина відправить 5000 військових до Литви",
                "Міністр оборони Борис Пісторіус підписав угоду у Вільнюсі. Бригаду розгорнуть до 2027 року.",
                id="Ukrainian",
            ),
            pytest.param(
                "ru",
                "Германия отправит в Литву 5 тысяч военнослужащих",
                "Министр обороны Борис Писториус подписал соглашение в Вильнюсе. Бригаду развернут к 2027 году.",
                id="Russian",
            ),
            pytest.param(
                "es",
                "Alemania enviará 5.000 soldados a Lituania",
                "El ministro de Defensa, Boris Pistorius, firmó el acuerdo en Vilna. La brigada se desplegará hasta"
                " 2027.",
                id="Spanish",
            ),
        ],
    )
    def test_one_event_in_two_languages_is_one_story(self, index: StoryIndex, lang: str, title: str, text: str) -> None:
        decisions = assign_all(
            index,
            [document(1, *self.ENGLISH, day=2), document(2, *OPERA, day=2), document(3, title, text, day=2, lang=lang)],
        )
        assert (decisions[2].kind, decisions[2].story) == (StoryKind.JOIN, StoryId(1)), decisions[2].reason

    def test_the_language_need_not_be_known(self, index: StoryIndex) -> None:
        title, text = (
            "Deutschland entsendet 5.000 Soldaten nach Litauen",
            "Pistorius unterzeichnete in Vilnius das Abkommen.",
        )
        decisions = assign_all(index, [document(1, *self.ENGLISH, day=2), document(2, title, text, day=2, lang=None)])
        assert decisions[1].kind is StoryKind.JOIN


class TestPeople:
    def test_a_merge_moves_items_and_later_ones_follow(self, index: StoryIndex) -> None:
        index.add(document(1, *BRIDGE, day=2), StoryId(1))
        assert index.move(ItemId(1), StoryId(77))
        assert index.assign(document(2, *BRIDGE_AGAIN, day=2)).story == 77

    def test_a_split_takes_one_member_out_and_leaves_the_others_joined(self, index: StoryIndex) -> None:
        for item in (1, 2, 3):
            index.add(document(item, *BRIDGE, day=2), StoryId(1))
        index.move(ItemId(2), StoryId(9))
        index.move(ItemId(2), StoryId(1))
        index.move(ItemId(3), StoryId(9))
        decision = index.assign(document(4, *BRIDGE_AGAIN, day=2))
        assert decision.story in (1, 9)
        assert set(decision.nearest) <= ({1, 2} if decision.story == 1 else {3})

    def test_moving_what_is_not_in_the_window_is_told(self, index: StoryIndex) -> None:
        assert not index.move(ItemId(5), StoryId(1))

    def test_an_item_that_was_edited_is_in_the_window_once(self, index: StoryIndex) -> None:
        index.add(document(1, *BRIDGE, day=2), StoryId(1))
        index.add(document(1, *OPERA, day=2), StoryId(1))
        assert len(index) == 1
        assert index.assign(document(2, *BRIDGE_AGAIN, day=2)).kind is StoryKind.NEW


class TestCrowdedWindow:
    def test_a_small_story_is_found_beside_one_that_fills_the_window(self, index: StoryIndex) -> None:
        index.add(document(1, *OPERA, day=2), StoryId(7))
        for item in range(2, 1_502):
            index.add(document(item, *BRIDGE, day=2), StoryId(1))
        title, text = "Okonski to conduct the city opera", "The opera has chosen Tomasz Okonski, who follows Lindqvist."
        assert index.assign(document(2_000, title, text, day=3)).story == 7


class TestPostings:
    def test_keys_that_share_a_bucket_are_told_apart(self) -> None:
        buckets = Buckets(bits=8)
        for slot, key in enumerate((0x12_34_56_78, 0x12_FF_56_78, 0x12_34_56_78)):
            buckets.add(key, slot)
        assert buckets.get(0x12_34_56_78) == [0, 2]
        assert buckets.get(0x12_FF_56_78) == [1]
        assert buckets.get(0x12_00_00_00) == []

    def test_only_the_newest_postings_are_read(self) -> None:
        buckets = Buckets(bits=8)
        for slot in range(5):
            buckets.add(0x12_34_56_78, slot)
        assert buckets.get(0x12_34_56_78, newest=2) == [3, 4]
        assert buckets.cost(0x12_34_56_78) == 5

    def test_more_slots_than_a_posting_can_name_are_refused(self) -> None:
        buckets = Buckets(bits=8)
        buckets.add(1, (1 << 22) - 1)
        assert buckets.get(1) == [(1 << 22) - 1]
        with pytest.raises(OverflowError, match="the most it can"):
            buckets.add(1, 1 << 22)

    def test_dead_slots_are_swept_out_of_their_bucket(self) -> None:
        buckets = Buckets(bits=1)
        for slot in range(4):
            buckets.add(slot << 22, slot)
        rounds = buckets.sweep(bytearray([1, 0, 1, 0]), 2)
        assert (rounds, buckets.cost(0)) == (1, 2)

    def test_a_term_in_every_item_weighs_nothing_and_an_unseen_one_most(self) -> None:
        rarity = Rarity({1: 0.5}, prior=100)
        for _ in range(1_000):
            rarity.learn([2, 3])
        rarity.learn([4])
        everywhere, unseen, once, common = rarity.of([2, 5, 4, 1])
        assert everywhere < 0.2
        assert unseen > once > common > everywhere
