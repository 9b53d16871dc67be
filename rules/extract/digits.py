"""What digits mean: "40,000", "1.5", "1,5" and "14 014", by the language's decimal sign."""

from __future__ import annotations

from rules.model import Number as Value

_MOST_DIGITS = 18
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def parse_digits(text: str, decimal: str) -> float | None:
    """Read digits by the language's decimal sign; groups of three decide where it is unclear."""
    plain = text.replace(" ", "")
    if len(plain) > _MOST_DIGITS:
        return None
    thousands = "." if decimal == "," else ","
    groups = plain.split(thousands)
    if len(groups) > 1 and all(len(group.split(decimal)[0]) == 3 for group in groups[1:]) and len(groups[0]) <= 3:
        plain = "".join(groups)
    elif len(groups) == 2 and decimal not in plain and len(groups[1]) != 3:
        plain = f"{groups[0]}.{groups[1]}"  # "5.5" in a German text, "1,5" in an English one
    elif len(groups) > 1:
        return None
    if plain.count(decimal) > 1:
        parts = plain.split(decimal)
        if all(len(part) == 3 for part in parts[1:]):
            plain = "".join(parts)  # "1,000,000" in a German text
        else:
            return None
    try:
        return float(plain.replace(decimal, ".")) if decimal in plain else float(plain)
    except ValueError:
        return None


def whole(value: float) -> Value:
    """Return an int wherever the value is whole, so that 40000 is never 40000.0."""
    nearest = round(value)
    if abs(value - nearest) <= abs(value) * 1e-12:  # 8.2 times a million million is no whole number to a float
        return nearest
    return round(value, 6)


def is_group(text: str) -> bool:
    """Whether the digits are a group of three."""
    return len(text) == 3 and text.isdigit()


def is_year(value: int) -> bool:
    """Whether the value may be a year of our time."""
    return _FIRST_YEAR <= value <= _LAST_YEAR
