"""Writes the console texts in docs/alerts.md from the golden files: ``python tools/alerts_page.py``.

A block between ``<!-- golden: NAME -->`` and ``<!-- end -->`` shows ``tests/golden/NAME.txt``; a test holds the two
together, so that the page never shows what the bot does not say.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "alerts.md"
GOLDEN = ROOT / "tests" / "golden"
_BLOCK = re.compile(r"(<!-- golden: (?P<name>[\w/-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str) -> str:
    """Return the page with every block as its golden file has it. Raises FileNotFoundError for a name without one."""

    def shown(found: re.Match[str]) -> str:
        text = (GOLDEN / f"{found['name']}.txt").read_text(encoding="utf-8").rstrip("\n")
        return f"{found[1]}```\n{text}\n```\n{found[3]}"

    return _BLOCK.sub(shown, page)


def main() -> None:
    """Bring the page up to date."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
