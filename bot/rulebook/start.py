"""Rule files to start from: each loads, passes lint and says what to fill in. Pure."""

from __future__ import annotations

from collections.abc import Mapping

NOBODY = "nobody yet"

_HEAD = """\
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

_BODIES: Mapping[str, str] = {"figure": _FIGURE, "position": _POSITION, "words": _WORDS}


def starting_rules(topic: str, title: str, owner: str = NOBODY, kind: str = "figure") -> str:
    """Return a rule file with one rule of a ``kind``: figure, position or words. ``topic`` is an id."""
    head = _HEAD.format(topic=topic, title=_quoted(title), owner=_quoted(owner))
    return head + _BODIES[kind].format(topic=topic, title=title.replace(": ", " - "))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
