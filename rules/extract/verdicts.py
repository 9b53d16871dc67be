"""What the judges of figures are given and what they answer."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.deeds import Deed
from rules.extract.governing import has_public_subject, verb_of_public
from rules.extract.numbers import Number
from rules.extract.surroundings import is_about, topic_near
from rules.extract.units import Counted
from rules.extract.view import SentenceView, closed_class
from rules.model import Action, Confidence

OTHER_BUSINESS: Final = (
    "company", "sport", "prize", "campaign", "poll", "crime", "accident", "disease", "macro", "court",
)  # fmt: skip
_SMALL: Final = 20
_ANAPHORA: Final = frozenset({"the", "these", "those", "both", "all", "his", "her", "their", "die", "les", "ces"})


class Verdict(NamedTuple):
    """Whether it counts, how sure, why; and the action that its noun implies where no deed is named."""

    accepted: bool
    confidence: Confidence
    reason: str
    action: Action | None = None


class Context(NamedTuple):
    """What a verdict looks at.

    ``follows_accepted``: the figure before is of the same kind; ``breath``: in how many sentences before it stands
    (0: in this one), or None.
    """

    view: SentenceView
    number: Number
    counted: Counted
    deed: Deed | None
    has_public_actor: bool
    follows_accepted: bool
    breath: int | None = None

    @property
    def word(self) -> str:
        """The words of the deed."""
        mark = self.deed.mark if self.deed else None
        return " ".join(self.view.words[mark.first : mark.last]) if mark else ""

    @property
    def verb(self) -> int | None:
        """The token of the verb by which a public actor governs the number."""
        counted = self.counted
        return self.view.derive(f"governed {counted.first}", lambda: verb_of_public(self.view, counted))

    @property
    def is_governed(self) -> bool:
        """Whether a public actor is the subject of a verb that has the number behind it."""
        return self.verb is not None

    @property
    def may_be_governed(self) -> bool:
        """Whether the number may be a public actor's, in a text that is not about business or sport."""
        if self.is_governed:
            return True
        document, at = self.view.document, self.number.first
        if at and self.view.words[at - 1] in closed_class(document.lexicon, document.lang, "weighs"):
            return False
        has_subject = has_public_subject(self.view) if document.lang == "en" else self.has_public_actor
        return has_subject and not is_about(document, "company", "sport", "prize", "crime")

    @property
    def is_anaphoric(self) -> bool:
        """Whether the few that are counted were named before: "the two soldiers"."""
        number = self.number
        before = self.view.words[number.first - 1] if number.first else ""
        return before in _ANAPHORA and number.high <= _SMALL

    @property
    def is_plain(self) -> bool:
        """Whether neither the sentence nor the text tells of other business."""
        document = self.view.document
        return not self.topic_anywhere(*OTHER_BUSINESS) and not is_about(document, "company", "sport", "prize", "crime")

    def topic(self, *topics: str) -> str | None:
        """Return the topic of a word near the number that takes it out of policy."""
        return topic_near(self.view, self.counted, topics)

    def topic_anywhere(self, *topics: str) -> str | None:
        """Return the topic of a word of the sentence that takes its numbers out of policy."""
        return topic_near(self.view, self.counted, topics, anywhere=True)


def yes(confidence: Confidence, reason: str, action: Action | None = None) -> Verdict:
    """Accept a number."""
    return Verdict(True, confidence, reason, action)


def no(reason: str) -> Verdict:
    """Refuse a number."""
    return Verdict(False, Confidence.LOW, reason)
