"""What lint speaks in: issues, the subject that checks look at, and the shape of a check."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, NamedTuple

from rules.ports import Vocabulary
from rules.ruleset import Rule, RuleSet
from rules.strictyaml import Document, Path


class Weight(StrEnum):
    """How much an issue matters."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Issue:
    """One remark on one rule. ``fixable`` says that ``fix`` can mend it."""

    file: str
    line: int
    column: int
    rule: str
    text: str
    code: str
    severity: Weight
    fixable: bool = False


class Remark(NamedTuple):
    """What a check has to say about a rule; ``place`` is line and column where it is not the rule as a whole."""

    rule: Rule
    text: str
    place: tuple[int, int] | None = None


class Written(NamedTuple):
    """A query as it stands in a file."""

    rule: Rule
    document: Document
    path: Path
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What checks look at: the rules, and the files as written."""

    ruleset: RuleSet
    documents: Mapping[str, Document]
    vocabulary: Vocabulary

    def queries(self) -> Iterator[Written]:
        """Yield the boolean queries of ``match`` and ``unless`` as they stand in the files."""
        by_id = {rule.id: rule for rule in self.ruleset.rules}
        for document in self.documents.values():
            for index, spec in enumerate(document.value["rules"]):
                for key in ("match", "unless"):
                    form = spec.get(key)
                    path: Path = ("rules", index, key)
                    forms = form.items() if isinstance(form, dict) else ((None, form),)
                    for lang, text in forms:
                        if isinstance(text, str):
                            whole = path if lang is None else (*path, lang)
                            yield Written(by_id[spec["id"]], document, whole, text)


class Check(ABC):
    """One thing to look for; the docstring says what in one line."""

    code: ClassVar[str]
    severity: ClassVar[Weight] = Weight.WARNING
    fixable: ClassVar[bool] = False

    @abstractmethod
    def run(self, subject: Subject) -> Iterator[Remark]:
        """Yield what there is to say."""
