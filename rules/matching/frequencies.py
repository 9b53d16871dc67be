"""How common words are in the archive: what tells the matcher which word of a rule is rare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.matching.words import words

_LEAST = 2  # texts; a word met once is as good as unseen, and half of all words are


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequencies:
    """Of ``texts`` texts, ``having[word]`` have the word. Words are folded as ``rules.matching.words`` folds them."""

    texts: int
    having: Mapping[str, int]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Frequencies:
        """Count the words of some texts: a thousand of the archive's newest are plenty."""
        having: Counter[str] = Counter()
        count = 0
        for text in texts:
            having.update(set(words(text)))
            count += 1
        return cls(texts=count, having={word: met for word, met in having.items() if met >= _LEAST})

    def shares(self) -> dict[str, float]:
        """Return the share of the texts that has each word."""
        return {word: met / self.texts for word, met in self.having.items()} if self.texts else {}
