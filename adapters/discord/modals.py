"""Forms as modals: bot.ports.Form -> discord.ui.Modal, and what was submitted -> values.

Nothing is kept between the two, so that a form may be submitted to a process that never showed it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import discord

from adapters.discord import limits
from bot.ports import Form, FormField
from rules.sanitise import one_line, shorten

FORM_PREFIX = "tocsin-form:"
FILE_UPLOAD = discord.ComponentType.file_upload.value


def form_modal(form: Form) -> discord.ui.Modal:
    """Return the modal; a form has more fields than fit only where the rest can be typed as options."""
    modal = discord.ui.Modal(title=_words(form.title, limits.MODAL_TITLE), custom_id=f"{FORM_PREFIX}{form.command}")
    for field in form.fields[: limits.MODAL_FIELDS]:
        modal.add_item(
            discord.ui.Label(
                text=_words(field.label, limits.LABEL),
                description=_words(field.hint, limits.LABEL_DESCRIPTION) if field.hint else None,
                component=_component(field),
            )
        )
    modal.stop()  # discord.py keeps none of it: what comes back is told apart by its id alone
    return modal


def command_of(custom_id: str) -> str | None:
    """Return the command that a submitted modal stands for, or None when it is none of ours."""
    return custom_id.removeprefix(FORM_PREFIX) if custom_id.startswith(FORM_PREFIX) else None


def values_of(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what was filled in, by field name; what was left empty is left out."""
    found = {
        str(each.get("custom_id")): _given(each)
        for each in _inputs(data.get("components"))
        if each.get("type") != FILE_UPLOAD
    }
    return {name: value for name, value in found.items() if value}


def files_of(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the attachments that were put into a form, as Discord describes them."""
    chosen = [each for each in _inputs(data.get("components")) if each.get("type") == FILE_UPLOAD]
    resolved = (data.get("resolved") or {}).get("attachments") or {}
    numbers = [str(number) for each in chosen for number in each.get("values") or ()]
    return [resolved[number] for number in numbers if number in resolved]


def _inputs(components: object) -> Iterator[Mapping[str, Any]]:
    for each in components if isinstance(components, list) else ():
        if isinstance(each, Mapping):
            inner = each.get("component")
            yield from _inputs([inner] if inner is not None else each.get("components"))
            if "custom_id" in each:
                yield each


def _given(component: Mapping[str, Any]) -> str:
    values = component.get("values")
    return str(values[0]) if isinstance(values, list) and values else str(component.get("value") or "")


def _component(field: FormField) -> discord.ui.Select[Any] | discord.ui.TextInput[Any] | discord.ui.FileUpload[Any]:
    if field.is_file:
        return discord.ui.FileUpload(
            custom_id=field.name, required=field.required, min_values=int(field.required), max_values=1
        )
    if (
        field.choices
        and len(field.choices) <= limits.CHOICES
        and all(len(one) <= limits.CHOICE for one, _ in field.choices)
    ):
        options = [
            discord.SelectOption(label=_words(label, limits.CHOICE), value=value, default=value == field.value)
            for value, label in field.choices
        ]
        least = 1 if field.required else 0
        return discord.ui.Select(custom_id=field.name, options=options, required=field.required, min_values=least)
    most = min(field.limit, limits.TEXT_INPUT)
    return discord.ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph if field.is_long else discord.TextStyle.short,
        default=field.value[:most] or None,
        required=field.required,
        max_length=most,
    )


def _words(text: str, limit: int) -> str:
    return shorten(one_line(text), limit) or "–"
