"""Durations and sizes as people write them: ``10m``, ``96h``, ``5 MiB``."""

from __future__ import annotations

import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
LONGEST = 3650 * 86400.0  # seconds; more is a slip of the keyboard, and no date can hold it
LARGEST = 1024**3  # bytes
_BYTES = {"": 1, "b": 1, "kb": 1000, "kib": 1024, "mb": 1000**2, "mib": 1024**2}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])(?:ec|in|our|ay|eek)?s?", re.IGNORECASE)
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?i?b?)", re.IGNORECASE)


def seconds(text: str) -> float:
    """Read ``90s``, ``10m``, ``1h``, ``7d`` or ``2w`` as seconds. Raises ValueError that shows the form."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'"{text}" is not a duration; write a number and s, m, h, d or w, like 10m or 96h')
    found = float(match[1]) * _SECONDS[match[2].lower()]
    if found > LONGEST:
        raise ValueError(f'"{text}" is more than ten years; write a shorter duration, like 10m or 96h')
    return found


def size(text: str) -> int:
    """Read ``500 KB`` or ``5 MiB`` as bytes. Raises ValueError that shows the form."""
    match = _SIZE.fullmatch(text.strip())
    unit = match[2].lower() if match else ""
    if match is None or unit not in _BYTES:
        raise ValueError(f'"{text}" is not a size; write a number and KB, KiB, MB or MiB, like 5 MiB')
    found = float(match[1]) * _BYTES[unit]
    if found > LARGEST:
        raise ValueError(f'"{text}" is more than 1024 MiB; write a smaller size, like 5 MiB')
    return int(found)


def in_words(value: float) -> str:
    """Write seconds shortly: ``45 s``, ``10 min``, ``3 h``, ``2 d``."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if value >= length:
            return f"{value / length:.3g} {unit}"
    return f"{value:.3g} s"
