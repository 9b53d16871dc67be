"""``tocsin rules new``: a rule file to start from, which already loads, passes lint and says what to fill in."""

from __future__ import annotations

import argparse
import re
import sys

from bot.cli.ruleload import UsageError
from bot.cli.saying import say
from bot.rulefiles import SCHEMA

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")

_HEAD = """\
# yaml-language-server: $schema={schema}
version: 1
topic: {topic}
title: {title}
owner: {owner}
rules:
"""

_FIGURE = """\
  - id: {topic}-figure
    title: {title}, new or changed figure
    severity: important            # notice | important | urgent
    status: draft                  # active once its tests say what you mean
    match: '(withdraw* OR "pull out") W/15 (troops OR soldiers)'
    figure: {{unit: troops, actor: United States, action: [withdraw, reduce], place: Europe}}
    alert_on: [new, changed, contradicted, corrected]
    min_change: 5%
    tests:
      - name: the figure rings
        text: Washington will withdraw 20,000 troops from Europe, two officials said.
        expect: {{alert: new, figure: {{low: 20000}}}}
      - name: another continent does not ring
        text: Washington will withdraw 20,000 troops from Asia, two officials said.
        expect: {{alert: none}}
"""

_POSITION = """\
  - id: {topic}-position
    title: {title}, new or changed position
    severity: important            # notice | important | urgent
    status: draft                  # active once its tests say what you mean
    position: {{stance: [support, oppose, conditional], proposition: 'mandate W/15 peacekeep*'}}
    alert_on: [new, changed]
    tests:
      - name: a stance rings
        text: Turkey supports a UN mandate for peacekeepers in Ukraine.
        expect: {{alert: new, position: {{actor: Turkey, stance: support}}}}
      - name: another proposal does not ring
        text: Turkey supports a free-trade agreement with Ukraine.
        expect: {{alert: none}}
"""

_WORDS = """\
  - id: {topic}-words
    title: {title}
    severity: notice               # notice | important | urgent
    status: draft                  # active once its tests say what you mean
    match: {{any: [force posture, posture review], all: [Europe*], none: [football]}}
    tests:
      - name: the words ring
        text: The Pentagon's posture review will cover Europe.
        expect: {{alert: new}}
      - name: other news does not ring
        text: The committee's annual review will cover Europe.
        expect: {{alert: none}}
"""

_BODIES = {"figure": _FIGURE, "position": _POSITION, "words": _WORDS}


def new(args: argparse.Namespace) -> int:
    """Print a rule file, or write it where none is yet."""
    if not _SLUG.match(args.topic):
        raise UsageError(f'"{args.topic}" is no topic id; use lower-case words with dashes, such as us-forces-europe')
    title = args.title or args.topic.replace("-", " ").capitalize()
    owner = args.owner or "nobody yet"
    quoted = {name: "'" + text.replace("'", "''") + "'" for name, text in (("title", title), ("owner", owner))}
    head = _HEAD.format(schema=SCHEMA, topic=args.topic, **quoted)
    body = _BODIES[args.kind].format(topic=args.topic, title=title.replace(": ", " - "))
    if args.output is None:
        sys.stdout.write(head + body)
        return 0
    try:
        with args.output.open("x", encoding="utf-8") as file:
            file.write(head + body)
    except FileExistsError:
        raise UsageError(f"{args.output} exists already; name another file") from None
    except OSError as error:
        raise UsageError(f"{args.output} cannot be written: {error.strerror}") from None
    say(f"wrote {args.output}; next: edit it, then run")
    say(f"  tocsin rules test {args.output}")
    say(f"  tocsin rules lint {args.output}")
    return 0
