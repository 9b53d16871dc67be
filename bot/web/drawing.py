"""Draws views with Jinja templates, in which everything is escaped. Loaded when first asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.web import words

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Drawing:
    """The templates and the static files, read once."""

    @cached_property
    def statics(self) -> Mapping[str, bytes]:
        """The static files by name."""
        return {path.name: path.read_bytes() for path in (HERE / "static").iterdir() if path.suffix in TYPES}

    def static(self, name: str) -> str:
        """Return the address of a static file, another one whenever it changes."""
        return f"/static/{name}?v={hashlib.sha256(self.statics[name]).hexdigest()[:12]}"

    def draw(self, template: str, data: Mapping[str, Any]) -> str:
        """Return a page as HTML."""
        return self._environment.get_template(template).render(data)

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        found = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            finalize=words.shown,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        found.filters |= words.FILTERS
        found.globals["static"] = self.static
        return found
