"""The shape of a rule file: what may be written where. The JSON Schema that editors use comes from here.

Names are checked against the vocabulary given as validation context; without one (when only the shape is
wanted) any name passes. All mistakes of a file are found in one validation.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, PlainValidator, Tag

from rules import schematypes as types
from rules.model import Action, Bound, Confidence, Novelty, Severity, Stance, Status
from rules.ruleset import Change, Life

NOUNS = {
    "alert": "kind of alert",
    "alert_on": "kind of development",
    "languages": "language code (en, de)",
    "topic": "topic id (lower-case words with dashes)",
    "id": "rule id (lower-case words with dashes)",
}
"""What a value of a key is called in messages, where the key's own name will not do."""

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=64)]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Lang = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Actor = Annotated[str, PlainValidator(types.actor, json_schema_input_type=str)]
Place = Annotated[str, PlainValidator(types.place, json_schema_input_type=str)]
Unit = Annotated[str, PlainValidator(types.unit, json_schema_input_type=str)]
Moment = Annotated[datetime, PlainValidator(types.moment, json_schema_input_type=str)]
LastMoment = Annotated[datetime, PlainValidator(types.last_moment, json_schema_input_type=str)]
Span = Annotated[timedelta, PlainValidator(types.duration, json_schema_input_type=str)]
Delta = Annotated[Change, PlainValidator(types.change, json_schema_input_type=float | str)]
Text = Annotated[Any, PlainValidator(types.query, json_schema_input_type=str)]
PlainText = Annotated[Any, PlainValidator(types.plain_or_query, json_schema_input_type=str)]
Value = Annotated[int | float, PlainValidator(types.number, json_schema_input_type=float)]
AlertKind = Literal["new", "changed", "confirmed", "contradicted", "corrected", "withdrawn"]
Outcome = Literal["new", "changed", "confirmed", "contradicted", "corrected", "withdrawn", "none"]


class Shape(BaseModel):
    """What all parts of a rule file share: unknown keys are refused, numbers may stand where text is wanted.

    Lists that may be absent are tuples: their empty default need not be copied for every rule. Those that need a
    member are lists, as a tuple of faulty members would also be called too short.
    """

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, defer_build=True)


class ListQuery(Shape):
    """A query for those who write no boolean: ``all`` of these, and one of ``any``, and ``none`` of those."""

    any: list[PlainMember] = Field(default=[], min_length=1)
    all: list[PlainMember] = Field(default=[], min_length=1)
    none: list[PlainMember] = Field(default=[], min_length=1)


PlainMember = Annotated[
    Annotated[PlainText, Tag("text")] | Annotated[ListQuery, Tag("lists")], Discriminator(types.form_of)
]
OneLanguage = Annotated[Text, Tag("text")] | Annotated[ListQuery, Tag("lists")]
ByLanguage = dict[Lang, Annotated[OneLanguage, Discriminator(types.form_of)]]
QueryForm = Annotated[
    Annotated[Text, Tag("text")] | Annotated[ListQuery, Tag("lists")] | Annotated[ByLanguage, Tag("languages")],
    Discriminator(types.form_of),
]


class Bounds(Shape):
    """Limits of a number: ``{gte: 10000, lt: 50000}``; a bare number means exactly that."""

    gt: Value | None = None
    gte: Value | None = None
    lt: Value | None = None
    lte: Value | None = None
    eq: Value | None = None


NumberForm = Annotated[Bounds, BeforeValidator(types.exactly, json_schema_input_type=float | Bounds)]
TierForm = Annotated[Bounds, BeforeValidator(types.at_most, json_schema_input_type=int | Bounds)]


class FigureForm(Shape):
    """Which figures the rule is about."""

    unit: Annotated[tuple[Unit, ...], types.ONE_OR_MANY] = ()
    actor: Annotated[tuple[Actor, ...], types.ONE_OR_MANY] = ()
    action: Annotated[tuple[Action, ...], types.ONE_OR_MANY] = ()
    place: Annotated[tuple[Place, ...], types.ONE_OR_MANY] = ()
    status: Annotated[tuple[Status, ...], types.ONE_OR_MANY] = ()
    bound: Annotated[tuple[Bound, ...], types.ONE_OR_MANY] = ()
    low: NumberForm | None = None
    high: NumberForm | None = None
    of_total: NumberForm | None = None
    confidence: Confidence | None = None


class PositionForm(Shape):
    """Which positions the rule is about."""

    actor: Annotated[tuple[Actor, ...], types.ONE_OR_MANY] = ()
    stance: Annotated[tuple[Stance, ...], types.ONE_OR_MANY] = ()
    proposition: QueryForm | None = None
    condition: QueryForm | None = None
    confidence: Confidence | None = None


class FigureSubset(Shape):
    """What a test expects of the figure that rings; what is left out may be anything."""

    low: Value | None = None
    high: Value | None = None
    bound: Bound | None = None
    unit: str | None = None
    actor: str | None = None
    action: Action | None = None
    place: str | None = None
    of_total: Value | None = None
    status: Status | None = None
    source_cited: str | None = None
    quote: str | None = None


class PositionSubset(Shape):
    """What a test expects of the position that rings; what is left out may be anything."""

    actor: str | None = None
    actor_affiliation: str | None = None
    stance: Stance | None = None
    proposition: str | None = None
    condition: str | None = None
    source_cited: str | None = None
    quote: str | None = None


class Expectation(Shape):
    """What a test's text has to lead to. ``alert: none`` is a test that must not ring."""

    alert: Outcome
    figure: FigureSubset | None = None
    position: PositionSubset | None = None


class GivenForm(Shape):
    """An article that was there before."""

    text: Annotated[str, Field(min_length=1)]
    title: str = ""
    outlet: str = ""
    lang: Lang | None = None
    hours_before: Annotated[float, Field(gt=0)] = 48


class TestForm(Shape):
    """One test of a rule: this text, after those given, leads to that."""

    name: Line
    text: Annotated[str, Field(min_length=1)]
    title: str = ""
    outlet: str = ""
    lang: Lang | None = None
    tier: int | None = None
    given: Annotated[
        tuple[Annotated[GivenForm, BeforeValidator(types.given_text, json_schema_input_type=str | GivenForm)], ...],
        types.ONE_OR_MANY,
    ] = ()
    expect: Expectation


class VolumeForm(Shape):
    """How often the rule should ring in a backtest."""

    at_least: Annotated[int, Field(ge=0)] | None = None
    at_most: Annotated[int, Field(ge=0)] | None = None


class RuleForm(Shape):
    """One rule."""

    id: Slug
    title: Line
    topic: Slug | None = None
    severity: Severity = Severity.NOTICE
    status: Life = Life.ACTIVE
    owner: str = ""
    description: str = ""
    references: Annotated[tuple[str, ...], types.ONE_OR_MANY] = ()
    match: QueryForm | None = None
    unless: QueryForm | None = None
    figure: FigureForm | None = None
    position: PositionForm | None = None
    alert_on: Annotated[tuple[AlertKind, ...], types.ONE_OR_MANY] | None = None
    min_change: Delta | None = None
    origins: Annotated[int, Field(ge=1, le=100)] = 1
    cooldown: Span | None = None
    outlets: Annotated[tuple[Line, ...], types.ONE_OR_MANY] = ()
    tier: TierForm | None = None
    languages: Annotated[tuple[Lang, ...], types.ONE_OR_MANY] = ()
    valid_from: Moment | None = None
    valid_until: LastMoment | None = None
    expect: VolumeForm | None = None
    tests: tuple[TestForm, ...] = ()


class RuleFile(Shape):
    """A rule file: one topic and its rules."""

    version: Literal[1]
    topic: Slug
    title: Line
    description: str = ""
    owner: str = ""
    rules: Annotated[list[RuleForm], Field(min_length=1)]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a rule file, for editors."""
    schema = _tidy(RuleFile.model_json_schema(mode="validation"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Generated by `tocsin rules schema`; do not edit.",
        **schema,
        "title": "Tocsin rule file",
    }


def _tidy(node: Any, *, is_named: bool = False) -> Any:
    """Leave out what would mislead editors: null (no key takes it), defaults and made-up titles."""
    if isinstance(node, list):
        return [_tidy(part) for part in node if part != {"type": "null"}]
    if not isinstance(node, dict):
        return node
    tidy = {
        "anyOf" if key == "oneOf" else key: _tidy(value, is_named=not is_named and key in {"properties", "$defs"})
        for key, value in node.items()
        if is_named or key not in {"default", "title"}
    }
    if not is_named and len(tidy.get("anyOf", ())) == 1:
        (only,) = tidy.pop("anyOf")
        tidy = {**tidy, **only}
    return tidy


def kinds(names: Sequence[str] | None) -> tuple[Novelty, ...] | None:
    """Return ``alert_on`` as novelties, in the order given and without repetition."""
    return None if names is None else tuple(dict.fromkeys(Novelty(name) for name in names))
