"""The text read once: sentences, quotations, language, names, cues and tokens."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.extract.language import detect_language, known_language
from rules.extract.sentences import find_quotations, find_sentences
from tests.rules.extract.figure_cases import extractor

HOSTILE = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from(list('0123456789.,:;-–$€% \n"“”„«»\ud800\udfff\u202e\x00')),
        st.sampled_from("аеіїщ"),
    ),
    max_size=200,
)


def sentences(text: str, lang: str = "en") -> list[str]:
    return [span.of(text) for span in find_sentences(text, extractor().lexicon, lang)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The U.S. sent 5 men. Iraq agreed.", 2),
        ("Gen. John Smith spoke. He left at 5 p.m. on Friday.", 2),
        ("Elbridge A. Colby is expected. He said no.", 2),
        ("It cost 1.5 billion. That was too much!", 2),
        ("Headline without a stop\nThe first sentence.", 2),
        ('"We agree." She left.', 2),
        ("Really?! Yes…  Perhaps.", 3),
        ("", 0),
        (" \n\t ", 0),
        ("no stop at all", 1),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_abbreviations_of_other_languages_end_nothing() -> None:
    assert len(sentences("Das kostet 5 Mrd. Euro. Berlin zahlt.", "de")) == 2
    assert len(sentences("Загинули 12 тис. людей. Це війна.", "uk")) == 2


def test_a_text_without_stops_is_cut_at_blanks() -> None:
    cut = sentences("word " * 2000)
    assert len(cut) > 1
    assert max(map(len, cut)) <= 1500


def test_quotations() -> None:
    text = 'He said "yes", she said “no” and „vielleicht“ and «non»; an open " is ignored.'
    assert [span.of(text) for span in find_quotations(text)] == ["yes", "no", "vielleicht", "non"]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The government said that it will not send the troops to the region."),
        ("de", "Die Regierung erklärte, dass sie die Truppen nicht in die Region schicken wird."),
        ("fr", "Le gouvernement a déclaré que les troupes ne seront pas envoyées dans la région."),
        ("uk", "Уряд заявив, що не буде надсилати війська до цього регіону і що їх там немає."),
        ("ru", "Правительство заявило, что не будет отправлять войска в этот регион и что их там нет."),
        ("en", "12345 ???"),
        ("en", ""),
    ],
)
def test_language_by_vote(lang: str, text: str) -> None:
    assert detect_language(text, extractor().lexicon) == lang


def test_a_wrong_language_tag_falls_back_to_the_text() -> None:
    lexicon = extractor().lexicon
    assert known_language("de-AT", "whatever", lexicon) == "de"
    assert known_language("xx", "The government said that it will not.", lexicon) == "en"
    assert known_language("", "Die Regierung und das Parlament sind nicht einig.", lexicon) == "de"


def names(text: str, lang: str = "en") -> list[tuple[str, str, str | None]]:
    return [(name.canonical, name.role, name.affiliation) for name in extractor().document(text, lang=lang).names]


def test_short_forms_need_their_case() -> None:
    assert names("Give us the US report; who at the WHO wrote it?") == [
        ("United States", "names", None),
        ("World Health Organization", "names", None),
    ]


def test_adjectives_people_and_metonyms() -> None:
    found = names("German officials and the Kremlin met Syrians in Beijing.")
    assert [(canonical, role) for canonical, role, _ in found] == [
        ("Germany", "adjectives"),
        ("Russia", "government"),
        ("Syria", "people"),
        ("Beijing", "names"),
    ]


def test_people_whom_only_the_text_introduces() -> None:
    found = names("Norwegian Trade Minister Ola Testmann spoke. Testmann agreed.")
    assert found[-2:] == [("Ola Testmann", "titled", "Norway"), ("Ola Testmann", "short", "Norway")]


def test_the_longest_name_wins() -> None:
    assert [name for name, _, _ in names("The UN Security Council and South Korea met.")] == [
        "UN Security Council",
        "South Korea",
    ]


def test_names_in_other_languages() -> None:
    assert [name for name, _, _ in names("Die Bundesregierung und die USA", "de")] == ["Germany", "United States"]
    assert [name for name, _, _ in names("президент Росії та Німеччини", "uk")] == ["Russia", "Germany"]
    assert [name for name, _, _ in names("российские войска в Украине", "ru")] == ["Russia", "Ukraine"]
    assert [name for name, _, _ in names("les soldats français en Allemagne", "fr")] == ["France", "Germany"]


def test_cues_by_table() -> None:
    document = extractor().document("They will withdraw troops.", lang="en")
    assert [mark.entry.name for mark in document.marks("deeds")] == ["withdraw"]
    assert document.marks("no such table") == ()


@given(HOSTILE)
@example("\ud800 5,000 US troops \udfff")
@example("İstanbul: 500 soldiers in İzmir")
def test_any_text_is_read_and_every_span_slices_back(text: str) -> None:
    extraction = extractor().extract(text)
    for claim in extraction.claims:
        assert text[claim.start : claim.end] == claim.quote
        assert claim.quote
        for evidence in claim.evidence:
            assert 0 <= evidence.start < evidence.end <= len(text)


@given(HOSTILE, st.sampled_from(["en", "de", "fr", "uk", "ru", "xx"]))
def test_any_text_around_a_figure(text: str, lang: str) -> None:
    whole = f"{text} The US sent 5,000 soldiers to Iraq. {text}"
    for figure in extractor().extract(whole, lang=lang).figures:
        assert whole[figure.start : figure.end] == figure.quote


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Швеция передаст Киеву 14 гаубиц.", "ru"),
        ("Швеція передасть Києву 14 гаубиць.", "uk"),
        ("Spanien lehnt die Lieferung ab.", "de"),
        ("Sweden sends 14 howitzers.", "en"),
    ],
    ids=[
        "Russian without a letter of its own",
        "Ukrainian by its letters",
        "German by a particle",
        "English by default",
    ],
)
def test_short_texts_tell_their_language(text: str, lang: str) -> None:
    assert detect_language(text, extractor().lexicon) == lang
