"""What ``tocsin stories`` does, apart from its options: the index is slow to load."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, Final

from bot.cli.itemlines import moment, open_lines
from bot.cli.saying import json_line
from bot.resources import load_lexicon
from rules.errors import TocsinError
from rules.model import ItemId, StoryId
from rules.stories import StoryDecision, StoryDocument, StoryIndex, StoryPolicy, StoryWords

_TEXTS: Final = ("title", "text", "time", "lang", "outlet")
_EXPIRE_EVERY: Final = 1_000  # items


def run(args: argparse.Namespace) -> int:
    """Answer every line; return 1 when some line could not be read. Raises LexiconError or LineError."""
    words = StoryWords.of(load_lexicon(args.lexicon))
    bad = 0
    for line, error in answer_lines(words, open_lines(args.files, sys.stdin.buffer), explain=args.explain):
        sys.stdout.write(line + "\n")
        if error:
            sys.stderr.write(f"tocsin stories: {error}\n")
            bad += 1
    return 1 if bad else 0


def answer_lines(
    words: StoryWords, lines: Iterable[bytes], *, explain: bool = False, policy: StoryPolicy | None = None
) -> Iterator[tuple[str, str]]:
    """Yield one JSON line for every input line, and an error or an empty text beside it.

    A line that cannot be read is answered by ``{"id": null, "error": ...}``, so that the n-th line out belongs to the
    n-th line in; only lines of white space are passed over. Stories are numbered in the order in which they open.
    """
    policy = policy or StoryPolicy()
    index = StoryIndex(words, policy)
    opened = 0
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            record = _record(raw)
            document = _document(number, record)
        except TocsinError as error:
            reason = f"line {number}: {error}"
            yield json.dumps({"id": None, "error": reason}), reason
            continue
        decision = index.assign(document)
        if decision.story is None:
            opened += 1
        story = decision.story if decision.story is not None else StoryId(opened)
        index.add(document, story)
        if number % _EXPIRE_EVERY == 0 and document.time is not None:
            index.expire(document.time - policy.window)
        yield (
            json_line({"id": record.get("id"), "story": story, "reason": decision.reason} | _more(decision, explain)),
            "",
        )


def _more(decision: StoryDecision, explain: bool) -> dict[str, Any]:
    if not explain:
        return {}
    return {
        "kind": decision.kind,
        "score": round(decision.score, 3),
        "related": decision.related,
        "names": decision.names,
        "words": decision.words,
        "numbers": decision.numbers,
        "days": None if decision.days is None else round(decision.days, 2),
    }


def _record(raw: bytes) -> dict[str, Any]:
    try:
        record = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise TocsinError(f"byte {error.start + 1} is not UTF-8 text; write the line as UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise TocsinError(f"the line is no JSON: {getattr(error, 'msg', 'it is nested too deeply')}") from None
    if not isinstance(record, dict):
        raise TocsinError('the line is no JSON object; write {"id": ..., "title": ..., "text": ...}')
    if "title" not in record and "text" not in record:
        raise TocsinError('the keys "title" and "text" are missing; one of them is needed')
    for key in _TEXTS:
        if not isinstance(record.get(key), str | None):
            raise TocsinError(f'"{key}" has to be text, not {type(record[key]).__name__}')
    return record


def _document(number: int, record: dict[str, Any]) -> StoryDocument:
    return StoryDocument(
        item=ItemId(number),
        title=record.get("title") or "",
        text=record.get("text") or "",
        time=moment(record["time"]) if record.get("time") else None,
        lang=record.get("lang") or None,
    )
