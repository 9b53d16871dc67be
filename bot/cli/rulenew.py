"""``tocsin rules new``: a rule file to start from, which already loads, passes lint and says what to fill in."""

from __future__ import annotations

import argparse
import re
import sys

from bot.cli.ruleload import UsageError
from bot.cli.saying import say
from bot.rulebook.files import SCHEMA
from bot.rulebook.start import NOBODY, starting_rules

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def new(args: argparse.Namespace) -> int:
    """Print a rule file, or write it where none is yet."""
    if not _SLUG.match(args.topic):
        raise UsageError(f'"{args.topic}" is no topic id; use lower-case words with dashes, such as us-forces-europe')
    title = args.title or args.topic.replace("-", " ").capitalize()
    rules = starting_rules(args.topic, title, args.owner or NOBODY, args.kind)
    text = f"# yaml-language-server: $schema={SCHEMA}\n{rules}"
    if args.output is None:
        sys.stdout.write(text)
        return 0
    try:
        with args.output.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{args.output} exists already; name another file") from None
    except OSError as error:
        raise UsageError(f"{args.output} cannot be written: {error.strerror}") from None
    say(f"wrote {args.output}; next: edit it, then run")
    say(f"  tocsin rules test {args.output}")
    say(f"  tocsin rules lint {args.output}")
    return 0
