"""What a monitor reads over HTTP: health, readiness and figures for Prometheus. Pure text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

OVERDUE = 900.0  # seconds; a feed that should have been polled so long ago was not: the poller stands still
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer."""

    status: int
    content_type: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """How the bot is. Ages are seconds since the last success, None where there was none yet."""

    poll_lag: float  # how long the most overdue feed has been waiting
    outbox: Mapping[str, int]  # rows by state
    oldest_pending: float | None
    held: Mapping[str, int]  # in no digest yet, by reason
    feeds: Mapping[str, float | None]  # by address, without secrets
    destinations: Mapping[str, float | None]  # by lane
    standing_still: Mapping[str, str]  # channel or platform, and why
    ruleset: str  # hash
    rules_refused: bool  # the files on disk cannot be used; the last good set is in force

    @property
    def is_polling(self) -> bool:
        """Whether the poller goes on."""
        return self.poll_lag < OVERDUE


def health(vitals: Vitals) -> Page:
    """Say how long ago each feed and channel last succeeded; 503 when the poller stands still."""
    return _json(
        200 if vitals.is_polling else 503,
        {
            "status": "ok" if vitals.is_polling else "the poller stands still",
            "poll_lag_seconds": round(vitals.poll_lag, 1),
            "pending": vitals.outbox.get("ready", 0) + vitals.outbox.get("sending", 0),
            "oldest_pending_seconds": _rounded(vitals.oldest_pending),
            "feeds": {url: _rounded(age) for url, age in vitals.feeds.items()},
            "channels": {lane: _rounded(age) for lane, age in vitals.destinations.items()},
            "standing_still": dict(vitals.standing_still),
            "ruleset": vitals.ruleset,
            "rules_refused": vitals.rules_refused,
        },
    )


def ready(vitals: Vitals) -> Page:
    """Say whether rules are in force and every platform and channel takes messages; 503 when one does not."""
    is_ready = bool(vitals.ruleset) and not vitals.standing_still
    words = "ready" if is_ready else "not ready"
    return _json(200 if is_ready else 503, {"status": words, "standing_still": dict(vitals.standing_still)})


def metrics(vitals: Vitals) -> Page:
    """Write the figures in Prometheus's text form."""
    lines = [
        *_metric("tocsin_poll_lag_seconds", "How overdue the most overdue feed is.", [({}, vitals.poll_lag)]),
        *_metric("tocsin_outbox_rows", "Messages by state.", _by("state", vitals.outbox)),
        *_metric("tocsin_outbox_oldest_seconds", "Age of the oldest that waits.", [({}, vitals.oldest_pending or 0.0)]),
        *_metric("tocsin_held_alerts", "Alerts in no digest yet, by reason.", _by("reason", vitals.held)),
        *_metric("tocsin_feed_success_age_seconds", "Since a feed was last read.", _by("feed", vitals.feeds)),
        *_metric("tocsin_post_age_seconds", "Since a channel last got a message.", _by("channel", vitals.destinations)),
        *_metric(
            "tocsin_standing_still",
            "Parked channels and paused platforms.",
            [({"name": name, "reason": why}, 1.0) for name, why in vitals.standing_still.items()],
        ),
        *_metric("tocsin_ruleset_info", "The rule set in force.", [({"hash": vitals.ruleset}, 1.0)]),
        *_metric("tocsin_rules_refused", "1 while the rule files cannot be used.", [({}, float(vitals.rules_refused))]),
    ]
    return Page(status=200, content_type=METRICS_TYPE, text="\n".join(lines) + "\n")


Sample = tuple[Mapping[str, str], float]


def _by(label: str, values: Mapping[str, int] | Mapping[str, float | None]) -> list[Sample]:
    return [({label: name}, float(value)) for name, value in values.items() if value is not None]


def _metric(name: str, about: str, samples: Iterable[Sample]) -> list[str]:
    lines = [f"# HELP {name} {about}", f"# TYPE {name} gauge"]
    for labels, value in samples:
        inner = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        lines.append(f"{name}{{{inner}}} {value:g}" if inner else f"{name} {value:g}")
    return lines


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _json(status: int, body: Mapping[str, object]) -> Page:
    return Page(status=status, content_type="application/json; charset=utf-8", text=json.dumps(body, indent=1) + "\n")


def _rounded(age: float | None) -> float | None:
    return None if age is None else round(age, 1)
