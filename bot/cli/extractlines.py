"""What ``tocsin extract`` does, apart from its options: the extractor is slow to load."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from bot.resources import load_lexicon
from rules.errors import TocsinError
from rules.extract import Extractor
from rules.extract.explain import explain_lines
from rules.extract.record import evidence_records, extraction_record

LARGEST = 64 * 1024 * 1024  # bytes of a plain text: far beyond any article, and it still fits into memory
_FIELDS = ("text", "title", "outlet", "lang")


def run(args: argparse.Namespace) -> int:
    """Answer every input; return 1 when some line or file could not be read. Raises LexiconError."""
    extractor = Extractor(load_lexicon(args.lexicon))
    bad = 0
    for name, stream in _inputs(args.files):
        if isinstance(stream, str):
            sys.stderr.write(f"{name}: cannot be read: {stream}\n")
            bad += 1
        elif args.jsonl:
            for line, error in answer_lines(extractor, stream, explain=args.explain):
                _write(line)
                if error:
                    sys.stderr.write(f"{name}:{error}\n")
                    bad += 1
        else:
            try:
                text = _plain_text(stream)
            except TocsinError as error:
                sys.stderr.write(f"{name}: {error}\n")
                bad += 1
                continue
            extraction = extractor.extract(text, outlet=args.outlet, lang=args.lang)
            for line in explain_lines(text, extraction, evidence=args.explain):
                _write(line)
    return 1 if bad else 0


def _plain_text(stream: BinaryIO) -> str:
    """Read a text whole. Raises TocsinError for one that is too long, or no text."""
    raw = stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise TocsinError(f"it has more than {LARGEST:,} bytes; give articles one by one, or as lines with --jsonl")
    if b"\0" in raw[:8192]:
        raise TocsinError("it is no text: there are zero bytes in it; save it as plain text in UTF-8")
    return raw.decode("utf-8", "replace")


def answer_lines(extractor: Extractor, lines: Iterable[bytes], *, explain: bool = False) -> Iterator[tuple[str, str]]:
    """Yield one JSON line for every input line, and an error (line number and reason) or an empty text beside it.

    A line that cannot be answered is answered by ``{"id": null, "error": ...}``, so that the n-th line out belongs to
    the n-th line in; only lines of white space are passed over.
    """
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            request = _request(raw)
        except TocsinError as error:
            reason = f"{number}: {error}"
            yield json.dumps({"id": None, "error": f"line {reason}"}, ensure_ascii=False), reason
            continue
        extraction = extractor.extract(
            request["text"],
            title=request.get("title") or "",
            outlet=request.get("outlet") or "",
            lang=request.get("lang"),
        )
        record = extraction_record(request.get("id"), extraction)
        if explain:
            record["lang"] = extraction.lang
            record["explain"] = evidence_records(extraction)
        yield _dump(record), ""


def _request(raw: bytes) -> dict[str, Any]:
    try:
        request = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise TocsinError(f"byte {error.start + 1} is not UTF-8 text; write the line as UTF-8") from None
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", None) or "it is nested too deeply or holds a number that JSON does not have"
        place = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise TocsinError(f"the line is no JSON{place}: {reason}") from None
    if not isinstance(request, dict):
        raise TocsinError('the line is no JSON object; write {"id": ..., "text": ...}')
    if "text" not in request:
        raise TocsinError('the key "text" is missing')
    for field in _FIELDS:
        value = request.get(field)
        if not (isinstance(value, str) or (value is None and field != "text")):
            raise TocsinError(f'"{field}" has to be text, not {type(value).__name__}')
    return request


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _dump(record: dict[str, Any]) -> str:
    line = json.dumps(record, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:  # a lone surrogate in the text: escaped, the line is still valid UTF-8 and JSON
        return json.dumps(record)
    return line


def _inputs(files: list[Path]) -> Iterator[tuple[str, Any]]:
    if not files:
        yield "standard input", sys.stdin.buffer
    for path in files:
        try:
            with path.open("rb") as stream:
                yield str(path), stream
        except OSError as error:
            yield str(path), error.strerror or "it cannot be opened"


def _write(line: str) -> None:
    out: TextIO = sys.stdout
    buffer = getattr(out, "buffer", None)
    if buffer is None:
        out.write(line + "\n")
        return
    out.flush()
    buffer.write((line + "\n").encode("utf-8", "backslashreplace"))
    buffer.flush()
