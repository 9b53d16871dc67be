"""A text to try rules on: what is read out of it, and what each rule makes of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.feeds.reading import LONGEST
from bot.rulebook.works import RuleWorks
from bot.web.workbench.marks import Kind, Mark, Piece, claim_marks, pieces
from bot.web.workbench.trees import Verdict, verdict
from rules.explain import explain
from rules.extract import Extractor
from rules.model import Claim, Development, Extraction, Figure, Item, display_number
from rules.reading import ledger_compare
from rules.ruleset import GivenText, Rule, RuleSet
from rules.ruletest import NOW, Reading
from rules.wording import span

MOST_RULES = 300  # that are explained; each has a tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A claim that was read, by the label that it has in the text, and what is new in it."""

    label: str
    claim: Claim
    novelty: str
    reason: str

    @property
    def value(self) -> str:
        """The value of a figure, as people write it; empty for a position."""
        return span(self.claim.low, self.claim.high) if isinstance(self.claim, Figure) else ""

    @property
    def total(self) -> str:
        """The whole that a figure is a part of; empty where none is told."""
        total = self.claim.of_total if isinstance(self.claim, Figure) else None
        return "" if total is None else display_number(total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """Everything there is to say of a text. ``ours`` are the rules of the file at hand, ``others`` all further ones."""

    title: str
    lang: str
    pieces: tuple[Piece, ...]
    reads: tuple[Read, ...]
    chain: tuple[str, ...]
    ours: tuple[Verdict, ...]
    others: tuple[Verdict, ...]
    left_out: int  # rules that are not explained any more
    cut: int  # characters of the text that are not read

    @property
    def ringing(self) -> tuple[Verdict, ...]:
        """The rules that ring, ours first."""
        return tuple(one for one in (*self.ours, *self.others) if one.rings)


def try_text(works: RuleWorks, ruleset: RuleSet, file: str, sample: GivenText, earlier: str) -> Tried:
    """Read a text as the pipeline would, after an ``earlier`` one if there is one, and hold every rule against it.

    Takes some milliseconds a rule, so run it off the event loop.
    """
    kept = _Kept(Extractor(works.lexicon))
    texts = [(GivenText(text=earlier[:LONGEST]), NOW - timedelta(days=2))] if earlier.strip() else []
    now = replace(sample, text=sample.text[:LONGEST])
    reading = Reading(kept.extract, ledger_compare(works.lexicon), [*texts, (now, NOW)])
    rules = sorted(ruleset.rules, key=lambda rule: rule.source.file != file)
    verdicts = [(rule, _verdict(works, rule, reading.item, reading.developments)) for rule in rules[:MOST_RULES]]
    marks = claim_marks(kept.last)
    ours = tuple(one for rule, one in verdicts if rule.source.file == file)
    others = tuple(one for rule, one in verdicts if rule.source.file != file)
    words = {span for one in (ours or others) for span in one.spans}
    word_marks = [Mark(start=start, end=end, kind=Kind.WORD) for start, end in sorted(words)]
    return Tried(
        title=reading.item.title,
        lang=reading.item.lang,
        pieces=tuple(pieces(reading.item.text, [*marks, *word_marks])),
        reads=tuple(_reads(kept.last, marks, reading.developments)),
        chain=kept.last.provenance.chain,
        ours=ours,
        others=tuple(sorted(others, key=lambda one: not one.rings)),
        left_out=max(len(rules) - MOST_RULES, 0),
        cut=max(len(sample.text) - LONGEST, 0),
    )


def _verdict(works: RuleWorks, rule: Rule, item: Item, developments: Sequence[Development]) -> Verdict:
    tree = explain(rule, item, developments, vocabulary=works.lexicon)
    return verdict(rule, tree, item.text)


class _Kept:
    """An extractor that remembers what it read last, for the reading itself gives only what is new."""

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor
        self.last: Extraction

    def extract(self, text: str, *, title: str = "", outlet: str = "", lang: str | None = None) -> Extraction:
        self.last = self._extractor.extract(text, title=title, outlet=outlet, lang=lang)
        return self.last


def _reads(extraction: Extraction, marks: Sequence[Mark], developments: Sequence[Development]) -> list[Read]:
    news = {(one.mention.claim.start, one.mention.claim.end): one for one in developments}
    found = []
    for claim, mark in zip(extraction.claims, marks, strict=True):
        new = news.get((claim.start, claim.end))
        novelty, reason = (str(new.novelty), new.reason) if new is not None else ("", "")
        found.append(Read(label=mark.label, claim=claim, novelty=novelty, reason=reason))
    return found
