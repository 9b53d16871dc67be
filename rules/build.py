"""From the forms that people write to the rules that the matcher uses, and what only shows in a whole rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.errors import Fault
from rules.matching.words import words
from rules.model import Novelty
from rules.ports import Vocabulary
from rules.query.ast import And, Node, Not, Or, Query
from rules.ruleset import (
    DEFAULT_ALERT_ON,
    FigureClause,
    GivenText,
    PositionClause,
    Range,
    Rule,
    RuleTest,
    Source,
    TextQuery,
    Volume,
)
from rules.schema import (
    Bounds,
    FigureForm,
    GivenForm,
    ListQuery,
    PositionForm,
    RuleFile,
    RuleForm,
    TestForm,
    kinds,
)
from rules.validation import path_text
from rules.yamldocument import Document, Path

QueryLike = Query | ListQuery | dict[str, Query | ListQuery]


def build_rules(document: Document, form: RuleFile, vocabulary: Vocabulary) -> Iterator[Rule]:
    """Yield the rules of a checked file."""
    for index, rule in enumerate(form.rules):
        line, column = document.position(("rules", index))
        lines = [document.position(("rules", index, "tests", place))[0] for place in range(len(rule.tests))]
        yield Rule(
            id=rule.id,
            title=rule.title,
            topic=rule.topic or form.topic,
            severity=rule.severity,
            life=rule.status,
            match=_text_query(rule.match),
            unless=_text_query(rule.unless),
            figure=_figure(rule.figure, vocabulary),
            position=_position(rule.position, vocabulary),
            alert_on=kinds(rule.alert_on) or DEFAULT_ALERT_ON,
            min_change=rule.min_change,
            origins=rule.origins,
            cooldown=rule.cooldown,
            outlets=frozenset(" ".join(words(outlet)) for outlet in rule.outlets),
            tier=_range(rule.tier),
            languages=frozenset(rule.languages),
            valid_from=rule.valid_from,
            valid_until=rule.valid_until,
            owner=rule.owner or form.owner,
            references=rule.references,
            description=rule.description,
            expect=Volume(at_least=rule.expect.at_least, at_most=rule.expect.at_most) if rule.expect else None,
            tests=tuple(_test(test, line) for test, line in zip(rule.tests, lines, strict=True)),
            source=Source(file=document.name, line=line, column=column),
        )


def _text_query(form: QueryLike | None) -> TextQuery | None:
    if form is None:
        return None
    by_lang = {lang: _node(one) for lang, one in form.items()} if isinstance(form, dict) else {"": _node(form)}
    return TextQuery(by_lang=by_lang)


def _node(form: Query | ListQuery) -> Node:
    if isinstance(form, Query):
        return form.root
    parts = [_node(member) for member in form.all]
    if form.any:
        parts.append(_joined([_node(member) for member in form.any], Or))
    if form.none:
        parts.append(Not(part=_joined([_node(member) for member in form.none], Or)))
    return _joined(parts, And)


def _joined(parts: Sequence[Node], kind: type[And | Or]) -> Node:
    return parts[0] if len(parts) == 1 else kind(parts=tuple(parts))


def _figure(form: FigureForm | None, vocabulary: Vocabulary) -> FigureClause | None:
    if form is None:
        return None
    return FigureClause(
        unit=frozenset(form.unit),
        actor=_with_members(form.actor, vocabulary),
        action=frozenset(form.action),
        place=_with_members(form.place, vocabulary),
        status=frozenset(form.status),
        bound=frozenset(form.bound),
        low=_range(form.low),
        high=_range(form.high),
        of_total=_range(form.of_total),
        confidence=form.confidence,
    )


def _position(form: PositionForm | None, vocabulary: Vocabulary) -> PositionClause | None:
    if form is None:
        return None
    return PositionClause(
        actor=_with_members(form.actor, vocabulary),
        stance=frozenset(form.stance),
        proposition=_text_query(form.proposition),
        condition=_text_query(form.condition),
        confidence=form.confidence,
    )


def _with_members(names: Sequence[str], vocabulary: Vocabulary) -> frozenset[str]:
    """Take groups apart, and keep them: a claim may be the group's own."""
    return frozenset(names).union(*(vocabulary.members(name) for name in names))


def _range(form: Bounds | None) -> Range | None:
    return None if form is None else Range(gt=form.gt, gte=form.gte, lt=form.lt, lte=form.lte, eq=form.eq)


def _test(form: TestForm, line: int) -> RuleTest:
    expect = form.expect
    return RuleTest(
        name=form.name,
        text=form.text,
        title=form.title,
        outlet=form.outlet,
        lang=form.lang or "",
        tier=form.tier,
        alert=None if expect.alert == "none" else Novelty(expect.alert),
        given=tuple(_given(given) for given in form.given),
        figure=expect.figure.model_dump(exclude_unset=True) if expect.figure else {},
        position=expect.position.model_dump(exclude_unset=True) if expect.position else {},
        line=line,
    )


def _given(form: GivenForm) -> GivenText:
    return GivenText(
        text=form.text,
        title=form.title,
        outlet=form.outlet,
        lang=form.lang or "",
        hours_before=form.hours_before,
    )


def form_faults(document: Document, form: RuleFile) -> Iterator[Fault]:
    """Yield what is wrong with rules although each of their keys is right."""
    for index, rule in enumerate(form.rules):
        for path, text, code in _rule_problems(rule):
            whole: Path = ("rules", index, *path)
            line, column = document.position(whole)
            yield Fault(file=document.name, line=line, column=column, path=path_text(whole), text=text, code=code)


def _rule_problems(rule: RuleForm) -> Iterator[tuple[Path, str, str]]:
    if rule.match is None and rule.figure is None and rule.position is None:
        yield (), "the rule has no condition; give it match, figure or position", "TC307"
    if rule.min_change is not None and rule.figure is None:
        yield ("min_change",), "min_change needs a figure clause: only figures change by an amount", "TC308"
    if rule.valid_from and rule.valid_until and rule.valid_until <= rule.valid_from:
        yield ("valid_until",), "valid_until is not after valid_from, so the rule could never ring", "TC309"
    for path, form in _query_forms(rule):
        is_empty = isinstance(form, ListQuery) and not (form.any or form.all or form.none)
        if is_empty or form == {}:
            yield path, "the query is empty; write words, or at least one of any, all, none", "TC307"
    yield from _empty_ranges(rule)
    yield from _test_problems(rule)


def _query_forms(rule: RuleForm) -> Iterator[tuple[Path, object]]:
    yield ("match",), rule.match
    yield ("unless",), rule.unless
    if rule.position is not None:
        yield ("position", "proposition"), rule.position.proposition
        yield ("position", "condition"), rule.position.condition


def _empty_ranges(rule: RuleForm) -> Iterator[tuple[Path, str, str]]:
    ranges: list[tuple[Path, Bounds | None]] = [(("tier",), rule.tier)]
    if rule.figure is not None:
        figure = rule.figure
        ranges += [(("figure", key), getattr(figure, key)) for key in ("low", "high", "of_total")]
    for path, bounds in ranges:
        if bounds is None:
            continue
        least = max((value for value in (bounds.gt, bounds.gte, bounds.eq) if value is not None), default=None)
        most = min((value for value in (bounds.lt, bounds.lte, bounds.eq) if value is not None), default=None)
        if least is None and most is None:
            yield path, "the range has no bound; write gt, gte, lt, lte or eq", "TC310"
        elif least is not None and most is not None and least > most:
            yield path, f"no number is above {least:,} and below {most:,}", "TC310"


def _test_problems(rule: RuleForm) -> Iterator[tuple[Path, str, str]]:
    names: set[str] = set()
    for index, test in enumerate(rule.tests):
        path: Path = ("tests", index)
        if test.name in names:
            yield (*path, "name"), f'another test of this rule is called "{test.name}"', "TC311"
        names.add(test.name)
        expect = test.expect
        for key in ("figure", "position"):
            if getattr(expect, key) is None:
                continue
            if getattr(rule, key) is None:
                yield (*path, "expect", key), f"the rule has no {key} clause, so no {key} can ring", "TC312"
            if expect.alert == "none":
                yield (*path, "expect", key), f"alert: none says that nothing rings; leave {key} out", "TC312"
