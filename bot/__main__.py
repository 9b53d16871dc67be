"""``tocsin`` and ``python -m bot``."""

from __future__ import annotations

import sys
from collections.abc import Iterable

OURS = "tocsin"
PACKAGES = ("bot", "adapters", "rules")


def foreign_owners(packages: Iterable[str] = PACKAGES) -> list[str]:
    """Return ``package (distribution)`` for each of our package names that another distribution also installs."""
    from importlib import metadata

    owners = metadata.packages_distributions()
    return [
        f"{package} ({owner})"
        for package in packages
        for owner in sorted(set(owners.get(package, ())))
        if owner.lower() != OURS
    ]


def main() -> None:
    """Refuse to run with mixed-up packages, then hand over to the command line."""
    # Reading every installed package's list of files takes longer than `--help` may: asked before anything is served.
    foreign = foreign_owners() if sys.argv[1:2] in (["run"], ["worker"], ["demo"]) else []
    if foreign:
        sys.exit(f"tocsin: other packages share our names here: {', '.join(foreign)}; install Tocsin on its own")
    try:
        from bot.cli.main import main as run

        sys.exit(run())
    except KeyboardInterrupt:  # while modules were still loading
        sys.stderr.write("stopped\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
