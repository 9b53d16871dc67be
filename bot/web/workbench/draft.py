"""What somebody has in the editor: read out of the form, whatever was typed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.commands.parse import CommandError
from bot.rulebook.edit import NAME_RULE, is_file_name
from bot.rulebook.files import PACK_PREFIX
from bot.rulebook.start import starting_rules
from rules.ruleset import GivenText
from rules.sanitise import one_line, shorten

START = "# One topic that channels subscribe to, and its rules. docs/rules.md explains every key.\n" + starting_rules(
    "my-topic", "My topic"
)
"""What a new file begins with."""

_SHORT = 500  # characters of a title, an outlet, a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rule file as it stands in the editor. ``stamp`` is that of the file it was begun with; empty: there was none.

    ``sample`` is the text to try it on, ``url`` where to take that from instead, ``earlier`` what was told before.
    """

    file: str
    text: str
    stamp: str = ""
    is_new: bool = False
    sample: GivenText = field(default_factory=lambda: GivenText(text=""))
    url: str = ""
    earlier: str = ""
    since: str = "30d"

    @property
    def is_pack(self) -> bool:
        """Whether it ships with Tocsin: it can be tried with other words, and not be applied."""
        return self.file.startswith(PACK_PREFIX)

    def named(self) -> str:
        """Return the name of the file. Raises CommandError for one that can be none."""
        if not self.file:
            raise CommandError("The file has no name yet; give it one that ends in .yaml.")
        if self.is_new and not is_file_name(self.file):
            shown = shorten(one_line(self.file), 60)
            raise CommandError(f"“{shown}” cannot be the name of a rule file: {NAME_RULE}.")
        return self.file


def draft_of(form: Mapping[str, str]) -> Draft:
    """Read the form of the page. Line ends are those of forms (CR LF) and become plain ones."""

    def short(name: str) -> str:
        return form.get(name, "").strip()[:_SHORT]

    def long(name: str) -> str:
        return form.get(name, "").replace("\r\n", "\n")

    sample = GivenText(text=long("article"), title=short("title_of"), outlet=short("outlet"), lang=short("lang")[:3])
    return Draft(
        file=short("file"),
        text=long("text"),
        stamp=short("stamp"),
        is_new=form.get("new") == "1",
        sample=sample,
        url=form.get("url", "").strip()[:4000],
        earlier=long("earlier"),
        since=short("since") or "30d",
    )
