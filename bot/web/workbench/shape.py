"""What may stand where in a rule file, by the JSON Schema that editors are given too. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.web.workbench.inline import Path

Node = Mapping[str, Any]


class Shape:
    """Walks the schema along a path through a document."""

    def __init__(self, schema: Node) -> None:
        self._root = schema

    def at(self, path: Path) -> tuple[Node, ...]:
        """Return the forms that a value at ``path`` may have; nothing where none is allowed."""
        forms = tuple(self._forms(self._root))
        for step in path:
            inner = (node for form in forms for node in _members(form, step))
            forms = tuple(each for node in inner for each in self._forms(node))
        return forms

    def _forms(self, node: Node) -> Iterator[Node]:
        """Yield a node's forms: references followed, alternatives one by one."""
        if "$ref" in node:
            yield from self._forms(self._root["$defs"][str(node["$ref"]).rpartition("/")[2]])
        elif "anyOf" in node:
            for one in node["anyOf"]:
                yield from self._forms(one)
        else:
            yield node

    def keys(self, path: Path) -> tuple[str, ...]:
        """Return the keys of a mapping at ``path``, those that have to be there first."""
        forms = self.at(path)
        needed = [key for form in forms for key in form.get("required", ())]
        known = [key for form in forms for key in form.get("properties", ())]
        return tuple(dict.fromkeys((*needed, *known)))

    def takes_languages(self, path: Path) -> bool:
        """Tell whether the keys of a mapping at ``path`` may be codes of languages."""
        return any("patternProperties" in form for form in self.at(path))

    def values(self, path: Path) -> tuple[str, ...]:
        """Return the values that a text at ``path``, or a member of a list there, is chosen from."""
        forms = self.at(path)
        members = [each for form in forms if "items" in form for each in self._forms(form["items"])]
        found: list[str] = []
        for form in (*forms, *members):
            found += [str(value) for value in form.get("enum", ())]
            found += [str(form["const"])] if "const" in form else []
        return tuple(dict.fromkeys(found))

    def opens(self, path: Path) -> str:
        """Return what a value at ``path`` can only be: ``mapping``, ``mappings`` (a list of some), else nothing."""
        forms = self.at(path)
        types = {str(form.get("type")) for form in forms}
        if types == {"object"}:
            return "mapping"
        members = [each for form in forms if "items" in form for each in self._forms(form["items"])]
        if types == {"array"} and all(each.get("type") == "object" for each in members):
            return "mappings"
        return ""


def _members(form: Node, step: str | int) -> Sequence[Node]:
    if isinstance(step, int):
        return [form["items"]] if "items" in form else []
    known = form.get("properties", {})
    if step in known:
        return [known[step]]
    patterns = form.get("patternProperties", {})
    return [node for pattern, node in patterns.items() if re.search(pattern, step)]
