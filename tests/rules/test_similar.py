from __future__ import annotations

import random
from collections import Counter
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.model import ItemId
from rules.similar import CopyIndex, sameness
from rules.stories.postings import SparseBuckets

SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]


_COMMON = random.Random(1)
VOCABULARY = ["".join(_COMMON.choices(SYLLABLES, k=_COMMON.randint(1, 4))) for _ in range(4_000)]
CUMULATED = list(accumulate(1 / (rank + 3) for rank in range(len(VOCABULARY))))


def prose(words: int, seed: int) -> str:
    """Words of made-up syllables, some far commoner than others."""
    return " ".join(random.Random(seed).choices(VOCABULARY, cum_weights=CUMULATED, k=words))


def rewritten(text: str, seed: int) -> str:
    """Drop 6 % of the words, replace 4 %, cut the last tenth: what desks do to wire copy."""
    chance = random.Random(seed)
    kept = [word for word in text.split() if chance.random() > 0.06]
    changed = [chance.choice(SYLLABLES) * 3 if chance.random() < 0.04 else word for word in kept]
    return " ".join(changed[: len(changed) * 9 // 10])


def filled(texts: list[str]) -> CopyIndex:
    index = CopyIndex()
    for number, text in enumerate(texts):
        index.add(ItemId(number), text)
    return index


class TestSameness:
    def test_a_text_is_the_same_as_itself_whatever_the_punctuation(self) -> None:
        assert sameness("One, two; three - four five!", "one two three four FIVE") == 1.0

    def test_a_text_cut_short_is_still_the_same(self) -> None:
        assert sameness(prose(300, 1), prose(300, 1)[:900]) == pytest.approx(1.0, abs=0.01)

    def test_a_rewrite_counts_as_one_text_and_another_text_does_not(self) -> None:
        assert sameness(prose(300, 1), rewritten(prose(300, 1), 2)) >= 0.80
        assert sameness(prose(300, 1), prose(300, 2)) < 0.5

    def test_texts_too_short_for_a_run_are_compared_word_by_word(self) -> None:
        assert sameness("Talks fail", "talks fail!") == 1.0
        assert sameness("Talks fail", "Talks hold") == 0.0
        assert sameness("", "") == 0.0


class TestIndex:
    @pytest.mark.parametrize("words", [60, 100, 150, 300, 800])
    def test_rewrites_are_found_and_unrelated_texts_are_not(self, words: int) -> None:
        texts = [prose(words, seed) for seed in range(150)]
        index = filled(texts)
        found = [index.find(rewritten(text, number)) for number, text in enumerate(texts)]
        right = sum(copy is not None and copy.item == number for number, copy in enumerate(found))
        assert right >= 0.97 * len(texts)
        assert not [copy for seed in range(150) if (copy := index.find(prose(words, 1_000 + seed)))]

    def test_the_estimate_of_an_exact_copy_is_one(self) -> None:
        copy = filled([prose(300, 1)]).find(prose(300, 1))
        assert copy is not None
        assert copy.sameness == 1.0

    def test_of_equal_copies_the_earliest_item_is_named(self) -> None:
        copy = filled([prose(300, 1)] * 3).find(prose(300, 1))
        assert copy is not None
        assert copy.item == 0

    def test_a_few_words_are_no_ground_for_a_verdict(self) -> None:
        assert filled(["Talks fail", ""]).find("Talks fail") is None

    def test_a_removed_item_is_found_no_more(self) -> None:
        index = filled([prose(300, 1)])
        assert index.remove(ItemId(0))
        assert not index.remove(ItemId(0))
        assert index.find(prose(300, 1)) is None
        assert len(index) == 0

    def test_an_edited_item_is_known_by_its_present_text_only(self) -> None:
        index = filled([prose(300, 1)])
        index.add(ItemId(0), prose(300, 2))
        assert index.find(prose(300, 1)) is None
        assert index.find(prose(300, 2)) is not None
        assert len(index) == 1

    def test_places_of_removed_items_are_used_again_without_mixing_them_up(self) -> None:
        index = CopyIndex()
        for number in range(400):
            index.add(ItemId(number), prose(40, number))
            index.remove(ItemId(number - 20))
        assert len(index) == 20
        copy = index.find(prose(40, 399))
        assert copy is not None
        assert copy.item == 399
        assert index.find(prose(40, 10)) is None


class TestSparseBuckets:
    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, (1 << 32) - 1), st.integers(0, (1 << 24) - 1)), max_size=40))
    def test_a_slot_is_found_once_under_each_key_that_it_was_put_under(self, posted: list[tuple[int, int]]) -> None:
        buckets = SparseBuckets()
        for key, slot in posted:
            buckets.add(key, slot)
        for key, _ in posted:
            wanted = Counter(slot for other, slot in posted if other == key)
            assert not wanted - Counter(buckets.get([key]))

    def test_keys_of_one_bucket_are_told_apart_whatever_their_slots_look_like(self) -> None:
        buckets = SparseBuckets()
        one, other = 5, 5 | 1 << 20
        for slot in range(0, 1 << 16, 7):
            buckets.add(one, slot)
        buckets.add(other, 3)
        assert buckets.get([other]) == [3]
        assert len(buckets.get([one])) == len(range(0, 1 << 16, 7))

    def test_what_is_dead_is_swept_and_what_lives_stays(self) -> None:
        buckets, alive = SparseBuckets(), bytearray([1, 0, 1])
        for slot in range(3):
            buckets.add(9, slot)
        assert buckets.sweep(alive, count=1 << 17) == 1
        assert buckets.get([9]) == [0, 2]

    def test_more_slots_than_it_can_name_are_refused(self) -> None:
        with pytest.raises(OverflowError):
            SparseBuckets().add(1, 1 << 24)
