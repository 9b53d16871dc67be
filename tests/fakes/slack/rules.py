"""What Slack would refuse: a table of limits written down apart from the adapter's, and the schemas from Slack's types.

Limits from docs.slack.dev (Block Kit reference, chat.postMessage) and the JSDoc of @slack/types 3.2.0.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import jsonschema

from tests.shared import shared_root

Json = dict[str, Any]

_SCHEMA = "specs/slack-methods-from-types.schema.json"
_BLOCKS = frozenset({"rich_text", "actions", "context", "divider", "header", "image", "section", "input"})
_LENGTHS = {
    "header": 150,
    "button": 75,
    "field": 2000,
    "section": 3000,
    "context": 3000,
    "value": 2000,
    "action_id": 255,
}
_WORDS = frozenset({"type", "style"})  # keys whose text belongs to the shape
_BY_HAND = {  # from the methods' pages at docs.slack.dev: they are not in the schema
    "oauth.v2.access": {"code", "client_id", "client_secret", "redirect_uri", "grant_type", "refresh_token"},
    "files.info": {"file", "count", "cursor", "limit", "page", "team_id"},
    "conversations.open": {"users", "channel", "return_im", "prevent_creation", "team_id"},
    "usergroups.users.list": {"usergroup", "include_disabled", "team_id"},
    "users.conversations": {"user", "types", "exclude_archived", "limit", "cursor", "team_id"},
}
_BLOCKS_TOO_LONG = 11_300  # characters of all text; the least that Slack was seen to refuse


def violations(method: str, body: Json) -> list[str]:
    """Return every reason for which Slack could refuse ``body`` sent to ``method``."""
    return [f"{method}: {problem}" for problem in (*limit_violations(body), *_schema(method, body))]


def response_violations(body: Json) -> list[str]:
    """Return the reasons for which Slack could refuse a post to a response_url."""
    allowed = {
        "text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts",
        "unfurl_links", "unfurl_media", "metadata", "mrkdwn",
    }  # fmt: skip
    unknown = [f"unknown key {key}" for key in body if key not in allowed]
    return [f"response_url: {problem}" for problem in (*unknown, *limit_violations(body), *_block_schemas(body))]


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def limit_violations(body: Json) -> Iterator[str]:
    """Yield what the table of limits says against ``body``."""
    if not {"event_type", "event_payload"} <= set(body.get("metadata", {"event_type": "", "event_payload": {}})):
        yield "metadata without event_type or event_payload"
    text = body.get("text", "")
    if _length(text) > 4000:
        yield "text is longer than 4000"
    blocks = body.get("blocks", [])
    if "text" in body and not text and not blocks:
        yield "no_text"
    if len(blocks) > 50:
        yield f"{len(blocks)} blocks"
    total = sum(_length(value) for block in blocks for value in _texts(block))
    if total > _BLOCKS_TOO_LONG:
        yield f"msg_blocks_too_long: {total}"
    action_ids = [element.get("action_id") for block in blocks for element in block.get("elements", [])]
    named = [name for name in action_ids if name]
    if len(named) != len(set(named)):
        yield "action_id used twice"
    for number, block in enumerate(blocks):
        yield from (f"blocks[{number}]: {problem}" for problem in _block(block))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _block(block: Json) -> Iterator[str]:
    kind = block.get("type")
    if kind not in _BLOCKS:
        yield f"unknown block type {kind}"
    elif kind == "header":
        yield from _text(block["text"], "header")
    elif kind in _CHECKS:
        yield from _CHECKS[kind](block)


def _section(block: Json) -> Iterator[str]:
    fields = block.get("fields", [])
    if not fields and "text" not in block:
        yield "section without text and fields"
    if len(fields) > 10:
        yield f"{len(fields)} fields"
    for field in fields:
        yield from _text(field, "field")
    if "text" in block:
        yield from _text(block["text"], "section")


def _context(block: Json) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 10:
        yield f"{len(block['elements'])} context elements"
    for element in block["elements"]:
        yield from _text(element, "context")


def _text(value: Json, name: str) -> Iterator[str]:
    if not value["text"].strip():
        yield f"empty {name}"
    if _length(value["text"]) > _LENGTHS[name]:
        yield f"{name} is longer than {_LENGTHS[name]}"


def _actions(block: Json) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 25:
        yield f"{len(block['elements'])} actions"
    for element in block["elements"]:
        yield from _text(element["text"], "button")
        for key in ("value", "action_id"):
            if _length(element.get(key, "")) > _LENGTHS[key]:
                yield f"{key} is longer than {_LENGTHS[key]}"


def _rich(block: Json) -> Iterator[str]:
    if not block["elements"]:
        yield "empty rich text"
    for element in _elements(block):
        if element["type"] == "text" and not element["text"]:
            yield "empty text element"
        if element["type"] == "link" and not re.fullmatch(r"https?://\S{1,2990}", element["url"]):
            yield f"link to {element['url'][:80]!r}"
        if _length(element.get("text", "")) > 3000:
            yield "rich text element longer than 3000"


def _elements(block: Json) -> Iterator[Json]:
    for element in block.get("elements", []):
        if "elements" in element:
            yield from _elements(element)
        else:
            yield element


_CHECKS: dict[str, Callable[[Json], Iterator[str]]] = {
    "section": _section,
    "context": _context,
    "actions": _actions,
    "rich_text": _rich,
}


def _schema(method: str, body: Json) -> Iterator[str]:
    schema = _load()
    if schema is None:
        return
    if method in _BY_HAND:
        yield from (f"unknown key {key}" for key in body.keys() - _BY_HAND[method])
        return
    if method not in schema["properties"]:
        yield "method is not in the schema"
        return
    frame = body | {"blocks": [{"type": "divider"}]} if body.get("blocks") else body
    yield from _errors(_aligned(method, frame), f"#/properties/{method}", method)
    yield from _block_schemas(body)


def _block_schemas(body: Json) -> Iterator[str]:
    """Check each block against its own type: the schema of a message lets unknown block types pass."""
    schema = _load()
    if schema is None:
        return
    for number, block in enumerate(body.get("blocks", [])):
        reference = _definitions().get(block.get("type"))
        if reference is not None:
            problem = _shape_problem(json.dumps(_shape(block)), reference)
            if problem:
                yield f"schema of blocks[{number}]: {problem}"


def _shape(value: Any) -> Any:
    """Return the value without its texts: a schema does not look at them, so one check serves all blocks alike."""
    if isinstance(value, dict):
        return {key: inner if key in _WORDS else _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return "" if isinstance(value, str) else value


@lru_cache(maxsize=4096)
def _shape_problem(shape: str, reference: str) -> str:
    return next(_errors(json.loads(shape), reference, "block"), "")


def _errors(value: Any, reference: str, where: str) -> Iterator[str]:
    problem = jsonschema.exceptions.best_match(_validator(reference).iter_errors(value))
    if problem is not None:
        yield f"schema of {where}: {problem.json_path}: {problem.message[:300]}"


@lru_cache
def _validator(reference: str) -> jsonschema.Draft7Validator:
    whole = _load() or {}
    return jsonschema.Draft7Validator({**whole, "$ref": reference})


def _aligned(method: str, body: Json) -> Json:
    """Return the body without what Slack's two own SDKs name differently."""
    if method == "files.getUploadURLExternal" and "alt_txt" in body:
        return {("alt_text" if key == "alt_txt" else key): value for key, value in body.items()}
    return body


@lru_cache
def _load() -> Json | None:
    path = shared_root() / _SCHEMA
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


@lru_cache
def _definitions() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, definition in (_load() or {"definitions": {}})["definitions"].items():
        properties = definition.get("properties", {})
        kind = properties.get("type", {}).get("const")
        if kind in _BLOCKS and "block_id" in properties and kind != "image":
            found[kind] = f"#/definitions/{name}"
    return found
