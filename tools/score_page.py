"""Writes the tables of tools/score_extraction.py into docs/quality.md, between its two marks, and reads them back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tools.score_sets import PARTS

BEGIN: Final = "<!-- written by: python tools/score_extraction.py --write docs/quality.md -->"
END: Final = "<!-- end of what is written -->"

Measures = dict[str, str]
Table = dict[str, dict[str, Measures]]  # title or system -> part -> measures
Key = tuple[str, str, str]  # title or system, measure, part


def markdown(tables: dict[str, Table]) -> str:
    """Return the tables as Markdown, one sub-heading each."""
    lines: list[str] = []
    for heading, table in tables.items():
        lines += [f"### {heading}", "", "| of | measure | " + " | ".join(PARTS) + " |"]
        lines.append("|---|---|" + "---|" * len(PARTS))
        for title, columns in table.items():
            names = dict.fromkeys(name for part in PARTS for name in columns.get(part, {}))
            for name in names:
                cells = " | ".join(columns.get(part, {}).get(name, "-") for part in PARTS)
                lines.append(f"| {title} | {name} | {cells} |")
        lines.append("")
    return "\n".join(lines)


def write(path: Path, tables: dict[str, Table]) -> None:
    """Replace what stands between the marks."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n\n{markdown(tables)}\n{END}{after}", encoding="utf-8")


def read(path: Path, heading: str) -> dict[Key, str]:
    """Return the cells of one of the tables that were written."""
    block = path.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    section = block.partition(f"### {heading}\n")[2].partition("\n### ")[0]
    found: dict[Key, str] = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 2 + len(PARTS) and cells[0] not in {"of", "---"}:
            found.update({(cells[0], cells[1], part): cell for part, cell in zip(PARTS, cells[2:], strict=True)})
    return found
