"""Messages and claims to plain JSON values and back: what the outbox and the ledger keep in their ``body``.

Every dataclass becomes an object with its type's name under ``"is"``, so that unions come back exactly.
Unknown fields of an older or newer version are ignored, missing ones take their defaults.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from bot import message
from rules import model

Json = Any

_TYPES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        message.Text,
        message.Strong,
        message.Struck,
        message.Code,
        message.Link,
        message.Moment,
        message.Paragraph,
        message.Quote,
        message.Facts,
        message.Bullets,
        message.Table,
        message.Context,
        message.Image,
        message.Chart,
        message.ChartPoint,
        message.Button,
        message.Message,
        model.Figure,
        model.Position,
        model.Evidence,
    )
}


def encode(value: object) -> Json:
    """Turn a message or claim into JSON values. Raises TypeError for a type that does not belong here."""
    if is_dataclass(value) and type(value).__name__ in _TYPES:
        encoded = {field.name: encode(getattr(value, field.name)) for field in fields(value)}
        return {"is": type(value).__name__, **encoded}
    if isinstance(value, tuple | list):
        return [encode(part) for part in value]
    if isinstance(value, bytes):
        return {"is": "bytes", "base64": b64encode(value).decode("ascii")}
    if isinstance(value, datetime):
        return {"is": "datetime", "iso": value.isoformat()}
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"{type(value).__name__} cannot be stored")


def decode_message(value: Json) -> message.Message:
    """Turn JSON values back into the message. Raises ValueError when they are none."""
    decoded = _decode(value, message.Message)
    if not isinstance(decoded, message.Message):
        raise ValueError("the stored body is no message")  # noqa: TRY004 - a wrong value, whatever its type
    return decoded


def decode_claim(value: Json) -> model.Claim:
    """Turn JSON values back into the figure or position. Raises ValueError when they are none."""
    decoded = _decode(value, model.Figure)
    if not isinstance(decoded, model.Figure | model.Position):
        raise ValueError("the stored body is no claim")  # noqa: TRY004 - a wrong value, whatever its type
    return decoded


def _decode(value: Json, expected: object) -> Json:
    if isinstance(value, dict):
        return _decode_object(value)
    if isinstance(value, list):
        inner = get_args(expected) or (object,)
        positional = get_origin(expected) is tuple and Ellipsis not in inner and len(inner) == len(value)
        return tuple(_decode(part, inner[n] if positional else inner[0]) for n, part in enumerate(value))
    enum = _enum_of(expected)
    return enum(value) if enum is not None and isinstance(value, str) else value


def _decode_object(value: dict[str, Json]) -> Json:
    name = value.get("is")
    if name == "bytes":
        return b64decode(value["base64"])
    if name == "datetime":
        return datetime.fromisoformat(value["iso"])
    kind = _TYPES.get(str(name))
    if kind is None:
        raise ValueError(f"the stored body holds an unknown {name!r}")
    hints = _hints(kind)
    return kind(**{key: _decode(part, hints[key]) for key, part in value.items() if key in hints})


@cache
def _hints(kind: type) -> dict[str, object]:
    return get_type_hints(kind)


@cache
def _enum_of(expected: object) -> type[StrEnum] | None:
    for candidate in (expected, *get_args(expected)):
        if isinstance(candidate, type) and issubclass(candidate, StrEnum):
            return candidate
    return None
