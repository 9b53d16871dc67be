"""What is allowed in a rule file but unwise, and the mending of what can be mended safely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rules.lint.checks import (
    SCHEMA_COMMENT,
    EmptyTopic,
    LooseFigure,
    NoMustNotTest,
    NoOwner,
    NoSchemaComment,
    NoTests,
    SameRule,
    Unreachable,
)
from rules.lint.model import Check, Issue, Remark, Subject, Weight
from rules.lint.wording import AlwaysRun, BroadWildcard, CommonWord, MixedOperators, NameLikeWord
from rules.ports import Vocabulary
from rules.query import QueryError, parse_query
from rules.ruleset import RuleSet
from rules.strictyaml import Document, parse

__all__ = ["CHECKS", "Fixes", "Issue", "Weight", "codes", "fix", "lint_rules"]

CHECKS: tuple[type[Check], ...] = (
    NoOwner,
    NoTests,
    NoMustNotTest,
    SameRule,
    Unreachable,
    AlwaysRun,
    BroadWildcard,
    CommonWord,
    NameLikeWord,
    MixedOperators,
    NoSchemaComment,
    EmptyTopic,
    LooseFigure,
)


def codes() -> dict[str, str]:
    """Return every code with what it is about."""
    return {check.code: (check.__doc__ or "").splitlines()[0] for check in CHECKS}


def lint_rules(
    ruleset: RuleSet, texts: Mapping[str, str], vocabulary: Vocabulary, *, ignore: Collection[str] = ()
) -> list[Issue]:
    """Return every issue in the order of files and lines. ``texts`` are the files that ``ruleset`` was loaded from."""
    subject = _subject(ruleset, texts, vocabulary)
    found = {_issue(check, remark) for check in CHECKS if check.code not in ignore for remark in check().run(subject)}
    return sorted(found)


def _subject(ruleset: RuleSet, texts: Mapping[str, str], vocabulary: Vocabulary) -> Subject:
    documents = {name: parse(text, name) for name, text in texts.items()}
    return Subject(ruleset=ruleset, documents=documents, vocabulary=vocabulary)


def _issue(check: type[Check], remark: Remark) -> Issue:
    source = remark.rule.source
    line, column = remark.place or (source.line, source.column)
    return Issue(
        file=source.file,
        line=line,
        column=column,
        rule=remark.rule.id,
        text=remark.text,
        code=check.code,
        severity=check.severity,
        fixable=check.fixable,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixes:
    """What ``fix`` did: the new texts of the files that changed, and the issues that are gone."""

    texts: Mapping[str, str]
    issues: tuple[Issue, ...]


def fix(
    ruleset: RuleSet,
    texts: Mapping[str, str],
    vocabulary: Vocabulary,
    *,
    schema: str = "rules.schema.json",
    ignore: Collection[str] = (),
) -> Fixes:
    """Mend what can be mended without changing what a rule means: parentheses, and the line that editors look for."""
    subject = _subject(ruleset, texts, vocabulary)
    before = lint_rules(ruleset, texts, vocabulary, ignore=ignore)
    insertions: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    if MixedOperators.code not in ignore:
        for written in subject.queries():
            insertions[written.document.name] += _parentheses(written.document, written.path, written.text)
    changed = {name: _inserted(texts[name], places) for name, places in insertions.items() if places}
    for issue in before:
        if issue.code == NoSchemaComment.code:
            changed[issue.file] = f"{SCHEMA_COMMENT}{schema}\n{changed.get(issue.file, texts[issue.file])}"
    fixable = {(issue.file, issue.code) for issue in before if issue.fixable and issue.file in changed}
    gone = tuple(issue for issue in before if (issue.file, issue.code) in fixable)
    return Fixes(texts=changed, issues=gone)


def _parentheses(document: Document, path: tuple[str | int, ...], query: str) -> list[tuple[int, int, str]]:
    """Return where parentheses belong: line, column and which one; nothing where the place is not certain."""
    try:
        mixed = parse_query(query).mixed
    except QueryError:
        return []
    lines = document.text.splitlines()
    found: list[tuple[int, int, str]] = []
    for start, end in mixed:
        (line, first), (last_line, last) = document.inner_position(path, start), document.inner_position(path, end)
        if line != last_line or lines[line - 1][first - 1 : last - 1] != query[start:end]:
            return []
        found += [(line, first, "("), (line, last, ")")]
    return found


def _inserted(text: str, places: Sequence[tuple[int, int, str]]) -> str:
    lines = text.splitlines(keepends=True)
    for line, column, mark in sorted(places, reverse=True):
        whole = lines[line - 1]
        lines[line - 1] = whole[: column - 1] + mark + whole[column - 1 :]
    return "".join(lines)
