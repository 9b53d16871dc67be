"""Rule files to a checked RuleSet: text and vocabulary in, rules or every fault of every file out. No open()."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from rules.errors import Fault, FaultsError, RuleFileError, guess
from rules.ports import Vocabulary
from rules.ruleset import Rule, RuleSet
from rules.strictyaml import parse
from rules.validation import faults_from_validation, path_text
from rules.yamldocument import Document

if TYPE_CHECKING:
    from rules.schema import RuleFile

__all__ = ["Vocabulary", "load"]

Path = tuple[str | int, ...]


def load(documents: Mapping[str, str], vocabulary: Vocabulary) -> RuleSet:
    """Read rule files (name -> YAML text). Raises RuleFileError with every fault of every file."""
    loader = _Loader(vocabulary)
    for name, text in documents.items():
        loader.read(name, text)
    loader.check_topics()
    if loader.faults:
        raise RuleFileError(loader.faults)
    return loader.ruleset(_hash(documents))


def _hash(documents: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(documents):
        digest.update(f"{name}\0{documents[name]}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


class _Loader:
    """Reads file after file, then checks what only shows across files."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.faults: list[Fault] = []
        self.rules: list[Rule] = []
        self.topics: dict[str, tuple[str, str]] = {}  # id -> title, the file that says so
        self.ids: dict[str, str] = {}  # rule id -> where it was first seen
        self.is_partial = False  # a file could not be read at all, so its topic is not known
        self.wanted: list[tuple[str, Fault]] = []  # topics that rules name, and the fault if nobody declares them

    def read(self, name: str, text: str) -> None:
        """Take in one file, or its faults."""
        from pydantic import ValidationError  # starting a command that loads no rules must not pay for it

        from rules.schema import NOUNS, RuleFile

        try:
            document = parse(text, name)
        except FaultsError as error:
            self.faults.extend(error.faults)
            self.is_partial = True
            return
        self._check_ids(document)
        empty = list(_empty_values(document))
        self.faults.extend(empty)
        if document.value is None:
            return
        try:
            form = RuleFile.model_validate(document.value, context={"vocabulary": self.vocabulary})
        except ValidationError as error:
            self.is_partial = True
            found = faults_from_validation(document, error, model=RuleFile, nouns=NOUNS)
            places = {(fault.line, fault.column) for fault in empty}
            self.faults.extend(fault for fault in found if (fault.line, fault.column) not in places)
            return
        self._take(document, form)

    def _take(self, document: Document, form: RuleFile) -> None:
        from rules.build import build_rules, form_faults

        self.faults.extend(form_faults(document, form))
        self._topic(document, form.topic, form.title)
        for index, rule in enumerate(form.rules):
            if rule.topic is not None:
                self.wanted.append((rule.topic, _fault(document, ("rules", index, "topic"), "", "TC304")))
        self.rules.extend(build_rules(document, form, self.vocabulary))

    def _topic(self, document: Document, topic: str, title: str) -> None:
        known_title, file = self.topics.setdefault(topic, (title, document.name))
        if known_title != title:
            text = f'the topic "{topic}" is called "{known_title}" in {file}; give it the same title here'
            self.faults.append(_fault(document, ("title",), text, "TC306"))

    def _check_ids(self, document: Document) -> None:
        rules = document.value.get("rules") if isinstance(document.value, dict) else None
        for index, rule in enumerate(rules if isinstance(rules, list) else ()):
            rule_id = rule.get("id") if isinstance(rule, dict) else None
            if not isinstance(rule_id, str):
                continue
            path = ("rules", index, "id")
            line, column = document.position(path)
            here = f"{document.name}:{line}:{column}"
            first = self.ids.setdefault(rule_id, here)
            if first != here:
                text = f'a rule called "{rule_id}" is already at {first}; give this one another id'
                self.faults.append(_fault(document, path, text, "TC305"))

    def check_topics(self) -> None:
        """Report rules that name a topic which no file declares."""
        for topic, fault in self.wanted:
            if topic not in self.topics and not self.is_partial:
                declared = sorted(self.topics)
                text = f'no file has the topic "{topic}"{guess(topic, declared)} ({", ".join(declared)})'
                self.faults.append(
                    Fault(
                        file=fault.file, line=fault.line, column=fault.column, path=fault.path, text=text, code="TC304"
                    )
                )

    def ruleset(self, digest: str) -> RuleSet:
        """Return all rules read."""
        topics = {topic: title for topic, (title, _file) in self.topics.items()}
        return RuleSet(topics=topics, rules=tuple(self.rules), hash=digest)


def _fault(document: Document, path: Path, text: str, code: str) -> Fault:
    line, column = document.position(path)
    return Fault(file=document.name, line=line, column=column, path=path_text(path), text=text, code=code)


def _empty_values(document: Document) -> Iterator[Fault]:
    """Find keys without a value: leaving out what was meant to be there would change what a rule does."""
    if document.value is None:
        yield Fault(file=document.name, line=1, column=1, text="the file is empty", code="TC107")
        return
    queue: list[tuple[Path, object]] = [((), document.value)]
    while queue:
        path, value = queue.pop()
        if value is None:
            line, column = document.key_position(path)
            text = "nothing stands here; give it a value or delete it"
            if path and str(path[-1]).isdigit() and isinstance(path[-1], str):
                text = "a comma ends the value here; write numbers without separators (10000)"
            yield Fault(file=document.name, line=line, column=column, path=path_text(path), text=text, code="TC107")
        elif isinstance(value, dict):
            queue.extend(((*path, key), member) for key, member in value.items())
        elif isinstance(value, list):
            queue.extend(((*path, index), member) for index, member in enumerate(value))
