"""Stories: which items tell of one event, in whatever language, and why.

index = StoryIndex(StoryWords.of(lexicon))
decision = index.assign(document)          # JOIN a story, RELATED to one, or NEW
index.add(document, decision.story or a new story's id)
"""

from rules.stories.index import StoryIndex
from rules.stories.model import StoryDecision, StoryDocument, StoryKind, StoryPolicy, TermWeights
from rules.stories.words import StoryWords

__all__ = ["StoryDecision", "StoryDocument", "StoryIndex", "StoryKind", "StoryPolicy", "StoryWords", "TermWeights"]
