"""Writes rules/lexicon/compiled.json from the YAML beside it: ``python tools/compile_lexicon.py`` after every edit."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.resources import COMPILED, fingerprint, lexicon_documents
from rules.errors import LexiconError
from rules.vocabulary import Lexicon


def main() -> int:
    """Compile, or print every fault and return 1."""
    documents = lexicon_documents()
    try:
        lexicon = Lexicon.load(documents)
    except LexiconError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    COMPILED.write_text(lexicon.compiled(fingerprint(documents)), encoding="utf-8")
    sys.stdout.write(
        f"{sum(len(lexicon.entries(table)) for table in lexicon.tables):,} entries in {len(lexicon.tables)} tables\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
