"""The lexicon's story tables and short ways to write documents, for the tests of stories."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from rules.model import ItemId, StoryId
from rules.stories import StoryDecision, StoryDocument, StoryIndex, StoryWords
from rules.vocabulary import Lexicon

LEXICON = Path(__file__).resolve().parents[2] / "rules" / "lexicon" / "concepts.yaml"


@cache
def words() -> StoryWords:
    return StoryWords.of(Lexicon.load({LEXICON.name: LEXICON.read_text(encoding="utf-8")}))


def document(
    item: int, title: str, text: str, *, day: int | None = None, hour: int = 9, lang: str | None = "en"
) -> StoryDocument:
    time = None if day is None else datetime(2025, 9, day, hour, tzinfo=UTC)
    return StoryDocument(item=ItemId(item), title=title, text=text, time=time, lang=lang)


def assign_all(index: StoryIndex, documents: list[StoryDocument]) -> list[StoryDecision]:
    """Assign and add in order; a new story takes its first item's number."""
    decisions = []
    for each in documents:
        decision = index.assign(each)
        index.add(each, decision.story if decision.story is not None else StoryId(each.item))
        decisions.append(decision)
    return decisions
