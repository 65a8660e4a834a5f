"""``python -m benchmarks [NAME...]``: run the named benchmarks, or all of them."""

from __future__ import annotations

import importlib
import sys
from keyword import iskeyword
from pathlib import Path


def names() -> list[str]:
    """Every benchmark, by file name; ``import_`` is called import."""
    return sorted(path.stem.strip("_") for path in Path(__file__).parent.glob("*.py") if path.stem[0] != "_")


def main() -> int:
    """Run them in order; 0 when every limit holds, else 3."""
    wanted = sys.argv[1:] or names()
    kept = [importlib.import_module(f"benchmarks.{name}{'_' * iskeyword(name)}").run() for name in wanted]
    return 0 if all(kept) else 3


if __name__ == "__main__":
    raise SystemExit(main())
