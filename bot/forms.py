"""Commands given by filling in a form: which there are, what they ask for, and what becomes of the answers.

    words ─asks→ yes ─open→ Form (the options of the command, filled in with what is set) ─submit→ the command

A submitted form is a command like any other: its role is checked, its change announced and audited by the command.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.commands.parse import CommandError, parse
from bot.commands.replies import answer, spelled
from bot.commands.run import Commands
from bot.commands.settings import values
from bot.commands.spec import BY_NAME, LONGEST_VALUE, CommandSpec, Completion, Option, Role
from bot.message import Reply
from bot.ports import Attached, Caller, Form, FormField
from bot.store import settings
from bot.store.db import Database

TITLES: Mapping[str, str] = {
    "subscribe": "Subscribe this channel",
    "settings": "Settings of this channel",
    "rules apply": "Rules",
    "feeds import": "Add the feeds of a list",
    "import": "Import an archive",
    "why": "Explain with Tocsin",
}
ASKING = TITLES.keys() - {"why"}  # given without options, they ask for a form
SUBMITS: Mapping[str, str] = {
    "subscribe": "Subscribe",
    "rules apply": "Go",
    "feeds import": "Look into it",
    "import": "Look into it",
    "why": "Explain",
}
HIDDEN = frozenset({"share", "undo", "page"})
TRIALS: tuple[tuple[str, str], ...] = (
    ("validate", "Validate: can it be used?"),
    ("test", "Test: run its own tests"),
    ("backtest", "Backtest: what would have rung?"),
    ("diff", "Diff: what would change?"),
    ("apply", "Apply: put it into force"),
)
PIECE = 3000  # code points of pasted text in one field: Slack takes no more
_RULES: tuple[FormField, ...] = (
    FormField(name="do", label="What to do with it", choices=TRIALS, value="validate", required=True),
    FormField(name="file", label="The rule file (.yaml)", hint="Or paste it below", is_file=True),
    FormField(name="name", label="File name", hint="Of a pasted one; for example europe.yaml", limit=100),
    FormField(name="text", label="The rule file, pasted", is_long=True, limit=PIECE),
    FormField(
        name="more", label="Its continuation", hint="If it is longer; begin with a new line", is_long=True, limit=PIECE
    ),
)


class CommandForms:
    """Implements bot.ports.Forms over the commands."""

    def __init__(self, commands: Commands, db: Database) -> None:
        self._commands = commands
        self._db = db

    def asks(self, words: str) -> bool:
        """Tell whether these words ask for a form."""
        return " ".join(words.lower().split()) in ASKING

    async def open(self, caller: Caller, words: str) -> Form | None:
        """Return the form of a command, filled in; None where there is none, or the caller may not run it."""
        name, given = _read(words)
        spec = BY_NAME.get(name)
        if name not in TITLES or spec is None or not Role(caller.role).allows(spec.role):
            return None
        fields = _RULES
        if name != "rules apply":
            known = await self._present(caller, name) | given
            fields = tuple(self._field(option, known) for option in _asked(spec))
        return Form(command=name, title=TITLES[name], fields=fields, submit=SUBMITS.get(name, "Save"))

    async def submit(self, caller: Caller, command: str, values: Mapping[str, str]) -> Reply:
        """Run the command with what was filled in; what is set like that already is left out."""
        spec = BY_NAME.get(command)
        if command not in TITLES or spec is None:
            return answer("This form is of another version of Tocsin; open it again.")
        if command == "rules apply":
            return await self._try(caller, values)
        given = {name: value.strip() for name, value in values.items() if value.strip()}
        present = await self._present(caller, command) if command == "settings" else {}
        options = {one.name: given[one.name] for one in _asked(spec) if one.name in given and not one.attachment}
        changed = {name: value for name, value in options.items() if present.get(name) != value}
        return await self._commands.handle(caller, spelled(command, changed))

    async def _try(self, caller: Caller, values: Mapping[str, str]) -> Reply:
        verb, pasted = values.get("do", ""), _pasted(values)
        if verb not in dict(TRIALS):
            return answer("Choose what to do with the rule file.")
        if bool(caller.files) == (pasted is not None):
            return answer(f"Attach a rule file or paste one{', not both' if pasted else ''}; nothing was changed.")
        if pasted is not None and not pasted.name:
            return answer("Give the pasted rule file a name, for example europe.yaml; nothing was changed.")
        files = caller.files if pasted is None else (pasted,)
        return await self._commands.handle(replace(caller, files=files), f"rules {verb}")

    async def _present(self, caller: Caller, command: str) -> dict[str, str]:
        """Return how the channel is set, by the names of the options that set it."""
        if command not in {"subscribe", "settings"}:
            return {}
        known = await self._db.read(lambda connection: settings.find(connection, caller.place))
        if known is None:
            return {}
        return values(known) if command == "settings" else {"threads": known.threads}

    def _field(self, option: Option, known: Mapping[str, str]) -> FormField:
        titles = self._commands.topics
        is_topic = option.completion in {Completion.TOPIC, Completion.TARGET}
        values = sorted(titles) if is_topic else option.choices
        return FormField(
            name=option.name,
            label=option.name.replace("_", " ").capitalize(),
            hint=option.description,
            choices=tuple((value, titles.get(value, value)) for value in values),
            value=known.get(option.name, ""),
            required=option.required,
            limit=LONGEST_VALUE,
            is_file=option.attachment,
        )


def _pasted(values: Mapping[str, str]) -> Attached | None:
    """Return what was pasted as if it were a file; None where nothing was."""
    parts = (values.get(part, "").strip("\r\n") for part in ("text", "more"))  # indentation means something
    data = "\n".join(part for part in parts if part).encode("utf-8", "replace")

    async def read() -> bytes:
        return data

    return Attached(name=values.get("name", "").strip(), size=len(data), read=read) if data else None


def _asked(spec: CommandSpec) -> Iterator[Option]:
    return (option for option in spec.options if option.name not in HIDDEN)


def _read(words: str) -> tuple[str, dict[str, str]]:
    """Return the command that words name, and the options in them as far as they can be understood."""
    try:
        command = parse(words)
    except CommandError:
        return " ".join(words.lower().split()), {}
    return command.spec.name, dict(command.options)
