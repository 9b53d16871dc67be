"""robots.txt as RFC 9309 has it: the group for our name, else for ``*``; the longest matching path wins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

SIZE_LIMIT = 500 * 1024  # bytes that RFC 9309 asks to be read at least; the rest is ignored
PATTERN_LIMIT = 1_000  # characters
_LINE = re.compile(r"[ \t]*([a-zA-Z-]+)[ \t]*:[ \t]*([^#]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One Allow or Disallow line; ``*`` in the pattern stands for anything, a final ``$`` for the end."""

    pattern: str
    is_allowed: bool

    def matches(self, path: str) -> bool:
        """Tell whether the pattern fits the beginning of ``path``; linear in its length times the stars."""
        is_anchored = self.pattern.endswith("$")
        parts = self.pattern.removesuffix("$").split("*")
        if not path.startswith(parts[0]):
            return False
        at = len(parts[0])
        for part in parts[1:-1]:
            found = path.find(part, at)
            if found == -1:
                return False
            at = found + len(part)
        if len(parts) == 1:
            return not is_anchored or at == len(path)
        if is_anchored:
            return path.endswith(parts[-1]) and len(path) - len(parts[-1]) >= at
        return path.find(parts[-1], at) != -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What a site asks of us. ``delay`` is its Crawl-delay in seconds."""

    rules: tuple[Rule, ...] = ()
    delay: float = 0.0

    def allows(self, url: str) -> bool:
        """Tell whether a page may be fetched."""
        parts = urlsplit(url)
        path = unquote(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        best: Rule | None = None
        for rule in self.rules:
            if not rule.matches(path):
                continue
            if best is None or _weight(rule) > _weight(best):
                best = rule
        return best is None or best.is_allowed


def _weight(rule: Rule) -> tuple[int, bool]:
    return len(rule.pattern), rule.is_allowed


def parse_robots(body: bytes, name: str) -> Robots:
    """Read the group for the product ``name`` (without version), else the group for all."""
    groups: dict[str, tuple[list[Rule], list[float]]] = {}
    current: list[str] = []
    is_open = False  # consecutive User-agent lines share one group
    for line in body[:SIZE_LIMIT].decode("utf-8-sig", "replace").splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        key, value = found.group(1).lower(), found.group(2).strip()
        if key == "user-agent":
            current = [*current, value.lower()] if is_open else [value.lower()]
            is_open = True
            groups.setdefault(value.lower(), ([], []))
            continue
        is_open = False
        for agent in current:
            _add(groups[agent], key, value)
    rules, delays = groups.get(name.lower()) or groups.get("*") or ([], [])
    return Robots(rules=tuple(rules), delay=max(delays, default=0.0))


def _add(group: tuple[list[Rule], list[float]], key: str, value: str) -> None:
    rules, delays = group
    if key in {"allow", "disallow"} and value and len(value) <= PATTERN_LIMIT:
        rules.append(Rule(pattern=unquote(value), is_allowed=key == "allow"))
    elif key == "crawl-delay":
        whole = value.replace(".", "", 1)
        if whole.isascii() and whole.isdigit() and len(whole) < 8:
            delays.append(float(value))
