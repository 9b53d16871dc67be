from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rules.extract.sentences import find_sentences
from rules.model import Action, Figure, Stance
from rules.summary import LEAST, MOST, summarise
from rules.text import Span
from rules.vocabulary import Lexicon
from tests.rules.ledger_cases import figure, position

TEXT = (
    "Norway will send 1,200 troops to Finland next spring, the defence ministry in Oslo said. "
    "The weather in Oslo was fine and many people went to the fjord on Sunday. "
    "Parliament has to agree before the brigade leaves for Finland. "
    "A ferry line opened a new office in the harbour of Bergen. "
    "Finland supports the stationing as long as the costs are shared, its minister said. "
    "Norway will send troops to Finland next spring, the ministry said. "
    "The cathedral choir sings on Friday. "
    "Critics in Norway say that the troops are needed at home, where 300 posts are empty."
)
SENTENCES = find_sentences(TEXT, Lexicon([]), "en")


def placed(start_words: str) -> Figure:
    start = TEXT.index(start_words)
    return figure(1_200, actor="Norway", place="Finland", action=Action.DEPLOY, start=start, end=start + 5)


CLAIMS = (
    placed("1,200 troops"),
    position(
        Stance.CONDITIONAL,
        "the stationing",
        actor="Finland",
        condition="as long as the costs are shared",
        start=TEXT.index("Finland supports"),
        end=TEXT.index("its minister"),
    ),
)


def test_sentences_with_claims_are_there_and_the_rest_is_about_them() -> None:
    summary = summarise(TEXT, CLAIMS, SENTENCES)
    told = " ".join(sentence.text for sentence in summary)
    assert "1,200 troops" in told
    assert "as long as the costs are shared" in told
    assert "Critics in Norway" in told
    assert not any(noise in told for noise in ("weather", "ferry", "choir"))


def test_what_only_repeats_is_left_out() -> None:
    starts = [sentence.text for sentence in summarise(TEXT, CLAIMS, SENTENCES)]
    assert sum(text.startswith("Norway will send") for text in starts) == 1


def test_without_claims_the_lead_and_what_follows_it_stand_in() -> None:
    summary = summarise(TEXT, (), SENTENCES)
    assert len(summary) == LEAST
    assert summary[0].start == 0


def test_an_empty_text_has_no_summary() -> None:
    assert summarise("", (), ()) == ()


def test_the_limit_holds() -> None:
    assert len(summarise(TEXT, CLAIMS, SENTENCES, limit=2)) == 2


@given(st.text(alphabet="ab .!?\n1", max_size=300), st.integers(0, 300))
def test_every_sentence_is_whole_verbatim_and_in_order(text: str, start: int) -> None:
    spans = find_sentences(text, Lexicon([]), "en")
    summary = summarise(text, [figure(1, start=start, end=start + 1)], spans)
    assert len(summary) <= MOST
    assert all(text[each.start : each.end] == each.text for each in summary)
    assert all(Span(each.start, each.end) in spans for each in summary)
    assert all(one.end <= other.start for one, other in pairwise(summary))


def test_a_sub_heading_is_no_sentence() -> None:
    text = "Norway plans ahead. Troops for Finland\nThe brigade leaves for Finland in May. It will return in autumn."
    found = [one.text for one in summarise(text, (), find_sentences(text, Lexicon([]), "en"))]
    assert "Troops for Finland" not in found
    assert "The brigade leaves for Finland in May." in found


HARBOUR = (
    "The council of Skarvik met on Tuesday and spoke about many things. "
    "A choir sang in the hall, and the mayor thanked it for its many years of song.\n"
    "Norway will send 1,200 troops to Finland by spring, the ministry in Oslo said. "
    "Minister Brandvik was to sign the order for the brigade in the first days of March. "
    "Now Brandvik will sign the order at the end of April only, a spokeswoman said. "
    "Visitors are asked to leave their dogs at home.\n"
    "The ferry company of Skarvik counts more guests than ever, and its new ship has 300 beds and two saunas."
)
HARBOUR_SENTENCES = find_sentences(HARBOUR, Lexicon([]), "en")


def harbour() -> list[str]:
    start = HARBOUR.index("1,200 troops")
    claim = figure(
        1_200,
        actor="Norway",
        place="Finland",
        action=Action.DEPLOY,
        start=start,
        end=start + 12,
        quote="Norway will send 1,200 troops to Finland",
    )
    return [sentence.text for sentence in summarise(HARBOUR, [claim], HARBOUR_SENTENCES)]


def test_where_little_is_about_the_claim_the_summary_is_short() -> None:
    assert harbour() == [HARBOUR_SENTENCES[index].of(HARBOUR) for index in (2, 3, 4)]


def test_a_sentence_is_not_quoted_without_the_one_that_overtakes_it() -> None:
    """Who reads the old date must read the new one as well, although only the old one's sentence is like the claim."""
    text = HARBOUR.replace("sign the order for the brigade", "sign the order for the troops to Finland")
    claim = figure(1_200, actor="Norway", place="Finland", start=text.index("1,200"), end=text.index("1,200") + 5)
    told = [each.text for each in summarise(text, [claim], find_sentences(text, Lexicon([]), "en"))]
    assert any("first days of March" in sentence for sentence in told)
    assert any("end of April only" in sentence for sentence in told)
    assert not any("dogs" in sentence or "choir" in sentence for sentence in told)
