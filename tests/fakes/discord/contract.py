"""Every request body against Discord's own OpenAPI document, where it is at hand.

The document never forbids unknown keys, so those are looked for by a walk of our own. What discord.py sends beyond
the document, and Discord takes, is listed in ``ALLOWED``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
from jsonschema import Draft202012Validator

from tests.shared import shared_root

SPEC = "specs/discord-openapi.json"
ALLOWED = re.compile(
    r"(?:message\.|data\.)?(?:embeds\[\]\.flags|tts|attachments\[\]\.id|allowed_mentions\.roles\[\])"
    r"|recipient_id|\[\]\.nsfw"
)

Schema = dict[str, Any]


@cache
def document() -> Schema | None:
    """Return the document, or None where the reference data is absent."""
    path = shared_root() / SPEC
    if not path.exists():
        return None
    loaded: Schema = json.loads(path.read_text("utf-8"))
    return loaded


def violations(operation: str, body: Any) -> list[str]:
    """Return how a body breaks the document; empty when it does not, or when there is no document."""
    schema = _body_schema(operation)
    if schema is None:
        return []
    found = [(_place(error), error.message[:200]) for error in _validator(operation).iter_errors(body)]
    found += [(path, "unknown key") for path in _unknown(body, [schema], "")]
    return [f"{operation}: {path}: {what}" for path, what in found if not ALLOWED.fullmatch(_generic(path))]


def _place(error: jsonschema.ValidationError) -> str:
    best = jsonschema.exceptions.best_match([error])
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in best.absolute_path).lstrip(".")


def _generic(path: str) -> str:
    return "".join(char for char in path if not char.isdigit())


@cache
def _operations() -> dict[str, Schema]:
    spec = document() or {"paths": {}}
    return {
        operation["operationId"]: operation
        for item in spec["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and "operationId" in operation
    }


def _body_schema(operation: str) -> Schema | None:
    content = _operations().get(operation, {}).get("requestBody", {}).get("content", {})
    schema: Schema | None = content.get("application/json", {}).get("schema")
    return schema


@cache
def _validator(operation: str) -> Draft202012Validator:
    spec = document()
    assert spec is not None
    return Draft202012Validator({**(_body_schema(operation) or {}), "components": spec["components"]})


def _branches(schema: Schema) -> Iterator[Schema]:
    """Yield every schema that may describe the same value."""
    if "$ref" in schema:
        spec = document()
        assert spec is not None
        target = spec
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        yield from _branches(target)
    for word in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(word, ()):
            yield from _branches(part)
    yield schema


def _unknown(value: Any, schemas: list[Schema], path: str) -> Iterator[str]:
    branches = [branch for schema in schemas for branch in _branches(schema)]
    if isinstance(value, list):
        items = [branch["items"] for branch in branches if isinstance(branch.get("items"), dict)]
        for each in value if items else ():
            yield from _unknown(each, items, f"{path}[]")
    elif isinstance(value, dict) and not any(
        isinstance(branch.get("additionalProperties"), dict) for branch in branches
    ):
        for key, inner in value.items():
            place = f"{path}.{key}".lstrip(".")
            known = [branch["properties"][key] for branch in branches if key in branch.get("properties", {})]
            if known:
                yield from _unknown(inner, known, place)
            elif any("properties" in branch for branch in branches):
                yield place
