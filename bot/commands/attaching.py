"""Rule files that come with a command: looked at before they are fetched, read as text, refused in one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands.parse import Command, CommandError, echo
from bot.errors import DeliveryError
from bot.ports import Attached, Caller
from bot.rulebook.edit import NAME_RULE, is_file_name
from rules.sanitise import one_line
from rules.strictyaml import MAX_CHARACTERS, decode

MOST_BYTES = MAX_CHARACTERS  # as many bytes as a rule file may have characters
RULE_FILE = "a rule file"
FEED_LIST = "an OPML file"
ARCHIVE = "an archive"
_FORMS = {RULE_FILE: "rules apply", FEED_LIST: "feeds import", ARCHIVE: "import"}
_HOW = {
    "discord": "attach it with the option file, or put it into the form: /tocsin {form}",
    "slack": "upload it in this channel and give its link with file:, or put it into the form: /tocsin {form}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """A rule file as it came: its name without any folder, and its text."""

    name: str
    text: str


def is_given(caller: Caller, command: Command) -> bool:
    """Tell whether a file came with the command."""
    return bool(caller.files) or "file" in command.options


async def read_rule_file(caller: Caller, command: Command) -> RuleFile:
    """Fetch the file that came with a command. Raises CommandError, and RuleFileError for bytes that are no text."""
    attached = await _attached(caller, command)
    name = attached.name
    if not is_file_name(name):
        raise CommandError(f"{echo(name)} is no rule file: {NAME_RULE}.")
    _check_size(name, attached.size)
    try:
        data = await attached.read()
    except DeliveryError as error:
        raise CommandError(f"{echo(name)} could not be fetched: {error.detail}. Try again.") from error
    _check_size(name, len(data))
    return RuleFile(name=name, text=decode(data, name))


async def read_file(caller: Caller, command: Command, what: str, most: int) -> tuple[str, bytes]:
    """Fetch the file that came with a command; ``what`` names it in refusals, ``most`` is its size in bytes.

    Raises CommandError.
    """
    attached = await _attached(caller, command, what)
    name = one_line(attached.name)
    try:
        if attached.size > most:
            raise CommandError(f"{echo(name)} has {attached.size:,} bytes; {what} has at most {most:,}.")
        data = await attached.read()
    except DeliveryError as error:
        raise CommandError(f"{echo(name)} could not be fetched: {error.detail}. Try again.") from error
    if not 0 < len(data) <= most:
        raise CommandError(f"{echo(name)} is empty." if not data else f"{echo(name)} is larger than {most:,} bytes.")
    return name, data


async def _attached(caller: Caller, command: Command, what: str = RULE_FILE) -> Attached:
    how = _HOW.get(caller.place.platform, "give it with the option file").format(form=_FORMS[what])
    if len(caller.files) > 1:
        raise CommandError("More than one file is attached; attach one at a time.")
    if caller.files:
        return caller.files[0]
    link = command.options.get("file")
    if link is None:
        raise CommandError(f"“{command.spec.name}” needs {what}: {how}.")
    if caller.find_file is None:
        raise CommandError(f"A file cannot be given by its link here; {how}.")
    try:
        return await caller.find_file(link)
    except DeliveryError as error:
        raise CommandError(f"{echo(link)} cannot be read: {error.detail}") from error


def _check_size(name: str, size: int) -> None:
    if size > MOST_BYTES:
        raise CommandError(f"{echo(name)} has {size:,} bytes; a rule file has at most {MOST_BYTES:,}. Split it.")
    if size == 0:
        raise CommandError(f"{echo(name)} is empty.")
